"""POST /leads/<id>/follow-up."""

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_lead, make_user, reload
from tests.web.html import fragment, page, words
from tests.web.htmx import PANEL

SignIn = Callable[..., FlaskClient]
DAY = {"follow_up_on": "2030-03-12"}


def test_the_date_is_set(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/follow-up", data=DAY)
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert reload(lead).follow_up_on == date(2030, 3, 12)


def test_the_date_is_taken_away(sign_in: SignIn) -> None:
    lead = make_lead(follow_up_on=date(2030, 3, 12))
    sign_in().post(f"/leads/{lead.id}/follow-up", data={"follow_up_on": ""})
    assert reload(lead).follow_up_on is None


def test_the_panel_shows_it(sign_in: SignIn) -> None:
    answer = sign_in().post(f"/leads/{make_lead().id}/follow-up", data=DAY, headers=PANEL)
    assert "12 Mar 2030" in words(fragment(answer.get_data(as_text=True)))


def test_what_is_no_date_is_refused(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/follow-up", data={"follow_up_on": "soon"})
    assert "Not a valid date value." in words(page(answer, 422))
    assert reload(lead).follow_up_on is None


def test_a_lost_lead_may_be_followed_up(sign_in: SignIn) -> None:
    lead = make_lead(stage="lost")
    sign_in().post(f"/leads/{lead.id}/follow-up", data=DAY)
    assert reload(lead).follow_up_on == date(2030, 3, 12)


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in("viewer").post(f"/leads/{lead.id}/follow-up", data=DAY)
    assert (answer.status_code, reload(lead).follow_up_on) == (403, None)


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    answer = sign_in("rep").post(f"/leads/{lead.id}/follow-up", data=DAY)
    assert (answer.status_code, reload(lead).follow_up_on) == (404, None)


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().post("/leads/0/follow-up", data=DAY).status_code == 404


def test_only_a_post_sets_it(sign_in: SignIn) -> None:
    assert sign_in().get(f"/leads/{make_lead().id}/follow-up").status_code == 405
