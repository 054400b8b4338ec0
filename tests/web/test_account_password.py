"""GET and POST /account/password."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from leadapp.permissions import Role
from leadapp.web.limits import limiter
from tests.factories import PASSWORD, make_user
from tests.web.html import error_of, page

SignIn = Callable[..., FlaskClient]
NEW = "a new password"


@pytest.fixture(autouse=True)
def forget_tries(app: Flask) -> Iterator[None]:
    yield
    with app.app_context():
        limiter.storage.reset()


def change(
    client: FlaskClient, *, present: str = PASSWORD, new: str = NEW, again: str = NEW
) -> TestResponse:
    data = {"password": present, "new_password": new, "new_password_confirm": again}
    return client.post("/account/password", data=data)


def test_the_page_asks_for_the_present_and_the_new_password(sign_in: SignIn) -> None:
    tree = page(sign_in("viewer").get("/account/password"))
    found = {i.get("name"): i.get("autocomplete") for i in tree.iter("input")}
    assert found["password"] == "current-password"
    assert found["new_password"] == found["new_password_confirm"] == "new-password"


def test_the_new_password_works_and_the_old_one_does_not(
    sign_in: SignIn, client: FlaskClient
) -> None:
    user = make_user(Role.REP)
    assert change(sign_in(user)).headers["Location"] == "/board"
    for password, status in ((PASSWORD, 422), (NEW, 302)):
        answer = client.post("/sign-in", data={"email": user.email, "password": password})
        assert answer.status_code == status


def test_this_session_goes_on_and_all_others_end(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    laptop, phone = sign_in(user), sign_in(user)
    change(laptop)
    assert laptop.get("/account").status_code == 200
    assert phone.get("/account").status_code == 302


def test_the_old_cookie_of_this_session_is_worthless(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("rep")
    cookie = client.get_cookie("session")
    assert cookie is not None
    change(client)
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"present": "wrong"}, "password", "This is not your present password."),
        ({"present": ""}, "password", "Enter your present password."),
        ({"new": "short", "again": "short"}, "new_password", "Take from 8 to 200 characters."),
        ({"again": "another one"}, "new_password_confirm", "The two new passwords differ."),
        ({"new": PASSWORD, "again": PASSWORD}, "password", "The new password is the present one."),
        (
            {"new": "x" * 201, "again": "x" * 201},
            "new_password",
            "Take from 8 to 200 characters.",
        ),
    ],
)
def test_what_is_wrong_stands_by_its_field(
    sign_in: SignIn, given: dict[str, str], field: str, message: str
) -> None:
    tree = page(change(sign_in("rep"), **given), 422)
    assert error_of(tree, field) == message


def test_characters_that_are_no_text_are_refused(sign_in: SignIn) -> None:
    tree = page(change(sign_in("rep"), new="nul\x00nul\x00", again="nul\x00nul\x00"), 422)
    assert error_of(tree, "new_password") == "Holds characters that are not text."


def test_the_eleventh_wrong_present_password_is_429(sign_in: SignIn) -> None:
    client = sign_in("rep")
    for _ in range(10):
        assert change(client, present="wrong").status_code == 422
    assert change(client).status_code == 429


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(sign_in: SignIn, method: str) -> None:
    assert sign_in("rep").open("/account/password", method=method).status_code == 405


def test_nobody_has_no_password(client: FlaskClient) -> None:
    assert client.get("/account/password").status_code == 302
    assert change(client).headers["Location"] == "/sign-in"
