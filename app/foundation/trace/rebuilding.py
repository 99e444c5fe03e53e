"""The state of things, rebuilt from the events that carry it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select

from app.foundation.core.models import Base
from app.foundation.core.work import Work
from app.foundation.trace.canonical import plain
from app.foundation.trace.models import Traced, TraceEvent

State = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Where a row is not what the newest event says: a field of it, or its being there at all."""

    kind: str
    id: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.what}"


def rebuilt(work: Work) -> dict[tuple[str, str], State]:
    """The newest state of each thing that any event carried, by kind and id."""
    newest: dict[tuple[str, str], tuple[int, State]] = {}
    for order, (kind, thing_id, state) in enumerate(_states(work)):
        key = (kind, thing_id)
        if state is None:
            newest.pop(key, None)
            continue
        version = state.get("version", order)
        if key not in newest or version >= newest[key][0]:
            newest[key] = (version, state)
    return {key: state for key, (_, state) in newest.items()}


def differences(work: Work) -> list[Difference]:
    """Where rows of traced classes differ from their events: another value, a row that no event made, a
    row that is gone. Rows that came in by bulk are compared from their first own event on."""
    states = rebuilt(work)
    found = []
    for model in (*traced_models(), *_stand_ins()):
        kind, is_stand_in = model.trace_kind, model.trace_of is not None
        for stored in work.session.scalars(select(model.trace_of or model)):
            row = model(stored) if is_stand_in else stored
            state = states.pop((kind, str(row.id)), None)
            if state is None:
                if not model.trace_starts_in_bulk:
                    found.append(Difference(kind, str(row.id), "no event made this row"))
                continue
            found += [
                Difference(kind, str(row.id), f"{field} differs from its events")
                for field, value in row.traced_state().items()
                if state.get(field, default_of(model, field)) != value
            ]
    return found + [Difference(kind, thing_id, "the row is gone") for kind, thing_id in states]


def default_of(model: type[Any], field: str) -> Any:
    """What a column held before any event carried it: columns that came later start with their default."""
    columns = inspect(model.trace_of or model).columns
    default = columns[field].default if field in columns else None
    if default is None:
        return None
    value = default.arg(None) if default.is_callable else default.arg
    return plain(value)


def traced_models() -> list[type[Any]]:
    """All mapped classes whose changes are events."""
    return [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Traced)]


def _stand_ins() -> list[type[Any]]:
    """Classes that stand for rows of rooms below the log."""
    return [stand_in for stand_in in Traced.__subclasses__() if stand_in.trace_of is not None]


def _states(work: Work) -> Iterator[tuple[str, str, State | None]]:
    """Every state any event carries, oldest first; None for a row that the event's act deleted."""
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
        for gone in payload.get("removed", ()):
            yield gone["kind"], gone["id"], None
