"""What is used, reserved and left of licences in a calendar year: read from their entries, in one statement."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from app.foundation.catalogue.codes import category_of
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.licences.models import (
    CapacityEntry,
    CapacityKind,
    LicenceLine,
    LicenceState,
    OperatingLicence,
)

LINE = "line"
NONE = Grams(0)
_Sums = Mapping[str, tuple[int, int]]
"""By waste code: of all editions, and of one (g)."""


@dataclass(frozen=True)
class LineCapacity:
    """A category of a licence or one code of it, with what entries of a year take of it (g)."""

    category: str
    waste_code: str
    """Empty: every code of the category that has no line of its own."""
    method: str
    yearly_scale: Grams | None
    """None: the licence gives this line no scale of its own, only the whole counts."""
    used: Grams = NONE
    reserved: Grams = NONE
    edition_used: Grams = NONE
    edition_reserved: Grams = NONE
    """Of what is used and reserved, what was drawn on this edition itself and not on an earlier or later one."""

    @property
    def code(self) -> str:
        """`900-249-08`, or `HW08` for the whole category."""
        return self.waste_code or self.category

    @property
    def left(self) -> Grams | None:
        """What the line's own scale leaves; below zero when it is exceeded."""
        return None if self.yearly_scale is None else Grams(self.yearly_scale - self.used - self.reserved)


@dataclass(frozen=True)
class LicenceScope:
    """A licence with its lines and what is used and reserved of one calendar year (g), earlier editions included."""

    licence: OperatingLicence
    lines: tuple[LineCapacity, ...]
    year: int
    used: Grams
    reserved: Grams
    edition_used: Grams = NONE
    edition_reserved: Grams = NONE
    """Of what is used and reserved, what was drawn on this edition itself and not on an earlier or later one."""

    @property
    def left(self) -> Grams:
        """What the yearly scale leaves after receipts and reservations; below zero when it is exceeded."""
        return Grams(self.licence.yearly_scale - self.used - self.reserved)

    @property
    def codes(self) -> frozenset[str]:
        """`HW08` for a whole category, `900-249-08` for one code alone."""
        return frozenset(line.code for line in self.lines)

    @property
    def modes(self) -> frozenset[str]:
        return frozenset(self.licence.modes)

    def covers(self, waste_code: str) -> bool:
        """Whether the code or its whole category is licensed (HWLM 10)."""
        return self.line_of(waste_code) is not None

    def line_of(self, waste_code: str) -> LineCapacity | None:
        """The line a code draws on: its own before that of its category. Lines can't lend to each other."""
        return line_of(self.lines, waste_code)

    def room_for(self, waste_code: str) -> Grams:
        """What can still be taken of a code: what its line leaves, and never more than the whole leaves (g)."""
        line = self.line_of(waste_code)
        if line is None:
            return Grams(0)
        return self.left if line.left is None else min(self.left, line.left)

    def with_reserved(self, masses_by_code: Mapping[str, Grams]) -> "LicenceScope":
        """The capacity after a reservation on this edition."""
        lines = tuple(
            replace(
                line,
                **_more(
                    line, sum(mass for code, mass in masses_by_code.items() if self.line_of(code) is line)
                ),
            )
            for line in self.lines
        )
        return replace(self, lines=lines, **_more(self, sum(masses_by_code.values())))


def _more(capacity: LineCapacity | LicenceScope, mass: int) -> dict[str, Any]:
    return {
        "reserved": Grams(capacity.reserved + mass),
        "edition_reserved": Grams(capacity.edition_reserved + mass),
    }


def line_of(lines: Iterable[LineCapacity], waste_code: str) -> LineCapacity | None:
    """The line of a code itself, else that of its whole category."""
    by_code = {line.code: line for line in lines}
    return by_code.get(waste_code) or by_code.get(category_of(waste_code))


def capacity_of(work: Work, licence_ids: Collection[UUID], year: int) -> dict[UUID, LicenceScope]:
    """Used, reserved and left of licences in a calendar year, whole and by line; one statement for any number."""
    return {
        scope.licence.id: scope for scope in scopes(work, OperatingLicence.id.in_(licence_ids), year=year)
    }


def licence_in_full(work: Work, organisation_id: UUID, on: date) -> LicenceScope | None:
    """The licence a firm takes waste under on a day, with lines, modes and the year's capacity, in one statement.

    A valid one in force on that day; if there is none, the one that comes nearest, so that a rule can
    say what is wrong with it. None: the firm has no licence at all.
    """
    found = scopes(work, OperatingLicence.organisation_id == organisation_id, year=on.year, on=on)
    return found[0] if found else None


def scopes(
    work: Work, which: ColumnElement[bool], *, year: int, on: date | None = None
) -> list[LicenceScope]:
    """Licences that meet a condition on `OperatingLicence`, in one statement.

    Args:
        on: the best usable on this day first; without it those that end last.
    """
    details = _details(which, year)
    best = [case((is_usable(on), 0), else_=1)] if on else []
    rows = work.session.execute(
        select(OperatingLicence, *details.c)
        .outerjoin(details, details.c.licence_id == OperatingLicence.id)
        .where(which)
        .order_by(
            *best,
            OperatingLicence.valid_to.desc(),
            OperatingLicence.id,
            details.c.category,
            details.c.waste_code,
        )
    ).all()
    of_licence: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        of_licence.setdefault(row[0].id, []).append(row)
    return [_scope(own[0][0], own, year) for own in of_licence.values()]


def is_usable(on: date) -> ColumnElement[bool]:
    """Whether a licence lets its holder take waste on a day: in force, not suspended, revoked or cancelled."""
    licence = OperatingLicence
    is_free = (
        (licence.state == LicenceState.SUSPENDED)
        & or_(licence.suspended_from > on, licence.suspended_to < on)
    ) | (licence.state == LicenceState.VALID)
    return is_free & (licence.valid_from <= on) & (licence.valid_to >= on)


def _details(which: ColumnElement[bool], year: int) -> Any:
    """Lines of the licences, and sums of their entries by code and kind, as rows of one shape."""
    chosen = select(OperatingLicence.id, OperatingLicence.root_id).where(which).subquery()
    edition = aliased(OperatingLicence)
    lines = select(
        LicenceLine.licence_id.label("licence_id"),
        literal(LINE).label("kind"),
        LicenceLine.category.label("category"),
        LicenceLine.waste_code.label("waste_code"),
        LicenceLine.method.label("method"),
        LicenceLine.yearly_scale.label("mass"),
        literal(0, BigInteger).label("own"),
    ).join(chosen, chosen.c.id == LicenceLine.licence_id)
    sums: Select[Any] = (
        select(
            chosen.c.id,
            type_coerce(CapacityEntry.kind, String),
            literal(""),
            CapacityEntry.waste_code,
            literal(""),
            cast(func.sum(CapacityEntry.mass), BigInteger),
            cast(
                func.sum(case((CapacityEntry.licence_id == chosen.c.id, CapacityEntry.mass), else_=0)),
                BigInteger,
            ),
        )
        .select_from(chosen)
        .join(edition, edition.root_id == chosen.c.root_id)
        .join(CapacityEntry, CapacityEntry.licence_id == edition.id)
        .where(CapacityEntry.year == year)
        .group_by(chosen.c.id, CapacityEntry.kind, CapacityEntry.waste_code)
    )
    return union_all(lines, sums).subquery("details")


def _scope(licence: OperatingLicence, rows: list[Row[Any]], year: int) -> LicenceScope:
    lines = [
        LineCapacity(row.category, row.waste_code, row.method, row.mass) for row in rows if row.kind == LINE
    ]
    sums = {
        kind: {row.waste_code: (int(row.mass), int(row.own)) for row in rows if row.kind == kind}
        for kind in (CapacityKind.USED, CapacityKind.RESERVED)
    }
    used, reserved = sums[CapacityKind.USED], sums[CapacityKind.RESERVED]
    return LicenceScope(
        licence=licence,
        lines=tuple(_with_sums(line, lines, used, reserved) for line in lines),
        year=year,
        **_masses(used.values(), reserved.values()),
    )


def _with_sums(line: LineCapacity, lines: list[LineCapacity], used: _Sums, reserved: _Sums) -> LineCapacity:
    def of_line(sums: _Sums) -> list[tuple[int, int]]:
        return [both for code, both in sums.items() if line_of(lines, code) is line]

    return replace(line, **_masses(of_line(used), of_line(reserved)))


def _masses(used: Iterable[tuple[int, int]], reserved: Iterable[tuple[int, int]]) -> dict[str, Any]:
    """The fields of sums of pairs: of all editions, and of this one."""
    both = list(used), list(reserved)
    names = ("used", "edition_used"), ("reserved", "edition_reserved")
    return {
        name: Grams(sum(pair[part] for pair in pairs))
        for pairs, own in zip(both, names, strict=True)
        for part, name in enumerate(own)
    }
