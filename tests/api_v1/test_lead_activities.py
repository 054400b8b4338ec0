"""POST /leads/{id}/activities."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.models import Activity
from tests.api_v1.program import Program, code_of, own, wrong_fields
from tests.factories import make_lead, make_transferred_lead, make_user, reload


@pytest.mark.parametrize(
    ("kind", "counted"), [("call", 1), ("email", 1), ("meeting", 1), ("demo", 1), ("note", 0)]
)
def test_logs_an_activity(manager: Program, db_session: Session, kind: str, counted: int) -> None:
    lead = make_lead()
    body = {"kind": kind, "note": " Asked for an offer. "}
    response = manager.post(f"/leads/{lead.id}/activities", body)
    assert response.status_code == 201
    assert response.json is not None
    assert response.json["activity_count"] == counted
    assert response.headers["Location"] == f"/api/v1/leads/{lead.id}/events"
    activity = db_session.scalars(select(Activity).where(Activity.lead_id == lead.id)).one()
    assert (activity.kind, activity.note) == (kind, "Asked for an offer.")
    assert activity.actor_id == manager.user.id


def test_words_are_optional_but_for_a_note(manager: Program) -> None:
    path = f"/leads/{make_lead().id}/activities/"
    assert manager.post(path, {"kind": "call"}).status_code == 201
    assert manager.post(path, {"kind": "call", "note": None}).status_code == 201
    assert wrong_fields(manager.post(path, {"kind": "note"})) == {"note"}
    assert wrong_fields(manager.post(path, {"kind": "note", "note": " "})) == {"note"}


def test_takes_one_statement(manager: Program, count_statements: list[str]) -> None:
    lead = make_lead()
    count_statements.clear()
    manager.post(f"/leads/{lead.id}/activities", {"kind": "call"})
    assert len(own(count_statements)) == 1


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/leads/{make_lead().id}/activities", {"kind": "call"})
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_may_not(viewer: Program) -> None:
    response = viewer.post(f"/leads/{make_lead().id}/activities", {"kind": "call"})
    assert code_of(response) == (403, "permission_denied")


def test_a_rep_who_works_an_unassigned_lead_owns_it(rep: Program) -> None:
    worked = rep.post(f"/leads/{make_lead().id}/activities", {"kind": "call"}).json
    assert worked is not None
    assert worked["owner_id"] == rep.user.id


def test_another_reps_lead_is_not_there(rep: Program, db_session: Session) -> None:
    lead = make_lead(owner=make_user("rep"))
    response = rep.post(f"/leads/{lead.id}/activities", {"kind": "call"})
    assert code_of(response) == (404, "lead_not_found")
    assert reload(lead) == lead
    assert db_session.scalars(select(Activity).where(Activity.lead_id == lead.id)).all() == []


@pytest.mark.parametrize("lead_id", ["9000000000", "0", "abc"])
def test_missing(manager: Program, lead_id: str) -> None:
    response = manager.post(f"/leads/{lead_id}/activities", {"kind": "call"})
    assert code_of(response) == (404, "lead_not_found")


def test_a_final_lead_takes_activities_without_counting(manager: Program) -> None:
    lead, _ = make_transferred_lead()
    logged = manager.post(f"/leads/{lead.id}/activities", {"kind": "call"}).json
    assert logged is not None
    assert logged["activity_count"] == lead.activity_count


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": "fax"}, "kind"),
        ({"kind": "Call"}, "kind"),
        ({"kind": "call", "note": 1}, "note"),
        ({"kind": "call", "note": "x" * 10_001}, "note"),
        ({"kind": "call", "count": 5}, "count"),
        ({"kind": "call", "stage": "qualified"}, "stage"),
    ],
)
def test_what_is_not_accepted(manager: Program, body: dict[str, Any], field: str) -> None:
    lead = make_lead()
    assert wrong_fields(manager.post(f"/leads/{lead.id}/activities", body)) == {field}
    assert reload(lead) == lead
