"""Flask-Security: what of it is used and how.

It hashes and checks passwords, brings the forms, and logs users in and out. Its own pages stay off,
its tokens too: leadapp's routes declare their permissions, and API tokens are leadapp's own.
"""

from datetime import datetime

from flask import Flask, session
from flask_security.core import RoleMixin
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.utils import login_user, logout_user

from leadapp.extensions import db, security
from leadapp.models import User
from leadapp.queries.users import find_user_of_session
from leadapp.services import user_sessions
from leadapp.web.clock import utc_now

# The key in the cookie that holds the secret of the session in the database.
SESSION_SECRET = "secret"  # noqa: S105 -- a name, no secret

_CONFIGURATION = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    # Hashed once: a second hash would be keyed, and losing that key would lose all passwords.
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    # What OWASP recommends at the least: 19 MiB, two passes. More memory would tell in a worker.
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "id",
        "argon2__memory_cost": 19456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"globally_deliverable": False},
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_MSG_DISABLED_ACCOUNT": ("This account is deactivated; ask an admin.", "error"),
    "SECURITY_MSG_INVALID_PASSWORD": ("This is not your present password.", "error"),
    "SECURITY_MSG_PASSWORD_IS_THE_SAME": ("The new password is the present one.", "error"),
    "SECURITY_MSG_PASSWORD_INVALID_LENGTH": ("Take at least %(length)s characters.", "error"),
    "SECURITY_MSG_RETYPE_PASSWORD_MISMATCH": ("The two new passwords differ.", "error"),
    # The address of a person is no measure of whether a session is theirs; its secret is.
    "SESSION_PROTECTION": None,
}


def bind_security(app: Flask) -> None:
    """Bind Flask-Security to the app, without its pages, tokens and roles."""
    app.config.update(_CONFIGURATION)
    # A class of roles it must have, but it never asks it: the role is a column of the user.
    datastore = SQLAlchemyUserDatastore(db, User, RoleMixin)
    security.init_app(app, datastore, register_blueprint=False)
    # Its identities would load the user in every request, before any route asks for one.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.login_manager.user_loader(load_user)
    # Its tokens are one a user, unscoped, and accepted in a query string.
    security.login_manager._request_callback = None


def load_user(uniquifier: str) -> User | None:
    """The user whose cookie this is: active, with an open session. One statement."""
    secret = session.get(SESSION_SECRET)
    if not isinstance(secret, str):
        return None
    since = utc_now() - user_sessions.LONGEST
    return find_user_of_session(uniquifier, user_sessions.digest(secret), since=since)


def start_session(user: User, *, now: datetime) -> None:
    """Sign the user in with a session of a new id; nothing of an earlier one stays."""
    session.clear()
    # Permanent for Flask: renewed with each answer, worthless after PERMANENT_SESSION_LIFETIME.
    session.permanent = True
    session[SESSION_SECRET] = user_sessions.open_session(user.id, now=now)
    login_user(user, remember=False, authn_via=["password"])


def end_session() -> None:
    """Sign out: the session is gone on the server, and its cookie worthless even when replayed."""
    secret = session.get(SESSION_SECRET)
    if isinstance(secret, str):
        user_sessions.close_session(secret)
    logout_user()
    session.clear()
