"""How many leads stand in each stage, by owner, without a row that every move would wait for."""

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, Id


class LeadCount(Base):
    """The folded count of a stage and owner (0: no owner). Add the pending deltas to it."""

    __tablename__ = "lead_counts"

    stage: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[BigInt] = mapped_column(primary_key=True, autoincrement=False)
    leads: Mapped[BigInt]


class LeadCountDelta(Base):
    """A change of a count, appended by triggers on `leads` and folded away later."""

    __tablename__ = "lead_count_deltas"

    id: Mapped[Id]
    stage: Mapped[str]
    owner_id: Mapped[BigInt]
    leads: Mapped[int] = mapped_column(Integer)
