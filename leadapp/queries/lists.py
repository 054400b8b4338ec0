"""The short lists a board needs to name things: sources, business domains, users, the company."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text

from leadapp.extensions import db

_LISTS = text("""
    SELECT 'source', id, name, rule_key, merged_into_id IS NULL FROM sources
    UNION ALL
    SELECT 'domain', id, name, NULL, merged_into_id IS NULL FROM business_domains
    UNION ALL
    SELECT 'user', id, name, role, active AND role <> 'viewer' FROM users
    UNION ALL
    SELECT 'company', 1, CAST(handoff_threshold AS text), NULL, is_demo FROM company
""")


class Lists(NamedTuple):
    """Names by id. `sources` also knows the key of the rule table."""

    sources: dict[int, tuple[str, str]]
    domains: dict[int, str]
    users: dict[int, str]
    threshold: Decimal
    is_demo: bool
    current_sources: list[tuple[int, str]]
    """What can be chosen, without merged entries; by name."""
    current_domains: list[tuple[int, str]]
    owners: list[tuple[int, str]]
    """Users who may own leads, by name."""


def load_lists() -> Lists:
    """All short lists. One statement."""
    rows = db.session.execute(_LISTS).all()

    def choices(kind: str) -> list[tuple[int, str]]:
        chosen = [(row[1], row[2]) for row in rows if row[0] == kind and row[4]]
        return sorted(chosen, key=lambda choice: choice[1].casefold())

    company = next(row for row in rows if row[0] == "company")
    return Lists(
        sources={row[1]: (row[2], row[3]) for row in rows if row[0] == "source"},
        domains={row[1]: row[2] for row in rows if row[0] == "domain"},
        users={row[1]: row[2] for row in rows if row[0] == "user"},
        threshold=Decimal(company[2]),
        is_demo=company[4],
        current_sources=choices("source"),
        current_domains=choices("domain"),
        owners=choices("user"),
    )
