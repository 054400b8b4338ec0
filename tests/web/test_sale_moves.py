"""GET /sales/<id>/moves."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories import make_sale
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize(
    ("stage", "following", "label"),
    [("new", "kyc", "KYC"), ("kyc", "agreement", "Agreement"), ("agreement", "paid", "Paid")],
)
def test_it_offers_the_next_stage_and_the_loss(
    sign_in: SignIn, stage: str, following: str, label: str
) -> None:
    sale = make_sale(stage=stage)
    tree = page(sign_in("manager").get(f"/sales/{sale.id}/moves"))
    forms = {f.get("action"): f for f in tree.iter("form")}
    form = forms[f"/sales/{sale.id}/stage?seen={stage}"]
    button = next(iter(form.iter("button")))
    assert (button.get("value"), words(button)) == (following, label)
    links = {a.get("href"): words(a) for a in tree.iter("a")}
    assert links[f"/sales/{sale.id}/loss?seen={sale.stage}"] == "Mark as lost"


def test_in_the_dialog_it_is_a_fragment(sign_in: SignIn) -> None:
    headers = {"HX-Request": "true", "HX-Target": "dialog"}
    answer = sign_in("manager").get(f"/sales/{make_sale().id}/moves", headers=headers)
    text = answer.get_data(as_text=True)
    assert "dialog-head" in text
    assert "<html" not in text


def test_only_a_get_is_answered(sign_in: SignIn) -> None:
    assert sign_in("manager").post(f"/sales/{make_sale().id}/moves").status_code == 405


def test_only_who_may_move_it_is_asked_where_to(sign_in: SignIn) -> None:
    sale = make_sale()
    assert sign_in("viewer").get(f"/sales/{sale.id}/moves").status_code == 403
    assert sign_in("rep").get(f"/sales/{sale.id}/moves").status_code == 404


def test_what_is_no_sale_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("manager").get("/sales/0/moves").status_code == 404


def test_nothing_follows_a_final_stage(sign_in: SignIn) -> None:
    sale = make_sale(stage="paid")
    text = words(page(sign_in("manager").get(f"/sales/{sale.id}/moves")))
    assert "Nothing leaves it" in text
