"""GET /sales/{id}."""

import pytest

from tests.api_v1.program import Program, code_of, own
from tests.factories import make_sale, make_user


def test_shows_a_sale_with_its_evidence(manager: Program) -> None:
    sale = make_sale()
    response = manager.get(f"/sales/{sale.id}/")
    assert response.status_code == 200
    shown = response.json
    assert shown is not None
    assert (shown["id"], shown["lead_id"], shown["stage"]) == (sale.id, sale.lead_id, "new")
    evidence = {name: shown[name] for name in ("score", "threshold", "recommendation", "reason")}
    assert evidence == {
        "score": 1.0,
        "threshold": 0.6,
        "recommendation": "transfer_to_sales",
        "reason": sale.reason,
    }
    assert (shown["business_domain"], shown["assessment_id"]) == ("Retail", sale.assessment_id)
    assert response.headers["ETag"].startswith('"1-')


def test_takes_one_statement(manager: Program, count_statements: list[str]) -> None:
    sale = make_sale()
    count_statements.clear()
    manager.get(f"/sales/{sale.id}")
    assert len(own(count_statements)) == 1


def test_the_same_answer_again_is_not_sent_again(manager: Program) -> None:
    path = f"/sales/{make_sale().id}"
    tag = manager.get(path).headers["ETag"]
    assert manager.get(path, if_none_match=tag).status_code == 304


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/sales/{make_sale().id}", {"score": 1})
    assert code_of(response) == (405, "method_not_allowed")


def test_without_a_token(nobody: Program) -> None:
    assert code_of(nobody.get(f"/sales/{make_sale().id}")) == (401, "unauthorized")


def test_viewers_see_all(viewer: Program) -> None:
    assert viewer.get(f"/sales/{make_sale().id}").status_code == 200


def test_reps_see_their_own(rep: Program) -> None:
    assert rep.get(f"/sales/{make_sale(owner=rep.user).id}").status_code == 200
    others = make_sale(owner=make_user("rep"))
    assert code_of(rep.get(f"/sales/{others.id}")) == (404, "sale_not_found")


@pytest.mark.parametrize("sale_id", ["9000000000", "0", "abc", "٣", "9223372036854775808", "%00"])
def test_missing(manager: Program, sale_id: str) -> None:
    assert code_of(manager.get(f"/sales/{sale_id}")) == (404, "sale_not_found")
