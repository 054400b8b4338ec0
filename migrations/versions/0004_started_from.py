"""Finding the leads that were started from a lead.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_leads_started_from",
        "leads",
        ["started_from_id"],
        postgresql_where=sa.text("started_from_id is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_leads_started_from", table_name="leads")
