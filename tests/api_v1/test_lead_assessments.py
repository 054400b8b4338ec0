"""GET /leads/{id}/assessments."""

from decimal import Decimal

import pytest

from leadapp.extensions import db
from leadapp.services.leads import erase_lead
from tests.api_v1.program import Program, code_of, wrong_fields
from tests.factories import NOW, make_lead, make_user
from tests.services.model_cases import MACHINE, use_model


def test_lists_what_each_analysis_said(manager: Program) -> None:
    lead = make_lead(attributes={"Budget": "high", "Color": "red"}, analyzed=True)
    model = use_model()
    manager.post(f"/leads/{lead.id}/analyze")
    answer = manager.get(f"/leads/{lead.id}/assessments/").json
    assert answer is not None
    assert answer["next_cursor"] is None
    by_rules, learned = answer["items"]
    assert (by_rules["scorer"], by_rules["requested_by"]) == ("rule_table", None)
    assert (learned["scorer"], learned["scorer_version"]) == ("learned", str(model.id))
    assert learned["requested_by"] == manager.user.name
    assert learned["inputs"]["attributes"] == {"Budget": "high", "Color": "red"}
    assert learned["ignored"] == ["stage", "Color"]
    assert learned["missing"] == ["Visits"]
    for one in answer["items"]:
        points = [Decimal(str(c["points"])) for c in one["contributions"]]
        assert sum(points) == Decimal(str(one["score"]))


def test_page_by_page(manager: Program) -> None:
    lead = make_lead(analyzed=True)
    for _ in range(2):
        manager.post(f"/leads/{lead.id}/analyze")
    seen, cursor = [], ""
    while cursor is not None:
        more = cursor and f"&cursor={cursor}"
        page = manager.get(f"/leads/{lead.id}/assessments?limit=1{more}").json
        assert page is not None
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == 3
    assert seen == sorted(set(seen))


def test_of_an_erased_person_the_inputs_are_gone(manager: Program) -> None:
    use_model()
    lead = make_lead(attributes={"Budget": "high"}, analyzed=True)
    erase_lead(lead.id, actor=MACHINE, now=NOW)
    db.session.commit()
    answer = manager.get(f"/leads/{lead.id}/assessments").json
    assert answer is not None
    [only] = answer["items"]
    assert (only["inputs"], len(only["inputs_hash"])) == ({}, 64)
    assert "high" not in str(only)


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_assessments_are_never_written(manager: Program, method: str) -> None:
    response = manager.call(method, f"/leads/{make_lead().id}/assessments", {"score": 1})
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_see_them(viewer: Program) -> None:
    answer = viewer.get(f"/leads/{make_lead().id}/assessments")
    assert answer.json == {"items": [], "next_cursor": None}


def test_another_reps_lead_is_not_there(rep: Program) -> None:
    lead = make_lead(owner=make_user("rep"), analyzed=True)
    assert code_of(rep.get(f"/leads/{lead.id}/assessments")) == (404, "lead_not_found")


@pytest.mark.parametrize("lead_id", ["9000000000", "0", "abc"])
def test_missing(manager: Program, lead_id: str) -> None:
    assert code_of(manager.get(f"/leads/{lead_id}/assessments")) == (404, "lead_not_found")


@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "limit"), ("cursor=x", "cursor"), ("score=1", "score")]
)
def test_what_is_not_accepted(manager: Program, query: str, field: str) -> None:
    assert wrong_fields(manager.get(f"/leads/{make_lead().id}/assessments?{query}")) == {field}
