"""A board's filters as SQL: conditions, parameters, and what free text finds."""

from typing import Any

from sqlalchemy import Text, TextClause, bindparam, text

from leadapp.permissions import Actor
from leadapp.queries.board_filters import NOBODY, BoardFilters
from leadapp.queries.lead_view import DEFAULT_SCORER, STALE

# Beyond this many matches a filtered column says "1,000+" instead of counting on.
COUNT_LIMIT = 1000


def found_sql(filters: BoardFilters) -> str:
    """The leads that free text finds, at most COUNT_LIMIT + 1 of those the actor may see."""
    return f"""
        WITH found AS MATERIALIZED (
            SELECT l.id AS lead_id, l.stage FROM lead_search t JOIN leads l ON l.id = t.lead_id
            CROSS JOIN company c
            WHERE t.text LIKE :pattern AND {" AND ".join(["true", *conditions_of(filters)])}
                AND (CAST(:owners AS bigint[]) IS NULL
                    OR t.owner_id = ANY(CAST(:owners AS bigint[])))
            LIMIT {COUNT_LIMIT + 1}
        )
    """


def conditions_of(filters: BoardFilters) -> list[str]:
    """The filters but owner and text, as conditions on the lead `l`."""
    conditions = []
    if filters.source is not None:
        conditions.append(
            "l.source_id IN (SELECT id FROM sources WHERE :source IN (id, merged_into_id))"
        )
    if filters.domain == NOBODY:
        conditions.append("l.business_domain_id IS NULL")
    elif filters.domain is not None:
        conditions.append(
            "l.business_domain_id IN (SELECT id FROM business_domains WHERE"
            " :domain IN (id, merged_into_id))"
        )
    if filters.score_min is not None:
        conditions.append("l.ai_score >= :score_min")
    if filters.score_max is not None:
        conditions.append("l.ai_score <= :score_max")
    if filters.recommendation is not None:
        conditions.append("l.ai_recommendation = :recommendation")
    if filters.stale:
        conditions.append(STALE)
    return conditions


def owners_of(owner: str | None, actor: Actor) -> list[int] | None:
    """The owners whose records are shown, by the owner filter; 0 for nobody; None for all."""
    wanted = None
    if owner is not None:
        wanted = [0 if owner == NOBODY else int(owner)]
    if actor.scope is None:
        return wanted
    seen = [actor.scope, 0]
    return seen if wanted is None else [user_id for user_id in seen if user_id in wanted]


def params_of(filters: BoardFilters, actor: Actor) -> dict[str, Any]:
    params: dict[str, Any] = {"owners": owners_of(filters.owner, actor), "scorer": DEFAULT_SCORER}
    for name in ("source", "score_min", "score_max", "recommendation"):
        if getattr(filters, name) is not None:
            params[name] = getattr(filters, name)
    if filters.domain not in {None, NOBODY}:
        params["domain"] = int(filters.domain or 0)
    if filters.search is not None:
        params["pattern"] = like_pattern(filters.search)
    return params


def board_condition(filters: BoardFilters, actor: Actor) -> tuple[str, dict[str, Any]]:
    """The filters as one condition on the lead `l`, with `company c` joined, and its parameters."""
    params = params_of(filters, actor)
    conditions = ["true", *conditions_of(filters)]
    if params["owners"] is not None:
        conditions.append("coalesce(l.owner_id, 0) = ANY(CAST(:owners AS bigint[]))")
    if filters.search is not None:
        conditions.append("l.id IN (SELECT lead_id FROM lead_search WHERE text LIKE :pattern)")
    return " AND ".join(conditions), params


def like_pattern(text_: str) -> str:
    """A LIKE pattern that finds this text anywhere, its own wildcards taken literally."""
    escaped = text_.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def statement_of(sql: str, filters: BoardFilters) -> TextClause:
    """The statement with just the parameters it names."""
    statement = text(sql)
    if filters.search is not None:
        # As a literal: the planner must see the text to choose between scanning and the index, and
        # a prepared statement would soon be given one plan for all texts.
        statement = statement.bindparams(bindparam("pattern", type_=Text(), literal_execute=True))
    return statement
