"""POST /leads/<id>/owner."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_lead, make_transferred_lead, make_user, reload
from tests.web.html import fragment, page, words
from tests.web.htmx import PANEL

SignIn = Callable[..., FlaskClient]


def test_a_lead_is_assigned(sign_in: SignIn) -> None:
    lead, rep = make_lead(), make_user(Role.REP)
    answer = sign_in().post(f"/leads/{lead.id}/owner", data={"owner_id": rep.id})
    assert (answer.headers["Location"], reload(lead).owner_id) == (f"/leads/{lead.id}", rep.id)


def test_a_lead_is_taken_from_everybody(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    sign_in().post(f"/leads/{lead.id}/owner", data={"owner_id": "0"})
    assert reload(lead).owner_id is None


def test_the_panel_and_the_card_show_the_owner(sign_in: SignIn) -> None:
    lead, rep = make_lead(), make_user(Role.REP, name="Jean Bartik")
    data = {"owner_id": rep.id}
    answer = sign_in().post(f"/leads/{lead.id}/owner", data=data, headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert "assigned it to Jean Bartik" in words(tree)
    card = next(tree.iter("article"))
    assert "JB" in words(card)


def test_a_viewer_cannot_own_a_lead(sign_in: SignIn) -> None:
    lead, viewer = make_lead(), make_user(Role.VIEWER)
    answer = sign_in().post(f"/leads/{lead.id}/owner", data={"owner_id": viewer.id})
    assert "Not a valid choice." in words(page(answer, 422))
    assert reload(lead).owner_id is None


@pytest.mark.parametrize("owner", ["", "x", "999999", "-1", "9" * 30])
def test_somebody_who_is_not_there_cannot_either(sign_in: SignIn, owner: str) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/owner", data={"owner_id": owner})
    assert (answer.status_code, reload(lead).owner_id) == (422, None)


def test_the_owner_of_a_final_lead_is_frozen(sign_in: SignIn) -> None:
    owner = make_user(Role.REP)
    lead, _sale_id = make_transferred_lead(owner)
    answer = sign_in().post(f"/leads/{lead.id}/owner", data={"owner_id": "0"})
    assert (answer.status_code, reload(lead).owner_id) == (409, owner.id)


def test_assigning_to_the_present_owner_is_fine(sign_in: SignIn) -> None:
    owner = make_user(Role.REP)
    lead = make_lead(owner=owner)
    answer = sign_in().post(f"/leads/{lead.id}/owner", data={"owner_id": owner.id})
    assert (answer.status_code, reload(lead).owner_id) == (302, owner.id)


@pytest.mark.parametrize("role", ["viewer", "rep"])
def test_only_managers_and_admins_may(sign_in: SignIn, role: str) -> None:
    lead, user = make_lead(), make_user(role)
    answer = sign_in(user).post(f"/leads/{lead.id}/owner", data={"owner_id": user.id})
    assert (answer.status_code, reload(lead).owner_id) == (403, None)


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().post("/leads/0/owner", data={"owner_id": "0"}).status_code == 404


def test_only_a_post_assigns(sign_in: SignIn) -> None:
    assert sign_in().get(f"/leads/{make_lead().id}/owner").status_code == 405
