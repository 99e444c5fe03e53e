"""Proving the balances from the postings, and making them anew."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, union_all

from app.foundation.core.ids import new_id
from app.foundation.core.units import kg_text
from app.foundation.core.work import Work
from app.waste.registry.models import REAL_PLACES, Balance, PlaceKind, Posting

Key = tuple[PlaceKind, UUID, UUID, UUID]


@dataclass(frozen=True)
class Fault:
    """A balance that is not what its postings make it, or fell below zero on some day."""

    place_kind: PlaceKind
    place_id: UUID
    stream_id: UUID
    container_id: UUID
    kept: int
    posted: int
    below_zero_on: date | None
    kept_last_on: date | None = None
    posted_last_on: date | None = None

    def __str__(self) -> str:
        where = (
            f"{self.place_kind.value} {self.place_id}, stream {self.stream_id}, container {self.container_id}"
        )
        if self.below_zero_on is not None:
            return f"{where}: below zero on {self.below_zero_on}"
        if self.kept == self.posted:
            return f"{where}: last changed on {self.kept_last_on} as kept, {self.posted_last_on} as posted"
        return f"{where}: {kg_text(self.kept)} kg kept, {kg_text(self.posted)} kg posted"


@dataclass
class _Sum:
    mass: int = 0
    last_on: date = date.min
    below_zero_on: date | None = None


def verify(work: Work) -> list[Fault]:
    """Every balance that its postings don't prove; an empty list is the proof. Memory grows with the
    number of balances, not of postings."""
    sums = _sums(work)
    faults = []
    for balance in work.session.scalars(select(Balance).execution_options(yield_per=5_000)):
        key = (balance.place_kind, balance.place_id, balance.stream_id, balance.container_id)
        posted = sums.pop(key, _Sum())
        if (posted.mass, posted.last_on, posted.below_zero_on) != (balance.mass, balance.last_on, None):
            faults.append(_fault(key, balance.mass, posted, balance.last_on))
    faults += [_fault(key, 0, left, None) for key, left in sums.items()]
    return faults


def _fault(key: Key, kept: int, posted: _Sum, kept_last_on: date | None) -> Fault:
    return Fault(*key, kept, posted.mass, posted.below_zero_on, kept_last_on, posted.last_on)


def rebuild_balances(work: Work) -> int:
    """Make all balances anew from the postings; gives their number."""
    work.session.execute(delete(Balance))
    rows = [
        {
            "id": new_id(),
            "place_kind": kind,
            "place_id": place_id,
            "stream_id": stream_id,
            "container_id": container_id,
            "mass": total.mass,
            "last_on": total.last_on,
        }
        for (kind, place_id, stream_id, container_id), total in _sums(work).items()
    ]
    for start in range(0, len(rows), 1_000):
        work.session.execute(insert(Balance), rows[start : start + 1_000])
    return len(rows)


def _sums(work: Work) -> dict[Key, _Sum]:
    """The net of all postings at each real place, and the first day it fell below zero, day by day."""
    into: Any = select(
        Posting.to_kind.label("kind"),
        Posting.to_id.label("place"),
        Posting.stream_id,
        Posting.container_id,
        Posting.effective_on,
        Posting.mass.label("mass"),
    ).where(Posting.to_kind.in_(REAL_PLACES))
    out: Any = select(
        Posting.from_kind,
        Posting.from_id,
        Posting.stream_id,
        Posting.container_id,
        Posting.effective_on,
        (-Posting.mass).label("mass"),
    ).where(Posting.from_kind.in_(REAL_PLACES))
    both = union_all(into, out).subquery()
    daily = (
        select(
            both.c.kind,
            both.c.place,
            both.c.stream_id,
            both.c.container_id,
            both.c.effective_on,
            func.sum(both.c.mass).label("mass"),
        )
        .group_by(both.c.kind, both.c.place, both.c.stream_id, both.c.container_id, both.c.effective_on)
        .order_by(both.c.effective_on)
    )
    sums: defaultdict[Key, _Sum] = defaultdict(_Sum)
    for row in work.session.execute(daily.execution_options(yield_per=5_000)):
        total = sums[(row.kind, row.place, row.stream_id, row.container_id)]
        total.mass += int(row.mass)
        total.last_on = row.effective_on
        if total.mass < 0 and total.below_zero_on is None:
            total.below_zero_on = row.effective_on
    return sums
