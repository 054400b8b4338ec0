"""GET and POST /leads/<id>/erasure."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.services.activities import log_activity
from tests.factories import NOW, make_lead, make_transferred_lead, make_user, reload
from tests.web.html import fragment, page, words
from tests.web.htmx import DIALOG

SignIn = Callable[..., FlaskClient]


def test_it_asks_once_and_says_what_goes(sign_in: SignIn) -> None:
    lead, client = make_lead(name="Ada"), sign_in("admin")
    for headers in ({}, DIALOG):
        answer = client.get(f"/leads/{lead.id}/erasure", headers=headers)
        text = answer.get_data(as_text=True)
        tree = fragment(text) if headers else page(answer)
        assert "Nobody can bring them back" in words(tree)
        assert "Erase the person's data" in [words(b) for b in tree.iter("button")]
    assert reload(lead).name == "Ada"


def test_the_person_is_forgotten_and_the_history_stays(sign_in: SignIn) -> None:
    lead, sale_id = make_transferred_lead(name="Ada", email="ada@example.com", notes="Likes tea")
    by = make_user().actor("page")
    log_activity(lead.id, "call", note="Spoke of her mother", actor=by, now=NOW)
    client = sign_in("admin")
    answer = client.post(f"/leads/{lead.id}/erasure")
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    text = words(page(client.get(f"/leads/{lead.id}")))
    for gone in ("Ada", "ada@example.com", "tea", "mother"):
        assert gone not in text
    for kept in ("Person erased", "logged a call", f"Sale {sale_id}", "erased the person's data"):
        assert kept in text


def test_erasing_again_changes_nothing(sign_in: SignIn) -> None:
    lead, client = make_lead(name="Ada"), sign_in("admin")
    client.post(f"/leads/{lead.id}/erasure")
    erased = reload(lead)
    assert client.post(f"/leads/{lead.id}/erasure").status_code == 302
    assert reload(lead) == erased
    assert "This was done on" in words(page(client.get(f"/leads/{lead.id}/erasure")))


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str) -> None:
    lead, client = make_lead(name="Ada"), sign_in(role)
    assert client.get(f"/leads/{lead.id}/erasure").status_code == 403
    assert client.post(f"/leads/{lead.id}/erasure").status_code == 403
    assert reload(lead).name == "Ada"


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert client.get("/leads/0/erasure").status_code == 404
    assert client.post("/leads/0/erasure").status_code == 404


def test_no_other_method(sign_in: SignIn) -> None:
    assert sign_in("admin").delete(f"/leads/{make_lead().id}/erasure").status_code == 405
