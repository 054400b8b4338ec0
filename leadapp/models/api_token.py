"""API tokens: how other programs sign in."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class ApiToken(Base):
    """A token of a user. Only its SHA-256 is kept; `prefix` lets people tell tokens apart."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    user_id: Mapped[BigInt] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[datetime | None]
