"""Reading users."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from leadapp.errors import UserNotFound
from leadapp.extensions import db
from leadapp.models import User, UserSession


def list_users() -> Sequence[User]:
    """All users by name, those who may sign in first."""
    return db.session.scalars(
        select(User).order_by(User.active.desc(), func.lower(User.name), User.id)
    ).all()


def find_user_by_email(email: str) -> User | None:
    """The user of this address, without regard to case, active or not."""
    return db.session.scalar(select(User).where(func.lower(User.email) == func.lower(email)))


def find_user_of_session(uniquifier: str, digest: bytes, *, since: datetime) -> User | None:
    """The active user whose session this is, where it was opened after `since`. One statement."""
    return db.session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.digest == digest,
            UserSession.created_at > since,
            User.fs_uniquifier == uniquifier,
            User.active,
        )
    )


def get_user(user_id: int) -> User:
    """The user of this id, active or not. Raises UserNotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise UserNotFound(user_id)
    return user
