"""Stored events. The envelope text is what is hashed; the columns repeat it for queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid5

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.trace.canonical import plain


class Traced:
    """A mapped class whose changes are events. `trace_state` names the columns that its events carry:
    all that rebuild the row, never names, phones or free text, which live in erasable columns."""

    trace_kind: ClassVar[str]
    trace_state: ClassVar[tuple[str, ...]]
    trace_starts_in_bulk: ClassVar[bool] = False
    """Rows may come in by thousands under one event that holds the hash of all of them; an event carries the
    state of one when it first changes."""
    trace_of: ClassVar[type[Any] | None] = None
    """The mapped class, where a class made of one row stands for it: rows of a room below the log."""
    id: Mapped[UUID]

    def traced_state(self) -> Mapping[str, Any]:
        return {name: plain(getattr(self, name)) for name in self.trace_state}


class TraceEvent(Base):
    """One fact. Only ever added; a trigger refuses updates and deletes on both engines."""

    __tablename__ = "trace_events"
    __table_args__ = (
        UniqueConstraint("subject_id", "sequence"),
        Index(None, "park_id", "recorded_at"),
    )

    name: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    sequence: Mapped[int]
    park_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    via: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    envelope: Mapped[str] = mapped_column(Text)
    own_hash: Mapped[str] = mapped_column(String(64))


def about_id(event_id: UUID, thing_id: UUID) -> UUID:
    """The key of an `about` row: made of what it says, so that not even the key can be changed unnoticed."""
    return uuid5(event_id, thing_id.hex)


class TraceAbout(Base):
    """Another thing an event touched, so that a drum's timeline shows its dispatch. Its id is `about_id`."""

    __tablename__ = "trace_about"
    __table_args__ = (
        UniqueConstraint("event_id", "thing_id"),
        Index(None, "thing_id", "event_id"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey(TraceEvent.id))
    thing_kind: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[UUID]
