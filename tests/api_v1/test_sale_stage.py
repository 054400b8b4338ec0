"""PATCH /sales/{id}/stage."""

from typing import Any

import pytest

from tests.api_v1.program import Program, code_of, own, wrong_fields
from tests.factories import make_sale, make_user, reload_sale


def test_advances_a_sale_to_its_end(manager: Program) -> None:
    sale = make_sale()
    for stage in ("kyc", "agreement", "paid"):
        response = manager.patch(f"/sales/{sale.id}/stage", {"stage": stage})
        assert response.status_code == 200
        assert response.json is not None
        assert response.json["stage"] == stage
    assert response.headers["ETag"] == manager.get(f"/sales/{sale.id}").headers["ETag"]


def test_loses_a_sale(manager: Program) -> None:
    body = {"stage": "lost", "lost_reason": "not_qualified", "lost_note": "Too small."}
    lost = manager.patch(f"/sales/{make_sale().id}/stage/", body).json
    assert lost is not None
    assert (lost["lost_reason"], lost["lost_note"]) == ("not_qualified", "Too small.")


def test_takes_one_statement(manager: Program, count_statements: list[str]) -> None:
    sale = make_sale()
    count_statements.clear()
    manager.patch(f"/sales/{sale.id}/stage", {"stage": "kyc"})
    assert len(own(count_statements)) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/sales/{make_sale().id}/stage")
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_may_not(viewer: Program) -> None:
    response = viewer.patch(f"/sales/{make_sale().id}/stage", {"stage": "kyc"})
    assert code_of(response) == (403, "permission_denied")


def test_reps_advance_their_own(rep: Program) -> None:
    mine, others = make_sale(owner=rep.user), make_sale(owner=make_user("rep"))
    assert rep.patch(f"/sales/{mine.id}/stage", {"stage": "kyc"}).status_code == 200
    response = rep.patch(f"/sales/{others.id}/stage", {"stage": "kyc"})
    assert code_of(response) == (404, "sale_not_found")
    assert reload_sale(others.id) == others


@pytest.mark.parametrize("sale_id", ["9000000000", "0", "abc"])
def test_missing(manager: Program, sale_id: str) -> None:
    response = manager.patch(f"/sales/{sale_id}/stage", {"stage": "kyc"})
    assert code_of(response) == (404, "sale_not_found")


@pytest.mark.parametrize(
    ("present", "to", "allowed"),
    [
        ("new", "new", ["kyc", "lost"]),
        ("new", "paid", ["kyc", "lost"]),
        ("kyc", "new", ["agreement", "lost"]),
        ("paid", "lost", []),
        ("lost", "new", []),
    ],
)
def test_a_step_that_there_is_not(
    manager: Program, present: str, to: str, allowed: list[str]
) -> None:
    sale = make_sale(stage=present)
    response = manager.patch(f"/sales/{sale.id}/stage", {"stage": to})
    assert code_of(response) == (409, "invalid_transition")
    assert response.json is not None
    assert response.json["allowed"] == allowed
    assert reload_sale(sale.id) == sale


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "stage"),
        ({"stage": "contacted"}, "stage"),
        ({"stage": "kyc", "score": 1}, "score"),
        ({"stage": "kyc", "owner_id": 1}, "owner_id"),
        ({"stage": "kyc", "lost_reason": "no_need"}, "lost_reason"),
        ({"stage": "lost", "lost_reason": "bored"}, "lost_reason"),
        ({"stage": "lost", "lost_reason": "other"}, "lost_note"),
    ],
)
def test_what_is_not_accepted(manager: Program, body: dict[str, Any], field: str) -> None:
    sale = make_sale()
    assert wrong_fields(manager.patch(f"/sales/{sale.id}/stage", body)) == {field}
    assert reload_sale(sale.id) == sale


def test_if_match(manager: Program) -> None:
    path = f"/sales/{make_sale().id}/stage"
    assert code_of(manager.patch(path, {"stage": "kyc"}, if_match='"7"')) == (
        412, "version_conflict",
    )  # fmt: skip
    assert manager.patch(path, {"stage": "kyc"}, if_match='"1"').status_code == 200
