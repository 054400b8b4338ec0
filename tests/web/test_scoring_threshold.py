"""GET and POST /scoring/threshold."""

from collections.abc import Callable
from decimal import Decimal
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from leadapp.queries.company import get_company
from leadapp.queries.threshold_change import LISTED
from tests.factories import make_lead, set_score
from tests.reports import make_model, make_report
from tests.web.html import error_of, fragment, page, words

SignIn = Callable[..., FlaskClient]


def tiles(tree: Element) -> dict[str, str]:
    """What the preview begins with."""
    shown = next(e for e in tree.iter("dl") if e.get("class") == "tiles")
    pairs = [[words(part) for part in e] for e in shown.iter("div")]
    return dict(pairs)


def test_it_moves_the_threshold_over_history(sign_in: SignIn) -> None:
    record = [
        ["2026-01", "fair", 1, 72, 10, 6], ["2026-02", "fair", 1, 41, 20, 4],
        ["2026-02", "fair", 1, 10, 30, 2], ["2026-02", "fair", 0, 90, 4, 4],
    ]  # fmt: skip
    make_model("in_use", report=make_report(record=record))
    client = sign_in()
    found = tiles(page(client.get("/scoring/threshold?threshold=0.40")))
    assert found == {
        "Handoffs a month": "155 at 0.60",
        "Won among them": "53 at 0.60",
        "Won that it would have blocked": "35 at 0.60",
    }
    text = words(page(client.get("/scoring/threshold")))
    assert "0.60, the present threshold" in text
    assert "Leads under the threshold could not be won here" in text


def test_without_domains_the_score_alone_counts(sign_in: SignIn) -> None:
    make_model("in_use", report=make_report(record=[[None, None, 0, 72, 10, 6]]))
    tree = page(sign_in().get("/scoring/threshold"))
    assert tiles(tree)["Handoffs in all"] == "10"
    assert "They name no business domain, so this is by score alone." in words(tree)


def test_without_closed_leads_it_says_what_to_do(sign_in: SignIn) -> None:
    assert "No closed leads to look at" in words(page(sign_in().get("/scoring/threshold")))


def test_it_names_the_open_leads_that_change_side(sign_in: SignIn) -> None:
    client = sign_in()
    for score, name in (("0.5500", "Ada"), ("0.5000", "Ben"), ("0.4999", "Cid"), ("0.6000", "Dov")):
        set_score(make_lead(name=name, analyzed=True).id, score)
    make_lead(name="Eve", stage="lost")
    make_lead(name="Flo")
    tree = page(client.get("/scoring/threshold?threshold=0.50"))
    assert "2 open leads would pass that do not now" in words(tree)
    table = next(e for e in tree.iter() if e.get("aria-label") == "Open leads that change side")
    assert [words(a) for a in table.iter("a")] == ["Ada", "Ben"]
    text = words(page(client.get("/scoring/threshold?threshold=0.61")))
    assert "1 open lead would no longer pass" in text


def test_of_many_the_first_are_named(sign_in: SignIn) -> None:
    for _ in range(LISTED + 2):
        set_score(make_lead(analyzed=True).id, "0.5500")
    tree = page(sign_in().get("/scoring/threshold?threshold=0.50"))
    assert "And 2 more." in words(tree)
    assert (
        len([a for a in tree.iter("a") if str(a.get("href")).startswith("/leads/")]) == LISTED + 1
    )


def test_an_admin_sets_it_there(sign_in: SignIn) -> None:
    client = sign_in("admin")
    tree = page(client.get("/scoring/threshold?threshold=0.31"))
    field = next(e for e in tree.iter("input") if e.get("id") == "threshold")
    assert field.get("value") == "0.31"
    answer = client.post("/scoring/threshold", data={"threshold": "0.31"})
    assert answer.headers["Location"] == "/scoring/threshold"
    assert get_company().handoff_threshold == Decimal("0.31")
    tree = page(client.post("/scoring/threshold", data={"threshold": "2"}), 422)
    assert "from 0.01 to 1.00" in error_of(tree, "threshold")


@pytest.mark.parametrize("query", ["threshold=NaN", "threshold=9", "threshold=", "a=1"])
def test_what_is_no_threshold_counts_as_the_present_one(sign_in: SignIn, query: str) -> None:
    text = words(page(sign_in().get(f"/scoring/threshold?{query}")))
    assert "0.60, the present threshold" in text


def test_a_manager_sees_and_an_admin_changes(sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert "Set the threshold" not in words(page(client.get("/scoring/threshold")))
    assert client.post("/scoring/threshold", data={"threshold": "0.3"}).status_code == 403
    assert sign_in("rep").get("/scoring/threshold").status_code == 403
    assert get_company().handoff_threshold == Decimal("0.60")


def test_it_takes_five_statements(sign_in: SignIn, count_statements: list[str]) -> None:
    client = sign_in()
    make_model("in_use")
    count_statements.clear()
    page(client.get("/scoring/threshold?threshold=0.31"))
    assert len([s for s in count_statements if "user_sessions" not in s]) == 5


def test_the_slider_gets_the_preview_alone(sign_in: SignIn) -> None:
    make_model("in_use")
    headers = {"HX-Request": "true", "HX-Target": "preview"}
    answer = sign_in().get("/scoring/threshold?threshold=0.31", headers=headers)
    tree = fragment(answer.get_data(as_text=True))
    assert [e.get("id") for e in tree if e.get("id")] == ["preview", "preview-said"]
    assert "0.31: 70 handoffs a month, 30 of them won" in words(tree)
