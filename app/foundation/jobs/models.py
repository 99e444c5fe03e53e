"""The state of work in the background."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.text import say


class JobState(enum.StrEnum):
    """From asked for to done."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


JOB_STATE_WORDS = {
    JobState.WAITING: say("排队中"),
    JobState.RUNNING: say("进行中"),
    JobState.DONE: say("已完成"),
    JobState.FAILED: say("失败"),
    JobState.CANCELLED: say("已取消"),
}
"""One word a state, everywhere."""


class Job(Base):
    """One piece of work in the background. The queue only wakes the worker; what counts is this row."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state", "created_at"), Index(None, "user_id", "created_at"))

    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]]
    actor: Mapped[dict[str, Any]]
    """Who asked, with the permissions held then: the job acts for them."""
    user_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    park_id: Mapped[UUID | None]
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    phase: Mapped[str] = mapped_column(String(100), default="")
    """Message id of the phase it is in."""
    phase_at: Mapped[datetime | None]
    """Since when; the time left is reckoned from it."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    cancel_asked_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]]
    problem: Mapped[dict[str, Any] | None]
    """Why it failed, as a problem document."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    """When the worker last reported; one that is silent too long is taken up again."""
    ended_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
