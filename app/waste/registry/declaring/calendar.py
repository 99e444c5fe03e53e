"""Which declarations a site owes for a year, and by when (HJ 1259-2022 7.2, domain-rules 16.1). Pure."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.waste.registry.models import DeclarationKind, WasteKind
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.queries.books import Period

K = DeclarationKind
DATA: Final = Path(__file__).parent / "data" / "calendar.toml"
MONTHS: Final = 12

BY_CLASS: Final[Mapping[UnitClass | None, tuple[DeclarationKind, ...]]] = {
    UnitClass.KEY: (K.MONTHLY, K.ANNUAL),
    UnitClass.SIMPLIFIED: (K.QUARTERLY, K.ANNUAL),
    UnitClass.REGISTRATION: (K.ANNUAL,),
    None: (K.ANNUAL,),
}
"""What a unit of each class declares (7.2.1–7.2.3). While the class is open only the yearly one is certain."""

GENERAL: Final = (K.GENERAL_MONTHLY, K.GENERAL_ANNUAL)


@dataclass(frozen=True)
class DueRule:
    """How long after its period a declaration is due, and the calendar row that says so."""

    source: str
    months_after: int
    day: int


@dataclass(frozen=True)
class Slot:
    """One declaration of a year."""

    kind: DeclarationKind
    period: Period
    due_on: date


@lru_cache(maxsize=1)
def due_rules() -> Mapping[DeclarationKind, DueRule]:
    """When each kind is due, from the data file."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {DeclarationKind(kind): DueRule(**row) for kind, row in rows.items()}


def waste_kind_of(kind: DeclarationKind) -> WasteKind:
    """Which waste a declaration is about."""
    return WasteKind.GENERAL if kind in GENERAL else WasteKind.HAZARDOUS


def slots_of(year: int, kinds: Iterable[DeclarationKind]) -> list[Slot]:
    """Every declaration of those kinds whose period lies in a year, by the day it is due."""
    slots = [slot for kind in kinds for slot in _slots(year, kind)]
    return sorted(slots, key=lambda slot: (slot.due_on, slot.period.last, slot.kind))


def slot_of(kind: DeclarationKind, first_on: date) -> Slot:
    """The declaration of a kind whose period begins on a day.

    Raises:
        ValueError: none begins there.
    """
    for slot in _slots(first_on.year, kind):
        if slot.period.first == first_on:
            return slot
    raise ValueError(f"no {kind} period begins on {first_on}")


def kinds_owed(unit_class: UnitClass | None, wastes: Iterable[WasteKind]) -> tuple[DeclarationKind, ...]:
    """What a site declares by its class, and for the kinds of waste it has."""
    owed: list[DeclarationKind] = []
    present = set(wastes)
    if WasteKind.HAZARDOUS in present:
        owed += BY_CLASS[unit_class]
    if WasteKind.GENERAL in present:
        owed += GENERAL
    return tuple(owed)


def _slots(year: int, kind: DeclarationKind) -> Iterator[Slot]:
    for period in _periods(year, kind):
        yield Slot(kind, period, _due_on(kind, period))


def _periods(year: int, kind: DeclarationKind) -> Iterator[Period]:
    if kind in (K.ANNUAL, K.GENERAL_ANNUAL):
        yield Period.year(year)
    elif kind is K.QUARTERLY:
        yield from (Period.quarter(date(year, month, 1)) for month in range(1, MONTHS + 1, 3))
    else:
        yield from (Period.month(date(year, month, 1)) for month in range(1, MONTHS + 1))


def _due_on(kind: DeclarationKind, period: Period) -> date:
    rule = due_rules()[kind]
    month = period.last.month - 1 + rule.months_after
    return date(period.last.year + month // MONTHS, month % MONTHS + 1, rule.day)
