"""The database session and cursor, with a short way for what most requests do."""

from typing import Any

from flask import g
from flask_sqlalchemy.session import Session
from psycopg import Column, Cursor
from sqlalchemy import Connection, Engine, TextClause, TextualSelect
from sqlalchemy.orm import scoped_session

_ALONE = "connection_alone"


class LeadSession(Session):
    """Flask-SQLAlchemy's session, which takes the connection in autocommit where there is one."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Where a statement is run."""
        alone: Connection | None = g.get(_ALONE)
        return super().get_bind(*args, **kwargs) if alone is None else alone


class LeadSessions(scoped_session[Session]):
    """The session of each app context, which can be told to run in autocommit.

    Then SQL in text form goes straight to the connection: making a session, beginning a
    transaction, asking each part for its engine and closing it all again takes longer than
    PostgreSQL takes for reading a row by its key. Everything else works as before, on the same
    connection.
    """

    @property
    def is_alone(self) -> bool:
        """Whether statements run each by itself."""
        return _ALONE in g

    def run_alone(self, engine: Engine) -> None:
        """Run the statements from now on each by itself, on a connection of this engine."""
        if self._in_transaction():
            raise RuntimeError("A transaction has begun; say before it that there shall be none.")
        setattr(g, _ALONE, engine.connect())

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement; in autocommit one in text form by the short way."""
        alone: Connection | None = g.get(_ALONE)
        if alone is not None and not options and isinstance(statement, TextualSelect | TextClause):
            return alone.execute(statement, params)
        return super().execute(statement, params, **options)

    def commit(self) -> None:
        """Commit, where there is anything that has not been committed by itself."""
        if not self.is_alone or self._in_transaction():
            super().commit()

    def rollback(self) -> None:
        """Roll back what has not been committed by itself."""
        alone: Connection | None = g.get(_ALONE)
        if alone is None or self.registry.has():
            super().rollback()
        if alone is not None:
            alone.rollback()

    def remove(self) -> None:
        """Give the connection back."""
        super().remove()
        alone: Connection | None = g.pop(_ALONE, None)
        if alone is not None:
            alone.close()

    def _in_transaction(self) -> bool:
        return self.registry.has() and self.registry().in_transaction()


# So many statements are remembered; with more, all are described anew.
REMEMBERED = 2000

_described: dict[str, list[Column]] = {}


class LeadCursor(Cursor[Any]):
    """Psycopg's cursor, which keeps what it said of a statement's columns.

    SQLAlchemy asks for it after every statement and uses it after the first one only; to make it
    for the thirty columns of a lead takes as long as all else that is done with its row.
    """

    @property
    def description(self) -> list[Column] | None:
        """The columns of the present result, or None where it has none."""
        query, result = self._last_query, self.pgresult
        if not isinstance(query, str) or result is None:
            return super().description
        known = _described.get(query)
        if known is not None and len(known) == result.nfields:
            return known
        made = super().description
        if made:
            if len(_described) >= REMEMBERED:
                _described.clear()
            _described[query] = made
        return made


def engine_options(
    connections: int, *, name: str = "leadapp", statement: int = 60, idle: int = 60
) -> dict[str, Any]:
    """How to connect: so many connections are kept; the limits of one are in seconds.

    `statement` is how long one may take, `idle` how long a transaction may do nothing.
    """
    limits = f"-c statement_timeout={statement}s -c idle_in_transaction_session_timeout={idle}s"
    return {
        "pool_size": connections,
        "max_overflow": 2,
        "pool_timeout": 5,
        "connect_args": {
            "connect_timeout": 5,
            "cursor_factory": LeadCursor,
            "application_name": name,
            "options": f"{limits} -c lock_timeout=5s -c timezone=UTC -c jit=off"
            # A request takes one core of the database: others want to be served too.
            " -c max_parallel_workers_per_gather=0",
        },
    }
