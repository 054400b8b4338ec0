"""Checks the migrations on a database of its own: `python -m tests.check_migrations`.

They go up, down and up again; nothing is left below and nothing differs above; and the models say
the same as the migrations.
"""

import logging
import subprocess
import sys
import tempfile
from pathlib import Path

import flask_migrate
from sqlalchemy import text

from leadapp import create_app
from leadapp.config import Settings
from leadapp.embedded import program, serving
from leadapp.extensions import db

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Objects of ours, so neither the extensions' nor the migrations' own table.
LEFT = text("""
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'alembic_version%'
    UNION ALL
    SELECT p.proname FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
""")


def main() -> int:
    """Returns the exit status; says what is wrong on standard error."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as directory, serving(Path(directory), settings=FAST) as s:
        app = create_app(
            Settings(
                _env_file=None,
                database_url=s.url(),
                secret_key="a key that signs nothing at all here",
            )
        )
        with app.app_context():
            try:
                problem = _check(s.uri())
            finally:
                db.session.remove()
                db.engine.dispose()
    sys.stderr.write(f"{problem or 'The migrations go up, down and up, and match the models.'}\n")
    return 1 if problem else 0


def _check(uri: str) -> str | None:
    flask_migrate.upgrade()
    first = _dump(uri)
    flask_migrate.downgrade(revision="base")
    left = db.session.scalars(LEFT).all()
    db.session.rollback()
    if left:
        return f"After the way down there is still {', '.join(left)}."
    flask_migrate.upgrade()
    if _dump(uri) != first:
        return "The second way up leads elsewhere than the first."
    # Ends the program where they differ, and says where.
    flask_migrate.check()
    return None


def _dump(uri: str) -> list[str]:
    """The tables, without the random key that pg_dump writes around its output."""
    command = [str(program("pg_dump")), "--schema-only", uri]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]


if __name__ == "__main__":
    sys.exit(main())
