"""Learned models, and what people said of the columns they may learn from."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class ScoringModel(Base):
    """The outcome of one training: a model as plain numbers with its record, or why there is none.

    `document` and `report` never change. At most one model is in use; none means the rule table.
    """

    __tablename__ = "scoring_models"

    id: Mapped[Id]
    # refused: too little, or no better than the base rate; it has a report and no document.
    status: Mapped[str] = mapped_column(server_default="candidate")
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    report: Mapped[dict[str, Any]]
    # How many open leads have which present and which new score, both in hundredths.
    open_leads: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    trained_by_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]
    promoted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("status in ('candidate', 'in_use', 'retired', 'refused')", name="status"),
        CheckConstraint("(document is null) = (status = 'refused')", name="document"),
        Index(
            "uq_scoring_models_in_use",
            "status",
            unique=True,
            postgresql_where=text("status = 'in_use'"),
        ),
    )


class ColumnChoice(Base):
    """What an admin said of a column: that models may learn from it, or must not."""

    __tablename__ = "column_choices"

    name: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str]
    chosen_by_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    chosen_at: Mapped[CreatedAt]

    __table_args__ = (CheckConstraint("choice in ('use', 'leave_out')", name="choice"),)
