"""Where people went against the advice, why, and who turned out right."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.queries.sort_cursor import read_cursor, write_cursor

PAGE = 50
MONTHS = 12
"""How many months the sums go back."""

Outcome = Literal["person", "advice", "open", "unknown"]


class Disagreement(NamedTuple):
    """One decision against the advice. The order of the fields is that of the statement."""

    key: int
    kind: Literal["handed_off", "lost"]
    lead_id: int
    lead: str
    sale_id: int | None
    source: str
    who: str | None
    at: datetime
    score: Decimal
    recommendation: str
    lost_reason: str | None
    words: str | None
    outcome: Outcome


class DisagreementPage(NamedTuple):
    """One page, the latest first, and the cursor of the next one, or None."""

    items: list[Disagreement]
    next_cursor: str | None


class Sum(NamedTuple):
    """How decisions against the advice turned out, of one source or one month."""

    label: str
    handed_off: int
    lost: int
    person: int
    advice: int
    open: int
    unknown: int


# A sale that was lost as a duplicate says nothing about the lead.
_HANDED_OFF_OUTCOME = """
    CASE WHEN x.stage = 'paid' THEN 'person'
        WHEN x.lost_reason = 'duplicate' THEN 'unknown'
        WHEN x.stage = 'lost' THEN 'advice' ELSE 'open' END
"""
# What became of a lost lead shows only where somebody started a new one from it.
_LOST_OUTCOME = """
    coalesce((
        SELECT CASE WHEN y.stage = 'paid' THEN 'advice'
            WHEN y.stage = 'lost' OR k.stage = 'lost' THEN 'person' ELSE 'open' END
        FROM leads k LEFT JOIN sales y ON y.lead_id = k.id
        WHERE k.started_from_id = l.id ORDER BY k.id DESC LIMIT 1), 'unknown')
"""
_HANDED_OFF = "x.recommendation <> 'transfer_to_sales'"
# A duplicate is dropped for being one, whatever its score.
_LOST = (
    "l.stage = 'lost' AND l.ai_recommendation = 'transfer_to_sales'"
    " AND l.lost_reason IS DISTINCT FROM 'duplicate'"
)
_BEHIND = "(CAST(:after AS timestamptz) IS NULL OR ({at}, {key}) < (:after, :after_key))"
_TITLE = "coalesce(l.name, l.company, 'Lead ' || l.id)"

_LEDGER = text(f"""
    SELECT * FROM (
        (SELECT x.id * 2 AS key, 'handed_off' AS kind, l.id AS lead_id, {_TITLE} AS lead,
            x.id AS sale_id, s.name AS source, u.name AS who, x.created_at AS at, x.score,
            x.recommendation, NULL AS lost_reason, x.against_advice AS words,
            {_HANDED_OFF_OUTCOME} AS outcome
        FROM sales x JOIN leads l ON l.id = x.lead_id JOIN sources s ON s.id = l.source_id
        LEFT JOIN users u ON u.id = x.handed_off_by_id
        WHERE {_HANDED_OFF} AND {_BEHIND.format(at="x.created_at", key="x.id * 2")}
        ORDER BY x.created_at DESC, x.id DESC LIMIT {PAGE + 1})
        UNION ALL
        (SELECT l.id * 2 + 1, 'lost', l.id, {_TITLE}, NULL, s.name, u.name, l.stage_changed_at,
            l.ai_score, l.ai_recommendation, l.lost_reason, l.lost_note, {_LOST_OUTCOME}
        FROM leads l JOIN sources s ON s.id = l.source_id
        LEFT JOIN LATERAL (SELECT actor_id FROM events e WHERE e.lead_id = l.id
            AND e.kind = 'stage_changed' ORDER BY e.id DESC LIMIT 1) AS moved ON true
        LEFT JOIN users u ON u.id = moved.actor_id
        WHERE {_LOST} AND {_BEHIND.format(at="l.stage_changed_at", key="l.id * 2 + 1")}
        ORDER BY l.stage_changed_at DESC, l.id DESC LIMIT {PAGE + 1})
    ) AS ledger ORDER BY at DESC, key DESC LIMIT {PAGE + 1}
""")

_MONTH = "to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM')"
_SUMS = text(f"""
    SELECT kind, source, month, outcome, count(*) FROM (
        SELECT 'handed_off' AS kind, s.name AS source, {_MONTH.format(at="x.created_at")} AS month,
            {_HANDED_OFF_OUTCOME} AS outcome
        FROM sales x JOIN leads l ON l.id = x.lead_id JOIN sources s ON s.id = l.source_id
        WHERE {_HANDED_OFF}
        UNION ALL
        SELECT 'lost', s.name, {_MONTH.format(at="l.stage_changed_at")}, {_LOST_OUTCOME}
        FROM leads l JOIN sources s ON s.id = l.source_id WHERE {_LOST}
    ) AS ledger GROUP BY kind, source, month, outcome
""")


class Sums(NamedTuple):
    """The whole ledger in figures."""

    total: Sum
    by_source: list[Sum]
    """The most frequent first."""
    by_month: list[Sum]
    """The latest first, MONTHS at most; `label` is such as 2026-03."""


def load_disagreements(cursor: str | None = None) -> DisagreementPage:
    """One page of the ledger. One statement. Raises InvalidInput for a cursor that is none."""
    after, key = (None, 0) if cursor is None else read_cursor(cursor, "timestamptz")
    rows = db.session.execute(_LEDGER, {"after": after, "after_key": key}).all()
    items = [Disagreement._make(row) for row in rows[:PAGE]]
    last = (items[-1].at, items[-1].key) if len(rows) > PAGE else None
    return DisagreementPage(items, write_cursor(last) if last else None)


def sum_disagreements() -> Sums:
    """All of the ledger in figures. One statement."""
    rows = db.session.execute(_SUMS).all()
    cells = [(kind, source, month, outcome, int(n)) for kind, source, month, outcome, n in rows]
    by_source = _grouped((source, kind, outcome, n) for kind, source, _, outcome, n in cells)
    by_month = _grouped((month, kind, outcome, n) for kind, _, month, outcome, n in cells)
    total = _grouped(("All", kind, outcome, n) for kind, _, _, outcome, n in cells)
    return Sums(
        total=total[0] if total else Sum("All", 0, 0, 0, 0, 0, 0),
        by_source=sorted(by_source, key=lambda s: (-(s.handed_off + s.lost), s.label)),
        by_month=sorted(by_month, key=lambda s: s.label, reverse=True)[:MONTHS],
    )


def _grouped(cells: Iterable[tuple[str, str, str, int]]) -> list[Sum]:
    counts: dict[str, Counter[str]] = {}
    for label, kind, outcome, n in cells:
        counts.setdefault(label, Counter()).update({kind: n, outcome: n})
    return [
        Sum(label, *(counter[name] for name in Sum._fields[1:]))
        for label, counter in counts.items()
    ]
