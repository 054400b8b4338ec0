"""POST /sign-out."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_user

SignIn = Callable[..., FlaskClient]


def test_signing_out_leads_to_the_sign_in_page(sign_in: SignIn) -> None:
    client = sign_in("rep")
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
    assert client.get("/account").status_code == 302


def test_the_cookie_is_worthless_afterwards_even_when_replayed(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("rep")
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/account").status_code == 302


def test_other_sessions_of_the_same_user_go_on(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    laptop, phone = sign_in(user), sign_in(user)
    laptop.post("/sign-out")
    assert phone.get("/account").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_a_post_signs_out(sign_in: SignIn, method: str) -> None:
    client = sign_in("rep")
    assert client.open("/sign-out", method=method).status_code == 405
    assert client.get("/account").status_code == 200


def test_without_the_csrf_token_nobody_is_signed_out(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("rep")
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/sign-out").status_code in {400, 403}
    assert client.get("/account").status_code == 200


def test_who_is_signed_out_already_gets_the_same_answer(client: FlaskClient) -> None:
    assert client.post("/sign-out").headers["Location"] == "/sign-in"


def test_a_page_left_open_goes_to_the_sign_in_page(sign_in: SignIn, app: Flask) -> None:
    client = sign_in("rep")
    client.post("/sign-out")
    app.config["WTF_CSRF_ENABLED"] = True
    headers = {"HX-Request": "true", "X-CSRFToken": "that of the page"}
    answer = client.post("/leads", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")
