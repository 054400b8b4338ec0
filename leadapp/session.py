"""The database session and cursor, with a short way for what most requests do."""

from typing import Any

from flask_sqlalchemy.session import Session
from psycopg import Column, Cursor
from sqlalchemy import Connection, Engine, TextClause, TextualSelect


class LeadSession(Session):
    """Flask-SQLAlchemy's session, which can be told to run in autocommit.

    Then SQL in text form goes straight to the connection: beginning a transaction, asking each part
    for its engine and closing it all again takes a session longer than PostgreSQL takes for reading
    a row by its key. Everything else works as before, on the same connection.
    """

    _alone: Connection | None = None

    @property
    def is_alone(self) -> bool:
        """Whether statements run each by itself."""
        return self._alone is not None

    def run_alone(self, engine: Engine) -> None:
        """Run the statements from now on each by itself, on a connection of this engine."""
        if self.in_transaction():
            raise RuntimeError("A transaction has begun; say before it that there shall be none.")
        self._alone = engine.connect()

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Where a statement is run."""
        return super().get_bind(*args, **kwargs) if self._alone is None else self._alone

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement; in autocommit one in text form by the short way."""
        if (
            self._alone is not None
            and isinstance(statement, TextualSelect | TextClause)
            # The scoped session hands all options on, most of them empty.
            and not any(options.values())
        ):
            return self._alone.execute(statement, params)
        return super().execute(statement, params, **options)

    def commit(self) -> None:
        """Commit, where there is anything that has not been committed by itself."""
        if self._alone is None or self.in_transaction():
            super().commit()

    def rollback(self) -> None:
        """Roll back what has not been committed by itself."""
        super().rollback()
        if self._alone is not None:
            self._alone.rollback()

    def close(self) -> None:
        """Give the connection back."""
        if self._alone is None or self.in_transaction():
            super().close()
        if self._alone is not None:
            self._alone.close()
            self._alone = None


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
