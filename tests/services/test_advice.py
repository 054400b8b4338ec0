"""services.advice: asking, keeping what was said, and how often one may ask."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.errors import AdviceBudgetSpent, AdviserNotSetUp, LeadNotFound
from leadapp.extensions import db
from leadapp.models import Advice, Event, Run
from leadapp.permissions import Actor
from leadapp.queries.advice import PATIENCE, AdviceView, latest_advice, latest_and_answered
from leadapp.scoring.adviser import AdviceText
from leadapp.services.activities import log_activity
from leadapp.services.advice import ask_adviser, keep_advice, keep_failure, question_about
from leadapp.services.leads import erase_lead
from tests.factories import NOW, make_lead, make_user, reload

MakeActor = Callable[..., Actor]
ANSWER = AdviceText("So far.", ("Who?",), "Call.", "Dear Ada")


def ask(
    lead_id: int, actor: Actor, *, daily: int = 200, later: timedelta = timedelta(0)
) -> AdviceView:
    return ask_adviser(lead_id, model="m", daily=daily, actor=actor, now=NOW + later)


def test_asking_starts_a_run_and_is_an_event(db_session: Session, actor: MakeActor) -> None:
    lead, who = make_lead(), actor("rep", via="api")
    asked = ask(lead.id, who)
    assert (asked.lead_id, asked.model, asked.requested_by) == (lead.id, "m", who.name)
    assert (asked.answer, asked.error, asked.status(NOW)) == (None, None, "asked")
    run = db_session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    assert (run.kind, run.params) == ("advise", {"lead_id": lead.id, "advice_id": asked.id})
    event = db_session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.kind, event.lead_id, event.actor_id, event.via, event.data) == (
        "advice_asked", lead.id, who.id, "api", {"advice_id": asked.id},
    )  # fmt: skip


def test_who_asks_while_it_is_asked_gets_the_same_answer(
    db_session: Session, actor: MakeActor
) -> None:
    lead = make_lead()
    first = ask(lead.id, actor())
    runs = db_session.query(Run).count()
    assert ask(lead.id, actor(), later=timedelta(seconds=9)).id == first.id
    assert db_session.query(Run).count() == runs
    assert ask(lead.id, actor(), later=PATIENCE).id != first.id
    assert ask(make_lead().id, actor()).id != first.id


def test_an_answer_is_kept_once(db_session: Session, actor: MakeActor) -> None:
    lead, who = make_lead(), actor()
    asked = ask(lead.id, who)
    keep_advice(asked.id, ANSWER)
    keep_failure(asked.id, "Too late.")
    keep_advice(asked.id, AdviceText("Other", (), "x", "y"))
    kept = latest_advice(lead.id, actor=who)
    assert kept.answer == ANSWER.to_json()
    assert (kept.error, kept.status(NOW)) == (None, "answered")
    assert question_about(asked.id, now=NOW) is None


def test_an_earlier_answer_stays_in_sight_of_a_failure(actor: MakeActor) -> None:
    lead, who = make_lead(), actor()
    first = ask(lead.id, who)
    assert [a.id for a in latest_and_answered(lead.id, actor=who)] == [first.id]
    keep_advice(first.id, ANSWER)
    second = ask(lead.id, who)
    keep_failure(second.id, "It cannot be reached.")
    third = ask(lead.id, who)
    assert [a.id for a in latest_and_answered(lead.id, actor=who)] == [third.id, first.id]
    assert latest_advice(lead.id, actor=who) == latest_and_answered(lead.id, actor=who)[0]
    keep_failure(third.id, "It cannot be reached.")
    failed = latest_advice(lead.id, actor=who)
    assert (failed.status(NOW), failed.why_not) == ("failed", "It cannot be reached.")


def test_patience_ends(actor: MakeActor) -> None:
    lead, who = make_lead(), actor()
    asked = ask(lead.id, who)
    assert asked.status(NOW + PATIENCE) == "failed"
    assert "did not answer within 10 seconds" in asked.why_not


def test_the_question_is_about_this_lead_alone(db_session: Session, actor: MakeActor) -> None:
    make_lead(name="Somebody else", notes="Other notes")
    lead = make_lead(
        name="Ada", email="ada@example.com", phone="+49 30 1234567", stage="contacted",
        notes="Wants it", attributes={"City": "Rome"}, follow_up_on=NOW.date(), analyzed=True,
    )  # fmt: skip
    log_activity(lead.id, "call", note="Asked for a price", actor=actor(), now=NOW)
    messages = question_about(ask(lead.id, actor()).id, now=NOW + timedelta(days=3))
    assert messages is not None
    told = messages[1]["content"]
    for words in ("Ada", "Wants it", "Rome", "Asked for a price", "moved from new to contacted"):
        assert words in told
    for words in ("ada@example.com", "1234567", "Somebody else", "Other notes"):
        assert words not in json.dumps(messages)
    assert '"days_in_stage": 3' in told
    assert f'"score": "{str(lead.ai_score)[:4]}"' in told


def test_a_day_has_so_many_answers(actor: MakeActor) -> None:
    who = actor()
    leads = [make_lead() for _ in range(3)]
    keep_failure(ask(leads[0].id, who, daily=2).id, "It cannot be reached.")
    ask(leads[1].id, who, daily=2)
    with pytest.raises(AdviceBudgetSpent):
        ask(leads[2].id, who, daily=2)
    with pytest.raises(AdviceBudgetSpent):
        ask(leads[0].id, who, daily=2)
    # Who waits for an answer gets it; a new day begins at midnight, UTC.
    assert ask(leads[1].id, who, daily=2).lead_id == leads[1].id
    midnight = timedelta(hours=24 - NOW.hour, minutes=-NOW.minute)
    assert ask(leads[2].id, who, daily=2, later=midnight).lead_id == leads[2].id


def test_nobody_to_ask(actor: MakeActor) -> None:
    with pytest.raises(AdviserNotSetUp):
        ask_adviser(make_lead().id, model=None, daily=1, actor=actor(), now=NOW)


def test_another_reps_lead_is_not_there(actor: MakeActor) -> None:
    lead = make_lead(owner=make_user("rep"))
    with pytest.raises(LeadNotFound):
        ask(lead.id, actor("rep"))
    with pytest.raises(LeadNotFound):
        latest_advice(lead.id, actor=actor("rep"))
    keep_advice(ask(lead.id, actor()).id, ANSWER)
    assert latest_and_answered(lead.id, actor=actor("rep")) == []


def test_asking_changes_nothing_of_the_lead(actor: MakeActor) -> None:
    lead = make_lead()
    asked = ask(lead.id, actor("rep"))
    keep_advice(asked.id, ANSWER)
    assert reload(lead) == lead


def test_erasing_the_person_takes_the_advice_along(db_session: Session, actor: MakeActor) -> None:
    lead, admin = make_lead(name="Ada"), actor("admin")
    asked = ask(lead.id, admin)
    erase_lead(lead.id, actor=admin, now=NOW)
    assert question_about(asked.id, now=NOW) is None
    keep_advice(asked.id, ANSWER)
    assert db_session.query(Advice).filter_by(lead_id=lead.id).count() == 0


def test_two_at_once_share_the_last_of_the_day(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        who = make_user().actor("page")
        leads = [make_lead().id for _ in range(8)]

    def one(lead_id: int) -> bool:
        with fresh_app.app_context():
            try:
                ask(lead_id, who, daily=3)
            except AdviceBudgetSpent:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, leads)) == 3
    with fresh_app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM advice")).scalar_one() == 3
