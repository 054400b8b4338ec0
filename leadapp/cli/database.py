"""`leadapp migrate`, `leadapp demo` and `leadapp db`."""

import click

from leadapp.cli.context import database_app, note, now
from leadapp.cli.failures import Refused


@click.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    from leadapp import schema
    from leadapp.config import load_settings
    from leadapp.server.database import app_of, connect, database_of

    with database_of(load_settings()) as settings:
        with connect(settings) as connection:
            before = schema.revision_of(connection)
        if before == schema.head():
            note(f"The database is at {before} already.")
            return
        with app_of(settings):
            schema.migrate()
        note(f"The database is at {schema.head()} now.")


@click.command()
def demo() -> None:
    """Load the demo company into a database without leads.

    Prints who can sign in, and the password, which is made at random for the data directory.
    """
    from leadapp.config import load_settings
    from leadapp.extensions import db as session
    from leadapp.server.first_start import DEMO_PASSWORD_FILE
    from leadapp.server.secret_file import kept_secret
    from leadapp.services import demo as service
    from leadapp.services.passwords import make_up

    with database_app():
        path = load_settings().data_dir / DEMO_PASSWORD_FILE
        password = kept_secret(path, make_up)
        service.load(password=password, now=now())
        session.session.commit()
    click.echo(f"Sign in as {' or '.join(service.SIGN_INS)} with {password}")


@click.group()
def db() -> None:
    """Look into the database, or start over."""


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(arguments: tuple[str, ...]) -> None:
    """Open psql on the database; ARGUMENTS are handed to it, such as -c 'select 1'."""
    import shutil
    import subprocess

    from leadapp.config import load_settings
    from leadapp.embedded import program
    from leadapp.server.database import database_of, plain_uri

    settings = load_settings()
    found = shutil.which("psql")
    psql = str(program("psql")) if settings.database_url is None or not found else found
    with database_of(settings) as with_database:
        command = [psql, plain_uri(with_database), *arguments]
        status = subprocess.run(command, check=False).returncode  # noqa: S603 (psql, no shell)
    if status:
        raise click.exceptions.Exit(status)


@db.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(*, yes: bool) -> None:
    """Delete everything in the embedded database; the next start begins anew.

    Refused for the database of DATABASE_URL, and while a server runs.
    """
    from leadapp.config import load_settings
    from leadapp.embedded import owner_of, serving
    from leadapp.server.first_start import DEMO_PASSWORD_FILE

    settings = load_settings()
    if settings.database_url is not None:
        raise Refused("Only the embedded database is ever reset; DATABASE_URL names another one.")
    owner = owner_of(settings.data_dir)
    if owner is not None:
        raise Refused(f"The database is in use by process {owner}; stop that first.")
    if not (settings.data_dir / "postgres").exists():
        note("There is no database yet; nothing to delete.")
        return
    if not yes:
        click.confirm(f"Delete all leads and users in {settings.data_dir}?", abort=True, err=True)
    with serving(settings.data_dir) as server:
        server.drop_database("leadapp")
        server.ensure_database()
    (settings.data_dir / DEMO_PASSWORD_FILE).unlink(missing_ok=True)
    note("The database is empty now.")
