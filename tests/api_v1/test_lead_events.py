"""GET /leads/{id}/events."""

import pytest

from tests.api_v1.program import Program, code_of, wrong_fields
from tests.factories import make_lead, make_transferred_lead, make_user


def test_lists_what_happened_in_its_order(manager: Program) -> None:
    lead = make_lead()
    manager.patch(f"/leads/{lead.id}/stage", {"stage": "contacted"})
    manager.post(f"/leads/{lead.id}/analyze")
    manager.post(f"/leads/{lead.id}/activities", {"kind": "call", "note": "Secret"})
    answer = manager.get(f"/leads/{lead.id}/events/").json
    assert answer is not None
    assert [event["kind"] for event in answer["items"]] == [
        "lead_created", "stage_changed", "analyzed", "activity_logged",
    ]  # fmt: skip
    moved = answer["items"][1]
    assert moved["data"] == {"from": "new", "to": "contacted"}
    assert (moved["actor"], moved["via"]) == (manager.user.name, "api")
    assert answer["next_cursor"] is None
    assert "Secret" not in str(answer)


def test_the_sales_events_are_among_them(manager: Program) -> None:
    lead, sale_id = make_transferred_lead()
    manager.patch(f"/sales/{sale_id}/stage", {"stage": "kyc"})
    answer = manager.get(f"/leads/{lead.id}/events").json
    assert answer is not None
    assert answer["items"][-1]["kind"] == "sale_stage_changed"
    assert answer["items"][-1]["sale_id"] == sale_id


def test_page_by_page(manager: Program) -> None:
    lead = make_lead(stage="qualified", analyzed=True)
    whole = manager.get(f"/leads/{lead.id}/events").json
    assert whole is not None
    seen, cursor = [], ""
    while cursor is not None:
        page = manager.get(f"/leads/{lead.id}/events?limit=1{cursor and '&cursor=' + cursor}").json
        assert page is not None
        seen += page["items"]
        cursor = page["next_cursor"]
    assert seen == whole["items"]
    assert len(seen) == 4


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_events_are_never_written(manager: Program, method: str) -> None:
    response = manager.call(method, f"/leads/{make_lead().id}/events", {"kind": "x"})
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_see_them(viewer: Program) -> None:
    assert viewer.get(f"/leads/{make_lead().id}/events").status_code == 200


def test_another_reps_lead_is_not_there(rep: Program) -> None:
    lead = make_lead(owner=make_user("rep"))
    assert code_of(rep.get(f"/leads/{lead.id}/events")) == (404, "lead_not_found")


@pytest.mark.parametrize("lead_id", ["9000000000", "0", "abc"])
def test_missing(manager: Program, lead_id: str) -> None:
    assert code_of(manager.get(f"/leads/{lead_id}/events")) == (404, "lead_not_found")


@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "limit"), ("cursor=x", "cursor"), ("kind=moved", "kind")]
)
def test_what_is_not_accepted(manager: Program, query: str, field: str) -> None:
    assert wrong_fields(manager.get(f"/leads/{make_lead().id}/events?{query}")) == {field}
