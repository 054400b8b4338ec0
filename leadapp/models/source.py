"""Sources: where leads come from; a list that admins manage."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class Source(Base):
    """An entry of the list of sources.

    `key` is what input is matched by (the name without regard to case and blanks); `rule_key` is
    what scorers know it as and survives renaming. A merged entry keeps its id and its leads, and
    shows the name of the entry it went into, so that merging touches neither leads nor evidence.
    """

    __tablename__ = "sources"

    id: Mapped[Id]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    rule_key: Mapped[str]
    merged_into_id: Mapped[BigInt | None] = mapped_column(ForeignKey("sources.id"))
    created_at: Mapped[CreatedAt]
