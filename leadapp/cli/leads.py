"""`leadapp export` and `leadapp lead`."""

import os
import tempfile
import time
from pathlib import Path

import click

from leadapp.cli.context import RECORD_NUMBER, database_app, note, now
from leadapp.cli.failures import Refused

# So often, in seconds, it is looked whether the adviser has answered.
_LOOK_SECONDS = 0.25


@click.group()
def export() -> None:
    """Write what is in the database to a file."""


@export.command("leads")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="The CSV file; one that is there is replaced.",
)
def export_leads(output: Path) -> None:
    """Write all leads as CSV that spreadsheets show and `leadapp import` reads.

    Texts that a spreadsheet would take for formulas get an apostrophe before them.
    """
    from leadapp.imports.csv_writer import write_csv
    from leadapp.permissions import command_actor
    from leadapp.queries.export import EXPORT_COLUMNS, stream_leads

    with database_app():
        # Under another name until it is whole. It holds people's data: for its owner alone.
        descriptor, unfinished = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
                count = write_csv(stream, EXPORT_COLUMNS, stream_leads(actor=command_actor()))
            Path(unfinished).replace(output)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    note(f"{count} leads written to {output}")


@click.group()
def lead() -> None:
    """Single leads."""


@lead.command()
@click.argument("number", type=RECORD_NUMBER)
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(number: int, *, yes: bool) -> None:
    """Forget the person behind the lead of this NUMBER, for good.

    Name, company, contact, notes and attributes go, and what its scores were computed from; the
    history of its stages and the evidence of its sale stay.
    """
    if not yes:
        click.confirm(f"Forget the person behind lead {number} for good?", abort=True, err=True)
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services.leads import erase_lead

    with database_app():
        erased = erase_lead(number, actor=command_actor(), now=now())
        db.session.commit()
    note(f"Lead {number} is erased." if erased else f"Lead {number} was erased before.")


@lead.command()
@click.argument("number", type=RECORD_NUMBER)
def advice(number: int) -> None:
    """Ask the adviser, a language model, about the lead of this NUMBER.

    A worker asks it; that takes ten seconds at most. The answer may be wrong, and changes nothing.
    """
    from flask import current_app

    from leadapp.config import Settings
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.queries.advice import latest_advice
    from leadapp.services.advice import ask_adviser

    actor = command_actor()
    with database_app():
        settings: Settings = current_app.extensions["settings"]
        model = settings.adviser_model if settings.adviser_url else None
        asked = ask_adviser(
            number, model=model, daily=settings.adviser_daily, actor=actor, now=now()
        )
        db.session.commit()
        while asked.status(now()) == "asked":
            time.sleep(_LOOK_SECONDS)
            asked = latest_advice(number, actor=actor)
            db.session.commit()
    if asked.answer is None:
        raise Refused(f"No advice. {asked.why_not}")
    said = asked.answer
    questions = "".join(f"\n- {question}" for question in said["open_questions"])
    click.echo(f"{said['summary']}\n\nNext step: {said['next_step']}")
    click.echo(f"\nOpen questions:{questions or ' none'}\n\nDraft:\n{said['draft']}")
