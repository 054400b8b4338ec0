"""The lead board: cards and counts by column, in three statements whatever the number of leads.

Each column is a range of an index, read from its beginning or from a cursor, so that the cost does
not grow with the number of leads. Owners take part in the index: a rep's column is two ranges (own
and unassigned) merged here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Text, TextClause, bindparam, text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.board_filters import NOBODY, BoardFilters
from leadapp.queries.lead_view import SCORER_IN_USE, STALE
from leadapp.queries.sort_cursor import read_cursor, write_cursor
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage

PAGE = 50
# Beyond this many matches a filtered column says "1,000+" instead of counting on.
COUNT_LIMIT = 1000


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

    Raises InvalidInput for a cursor that is none.
    """
    params = _params(filters, actor)
    parts = []
    for order in dict.fromkeys(order_of(stage, filters) for stage in stages):
        of = [s for s in stages if order_of(s, filters) == order]
        name = f"stages_{len(parts)}"
        params[name] = [str(stage) for stage in of]
        parts.append(_column_sql(filters, order, name, params["owners"], after=cursor is not None))
    if cursor is not None:
        params["after"], params["after_id"] = read_cursor(cursor, order_of(stages[0], filters).kind)
    sql = f"{_found_sql(filters)} SELECT * FROM ({' UNION ALL '.join(parts)}) AS cards"
    rows = db.session.execute(_statement(sql, filters), params).all()
    cards = [CardRow._make(row) for row in rows]
    return {
        stage: _page([c for c in cards if c.stage == stage], order_of(stage, filters))
        for stage in stages
    }


def _column_sql(
    filters: BoardFilters, order: Order, stages: str, owners: list[int] | None, *, after: bool
) -> str:
    """The first PAGE + 1 cards of each of some columns (and of each owner, where owners count)."""
    conditions = [f"l.stage = place.stage", *_conditions(filters)]  # noqa: F541
    places = f"unnest(CAST(:{stages} AS text[])) AS place (stage)"
    if owners is not None:
        places = (
            f"(SELECT stage, owner FROM unnest(CAST(:{stages} AS text[])) AS stage,"
            " unnest(CAST(:owners AS bigint[])) AS owner) AS place"
        )
        conditions.append("coalesce(l.owner_id, 0) = place.owner")
    if after:
        conditions.append(order.after)
    source = "leads l" if filters.search is None else "found JOIN leads l ON l.id = found.lead_id"
    return f"""
        SELECT card.* FROM {places} CROSS JOIN LATERAL (
            SELECT {_CARD} FROM {source} CROSS JOIN company c
            WHERE {" AND ".join(conditions)} ORDER BY {order.sql} LIMIT {PAGE + 1}
        ) AS card
    """


def _found_sql(filters: BoardFilters) -> str:
    """The leads that free text finds, at most COUNT_LIMIT + 1 of those the actor may see."""
    if filters.search is None:
        return ""
    return f"""
        WITH found AS MATERIALIZED (
            SELECT l.id AS lead_id FROM lead_search t JOIN leads l ON l.id = t.lead_id
            CROSS JOIN company c
            WHERE t.text LIKE :pattern AND {" AND ".join(["true", *_conditions(filters)])}
                AND (CAST(:owners AS bigint[]) IS NULL
                    OR coalesce(l.owner_id, 0) = ANY(CAST(:owners AS bigint[])))
            LIMIT {COUNT_LIMIT + 1}
        )
    """


def _conditions(filters: BoardFilters) -> list[str]:
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


def _params(filters: BoardFilters, actor: Actor) -> dict[str, Any]:
    params: dict[str, Any] = {"owners": owners_of(filters.owner, actor), "scorer": SCORER_IN_USE}
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
    params = _params(filters, actor)
    conditions = ["true", *_conditions(filters)]
    if params["owners"] is not None:
        conditions.append("coalesce(l.owner_id, 0) = ANY(CAST(:owners AS bigint[]))")
    if filters.search is not None:
        conditions.append("l.id IN (SELECT lead_id FROM lead_search WHERE text LIKE :pattern)")
    return " AND ".join(conditions), params


def like_pattern(text_: str) -> str:
    """A LIKE pattern that finds this text anywhere, its own wildcards taken literally."""
    escaped = text_.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _statement(sql: str, filters: BoardFilters) -> TextClause:
    """The statement with just the parameters it names."""
    statement = text(sql)
    if filters.search is not None:
        # As a literal: the planner must see the text to choose between scanning and the index, and
        # a prepared statement would soon be given one plan for all texts.
        statement = statement.bindparams(bindparam("pattern", type_=Text(), literal_execute=True))
    return statement


def _page(cards: list[CardRow], order: Order) -> ColumnCards:
    cards = sorted(cards, key=order.key, reverse=order.descending)
    more = len(cards) > PAGE
    cards = cards[:PAGE]
    return ColumnCards(cards, write_cursor(order.key(cards[-1])) if more else None)


class Counts(NamedTuple):
    """How many stand in each stage; where `capped`, COUNT_LIMIT + 1 means "more"."""

    by_stage: dict[str, int]
    capped: bool
    pending: int
    """Deltas not folded yet."""

    def shown(self, stage: StrEnum) -> str:
        """The count as people read it."""
        count = self.by_stage.get(stage, 0)
        if self.capped and count > COUNT_LIMIT:
            return f"{COUNT_LIMIT:,}+"
        return f"{count:,}"


_COUNTS = text("""
    SELECT stage, sum(leads), sum(pending) FROM (
        SELECT stage, owner_id, leads, 0 AS pending FROM lead_counts
        UNION ALL SELECT stage, owner_id, leads, 1 FROM lead_count_deltas
    ) AS counted
    WHERE CAST(:owners AS bigint[]) IS NULL OR owner_id = ANY(CAST(:owners AS bigint[]))
    GROUP BY stage
""")


def count_leads(
    filters: BoardFilters,
    *,
    actor: Actor,
    stages: Iterable[LeadStage] = LEAD_PIPELINE.stages,
) -> Counts:
    """How many leads each column holds. One statement.

    Unfiltered or by owner from kept counts, exactly; under other filters counted up to COUNT_LIMIT.
    """
    params = _params(filters, actor)
    if not filters.narrow:
        rows = db.session.execute(_COUNTS, {"owners": params["owners"]}).all()
        return Counts({r[0]: int(r[1]) for r in rows}, False, sum(int(r[2]) for r in rows))
    if filters.search is not None:
        sql = f"""{_found_sql(filters)} SELECT l.stage, count(*) FROM found
            JOIN leads l ON l.id = found.lead_id GROUP BY l.stage"""
    else:
        params["stages"] = [str(stage) for stage in stages]
        conditions = ["l.stage = place.stage", *_conditions(filters)]
        if params["owners"] is not None:
            conditions.append("coalesce(l.owner_id, 0) = ANY(CAST(:owners AS bigint[]))")
        sql = f"""SELECT place.stage, n.n FROM unnest(CAST(:stages AS text[])) AS place (stage)
            CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
                SELECT FROM leads l CROSS JOIN company c WHERE {" AND ".join(conditions)}
                LIMIT {COUNT_LIMIT + 1}) AS matches) AS n"""
    rows = db.session.execute(_statement(sql, filters), params).all()
    return Counts({row[0]: int(row[1]) for row in rows}, True, 0)
