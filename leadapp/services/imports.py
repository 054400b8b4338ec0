"""Importing leads: rows in, new leads out, all of them or none.

A row is added, unchanged (a lead with its external id is there already) or rejected with a reason.
The caller commits after the last row, so that a file that turns out to be broken, or an interrupt,
leaves nothing behind; and since rows are known by their external id, importing again adds nothing.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import TextClause, text

from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.imports.csv_reader import BadRow, Row
from leadapp.imports.mapping import ColumnMapping
from leadapp.permissions import Actor
from leadapp.rules.values import check_text, normalize_list_key
from leadapp.services import lists
from leadapp.services.lead_values import clean

BATCH = 1000
_TEXTS = ("name", "company", "email", "phone", "notes", "external_id")

_ADD = text(f"""
    WITH given AS (
        SELECT * FROM unnest(
            CAST(:source_id AS bigint[]), CAST(:business_domain_id AS bigint[]),
            CAST(:activity_count AS integer[]), CAST(:activity_count_unknown AS boolean[]),
            CAST(:attributes AS text[]), {", ".join(f"CAST(:{name} AS text[])" for name in _TEXTS)}
        ) AS g (source_id, business_domain_id, activity_count, activity_count_unknown, attributes,
            {", ".join(_TEXTS)})
    ), added AS (
        INSERT INTO leads (source_id, business_domain_id, activity_count, activity_count_unknown,
            attributes, {", ".join(_TEXTS)}, created_at, stage_changed_at)
        SELECT source_id, business_domain_id, activity_count, activity_count_unknown,
            CAST(attributes AS jsonb), {", ".join(_TEXTS)}, :now, :now
        FROM given
        ON CONFLICT (external_id) DO NOTHING
        RETURNING id
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at)
        SELECT 'lead_created', id, :actor, :via, :now FROM added
    )
    SELECT count(*) FROM added
""")

_SOURCES = text("SELECT key, coalesce(merged_into_id, id) FROM sources")
# The source of rows without one. It may have been renamed; its rule key stays.
_UNKNOWN = text("""
    SELECT coalesce(merged_into_id, id) FROM sources WHERE rule_key = 'unknown' ORDER BY id LIMIT 1
""")
_DOMAINS = text("SELECT key, coalesce(merged_into_id, id) FROM business_domains")


@dataclass(slots=True)
class ImportCounts:
    """What became of the rows so far."""

    added: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def rows(self) -> int:
        """All rows so far."""
        return self.added + self.unchanged + self.rejected


def import_leads(
    rows: Iterable[Row | BadRow],
    mapping: ColumnMapping,
    *,
    actor: Actor,
    now: datetime,
    blanks: Collection[str] = (),
    add_sources: bool = False,
    on_rejected: Callable[[BadRow], None] = lambda _row: None,
    on_progress: Callable[[ImportCounts], None] = lambda _counts: None,
) -> ImportCounts:
    """Add the rows as leads in `new`, with one statement for each BATCH of them.

    `blanks` are texts that mean nothing, such as "Select". Unknown sources are added with
    `add_sources`, else their rows are rejected. `on_rejected` is told each rejected row,
    `on_progress` the counts after each batch. What `rows` raises comes through.
    """
    preparing = _Preparing(mapping, {b.strip().casefold() for b in blanks}, add_sources, actor, now)
    counts = ImportCounts()
    batch: list[dict[str, Any]] = []

    def add_batch() -> None:
        if batch:
            added = _add(batch, actor=actor, now=now)
            counts.added += added
            counts.unchanged += len(batch) - added
            batch.clear()
        on_progress(counts)

    for row in rows:
        bad = row if isinstance(row, BadRow) else None
        if isinstance(row, Row):
            try:
                batch.append(preparing.lead(row))
            except InvalidInput as refusal:
                bad = BadRow(row.number, _reason(refusal))
        if bad is not None:
            counts.rejected += 1
            on_rejected(bad)
        if len(batch) >= BATCH:
            add_batch()
    add_batch()
    return counts


@dataclass
class _Preparing:
    """Turns rows into what is inserted; knows the lists, so that a row needs no statement."""

    mapping: ColumnMapping
    blanks: Collection[str]
    add_sources: bool
    actor: Actor
    now: datetime
    sources: dict[str, int] = field(init=False)
    domains: dict[str, int] = field(init=False)
    unknown: int = field(init=False)

    def __post_init__(self) -> None:
        self.sources = dict(_pairs(_SOURCES))
        self.domains = dict(_pairs(_DOMAINS))
        unknown = db.session.scalar(_UNKNOWN)
        if unknown is None:
            unknown = lists.add_source("unknown", actor=self.actor, now=self.now).id
        self.unknown = unknown

    def lead(self, row: Row) -> dict[str, Any]:
        """The row's columns of `leads`. Raises InvalidInput naming everything that is wrong."""
        values = self.mapping.values(row.cells, self.blanks)
        # Known to the learned model, though the rules see a 0.
        unknown_count = values.get("activity_count") is None
        if unknown_count:
            values["activity_count"] = 0
        cleaned = clean(values)
        if "external_id" in values and cleaned["external_id"] is None:
            message = "is blank, so that importing again would add the row again"
            raise InvalidInput([("external_id", message)])
        return {
            **{name: cleaned.get(name) for name in _TEXTS},
            "activity_count": cleaned["activity_count"],
            "activity_count_unknown": unknown_count,
            "attributes": orjson.dumps(cleaned["attributes"]).decode(),
            # Last, since they may add to the lists: only a row that is accepted does.
            "business_domain_id": self._domain(cleaned.get("business_domain")),
            "source_id": self._source(cleaned["source"]),
        }

    def _source(self, name: str | None) -> int:
        if name is None:
            return self.unknown
        key = normalize_list_key(name)
        if key not in self.sources:
            if not self.add_sources:
                message = f"{name!r} is not on the list of sources; --add-sources adds it"
                raise InvalidInput([("source", message)])
            check_text(name, field="source", limit=lists.NAME_LIMIT)
            self.sources[key] = lists.add_source(name, actor=self.actor, now=self.now).id
        return self.sources[key]

    def _domain(self, name: str | None) -> int | None:
        if name is None:
            return None
        key = normalize_list_key(name)
        if key not in self.domains:
            domain_id = lists.resolve_domain(name, actor=self.actor, now=self.now)
            if domain_id is None:
                return None
            self.domains[key] = domain_id
        return self.domains[key]


def _add(batch: list[dict[str, Any]], *, actor: Actor, now: datetime) -> int:
    """Insert the leads whose external id is not there yet; returns how many."""
    arrays = {name: [lead[name] for lead in batch] for name in batch[0]}
    params = {**arrays, "actor": actor.id, "via": actor.via, "now": now}
    return db.session.scalar(_ADD, params) or 0


def _pairs(statement: TextClause) -> list[tuple[str, int]]:
    return [(key, entry_id) for key, entry_id in db.session.execute(statement)]


def _reason(refusal: InvalidInput) -> str:
    return "; ".join(f"{name.replace('_', ' ')} {why}" for name, why in refusal.errors)
