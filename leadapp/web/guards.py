"""Who may call a route: every route declares it, or the app does not start."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, g
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from leadapp.errors import PermissionDenied
from leadapp.permissions import Actor, Permission

P = ParamSpec("P")
R = TypeVar("R")


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare that a page needs `permission`, and refuse whoever lacks it.

    Raises Unauthorized for nobody, PermissionDenied for somebody without the permission.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not page_actor().may(permission):
                raise PermissionDenied(permission.value)
            return view(*args, **kwargs)

        return declared(guarded, permission.value)

    return declare


def public(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare that a route is open to everybody, and why."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        return declared(view, f"public: {reason}")

    return declare


def declared(view: Callable[P, R], declaration: str) -> Callable[P, R]:
    """Note on a view function what guards it; for `requires`, `public` and the API's own guard."""
    view.__permission__ = declaration  # type: ignore[attr-defined]
    return view


def page_actor() -> Actor:
    """The signed-in user as an actor. Raises Unauthorized when nobody is signed in."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        if not current_user.is_authenticated:
            raise Unauthorized
        actor = g.actor = current_user.actor("page")
    return actor


def declaration_of(app: Flask, endpoint: str) -> str | None:
    """What guards an endpoint: a permission's value, `public: ...`, or None."""
    declaration: str | None = getattr(app.view_functions[endpoint], "__permission__", None)
    return declaration


def check_declared(app: Flask) -> None:
    """Raise RuntimeError naming every route without a declared permission."""
    missing = sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if declaration_of(app, rule.endpoint) is None
    )
    if missing:
        raise RuntimeError("These routes declare no permission: " + ", ".join(missing))
