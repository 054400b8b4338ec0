"""What a server does to its database before it serves: migrate, first admin, demo company."""

from datetime import UTC, datetime
from typing import NamedTuple

import psycopg

from leadapp import schema
from leadapp.config import Settings
from leadapp.server.database import app_of, connect
from leadapp.server.say import note
from leadapp.server.secret_file import kept_secret

DEMO_PASSWORD_FILE = "demo-password"  # noqa: S105 (a file's name)
# Two servers that start on one database at once prepare it one after the other.
_LOCK = "SELECT pg_advisory_lock(hashtext('leadapp first start'))"

_FACTS = """
    SELECT EXISTS (SELECT FROM users), EXISTS (SELECT FROM leads), is_demo FROM company
"""
# The demo's users whose password is still the one that they were given.
_UNCHANGED = """
    SELECT email FROM users u
    WHERE active AND email = ANY(%s) AND NOT EXISTS (
        SELECT FROM events
        WHERE kind = 'password_changed' AND CAST(data ->> 'user_id' AS bigint) = u.id)
    ORDER BY email DESC
"""


class Welcome(NamedTuple):
    """What to tell whoever started the server: how to sign in, if we know."""

    has_users: bool
    is_demo: bool
    demo_users: list[str]
    """Whose password is the demo's."""
    password: str | None


def prepare(settings: Settings, *, embedded: bool) -> Welcome:
    """Bring the database to this version and give an empty one what it is to begin with.

    Raises SettingsError.
    """
    with connect(settings) as connection:
        connection.execute(_LOCK)
        needs_migration = schema.revision_of(connection) != schema.head()
        if needs_migration or _needs_content(connection, settings, embedded=embedded):
            with app_of(settings):
                if needs_migration:
                    schema.migrate()
                _add_content(connection, settings, embedded=embedded)
        return _welcome(connection, settings)


def _wants_demo(settings: Settings, *, embedded: bool) -> bool:
    return embedded if settings.demo is None else settings.demo


def _needs_content(connection: psycopg.Connection, settings: Settings, *, embedded: bool) -> bool:
    has_users, has_leads, _ = _facts(connection)
    if has_users:
        return False
    wants_demo = _wants_demo(settings, embedded=embedded) and not has_leads
    return wants_demo or settings.admin_email is not None


def _add_content(connection: psycopg.Connection, settings: Settings, *, embedded: bool) -> None:
    """Give a database without users its first admin and, without leads, the demo company."""
    from leadapp.extensions import db  # noqa: PLC0415
    from leadapp.permissions import Role, command_actor  # noqa: PLC0415
    from leadapp.services import demo, passwords, users  # noqa: PLC0415

    has_users, has_leads, _ = _facts(connection)
    if has_users:
        return
    now = datetime.now(UTC)
    if settings.admin_email and settings.admin_password:
        note(f"Making {settings.admin_email} the first admin ...")
        users.create_user(
            email=settings.admin_email,
            name=settings.admin_email.partition("@")[0],
            role=Role.ADMIN,
            password=settings.admin_password,
            actor=command_actor(),
            now=now,
        )
    if _wants_demo(settings, embedded=embedded) and not has_leads:
        note("Loading the demo company ...")
        password = kept_secret(settings.data_dir / DEMO_PASSWORD_FILE, passwords.make_up)
        demo.load(password=password, now=now)
    db.session.commit()


def _welcome(connection: psycopg.Connection, settings: Settings) -> Welcome:
    has_users, _, is_demo = _facts(connection)
    path = settings.data_dir / DEMO_PASSWORD_FILE
    if not is_demo or not path.exists():
        return Welcome(has_users, is_demo, [], None)
    emails = ["manager@example.com", "admin@example.com"]
    demo_users = [row[0] for row in connection.execute(_UNCHANGED, [emails])]
    return Welcome(has_users, is_demo, demo_users, path.read_text().strip())


def _facts(connection: psycopg.Connection) -> tuple[bool, bool, bool]:
    """Whether there are users, whether there are leads, whether it is a demo."""
    row = connection.execute(_FACTS).fetchone()
    return row or (False, False, False)
