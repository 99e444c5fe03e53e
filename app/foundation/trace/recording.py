"""Appending an event in the transaction of its change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select

from app.foundation.core.ids import new_id
from app.foundation.core.lookup import Lookup
from app.foundation.core.work import Work
from app.foundation.trace.canonical import canonical_text, leaf_hash, plain
from app.foundation.trace.models import TraceAbout, Traced, TraceEvent, about_id

Thing = tuple[str, UUID]
"""What an event is also about: kind and id."""

_ADD_EVENT, _ADD_ABOUT = (insert(cast(Table, model.__table__)) for model in (TraceEvent, TraceAbout))
_HEAD = Lookup(
    select(TraceEvent.sequence, TraceEvent.own_hash)
    .where(TraceEvent.subject_id == bindparam("subject_id"))
    .order_by(TraceEvent.sequence.desc())
    .limit(1)
)
"""The newest event of a subject. Statements of every act are built once."""


def record(
    work: Work,
    name: str,
    subject: Traced,
    *,
    about: Iterable[Thing | Traced] = (),
    changed: Iterable[Traced] = (),
    removed: Iterable[Thing] = (),
    occurred_at: datetime | None = None,
    park_id: UUID | None = None,
    event_id: UUID | None = None,
    **facts: Any,
) -> UUID:
    """Append one event to the subject's chain and give its id.

    The payload carries the subject's whole traced state after the change under `state`, that of other
    things this act changed under `changed` (they are in `about` too), kind and id of those whose rows it
    deleted under `removed`, and the keyword `facts`: ids, codes and numbers, never names, phones or texts
    people wrote. Pending changes are flushed first, so that versions and defaults are the stored ones.
    `occurred_at` is when it happened, if that is not now. `event_id` is given when rows written earlier
    in the same transaction already name the event.

    Two transactions that append to one subject at once meet in the unique (subject, sequence):
    the later one fails as a whole.
    """
    work.session.flush()
    columns = {
        "id": event_id or new_id(),
        "name": name,
        "subject_kind": subject.trace_kind,
        "subject_id": subject.id,
        **_place_in_chain(work, subject.id),
        "park_id": park_id or work.actor.park_id,
        "user_id": work.actor.user_id,
        "organisation_id": work.actor.organisation_id,
        "via": work.actor.via,
        "occurred_at": occurred_at or work.now,
        "recorded_at": work.now,
    }
    others = list(changed)
    payload = _payload(subject, others, removed, facts)
    return _append(work, columns, _things([*about, *others]), payload)


def _place_in_chain(work: Work, subject_id: UUID) -> dict[str, Any]:
    """Sequence and previous hash of the subject's next event."""
    head = _HEAD.first(work, subject_id=subject_id)
    if head is None:
        return {"sequence": 1, "previous_hash": None}
    return {"sequence": head.sequence + 1, "previous_hash": head.own_hash}


def _payload(
    subject: Traced, others: list[Traced], removed: Iterable[Thing], facts: dict[str, Any]
) -> dict[str, Any]:
    payload = {"state": subject.traced_state(), **plain(facts)}
    if others:
        payload["changed"] = [
            {"kind": other.trace_kind, "id": str(other.id), "state": other.traced_state()} for other in others
        ]
    if gone := _things_json(removed):
        payload["removed"] = gone
    return payload


def _append(work: Work, columns: dict[str, Any], things: list[Thing], payload: dict[str, Any]) -> UUID:
    event_id: UUID = columns["id"]
    envelope = envelope_text(columns, things, payload)
    connection = work.session.connection()
    connection.execute(_ADD_EVENT, {**columns, "envelope": envelope, "own_hash": leaf_hash(envelope)})
    rows = [
        {"id": about_id(event_id, thing_id), "event_id": event_id, "thing_kind": kind, "thing_id": thing_id}
        for kind, thing_id in things
    ]
    if rows:
        connection.execute(_ADD_ABOUT, rows)
    return event_id


def envelope_text(columns: dict[str, Any], things: list[Thing], payload: dict[str, Any]) -> str:
    """The canonical text of an event: all of its columns but the own hash, its things and payload."""
    return canonical_text(
        {
            **plain(columns),
            "about": _things_json(things),
            "payload": payload,
        }
    )


def _things(about: Iterable[Thing | Traced]) -> list[Thing]:
    pairs = {(t.trace_kind, t.id) if isinstance(t, Traced) else t for t in about}
    return sorted(pairs, key=lambda pair: (pair[0], str(pair[1])))


def _things_json(things: Iterable[Thing]) -> list[dict[str, str]]:
    return [{"kind": kind, "id": str(thing_id)} for kind, thing_id in things]
