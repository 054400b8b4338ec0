"""How often something was tried, counted for all web processes together."""

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base


class RateLimit(Base):
    """Tries under one key until a moment. Unlogged: cheap to write, and a crash may forget them."""

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = {"prefixes": ["UNLOGGED"]}
