"""GET /sales/."""

import pytest

from tests.api_v1.program import Program, code_of, own, wrong_fields
from tests.factories import make_sale, make_user


def listed(program: Program, query: str = "") -> list[int]:
    """The ids of the sales listed."""
    answer = program.get(f"/sales/?{query}").json
    assert answer is not None
    return [sale["id"] for sale in answer["items"]]


def test_lists_whole_sales_by_id(manager: Program, count_statements: list[str]) -> None:
    sales = [make_sale(), make_sale(stage="kyc")]
    count_statements.clear()
    answer = manager.get("/sales").json
    assert len(own(count_statements)) == 1
    assert answer is not None
    assert [sale["id"] for sale in answer["items"]] == [sale.id for sale in sales]
    assert answer["items"][1] == manager.get(f"/sales/{sales[1].id}").json


def test_page_by_page(manager: Program) -> None:
    sales = [make_sale().id for _ in range(3)]
    first = manager.get("/sales/?limit=2").json
    assert first is not None
    assert [sale["id"] for sale in first["items"]] == sales[:2]
    assert listed(manager, f"limit=2&cursor={first['next_cursor']}") == sales[2:]


def test_filters(manager: Program) -> None:
    new, kyc = make_sale(), make_sale(stage="kyc")
    assert listed(manager, "stage=kyc") == [kyc.id]
    assert listed(manager, f"lead_id={new.lead_id}") == [new.id]
    assert listed(manager, f"lead_id={new.lead_id}&stage=kyc") == []
    assert listed(manager, "lead_id=9000000000") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_a_handoff_makes_a_sale(manager: Program, method: str) -> None:
    assert code_of(manager.call(method, "/sales/", {})) == (405, "method_not_allowed")


def test_viewers_see_all_and_reps_their_own(viewer: Program, rep: Program) -> None:
    mine, others = make_sale(owner=rep.user), make_sale(owner=make_user("rep"))
    assert listed(viewer) == [mine.id, others.id]
    assert listed(rep) == [mine.id]
    assert listed(rep, f"lead_id={others.lead_id}") == []


def test_without_a_token(nobody: Program) -> None:
    assert code_of(nobody.get("/sales/")) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=forged", "cursor"),
        ("stage=contacted", "stage"),
        ("lead_id=0", "lead_id"),
        ("lead_id=-1", "lead_id"),
        ("lead_id=abc", "lead_id"),
        ("lead_id=9223372036854775808", "lead_id"),
        ("owner=1", "owner"),
    ],
)
def test_what_is_not_accepted(manager: Program, query: str, field: str) -> None:
    assert wrong_fields(manager.get(f"/sales/?{query}")) == {field}
