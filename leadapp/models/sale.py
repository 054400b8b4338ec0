"""Sales: leads that passed to sales, with the evidence of that moment."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class Sale(Base):
    """A sale on its way through the sale pipeline. Created only by a handoff, never deleted.

    The columns under "evidence" are frozen by a trigger.
    """

    __tablename__ = "sales"

    id: Mapped[Id]
    lead_id: Mapped[BigInt] = mapped_column(ForeignKey("leads.id"), unique=True)
    stage: Mapped[str] = mapped_column(server_default="new")
    owner_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    lost_reason: Mapped[str | None]
    lost_note: Mapped[str | None]
    # Why it was handed off although the recommendation was another. No evidence: words of a person,
    # perhaps about one, and so blanked when the lead is erased.
    against_advice: Mapped[str | None]
    stage_changed_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))

    # Evidence.
    score: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    threshold: Mapped[Decimal] = mapped_column(Numeric(3, 2))
    recommendation: Mapped[str]
    reason: Mapped[str]
    business_domain: Mapped[str]
    assessment_id: Mapped[BigInt] = mapped_column(ForeignKey("assessments.id"))
    handed_off_by_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("stage in ('new', 'kyc', 'agreement', 'paid', 'lost')", name="stage"),
        CheckConstraint("score >= threshold and score <= 1", name="score_meets_threshold"),
        CheckConstraint("threshold >= 0.01 and threshold <= 1", name="threshold"),
        CheckConstraint("btrim(business_domain) <> ''", name="business_domain"),
        CheckConstraint(
            "lost_reason in ('no_answer', 'no_budget', 'no_need', 'competitor', 'not_a_fit',"
            " 'duplicate', 'not_qualified', 'other') and (lost_reason is null or stage = 'lost')",
            name="lost_reason",
        ),
        Index("ix_sales_board", "stage", "stage_changed_at", "id"),
        # Few are handed off against the advice, so this costs the others nothing.
        Index(
            "ix_sales_against_advice",
            "created_at",
            "id",
            postgresql_where=text("recommendation <> 'transfer_to_sales'"),
        ),
        Index("ix_sales_owner_board", "owner_id", "stage", "stage_changed_at", "id"),
    )
