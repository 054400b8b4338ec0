"""GET /sales/columns/<stage>."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.queries.board import PAGE
from tests.factories import make_sale, make_user
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]
HTMX = {"HX-Request": "true"}


def test_show_more_goes_on_where_the_board_ended(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    made = [make_sale(owner=rep).id for _ in range(PAGE + 2)]
    client = sign_in("manager")
    board = page(client.get(f"/sales?owner={rep.id}"))
    more = next(e for e in board.iter("a") if "more" in (e.get("class") or "").split())
    url = str(more.get("href"))
    assert url.startswith(f"/sales/columns/new?owner={rep.id}&cursor=")
    shown = [e.get("id") for e in page(client.get(url)).iter("article")]
    assert shown == [f"sale-{sale_id}" for sale_id in made[PAGE:]]


def test_in_place_it_is_the_cards_alone(sign_in: SignIn) -> None:
    sale = make_sale()
    text = sign_in("manager").get("/sales/columns/new", headers=HTMX).get_data(as_text=True)
    assert f'id="sale-{sale.id}"' in text
    assert "<html" not in text


def test_without_javascript_it_is_a_page(sign_in: SignIn) -> None:
    make_sale(stage="lost", reason="no_budget")
    text = words(page(sign_in("manager").get("/sales/columns/lost")))
    assert "1 sale" in text
    assert "No budget" in text


def test_only_a_get_is_answered(sign_in: SignIn) -> None:
    assert sign_in("manager").post("/sales/columns/new").status_code == 405


def test_a_rep_gets_their_own_alone(sign_in: SignIn) -> None:
    make_sale()
    answer = sign_in("rep").get("/sales/columns/new", headers=HTMX)
    assert "sale-" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["contacted", "NEW", "new?cursor=x", "new?cursor=%00"])
def test_an_unknown_stage_or_cursor_is_not_accepted(sign_in: SignIn, address: str) -> None:
    assert sign_in("manager").get(f"/sales/columns/{address}").status_code == 422
