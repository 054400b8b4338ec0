"""GET /account, POST /account/name."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_user
from tests.web.html import error_of, page, words

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_an_account(sign_in: SignIn, role: Role) -> None:
    user = make_user(role, name="Ada <b>")
    text = words(page(sign_in(user).get("/account")))
    assert user.email in text
    assert "No API token yet" in text


def test_one_changes_what_one_is_called(sign_in: SignIn) -> None:
    user = make_user(Role.VIEWER)
    answer = sign_in(user).post("/account/name", data={"name": " Ada Lovelace "})
    assert (answer.headers["Location"], user.name) == ("/account", "Ada Lovelace")


@pytest.mark.parametrize("name", ["", "\u200b", "x" * 121])
def test_what_can_be_no_name_is_refused_by_its_field(sign_in: SignIn, name: str) -> None:
    user = make_user(Role.VIEWER, name="Ada")
    assert error_of(page(sign_in(user).post("/account/name", data={"name": name}), 422), "name")
    assert user.name == "Ada"


def test_other_methods_are_refused(sign_in: SignIn) -> None:
    client = sign_in("rep")
    assert client.put("/account").status_code == 405
    assert client.get("/account/name").status_code == 405


def test_nobody_has_no_account(client: FlaskClient) -> None:
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"
    assert client.post("/account/name", data={"name": "x"}).headers["Location"] == "/sign-in"
