"""`leadapp import`."""

import json
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
def import_(
    file: Path,
    *,
    dry_run: bool,
    map_file: Path | None,
    add_sources: bool,
    blanks: tuple[str, ...],
    **columns: str | None,
) -> None:
    """Add the rows of a CSV FILE as new leads.

    The file is UTF-8 and its first row names the columns. A field that no option maps takes the
    column of its own name; columns that no field takes become attributes of the lead. Rows whose
    external id is there already stay as they are, so that importing again adds nothing.

    Rejected rows are reported by number (the first row is 1) and reason, the other ones are
    imported; a file that cannot be read to its end imports nothing. The last line counts.
    """
    from leadapp.extensions import db
    from leadapp.imports.csv_reader import CsvReader
    from leadapp.imports.mapping import ColumnMapping
    from leadapp.permissions import command_actor
    from leadapp.services.imports import import_leads

    given = _given(map_file, columns)
    progress = Progress()
    with file.open("rb") as stream:
        rows = CsvReader(stream)
        mapping = ColumnMapping(rows.columns, given)
        if "external_id" not in mapping.fields:
            note("No column holds an external id: importing again will add the rows again.")

        def report(bad: Any) -> None:
            progress.clear()
            note(f"row {bad.number}: {bad.reason}")

        with database_app():
            counts = import_leads(
                rows,
                mapping,
                actor=command_actor(),
                now=now(),
                blanks=blanks,
                add_sources=add_sources,
                on_rejected=report,
                on_progress=lambda c: progress.show(f"{c.rows:,} rows"),
            )
            if dry_run:
                db.session.rollback()
            else:
                db.session.commit()
    progress.clear()
    end = " (dry run, nothing written)" if dry_run else ""
    click.echo(
        f"{counts.added} added, {counts.unchanged} unchanged, {counts.rejected} rejected{end}"
    )


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
