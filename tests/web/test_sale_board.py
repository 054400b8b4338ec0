"""GET /sales."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_sale, make_user
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]


def cards(tree: Element) -> list[str]:
    return [str(e.get("id")) for e in tree.iter("article")]


def test_it_shows_each_sale_in_the_column_of_its_stage(sign_in: SignIn) -> None:
    rep = make_user(Role.REP, name="Jonas Weber")
    sale = make_sale(stage="kyc", owner=rep, name="Ada Novak", company="Kestrel Robotics")
    tree = page(sign_in("manager").get("/sales"))
    assert words(next(e for e in tree.iter("h2") if e.get("id") == "head-kyc")) == "KYC 1 sale"
    card = next(e for e in tree.iter("article") if e.get("id") == f"sale-{sale.id}")
    assert (card.get("data-stage"), card.get("data-url")) == ("kyc", f"/sales/{sale.id}")
    for text in ("Ada Novak", "Kestrel Robotics", "Retail", "1.00", "Jonas Weber", "JW"):
        assert text in words(card)
    step = next(e for e in card.iter("button"))
    assert (words(step), step.get("formaction"), step.get("value")) == (
        "Agreement",
        f"/sales/{sale.id}/stage?seen=kyc",
        "agreement",
    )


def test_it_takes_three_statements_besides_signing_in(
    sign_in: SignIn, count_statements: list[str]
) -> None:
    client = sign_in("manager")
    for stage in ("new", "kyc", "paid", "lost"):
        make_sale(stage=stage)
    count_statements.clear()
    page(client.get("/sales"))
    assert len([s for s in count_statements if "user_sessions" not in s]) == 3


def test_it_says_what_belongs_there_while_there_is_none(sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert "No sales yet" in words(page(client.get("/sales")))
    assert "No sale matches these filters" in words(page(client.get("/sales?owner=none")))


def test_the_owner_and_the_lead_narrow_it(sign_in: SignIn) -> None:
    rep = make_user(Role.REP, name="Jonas Weber")
    own, other = make_sale(owner=rep), make_sale()
    client = sign_in("manager")
    tree = page(client.get(f"/sales?owner={rep.id}"))
    assert cards(tree) == [f"sale-{own.id}"]
    assert "Salesperson: Jonas Weber" in words(tree)
    assert cards(page(client.get(f"/sales?lead_id={other.lead_id}"))) == [f"sale-{other.id}"]


def test_only_a_get_is_answered(sign_in: SignIn) -> None:
    assert sign_in("manager").post("/sales").status_code == 405


def test_nobody_sees_it_without_signing_in(client: FlaskClient) -> None:
    answer = client.get("/sales")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/sales")


def test_a_rep_sees_their_own_alone_and_a_viewer_all_without_buttons(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    own, other = make_sale(owner=rep), make_sale()
    assert cards(page(sign_in(rep).get("/sales"))) == [f"sale-{own.id}"]
    tree = page(sign_in("viewer").get("/sales"))
    assert cards(tree) == [f"sale-{own.id}", f"sale-{other.id}"]
    assert [e for e in tree.iter("button") if e.get("formaction")] == []
    columns = [e for e in tree.iter() if "column" in (e.get("class") or "").split()]
    assert {e.get("data-to") for e in columns} == {""}


@pytest.mark.parametrize("query", ["owner=x", "owner=99999999999999999999", "lead_id=%00", "a=1"])
def test_a_filter_that_makes_no_sense_is_left_out(sign_in: SignIn, query: str) -> None:
    sale = make_sale()
    assert cards(page(sign_in("manager").get(f"/sales?{query}"))) == [f"sale-{sale.id}"]
