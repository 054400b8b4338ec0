"""POST /runs/<id>/cancellation."""

from collections.abc import Callable

from flask.testing import FlaskClient

from leadapp.extensions import db
from leadapp.models import Run
from leadapp.permissions import Role
from leadapp.services import runs
from leadapp.web.clock import utc_now
from tests.factories import make_user
from tests.web.html import fragment, page, words
from tests.web.test_run_page import POLL, make_run, running

SignIn = Callable[..., FlaskClient]


def status_of(url: str) -> str:
    db.session.expire_all()
    return db.session.get_one(Run, int(url.rsplit("/", 1)[1])).status


def test_a_run_that_waits_is_cancelled_at_once(sign_in: SignIn) -> None:
    user = make_user()
    url = make_run(user)
    client = sign_in(user)
    answer = client.post(f"{url}/cancellation")
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert status_of(url) == "cancelled"
    assert "Cancelled. 0 leads had been analyzed before." in words(page(client.get(url)))


def test_a_run_under_way_ends_with_its_next_part(sign_in: SignIn) -> None:
    user = make_user()
    url = make_run(user, **running(attempt=1))
    answer = sign_in(user).post(f"{url}/cancellation", headers=POLL)
    assert answer.status_code == 200
    assert "Cancelling" in words(fragment(answer.get_data(as_text=True)))
    assert status_of(url) == "running"
    assert runs.is_cancelled(int(url.rsplit("/", 1)[1]))


def test_what_is_done_stays_done(sign_in: SignIn) -> None:
    user = make_user()
    url = make_run(user, status="done", finished_at=utc_now())
    assert sign_in(user).post(f"{url}/cancellation", headers=POLL).status_code == 286
    assert status_of(url) == "done"


def test_only_a_post_cancels(sign_in: SignIn) -> None:
    user = make_user()
    assert sign_in(user).get(f"{make_run(user)}/cancellation").status_code == 405


def test_somebody_elses_run_is_missing_to_a_rep(sign_in: SignIn) -> None:
    url = make_run(make_user())
    assert sign_in(Role.REP).post(f"{url}/cancellation").status_code == 404
    assert status_of(url) == "queued"
