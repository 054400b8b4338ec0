"""GET /leads/<id>/moves: the menu "Move to"."""

from collections.abc import Callable

from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_lead, make_ready_lead, make_user
from tests.web.html import fragment, page, words
from tests.web.htmx import DIALOG

SignIn = Callable[..., FlaskClient]


def test_it_offers_what_may_follow(sign_in: SignIn) -> None:
    lead = make_lead()
    main = next(page(sign_in().get(f"/leads/{lead.id}/moves")).iter("main"))
    assert [words(b) for b in main.iter("button")] == ["Contacted"]
    asked = [a.get("href") for a in main.iter("a") if a.get("data-dialog") is not None]
    assert asked == [f"/leads/{lead.id}/loss?seen={lead.stage}"]


def test_it_says_what_a_handoff_lacks(sign_in: SignIn) -> None:
    client = sign_in()
    lead = make_lead(stage="qualified")
    tree = fragment(client.get(f"/leads/{lead.id}/moves", headers=DIALOG).get_data(as_text=True))
    assert "The business domain is not known" in words(tree)
    lead = make_ready_lead()
    tree = fragment(client.get(f"/leads/{lead.id}/moves", headers=DIALOG).get_data(as_text=True))
    assert [words(a) for a in tree.iter("a")] == ["Hand off to sales", "Mark as lost"]


def test_a_final_lead_goes_nowhere(sign_in: SignIn) -> None:
    tree = page(sign_in().get(f"/leads/{make_lead(stage='lost').id}/moves"))
    assert "Nothing leaves it" in words(tree)


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    assert sign_in("viewer").get(f"/leads/{make_lead().id}/moves").status_code == 403


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    assert sign_in("rep").get(f"/leads/{lead.id}/moves").status_code == 404


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().get("/leads/0/moves").status_code == 404


def test_only_reading(sign_in: SignIn) -> None:
    assert sign_in().post(f"/leads/{make_lead().id}/moves").status_code == 405
