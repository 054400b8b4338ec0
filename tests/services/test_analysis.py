"""Analyzing: what is stored, for whom."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.errors import LeadIsFinal, LeadNotFound
from leadapp.extensions import db
from leadapp.models import LeadAssessment
from leadapp.permissions import Actor, Role, command_actor
from leadapp.scoring import rule_table
from leadapp.scoring.assessment import Inputs
from leadapp.services import scored_rows
from leadapp.services.analysis import analyze
from tests.factories import (
    NOW,
    make_lead,
    make_transferred_lead,
    make_user,
    reload,
    set_score,
    set_threshold,
    source_id,
)

MakeActor = Callable[..., Actor]
MACHINE = command_actor()


def assessments(lead_id: int) -> list[LeadAssessment]:
    statement = (
        select(LeadAssessment).where(LeadAssessment.lead_id == lead_id).order_by(LeadAssessment.id)
    )
    return list(db.session.scalars(statement))


def test_stores_score_advice_and_reason_with_the_exact_inputs(actor: MakeActor) -> None:
    by = actor()
    lead = make_lead(
        stage="qualified", source="Partner", activity_count=4, business_domain="Retail"
    )
    scored = analyze(lead.id, actor=by, now=NOW)
    assert (scored.ai_score, scored.ai_recommendation) == (Decimal("1.0000"), "transfer_to_sales")
    assert (scored.version, scored.stale) == (lead.version + 1, False)
    [stored] = assessments(lead.id)
    assert scored.assessment_id == stored.id
    assert (stored.scorer, stored.scorer_version) == (rule_table.SCORER, rule_table.VERSION)
    assert (stored.score, stored.reason) == (scored.ai_score, scored.ai_reason)
    assert (stored.requested_by_id, stored.created_at) == (by.id, NOW)
    assert stored.threshold == Decimal("0.60")
    assert stored.inputs == {
        "source_id": source_id("partner"),
        "source": "partner",
        "source_rule_key": "partner",
        "stage": "qualified",
        "activity_count": 4,
        "business_domain_id": lead.business_domain_id,
        "business_domain": "Retail",
        "threshold": "0.60",
    }


@pytest.mark.parametrize(
    ("stage", "values", "score"),
    [
        ("qualified", {"source": "partner", "activity_count": 8, "business_domain": "A"}, "1"),
        ("qualified", {"source": "scanner", "activity_count": 0, "business_domain": "A"}, "0.55"),
        ("qualified", {"source": "unknown", "activity_count": 1, "business_domain": "A"}, "0.60"),
        ("qualified", {"source": "partner", "activity_count": 100}, "0.55"),
        ("new", {"source": "unknown"}, "0.10"),
    ],
)
def test_the_stored_contributions_add_up_to_the_score(
    stage: str, values: dict[str, Any], score: str, db_session: Session
) -> None:
    lead = make_lead(stage=stage, analyzed=True, **values)
    [stored] = assessments(lead.id)
    assert lead.ai_score == stored.score == Decimal(score)
    assert sum(Decimal(c["points"]) for c in stored.contributions) == Decimal(score)


def test_writes_one_event(actor: MakeActor, db_session: Session) -> None:
    by, lead = actor(via="api"), make_lead()
    scored = analyze(lead.id, actor=by, now=NOW)
    rows = db_session.execute(
        text("SELECT actor_id, via, at, data FROM events WHERE lead_id = :id AND kind = :kind"),
        {"id": lead.id, "kind": "analyzed"},
    ).all()
    data = {
        "score": 0.2,
        "recommendation": "drop_lead",
        "assessment_id": scored.assessment_id,
    }
    assert [tuple(row) for row in rows] == [(by.id, "api", NOW, data)]


@pytest.mark.parametrize("stage", ["transferred", "lost"])
def test_the_score_of_a_final_lead_is_frozen(stage: str, actor: MakeActor) -> None:
    lead = make_transferred_lead()[0] if stage == "transferred" else make_lead(stage="lost")
    before = len(assessments(lead.id))
    with pytest.raises(LeadIsFinal) as refusal:
        analyze(lead.id, actor=actor(), now=NOW)
    assert refusal.value.details == {"stage": stage, "fields": ["ai_score"]}
    assert reload(lead) == lead
    assert len(assessments(lead.id)) == before


def test_a_rep_analyzes_own_and_unassigned_leads_which_become_theirs(db_session: Session) -> None:
    rep = make_user(Role.REP)
    me = rep.actor("page")
    own, nobodys = make_lead(owner=rep), make_lead()
    others = make_lead(owner=make_user(Role.REP))
    assert analyze(own.id, actor=me, now=NOW).owner_id == rep.id
    assert analyze(nobodys.id, actor=me, now=NOW).owner_id == rep.id
    with pytest.raises(LeadNotFound):
        analyze(others.id, actor=me, now=NOW)
    assert reload(others) == others


def test_what_is_no_lead_is_not_found(actor: MakeActor) -> None:
    with pytest.raises(LeadNotFound):
        analyze(10**12, actor=actor(), now=NOW)


def test_a_managers_analysis_takes_no_lead_over(actor: MakeActor) -> None:
    assert analyze(make_lead().id, actor=actor(), now=NOW).owner_id is None


def test_the_threshold_is_an_input(actor: MakeActor) -> None:
    by = actor()
    lead = make_lead(source="partner", activity_count=3, business_domain="Retail", analyzed=True)
    assert (lead.ai_score, lead.ai_recommendation) == (Decimal("0.95"), "transfer_to_sales")
    set_threshold("0.90")
    assert reload(lead).stale
    again = analyze(lead.id, actor=by, now=NOW)
    assert (again.ai_score, again.stale) == (Decimal("0.95"), False)
    assert again.ai_recommendation == "continue_qualification"
    assert [a.threshold for a in assessments(lead.id)] == [Decimal("0.60"), Decimal("0.90")]


def test_two_statements(actor: MakeActor, count_statements: list[str]) -> None:
    by, lead = actor(), make_lead()
    count_statements.clear()
    analyze(lead.id, actor=by, now=NOW)
    assert len(count_statements) == 2


@pytest.mark.parametrize("score", ["NaN", "Infinity", "1.5", "-0.1"])
def test_a_broken_scorer_stores_nothing(
    score: str, actor: MakeActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, lead = actor(), make_lead(analyzed=True)
    assess_as_always = rule_table.assess

    def assess(inputs: Inputs) -> object:
        good = assess_as_always(inputs)
        return SimpleNamespace(
            score=Decimal(score),
            recommendation=good.recommendation,
            reason=good.reason,
            contributions=good.contributions,
            missing=(),
            ignored=(),
        )

    monkeypatch.setattr(rule_table, "assess", assess)
    # Past what is remembered, and nothing of this is to be.
    monkeypatch.setattr(scored_rows, "told_by_rules", scored_rows.told_by_rules.__wrapped__)
    with pytest.raises(Exception, match=r"ai_score|overflow"), db.session.begin_nested():
        analyze(lead.id, actor=by, now=NOW)
    assert reload(lead) == lead


def test_an_analysis_writes_its_own_columns_alone(actor: MakeActor) -> None:
    lead = make_lead(name="Ada", notes="Called", business_domain="Retail", stage="contacted")
    scored = analyze(lead.id, actor=actor(), now=NOW)
    changed = {f for f in lead._fields if getattr(lead, f) != getattr(scored, f)}
    assert changed == {
        "ai_score", "ai_recommendation", "ai_reason", "ai_inputs_key", "assessment_id", "version",
    }  # fmt: skip


def test_a_stored_score_is_replaced_not_kept(actor: MakeActor) -> None:
    lead = make_lead(analyzed=True)
    set_score(lead.id, "0.9000")
    assert analyze(lead.id, actor=actor(), now=NOW).ai_score == Decimal("0.20")
