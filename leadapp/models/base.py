"""The declarative base and the column types that the tables share."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry


class Base(DeclarativeBase):
    """Base of all tables. Constraints get names by rule, so that migrations can speak of them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB,
            str: Text(),
        },
    )


Id = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
BigInt = Annotated[int, mapped_column(BigInteger)]
CreatedAt = Annotated[datetime, mapped_column(server_default=func.now())]
