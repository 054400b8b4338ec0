"""Activities: what was done with a lead, with words."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class Activity(Base):
    """A call, e-mail, meeting or demo (each raises the lead's count), or a note (does not)."""

    __tablename__ = "activities"

    id: Mapped[Id]
    lead_id: Mapped[BigInt] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[str]
    note: Mapped[str | None]
    actor_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("kind in ('call', 'email', 'meeting', 'demo', 'note')", name="kind"),
        Index("ix_activities_lead", "lead_id", "id"),
    )
