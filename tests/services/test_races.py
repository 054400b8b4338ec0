"""Races with real threads and real commits: the rules hold, and nobody sees a fault."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from flask import Flask
from sqlalchemy import text

from leadapp.errors import LeadIsFinal, LeadNotFound, Refusal
from leadapp.extensions import db
from leadapp.permissions import Role, command_actor
from leadapp.rules.stages import LeadStage
from leadapp.services.activities import log_activity
from leadapp.services.analysis import analyze
from leadapp.services.handoff import hand_off
from leadapp.services.leads import create_lead, update_lead
from leadapp.services.pipeline import move
from tests.factories import NOW, make_lead, make_ready_lead, make_user

MACHINE = command_actor()


def at_once(app: Flask, calls: list[Callable[[], object]]) -> list[object]:
    """Run the calls at the same moment, each in a thread and session of its own; what came out."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(10)
            try:
                result = call()
                db.session.commit()
            except Refusal as refusal:
                db.session.rollback()
                return refusal
            return result

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def scalar(app: Flask, statement: str) -> object:
    with app.app_context():
        return db.session.scalar(text(statement))


DISAGREEING = """
    SELECT count(*) FROM leads l FULL JOIN sales s ON s.lead_id = l.id
    WHERE (l.stage = 'transferred') <> (s.id IS NOT NULL)
"""


def test_twenty_handoffs_of_one_lead(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        owner_id = make_user(Role.REP).id
        lead_id = make_ready_lead().id

    call = partial(hand_off, lead_id, actor=MACHINE, now=NOW, salesperson_id=owner_id)
    results = at_once(fresh_app, [call] * 20)
    refusals = [r.code for r in results if isinstance(r, Refusal)]
    assert Counter(refusals) == {"invalid_transition": 19}
    assert scalar(fresh_app, "SELECT count(*) FROM sales") == 1
    assert scalar(fresh_app, DISAGREEING) == 0


def test_hand_off_against_lose(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        owner_id = make_user(Role.REP).id
        lead_ids = [make_ready_lead().id for _ in range(30)]
    for lead_id in lead_ids:
        results = at_once(
            fresh_app,
            [
                partial(hand_off, lead_id, actor=MACHINE, now=NOW, salesperson_id=owner_id),
                partial(move, lead_id, LeadStage.LOST, actor=MACHINE, now=NOW),
            ],
        )
        assert sum(isinstance(result, Refusal) for result in results) == 1
    assert scalar(fresh_app, DISAGREEING) == 0


def test_analyzing_never_undoes_a_handoff(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        owner_id = make_user(Role.REP).id
        lead_ids = [make_ready_lead().id for _ in range(20)]
    for lead_id in lead_ids:
        analyzed, handed = at_once(
            fresh_app,
            [
                partial(analyze, lead_id, actor=MACHINE, now=NOW),
                partial(hand_off, lead_id, actor=MACHINE, now=NOW, salesperson_id=owner_id),
            ],
        )
        # The analysis comes before the handoff or is told that it came too late.
        assert not isinstance(handed, Refusal)
        assert not isinstance(analyzed, Refusal) or isinstance(analyzed, LeadIsFinal)
    assert scalar(fresh_app, "SELECT count(*) FROM leads WHERE stage <> 'transferred'") == 0
    assert scalar(fresh_app, DISAGREEING) == 0


def test_no_logged_activity_is_lost(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        lead_id = make_lead().id

    call = partial(log_activity, lead_id, "call", note=None, actor=MACHINE, now=NOW)
    score = partial(analyze, lead_id, actor=MACHINE, now=NOW)
    at_once(fresh_app, [call] * 10 + [score] * 2)
    assert scalar(fresh_app, "SELECT activity_count FROM leads") == 10


def test_of_two_reps_who_claim_one_lead_one_gets_it(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        reps = [make_user(Role.REP).actor("page") for _ in range(2)]
        lead_ids = [make_lead().id for _ in range(10)]
    for lead_id in lead_ids:
        results = at_once(
            fresh_app,
            [
                partial(update_lead, lead_id, {"notes": rep.name}, actor=rep, now=NOW)
                for rep in reps
            ],
        )
        assert [type(r) for r in results if isinstance(r, Refusal)] == [LeadNotFound]


def test_one_new_domain_named_by_many_at_once(fresh_app: Flask) -> None:
    values = {"source": "manual", "business_domain": "Space Travel"}
    create = partial(create_lead, values, actor=MACHINE, now=NOW)
    results = at_once(fresh_app, [create] * 8)
    assert not [r for r in results if isinstance(r, Refusal)]
    assert scalar(fresh_app, "SELECT count(*) FROM business_domains") == 1
