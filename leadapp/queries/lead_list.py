"""Leads as a list for programs: filtered, in the order of ids, page by page."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.keyset import DEFAULT_LIMIT, Page, page_of, read_cursor
from leadapp.queries.lead_view import (
    DEFAULT_SCORER,
    LEAD_COLUMNS,
    LEAD_JOINS,
    STALE,
    LeadView,
    lead_view,
)
from leadapp.rules.values import normalize_list_key

NOBODY = "none"
"""The value of the owner filter that means: leads without an owner."""


@dataclass(frozen=True, slots=True)
class LeadFilters:
    """Which leads are wanted; None is no filter.

    Sources and business domains are given by name, an empty name of a domain being none. `owner_id`
    is digits or NOBODY. `q` is at least three letters of name, company, e-mail or phone.
    """

    source: str | None = None
    stage: str | None = None
    business_domain: str | None = None
    owner_id: str | None = None
    score_min: Decimal | None = None
    score_max: Decimal | None = None
    recommendation: str | None = None
    stale: bool | None = None
    external_id: str | None = None
    q: str | None = None


# A merged entry keeps its leads, so a name stands for the entry and for all that went into it.
_ENTRIES = """(SELECT e.id FROM {table} e JOIN {table} named
    ON coalesce(named.merged_into_id, named.id) IN (e.id, e.merged_into_id)
    WHERE named.key = :{name})"""

_CONDITIONS = {
    "source": f"l.source_id IN {_ENTRIES.format(table='sources', name='source')}",
    "stage": "l.stage = :stage",
    "business_domain": "l.business_domain_id IN "
    + _ENTRIES.format(table="business_domains", name="business_domain"),
    "no_domain": "l.business_domain_id IS NULL",
    "owner_id": "l.owner_id = :owner_id",
    "no_owner": "l.owner_id IS NULL",
    "score_min": "l.ai_score >= :score_min",
    "score_max": "l.ai_score <= :score_max",
    "recommendation": "l.ai_recommendation = :recommendation",
    "stale": STALE,
    "fresh": f"NOT {STALE}",
    "external_id": "l.external_id = :external_id",
    "q": "l.id IN (SELECT lead_id FROM lead_search WHERE text LIKE :q)",
    "scope": "(l.owner_id IS NULL OR l.owner_id = :scope)",
}


def list_leads(
    filters: LeadFilters,
    *,
    actor: Actor,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[LeadView]:
    """One page of the leads that this actor may see, by id. One statement.

    Raises InvalidInput for a cursor that is none.
    """
    values = _values(filters, actor)
    params = values | {"after": read_cursor(cursor), "rows": limit + 1, "scorer": DEFAULT_SCORER}
    rows = db.session.execute(_statement(tuple(values)), params).all()
    return page_of([lead_view(row) for row in rows], limit)


def lead_condition(filters: LeadFilters, actor: Actor) -> tuple[str, dict[str, Any]]:
    """The filters as one condition on the lead `l`, with `company c` joined, and its parameters."""
    values = _values(filters, actor)
    condition = " AND ".join(["true", *(_CONDITIONS[name] for name in values)])
    return condition, values | {"scorer": DEFAULT_SCORER}


def _values(filters: LeadFilters, actor: Actor) -> dict[str, Any]:
    """The parameters of the filters in force; their names are those of _CONDITIONS."""
    given: dict[str, Any] = {
        "source": None if filters.source is None else normalize_list_key(filters.source),
        "stage": filters.stage,
        "score_min": filters.score_min,
        "score_max": filters.score_max,
        "recommendation": filters.recommendation,
        "external_id": filters.external_id,
        "q": None if filters.q is None else f"%{_escaped(filters.q.lower())}%",
    }
    if filters.business_domain is not None:
        key = normalize_list_key(filters.business_domain)
        given |= {"business_domain": key} if key else {"no_domain": True}
    if filters.owner_id is not None:
        nobody = filters.owner_id == NOBODY
        given |= {"no_owner": True} if nobody else {"owner_id": int(filters.owner_id)}
    if filters.stale is not None:
        given |= {"stale" if filters.stale else "fresh": True}
    given["scope"] = actor.scope
    return {name: value for name, value in given.items() if value is not None}


def _escaped(words: str) -> str:
    """The words as LIKE takes them literally."""
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


# Only the conditions in force stand in a statement: with all of them, switched off by nulls, the
# plan that PostgreSQL keeps would suit none.
@lru_cache(maxsize=256)
def _statement(names: tuple[str, ...]) -> TextClause:
    where = " AND ".join(["l.id > :after", *(_CONDITIONS[name] for name in names)])
    return text(
        f"SELECT {LEAD_COLUMNS} FROM leads l {LEAD_JOINS} WHERE {where} ORDER BY l.id LIMIT :rows"
    )
