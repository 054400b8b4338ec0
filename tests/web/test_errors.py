"""What goes wrong, as people see it: a page, or its text alone in place; no details, ever."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from leadapp import create_app
from leadapp.blueprints.board import routes
from leadapp.config import Settings
from leadapp.extensions import db
from leadapp.factory import MAX_BODY
from tests.conftest import settings_for
from tests.factories import make_lead, reload
from tests.web.html import fragment, page, words

SignIn = Callable[..., FlaskClient]
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("url", ["/nowhere", "/board/", "/leads/1/2/3", "/%FF", "/%00", "/٣"])
def test_an_address_that_is_none_is_404(url: str, sign_in: SignIn) -> None:
    tree = page(sign_in("manager").get(url), 404)
    assert "There is no such page" in words(tree)
    assert "/board" in [a.get("href") for a in tree.iter("a")]


@pytest.mark.parametrize("lead_id", ["0", "-1", "x", "9" * 5000, "%00", "٣", "9223372036854775808"])
def test_a_lead_that_is_none_is_404(lead_id: str, sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert "no such lead" in words(page(client.get(f"/leads/{lead_id}"), 404))
    assert client.post(f"/leads/{lead_id}/analysis").status_code == 404


def test_in_place_it_is_a_fragment_beside_the_board(sign_in: SignIn) -> None:
    answer = sign_in("manager").get("/leads/0", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (404, "#refusal")
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "no such lead" in words(fragment(answer.get_data(as_text=True)))


def test_a_method_that_is_not_taken_is_405_and_says_which_are(sign_in: SignIn) -> None:
    answer = sign_in("manager").post("/board")
    assert "does not take such a request" in words(page(answer, 405))
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_body_beyond_the_limit_is_413(headers: dict[str, str], sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in("manager").post(
        f"/leads/{lead.id}/edit", data={"notes": "x" * (MAX_BODY + 1)}, headers=headers
    )
    assert answer.status_code == 413
    assert "more than leadapp takes" in answer.get_data(as_text=True)
    assert reload(lead) == lead


@pytest.mark.parametrize(("length", "status"), [(MAX_BODY - 6, 422), (MAX_BODY + 9, 413)])
def test_a_chunked_form_is_read_in_full_or_refused(
    length: int, status: int, sign_in: SignIn
) -> None:
    lead = make_lead()
    body = io.BytesIO(b"notes=" + b"x" * (length - 6))
    chunks = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = sign_in("manager").post(
        f"/leads/{lead.id}/edit",
        content_type="application/x-www-form-urlencoded",
        environ_overrides=chunks,
    )
    assert answer.status_code == status
    assert reload(lead) == lead


@pytest.fixture
def as_in_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let faults be handled as a server does, instead of reaching the test."""
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def fail_with(error: Exception) -> Callable[..., object]:
    def fail(*_args: object, **_values: object) -> object:
        raise error

    return fail


SECRET = "SELECT password FROM users -- host=10.0.0.1"


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.usefixtures("as_in_production")
def test_a_fault_is_500_without_details(
    headers: dict[str, str], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("manager")
    monkeypatch.setattr(routes, "load_lists", fail_with(RuntimeError(SECRET)))
    answer = client.get("/board", headers=headers)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in text
    assert [w for w in ("password", "10.0.0.1", "Traceback", "RuntimeError") if w in text] == []


@pytest.mark.usefixtures("as_in_production")
def test_a_fault_keeps_nothing_half_done(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, client = make_lead(), sign_in("manager")
    monkeypatch.setattr(db.session, "commit", fail_with(RuntimeError("late")))
    assert client.post(f"/leads/{lead.id}/analysis").status_code == 500
    monkeypatch.undo()
    assert reload(lead) == lead


@pytest.mark.parametrize(
    "error", [OperationalError(SECRET, {}, Exception(SECRET)), PoolTimeout(SECRET)], ids=type
)
@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.usefixtures("as_in_production")
def test_a_database_that_does_not_answer_is_503_with_retry_after(
    headers: dict[str, str], error: Exception, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("manager")
    monkeypatch.setattr(routes, "load_lists", fail_with(error))
    answer = client.get("/board", headers=headers)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "The database does not answer. Nothing was changed" in text
    assert "password" not in text


def test_a_database_that_is_away_is_503_wherever_it_is_asked() -> None:
    """A real one that nobody listens for: signing in, the API, and whether it is ready."""
    settings: Settings = settings_for("postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = create_app(settings).test_client()
    assert client.get("/health").status_code == 200
    for answer in (
        client.get("/ready"),
        client.get("/api/v1/leads/1", headers={"Authorization": "Bearer la_" + "x" * 40}),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "127.0.0.1" not in answer.get_data(as_text=True)
    with client.application.app_context():
        db.engine.dispose()
