"""POST /sales/<id>/stage."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.rules.stages import SaleStage
from leadapp.services.sales import move_sale
from tests.factories import NOW, make_sale, make_user, reload_sale
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]
ON_BOARD = {"HX-Request": "true", "X-Board": "/sales"}


def test_a_plain_form_moves_it_and_goes_back(sign_in: SignIn) -> None:
    sale = make_sale()
    answer = sign_in("manager").post(
        f"/sales/{sale.id}/stage?seen=new",
        data={"to": "kyc"},
        headers={"Referer": "http://localhost/sales?owner=7"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sales?owner=7")
    assert reload_sale(sale.id).stage == "kyc"


def test_on_the_board_the_card_and_both_heads_come_back(sign_in: SignIn) -> None:
    sale = make_sale(name="Ada Novak")
    answer = sign_in("manager").post(
        f"/sales/{sale.id}/stage?seen=new", data={"to": "kyc"}, headers=ON_BOARD
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'id="sale-{sale.id}" data-url="/sales/{sale.id}" data-stage="kyc" hx-swap-oob' in text
    assert [f'id="head-{stage}"' in text for stage in ("new", "kyc", "agreement")] == [
        True,
        True,
        False,
    ]
    assert "Ada Novak moved to KYC." in text
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "leadapp:changed": {"url": f"/sales/{sale.id}"}
    }


def test_in_the_panel_the_sale_comes_back_as_it_is_now(sign_in: SignIn) -> None:
    sale = make_sale()
    answer = sign_in("manager").post(
        f"/sales/{sale.id}/stage?seen=new",
        data={"to": "kyc"},
        headers={**ON_BOARD, "HX-Target": "panel"},
    )
    text = answer.get_data(as_text=True)
    assert "In KYC for" in text
    assert f'id="sale-{sale.id}"' in text


def test_on_a_page_without_the_board_the_page_is_loaded_again(sign_in: SignIn) -> None:
    sale = make_sale()
    answer = sign_in("manager").post(
        f"/sales/{sale.id}/stage", data={"to": "kyc"}, headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Refresh"] == "true"


def test_only_a_post_moves_it(sign_in: SignIn) -> None:
    assert sign_in("manager").get(f"/sales/{make_sale().id}/stage").status_code == 405


def test_only_who_may_move_it_moves_it(sign_in: SignIn, client: FlaskClient) -> None:
    rep = make_user(Role.REP)
    sale = make_sale(owner=rep)
    url = f"/sales/{sale.id}/stage"
    assert client.post(url, data={"to": "kyc"}).status_code == 302
    assert sign_in("viewer").post(url, data={"to": "kyc"}).status_code == 403
    assert sign_in("rep").post(url, data={"to": "kyc"}).status_code == 404
    assert reload_sale(sale.id) == sale
    sign_in(rep).post(url, data={"to": "kyc"})
    assert reload_sale(sale.id).stage == "kyc"


def test_what_is_no_sale_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("manager").post("/sales/0/stage", data={"to": "kyc"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "data"),
    [("", {}), ("", {"to": "contacted"}), ("?seen=qualified", {"to": "kyc"}), ("", {"to": "\0"})],
)
def test_a_stage_that_sales_do_not_have_is_not_accepted(
    sign_in: SignIn, query: str, data: dict[str, str]
) -> None:
    sale = make_sale()
    answer = sign_in("manager").post(f"/sales/{sale.id}/stage{query}", data=data)
    assert answer.status_code == 422
    assert reload_sale(sale.id) == sale


def test_a_loss_without_a_reason_is_not_accepted_here(sign_in: SignIn) -> None:
    sale = make_sale()
    answer = sign_in("manager").post(f"/sales/{sale.id}/stage", data={"to": "lost"})
    assert answer.status_code == 422
    assert reload_sale(sale.id) == sale


def test_a_skipped_step_is_refused(sign_in: SignIn) -> None:
    sale = make_sale()
    answer = sign_in("manager").post(f"/sales/{sale.id}/stage", data={"to": "paid"})
    assert "cannot move to paid" in words(page(answer, 409))
    assert reload_sale(sale.id) == sale


def test_who_comes_later_learns_who_moved_it_and_gets_the_present_card(sign_in: SignIn) -> None:
    sale, first = make_sale(), make_user(name="Marta Klein")
    move_sale(sale.id, SaleStage.KYC, actor=first.actor("page"), now=NOW)
    answer = sign_in("manager").post(
        f"/sales/{sale.id}/stage?seen=new", data={"to": "kyc"}, headers=ON_BOARD
    )
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#refusal")
    assert "Marta Klein moved this sale from new to kyc" in text
    assert "Show the sale as it is now" in text
    assert f'id="sale-{sale.id}" data-url="/sales/{sale.id}" data-stage="kyc" hx-swap-oob' in text
    assert reload_sale(sale.id).stage == "kyc"
