"""The sessions of people who are signed in: opened at sign-in, ended on the server."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete

from leadapp.extensions import db
from leadapp.models import UserSession

# However busy a session is, after so long its owner signs in again.
LONGEST = timedelta(days=30)


def open_session(user_id: int, *, now: datetime) -> str:
    """Open a session; returns the secret for the cookie. Clears the user's expired ones."""
    expired = UserSession.created_at < now - LONGEST
    db.session.execute(delete(UserSession).where(UserSession.user_id == user_id, expired))
    secret = secrets.token_urlsafe(32)
    db.session.add(UserSession(digest=digest(secret), user_id=user_id, created_at=now))
    db.session.flush()
    return secret


def close_session(secret: str) -> None:
    """End one session, if it is still there."""
    db.session.execute(delete(UserSession).where(UserSession.digest == digest(secret)))


def close_all(user_id: int) -> None:
    """End all sessions of a user."""
    db.session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def digest(secret: str) -> bytes:
    """What is kept of a secret: its SHA-256. It is random, so it needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
