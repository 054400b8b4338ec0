"""Importing leads: rows in, new leads out, all of them or none.

A row is added, unchanged (a lead with its external id is there already) or rejected with a reason.
The caller commits after the last row, so that a file that turns out to be broken, or an interrupt,
leaves nothing behind; and since rows are known by their external id, importing again adds nothing.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text

from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.imports.csv_reader import BadRow, Row
from leadapp.imports.mapping import ColumnMapping
from leadapp.permissions import Actor
from leadapp.rules.values import check_text, normalize_list_key
from leadapp.services import lists
from leadapp.services.lead_values import clean
from leadapp.services.row_batch import ImportCounts, store_rows

_TEXTS = ("name", "company", "email", "phone", "notes", "external_id")

# The rows of a batch as one JSON text: as arrays by column, handing them over takes ten times as
# long.
_ADD = text(f"""
    WITH added AS (
        INSERT INTO leads (source_id, business_domain_id, activity_count, activity_count_unknown,
            attributes, {", ".join(_TEXTS)}, created_at, stage_changed_at)
        SELECT source_id, business_domain_id, activity_count, activity_count_unknown,
            attributes, {", ".join(_TEXTS)}, :now, :now
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (source_id bigint,
            business_domain_id bigint, activity_count integer, activity_count_unknown boolean,
            attributes jsonb, {", ".join(f"{name} text" for name in _TEXTS)})
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
    """Add the rows as leads in `new`, with one statement for each batch of them.

    `blanks` are texts that mean nothing, such as "Select". Unknown sources are added with
    `add_sources`, else their rows are rejected. `on_rejected` is told each rejected row,
    `on_progress` the counts after each batch. What `rows` raises comes through.
    """
    preparing = _Preparing(add_sources, actor, now)
    meaningless = {blank.strip().casefold() for blank in blanks}
    shared = {"actor": actor.id, "via": actor.via, "now": now}
    return store_rows(
        rows,
        check=lambda row: _check(mapping.values(row.cells, meaningless)),
        prepare=preparing.lead,
        store=lambda array: db.session.scalar(_ADD, {"rows": array, **shared}) or 0,
        on_rejected=on_rejected,
        on_progress=on_progress,
    )


def _check(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a row, cleaned, as far as that needs no list. Raises InvalidInput."""
    # Known to the learned model, though the rules see a 0.
    unknown_count = values.get("activity_count") is None
    if unknown_count:
        values["activity_count"] = 0
    cleaned = clean(values)
    check_external_id(cleaned)
    return {**cleaned, "activity_count_unknown": unknown_count}


def check_external_id(cleaned: dict[str, Any]) -> None:
    """Raise InvalidInput where the file has external ids and this row has none."""
    if "external_id" in cleaned and cleaned["external_id"] is None:
        message = "is blank, so that importing again would add the row again"
        raise InvalidInput([("external_id", message)])


@dataclass
class _Preparing:
    """Turns rows into what is inserted; knows the lists, so that a row needs no statement."""

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

    def lead(self, values: dict[str, Any]) -> dict[str, Any]:
        """The row's columns of `leads`. Raises InvalidInput naming everything that is wrong."""
        return {
            **{name: values.get(name) for name in _TEXTS},
            "activity_count": values["activity_count"],
            "activity_count_unknown": values["activity_count_unknown"],
            "attributes": values["attributes"],
            # Last, since they may add to the lists: only a row that is accepted does.
            "business_domain_id": self._domain(values.get("business_domain")),
            "source_id": self._source(values["source"]),
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


def _pairs(statement: TextClause) -> list[tuple[str, int]]:
    return [(key, entry_id) for key, entry_id in db.session.execute(statement)]
