"""Business domains: customers' lines of business; a list that grows by use."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id


class BusinessDomain(Base):
    """An entry of the list of business domains. `key` and merging work as for sources."""

    __tablename__ = "business_domains"

    id: Mapped[Id]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    merged_into_id: Mapped[BigInt | None] = mapped_column(ForeignKey("business_domains.id"))
    created_at: Mapped[CreatedAt]
