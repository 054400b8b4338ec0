"""GET and POST /settings/threshold, POST /settings/fresh-score and analysis-on-change."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from leadapp.queries.company import get_company
from tests.web.html import error_of, page

SignIn = Callable[..., FlaskClient]


def test_the_threshold_is_shown_and_set(sign_in: SignIn) -> None:
    client = sign_in("admin")
    for present in ("0.60", "0.75"):
        tree = page(client.get("/settings/threshold"))
        found = {i.get("id"): i.get("value") for i in tree.iter("input")}
        assert found["threshold"] == present
        answer = client.post("/settings/threshold", data={"threshold": "0.75"})
        assert answer.headers["Location"] == "/settings/threshold"
    assert get_company().handoff_threshold == Decimal("0.75")


@pytest.mark.parametrize("value", ["", "0", "1.01", "0.605", "NaN", "much"])
def test_what_can_be_no_threshold_is_refused_by_its_field(sign_in: SignIn, value: str) -> None:
    tree = page(sign_in("admin").post("/settings/threshold", data={"threshold": value}), 422)
    assert "from 0.01 to 1.00" in error_of(tree, "threshold")
    assert get_company().handoff_threshold == Decimal("0.60")


@pytest.mark.parametrize(
    ("path", "name", "setting"),
    [
        ("/settings/fresh-score", "required", "require_fresh_score"),
        ("/settings/analysis-on-change", "at_once", "analyze_on_change"),
    ],
)
def test_what_is_ticked_holds_until_it_is_no_more(
    sign_in: SignIn, path: str, name: str, setting: str
) -> None:
    client = sign_in("admin")
    for data, wanted in (({name: "y"}, True), ({}, False)):
        answer = client.post(path, data=data)
        assert answer.headers["Location"] == "/settings/threshold"
        assert getattr(get_company(), setting) is wanted
        tree = page(client.get("/settings/threshold"))
        box = next(i for i in tree.iter("input") if i.get("id") == name)
        assert ("checked" in box.attrib) is wanted


def test_other_methods_are_refused(sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert client.put("/settings/threshold").status_code == 405
    assert client.get("/settings/fresh-score").status_code == 405
    assert client.get("/settings/analysis-on-change").status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    assert client.get("/settings/threshold").status_code == 403
    assert client.post("/settings/threshold", data={"threshold": "0.1"}).status_code == 403
    assert client.post("/settings/fresh-score", data={"required": "y"}).status_code == 403
    assert client.post("/settings/analysis-on-change", data={"at_once": "y"}).status_code == 403
    company = get_company()
    assert (company.handoff_threshold, company.require_fresh_score) == (Decimal("0.60"), False)
    assert not company.analyze_on_change
