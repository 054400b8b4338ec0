"""`leadapp history`."""

import click

from leadapp.cli.context import RECORD_NUMBER, database_app, now


@click.group()
def history() -> None:
    """Imported files of closed leads; `leadapp import --history` brings them."""


@history.command("list")
def list_() -> None:
    """List the files: number, closed leads, won, rejected, when and name; divided by tabs."""
    from leadapp.queries.history_files import list_files

    with database_app():
        for file in list_files():
            at = file.created_at.isoformat(timespec="minutes")
            click.echo(f"{file.id}\t{file.added}\t{file.won}\t{file.rejected}\t{at}\t{file.name}")


@history.command()
@click.argument("number", type=RECORD_NUMBER)
def remove(number: int) -> None:
    """Remove the file of this NUMBER with all its leads.

    Models that learned from it stay as they are; they hold numbers and no leads.
    """
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services.history import remove_file

    with database_app():
        name = remove_file(number, actor=command_actor(), now=now())
        db.session.commit()
    click.echo(f"{name} is removed with its leads.")
