"""Whether the chain of one thing holds, quickly enough to say so on every page of it.

`verifying` proves the whole log, down to each repeated column; this recomputes the hashes and links of one subject.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.work import Work
from app.foundation.trace.canonical import leaf_hash
from app.foundation.trace.models import TraceEvent


@dataclass(frozen=True)
class Chain:
    """How many events a thing has, and the first of them that doesn't fit."""

    events: int
    broken_at: int | None

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def chain_of(work: Work, subject_id: UUID) -> Chain:
    """Recompute the hashes of a thing's own events, oldest first; one statement."""
    rows = work.session.execute(
        select(TraceEvent.sequence, TraceEvent.previous_hash, TraceEvent.own_hash, TraceEvent.envelope)
        .where(TraceEvent.subject_id == subject_id)
        .order_by(TraceEvent.sequence)
    ).all()
    previous: str | None = None
    for place, row in enumerate(rows, start=1):
        fits = leaf_hash(row.envelope) == row.own_hash and row.previous_hash == previous
        if not fits or row.sequence != place:
            return Chain(len(rows), place)
        previous = row.own_hash
    return Chain(len(rows), None)
