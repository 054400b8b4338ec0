"""A running server, as those who use it see it."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from leadapp.embedded import cluster, sockets

ROLE = "leadapp"
DATABASE = "leadapp"


@dataclass(frozen=True)
class Server:
    """A running server: `started` by us or joined, `fresh` if its data was made just now."""

    socket_dir: Path
    started: bool
    fresh: bool

    def url(self, database: str = DATABASE, *, role: str = ROLE) -> str:
        """The SQLAlchemy URL of a database. The role leadapp is no superuser; postgres is."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.socket_dir}&port={sockets.PORT}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create an empty database, or a copy of a template that nobody is connected to.

        Raises:
            psycopg.errors.DuplicateDatabase: there is one of this name.
        """
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template or "template1")
        )
        with self._administer() as connection:
            connection.execute(statement)

    def drop_database(self, name: str) -> None:
        """Drop a database, if there is one, and whoever is connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self._administer() as connection:
            connection.execute(statement)

    def _administer(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_dir),
            port=sockets.PORT,
            user=cluster.SUPERUSER,
            dbname="postgres",
            autocommit=True,
        )

    def ensure_database(self) -> None:
        """Create the application's role and database where they are missing."""
        with self._administer() as connection:
            # Two processes that join at once must not both create.
            connection.execute("SELECT pg_advisory_lock(18)")
            role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if not role.fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE))
                )
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not found.fetchone():
                self.create_database(DATABASE)

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            self._administer().close()
        except psycopg.OperationalError:
            return False
        return True
