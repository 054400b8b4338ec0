"""The closed leads that a model learns from: imported history, and what was closed here.

Of a lead that closed here counts what its last analysis saw: what came to be known of it
afterwards would be no help before. Nothing comes from demo leads, from erased ones, from those that
were never analyzed, and from those lost as duplicates, which is no outcome.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import orjson
from sqlalchemy import text

from leadapp.extensions import db
from leadapp.queries.changed_at_close import changed_at_close
from leadapp.queries.export import EXPORT_COLUMNS
from leadapp.rules.values import clean_text
from leadapp.scoring.texts import text_of
from leadapp.training.table import TrainingTable

CLOSED_HERE = """
    SELECT l.id, l.external_id, l.business_domain_id, a.inputs, a.score, a.scorer, a.scorer_version,
        coalesce(s.stage = 'paid', false) AS won,
        CAST(coalesce(s.stage_changed_at, l.stage_changed_at) AT TIME ZONE 'UTC' AS date)
            AS closed_on
    FROM leads l
    JOIN assessments a ON a.id = l.assessment_id
    LEFT JOIN sales s ON s.lead_id = l.id
    WHERE NOT l.is_demo AND l.stage IN ('transferred', 'lost') AND (
        (l.stage = 'lost' AND l.lost_reason IS DISTINCT FROM 'duplicate')
        OR s.stage = 'paid'
        OR (s.stage = 'lost' AND s.lost_reason IS DISTINCT FROM 'duplicate'))
"""
"""Leads closed here with their last assessment; a final lead gets no further one."""

_OWN = text(f"""
    SELECT id, won, closed_on,
        CASE WHEN inputs ->> 'source_rule_key' IS DISTINCT FROM 'unknown'
            THEN inputs ->> 'source' END AS source,
        inputs ->> 'business_domain' AS business_domain,
        CASE WHEN NOT coalesce(CAST(inputs ->> 'activity_count_unknown' AS boolean), false)
            THEN inputs ->> 'activity_count' END AS activity_count,
        CAST(inputs -> 'attributes' AS text) AS attributes
    FROM ({CLOSED_HERE}) c
    WHERE inputs <> '{{}}'
    ORDER BY id
""")
# A lead that was imported and also closed here counts once, as it was here.
_HISTORY = text(f"""
    SELECT id, won, closed_on, source, business_domain,
        CAST(activity_count AS text) AS activity_count, CAST(attributes AS text) AS attributes
    FROM history_leads h
    WHERE NOT EXISTS (
        SELECT FROM ({CLOSED_HERE}) c WHERE c.external_id = h.external_id AND c.inputs <> '{{}}')
    ORDER BY id
""")

FIELDS = ("source", "business_domain", "activity_count")
"""What is known of each lead beside its attributes."""

# No attribute of these names is a feature: they are fields of a lead, or tell what became of it.
_NEVER = {name.casefold() for name in (*EXPORT_COLUMNS, "owner_id", "threshold", "version")}
# Longer texts seldom come twice.
_SHORT = 100
_FETCHED = 2000


class _Lead(NamedTuple):
    id: int
    won: bool
    closed_on: date | None
    source: str | None
    business_domain: str | None
    activity_count: str | None
    attributes: str | None


def closed_leads() -> TrainingTable:
    """All closed leads there are to learn from, in the order in which they came.

    Equal values are one object in memory, so that a hundred thousand leads take about as much as
    their columns are long. Three statements.
    """
    table = _Columns()
    for lead in _stream(_HISTORY):
        table.add("h", lead)
    for lead in _stream(_OWN):
        table.add("l", lead)
    return table.made(changed_at_close())


def _stream(statement: Any) -> Iterator[_Lead]:
    options = {"stream_results": True, "yield_per": _FETCHED}
    for row in db.session.execute(statement, execution_options=options):
        yield _Lead._make(row)


class _Columns:
    """The columns while they grow."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.won: list[bool] = []
        self.closed_on: list[date | None] = []
        self.own: list[bool] = []
        self.columns: dict[str, list[str | None]] = {name: [] for name in FIELDS}
        # What a text says, without blanks around it; the same object for equal ones.
        self._known: dict[str, str | None] = {}

    def add(self, kind: str, lead: _Lead) -> None:
        """Add a lead at the end."""
        place = len(self.keys)
        self.keys.append(f"{kind}:{lead.id}")
        self.won.append(lead.won)
        self.closed_on.append(lead.closed_on)
        self.own.append(kind == "l")
        for name, value in zip(FIELDS, lead[3:6], strict=True):
            self._put(self.columns[name], value, place)
        if lead.attributes is None:
            return
        for name, value in orjson.loads(lead.attributes).items():
            text = value if type(value) is str else text_of(value)
            if text is None:
                continue
            cells = self.columns.get(name)
            if cells is None or name in FIELDS:
                if name.casefold() in _NEVER:
                    continue
                cells = self.columns[name] = []
            self._put(cells, text, place)

    def _put(self, cells: list[str | None], value: str | None, place: int) -> None:
        """Say what a column holds of the lead at this place; where nothing is put, it is blank."""
        if value is None:
            return
        known = self._known
        if value in known:
            text = known[value]
        else:
            text = clean_text(value)
            if len(value) <= _SHORT:
                known[value] = text = text if text is None else known.setdefault(text, text)
        if text is None:
            return
        if gap := place - len(cells):
            cells.extend([None] * gap)
        cells.append(text)

    def made(self, changed: frozenset[str]) -> TrainingTable:
        """The table of all that were added."""
        count = len(self.keys)
        for cells in self.columns.values():
            cells.extend([None] * (count - len(cells)))
        return TrainingTable(
            keys=self.keys,
            columns=self.columns,
            won=self.won,
            closed_on=self.closed_on,
            own=self.own,
            changed_at_close=changed & self.columns.keys(),
        )
