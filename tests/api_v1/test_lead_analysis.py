"""POST /leads/{id}/analyze."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.models import LeadAssessment
from tests.api_v1.program import Program, code_of, own, wrong_fields
from tests.factories import make_lead, make_transferred_lead, make_user, reload

PARTNER: dict[str, Any] = {"source": "partner", "activity_count": 8, "business_domain": "Retail"}


def test_scores_a_lead(manager: Program, db_session: Session) -> None:
    lead = make_lead(stage="qualified", **PARTNER)
    response = manager.post(f"/leads/{lead.id}/analyze")
    assert response.status_code == 200
    scored = response.json
    assert scored is not None
    assert (scored["ai_score"], scored["ai_recommendation"]) == (1.0, "transfer_to_sales")
    assert scored["ai_reason"].startswith("Partner lead with 8 interactions")
    assert (scored["stage"], scored["version"]) == ("qualified", lead.version + 1)
    assert response.headers["ETag"] == manager.get(f"/leads/{lead.id}").headers["ETag"]
    kept = db_session.scalars(select(LeadAssessment).where(LeadAssessment.lead_id == lead.id)).one()
    assert kept.requested_by_id == manager.user.id


@pytest.mark.parametrize("body", [b"", b"{}", b" { } "])
def test_needs_no_body(manager: Program, body: bytes) -> None:
    lead = make_lead()
    assert manager.call("POST", f"/leads/{lead.id}/analyze/", raw=body).status_code == 200


def test_takes_two_statements(manager: Program, count_statements: list[str]) -> None:
    lead = make_lead()
    count_statements.clear()
    manager.post(f"/leads/{lead.id}/analyze")
    assert len(own(count_statements)) == 2


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/leads/{make_lead().id}/analyze")
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_may_not(viewer: Program) -> None:
    response = viewer.post(f"/leads/{make_lead().id}/analyze")
    assert code_of(response) == (403, "permission_denied")


def test_a_rep_who_analyzes_an_unassigned_lead_owns_it(rep: Program) -> None:
    scored = rep.post(f"/leads/{make_lead().id}/analyze").json
    assert scored is not None
    assert scored["owner_id"] == rep.user.id


def test_another_reps_lead_is_not_there(rep: Program) -> None:
    lead = make_lead(owner=make_user("rep"))
    assert code_of(rep.post(f"/leads/{lead.id}/analyze")) == (404, "lead_not_found")
    assert reload(lead) == lead


@pytest.mark.parametrize("lead_id", ["9000000000", "0", "abc"])
def test_missing(manager: Program, lead_id: str) -> None:
    assert code_of(manager.post(f"/leads/{lead_id}/analyze")) == (404, "lead_not_found")


def test_final_leads_keep_their_score(manager: Program) -> None:
    transferred, _ = make_transferred_lead()
    for lead in (transferred, make_lead(stage="lost")):
        response = manager.post(f"/leads/{lead.id}/analyze")
        assert code_of(response) == (409, "lead_is_final")
        assert reload(lead) == lead


def test_nobody_says_the_score(manager: Program) -> None:
    lead = make_lead()
    response = manager.post(f"/leads/{lead.id}/analyze", {"ai_score": 0.9, "stage": "qualified"})
    assert wrong_fields(response) == {"ai_score", "stage"}
    assert reload(lead) == lead


def test_analyzing_again_is_another_assessment(manager: Program) -> None:
    lead = make_lead()
    first = manager.post(f"/leads/{lead.id}/analyze").json
    again = manager.post(f"/leads/{lead.id}/analyze").json
    assert first is not None
    assert again is not None
    assert (again["ai_score"], again["version"]) == (first["ai_score"], first["version"] + 1)
