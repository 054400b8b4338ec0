"""The database that a command works on: the one of DATABASE_URL, or the embedded one."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from flask import Flask

from leadapp import create_app, schema
from leadapp.config import Settings, SettingsError
from leadapp.embedded import serving

CONNECT_SECONDS = 5
POLL_SECONDS = 1


class NotMigrated(Exception):  # noqa: N818 -- it says what is
    """The database has not the tables of this version; the message is one line."""


@contextmanager
def database_of(settings: Settings) -> Iterator[Settings]:
    """The settings with the address of a database that is there.

    Joins the embedded PostgreSQL that runs, or runs it until the block ends. Raises EmbeddedError.
    """
    if settings.database_url is not None:
        yield settings
        return
    with serving(settings.data_dir) as server:
        yield settings.model_copy(update={"database_url": server.url()})


def connect(settings: Settings) -> psycopg.Connection:
    """A plain connection to the database, in autocommit.

    Raises SettingsError where it cannot be reached.
    """
    try:
        return psycopg.connect(
            plain_uri(settings), autocommit=True, connect_timeout=CONNECT_SECONDS
        )
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SettingsError(f"DATABASE_URL: the database cannot be used: {reason}") from error


def plain_uri(settings: Settings) -> str:
    """The database's address as libpq writes it, for psycopg itself and psql."""
    return (settings.database_url or "").replace("postgresql+psycopg:", "postgresql:", 1)


@contextmanager
def command_app(settings: Settings) -> Iterator[Flask]:
    """The app for a command, with its context, on a database of this version.

    The embedded database is migrated where necessary; another one only by `leadapp migrate` and
    `leadapp serve`. Raises EmbeddedError, SettingsError and NotMigrated.
    """
    embedded = settings.database_url is None
    with database_of(settings) as with_database:
        with connect(with_database) as connection:
            current = schema.revision_of(connection) == schema.head()
        if not current and not embedded:
            raise NotMigrated(
                "The database has not the tables of this version; run `leadapp migrate` first."
            )
        with app_of(with_database) as app:
            if not current:
                schema.migrate()
            yield app


def wait_until_migrated(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Wait until the database is there and has the tables of this version; says so once.

    A server that starts beside us migrates it; the embedded one is migrated here.
    """
    said = False
    while True:
        try:
            with connect(settings) as connection:
                if schema.revision_of(connection) == schema.head():
                    return
        except SettingsError as error:
            reason = str(error)
        else:
            reason = "it has not the tables of this version; `leadapp serve` or `leadapp migrate`"
        if not said:
            said = True
            say(f"Waiting for the database: {reason}")
        time.sleep(POLL_SECONDS)


@contextmanager
def app_of(settings: Settings) -> Iterator[Flask]:
    """The app with its context on the database of the settings, without a trace afterwards."""
    from leadapp.extensions import db  # noqa: PLC0415

    # No command signs a session, so any key will do where none is set.
    key = settings.secret_key or secrets.token_urlsafe(48)
    app = create_app(settings.model_copy(update={"secret_key": key}))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
