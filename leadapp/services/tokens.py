"""API tokens: how other programs sign in as a user."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from leadapp.errors import InvalidInput, TokenNotFound, UserNotFound
from leadapp.extensions import db
from leadapp.models import ApiToken, User
from leadapp.permissions import Actor, Permission
from leadapp.rules.values import check_text
from leadapp.services import events

# Lets people and secret scanners tell such a token when they see one.
PREFIX = "lead_"
NAME_LIMIT = 80
# What is kept of a token in clear, to tell tokens apart: 36 of its 256 bits.
_SHOWN = len(PREFIX) + 6


def create_token(user_id: int, name: str, *, actor: Actor, now: datetime) -> tuple[ApiToken, str]:
    """Create a token of a user: the row, and the token itself, which nothing can show again.

    Raises UserNotFound (no such user, or a deactivated one) and InvalidInput.
    """
    cleaned = check_text(name, field="name", limit=NAME_LIMIT)
    if cleaned is None:
        raise InvalidInput([("name", "name the program that will use it")])
    user = db.session.get(User, user_id)
    if user is None or not user.active:
        raise UserNotFound(user_id)
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=user_id, name=cleaned, prefix=plain[:_SHOWN], digest=digest(plain), created_at=now
    )
    db.session.add(token)
    db.session.flush()
    events.record("token_created", actor=actor, now=now, token_id=token.id, user_id=user_id)
    return token, plain


def revoke_token(token_id: int, *, actor: Actor, now: datetime) -> ApiToken:
    """Make a token worthless, from the next request on. Revoking it again changes nothing.

    Raises TokenNotFound, also for a token of somebody else unless the actor administers.
    """
    token = db.session.get(ApiToken, token_id, with_for_update=True, populate_existing=True)
    if token is None or (token.user_id != actor.id and not actor.may(Permission.ADMINISTER)):
        raise TokenNotFound(token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        ids = {"token_id": token.id, "user_id": token.user_id}
        events.record("token_revoked", actor=actor, now=now, **ids)
        db.session.flush()
    return token


def list_tokens(user_id: int | None = None) -> Sequence[ApiToken]:
    """The tokens that work, of one user or of all, the latest first."""
    statement = select(ApiToken).where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc())
    if user_id is not None:
        statement = statement.where(ApiToken.user_id == user_id)
    return db.session.scalars(statement).all()


def find_user_of_token(plain: str) -> User | None:
    """Whose token this is: None for an unknown or revoked one or a deactivated user."""
    return db.session.scalar(
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.digest == digest(plain), ApiToken.revoked_at.is_(None), User.active)
    )


def digest(plain: str) -> bytes:
    """What is kept of a token: its SHA-256. It is random, so it needs no slow hash."""
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()
