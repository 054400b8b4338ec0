"""POST /settings/users/<id>/deactivation and /activation."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_user
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]


def test_a_user_is_deactivated_and_activated_again(sign_in: SignIn) -> None:
    admin, user = sign_in("admin"), make_user(Role.REP)
    theirs = sign_in(user)
    answer = admin.post(f"/settings/users/{user.id}/deactivation")
    assert (answer.headers["Location"], user.active) == ("/settings/users", False)
    assert theirs.get("/account").status_code == 302
    assert "Activate" in words(page(admin.get(f"/settings/users/{user.id}")))
    answer = admin.post(f"/settings/users/{user.id}/activation")
    assert (answer.headers["Location"], user.active) == ("/settings/users", True)


@pytest.mark.parametrize("action", ["deactivation", "activation"])
def test_only_a_post_does_it(sign_in: SignIn, action: str) -> None:
    user = make_user(Role.REP)
    assert sign_in("admin").get(f"/settings/users/{user.id}/{action}").status_code == 405


@pytest.mark.parametrize("action", ["deactivation", "activation"])
@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str, action: str) -> None:
    user = make_user(Role.REP)
    answer = sign_in(role).post(f"/settings/users/{user.id}/{action}")
    assert (answer.status_code, user.active) == (403, True)


@pytest.mark.parametrize("action", ["deactivation", "activation"])
def test_a_user_who_is_not_there_is_404(sign_in: SignIn, action: str) -> None:
    assert sign_in("admin").post(f"/settings/users/0/{action}").status_code == 404


def test_the_last_admin_stays_active(sign_in: SignIn) -> None:
    user = make_user(Role.ADMIN)
    answer = sign_in(user).post(f"/settings/users/{user.id}/deactivation")
    assert "This is the only active admin" in words(page(answer, 409))
    assert user.active


@pytest.mark.parametrize("action", ["deactivation", "activation"])
def test_doing_it_again_changes_nothing(sign_in: SignIn, action: str) -> None:
    admin, user = sign_in("admin"), make_user(Role.REP, active=action == "activation")
    answer = admin.post(f"/settings/users/{user.id}/{action}")
    assert (answer.status_code, user.active) == (302, action == "activation")
