"""GET and POST /sign-in."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from leadapp.models import UserSession
from leadapp.permissions import Role, command_actor
from leadapp.services import user_sessions, users
from leadapp.web.limits import limiter
from tests.factories import NOW, PASSWORD, make_user
from tests.web.html import error_of, page

WHO = command_actor()
GENERIC = "The e-mail address or the password is not right."


@pytest.fixture(autouse=True)
def forget_tries(app: Flask) -> Iterator[None]:
    yield
    with app.app_context():
        limiter.storage.reset()


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    address = more.pop("address", "127.0.0.1")
    data = {"email": email, "password": password, **more}
    return client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_page_asks_for_address_and_password(client: FlaskClient) -> None:
    tree = page(client.get("/sign-in?next=/leads/1"))
    inputs = {i.get("name"): i for i in tree.iter("input")}
    assert inputs["email"].get("autocomplete") == "username"
    assert inputs["password"].get("autocomplete") == "current-password"
    assert inputs["next"].get("value") == "/leads/1"


@pytest.mark.parametrize("email", ["ada@example.com", " ADA@Example.com "])
def test_the_right_password_leads_to_the_board(client: FlaskClient, email: str) -> None:
    make_user(email="ada@example.com")
    answer = sign_in(client, email)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/board")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/leads/1?tab=a&b=c", "/leads/1?tab=a&b=c"),
        ("/board?q=%2F%2Fevil", "/board?q=%2F%2Fevil"),
        ("", "/board"),
        ("//evil.example", "/board"),
        ("///evil.example", "/board"),
        ("/\\evil.example", "/board"),
        ("\\\\evil.example", "/board"),
        ("/\t/evil.example", "/board"),
        ("/\n/evil.example", "/board"),
        (" //evil.example", "/board"),
        ("http://evil.example", "/board"),
        ("http:///evil.example", "/board"),
        ("https:evil.example", "/board"),
        ("javascript:alert(1)", "/board"),
        ("evil.example", "/board"),
        ("/sign-in", "/board"),
        ("/sign-out", "/board"),
    ],
)
def test_the_way_on_stays_on_this_host(client: FlaskClient, target: str, where: str) -> None:
    user = make_user()
    assert sign_in(client, user.email, next=target).headers["Location"] == where
    assert client.get("/sign-in", query_string={"next": target}).headers["Location"] == where


def test_an_anonymous_visitor_comes_back_to_the_page_asked_for(client: FlaskClient) -> None:
    answer = client.get("/board?owner=1&sort=age")
    assert answer.status_code == 302
    user = make_user()
    tree = page(client.get(answer.headers["Location"]))
    hidden = next(i for i in tree.iter("input") if i.get("name") == "next")
    back = sign_in(client, user.email, next=hidden.get("value") or "")
    assert back.headers["Location"] == "/board?owner=1&sort=age"


def test_an_anonymous_htmx_request_goes_to_the_sign_in_page(client: FlaskClient) -> None:
    answer = client.get("/board", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong password"),
        ("ada@example.com", "x" * 10_000),
        ("ada@example.com", "nul\x00"),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
        ("nul\x00@example.com", PASSWORD),
    ],
)
def test_what_is_wrong_is_not_told(client: FlaskClient, email: str, password: str) -> None:
    make_user(email="ada@example.com")
    tree = page(sign_in(client, email, password), 422)
    assert error_of(tree, "password") == GENERIC
    assert not is_signed_in(client)


def test_an_unknown_user_costs_a_hash_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("flask_security.forms.hash_password", hashed.append)
    sign_in(client, "nobody@example.com", "some password")
    assert hashed == ["some password"]


def test_what_is_missing_is_told_by_its_field(client: FlaskClient) -> None:
    tree = page(sign_in(client, "", ""), 422)
    assert error_of(tree, "email") == "Enter your e-mail address."
    assert error_of(tree, "password") == "Enter your password."


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    assert client.open("/sign-in", method=method).status_code == 405


def test_a_sign_in_without_its_csrf_token_is_refused(app: Flask, client: FlaskClient) -> None:
    user = make_user()
    app.config["WTF_CSRF_ENABLED"] = True
    assert sign_in(client, user.email).status_code in {400, 403}


def test_a_deactivated_user_cannot_sign_in(client: FlaskClient) -> None:
    user = make_user()
    users.deactivate(user.id, actor=WHO, now=NOW)
    tree = page(sign_in(client, user.email), 422)
    assert error_of(tree, "email") == "This account is deactivated; ask an admin."
    tree = page(sign_in(client, user.email, "wrong password"), 422)
    assert error_of(tree, "password") == GENERIC


def test_nobody_can_register_or_recover_by_mail(client: FlaskClient) -> None:
    for path in ("/register", "/reset", "/login", "/logout", "/change", "/verify", "/confirm"):
        assert client.get(path).status_code == 404


def test_flask_securitys_own_tokens_are_worthless(client: FlaskClient) -> None:
    token = make_user().get_auth_token()
    headers = {"Authentication-Token": token}
    assert client.get("/account", headers=headers).status_code == 302
    assert client.get("/account", query_string={"auth_token": token}).status_code == 302


def test_the_eleventh_wrong_password_for_an_account_is_429_wherever_it_comes_from(
    client: FlaskClient,
) -> None:
    user, other = make_user(), make_user()
    for number in range(10):
        tried = sign_in(client, user.email, "wrong password", address=f"192.0.2.{number}")
        assert tried.status_code == 422
    refused = sign_in(client, user.email.upper(), PASSWORD, address="192.0.2.99")
    assert error_of(page(refused, 429), "password").startswith("Too many wrong passwords.")
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert sign_in(client, other.email, address="192.0.2.1").status_code == 302


def test_the_eleventh_wrong_password_from_an_address_is_429_whatever_the_account(
    client: FlaskClient,
) -> None:
    user = make_user()
    for number in range(10):
        tried = sign_in(client, f"nobody{number}@example.com", address="192.0.2.1")
        assert tried.status_code == 422
    assert sign_in(client, user.email, address="192.0.2.1").status_code == 429
    assert sign_in(client, user.email, address="192.0.2.2").status_code == 302


def test_right_passwords_are_not_counted(client: FlaskClient) -> None:
    user = make_user()
    for _ in range(12):
        assert sign_in(client, user.email).status_code == 302
        client.post("/sign-out")


def test_each_sign_in_is_a_session_of_a_new_id(client: FlaskClient) -> None:
    user = make_user()
    client.get("/sign-in")
    seen = set()
    for _ in range(2):
        sign_in(client, user.email)
        with client.session_transaction() as session:
            seen.add(session["secret"])
        client.post("/sign-out")
    assert len(seen) == 2


def test_a_signed_in_user_is_sent_on(sign_in: Callable[..., FlaskClient]) -> None:
    assert sign_in("rep").get("/sign-in").headers["Location"] == "/board"


def test_a_deactivated_user_is_signed_out_at_once(sign_in: Callable[..., FlaskClient]) -> None:
    user = make_user(Role.REP)
    client = sign_in(user)
    assert is_signed_in(client)
    users.deactivate(user.id, actor=WHO, now=NOW)
    assert not is_signed_in(client)
    users.activate(user.id, actor=WHO, now=NOW)
    assert not is_signed_in(client)


def test_another_role_holds_at_once(sign_in: Callable[..., FlaskClient]) -> None:
    user = make_user(Role.ADMIN)
    make_user(Role.ADMIN)
    client = sign_in(user)
    assert client.get("/settings/users").status_code == 200
    users.change_role(user.id, "rep", actor=WHO, now=NOW)
    assert client.get("/settings/users").status_code == 403


def test_a_session_ends_after_its_longest_time(
    sign_in: Callable[..., FlaskClient], db_session: Session
) -> None:
    user = make_user(Role.REP)
    client = sign_in(user)
    long_ago = UserSession.created_at - user_sessions.LONGEST - timedelta(minutes=1)
    db_session.execute(update(UserSession).values(created_at=long_ago))
    assert not is_signed_in(client)


def test_an_idle_session_ends(
    app: Flask, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("rep")
    assert app.config["PERMANENT_SESSION_LIFETIME"] <= timedelta(hours=12)
    # The signature of the cookie carries the time of the latest answer.
    monkeypatch.setitem(app.config, "PERMANENT_SESSION_LIFETIME", timedelta(seconds=-2))
    assert not is_signed_in(client)


def test_a_request_costs_one_statement_for_the_user(
    sign_in: Callable[..., FlaskClient], count_statements: list[str]
) -> None:
    client = sign_in("rep")
    count_statements.clear()
    client.get("/account/password")
    assert sum("user_sessions" in statement for statement in count_statements) == 1
    # At most one other: reading the company for the frame.
    assert len(count_statements) <= 2
