"""POST /settings/users/<id>/password."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_user
from tests.web.html import page

SignIn = Callable[..., FlaskClient]


def test_a_new_password_is_shown_once_and_ends_the_users_sessions(
    sign_in: SignIn, client: FlaskClient
) -> None:
    user = make_user(Role.REP)
    theirs = sign_in(user)
    tree = page(sign_in("admin").post(f"/settings/users/{user.id}/password"))
    code = next(e for e in tree.iter("code") if e.get("id") == "password")
    assert theirs.get("/account").status_code == 302
    data = {"email": user.email, "password": code.text}
    assert client.post("/sign-in", data=data).status_code == 302


def test_only_a_post_resets_it(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    assert sign_in("admin").get(f"/settings/users/{user.id}/password").status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str) -> None:
    user = make_user(Role.REP)
    before = user.password
    assert sign_in(role).post(f"/settings/users/{user.id}/password").status_code == 403
    assert user.password == before


def test_a_user_who_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in("admin").post("/settings/users/0/password").status_code == 404
