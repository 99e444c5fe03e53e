"""Reading the log page by page, with the envelopes by which anybody can check it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from app.foundation.core.work import Work
from app.foundation.trace.models import TraceAbout, TraceEvent

MAX_PAGE = 100


def events_page(
    work: Work, thing_id: UUID, *, limit: int = 50, before: UUID | None = None
) -> tuple[Sequence[TraceEvent], UUID | None]:
    """Events of a thing or about it, newest first, and the cursor of the next page; one statement.

    Whether the actor may know of the thing is the caller's question to the thing's own room.

    Args:
        before: the last event of the page before.
    """
    limit = max(1, min(limit, MAX_PAGE))
    about = select(TraceAbout.event_id).where(TraceAbout.thing_id == thing_id)
    chosen = (
        select(TraceEvent)
        .where(or_(TraceEvent.subject_id == thing_id, TraceEvent.id.in_(about)))
        .order_by(TraceEvent.recorded_at.desc(), TraceEvent.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        last = aliased(TraceEvent)
        chosen = chosen.join(last, last.id == before).where(
            or_(
                TraceEvent.recorded_at < last.recorded_at,
                and_(TraceEvent.recorded_at == last.recorded_at, TraceEvent.id < last.id),
            )
        )
    found = work.session.scalars(chosen).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def things_of(work: Work, event_id: UUID) -> Sequence[tuple[str, UUID]]:
    """Kind and id of what an event is of, and of what it is about; empty where there is no such event."""
    own = work.session.execute(
        select(TraceEvent.subject_kind, TraceEvent.subject_id).where(TraceEvent.id == event_id)
    )
    others = work.session.execute(
        select(TraceAbout.thing_kind, TraceAbout.thing_id).where(TraceAbout.event_id == event_id)
    )
    return [(row[0], row[1]) for row in (*own, *others)]
