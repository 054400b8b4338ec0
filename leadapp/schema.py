"""Whether a database has the tables of this version, and bringing it there."""

import functools
import re

import psycopg

from leadapp.config import PROJECT_ROOT

_REVISION = re.compile(r'^(revision|down_revision) = "(\w+)"', re.MULTILINE)


@functools.cache
def head() -> str:
    """The latest revision of the migrations.

    Read from the files themselves: importing Alembic takes longer than all of a start that finds
    nothing to migrate.
    """
    found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (PROJECT_ROOT / "migrations" / "versions").glob("*.py"):
        for kind, revision in _REVISION.findall(path.read_text()):
            found[kind].add(revision)
    (latest,) = found["revision"] - found["down_revision"]
    return latest


def revision_of(connection: psycopg.Connection) -> str | None:
    """The revision that a database is at; None for one without any. For one in autocommit."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return row[0] if row else None


def migrate() -> None:
    """Bring the database of the present app to the latest revision; for within its context.

    Of several processes that do so at once, one does it while the others wait.
    """
    import logging  # noqa: PLC0415

    from flask_migrate import upgrade  # noqa: PLC0415

    # It reports each step in the tone of a warning.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()
