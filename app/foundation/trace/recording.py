"""Appending an event in the transaction of its change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.foundation.core.ids import new_id
from app.foundation.core.work import Work
from app.foundation.trace.canonical import canonical_text, leaf_hash, plain
from app.foundation.trace.models import TraceAbout, Traced, TraceEvent, about_id

Thing = tuple[str, UUID]
"""What an event is also about: kind and id."""


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

    The payload carries the subject's whole traced state after the change under `state`, that of
    other things this act changed under `changed` (they are in `about` too), kind and id of those whose rows it
    deleted under `removed`, and the keyword `facts`: ids, codes and numbers, never names, phones or texts people wrote. Pending
    changes are flushed first, so that versions and defaults are the stored ones. `occurred_at` is
    when it happened, if that is not now. `event_id` is given when rows written earlier in the same
    transaction already name the event.

    Two transactions that append to one subject at once meet in the unique (subject, sequence):
    the later one fails as a whole.
    """
    work.session.flush()
    event_id = event_id or new_id()
    head = work.session.execute(
        select(TraceEvent.sequence, TraceEvent.own_hash)
        .where(TraceEvent.subject_id == subject.id)
        .order_by(TraceEvent.sequence.desc())
        .limit(1)
    ).first()
    columns = {
        "id": event_id,
        "name": name,
        "subject_kind": subject.trace_kind,
        "subject_id": subject.id,
        "sequence": head.sequence + 1 if head else 1,
        "park_id": park_id or work.actor.park_id,
        "user_id": work.actor.user_id,
        "organisation_id": work.actor.organisation_id,
        "via": work.actor.via,
        "occurred_at": occurred_at or work.now,
        "recorded_at": work.now,
        "previous_hash": head.own_hash if head else None,
    }
    others = list(changed)
    things = _things([*about, *others])
    payload = {"state": subject.traced_state(), **plain(facts)}
    if others:
        payload["changed"] = [
            {"kind": other.trace_kind, "id": str(other.id), "state": other.traced_state()} for other in others
        ]
    if gone := [{"kind": kind, "id": str(thing_id)} for kind, thing_id in removed]:
        payload["removed"] = gone
    envelope = envelope_text(columns, things, payload)
    work.session.execute(
        insert(TraceEvent).values(**columns, envelope=envelope, own_hash=leaf_hash(envelope))
    )
    if things:
        work.session.execute(
            insert(TraceAbout).values(
                [
                    {
                        "id": about_id(event_id, thing_id),
                        "event_id": event_id,
                        "thing_kind": kind,
                        "thing_id": thing_id,
                    }
                    for kind, thing_id in things
                ]
            )
        )
    return event_id


def envelope_text(columns: dict[str, Any], things: list[Thing], payload: dict[str, Any]) -> str:
    """The canonical text of an event: all of its columns but the own hash, its things and payload."""
    return canonical_text(
        {
            **plain(columns),
            "about": [{"kind": kind, "id": str(thing_id)} for kind, thing_id in things],
            "payload": payload,
        }
    )


def _things(about: Iterable[Thing | Traced]) -> list[Thing]:
    pairs = {(t.trace_kind, t.id) if isinstance(t, Traced) else t for t in about}
    return sorted(pairs, key=lambda pair: (pair[0], str(pair[1])))
