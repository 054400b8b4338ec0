"""`leadapp import`."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from leadapp.cli.context import Progress, database_app, note, now

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
# Option by field, in the order of the help.
_COLUMNS = {
    "source": "--source-column",
    "business_domain": "--domain-column",
    "activity_count": "--activity-column",
    "name": "--name-column",
    "company": "--company-column",
    "email": "--email-column",
    "phone": "--phone-column",
    "notes": "--notes-column",
    "external_id": "--external-id-column",
}


def _column_options(command: Any) -> Any:
    for field, option in reversed(_COLUMNS.items()):
        text = f"The column with the {field.replace('_', ' ')}."
        command = click.option(option, field, metavar="COLUMN", help=text)(command)
    return command


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Report the same, write nothing.")
@click.option(
    "--map",
    "map_file",
    type=_FILE,
    help='A JSON file of columns by field: {"source": "Lead Source", ...}.',
)
@_column_options
@click.option("--add-sources", is_flag=True, help="Add sources that are not on the list yet.")
@click.option(
    "--blank",
    "blanks",
    multiple=True,
    metavar="TEXT",
    help="A text that means nothing. Repeatable.",
)
@click.option(
    "--history", is_flag=True, help="The rows are closed leads, for models to learn from."
)
@click.option("--outcome-column", "outcome", metavar="COLUMN", help="History: won or lost.")
@click.option(
    "--won", multiple=True, metavar="VALUE", help="An outcome that means won. Repeatable."
)
@click.option(
    "--lost",
    multiple=True,
    metavar="VALUE",
    help="An outcome that means lost; without it, every other one does. Repeatable.",
)
@click.option("--closed-on-column", "closed_on", metavar="COLUMN", help="History: day of closing.")
@click.option(
    "--leave-out", "left_out", multiple=True, metavar="COLUMN", help="Not kept. Repeatable."
)
def import_(
    file: Path,
    *,
    dry_run: bool,
    map_file: Path | None,
    add_sources: bool,
    blanks: tuple[str, ...],
    history: bool,
    outcome: str | None,
    won: tuple[str, ...],
    lost: tuple[str, ...],
    closed_on: str | None,
    left_out: tuple[str, ...],
    **columns: str | None,
) -> None:
    """Add the rows of a CSV FILE as new leads, or with --history as closed leads to learn from.

    The file is UTF-8 and its first row names the columns. A field that no option maps takes the
    column of its own name; columns that no field takes become attributes of the lead. Rows whose
    external id is there already stay as they are, so that importing again adds nothing.

    Closed leads need --outcome-column and --won; they are on no board, and who they are is not
    kept. A file of the same content is imported once.

    Rejected rows are reported by number (the first row is 1) and reason, the other ones are
    imported; a file that cannot be read to its end imports nothing. The last line counts.
    """
    given = _given(map_file, columns | {"outcome": outcome, "closed_on": closed_on})
    if history:
        if add_sources:
            raise click.UsageError("--add-sources is not for --history, which keeps all sources.")
        meaning = {"won": won, "lost": lost or None, "blanks": blanks, "left_out": left_out}
        _import_history(file, given, meaning, dry_run=dry_run)
        return
    if outcome or closed_on or won or lost or left_out:
        raise click.UsageError(
            "--outcome-column, --won, --lost, --closed-on-column and --leave-out go with --history."
        )
    _import_leads(file, given, dry_run=dry_run, blanks=blanks, add_sources=add_sources)


def _import_leads(
    file: Path, given: dict[str, str], *, dry_run: bool, blanks: tuple[str, ...], add_sources: bool
) -> None:
    from leadapp.imports.csv_reader import CsvReader
    from leadapp.imports.mapping import ColumnMapping
    from leadapp.permissions import command_actor
    from leadapp.services.imports import import_leads

    progress = Progress()
    with file.open("rb") as stream:
        rows = CsvReader(stream)
        mapping = ColumnMapping(rows.columns, given)
        if "external_id" not in mapping.fields:
            note("No column holds an external id: importing again will add the rows again.")
        with database_app():
            counts = import_leads(
                rows,
                mapping,
                actor=command_actor(),
                now=now(),
                blanks=blanks,
                add_sources=add_sources,
                on_rejected=_reporter(progress),
                on_progress=lambda c: progress.show(f"{c.rows:,} rows"),
            )
            _end(dry_run)
    progress.clear()
    _say_counts(counts, dry_run)


def _import_history(
    file: Path, given: dict[str, str], meaning: dict[str, Any], *, dry_run: bool
) -> None:
    from leadapp.imports.csv_reader import CsvReader
    from leadapp.imports.history import HistoryMapping
    from leadapp.permissions import command_actor
    from leadapp.services.history import import_history, notes_on

    progress = Progress()
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        rows = CsvReader(stream)
        mapping = HistoryMapping(rows.columns, given, **meaning)
        with database_app():
            result = import_history(
                rows,
                mapping,
                name=file.name,
                digest=digest,
                actor=command_actor(),
                now=now(),
                on_rejected=_reporter(progress),
                on_progress=lambda c: progress.show(f"{c.rows:,} rows"),
            )
            _end(dry_run)
    progress.clear()
    for line in notes_on(result, name=file.name):
        note(line)
    _say_counts(result.counts, dry_run, won=result.won)


def _reporter(progress: Progress) -> Callable[[Any], None]:
    """What tells of a rejected row."""

    def report(bad: Any) -> None:
        progress.clear()
        note(f"row {bad.number}: {bad.reason}")

    return report


def _end(dry_run: bool) -> None:
    from leadapp.extensions import db

    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()


def _say_counts(counts: Any, dry_run: bool, *, won: int | None = None) -> None:
    added = f"{counts.added} added"
    if won is not None and counts.added:
        added += f" ({won} won, {counts.added - won} lost)"
    end = " (dry run, nothing written)" if dry_run else ""
    click.echo(f"{added}, {counts.unchanged} unchanged, {counts.rejected} rejected{end}")


def _given(map_file: Path | None, columns: dict[str, str | None]) -> dict[str, str]:
    """The columns by field, of the file and of the options, which win."""
    given: dict[str, str] = {}
    if map_file is not None:
        try:
            parsed = json.loads(map_file.read_bytes())
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict) or not all(isinstance(v, str) for v in parsed.values()):
            raise click.UsageError(f"{map_file} must hold a JSON object of texts: field to column.")
        given.update(parsed)
    return given | {field: name for field, name in columns.items() if name is not None}
