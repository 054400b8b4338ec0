"""Who calls the API: `Authorization: Bearer` and nothing else.

No cookie signs in here, so no foreign page can act for a person who is signed in, and no token in
an address, where it would end up in logs.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from flask import Flask, current_app, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from leadapp.errors import PermissionDenied
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.services.tokens import digest, find_user_of_token
from leadapp.web.guards import declared

# For so many seconds a process takes a token for what it was. Looking it up for each request would
# add a statement to endpoints that need but one; and a token that is revoked, or whose user is
# deactivated or gets another role, must be refused within a second.
TRUSTED_FOR = 0.5
# So many tokens are remembered; when there are more at once, all are looked up anew.
REMEMBERED = 4096

_EXTENSION = "leadapp.api_tokens"

View = TypeVar("View", bound=Callable[..., object])


class Needs(NamedTuple):
    """What an endpoint declared by `api_requires`."""

    permission: Permission
    one_statement: bool


def api_requires(permission: Permission, *, one_statement: bool = False) -> Callable[[View], View]:
    """Declare what an endpoint needs; it is checked before anything of a request is read.

    `one_statement` says that each of its statements leaves everything right by itself, so that a
    transaction around them would only cost round trips.
    """

    def declare(view: View) -> View:
        view.__needs__ = Needs(permission, one_statement)  # type: ignore[attr-defined]
        declared(view, permission.value)
        return view

    return declare


def register(app: Flask) -> None:
    """Let the app remember the tokens it has seen."""
    app.extensions[_EXTENSION] = {}


def authorize(permission: Permission) -> Actor:
    """The caller as an actor. Raises Unauthorized and PermissionDenied."""
    scheme, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthorized("Send an API token: `Authorization: Bearer <token>`.")
    actor = _actor_of(token.strip())
    if not actor.may(permission):
        raise PermissionDenied(permission.value)
    return actor


def _actor_of(token: str) -> Actor:
    """Whose token this is, by what was looked up last or anew."""
    remembered: dict[bytes, tuple[float, Actor]] = current_app.extensions[_EXTENSION]
    key, now = digest(token), time.monotonic()
    known = remembered.get(key)
    if known is not None and now - known[0] < TRUSTED_FOR:
        return known[1]
    user = find_user_of_token(token)
    actor = None if user is None else user.actor("api")
    # The look-up is no part of the request's own work, which begins with a connection as it needs.
    db.session.rollback()
    if actor is None:
        remembered.pop(key, None)
        raise _unauthorized("This API token is unknown or revoked, or its user deactivated.")
    if len(remembered) >= REMEMBERED:
        remembered.clear()
    remembered[key] = (now, actor)
    return actor


def _unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("bearer"))
