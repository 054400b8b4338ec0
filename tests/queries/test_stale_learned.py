"""Staleness where a learned model is in use: its attributes are inputs, and so is the model."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.permissions import Actor, Role
from leadapp.queries.board import load_column
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.lead_list import LeadFilters, list_leads
from leadapp.queries.lead_view import LeadView
from leadapp.queries.stale_inputs import stale_inputs
from leadapp.rules.stages import LeadStage
from leadapp.services.analysis import analyze
from leadapp.services.leads import erase_lead, update_lead
from leadapp.services.pipeline import move
from leadapp.services.scoring_models import retire, take_back
from tests.factories import NOW, make_lead, reload
from tests.services.model_cases import MACHINE, use_model

MakeActor = Callable[..., Actor]

ATTRIBUTES = {"Budget": "high", "Visits": "12", "Color": "red"}


def told(lead: LeadView) -> list[tuple[str, Any, Any]]:
    """What made the lead stale, as everybody is told it; board and list agree on whether."""
    now = reload(lead)
    changes = stale_inputs([now]).get(lead.id, [])
    cards = load_column(BoardFilters(), now.stage, actor=MACHINE, cursor=None).cards
    assert [c.stale for c in cards if c.id == lead.id] == [now.stale]
    listed = list_leads(LeadFilters(stale=True), actor=MACHINE, limit=200).items
    assert (lead.id in [found.id for found in listed]) is now.stale is bool(changes)
    return [(c.input, c.then, c.now) for c in changes]


@pytest.mark.parametrize(
    ("attributes", "changes"),
    [
        (ATTRIBUTES, []),
        ({**ATTRIBUTES, "Color": "blue", "Size": "9"}, []),
        ({**ATTRIBUTES, "Budget": "low"}, [("Budget", "high", "low")]),
        (
            {"Visits": 13.5, "Color": "red"},
            [("Budget", "high", None), ("Visits", "12", "13.5")],
        ),
        ({}, [("Budget", "high", None), ("Visits", "12", None)]),
    ],
)
def test_attributes_that_the_model_reads_are_inputs(
    attributes: dict[str, Any], changes: list[object], db_session: Session
) -> None:
    use_model()
    lead = make_lead(attributes=ATTRIBUTES, analyzed=True)
    assert told(lead) == []
    update_lead(lead.id, {"attributes": attributes}, actor=MACHINE, now=NOW)
    assert told(lead) == changes
    analyze(lead.id, actor=MACHINE, now=NOW)
    assert told(lead) == []


def test_promoting_and_going_back_make_scores_stale(db_session: Session) -> None:
    by_rules = make_lead(attributes=ATTRIBUTES, analyzed=True)
    model = use_model()
    learned = f"learned/{model.id}"
    by_model = make_lead(attributes=ATTRIBUTES, analyzed=True)
    assert told(by_rules) == [("scorer", "rule_table/1", learned)]
    assert told(by_model) == []
    second = use_model()
    assert told(by_model) == [("scorer", learned, f"learned/{second.id}")]
    take_back(actor=MACHINE, now=NOW)
    assert told(by_model) == []
    retire(actor=MACHINE, now=NOW)
    assert told(by_model) == [("scorer", learned, "rule_table/1")]
    assert told(by_rules) == []


def test_other_inputs_are_named_before_the_attributes(db_session: Session) -> None:
    use_model()
    lead = make_lead(attributes=ATTRIBUTES, analyzed=True)
    update_lead(lead.id, {"attributes": {}, "source": "partner"}, actor=MACHINE, now=NOW)
    move(lead.id, LeadStage.CONTACTED, actor=MACHINE, now=NOW)
    assert [name for name, _, _ in told(lead)] == ["source", "stage", "Budget", "Visits"]


def test_an_erased_lead_is_stale_without_saying_what_it_was(actor: MakeActor) -> None:
    use_model()
    lead = make_lead(attributes=ATTRIBUTES, analyzed=True)
    erase_lead(lead.id, actor=actor(Role.ADMIN), now=NOW)
    assert told(lead) == [("attributes", None, None)]


def test_a_key_of_another_version_of_leadapp_says_that_the_scorer_was_another(
    db_session: Session,
) -> None:
    lead = make_lead(analyzed=True)
    db_session.execute(text("UPDATE leads SET ai_inputs_key = 'v0;1;2'"))
    assert told(lead) == [("scorer", None, "rule_table/1")]


def test_attributes_cost_one_statement_and_only_where_they_changed(
    count_statements: list[str], db_session: Session
) -> None:
    use_model()
    lead = make_lead(attributes=ATTRIBUTES, analyzed=True)
    moved = move(lead.id, LeadStage.CONTACTED, actor=MACHINE, now=NOW)
    count_statements.clear()
    stale_inputs([moved])
    assert count_statements == []
    changed = update_lead(lead.id, {"attributes": {}}, actor=MACHINE, now=NOW)
    count_statements.clear()
    stale_inputs([changed])
    assert len(count_statements) == 1
