"""GET and POST /settings/users, GET /settings/users/<id>, and GET /settings."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.queries.users import find_user_by_email
from tests.factories import make_user
from tests.web.html import error_of, page, words

SignIn = Callable[..., FlaskClient]
ADA = {"email": "ada@example.com", "name": "Ada <b>Lovelace</b>", "role": "manager"}


def test_the_settings_begin_with_the_users(sign_in: SignIn) -> None:
    assert sign_in("admin").get("/settings").headers["Location"] == "/settings/users"


def test_all_users_are_listed_with_role_and_state(sign_in: SignIn) -> None:
    make_user(Role.REP, name="Rita", active=False)
    text = words(page(sign_in("admin").get("/settings/users")))
    assert "Rita rep" in text
    assert "Rep deactivated" in text


def test_a_created_user_signs_in_with_the_password_shown(
    sign_in: SignIn, client: FlaskClient
) -> None:
    answer = sign_in("admin").post("/settings/users", data=ADA)
    code = next(e for e in page(answer).iter("code") if e.get("id") == "password")
    assert answer.headers["Cache-Control"] == "no-store"
    user = find_user_by_email(ADA["email"])
    assert user is not None
    assert (user.name, user.role) == ("Ada <b>Lovelace</b>", "manager")
    data = {"email": ADA["email"], "password": code.text}
    assert client.post("/sign-in", data=data).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "", "Enter the e-mail address."),
        ("email", "ada", "Must be an e-mail address, like ada@example.com."),
        ("name", "", "Enter the name."),
        ("name", "  ", "Give the user a name."),
        ("name", "\u200b", "Give the user a name."),
        ("name", "x" * 121, "Must be at most 120 characters long."),
        ("role", "boss", "Not a valid choice."),
    ],
)
def test_what_is_wrong_stands_by_its_field(
    sign_in: SignIn, field: str, value: str, message: str
) -> None:
    tree = page(sign_in("admin").post("/settings/users", data={**ADA, field: value}), 422)
    assert error_of(tree, field) == message
    assert find_user_by_email(ADA["email"]) is None


def test_a_user_has_a_page(sign_in: SignIn) -> None:
    user = make_user(Role.REP, name="Rita")
    tree = page(sign_in("admin").get(f"/settings/users/{user.id}"))
    chosen = [o.get("value") for o in tree.iter("option") if "selected" in o.attrib]
    assert chosen == ["rep"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(sign_in: SignIn, method: str) -> None:
    assert sign_in("admin").open("/settings/users", method=method).status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for path in ("/settings", "/settings/users", "/settings/users/1"):
        assert client.get(path).status_code == 403
    assert client.post("/settings/users", data=ADA).status_code == 403
    assert find_user_by_email(ADA["email"]) is None


def test_nobody_signs_in_first(client: FlaskClient) -> None:
    assert client.get("/settings/users").headers["Location"] == "/sign-in?next=/settings/users"


@pytest.mark.parametrize("user_id", ["0", "9" * 19, "9" * 500, "x", "١"])
def test_a_user_who_is_not_there_is_404(sign_in: SignIn, user_id: str) -> None:
    assert sign_in("admin").get(f"/settings/users/{user_id}").status_code == 404


def test_an_address_that_is_taken_already_is_refused(sign_in: SignIn) -> None:
    make_user(email="ada@example.com")
    tree = page(
        sign_in("admin").post("/settings/users", data={**ADA, "email": "ADA@example.com"}), 422
    )
    assert error_of(tree, "email") == "Belongs to another user already."
