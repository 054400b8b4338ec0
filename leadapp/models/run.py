"""Runs: work in the background that somebody started and watches."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class Run(Base):
    """One piece of background work with its progress.

    `position` is where a run over leads goes on after its worker died: the id of the last lead it
    has dealt with, written in the transaction that dealt with it.
    """

    __tablename__ = "runs"

    id: Mapped[Id]
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="queued")
    params: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    total: Mapped[int | None]
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failed: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    position: Mapped[BigInt] = mapped_column(server_default=text("0"))
    # Raised each time that a worker takes it up, so that one that was thought dead sees it.
    attempt: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    cancel_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    # One line for the person who started it; never a traceback.
    error: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]
    started_by_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    via: Mapped[str]
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind in ('analyze', 'train', 'import_history', 'advise')", name="kind"),
        CheckConstraint(
            "status in ('queued', 'running', 'done', 'failed', 'cancelled')", name="status"
        ),
        CheckConstraint(
            "(finished_at is not null) = (status in ('done', 'failed', 'cancelled'))",
            name="finished_at",
        ),
        Index("ix_runs_kind", "kind", "id"),
        # Few of all runs are under way, and workers look for them every few seconds.
        Index("ix_runs_active", "id", postgresql_where=text("status in ('queued', 'running')")),
    )
