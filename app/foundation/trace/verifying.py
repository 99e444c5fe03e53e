"""Proving the stored log: every hash, every link, every repeated column."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, select

from app.foundation.core.ids import NO_ID
from app.foundation.core.work import Work
from app.foundation.trace.canonical import canonical_text, leaf_hash, plain
from app.foundation.trace.models import TraceAbout, TraceEvent

BATCH = 5_000


@dataclass(frozen=True)
class Misfit:
    """The first event that does not fit, and why."""

    event_id: str
    subject: str
    sequence: object
    reason: str


@dataclass(frozen=True)
class Verification:
    """What was checked: `events` counted up to the misfit, if there is one."""

    events: int
    subjects: int
    misfit: Misfit | None


def verify(work: Work) -> Verification:
    """Recompute every event from its stored text and compare hashes, chains, columns and `about` rows.

    Any changed byte of any stored column is found. Events cut off the end of a chain are not: that
    takes a checkpoint kept elsewhere.
    """
    events = subjects = 0
    previous: Any = None
    try:
        for row, things in _rows(work):
            reason = _own_misfit(row, things) or _link_misfit(row, previous)
            if reason:
                subject = f"{row.subject_kind} {row.subject_id}"
                return Verification(events, subjects, Misfit(str(row.id), subject, row.sequence, reason))
            events += 1
            subjects += row.sequence == 1
            previous = row
    except (ValueError, TypeError, AttributeError):  # a value that its column's type can't hold
        return Verification(events, subjects, _unreadable(work))
    return Verification(events, subjects, _stray_about(work))


def verify_chain(work: Work, subject_id: UUID) -> Verification:
    """As `verify`, for the chain of one subject; two statements."""
    table = TraceEvent.__table__.c
    previous: Any = None
    rows = work.session.execute(
        select(TraceEvent.__table__).where(table.subject_id == subject_id).order_by(table.sequence)
    ).all()
    about = _about(work, [row.id for row in rows])
    for row in rows:
        reason = _own_misfit(row, about.get(row.id, [])) or _link_misfit(row, previous)
        if reason:
            subject = f"{row.subject_kind} {row.subject_id}"
            return Verification(len(rows), 1, Misfit(str(row.id), subject, row.sequence, reason))
        previous = row
    return Verification(len(rows), 1, None)


def _rows(work: Work) -> Iterator[tuple[Any, list[tuple[str, UUID]]]]:
    """All events by subject and sequence, each with its `about` rows, in bounded memory."""
    table = TraceEvent.__table__.c
    last: tuple[UUID, int] = (NO_ID, -(2**31))
    while True:
        rows = work.session.execute(
            select(TraceEvent.__table__)
            .where(
                (table.subject_id > last[0]) | ((table.subject_id == last[0]) & (table.sequence > last[1]))
            )
            .order_by(table.subject_id, table.sequence)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        about = _about(work, [row.id for row in rows])
        for row in rows:
            yield row, about.get(row.id, [])
        last = (rows[-1].subject_id, rows[-1].sequence)


def _about(work: Work, event_ids: list[UUID]) -> dict[UUID, list[tuple[str, UUID]]]:
    grouped: dict[UUID, list[tuple[str, UUID]]] = {}
    for start in range(0, len(event_ids), 1_000):
        for row in work.session.execute(
            select(TraceAbout.event_id, TraceAbout.thing_kind, TraceAbout.thing_id).where(
                TraceAbout.event_id.in_(event_ids[start : start + 1_000])
            )
        ):
            grouped.setdefault(row.event_id, []).append((row.thing_kind, row.thing_id))
    return {
        event: sorted(things, key=lambda thing: (thing[0], str(thing[1])))
        for event, things in grouped.items()
    }


def _own_misfit(row: Any, things: list[tuple[str, UUID]]) -> str | None:
    """What is wrong with one event seen alone."""
    if leaf_hash(row.envelope) != row.own_hash:
        return "the stored hash is not the hash of the stored envelope"
    try:
        envelope = json.loads(row.envelope)
    except ValueError:
        return "the envelope is not JSON"
    if canonical_text(envelope) != row.envelope:
        return "the envelope is not canonical JSON"
    if not isinstance(row.occurred_at, datetime) or not isinstance(row.recorded_at, datetime):
        return "a stored instant can't be read"
    for name, value in row._mapping.items():
        if name not in ("envelope", "own_hash") and plain(value) != envelope.get(name):
            return f"column {name} differs from the envelope"
    if [{"kind": kind, "id": str(thing)} for kind, thing in things] != envelope.get("about"):
        return "the about rows differ from the envelope"
    return None


def _link_misfit(row: Any, previous: Any) -> str | None:
    """What is wrong with an event's place behind the one before it."""
    if previous is None or previous.subject_id != row.subject_id:
        if row.sequence != 1:
            return f"the chain begins at {row.sequence}, not at 1"
        return None if row.previous_hash is None else "the first event names a previous hash"
    if row.sequence != previous.sequence + 1:
        return f"event {previous.sequence + 1} of the chain is missing"
    if row.previous_hash != previous.own_hash:
        return "the previous hash is not that of the event before"
    return None


def _stray_about(work: Work) -> Misfit | None:
    """An `about` row of an event that doesn't exist."""
    stray = work.session.execute(
        select(TraceAbout.event_id, TraceAbout.thing_kind, TraceAbout.thing_id)
        .outerjoin(TraceEvent, TraceEvent.id == TraceAbout.event_id)
        .where(TraceEvent.id.is_(None))
        .limit(1)
    ).first()
    if stray is None:
        return None
    thing = f"{stray.thing_kind} {stray.thing_id}"
    return Misfit(str(stray.event_id), thing, 0, "about rows of an unknown event")


def _unreadable(work: Work) -> Misfit:
    """The first row that can't even be read, found one by one (SQLite stores any text anywhere)."""
    for model in (TraceEvent, TraceAbout):
        table = model.__table__
        raw_ids = work.session.scalars(select(cast(table.c.id, String)).order_by(table.c.id)).all()
        for raw_id in raw_ids:
            try:
                work.session.execute(select(table).where(cast(table.c.id, String) == raw_id)).all()
            except (ValueError, TypeError, AttributeError):
                return Misfit(str(raw_id), model.__tablename__, 0, "a stored value can't be read")
    return Misfit("?", "?", 0, "a stored value can't be read")
