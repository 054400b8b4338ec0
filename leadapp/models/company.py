"""The company whose leads these are: one row of settings."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt


class Company(Base):
    """What an admin sets for all. There is exactly one row, with id 1."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    handoff_threshold: Mapped[Decimal] = mapped_column(Numeric(3, 2), server_default=text("0.60"))
    require_fresh_score: Mapped[bool] = mapped_column(server_default=text("false"))
    domains_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    # Whether a change of a lead's inputs analyzes it at once.
    analyze_on_change: Mapped[bool] = mapped_column(server_default=text("false"))
    # The learned model in use, as staleness names it, and the attributes it reads; nothing and
    # empty with the rule table. Beside the threshold, so that every read of leads has them.
    scoring_model_id: Mapped[BigInt | None] = mapped_column(ForeignKey("scoring_models.id"))
    learned_scorer: Mapped[str | None]
    scorer_columns: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'::text[]")
    )
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint(
            "(learned_scorer is null) = (scoring_model_id is null)", name="learned_scorer"
        ),
        CheckConstraint(
            "handoff_threshold >= 0.01 and handoff_threshold <= 1", name="handoff_threshold"
        ),
    )
