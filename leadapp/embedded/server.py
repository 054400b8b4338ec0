"""A running server, as those who use it see it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from leadapp.embedded import cluster, sockets

ROLE = "leadapp"
DATABASE = "leadapp"


@dataclass(frozen=True)
class Server:
    """A running server: `started` by us or joined; `fresh` if its data was made just now."""

    socket_dir: Path
    started: bool
    fresh: bool

    def url(self, database: str = DATABASE, *, role: str = ROLE) -> str:
        """SQLAlchemy's URL of a database. The role leadapp is no superuser, postgres is one."""
        return self.uri(database, role=role).replace("postgresql:", "postgresql+psycopg:", 1)

    def uri(self, database: str = DATABASE, *, role: str = ROLE) -> str:
        """The same as libpq writes it, for psycopg itself, psql and pgbench."""
        name = quote(database, safe="")
        return f"postgresql://{role}@/{name}?host={self.socket_dir}&port={sockets.PORT}"

    def create_database(self, name: str, template: str = "template1") -> None:
        """Create a database as a copy of the template, to which nobody may be connected.

        Raises:
            psycopg.errors.DuplicateDatabase: there is one of this name.
            psycopg.errors.ObjectInUse: somebody is connected to the template.
        """
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template)
        )
        with self._administer() as connection:
            connection.execute(statement)

    def drop_database(self, name: str) -> None:
        """Drop a database if there is one, disconnecting whoever uses it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self._administer() as connection:
            connection.execute(statement)

    def ensure_database(self) -> None:
        """Create the role and the database of leadapp where they are missing.

        Raises:
            psycopg.OperationalError: the server takes no connections, as when it starts or stops.
        """
        with self._administer() as connection:
            # Several processes may join at once; the lock goes with the connection.
            connection.execute("SELECT pg_advisory_lock(hashtext('leadapp'))")
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
                create = sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE))
                connection.execute(create)
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if not found.rowcount:
                self.create_database(DATABASE)

    def _administer(self) -> psycopg.Connection:
        return psycopg.connect(self.uri("postgres", role=cluster.SUPERUSER), autocommit=True)
