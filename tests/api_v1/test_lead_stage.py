"""PATCH /leads/{id}/stage."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.models import Event, Sale
from tests.api_v1.program import Program, code_of, own, wrong_fields
from tests.factories import (
    make_lead,
    make_ready_lead,
    make_transferred_lead,
    make_user,
    reload,
    set_score,
)


def test_moves_a_lead_one_step(manager: Program, db_session: Session) -> None:
    lead = make_lead()
    response = manager.patch(f"/leads/{lead.id}/stage", {"stage": "contacted"})
    assert response.status_code == 200
    moved = response.json
    assert moved is not None
    assert (moved["stage"], moved["version"]) == ("contacted", lead.version + 1)
    assert response.headers["ETag"] == manager.get(f"/leads/{lead.id}").headers["ETag"]
    event = db_session.scalars(
        select(Event).where(Event.lead_id == lead.id, Event.kind == "stage_changed")
    ).one()
    assert (event.data, event.via) == ({"from": "new", "to": "contacted"}, "api")


def test_loses_a_lead_with_or_without_a_reason(manager: Program) -> None:
    silent, told = make_lead(), make_lead()
    assert manager.patch(f"/leads/{silent.id}/stage/", {"stage": "lost"}).status_code == 200
    body = {"stage": "lost", "lost_reason": "other", "lost_note": "Moved away."}
    lost = manager.patch(f"/leads/{told.id}/stage", body).json
    assert lost is not None
    assert (lost["lost_reason"], lost["lost_note"]) == ("other", "Moved away.")


def test_hands_a_lead_off(manager: Program, db_session: Session) -> None:
    lead, salesperson = make_ready_lead(), make_user("rep")
    body = {"stage": "transferred", "salesperson_id": salesperson.id}
    response = manager.patch(f"/leads/{lead.id}/stage", body)
    assert response.status_code == 200
    moved = response.json
    assert moved is not None
    sale = db_session.scalars(select(Sale).where(Sale.lead_id == lead.id)).one()
    assert (moved["stage"], moved["sale_id"]) == ("transferred", sale.id)
    assert sale.owner_id == salesperson.id
    assert response.headers["ETag"] == manager.get(f"/leads/{lead.id}").headers["ETag"]


@pytest.mark.parametrize("stage", ["contacted", "lost"])
def test_a_move_takes_one_statement(
    manager: Program, count_statements: list[str], stage: str
) -> None:
    lead = make_lead()
    count_statements.clear()
    manager.patch(f"/leads/{lead.id}/stage", {"stage": stage})
    assert len(own(count_statements)) == 1


def test_a_handoff_takes_one_statement(manager: Program, count_statements: list[str]) -> None:
    lead = make_ready_lead()
    count_statements.clear()
    manager.patch(f"/leads/{lead.id}/stage", {"stage": "transferred"})
    assert len(own(count_statements)) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/leads/{make_lead().id}/stage")
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_may_not(viewer: Program) -> None:
    response = viewer.patch(f"/leads/{make_lead().id}/stage", {"stage": "contacted"})
    assert code_of(response) == (403, "permission_denied")


def test_a_rep_who_moves_an_unassigned_lead_owns_it(rep: Program) -> None:
    moved = rep.patch(f"/leads/{make_lead().id}/stage", {"stage": "contacted"}).json
    assert moved is not None
    assert moved["owner_id"] == rep.user.id


def test_a_rep_hands_off_only_what_is_theirs(rep: Program) -> None:
    own, unassigned = make_ready_lead(rep.user), make_ready_lead()
    body = {"stage": "transferred"}
    assert rep.patch(f"/leads/{own.id}/stage", body).status_code == 200
    assert code_of(rep.patch(f"/leads/{unassigned.id}/stage", body)) == (403, "not_owner")


@pytest.mark.parametrize("stage", ["contacted", "qualified", "lost", "transferred"])
def test_another_reps_lead_is_not_there(rep: Program, stage: str) -> None:
    lead = make_ready_lead(make_user("rep"))
    response = rep.patch(f"/leads/{lead.id}/stage", {"stage": stage})
    assert code_of(response) == (404, "lead_not_found")
    assert reload(lead) == lead


@pytest.mark.parametrize("lead_id", ["9000000000", "0", "abc"])
@pytest.mark.parametrize("stage", ["contacted", "transferred"])
def test_missing(manager: Program, lead_id: str, stage: str) -> None:
    response = manager.patch(f"/leads/{lead_id}/stage", {"stage": stage})
    assert code_of(response) == (404, "lead_not_found")


@pytest.mark.parametrize(
    ("present", "to", "allowed"),
    [
        ("new", "new", ["contacted", "lost"]),
        ("new", "qualified", ["contacted", "lost"]),
        ("new", "transferred", ["contacted", "lost"]),
        ("contacted", "new", ["qualified", "lost"]),
        ("qualified", "contacted", ["transferred", "lost"]),
        ("lost", "lost", []),
        ("lost", "new", []),
        ("lost", "transferred", []),
    ],
)
def test_a_step_that_there_is_not(
    manager: Program, present: str, to: str, allowed: list[str]
) -> None:
    lead = make_lead(stage=present)
    response = manager.patch(f"/leads/{lead.id}/stage", {"stage": to})
    assert code_of(response) == (409, "invalid_transition")
    assert response.json is not None
    assert [response.json[name] for name in ("from", "to", "allowed")] == [present, to, allowed]
    assert reload(lead) == lead


@pytest.mark.parametrize("to", ["transferred", "lost"])
def test_already_handed_off(manager: Program, to: str) -> None:
    lead, _ = make_transferred_lead()
    response = manager.patch(f"/leads/{lead.id}/stage", {"stage": to})
    assert code_of(response) == (409, "invalid_transition")


def test_a_refused_handoff_names_every_condition(manager: Program) -> None:
    lead = make_lead(stage="qualified", source="scanner")
    response = manager.patch(f"/leads/{lead.id}/stage", {"stage": "transferred"})
    assert code_of(response) == (409, "handoff_refused")
    assert response.json is not None
    unmet = {u["code"]: (u["have"], u["need"]) for u in response.json["unmet"]}
    assert unmet == {
        "score_missing": ("none", "0.60"),
        "business_domain_missing": ("none", "a business domain"),
    }
    assert reload(lead) == lead


@pytest.mark.parametrize(("score", "status"), [("0.5999", 409), ("0.6000", 200)])
def test_the_gate_is_exact(manager: Program, score: str, status: int) -> None:
    lead = make_ready_lead()
    set_score(lead.id, score)
    response = manager.patch(f"/leads/{lead.id}/stage", {"stage": "transferred"})
    assert response.status_code == status
    if status == 409:
        assert response.json is not None
        assert response.json["unmet"][0]["have"] == "0.59"


def test_an_unknown_salesperson(manager: Program) -> None:
    lead = make_ready_lead()
    for salesperson in (9_000_000_000, make_user("viewer").id):
        body = {"stage": "transferred", "salesperson_id": salesperson}
        response = manager.patch(f"/leads/{lead.id}/stage", body)
        assert wrong_fields(response) == {"salesperson_id"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "stage"),
        ({"stage": None}, "stage"),
        ({"stage": "won"}, "stage"),
        ({"stage": "Contacted"}, "stage"),
        ({"stage": ["contacted"]}, "stage"),
        ({"stage": 1}, "stage"),
        ({"stage": "contacted", "force": True}, "force"),
        ({"stage": "contacted", "ai_score": 1}, "ai_score"),
        ({"stage": "contacted", "owner": "Eve"}, "owner"),
        ({"stage": "contacted", "lost_reason": "no_need"}, "lost_reason"),
        ({"stage": "contacted", "lost_note": "Why"}, "lost_note"),
        ({"stage": "contacted", "salesperson_id": 1}, "salesperson_id"),
        ({"stage": "lost", "salesperson_id": 1}, "salesperson_id"),
        ({"stage": "contacted", "against_advice": "I know them."}, "against_advice"),
        ({"stage": "lost", "lost_reason": "bored"}, "lost_reason"),
        ({"stage": "lost", "lost_reason": "not_qualified"}, "lost_reason"),
        ({"stage": "lost", "lost_reason": "other"}, "lost_note"),
        ({"stage": "transferred", "salesperson_id": "1"}, "salesperson_id"),
        ({"stage": "transferred", "salesperson_id": 2**63}, "salesperson_id"),
    ],
)
def test_what_is_not_accepted(manager: Program, body: dict[str, Any], field: str) -> None:
    lead = make_lead()
    assert wrong_fields(manager.patch(f"/leads/{lead.id}/stage", body)) == {field}
    assert reload(lead) == lead


@pytest.mark.parametrize("stage", ["lost", "transferred"])
def test_if_match(manager: Program, stage: str) -> None:
    lead = make_ready_lead()
    path = f"/leads/{lead.id}/stage"
    stale = manager.patch(path, {"stage": stage}, if_match=f'"{lead.version - 1}"')
    assert code_of(stale) == (412, "version_conflict")
    assert reload(lead) == lead
    assert manager.patch(path, {"stage": stage}, if_match=f'"{lead.version}"').status_code == 200
