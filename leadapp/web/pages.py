"""What every page's template can use."""

from decimal import Decimal
from typing import Any, NamedTuple

from flask import Flask, g, request
from flask_login import current_user
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy

from leadapp.permissions import ROLE_PERMISSIONS, Permission
from leadapp.queries.company import get_company
from leadapp.queries.lists import Lists
from leadapp.web import words
from leadapp.web.guards import page_actor


class NavItem(NamedTuple):
    """An entry of the main navigation."""

    url: str
    label: str
    icon: str
    active: bool


# Only what exists, and only for who may see it.
NAVIGATION = (
    ("/board", "Board", "board", Permission.SEE_LEADS, ("/board", "/leads")),
    ("/sales", "Sales", "sales", Permission.SEE_LEADS, ("/sales",)),
    ("/scoring", "Scoring", "analyze", Permission.SEE_SCORING, ("/scoring",)),
    ("/settings", "Settings", "settings", Permission.ADMINISTER, ("/settings",)),
)


class CompanyFacts(NamedTuple):
    """What the frame says of the company."""

    is_demo: bool
    threshold: Decimal


def _company() -> CompanyFacts | Lists:
    if "lists" in g:
        lists: Lists = g.lists
        return lists
    if "company" not in g:
        company = get_company()
        g.company = CompanyFacts(company.is_demo, company.handoff_threshold)
    facts: CompanyFacts = g.company
    return facts


def register(app: Flask) -> None:
    """Register globals, filters and the context of every page."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["words"] = words
    app.jinja_env.filters["plural"] = words.plural
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The context that layouts/base.html needs."""
    if not current_user.is_authenticated:
        return {"current_actor": None, "nav": [], "demo": False, "may": frozenset()}
    actor = page_actor()
    path = request.path
    return {
        "current_actor": actor,
        "may": ROLE_PERMISSIONS[actor.role],
        # Read when a template asks: fragments do not, and a page that has the lists hands them on.
        "demo": LocalProxy(lambda: _company().is_demo),
        "threshold": LocalProxy(lambda: _company().threshold),
        "nav": [
            NavItem(url, label, icon, path.startswith(prefixes))
            for url, label, icon, permission, prefixes in NAVIGATION
            if actor.may(permission)
        ],
    }
