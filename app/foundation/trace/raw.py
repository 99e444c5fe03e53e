"""Reading stored events as the very texts that the database keeps, fast enough to prove millions of them.

SQLite keeps ids and instants as text, which could be changed and still be read as the same value; so its texts are
compared. PostgreSQL keeps values, and writes each in one way only.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.foundation.core.work import Work

BATCH: Final = 2_000
TABLES: Final = "trace_events e LEFT JOIN trace_leaves l ON l.event_id = e.id"

_INSTANT: Final = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"AD')"
_HEX32: Final = re.compile("[0-9a-f]{32}")
_SQLITE_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}")


class Event(NamedTuple):
    """A stored event: ids and instants in the spelling of envelopes, whatever they would be; and its leaf."""

    id: Any
    name: Any
    subject_kind: Any
    subject_id: Any
    sequence: Any
    park_id: Any
    user_id: Any
    organisation_id: Any
    via: Any
    occurred_at: Any
    recorded_at: Any
    previous_hash: Any
    envelope: Any
    own_hash: Any
    log_id: Any
    leaf_index: Any
    leaf_hash: Any


class About(NamedTuple):
    """A stored `about` row, its ids as 32 digits."""

    id: Any
    event_id: Any
    thing_kind: Any
    thing_id: Any


IDS: Final = ("id", "subject_id", "park_id", "user_id", "organisation_id", "log_id")
INSTANTS: Final = ("occurred_at", "recorded_at")
_ID_PLACES: Final = [Event._fields.index(name) for name in IDS]
_INSTANT_PLACES: Final = [Event._fields.index(name) for name in INSTANTS]


class Misspelt(str):
    """A stored value that is not spelt as we spell it: equal to nothing, and refuses to be written into a text."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __format__(self, _spec: str) -> str:
        raise ValueError("misspelt")

    __hash__ = str.__hash__


class _Spelling(dict[Any, Any]):
    """Remembers how values that return again and again are spelt in envelopes."""

    MOST = 100_000

    def __init__(self, spell: Callable[[Any], Any]) -> None:
        self._spell = spell

    def __missing__(self, kept: Any) -> Any:
        if len(self) > self.MOST:
            self.clear()
        self[kept] = spelt = self._spell(kept)
        return spelt


def events(
    work: Work, start: str | None = None, end: str | None = None
) -> Iterator[tuple[Sequence[Event], Mapping[Any, Sequence[About]]]]:
    """Events by subject and sequence, in batches, each with the `about` rows of its events by event id.

    Args:
        start: the first subject, as the database spells ids.
        end: the subject after the last.
    """
    is_sqlite = _is_sqlite(work)
    last: tuple[Any, Any] = (start, None)
    while True:
        rows = _batch(work, last, end, is_sqlite)
        if not rows:
            return
        found = list(map(_event_of_sqlite, rows)) if is_sqlite else list(map(_event_of_postgresql, rows))
        yield found, _about(work, [row[0] for row in rows], is_sqlite)
        last = (rows[-1][3], rows[-1][4])


def boundaries(work: Work, parts: int) -> list[str]:
    """Subjects that divide the events into so many parts of about the same size."""
    count = work.session.connection().exec_driver_sql("SELECT count(*) FROM trace_events").scalar_one()
    subject = "subject_id" if _is_sqlite(work) else "subject_id::text"
    query = f"SELECT {subject} FROM trace_events ORDER BY subject_id LIMIT 1 OFFSET "  # noqa: S608
    offsets = [count * part // parts for part in range(1, parts)]
    found = [work.session.connection().exec_driver_sql(f"{query}{offset}").scalar() for offset in offsets]
    return sorted({str(subject) for subject in found if subject is not None})


def _is_sqlite(work: Work) -> bool:
    return work.session.get_bind().dialect.name == "sqlite"


def _batch(work: Work, last: tuple[Any, Any], end: str | None, is_sqlite: bool) -> Sequence[Any]:
    mark, id_mark = ("?", "?") if is_sqlite else ("%s", "%s::uuid")
    conditions, values = [], list[Any]()
    if last[1] is not None:
        conditions.append(f"(e.subject_id, e.sequence) > ({id_mark}, {mark})")
        values += last
    elif last[0] is not None:
        conditions.append(f"e.subject_id >= {id_mark}")
        values.append(last[0])
    if end is not None:
        conditions.append(f"e.subject_id < {id_mark}")
        values.append(end)
    chosen = ", ".join(_column(name, is_sqlite) for name in Event._fields)
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    return (
        work.session.connection()
        .exec_driver_sql(
            f"SELECT {chosen} FROM {TABLES} {where}"  # noqa: S608 - our own names
            f"ORDER BY e.subject_id, e.sequence LIMIT {BATCH}",
            tuple(values),
        )
        .fetchall()
    )


def _column(name: str, is_sqlite: bool) -> str:
    column = f"{'l' if name in ('log_id', 'leaf_index', 'leaf_hash') else 'e'}.{name}"
    if is_sqlite:
        return column
    if name in INSTANTS:
        return _INSTANT.format(column)
    return f"{column}::text" if name in IDS else column


def _about(work: Work, event_ids: list[Any], is_sqlite: bool) -> Mapping[Any, Sequence[About]]:
    """The `about` rows of some events, by the event's id as 32 digits."""
    connection = work.session.connection()
    if is_sqlite:
        marks = ",".join("?" * len(event_ids))
        rows = connection.exec_driver_sql(
            f"SELECT id, event_id, thing_kind, thing_id FROM trace_about WHERE event_id IN ({marks})",  # noqa: S608
            tuple(event_ids),
        )
        found = [About(*row) for row in rows]
    else:
        rows = connection.exec_driver_sql(
            "SELECT replace(id::text, '-', ''), replace(event_id::text, '-', ''), thing_kind, "
            "replace(thing_id::text, '-', '') FROM trace_about WHERE event_id = ANY(%s::uuid[])",
            (event_ids,),
        )
        found = [About(*row) for row in rows]
    grouped: dict[Any, list[About]] = defaultdict(list)
    for thing in found:
        grouped[thing.event_id].append(thing)
    for things in grouped.values():
        if len(things) > 1:
            things.sort(key=lambda thing: (str(thing.thing_kind), str(thing.thing_id)))
    return grouped


def _event_of_sqlite(row: Sequence[Any]) -> Event:
    values = list(row)
    for place in _ID_PLACES:
        values[place] = _IDS_SEEN[values[place]]
    for place in _INSTANT_PLACES:
        values[place] = _INSTANTS_SEEN[values[place]]
    return Event._make(values)


def _event_of_postgresql(row: Sequence[Any]) -> Event:
    values = list(row)
    for place in _INSTANT_PLACES:
        values[place] = _of_our_era(values[place])
    return Event._make(values)


def dashed(digits: str) -> str:
    """32 digits in the spelling of envelopes."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _id(kept: Any) -> Any:
    """An id as SQLite keeps it, in the spelling of envelopes; NULL stays None."""
    if kept is None:
        return None
    return dashed(kept) if type(kept) is str and _HEX32.fullmatch(kept) else Misspelt(kept)


def _instant(kept: Any) -> Any:
    if type(kept) is not str or not _SQLITE_INSTANT.fullmatch(kept):
        return Misspelt(kept)
    try:
        datetime.fromisoformat(kept)
    except ValueError:
        return Misspelt(kept)
    return f"{kept[:10]}T{kept[11:]}Z"


def _of_our_era(written: Any) -> Any:
    return written[:-2] if type(written) is str and written.endswith("ZAD") else Misspelt(written)


_IDS_SEEN: Final = _Spelling(_id)
_INSTANTS_SEEN: Final = _Spelling(_instant)
