"""The sales board: cards and counts by column, in two statements whatever the number of sales.

Open columns show first what has stood there longest, since that is what needs somebody; final ones
show the latest first. Each column is a range of an index, read from its beginning or from a cursor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.board import PAGE
from leadapp.queries.board_counts import Counts
from leadapp.queries.board_filters import id_or_nobody, id_or_none
from leadapp.queries.board_sql import COUNT_LIMIT, owners_of
from leadapp.queries.sort_cursor import read_cursor, write_cursor
from leadapp.rules.stages import SALE_PIPELINE, SaleStage


@dataclass(frozen=True, slots=True)
class SaleFilters:
    """What the board shows of all sales, as it stands in its address."""

    owner: str | None = None
    lead_id: int | None = None

    @classmethod
    def parse(cls, arguments: Mapping[str, str]) -> "SaleFilters":
        """The filters of an address. What makes no sense is left out, as a link may be old."""
        return cls(
            owner=id_or_nobody(arguments.get("owner")),
            lead_id=id_or_none(arguments.get("lead_id")),
        )

    def query(self, **changes: Any) -> str:
        """These filters, with changes, as the query of an address; empty for none."""
        changed = replace(self, **changes)
        pairs = {"owner": changed.owner, "lead_id": changed.lead_id}
        return urlencode({name: value for name, value in pairs.items() if value is not None})


class SaleCardRow(NamedTuple):
    """What a card is drawn from. The order of the fields is that of the statement."""

    id: int
    stage: str
    lead_id: int
    lead_name: str | None
    lead_company: str | None
    business_domain: str
    score: Decimal
    owner_id: int | None
    lost_reason: str | None
    stage_changed_at: datetime


class SaleColumn(NamedTuple):
    """One page of a column, and the cursor of the next one, or None."""

    cards: list[SaleCardRow]
    next_cursor: str | None


_OF_LEAD = {"lead_name": "l.name", "lead_company": "l.company"}
_CARD = ", ".join(f"{_OF_LEAD.get(f, f'x.{f}')} AS {f}" for f in SaleCardRow._fields)


def load_sale_cards(
    filters: SaleFilters,
    *,
    actor: Actor,
    stages: Sequence[SaleStage] = SALE_PIPELINE.stages,
    cursor: str | None = None,
) -> dict[SaleStage, SaleColumn]:
    """The first page of each column, or of one column the page behind `cursor`. One statement.

    Raises InvalidInput for a cursor that is none.
    """
    condition, params = _condition(filters, actor)
    if cursor is not None:
        params["after"], params["after_id"] = read_cursor(cursor, "timestamptz")
    parts = []
    for final in (False, True):
        of = [str(stage) for stage in stages if SALE_PIPELINE.is_final(stage) is final]
        if of:
            params[f"stages_{final:d}"] = of
            parts.append(_columns_sql(condition, final=final, after=cursor is not None))
    rows = db.session.execute(text(" UNION ALL ".join(parts)), params).all()
    cards = [SaleCardRow._make(row) for row in rows]
    return {stage: _page([c for c in cards if c.stage == stage], stage) for stage in stages}


def _columns_sql(condition: str, *, final: bool, after: bool) -> str:
    """The first PAGE + 1 cards of each column that is final, or of each that is not."""
    direction, operator = (" DESC", "<") if final else ("", ">")
    behind = f"AND (x.stage_changed_at, x.id) {operator} (CAST(:after AS timestamptz), :after_id)"
    return f"""
        SELECT card.* FROM unnest(CAST(:stages_{final:d} AS text[])) AS place (stage)
        CROSS JOIN LATERAL (
            SELECT {_CARD} FROM sales x JOIN leads l ON l.id = x.lead_id
            WHERE x.stage = place.stage AND {condition} {behind if after else ""}
            ORDER BY x.stage_changed_at{direction}, x.id{direction} LIMIT {PAGE + 1}
        ) AS card
    """


def _page(cards: list[SaleCardRow], stage: SaleStage) -> SaleColumn:
    def key(card: SaleCardRow) -> tuple[datetime, int]:
        return card.stage_changed_at, card.id

    cards = sorted(cards, key=key, reverse=SALE_PIPELINE.is_final(stage))
    more = len(cards) > PAGE
    cards = cards[:PAGE]
    return SaleColumn(cards, write_cursor(key(cards[-1])) if more else None)


def count_sales(
    filters: SaleFilters, *, actor: Actor, stages: Iterable[SaleStage] = SALE_PIPELINE.stages
) -> Counts:
    """How many sales each column holds, counted up to COUNT_LIMIT. One statement."""
    condition, params = _condition(filters, actor)
    params["stages"] = [str(stage) for stage in stages]
    statement = text(f"""
        SELECT place.stage, n.n FROM unnest(CAST(:stages AS text[])) AS place (stage)
        CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
            SELECT FROM sales x WHERE x.stage = place.stage AND {condition}
            LIMIT {COUNT_LIMIT + 1}) AS counted) AS n
    """)
    rows = db.session.execute(statement, params).all()
    return Counts({row[0]: int(row[1]) for row in rows}, capped=True, pending=0)


def _condition(filters: SaleFilters, actor: Actor) -> tuple[str, dict[str, Any]]:
    """The filters and the actor's scope as one condition on the sale `x`, and its parameters."""
    conditions, params = ["true"], dict[str, Any]()
    owners = owners_of(filters.owner, actor)
    if owners is not None:
        # Two ranges of the index of owners: wrapped in a function, the column would not use it.
        nobody = " OR x.owner_id IS NULL" if 0 in owners else ""
        conditions.append(f"(x.owner_id = ANY(CAST(:owners AS bigint[])){nobody})")
        params["owners"] = owners
    if filters.lead_id is not None:
        conditions.append("x.lead_id = :lead_id")
        params["lead_id"] = filters.lead_id
    return " AND ".join(conditions), params
