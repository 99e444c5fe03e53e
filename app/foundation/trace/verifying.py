"""Proving the stored log: every hash, every link, every repeated column."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Label, String, Uuid, func, literal_column, select, type_coerce
from sqlalchemy.exc import OperationalError

from app.foundation.core.ids import NO_ID
from app.foundation.core.models import UtcDateTime
from app.foundation.core.work import Work
from app.foundation.trace.canonical import is_canonical, leaf_hash, plain
from app.foundation.trace.models import TraceAbout, TraceEvent, about_id

BATCH = 5_000
STORED = "stored_"
"""Before the name of a column: the very text that SQLite keeps of it."""


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
        return Verification(events, subjects, _stray_about(work))
    except (ValueError, TypeError, AttributeError, OperationalError):
        # A value that its column's type can't hold; only SQLite lets one in.
        if (misfit := _unreadable(work)) is None:
            raise
        return Verification(events, subjects, misfit)


def _rows(work: Work) -> Iterator[tuple[Any, list[Any]]]:
    """All events by subject and sequence, each with its `about` rows, in bounded memory."""
    table = TraceEvent.__table__.c
    last: tuple[UUID, int] = (NO_ID, -(2**31))
    while True:
        rows = work.session.execute(
            select(TraceEvent.__table__, *_stored_texts(work, TraceEvent.__table__))
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


def _about(work: Work, event_ids: list[UUID]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = {}
    chosen = select(TraceAbout.__table__, *_stored_texts(work, TraceAbout.__table__))
    for start in range(0, len(event_ids), 1_000):
        for row in work.session.execute(
            chosen.where(TraceAbout.event_id.in_(event_ids[start : start + 1_000]))
        ):
            grouped.setdefault(row.event_id, []).append(row)
    return {
        event: sorted(things, key=lambda thing: (str(thing.thing_kind), str(thing.thing_id)))
        for event, things in grouped.items()
    }


def _stored_texts(work: Work, table: Any) -> list[Label[str]]:
    """On SQLite ids and instants are text that can be changed and still be read as the same value."""
    if work.session.get_bind().dialect.name != "sqlite":
        return []
    return [
        type_coerce(column, String).label(STORED + column.name)
        for column in table.c
        if isinstance(column.type, Uuid | UtcDateTime)
    ]


def _own_misfit(row: Any, things: list[Any]) -> str | None:
    """What is wrong with one event seen alone."""
    if not isinstance(row.envelope, str) or leaf_hash(row.envelope) != row.own_hash:
        return "the stored hash is not the hash of the stored envelope"
    try:
        envelope = json.loads(row.envelope)
    except ValueError:
        return "the envelope is not JSON"
    if not isinstance(envelope, dict) or not is_canonical(envelope, row.envelope):
        return "the envelope is not canonical JSON"
    for name, value in row._mapping.items():
        if name in ("envelope", "own_hash"):
            continue
        if name.startswith(STORED):
            value, name = value, name.removeprefix(STORED)
            fits = value == _text_of(row._mapping[name])
        else:
            fits = _plain(value) == envelope.get(name)
        if not fits:
            return f"column {name} differs from the envelope"
    stated = [{"kind": thing.thing_kind, "id": _plain(thing.thing_id)} for thing in things]
    if stated != envelope.get("about") or not all(map(_is_as_written, things)):
        return "the about rows differ from the envelope"
    return None


def _plain(value: object) -> Any:
    """The value as it stands in an envelope; what has no place in one equals nothing there."""
    try:
        return plain(value)
    except TypeError:
        return NotImplemented


def _text_of(value: object) -> str | None:
    """How SQLite keeps an id or an instant."""
    match value:
        case UUID():
            return value.hex
        case datetime():
            return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return None


def _is_as_written(about: Any) -> bool:
    """Whether an `about` row has its own key and its ids in their only spelling."""
    texts = {name: value for name, value in about._mapping.items() if name.startswith(STORED)}
    return about.id == about_id(about.event_id, about.thing_id) and all(
        text == _text_of(about._mapping[name.removeprefix(STORED)]) for name, text in texts.items()
    )


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


def _unreadable(work: Work) -> Misfit | None:
    """The first row that can't even be read, found one by one; None where every row can."""
    if work.session.get_bind().dialect.name != "sqlite":
        return None
    row_number: Any = literal_column("rowid")
    for model, event_id in ((TraceEvent, "id"), (TraceAbout, "event_id")):
        table: Any = model.__table__
        numbered = select(row_number, func.hex(table.c[event_id])).select_from(table).order_by(row_number)
        for number, digits in work.session.execute(numbered).all():
            try:
                work.session.execute(select(table).where(row_number == number)).all()
            except (ValueError, TypeError, AttributeError, OperationalError):
                named = bytes.fromhex(digits).decode(errors="replace")
                return Misfit(named, model.__tablename__, number, "a stored value can't be read")
    return None
