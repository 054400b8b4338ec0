"""Users: who signs in, as what, and whether at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from leadapp.errors import InvalidInput, LastAdmin, UserNotFound
from leadapp.extensions import db
from leadapp.models import User
from leadapp.permissions import Actor, Role
from leadapp.rules.values import check_text, clean_text
from leadapp.services import events, passwords, user_sessions

NAME_LIMIT = 120

# An address is the name that somebody signs in with; nobody sends mail to it. So those of a
# company's own network (`ada@crm.local`) will do, and this is the library's way to say so.
SPECIAL_USE_DOMAIN_NAMES.clear()


def create_user(
    *, email: str, name: str, role: str, password: str, actor: Actor, now: datetime
) -> User:
    """Create an active user. Raises InvalidInput with every field that is not right."""
    errors: list[tuple[str, str]] = []
    with _collecting(errors):
        email = checked_email(email)
    with _collecting(errors):
        name = _checked_name(name)
    with _collecting(errors):
        role = _checked_role(role)
    with _collecting(errors):
        password = passwords.hashed(password)
    if errors:
        raise InvalidInput(errors)
    user = User(
        email=email,
        name=name,
        role=role,
        password=password,
        fs_uniquifier=_uniquifier(),
        confirmed_at=now,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise InvalidInput([("email", "belongs to another user already")]) from None
    events.record("user_created", actor=actor, now=now, user_id=user.id, role=role)
    return user


def change_role(user_id: int, role: str, *, actor: Actor, now: datetime) -> User:
    """Give a user another role; it holds from the user's next request on.

    Raises UserNotFound, InvalidInput for an unknown role and LastAdmin.
    """
    role = _checked_role(role)
    admins = _lock_admins()
    user = _get(user_id)
    if user.role == role:
        return user
    if admins == [user_id]:
        raise LastAdmin
    before, user.role = user.role, role
    changed = {"from": before, "to": role}
    events.record("user_role_changed", actor=actor, now=now, user_id=user_id, **changed)
    db.session.flush()
    return user


def deactivate(user_id: int, *, actor: Actor, now: datetime) -> User:
    """Keep a user from signing in, and end all of the user's sessions at once.

    The user's API tokens stop working, too, until the user is activated again. Raises UserNotFound
    and LastAdmin.
    """
    admins = _lock_admins()
    user = _get(user_id)
    if not user.active:
        return user
    if admins == [user_id]:
        raise LastAdmin
    user.active = False
    _end_sessions(user)
    events.record("user_deactivated", actor=actor, now=now, user_id=user_id)
    db.session.flush()
    return user


def activate(user_id: int, *, actor: Actor, now: datetime) -> User:
    """Let a deactivated user sign in again. Raises UserNotFound."""
    user = _get(user_id)
    if not user.active:
        user.active = True
        events.record("user_activated", actor=actor, now=now, user_id=user_id)
        db.session.flush()
    return user


def set_password(
    user_id: int, password: str, *, actor: Actor, now: datetime, field: str = "password"
) -> User:
    """Give a user another password, which ends all of the user's sessions.

    Raises UserNotFound, and InvalidInput on `field` for what cannot be a password.
    """
    hashed = passwords.hashed(password, field=field)
    user = _get(user_id)
    user.password = hashed
    _end_sessions(user)
    events.record("password_changed", actor=actor, now=now, user_id=user_id)
    db.session.flush()
    return user


def reset_password(user_id: int, *, actor: Actor, now: datetime) -> str:
    """Give a user a random password and return it: the only time that it can be seen."""
    password = passwords.make_up()
    set_password(user_id, password, actor=actor, now=now)
    return password


def change_name(user_id: int, name: str, *, actor: Actor, now: datetime) -> User:
    """Change what a user is called. Raises UserNotFound and InvalidInput."""
    name = _checked_name(name)
    user = _get(user_id)
    if user.name != name:
        user.name = name
        events.record("user_changed", actor=actor, now=now, user_id=user_id, fields=["name"])
        db.session.flush()
    return user


def checked_email(email: str) -> str:
    """The e-mail address as it is kept. Raises InvalidInput where it is none."""
    try:
        valid = validate_email(
            clean_text(email) or "", check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError:
        raise InvalidInput([("email", "must be an e-mail address, like ada@example.com")]) from None
    return str(valid.normalized)


@contextmanager
def _collecting(errors: list[tuple[str, str]]) -> Iterator[None]:
    """Add what is invalid to `errors` and go on, so that a person sees all of it at once."""
    try:
        yield
    except InvalidInput as invalid:
        errors.extend(invalid.errors)


def _checked_name(name: str) -> str:
    cleaned = check_text(name, field="name", limit=NAME_LIMIT)
    if cleaned is None:
        raise InvalidInput([("name", "give the user a name")])
    return cleaned


def _checked_role(role: str) -> str:
    if role not in set(Role):
        raise InvalidInput([("role", f"must be one of {', '.join(Role)}")])
    return Role(role).value


def _get(user_id: int) -> User:
    """The user, locked until the end of the transaction. Raises UserNotFound."""
    user = db.session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None:
        raise UserNotFound(user_id)
    return user


def _lock_admins() -> list[int]:
    """The ids of the active admins, locked, in one order and before any other user.

    So two of them who demote each other do it one after the other, and the later one is refused.
    """
    admins = select(User.id).where(User.role == Role.ADMIN, User.active).order_by(User.id)
    return list(db.session.scalars(admins.with_for_update()))


def _end_sessions(user: User) -> None:
    user.fs_uniquifier = _uniquifier()
    user_sessions.close_all(user.id)


def _uniquifier() -> str:
    return secrets.token_urlsafe(32)
