"""Closed leads of another system: brought in from a file, and taken out with it again.

They never went through our rules, so they stand in a table of their own and on no board; a model
learns from them. A file is known by its content: the same one again adds nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from leadapp.errors import HistoryFileNotFound
from leadapp.extensions import db
from leadapp.imports.csv_reader import BadRow, CsvReader, Row
from leadapp.imports.history import HistoryMapping
from leadapp.models import HistoryFile, Upload
from leadapp.permissions import Actor
from leadapp.services import events, uploads
from leadapp.services.imports import check_external_id
from leadapp.services.lead_values import clean
from leadapp.services.row_batch import ImportCounts, Values, store_rows

LEAST_CLOSED = 100
LEAST_OF_EACH = 20
"""With fewer closed leads, or fewer of one outcome, there is no learned model."""

# So many rejected rows are told of on a page.
TOLD = 20

_ADD = text("""
    WITH added AS (
        INSERT INTO history_leads (file_id, won, closed_on, external_id, source, business_domain,
            activity_count, attributes)
        SELECT :file, won, closed_on, external_id, source, business_domain, activity_count,
            attributes
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (won boolean, closed_on date,
            external_id text, source text, business_domain text, activity_count integer,
            attributes jsonb)
        ON CONFLICT (external_id) DO NOTHING
        RETURNING won
    )
    SELECT count(*), count(*) FILTER (WHERE won) FROM added
""")


@dataclass
class Imported:
    """What became of a file; `file_id` is None where none of its rows was added."""

    counts: ImportCounts
    won: int = 0
    file_id: int | None = None
    known_since: datetime | None = None
    """When the same file was imported before, if it was: then nothing was added now."""
    rejects: list[BadRow] = field(default_factory=list)
    """The first rejected rows."""

    @property
    def lost(self) -> int:
        """How many of the added leads were lost."""
        return self.counts.added - self.won


def import_history(
    rows: CsvReader,
    mapping: HistoryMapping,
    *,
    name: str,
    digest: str,
    actor: Actor,
    now: datetime,
    on_rejected: Callable[[BadRow], None] = lambda _row: None,
    on_progress: Callable[[ImportCounts], None] = lambda _counts: None,
) -> Imported:
    """Add the closed leads of a file, with one statement for each batch of them.

    `digest` is the SHA-256 of its content. A row whose external id is there already is unchanged.
    `on_rejected` is told each row that cannot be used. What `rows` raises comes through.
    """
    file_id = _add_file(name, digest, mapping, actor, now)
    if file_id is None:
        known = db.session.scalars(select(HistoryFile).where(HistoryFile.digest == digest)).one()
        return Imported(ImportCounts(unchanged=known.added), known_since=known.created_at)
    result = Imported(ImportCounts(), file_id=file_id)

    def store(array: str) -> int:
        added, won = db.session.execute(_ADD, {"file": file_id, "rows": array}).one()
        result.won += won
        return int(added)

    def reject(bad: BadRow) -> None:
        if len(result.rejects) < TOLD:
            result.rejects.append(bad)
        on_rejected(bad)

    result.counts = store_rows(
        rows,
        check=lambda row: _check(row, mapping, now.date()),
        prepare=lambda values: values,
        store=store,
        on_rejected=reject,
        on_progress=on_progress,
    )
    _close_file(result, actor, now)
    return result


def import_history_upload(
    params: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    on_progress: Callable[[int, int | None], None] = lambda _done, _total: None,
) -> dict[str, Any]:
    """Import an uploaded file and remove the upload, unless it brought nothing: a run's work.

    `params` are `upload_id` and what was said of the columns, as `HistoryMapping.to_json` gives it.
    Returns what the run's page tells. Raises UploadNotFound, CsvFileError and MappingError.
    """
    upload_id = int(params["upload_id"])
    upload = uploads.get_upload(upload_id)
    with uploads.open_upload(upload) as stream:
        rows = CsvReader(stream)
        mapping = HistoryMapping(
            rows.columns,
            params["columns"],
            lost=params.get("lost"),
            **{name: params.get(name, ()) for name in ("won", "blanks", "left_out")},
        )
        summary = upload.summary or {"rows": 0, "bad": 0}
        total = summary["rows"] + summary["bad"] or None
        result = import_history(
            rows,
            mapping,
            name=upload.name,
            digest=upload.digest,
            actor=actor,
            now=now,
            on_progress=lambda counts: on_progress(counts.rows, total),
        )
    kept = result.file_id is None and result.known_since is None
    if not kept:
        db.session.execute(delete(Upload).where(Upload.id == upload_id))
    return {
        "upload_id": upload_id if kept else None,
        "file_id": result.file_id,
        "added": result.counts.added,
        "unchanged": result.counts.unchanged,
        "rejected": result.counts.rejected,
        "won": result.won,
        "lost": result.lost,
        "rejects": [{"row": bad.number, "reason": bad.reason} for bad in result.rejects],
        "notes": notes_on(result, name=upload.name),
    }


def notes_on(result: Imported, *, name: str) -> list[str]:
    """What a person should know of an import beside its counts, in whole sentences."""
    if result.known_since is not None:
        return [
            f"{name} was imported on {_day(result.known_since.date())} already, so nothing was"
            " added. To read it in another way, remove it from the closed leads first."
        ]
    added, won, lost = result.counts.added, result.won, result.lost
    if not added:
        return ["No row could be added, so nothing was imported."]
    if not won or not lost:
        word = "won" if won else "lost"
        all_are = "The one lead is" if added == 1 else f"All {added:,} leads are"
        return [
            f"{all_are} {word}. A model needs both outcomes; were the right values"
            " chosen for won? If not, remove the file and import it again."
        ]
    if added < LEAST_CLOSED or min(won, lost) < LEAST_OF_EACH:
        return [
            f"A model needs {LEAST_CLOSED} closed leads, {LEAST_OF_EACH} of each outcome; this file"
            f" brought {won:,} won and {lost:,} lost."
        ]
    return []


def remove_file(file_id: int, *, actor: Actor, now: datetime) -> str:
    """Remove an imported file with all its leads; returns its name. Raises HistoryFileNotFound.

    Models that learned from it stay as they are.
    """
    statement = delete(HistoryFile).where(HistoryFile.id == file_id)
    row = db.session.execute(statement.returning(HistoryFile.name, HistoryFile.added)).one_or_none()
    if row is None:
        raise HistoryFileNotFound(file_id)
    events.record("history_removed", actor=actor, now=now, file_id=file_id, leads=row.added)
    name: str = row.name
    return name


def _add_file(
    name: str, digest: str, mapping: HistoryMapping, actor: Actor, now: datetime
) -> int | None:
    """The new file's id, or None where a file of this content is there."""
    values = {"name": name, "digest": digest, "mapping": mapping.to_json()}
    counts = {"added": 0, "won": 0, "rejected": 0}
    return db.session.scalar(
        insert(HistoryFile)
        .values(**values, **counts, imported_by_id=actor.id, created_at=now)
        .on_conflict_do_nothing(index_elements=["digest"])
        .returning(HistoryFile.id)
    )


def _close_file(result: Imported, actor: Actor, now: datetime) -> None:
    """Keep the counts with the file, and the event; a file that brought nothing is not kept."""
    counts, this = result.counts, HistoryFile.id == result.file_id
    if not counts.added:
        db.session.execute(delete(HistoryFile).where(this))
        result.file_id = None
        return
    kept = {"added": counts.added, "won": result.won, "rejected": counts.rejected}
    db.session.execute(update(HistoryFile).where(this).values(**kept))
    events.record("history_imported", actor=actor, now=now, file_id=result.file_id, **kept)


def _check(row: Row, mapping: HistoryMapping, today: date) -> Values:
    """What is kept of a row. Raises InvalidInput."""
    values = mapping.values(row.cells, today=today)
    if values.get("activity_count") is None:
        values.pop("activity_count", None)
    cleaned = clean(values)
    check_external_id(cleaned)
    return cleaned


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
