"""The mass ledger's only door: `post` adds postings and keeps the balances; nothing else writes either.

`post_arrivals` is the same door for the many thousand new packages of a ledger file.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.bulk import insert_rows
from app.foundation.core.errors import Conflict
from app.foundation.core.ids import NO_ID, new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.waste.registry.locks import ensure_not_declared
from app.waste.registry.models import REAL_PLACES, Balance, PlaceKind, Posting


@dataclass(frozen=True)
class Place:
    """A place of the ledger: its kind, and the id of the site, zone or consignment it belongs to."""

    kind: PlaceKind
    id: UUID

    @property
    def is_real(self) -> bool:
        return self.kind in REAL_PLACES


@dataclass(frozen=True)
class Move:
    """Whole grams of one stream, loose or in one container, from one place to another on a day."""

    stream_id: UUID
    mass: Grams
    source: Place
    target: Place
    effective_on: date
    container_id: UUID = NO_ID
    corrects_id: UUID | None = None
    id: UUID | None = None


Key = tuple[UUID, UUID, UUID, PlaceKind]
"""Place, stream, container, and the kind of place: a site holds unplaced and outbound mass under one id."""


def post(work: Work, moves: Sequence[Move], *, event_id: UUID, import_id: UUID | None = None) -> list[UUID]:
    """Add postings under one trace event and keep the balances; gives the postings' ids in order.

    Balances are locked in one order, so two that touch the same drums wait instead of deadlocking.

    Raises:
        Conflict: a real place would fall below zero, now or on a later day than a backdated move, or a move
            lies in a period that is declared.
        ValueError: a move of no mass, or to where it is already.
    """
    _ensure_moves(moves)
    ensure_not_declared(work, [(move.stream_id, move.effective_on) for move in moves])
    changes = _changes(moves)
    held = _lock(work, changes)
    _ensure_enough(work, changes, held)
    ids = [move.id or new_id() for move in moves]
    insert_rows(work.session, Posting, POSTING, _postings(work, ids, moves, event_id, import_id))
    _keep(work, changes, held)
    return ids


def post_arrivals(
    work: Work, moves: Sequence[Move], *, event_id: UUID, import_id: UUID | None = None
) -> list[UUID]:
    """Post what came into being in packages made just now, each from a place that keeps no balance.

    No balance of theirs can exist, so none is looked for; the database refuses the whole if one does.

    Raises:
        Conflict: a move lies in a period that is declared.
        ValueError: a move of no mass, of loose mass, or out of a place that keeps a balance.
    """
    _ensure_moves(moves)
    if any(move.source.is_real or not move.target.is_real or move.container_id == NO_ID for move in moves):
        raise ValueError("an arrival is a package that comes from nowhere into a real place")
    ensure_not_declared(work, [(move.stream_id, move.effective_on) for move in moves])
    ids = [move.id or new_id() for move in moves]
    insert_rows(work.session, Posting, POSTING, _postings(work, ids, moves, event_id, import_id))
    insert_rows(work.session, Balance, BALANCE, map(_arrived, moves))
    return ids


POSTING = (
    "id",
    "stream_id",
    "container_id",
    "from_kind",
    "from_id",
    "to_kind",
    "to_id",
    "mass",
    "effective_on",
    "recorded_at",
    "event_id",
    "corrects_id",
    "import_id",
)
BALANCE = ("id", "place_kind", "place_id", "stream_id", "container_id", "mass", "last_on")


def _ensure_moves(moves: Iterable[Move]) -> None:
    if any(move.mass <= 0 or move.source == move.target for move in moves):
        raise ValueError("a move needs mass and two places")


def _postings(
    work: Work, ids: Sequence[UUID], moves: Sequence[Move], event_id: UUID, import_id: UUID | None
) -> Iterator[tuple[Any, ...]]:
    """The rows of moves, in the order of `POSTING`."""
    for posting_id, move in zip(ids, moves, strict=True):
        source, target = move.source, move.target
        yield (
            posting_id, move.stream_id, move.container_id, source.kind, source.id, target.kind, target.id,
            move.mass, move.effective_on, work.now, event_id, move.corrects_id, import_id,
        )  # fmt: skip


def _arrived(move: Move) -> tuple[Any, ...]:
    """The balance an arrival makes, in the order of `BALANCE`."""
    target = move.target
    return new_id(), target.kind, target.id, move.stream_id, move.container_id, move.mass, move.effective_on


@dataclass
class _Change:
    """What the moves do to one balance."""

    daily: dict[date, int]
    """The net change of each day."""

    @property
    def net(self) -> int:
        return sum(self.daily.values())

    @property
    def first_on(self) -> date:
        return min(self.daily)

    @property
    def last_on(self) -> date:
        return max(self.daily)

    def may_undercut(self, last_on: date) -> bool:
        """Whether it takes something on a day after which the balance changes again."""
        takes = any(mass < 0 for mass in self.daily.values())
        return takes and (self.first_on < last_on or len(self.daily) > 1)


@dataclass(frozen=True)
class _Held:
    """A balance row, locked; as it was before the moves."""

    id: UUID
    mass: int
    last_on: date
    is_new: bool
    """Made just now, with what the moves bring."""


def _changes(moves: Iterable[Move]) -> dict[Key, _Change]:
    """What the moves do to each balance of a real place, in the order of locking."""
    changes: dict[Key, _Change] = {}
    for move in moves:
        for place, sign in ((move.source, -1), (move.target, 1)):
            if not place.is_real:
                continue
            key = (place.id, move.stream_id, move.container_id, place.kind)
            change = changes.setdefault(key, _Change({}))
            change.daily[move.effective_on] = change.daily.get(move.effective_on, 0) + sign * move.mass
    return dict(sorted(changes.items()))


def _lock(work: Work, changes: dict[Key, _Change]) -> dict[Key, _Held]:
    """The balance rows of all keys, locked in key order by one statement (a few for very many).

    A key without a row gets one that holds what the moves bring; it is known by the id given here.
    """
    rows = [
        {
            "id": new_id(),
            "place_kind": key[3],
            "place_id": key[0],
            "stream_id": key[1],
            "container_id": key[2],
            "mass": max(change.net, 0),
            "last_on": change.last_on,
        }
        for key, change in changes.items()
    ]
    given = {row["id"] for row in rows}
    connection = work.session.connection()
    held: dict[Key, _Held] = {}
    for row in connection.execute(_LOCK[connection.dialect.name], rows) if rows else ():
        is_new = row.id in given
        key = (row.place_id, row.stream_id, row.container_id, row.place_kind)
        held[key] = _Held(row.id, 0 if is_new else row.mass, row.last_on, is_new)
    return held


def _locking(insert: Any) -> Any:
    """Make the balances that are missing, touch the others, and give all of them."""
    return insert.on_conflict_do_update(
        index_elements=["place_id", "stream_id", "container_id", "place_kind"],
        set_={"place_kind": insert.excluded.place_kind},
    ).returning(*_BALANCES.c)


_BALANCES = cast(Table, Balance.__table__)
_LOCK = {
    "postgresql": _locking(postgresql.insert(_BALANCES)),
    "sqlite": _locking(sqlite.insert(_BALANCES)),
}
_KEEP = (
    update(_BALANCES)
    .where(_BALANCES.c.id == bindparam("held_id"))
    .values(mass=bindparam("mass"), last_on=bindparam("last_on"))
)
"""Statements of every act are built once."""


def _ensure_enough(work: Work, changes: dict[Key, _Change], held: dict[Key, _Held]) -> None:
    for key, change in changes.items():
        row = held[key]
        if row.mass + change.net < 0:
            raise Conflict(
                say(
                    "库存不足：现有 {held} kg，缺 {missing} kg",
                    held=kg_text(row.mass),
                    missing=kg_text(-(row.mass + change.net)),
                )
            )
        if change.may_undercut(row.last_on):
            _ensure_enough_each_day(work, key, change)


def _ensure_enough_each_day(work: Work, key: Key, change: _Change) -> None:
    """A backdated withdrawal may not leave less than nothing on any day since."""
    daily = defaultdict(int, change.daily)
    place, stream, container, kind = key
    same = (Posting.stream_id == stream, Posting.container_id == container)
    ends = ((Posting.to_id, Posting.to_kind, 1), (Posting.from_id, Posting.from_kind, -1))
    for end, end_kind, sign in ends:
        for row in work.session.execute(
            select(Posting.effective_on, Posting.mass).where(end == place, end_kind == kind, *same)
        ):
            daily[row.effective_on] += sign * row.mass
    level = 0
    for day in sorted(daily):
        level += daily[day]
        if day >= change.first_on and level < 0:
            raise Conflict(
                say(
                    "倒填日期 {day} 会使当日之后的库存为负（{level} kg）",
                    day=day.isoformat(),
                    level=kg_text(level),
                )
            )


def _keep(work: Work, changes: dict[Key, _Change], held: dict[Key, _Held]) -> None:
    rows = [
        {
            "held_id": held[key].id,
            "mass": held[key].mass + change.net,
            "last_on": max(held[key].last_on, change.last_on),
        }
        for key, change in changes.items()
        if not held[key].is_new
    ]
    if rows:
        work.session.connection().execute(_KEEP, rows)
