"""Alembic's environment: runs the migrations on the app's engine."""

from typing import Any

from alembic import context
from flask import current_app

from leadapp.models import Base

# A deployment may start several processes at once: whoever comes second waits, then finds it done.
MIGRATION_LOCK = 5_732_046


def is_ours(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Whether a table is one of the models': procrastinate's are its own affair."""
    return kind != "table" or not str(name).startswith("procrastinate_")


def run_migrations() -> None:
    """Run the migrations in one transaction, under a lock."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=is_ours,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
