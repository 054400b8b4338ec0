"""Which leads an analysis run is about, a part at a time."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.board_sql import board_condition
from leadapp.queries.lead_list import LeadFilters, lead_condition

# Only these can be analyzed.
_OPEN = "l.stage IN ('new', 'contacted', 'qualified')"
_FROM = "FROM leads l CROSS JOIN company c"


def count_of_run(params: Mapping[str, Any], *, actor: Actor) -> int:
    """How many leads the run is about, as far as that can be said before. One statement."""
    condition, values = _condition(params, actor)
    statement = text(f"SELECT count(*) {_FROM} WHERE {_OPEN} AND {condition}")
    return int(db.session.execute(statement, values).scalar_one())


def next_of_run(
    params: Mapping[str, Any], *, actor: Actor, after: int, limit: int
) -> Sequence[int]:
    """The ids of the next leads of the run beyond the id `after`, in order. One statement."""
    condition, values = _condition(params, actor)
    statement = text(f"""
        SELECT l.id {_FROM}
        WHERE l.id > :after AND {_OPEN} AND {condition} ORDER BY l.id LIMIT :rows
    """)
    return db.session.scalars(statement, values | {"after": after, "rows": limit}).all()


def _condition(params: Mapping[str, Any], actor: Actor) -> tuple[str, dict[str, Any]]:
    """What a run's parameters say, as a condition and its values.

    `ids`: a list; `filter`: a board's filters as its address has them; `leads`: the fields of
    LeadFilters, scores as text; `stale` or `all`: true. Each only what the actor may see.
    """
    if "ids" in params:
        condition, values = lead_condition(LeadFilters(), actor)
        ids = [int(lead_id) for lead_id in params["ids"]]
        return f"{condition} AND l.id = ANY(CAST(:ids AS bigint[]))", values | {"ids": ids}
    if "filter" in params:
        return board_condition(BoardFilters.parse(params["filter"]), actor)
    if "leads" in params:
        return lead_condition(_lead_filters(params["leads"]), actor)
    if params.get("stale") is True:
        return lead_condition(LeadFilters(stale=True), actor)
    if params.get("all") is True:
        return lead_condition(LeadFilters(), actor)
    raise ValueError(f"a run over no leads that can be told: {sorted(params)}")


def _lead_filters(given: Mapping[str, Any]) -> LeadFilters:
    scores = {name: Decimal(given[name]) for name in ("score_min", "score_max") if given.get(name)}
    return LeadFilters(**{**given, **scores})
