"""Files that people upload, until a job has read them."""

from typing import Any

from sqlalchemy import ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class Upload(Base):
    """An uploaded file, in the database so that any worker on any machine can read it."""

    __tablename__ = "uploads"

    id: Mapped[Id]
    name: Mapped[str]
    size: Mapped[BigInt]
    digest: Mapped[str]
    # What its first rows look like: see leadapp.imports.summary.
    summary: Mapped[dict[str, Any] | None]
    uploaded_by_id: Mapped[BigInt] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]


class UploadChunk(Base):
    """A piece of an uploaded file; in pieces it is read and written in flat memory."""

    __tablename__ = "upload_chunks"

    upload_id: Mapped[BigInt] = mapped_column(
        ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
