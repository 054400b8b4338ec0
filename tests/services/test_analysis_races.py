"""Analyzing many leads at once, and leads that change meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.errors import LeadIsFinal, VersionConflict
from leadapp.extensions import db
from leadapp.models import LeadAssessment
from leadapp.permissions import Actor, Role, command_actor
from leadapp.scoring import rule_table
from leadapp.scoring.assessment import Inputs
from leadapp.services import analysis
from leadapp.services.analysis import TRIES, analyze, analyze_many
from leadapp.services.scored_rows import told_by_rules
from tests.factories import (
    NOW,
    make_lead,
    make_transferred_lead,
    make_user,
    reload,
)

MakeActor = Callable[..., Actor]
MACHINE = command_actor()


def assessments(lead_id: int) -> list[LeadAssessment]:
    statement = (
        select(LeadAssessment).where(LeadAssessment.lead_id == lead_id).order_by(LeadAssessment.id)
    )
    return list(db.session.scalars(statement))


@contextmanager
def changing(
    monkeypatch: pytest.MonkeyPatch, app: Flask, change: str, *, times: int
) -> Iterator[SimpleNamespace]:
    """Make another session commit `change` while a lead is being scored, so many times."""
    seen = SimpleNamespace(counts=[])
    assess_as_always = rule_table.assess

    def assess(inputs: Inputs) -> object:
        seen.counts.append(inputs.activity_count)
        if len(seen.counts) <= times:
            with app.app_context(), db.engine.begin() as other:
                other.execute(text(change))
        return assess_as_always(inputs)

    told_by_rules.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(rule_table, "assess", assess)
        yield seen


ONE_MORE = "UPDATE leads SET activity_count = activity_count + 1, version = version + 1"


def test_a_lead_that_changes_while_it_is_scored_is_scored_again(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_app.app_context():
        lead = make_lead()
        with changing(monkeypatch, fresh_app, ONE_MORE, times=2) as seen:
            scored = analyze(lead.id, actor=MACHINE, now=NOW)
        assert seen.counts == [0, 1, 2]
        assert (scored.activity_count, scored.ai_score) == (2, Decimal("0.45"))
        [stored] = assessments(lead.id)
        assert stored.inputs["activity_count"] == 2


def test_a_change_that_is_no_input_costs_no_second_try(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_app.app_context():
        lead = make_lead()
        noted = "UPDATE leads SET notes = 'Called back', version = version + 1"
        with changing(monkeypatch, fresh_app, noted, times=1) as seen:
            scored = analyze(lead.id, actor=MACHINE, now=NOW)
        assert len(seen.counts) == 1
        assert (scored.notes, scored.version) == ("Called back", lead.version + 2)


def test_a_lead_that_never_rests_is_given_up_and_nothing_is_stored(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_app.app_context():
        lead = make_lead()
        with (
            changing(monkeypatch, fresh_app, ONE_MORE, times=TRIES) as seen,
            pytest.raises(VersionConflict),
        ):
            analyze(lead.id, actor=MACHINE, now=NOW)
        assert len(seen.counts) == TRIES
        assert (reload(lead).ai_score, assessments(lead.id)) == (None, [])


def test_a_lead_that_is_lost_while_it_is_scored_keeps_no_score(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_app.app_context():
        lead = make_lead()
        lost = "UPDATE leads SET stage = 'lost', version = version + 1"
        with changing(monkeypatch, fresh_app, lost, times=1), pytest.raises(LeadIsFinal):
            analyze(lead.id, actor=MACHINE, now=NOW)
        assert reload(lead).ai_score is None


def test_many_at_once_skips_the_final_and_the_gone(actor: MakeActor) -> None:
    by = actor()
    first, second, lost = make_lead(), make_lead(stage="contacted"), make_lead(stage="lost")
    transferred, _ = make_transferred_lead()
    gone = 10**12
    result = analyze_many([gone, lost.id, second.id, transferred.id, first.id], actor=by, now=NOW)
    assert sorted(result.scored) == [first.id, second.id]
    assert result.skipped == sorted([lost.id, transferred.id, gone])
    assert reload(first).ai_score == Decimal("0.20")
    assert reload(second).ai_score == Decimal("0.25")
    assert reload(lost) == lost


def test_many_at_once_skips_what_a_rep_does_not_see(db_session: Session) -> None:
    rep = make_user(Role.REP)
    nobodys, others = make_lead(), make_lead(owner=make_user(Role.REP))
    result = analyze_many([nobodys.id, others.id], actor=rep.actor("page"), now=NOW)
    assert (result.scored, result.skipped) == ([nobodys.id], [others.id])
    assert reload(nobodys).owner_id == rep.id
    assert reload(others) == others


def test_none_are_none(actor: MakeActor, count_statements: list[str]) -> None:
    by = actor()
    count_statements.clear()
    assert analyze_many([], actor=by, now=NOW) == ([], [])
    assert count_statements == []


def test_a_lead_named_twice_is_scored_once_in_whatever_batch(
    actor: MakeActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "BATCH", 2)
    by, leads = actor(), [make_lead().id for _ in range(3)]
    result = analyze_many([*leads, *leads, leads[0]], actor=by, now=NOW)
    assert (sorted(result.scored), result.skipped) == (leads, [])
    assert [len(assessments(lead_id)) for lead_id in leads] == [1, 1, 1]


def test_a_batch_takes_two_statements(
    actor: MakeActor, monkeypatch: pytest.MonkeyPatch, count_statements: list[str]
) -> None:
    monkeypatch.setattr(analysis, "BATCH", 3)
    by, leads = actor(), [make_lead().id for _ in range(5)]
    count_statements.clear()
    result = analyze_many(leads, actor=by, now=NOW)
    assert len(count_statements) == 4
    assert sorted(result.scored) == leads


def test_many_at_once_score_again_what_changed_meanwhile(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_app.app_context():
        leads = [make_lead().id for _ in range(3)]
        with changing(monkeypatch, fresh_app, ONE_MORE, times=1):
            result = analyze_many(leads, actor=MACHINE, now=NOW)
        assert sorted(result.scored) == leads
        assert [len(assessments(lead_id)) for lead_id in leads] == [1, 1, 1]
        assert {reload(lead_id).activity_count for lead_id in leads} == {1}
