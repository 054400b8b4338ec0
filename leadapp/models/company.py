"""The company whose leads these are: one row of settings."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base


class Company(Base):
    """What an admin sets for all. There is exactly one row, with id 1."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    handoff_threshold: Mapped[Decimal] = mapped_column(Numeric(3, 2), server_default=text("0.60"))
    require_fresh_score: Mapped[bool] = mapped_column(server_default=text("false"))
    domains_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint(
            "handoff_threshold >= 0.01 and handoff_threshold <= 1", name="handoff_threshold"
        ),
    )
