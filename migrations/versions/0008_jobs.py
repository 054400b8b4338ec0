"""Background jobs: the tables of procrastinate 3.10, as the library wrote them.

A later version of the library comes with a migration of ours that runs its upgrade.

Revision ID: 0008
Revises: 0007
"""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).with_name("0008_procrastinate.sql")

# The triggers go with their functions.
REMOVE = """
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', found);
    END LOOP;
END;
$$;
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
    procrastinate_workers;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
"""


def upgrade() -> None:
    _run(SCHEMA.read_text())


def downgrade() -> None:
    _run(REMOVE)


def _run(script: str) -> None:
    """Past SQLAlchemy and without parameters: it is many statements, with percent signs in them."""
    op.get_bind().connection.driver_connection.execute(script)
