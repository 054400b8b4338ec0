"""POST /account/tokens, POST /account/tokens/<id>/revocation."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role, command_actor
from leadapp.services import tokens
from tests.factories import NOW, make_user
from tests.web.html import error_of, page, words

SignIn = Callable[..., FlaskClient]
WHO = command_actor()


def test_a_token_is_shown_once_and_belongs_to_its_creator(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    client = sign_in(user)
    answer = client.post("/account/tokens", data={"token-name": "robot <b>"})
    code = next(e for e in page(answer).iter("code") if e.get("id") == "token")
    plain = words(code)
    assert tokens.find_user_of_token(plain) is user
    assert answer.headers["Cache-Control"] == "no-store"
    text = words(page(client.get("/account")))
    assert "robot <b>" in text
    assert plain not in text


def test_a_revoked_token_is_worthless(sign_in: SignIn) -> None:
    user = make_user(Role.REP)
    token, plain = tokens.create_token(user.id, "robot", actor=WHO, now=NOW)
    client = sign_in(user)
    for _ in range(2):
        answer = client.post(f"/account/tokens/{token.id}/revocation")
        assert answer.headers["Location"] == "/account"
        assert tokens.find_user_of_token(plain) is None


@pytest.mark.parametrize("name", ["", "\u200b", "x" * 81])
def test_a_token_without_a_proper_name_is_refused_by_its_field(sign_in: SignIn, name: str) -> None:
    user = make_user(Role.REP)
    answer = sign_in(user).post("/account/tokens", data={"token-name": name})
    assert error_of(page(answer, 422), "token-name")
    assert tokens.list_tokens(user.id) == []


def test_other_methods_are_refused(sign_in: SignIn) -> None:
    client = sign_in("rep")
    assert client.get("/account/tokens").status_code == 405
    assert client.get("/account/tokens/1/revocation").status_code == 405


def test_nobody_has_no_tokens(client: FlaskClient) -> None:
    assert client.post("/account/tokens", data={"token-name": "x"}).status_code == 302
    assert tokens.list_tokens() == []


def test_somebody_elses_token_is_404_as_if_missing(sign_in: SignIn) -> None:
    token, plain = tokens.create_token(make_user().id, "robot", actor=WHO, now=NOW)
    client = sign_in("manager")
    for token_id in (token.id, 0):
        assert client.post(f"/account/tokens/{token_id}/revocation").status_code == 404
    assert tokens.find_user_of_token(plain) is not None
