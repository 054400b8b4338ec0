"""Events: everything that happened; append-only, and without personal values."""

from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class Event(Base):
    """Who did what, when, from what to what.

    `data` names changed personal fields but never holds their values, so that a person can be
    forgotten while the history stays.
    """

    __tablename__ = "events"

    id: Mapped[Id]
    kind: Mapped[str]
    lead_id: Mapped[BigInt | None] = mapped_column(ForeignKey("leads.id"))
    sale_id: Mapped[BigInt | None] = mapped_column(ForeignKey("sales.id"))
    actor_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    via: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    at: Mapped[CreatedAt]

    __table_args__ = (
        Index("ix_events_lead", "lead_id", "id"),
        Index("ix_events_sale", "sale_id", "id", postgresql_where=text("sale_id is not null")),
    )
