"""POST /settings/users/<id>/role."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_user
from tests.web.html import error_of, page

SignIn = Callable[..., FlaskClient]


def test_a_user_gets_another_role(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    answer = sign_in("admin").post(f"/settings/users/{user.id}/role", data={"role": "manager"})
    assert (answer.headers["Location"], user.role) == ("/settings/users", "manager")


def test_an_unknown_role_is_refused_by_its_field(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    answer = sign_in("admin").post(f"/settings/users/{user.id}/role", data={"role": "boss"})
    assert error_of(page(answer, 422), "role") == "Not a valid choice."


def test_only_a_post_changes_it(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    assert sign_in("admin").get(f"/settings/users/{user.id}/role").status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str) -> None:
    user = make_user(role)
    answer = sign_in(user).post(f"/settings/users/{user.id}/role", data={"role": "admin"})
    assert (answer.status_code, user.role) == (403, role)


def test_a_user_who_is_not_there_is_404(sign_in: SignIn) -> None:
    answer = sign_in("admin").post("/settings/users/0/role", data={"role": "rep"})
    assert answer.status_code == 404


def test_the_last_admin_stays_one(sign_in: SignIn) -> None:
    user = make_user(Role.ADMIN)
    answer = sign_in(user).post(f"/settings/users/{user.id}/role", data={"role": "rep"})
    assert error_of(page(answer, 409), "role").startswith("This is the only active admin")
    assert user.role == "admin"


def test_the_role_that_the_user_has_already_is_fine(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    answer = sign_in("admin").post(f"/settings/users/{user.id}/role", data={"role": "rep"})
    assert answer.status_code == 302
