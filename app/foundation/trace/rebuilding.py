"""The state of things, rebuilt from the events that carry it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.foundation.core.models import Base
from app.foundation.core.work import Work
from app.foundation.trace.models import Traced, TraceEvent

State = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """A field whose stored value is not what the newest event says."""

    kind: str
    id: str
    field: str


def rebuilt(work: Work) -> dict[tuple[str, str], State]:
    """The newest state of each thing that any event carried, by kind and id."""
    newest: dict[tuple[str, str], tuple[int, State]] = {}
    for order, (kind, thing_id, state) in enumerate(_states(work)):
        key = (kind, thing_id)
        version = state.get("version", order)
        if key not in newest or version >= newest[key][0]:
            newest[key] = (version, state)
    return {key: state for key, (_, state) in newest.items()}


def differences(work: Work) -> list[Difference]:
    """Where rows of traced classes differ from their events. Rows no event carried yet (those of a ledger
    brought in, whose one event holds the hash of all rows) are not compared."""
    states = rebuilt(work)
    found = []
    for model in traced_models():
        for row in work.session.scalars(select(model)):
            state = states.get((model.trace_kind, str(row.id)))
            if state is None:
                continue
            found += [
                Difference(model.trace_kind, str(row.id), field)
                for field, value in row.traced_state().items()
                if state.get(field) != value
            ]
    return found


def traced_models() -> list[type[Any]]:
    """All mapped classes whose changes are events."""
    return [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Traced)]


def _states(work: Work) -> Iterator[tuple[str, str, State]]:
    """Every state any event carries, oldest first."""
    rows = work.session.execute(
        select(TraceEvent.subject_kind, TraceEvent.subject_id, TraceEvent.envelope)
        .order_by(TraceEvent.recorded_at, TraceEvent.id)
        .execution_options(yield_per=2_000)
    )
    for kind, subject_id, envelope in rows:
        payload = json.loads(envelope)["payload"]
        yield kind, str(subject_id), payload["state"]
        for other in payload.get("changed", ()):
            yield other["kind"], other["id"], other["state"]
