"""What a language model said about a lead, beside its score."""

from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class Advice(Base):
    """One answer of the adviser about one lead, or one request that failed.

    Text to be read by people: nothing in the program ever acts on it.
    """

    __tablename__ = "advice"

    id: Mapped[Id]
    lead_id: Mapped[BigInt] = mapped_column(ForeignKey("leads.id"))
    model: Mapped[str]
    # summary, open_questions, next_step and draft; nothing where it failed.
    answer: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    requested_by_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("ix_advice_lead_id", "lead_id", "id"),
        Index("ix_advice_created_at", "created_at"),
    )
