"""The declarative base and the column types all rooms share."""

import enum
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, Enum, Integer, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC. Refuses naive values; always gives aware UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime; instants must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BIG = BigInteger().with_variant(Integer, "sqlite")
PLAIN_JSON = JSON().with_variant(JSONB, "postgresql")
"""For data that is never hashed: JSONB reorders keys."""


def enum_column(kind: type[enum.Enum], name: str | None = None) -> Enum:
    """The column type of an enumeration: text with a CHECK. `name` tells two of one kind in a table apart."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        **({"name": name} if name else {}),
    )


class Base(DeclarativeBase):
    """Base of every mapped class: a UUIDv7 key and the shared column types."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Grams: BIG,
        int: BIG,
        datetime: UtcDateTime,
        date: Date,
        UUID: Uuid,
        dict[str, Any]: PLAIN_JSON,
        list[Any]: PLAIN_JSON,
        enum.Enum: enum_column(enum.Enum),
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)
