"""One PostgreSQL for the whole run, one database a worker, one rolled-back transaction a test."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from leadapp import create_app
from leadapp.config import Settings
from leadapp.embedded import serving
from leadapp.extensions import db
from leadapp.permissions import Actor, Role
from leadapp.queries import track_record
from leadapp.services import scorers
from leadapp.web import transactions
from tests import factories

SERVER = "LEADAPP_TEST_SERVER"
TEMPLATE = "leadapp_template"
# Nothing of a test outlives its run, so nothing needs to survive a crash.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FAST |= {"max_connections": "200", "shared_buffers": "128MB"}
# Its workers are in the way of dropping a database, which may only end processes of its own role.
FAST |= {"autovacuum": "off"}

MakeDatabase = Callable[[str], str]


class Browser(FlaskClient):
    """A test client whose requests know nothing of each other.

    A test's requests share its app context, and with it `g`, which knows who is signed in.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, with an empty `g`."""
        for name in list(g) if has_app_context() else ():
            g.pop(name)
        return super().open(*args, **kwargs)


_run = ExitStack()


def make_app(url: str) -> Flask:
    """The app on this database, for tests: it hashes passwords in no time."""
    app = create_app(settings_for(url))
    app.testing = True
    app.test_client_class = Browser
    cheap = {"argon2__memory_cost": 64, "argon2__time_cost": 1}
    app.extensions["security"].pwd_context.update(**cheap)
    return app


def settings_for(url: str) -> Settings:
    """The settings of an app on this database."""
    return Settings(
        _env_file=None,
        database_url=url,
        secret_key="a secret key for tests, long enough",
        data_dir=Path(tempfile.gettempdir()) / f"leadapp-tests-{os.getuid()}",
        demo=False,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and make the migrated template, once, before workers start."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    directory = Path(_run.enter_context(tempfile.TemporaryDirectory(prefix="leadapp-tests-")))
    server = _run.enter_context(serving(directory, settings=FAST))
    server.create_database(TEMPLATE)
    os.environ[SERVER] = server.url("{}")
    app = create_app(settings_for(server.url(TEMPLATE)))
    with app.app_context():
        from flask_migrate import upgrade

        upgrade()
        db.engine.dispose()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    _run.close()


def database_url(name: str) -> str:
    """The address of a database on the run's server."""
    return os.environ[SERVER].replace("%7B%7D", "{}").replace("{}", name)


@pytest.fixture(scope="session")
def make_database() -> Iterator[MakeDatabase]:
    """Make a database of this name as a copy of the template, in place of one there may be."""
    admin = create_engine(database_url("postgres"), isolation_level="AUTOCOMMIT")
    made: set[str] = set()

    def make(name: str) -> str:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        made.add(name)
        return database_url(name)

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this xdist worker, for names that workers must not share."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def app(make_database: MakeDatabase, worker: str) -> Iterator[Flask]:
    """The app on this worker's own database."""
    app = make_app(make_database(f"test_{worker}"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def _connection(app: Flask) -> Iterator[Connection]:
    # Not held open: contexts must end in the order of their beginning, which tests do not keep.
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        yield connection


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    # Ids begin anew with each database, and what a test read of its leads is gone with it.
    scorers.forget()
    track_record.forget()


@pytest.fixture
def db_session(
    app: Flask, _connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """A session in a transaction that is rolled back after the test, shared with all requests."""
    monkeypatch.setattr(transactions, "ALLOWED", False)
    monkeypatch.setitem(db.session.session_factory.kw, "join_transaction_mode", "create_savepoint")
    with app.app_context():
        monkeypatch.setitem(db.engines, None, _connection)
    transaction = _connection.begin()
    with app.app_context():
        yield db.session()
        db.session.remove()
    transaction.rollback()


@pytest.fixture(scope="session")
def _fresh_app(worker: str) -> Flask:
    return make_app(database_url(f"fresh_{worker}"))


@pytest.fixture
def fresh_app(_fresh_app: Flask, make_database: MakeDatabase, worker: str) -> Iterator[Flask]:
    """An app on a database of this test's own, where commits are real: for races and crashes."""
    make_database(f"fresh_{worker}")
    yield _fresh_app
    with _fresh_app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask, db_session: Session) -> FlaskClient:
    """A browser that nobody is signed in with. CSRF is checked by tests of its own."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def actor(db_session: Session) -> Callable[..., Actor]:
    """Make a user of a role and give it as an actor."""

    def make(role: Role | str = Role.MANAGER, via: str = "page") -> Actor:
        return factories.make_user(role).actor(via)

    return make


@pytest.fixture
def sign_in(app: Flask, db_session: Session) -> Callable[..., FlaskClient]:
    """Sign in a user of a role, `sign_in("rep")`, or this one, `sign_in(user)`; gives a client."""

    def make(user: object = Role.MANAGER) -> FlaskClient:
        app.config["WTF_CSRF_ENABLED"] = False
        who = factories.make_user(user) if isinstance(user, str) else user
        client = app.test_client()
        factories.sign_in(app, client, who)
        return client

    return make


@pytest.fixture
def count_statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements that ran, without BEGIN, COMMIT and savepoints."""

    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)
