"""Reading the log: timelines of things."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.foundation.core.work import Work
from app.foundation.trace.models import TraceAbout, TraceEvent


@dataclass(frozen=True)
class TimelineEntry:
    """One event as a timeline shows it."""

    id: UUID
    name: str
    subject_kind: str
    subject_id: UUID
    sequence: int
    user_id: UUID | None
    organisation_id: UUID | None
    via: str
    occurred_at: datetime
    recorded_at: datetime
    own_hash: str
    payload: dict[str, Any]

    @property
    def short_hash(self) -> str:
        return f"{self.own_hash[:4]}…{self.own_hash[-4:]}"


def timeline_of(work: Work, *thing_ids: UUID, limit: int = 100) -> Sequence[TimelineEntry]:
    """Events of things or about them, newest first, in one statement.

    Several ids tell one story: a container that came in with a ledger has the import's event as its first.
    """
    about = select(TraceAbout.event_id).where(TraceAbout.thing_id.in_(thing_ids))
    rows = work.session.execute(
        select(*_COLUMNS)
        .where(or_(TraceEvent.subject_id.in_(thing_ids), TraceEvent.id.in_(about)))
        .order_by(TraceEvent.recorded_at.desc(), TraceEvent.id.desc())
        .limit(limit)
    )
    return [_entry(row) for row in rows]


_COLUMNS = (
    TraceEvent.id,
    TraceEvent.name,
    TraceEvent.subject_kind,
    TraceEvent.subject_id,
    TraceEvent.sequence,
    TraceEvent.user_id,
    TraceEvent.organisation_id,
    TraceEvent.via,
    TraceEvent.occurred_at,
    TraceEvent.recorded_at,
    TraceEvent.own_hash,
    TraceEvent.envelope,
)


def _entry(row: Any) -> TimelineEntry:
    values = dict(row._mapping)
    payload = json.loads(values.pop("envelope"))["payload"]
    return TimelineEntry(**values, payload=payload)
