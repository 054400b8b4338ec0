"""GET and POST /sales/<id>/loss."""

from collections.abc import Callable

from flask.testing import FlaskClient

from leadapp.rules.lost import SaleLostReason
from leadapp.rules.stages import SaleStage
from leadapp.services.sales import move_sale
from tests.factories import NOW, make_sale, make_user, reload_sale
from tests.web.html import error_of, page

SignIn = Callable[..., FlaskClient]
ON_BOARD = {"HX-Request": "true", "X-Board": "/sales", "HX-Target": "dialog"}


def test_it_asks_for_one_of_the_reasons(sign_in: SignIn) -> None:
    tree = page(sign_in("manager").get(f"/sales/{make_sale().id}/loss"))
    assert [option.get("value") for option in tree.iter("option")] == ["", *SaleLostReason]


def test_a_reason_loses_it_and_goes_to_the_sale(sign_in: SignIn) -> None:
    sale = make_sale(stage="kyc")
    url = f"/sales/{sale.id}/loss"
    answer = sign_in("manager").post(
        url,
        data={"seen": "kyc", "lost_reason": "not_qualified", "lost_note": "A student."},
        headers={"Referer": f"http://localhost{url}"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sales/{sale.id}")
    lost = reload_sale(sale.id)
    assert (lost.stage, lost.lost_reason, lost.lost_note) == ("lost", "not_qualified", "A student.")


def test_in_the_dialog_the_card_and_the_heads_come_back(sign_in: SignIn) -> None:
    sale = make_sale()
    answer = sign_in("manager").post(
        f"/sales/{sale.id}/loss",
        data={"seen": "new", "lost_reason": "no_budget"},
        headers=ON_BOARD,
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'id="sale-{sale.id}" data-url="/sales/{sale.id}" data-stage="lost" hx-swap-oob' in text
    assert ('id="head-new"' in text, 'id="head-lost"' in text) == (True, True)
    assert "marked as lost: no budget." in text


def test_only_who_may_move_it_loses_it(sign_in: SignIn) -> None:
    sale = make_sale()
    data = {"lost_reason": "no_budget"}
    assert sign_in("viewer").post(f"/sales/{sale.id}/loss", data=data).status_code == 403
    assert sign_in("rep").post(f"/sales/{sale.id}/loss", data=data).status_code == 404
    assert reload_sale(sale.id) == sale


def test_what_is_no_sale_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("manager").get("/sales/0/loss").status_code == 404


def test_errors_stand_by_their_field_and_what_was_written_stays(sign_in: SignIn) -> None:
    client, sale = sign_in("manager"), make_sale()
    url = f"/sales/{sale.id}/loss"
    tree = page(client.post(url, data={"lost_reason": ""}), 422)
    assert error_of(tree, "lost_reason") == "Choose why it was lost."
    answer = client.post(url, data={"lost_reason": "bored", "lost_note": "So bored"})
    tree = page(answer, 422)
    assert error_of(tree, "lost_reason") == "Not a valid choice."
    assert "So bored" in answer.get_data(as_text=True)
    tree = page(client.post(url, data={"lost_reason": "other", "lost_note": " "}), 422)
    assert error_of(tree, "lost_note") == "Say in words why it was lost."
    assert client.post(url, data={"lost_reason": "other", "lost_note": "a\0b"}).status_code == 422
    assert reload_sale(sale.id) == sale


def test_a_final_sale_is_not_asked_about(sign_in: SignIn) -> None:
    sale = make_sale(stage="paid")
    client = sign_in("manager")
    assert client.get(f"/sales/{sale.id}/loss").status_code == 409
    answer = client.post(f"/sales/{sale.id}/loss", data={"lost_reason": "no_need"})
    assert answer.status_code == 409
    assert reload_sale(sale.id) == sale


def test_who_comes_later_learns_who_moved_it(sign_in: SignIn) -> None:
    sale, first = make_sale(), make_user(name="Marta Klein")
    move_sale(sale.id, SaleStage.KYC, actor=first.actor("page"), now=NOW)
    answer = sign_in("manager").post(
        f"/sales/{sale.id}/loss",
        data={"seen": "new", "lost_reason": "no_need"},
        headers=ON_BOARD,
    )
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#refusal")
    assert "Marta Klein moved this sale" in answer.get_data(as_text=True)
    assert reload_sale(sale.id).stage == "kyc"


def test_who_comes_later_is_not_even_asked(sign_in: SignIn) -> None:
    sale, first = make_sale(), make_user(name="Marta Klein")
    move_sale(sale.id, SaleStage.KYC, actor=first.actor("page"), now=NOW)
    answer = sign_in("manager").get(f"/sales/{sale.id}/loss?seen=new", headers=ON_BOARD)
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "Marta Klein moved this sale" in text
    assert f'id="sale-{sale.id}"' in text
