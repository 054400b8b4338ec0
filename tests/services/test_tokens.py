"""API tokens."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput, TokenNotFound, UserNotFound
from leadapp.models import Event
from leadapp.permissions import Role, command_actor
from leadapp.services import tokens, users
from tests.factories import NOW, make_user

pytestmark = pytest.mark.usefixtures("db_session")
WHO = command_actor()


def test_a_token_is_256_random_bits_of_which_only_a_digest_is_kept(db_session: Session) -> None:
    user = make_user(Role.REP)
    token, plain = tokens.create_token(user.id, " robot ", actor=user.actor("page"), now=NOW)
    assert plain.startswith("lead_")
    assert len(plain) == len("lead_") + 43
    assert (token.name, token.prefix, len(token.digest)) == ("robot", plain[:11], 32)
    assert plain.encode() not in token.digest
    assert tokens.find_user_of_token(plain) is user
    created = db_session.scalars(select(Event).where(Event.kind == "token_created")).one()
    assert created.data == {"token_id": token.id, "user_id": user.id}


def test_no_two_tokens_are_the_same() -> None:
    user = make_user()
    made = {tokens.create_token(user.id, "x", actor=WHO, now=NOW)[1] for _ in range(5)}
    assert len(made) == 5


@pytest.mark.parametrize("plain", ["", "lead_", "lead_x", "\x00", "\ud800", "ü"])
def test_an_unknown_token_is_nobodys(plain: str) -> None:
    assert tokens.find_user_of_token(plain) is None


def test_a_revoked_token_is_nobodys_and_revoking_it_again_is_no_event(db_session: Session) -> None:
    user = make_user(Role.REP)
    token, plain = tokens.create_token(user.id, "robot", actor=WHO, now=NOW)
    for _ in range(2):
        tokens.revoke_token(token.id, actor=user.actor("page"), now=NOW)
    assert token.revoked_at == NOW
    assert tokens.find_user_of_token(plain) is None
    assert tokens.list_tokens(user.id) == []
    revoked = db_session.scalars(select(Event).where(Event.kind == "token_revoked")).one()
    assert revoked.data == {"token_id": token.id, "user_id": user.id}


def test_only_its_owner_and_admins_revoke_a_token() -> None:
    owner, other, admin = make_user(Role.REP), make_user(Role.MANAGER), make_user(Role.ADMIN)
    token, _ = tokens.create_token(owner.id, "robot", actor=WHO, now=NOW)
    with pytest.raises(TokenNotFound):
        tokens.revoke_token(token.id, actor=other.actor("page"), now=NOW)
    with pytest.raises(TokenNotFound):
        tokens.revoke_token(0, actor=admin.actor("page"), now=NOW)
    assert tokens.revoke_token(token.id, actor=admin.actor("page"), now=NOW).revoked_at == NOW


def test_the_token_of_a_deactivated_user_is_nobodys() -> None:
    user = make_user(Role.REP)
    _, plain = tokens.create_token(user.id, "robot", actor=WHO, now=NOW)
    users.deactivate(user.id, actor=WHO, now=NOW)
    assert tokens.find_user_of_token(plain) is None
    for user_id in (user.id, 0):
        with pytest.raises(UserNotFound):
            tokens.create_token(user_id, "robot", actor=WHO, now=NOW)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_token_has_a_name(name: str) -> None:
    with pytest.raises(InvalidInput):
        tokens.create_token(make_user().id, name, actor=WHO, now=NOW)


def test_tokens_are_listed_of_one_user_or_of_all() -> None:
    users_ = [make_user(), make_user()]
    made = [tokens.create_token(u.id, "robot", actor=WHO, now=NOW)[0] for u in users_]
    assert tokens.list_tokens(users_[0].id) == [made[0]]
    assert tokens.list_tokens() == made[::-1]
