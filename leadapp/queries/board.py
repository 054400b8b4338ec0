"""The lead board: cards and counts by column, in three statements whatever the number of leads.

Each column is a range of an index, read from its beginning or from a cursor, so that the cost does
not grow with the number of leads. Owners take part in the index: a rep's column is two ranges (own
and unassigned) merged here.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.board_counts import Counts
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.board_sql import conditions_of, found_sql, params_of, statement_of
from leadapp.queries.lead_view import STALE
from leadapp.queries.sort_cursor import read_cursor, write_cursor
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage

PAGE = 50


class CardRow(NamedTuple):
    """What a card is drawn from. The order of the fields is that of the statement."""

    id: int
    stage: str
    name: str | None
    company: str | None
    source_id: int
    business_domain_id: int | None
    owner_id: int | None
    activity_count: int
    ai_score: Decimal | None
    ai_recommendation: str | None
    stage_changed_at: datetime
    created_at: datetime
    stale: bool


class Order(NamedTuple):
    """A sort: the expression and its direction; the id breaks ties in the same direction."""

    expression: str
    descending: bool
    kind: str

    @property
    def sql(self) -> str:
        """The ORDER BY list."""
        direction = " DESC" if self.descending else ""
        return f"{self.expression}{direction}, l.id{direction}"

    @property
    def after(self) -> str:
        """The condition of standing behind the cursor."""
        operator = "<" if self.descending else ">"
        return f"({self.expression}, l.id) {operator} (CAST(:after AS {self.kind}), :after_id)"

    def key(self, card: CardRow) -> tuple[Any, int]:
        """The sort key of a card, comparable in Python."""
        return _KEYS[self.expression](card), card.id


_SCORE = "coalesce(l.ai_score, -1)"
ORDERS = {
    "score": Order(_SCORE, True, "numeric"),
    "age": Order("l.created_at", False, "timestamptz"),
    "activity": Order("l.activity_count", True, "integer"),
    "days": Order("l.stage_changed_at", False, "timestamptz"),
}
LATEST = Order("l.stage_changed_at", True, "timestamptz")
_KEYS: dict[str, Any] = {
    _SCORE: lambda c: Decimal(-1) if c.ai_score is None else c.ai_score,
    "l.created_at": lambda c: c.created_at,
    "l.activity_count": lambda c: c.activity_count,
    "l.stage_changed_at": lambda c: c.stage_changed_at,
}

_CARD = ", ".join(STALE if f == "stale" else f"l.{f}" for f in CardRow._fields)


class ColumnCards(NamedTuple):
    """One page of a column, and the cursor of the next one, or None."""

    cards: list[CardRow]
    next_cursor: str | None


def order_of(stage: LeadStage, filters: BoardFilters) -> Order:
    """How a column is sorted: final ones show the latest first whatever the sort."""
    return LATEST if LEAD_PIPELINE.is_final(stage) else ORDERS[filters.sort]


def load_cards(
    filters: BoardFilters,
    *,
    actor: Actor,
    stages: Sequence[LeadStage] = LEAD_PIPELINE.stages,
    cursor: str | None = None,
) -> dict[LeadStage, ColumnCards]:
    """The first page of each column, or of one column the page behind `cursor`. One statement.

    Free text is for `load_found`.

    Raises InvalidInput for a cursor that is none.
    """
    params = params_of(filters, actor)
    parts: list[str] = []
    for order in dict.fromkeys(order_of(stage, filters) for stage in stages):
        of = [s for s in stages if order_of(s, filters) == order]
        name = f"stages_{len(parts)}"
        params[name] = [str(stage) for stage in of]
        parts.append(_column_sql(filters, order, name, params["owners"], after=cursor is not None))
    if cursor is not None:
        params["after"], params["after_id"] = read_cursor(cursor, order_of(stages[0], filters).kind)
    sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS cards"
    rows = db.session.execute(statement_of(sql, filters), params).all()
    cards = [CardRow._make(row) for row in rows]
    return {
        stage: _page([c for c in cards if c.stage == stage], order_of(stage, filters))
        for stage in stages
    }


def load_column(
    filters: BoardFilters, stage: LeadStage, *, actor: Actor, cursor: str | None
) -> ColumnCards:
    """One page of one column, the first one without a cursor. One statement.

    Raises InvalidInput for a cursor that is none.
    """
    if filters.search is not None:
        return load_found(filters, actor=actor, stages=[stage], cursor=cursor)[0][stage]
    return load_cards(filters, actor=actor, stages=[stage], cursor=cursor)[stage]


def load_found(
    filters: BoardFilters,
    *,
    actor: Actor,
    stages: Sequence[LeadStage] = LEAD_PIPELINE.stages,
    cursor: str | None = None,
) -> tuple[dict[LeadStage, ColumnCards], Counts]:
    """What free text finds, as cards and counts at once, so that it is looked for only once."""
    params = params_of(filters, actor)
    parts: list[str] = []
    for stage in stages:
        order = order_of(stage, filters)
        params[f"stage_{stage}"] = str(stage)
        after = f"AND {order.after}" if cursor is not None else ""
        parts.append(f"""
            (SELECT {_CARD}, of_stage.n FROM found JOIN leads l ON l.id = found.lead_id
                CROSS JOIN company c CROSS JOIN
                (SELECT count(*) AS n FROM found WHERE stage = :stage_{stage}) AS of_stage
            WHERE found.stage = :stage_{stage} {after} ORDER BY {order.sql} LIMIT {PAGE + 1})
        """)
    if cursor is not None:
        params["after"], params["after_id"] = read_cursor(cursor, order_of(stages[0], filters).kind)
    sql = f"{found_sql(filters)} {' UNION ALL '.join(parts)}"
    rows = db.session.execute(statement_of(sql, filters), params).all()
    cards = [CardRow._make(row[:-1]) for row in rows]
    pages = {
        stage: _page([c for c in cards if c.stage == stage], order_of(stage, filters))
        for stage in stages
    }
    return pages, Counts({row.stage: row[-1] for row in rows}, True, 0)


def _column_sql(
    filters: BoardFilters, order: Order, stages: str, owners: list[int] | None, *, after: bool
) -> str:
    """The first PAGE + 1 cards of each of some columns (and of each owner, where owners count)."""
    conditions = [f"l.stage = place.stage", *conditions_of(filters)]  # noqa: F541
    places = f"unnest(CAST(:{stages} AS text[])) AS place (stage)"
    if owners is not None:
        places = (
            f"(SELECT stage, owner FROM unnest(CAST(:{stages} AS text[])) AS stage,"
            " unnest(CAST(:owners AS bigint[])) AS owner) AS place"
        )
        conditions.append("coalesce(l.owner_id, 0) = place.owner")
    if after:
        conditions.append(order.after)
    return f"""
        SELECT card.* FROM {places} CROSS JOIN LATERAL (
            SELECT {_CARD} FROM leads l CROSS JOIN company c
            WHERE {" AND ".join(conditions)} ORDER BY {order.sql} LIMIT {PAGE + 1}
        ) AS card
    """


def _page(cards: list[CardRow], order: Order) -> ColumnCards:
    cards = sorted(cards, key=order.key, reverse=order.descending)
    more = len(cards) > PAGE
    cards = cards[:PAGE]
    return ColumnCards(cards, write_cursor(order.key(cards[-1])) if more else None)
