"""GET /leads/{id}."""

import pytest

from tests.api_v1.program import Program, code_of, own
from tests.factories import make_lead, make_transferred_lead, make_user, set_threshold


def test_shows_all_of_a_lead(manager: Program) -> None:
    lead = make_lead(source="partner", name="Ada", business_domain="Retail", activity_count=3)
    response = manager.get(f"/leads/{lead.id}")
    assert response.status_code == 200
    shown = response.json
    assert shown is not None
    assert shown["id"] == lead.id
    assert (shown["source"], shown["stage"], shown["business_domain"]) == (
        "partner", "new", "Retail",
    )  # fmt: skip
    assert (shown["activity_count"], shown["ai_score"], shown["version"]) == (3, None, 1)
    assert shown["created_at"] == "2026-03-02T09:30:00+00:00"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_slash_at_the_end_changes_nothing(manager: Program) -> None:
    lead = make_lead()
    assert manager.get(f"/leads/{lead.id}/").json == manager.get(f"/leads/{lead.id}").json


def test_the_score_is_a_number(manager: Program) -> None:
    lead = make_lead(source="scanner", analyzed=True)
    shown = manager.get(f"/leads/{lead.id}").json
    assert shown is not None
    assert shown["ai_score"] == 0.3
    assert shown["ai_recommendation"] == "drop_lead"
    assert shown["ai_reason"]


def test_says_what_made_the_score_stale(manager: Program) -> None:
    lead = make_lead(source="scanner", analyzed=True, business_domain="Retail")
    manager.patch(f"/leads/{lead.id}", {"source": "partner", "business_domain": None})
    manager.post(f"/leads/{lead.id}/activities", {"kind": "call"})
    set_threshold("0.50")
    shown = manager.get(f"/leads/{lead.id}").json
    assert shown is not None
    assert shown["stale"] is True
    assert shown["stale_inputs"] == [
        {"input": "source", "then": "scanner", "now": "partner"},
        {"input": "activity_count", "then": 0, "now": 1},
        {"input": "business_domain", "then": "Retail", "now": None},
        {"input": "threshold", "then": 0.6, "now": 0.5},
    ]


def test_a_fresh_score_has_no_stale_inputs(manager: Program) -> None:
    lead = make_lead(analyzed=True)
    shown = manager.get(f"/leads/{lead.id}").json
    assert shown is not None
    assert (shown["stale"], shown["stale_inputs"]) == (False, [])


def test_a_transferred_lead_names_its_sale(manager: Program) -> None:
    lead, sale_id = make_transferred_lead()
    shown = manager.get(f"/leads/{lead.id}").json
    assert shown is not None
    assert (shown["stage"], shown["sale_id"]) == ("transferred", sale_id)


def test_reading_a_lead_takes_one_statement(manager: Program, count_statements: list[str]) -> None:
    lead = make_lead(analyzed=True)
    manager.get(f"/leads/{lead.id}")
    count_statements.clear()
    manager.get(f"/leads/{lead.id}")
    assert len(own(count_statements)) == 1


@pytest.mark.parametrize("method", ["DELETE", "PUT", "POST"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/leads/{make_lead().id}")
    assert code_of(response) == (405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "PATCH", "OPTIONS"}


def test_viewers_see_all_leads(viewer: Program) -> None:
    assert viewer.get(f"/leads/{make_lead(owner=make_user('rep')).id}").status_code == 200


def test_reps_see_their_own_and_unassigned_leads(rep: Program) -> None:
    assert rep.get(f"/leads/{make_lead(owner=rep.user).id}").status_code == 200
    assert rep.get(f"/leads/{make_lead().id}").status_code == 200
    others = make_lead(owner=make_user("rep"))
    assert code_of(rep.get(f"/leads/{others.id}")) == (404, "lead_not_found")


def test_without_a_token(nobody: Program) -> None:
    assert code_of(nobody.get(f"/leads/{make_lead().id}")) == (401, "unauthorized")


@pytest.mark.parametrize(
    "lead_id",
    [
        "0", "-1", "+1", "1.0", "1e3", "abc", "%00", "%FF", "٣", "३", "²", "１", " 1", "1 ", "0x1",
        "9223372036854775807", "9223372036854775808", "18446744073709551617", "1" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_id_is_no_lead(manager: Program, lead_id: str) -> None:
    assert code_of(manager.get(f"/leads/{lead_id}")) == (404, "lead_not_found")


def test_the_same_answer_again_is_not_sent_again(manager: Program) -> None:
    lead = make_lead(analyzed=True)
    tag = manager.get(f"/leads/{lead.id}").headers["ETag"]
    for header in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        response = manager.get(f"/leads/{lead.id}", if_none_match=header)
        assert (response.status_code, response.data) == (304, b"")
        assert response.headers["ETag"] == tag
    assert manager.get(f"/leads/{lead.id}", if_none_match='"1"').status_code == 200


def test_a_score_that_went_stale_is_sent_again(manager: Program) -> None:
    lead = make_lead(analyzed=True)
    tag = manager.get(f"/leads/{lead.id}").headers["ETag"]
    set_threshold("0.50")
    response = manager.get(f"/leads/{lead.id}", if_none_match=tag)
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["stale"] is True


def test_head_is_a_get_without_a_body(manager: Program) -> None:
    response = manager.call("HEAD", f"/leads/{make_lead().id}")
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["ETag"]
