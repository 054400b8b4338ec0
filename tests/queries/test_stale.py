"""Staleness as the database finds it is staleness as the rules say it."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.permissions import Actor, Role
from leadapp.queries import lead_view
from leadapp.queries.board import load_column
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.lead_view import DEFAULT_SCORER, LeadView
from leadapp.queries.stale_inputs import stale_inputs
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.rules.staleness import ScoredInputs, changed_inputs
from leadapp.services.activities import log_activity
from leadapp.services.analysis import analyze
from leadapp.services.company import set_threshold
from leadapp.services.leads import assign_lead, update_lead
from leadapp.services.lists import (
    get_domain,
    get_source,
    merge_domain,
    merge_source,
    rename_domain,
    rename_source,
)
from leadapp.services.pipeline import move
from tests.factories import NOW, make_lead, make_transferred_lead, reload, source_id

MakeActor = Callable[..., Actor]
Change = Callable[[LeadView, Actor], object]

CHANGES: dict[str, tuple[Change, list[str]]] = {
    "nothing": (lambda _lead, _by: None, []),
    "a call": (
        lambda lead, by: log_activity(lead.id, "call", note=None, actor=by, now=NOW),
        ["activity_count"],
    ),
    "a note": (lambda lead, by: log_activity(lead.id, "note", note="x", actor=by, now=NOW), []),
    "a step": (lambda lead, by: move(lead.id, LeadStage.CONTACTED, actor=by, now=NOW), ["stage"]),
    "a loss": (lambda lead, by: move(lead.id, LeadStage.LOST, actor=by, now=NOW), []),
    "another source": (
        lambda lead, by: update_lead(lead.id, {"source": "partner"}, actor=by, now=NOW),
        ["source"],
    ),
    "another domain": (
        lambda lead, by: update_lead(lead.id, {"business_domain": "Mining"}, actor=by, now=NOW),
        ["business_domain"],
    ),
    "no domain": (
        lambda lead, by: update_lead(lead.id, {"business_domain": None}, actor=by, now=NOW),
        ["business_domain"],
    ),
    "the same domain": (
        lambda lead, by: update_lead(lead.id, {"business_domain": "RETAIL"}, actor=by, now=NOW),
        [],
    ),
    "a name": (lambda lead, by: update_lead(lead.id, {"name": "Bea"}, actor=by, now=NOW), []),
    "an owner": (lambda lead, by: assign_lead(lead.id, by.id, actor=by, now=NOW), []),
    "a threshold": (lambda _lead, by: set_threshold("0.75", actor=by, now=NOW), ["threshold"]),
    "the same threshold": (lambda _lead, by: set_threshold("0.6", actor=by, now=NOW), []),
    "a new analysis": (lambda lead, by: analyze(lead.id, actor=by, now=NOW), []),
    "a source renamed": (
        lambda lead, by: rename_source(lead.source_id, "by hand", actor=by, now=NOW),
        [],
    ),
    "a source merged": (
        lambda lead, by: merge_source(lead.source_id, source_id("partner"), actor=by, now=NOW),
        [],
    ),
    "a domain renamed": (
        lambda lead, by: rename_domain(domain_of(lead), "Shops", actor=by, now=NOW),
        [],
    ),
    "a domain merged": (
        lambda lead, by: merge_domain(
            domain_of(lead),
            domain_of(make_lead(business_domain="Mining")),
            actor=by,
            now=NOW,
        ),
        [],
    ),
}


def domain_of(lead: LeadView) -> int:
    assert lead.business_domain_id is not None
    return lead.business_domain_id


def by_the_rules(lead: LeadView) -> list[str]:
    """What changed since the analysis, as the rules say."""
    now = ScoredInputs(
        source_id=lead.source_id,
        stage=lead.stage,
        activity_count=lead.activity_count,
        business_domain_id=lead.business_domain_id,
        threshold=lead.threshold,
        scorer=DEFAULT_SCORER,
    )
    then = None if lead.ai_inputs_key is None else ScoredInputs.from_key(lead.ai_inputs_key)
    return [c.input for c in changed_inputs(then, now, LEAD_PIPELINE.is_final(lead.stage))]


@pytest.mark.parametrize("analyzed", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_database_and_rules_agree(change: str, analyzed: bool, actor: MakeActor) -> None:
    by = actor(Role.ADMIN)
    lead = make_lead(business_domain="Retail", activity_count=2, analyzed=analyzed)
    apply, expected = CHANGES[change]
    apply(lead, by)
    now = reload(lead)
    expected = expected if analyzed else []
    assert by_the_rules(now) == expected
    assert now.stale is bool(expected)
    [card] = [
        card
        for card in load_column(BoardFilters(), now.stage, actor=by, cursor=None).cards
        if card.id == lead.id
    ]
    assert card.stale is bool(expected)
    assert [c.input for c in stale_inputs([now]).get(lead.id, [])] == expected


def test_what_was_changed_back_is_not_stale(actor: MakeActor) -> None:
    by, lead = actor(Role.ADMIN), make_lead(business_domain="Retail", analyzed=True)
    for name in ("Mining", "Retail"):
        update_lead(lead.id, {"business_domain": name}, actor=by, now=NOW)
    set_threshold("0.75", actor=by, now=NOW)
    set_threshold("0.60", actor=by, now=NOW)
    assert not reload(lead).stale


def test_a_transferred_lead_is_never_stale(actor: MakeActor, db_session: Session) -> None:
    lead, _ = make_transferred_lead()
    set_threshold("0.75", actor=actor(Role.ADMIN), now=NOW)
    assert not reload(lead).stale
    assert by_the_rules(reload(lead)) == []


def test_another_version_of_the_scorer_makes_it_stale(
    db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = make_lead(analyzed=True)
    monkeypatch.setattr(lead_view, "DEFAULT_SCORER", "rule_table/2")
    assert reload(lead).stale


def test_lists_change_no_lead_no_evidence_and_no_assessment(
    actor: MakeActor, db_session: Session
) -> None:
    by = actor(Role.ADMIN)
    lead, _ = make_transferred_lead(business_domain="Retail")
    other = make_lead(business_domain="Mining")

    def kept() -> list[object]:
        tables = {"leads": lead.id, "sales": lead.id, "assessments": lead.id}
        return [
            db_session.execute(
                text(f"SELECT * FROM {name} WHERE {column} = :id ORDER BY id"), {"id": lead_id}
            ).all()
            for (name, lead_id), column in zip(
                tables.items(), ("id", "lead_id", "lead_id"), strict=True
            )
        ]

    before = kept()
    rename_domain(domain_of(lead), "Shops", actor=by, now=NOW)
    merge_domain(domain_of(lead), domain_of(other), actor=by, now=NOW)
    rename_source(lead.source_id, "Friends", actor=by, now=NOW)
    merge_source(lead.source_id, source_id("manual"), actor=by, now=NOW)
    assert kept() == before
    assert get_domain(domain_of(lead)).name == "Mining"
    assert get_source(lead.source_id).name == "manual"
    assert reload(lead).business_domain == "Mining"


def test_names_are_told_for_what_changed(actor: MakeActor, count_statements: list[str]) -> None:
    by = actor(Role.ADMIN)
    lead = make_lead(business_domain="Retail", analyzed=True)
    called = make_lead(analyzed=True)
    update_lead(lead.id, {"source": "partner", "business_domain": None}, actor=by, now=NOW)
    log_activity(called.id, "call", note=None, actor=by, now=NOW)
    lead, called = reload(lead), reload(called)
    count_statements.clear()
    told = stale_inputs([lead, called])
    assert len(count_statements) == 1
    assert [(c.input, c.then, c.now) for c in told[lead.id]] == [
        ("source", "manual", "partner"),
        ("business_domain", "Retail", None),
    ]
    assert [(c.input, c.then, c.now) for c in told[called.id]] == [("activity_count", 0, 1)]
    count_statements.clear()
    stale_inputs([called])
    assert count_statements == []
