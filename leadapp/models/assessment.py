"""Assessments: what a scorer said about a lead, and on what basis; append-only."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class LeadAssessment(Base):
    """One analysis of one lead. Rows are only ever added; erasing a person blanks the inputs."""

    __tablename__ = "assessments"

    id: Mapped[Id]
    lead_id: Mapped[BigInt] = mapped_column(ForeignKey("leads.id"))
    scorer: Mapped[str]
    scorer_version: Mapped[str]
    threshold: Mapped[Decimal] = mapped_column(Numeric(3, 2))
    inputs: Mapped[dict[str, Any]]
    score: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    recommendation: Mapped[str]
    reason: Mapped[str]
    contributions: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    # Names of inputs: those that were blank, and those that were known but not used by the scorer.
    missing: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    ignored: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    # The run that asked for it; in one run each lead is scored once. No foreign key, whose check
    # would cost each lead of a run of a hundred thousand, and runs are never deleted.
    run_id: Mapped[BigInt | None]
    requested_by_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]
    # SHA-256 of the inputs as they were, set when the person is erased.
    inputs_hash: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("score >= 0 and score <= 1", name="score"),
        CheckConstraint("threshold >= 0.01 and threshold <= 1", name="threshold"),
        CheckConstraint(
            "recommendation in ('transfer_to_sales', 'continue_qualification', 'drop_lead')",
            name="recommendation",
        ),
        Index("ix_assessments_lead", "lead_id", "id"),
        Index(
            "uq_assessments_run",
            "run_id",
            "lead_id",
            unique=True,
            postgresql_where=text("run_id is not null"),
        ),
    )
