"""Analyzing at once when inputs change, where the company wants it."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.permissions import Actor, Role
from leadapp.queries.lead_view import LeadView
from leadapp.rules.stages import LeadStage
from leadapp.services import scorers
from leadapp.services.activities import log_activity
from leadapp.services.company import set_analyze_on_change
from leadapp.services.leads import assign_lead, update_lead
from leadapp.services.pipeline import move
from tests.factories import NOW, make_lead, make_user, reload
from tests.services.model_cases import MACHINE, use_model

Change = Callable[[LeadView], LeadView]

INPUTS: dict[str, Change] = {
    "a call": lambda lead: log_activity(lead.id, "call", note=None, actor=MACHINE, now=NOW),
    "a step": lambda lead: move(lead.id, LeadStage.CONTACTED, actor=MACHINE, now=NOW),
    "a source": lambda lead: update_lead(lead.id, {"source": "partner"}, actor=MACHINE, now=NOW),
    "a domain": lambda lead: update_lead(
        lead.id, {"business_domain": "Retail"}, actor=MACHINE, now=NOW
    ),
}
OTHERS: dict[str, Change] = {
    "a note": lambda lead: log_activity(lead.id, "note", note="x", actor=MACHINE, now=NOW),
    "a name": lambda lead: update_lead(lead.id, {"name": "Ada"}, actor=MACHINE, now=NOW),
    "an owner": lambda lead: assign_lead(lead.id, make_user(Role.REP).id, actor=MACHINE, now=NOW),
    "a loss": lambda lead: move(lead.id, LeadStage.LOST, actor=MACHINE, now=NOW),
}


@pytest.fixture(autouse=True)
def _at_once(db_session: Session) -> None:
    set_analyze_on_change(True, actor=MACHINE, now=NOW)


@pytest.mark.parametrize("change", INPUTS)
@pytest.mark.parametrize("analyzed", [True, False])
def test_a_change_of_inputs_gives_a_fresh_score(change: str, analyzed: bool) -> None:
    lead = make_lead(analyzed=analyzed)
    changed = INPUTS[change](lead)
    assert (changed.stale, changed.version) == (False, lead.version + 2)
    assert changed.ai_score is not None
    assert changed.assessment_id != lead.assessment_id
    assert reload(lead) == changed


@pytest.mark.parametrize("change", OTHERS)
def test_what_is_no_input_analyzes_nothing(change: str) -> None:
    lead = make_lead(analyzed=True)
    assert OTHERS[change](lead).assessment_id == lead.assessment_id


@pytest.mark.parametrize("change", INPUTS)
def test_it_is_off_by_default(change: str) -> None:
    set_analyze_on_change(False, actor=MACHINE, now=NOW)
    lead = make_lead(analyzed=True)
    changed = INPUTS[change](lead)
    assert (changed.stale, changed.assessment_id) == (True, lead.assessment_id)


def test_attributes_are_inputs_where_a_model_reads_them() -> None:
    use_model()
    lead = make_lead(attributes={"Budget": "low"}, analyzed=True)
    same = update_lead(lead.id, {"attributes": {"Budget": "low", "X": "1"}}, actor=MACHINE, now=NOW)
    assert same.assessment_id == lead.assessment_id
    changed = update_lead(lead.id, {"attributes": {"Budget": "high"}}, actor=MACHINE, now=NOW)
    assert not changed.stale
    assert (changed.ai_score or 0) > (lead.ai_score or 0)


def test_what_is_stale_for_another_reason_waits_for_a_change_of_inputs(
    db_session: Session,
) -> None:
    lead = make_lead(analyzed=True)
    db_session.execute(text("UPDATE company SET handoff_threshold = 0.75"))
    assert OTHERS["a note"](lead).stale
    assert not INPUTS["a call"](lead).stale


def test_a_damaged_model_does_not_undo_the_change(db_session: Session) -> None:
    lead = make_lead(analyzed=True)
    use_model()
    scorers.forget()
    db_session.execute(text("ALTER TABLE scoring_models DISABLE TRIGGER scoring_models_kept"))
    db_session.execute(text("UPDATE scoring_models SET document = document || '{\"base\": 1}'"))
    changed = INPUTS["a call"](lead)
    assert (changed.activity_count, changed.stale) == (1, True)


def test_the_switch_is_an_event(actor: Callable[..., Actor], db_session: Session) -> None:
    set_analyze_on_change(True, actor=actor(Role.ADMIN), now=NOW)
    found = db_session.execute(
        text("SELECT data FROM events WHERE kind = 'analyze_on_change_changed'")
    ).scalars()
    assert list(found) == [{"from": False, "to": True}]


def test_it_costs_nothing_more_while_it_is_off(count_statements: list[str]) -> None:
    set_analyze_on_change(False, actor=MACHINE, now=NOW)
    lead = make_lead(analyzed=True)
    for change in INPUTS.values():
        count_statements.clear()
        change(lead)
        assert len([s for s in count_statements if "assessments" in s]) == 0
