"""Calendar feeds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Membership


class CalendarFeed(Base, Traced):
    """A person's iCalendar address in one role. Only the token's hash is stored; it may be revoked."""

    __tablename__ = "calendar_feeds"
    trace_kind = "calendar_feed"
    trace_state = ("membership_id", "revoked_at")

    membership_id: Mapped[UUID] = mapped_column(ForeignKey(Membership.id), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
