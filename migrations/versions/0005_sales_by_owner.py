"""A salesperson's column of sales is a range of an index.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_sales_owner_board", "sales", ["owner_id", "stage", "stage_changed_at", "id"]
    )
    op.drop_index("ix_sales_owner", "sales")


def downgrade() -> None:
    op.create_index("ix_sales_owner", "sales", ["owner_id"])
    op.drop_index("ix_sales_owner_board", "sales")
