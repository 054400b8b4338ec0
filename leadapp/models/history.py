"""Closed leads of another system: what a model learns from, apart from the board."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class HistoryFile(Base):
    """A file of closed leads that was imported, and what was said of its columns."""

    __tablename__ = "history_files"

    id: Mapped[Id]
    name: Mapped[str]
    # SHA-256 of its content, so that the same file is not imported twice.
    digest: Mapped[str] = mapped_column(unique=True)
    mapping: Mapped[dict[str, Any]]
    added: Mapped[int] = mapped_column(Integer)
    won: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    imported_by_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]


class HistoryLead(Base):
    """A lead that was closed elsewhere. It never went through our rules and is on no board."""

    __tablename__ = "history_leads"

    id: Mapped[Id]
    file_id: Mapped[BigInt] = mapped_column(ForeignKey("history_files.id", ondelete="CASCADE"))
    won: Mapped[bool]
    closed_on: Mapped[date | None]
    external_id: Mapped[str | None] = mapped_column(unique=True)
    # As the file has them: a scorer sees the texts, not the lists of the board.
    source: Mapped[str | None]
    business_domain: Mapped[str | None]
    activity_count: Mapped[int | None]
    attributes: Mapped[dict[str, Any]]

    __table_args__ = (
        CheckConstraint("activity_count >= 0", name="activity_count"),
        Index("ix_history_leads_file_id", "file_id"),
    )
