"""Counts of a facility's stock and their lines."""

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation
from app.waste.storage.models import Container, Facility


class CountState(enum.StrEnum):
    """A count is open until all its differences are explained."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class StockCount(Base, Traced):
    """One count of what stands in a facility, against the ledger at its start."""

    __tablename__ = "stock_counts"
    __table_args__ = (Index(None, "facility_id", "started_at"),)
    trace_kind = "stock_count"
    trace_state = ("organisation_id", "facility_id", "park_id", "state", "started_at", "closed_at", "version")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    facility_id: Mapped[UUID] = mapped_column(ForeignKey(Facility.id))
    park_id: Mapped[UUID | None] = mapped_column(index=True)
    state: Mapped[CountState] = mapped_column(default=CountState.OPEN)
    user_id: Mapped[UUID | None]
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Found(enum.StrEnum):
    """What the count found of one container."""

    PRESENT = "present"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    """In another zone than the ledger says."""
    UNEXPECTED = "unexpected"
    """Not in the ledger of this facility."""


FOUND_WORDS = {
    Found.PRESENT: say("在位"),
    Found.MISSING: say("未找到"),
    Found.ELSEWHERE: say("不在原分区"),
    Found.UNEXPECTED: say("账外"),
}
"""One word each, everywhere."""


class StockCountLine(Base):
    """One container of a count: what the ledger says and what was found."""

    __tablename__ = "stock_count_lines"
    __table_args__ = (UniqueConstraint("count_id", "container_id"),)

    count_id: Mapped[UUID] = mapped_column(ForeignKey(StockCount.id))
    container_id: Mapped[UUID] = mapped_column(ForeignKey(Container.id), index=True)
    expected_zone_id: Mapped[UUID | None]
    expected_mass: Mapped[Grams]
    found: Mapped[Found | None]
    """None: not counted yet."""
    found_zone_id: Mapped[UUID | None]
    counted_mass: Mapped[Grams | None]
    """Net mass as weighed in the count; None: not weighed."""
    explanation: Mapped[str] = mapped_column(String(300), default="")
    counted_at: Mapped[datetime | None]
    event_id: Mapped[UUID | None]
    """The event that brought the ledger in line with what was found."""
