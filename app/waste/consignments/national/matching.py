"""Which of our consignments a line of the file is about, what follows from it, and where the two don't agree."""

import enum
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.foundation.catalogue.codes import national_manifest_number_problem
from app.foundation.core.clock import local_day
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Park
from app.parties.licences.models import Vehicle
from app.waste.consignments.models import Consignment, ConsignmentLine, DiscrepancyKind
from app.waste.consignments.national.columns import Column
from app.waste.consignments.national.problems import Problem, Reason
from app.waste.consignments.national.reading import NationalRow, Stage
from app.waste.consignments.policy import acts_open_to
from app.waste.consignments.queries.finding import consignments_seen
from app.waste.consignments.queries.results import accepted_on
from app.waste.consignments.workflow import (
    BEFORE_DEPARTURE,
    STATE_WORDS,
    UNDER_WAY,
    ConsignmentAct,
    ConsignmentState,
)
from app.waste.registry.ledger_files.texts import narrow
from app.waste.registry.models import WasteKind

CHUNK: Final = 400
"""Values in one IN list."""
MASS_STEP: Final = Grams(500)
"""The national form has three decimals of a tonne: what differs by half a kilogram or less is written the same."""
C = Column
R = Reason
S = ConsignmentState
_NATIONAL: Final[Mapping[ConsignmentState, frozenset[Stage]]] = {
    **dict.fromkeys(BEFORE_DEPARTURE, frozenset({Stage.WAITING})),
    **dict.fromkeys(UNDER_WAY, frozenset({Stage.MOVING})),
    S.ACCEPTED: frozenset({Stage.MOVING, Stage.RECEIVED}),
    S.PARTLY_ACCEPTED: frozenset({Stage.MOVING, Stage.RECEIVED}),
    S.CONFIRMED: frozenset({Stage.RECEIVED, Stage.FINISHED}),
    S.RESULT_REPORTED: frozenset({Stage.RECEIVED, Stage.FINISHED}),
    S.CLOSED: frozenset({Stage.RECEIVED, Stage.FINISHED}),
    S.REJECTED: frozenset({Stage.MOVING, Stage.FINISHED}),
    S.RETURNED: frozenset({Stage.FINISHED}),
    S.CLOSED_INCIDENT: frozenset({Stage.MOVING, Stage.FINISHED}),
    S.CANCELLED: frozenset(Stage),
}
"""Which stages of the national system go with each of our states."""
WRITES_A_NUMBER: Final = frozenset({ConsignmentAct.RECORD_NATIONAL_NUMBER, ConsignmentAct.BACKFILL})
_JUDGED: Final = frozenset({S.ACCEPTED, S.PARTLY_ACCEPTED})


class Effect(enum.StrEnum):
    """What taking a line does."""

    NUMBER = "number"
    """The number is written on our consignment."""
    CONFIRM = "confirm"
    """The receipt is noted as confirmed in the national system."""
    NOTHING = "nothing"


@dataclass(frozen=True)
class Known:
    """One of our consignments as far as a line can be compared with it."""

    consignment: Consignment
    names: Mapping[Column, frozenset[str]]
    """Full and short names of consignor and consignee."""
    plate: str
    is_demo: bool
    lines: tuple[ConsignmentLine, ...]
    zone: str

    def sent(self, code: str) -> Grams:
        """What was sent of a waste; of all of them without a code."""
        return Grams(sum(line.sent_mass for line in self.lines if code in ("", line.waste_code)))

    def received(self, code: str) -> Grams | None:
        masses = [line.received_mass for line in self.lines if code in ("", line.waste_code)]
        return Grams(sum(mass or 0 for mass in masses)) if any(masses) else None

    def moved_on(self, day: date) -> bool:
        """Whether it left on that day, or may while it hasn't left."""
        c = self.consignment
        if c.departed_at is not None:
            return local_day(c.departed_at, self.zone) == day
        return c.submitted_at is not None and local_day(c.submitted_at, self.zone) <= day


@dataclass(frozen=True)
class Match:
    """A line of the file beside our consignment."""

    row: NationalRow
    known: Known | None
    effect: Effect
    problems: tuple[Problem, ...]

    @property
    def consignment(self) -> Consignment | None:
        return self.known.consignment if self.known else None

    @property
    def is_clean(self) -> bool:
        return not self.problems


def match_rows(work: Work, rows: Sequence[NationalRow]) -> list[Match]:
    """Each line with the consignment it is about, as far as the actor may know of it.

    By the national number; else by consignor, consignee, plate, day, waste and mass together, when exactly one fits.
    So many statements for 400 numbers and plates, however many lines there are.
    """
    by_number, taken = _by_number(work, {row.national_number for row in rows} - {""})
    loose = {row.plate for row in rows if row.plate and row.national_number not in by_number}
    by_plate = _by_plate(work, loose)
    once = _Once()
    return [once.passed(_match(work, row, by_number, by_plate, taken)) for row in rows]


class _Once:
    """The number of a consignment may stand on a line for each of its wastes: it is written once, and no other."""

    def __init__(self) -> None:
        self._number_of: dict[UUID, str] = {}
        self._owner_of: dict[str, UUID] = {}

    def passed(self, match: Match) -> Match:
        """The match as it can be done after those before it."""
        consignment, number = match.consignment, match.row.national_number
        if match.effect is Effect.NOTHING or consignment is None:
            return match
        if self._owner_of.setdefault(number, consignment.id) != consignment.id:
            wrong = match.row.problem(R.NUMBER_TAKEN, C.NATIONAL_NUMBER)
            return replace(match, effect=Effect.NOTHING, problems=(wrong, *match.problems))
        first = self._number_of.get(consignment.id)
        if first is None:
            self._number_of[consignment.id] = number
            return match
        if first == number:
            return replace(match, effect=Effect.NOTHING)
        wrong = match.row.problem(R.NUMBER_DIFFERS, C.NATIONAL_NUMBER, consignment.number, first)
        return replace(match, effect=Effect.NOTHING, problems=(wrong, *match.problems))


def _match(
    work: Work,
    row: NationalRow,
    by_number: Mapping[str, Known],
    by_plate: Mapping[str, Sequence[Known]],
    taken: Collection[str],
) -> Match:
    if row.problems:
        return Match(row, by_number.get(row.national_number), Effect.NOTHING, row.problems)
    if known := by_number.get(row.national_number):
        return _compared(work, row, known)
    if row.national_number in taken:
        return _refused(row, row.problem(R.NUMBER_TAKEN, C.NATIONAL_NUMBER))
    if not _says_enough(row):
        return _refused(row, row.problem(R.TOO_LITTLE, C.NATIONAL_NUMBER))
    fitting = [known for known in by_plate.get(row.plate, ()) if _fits(row, known)]
    if not fitting:
        return _refused(row, row.problem(R.UNKNOWN, C.NATIONAL_NUMBER))
    if len(fitting) > 1:
        numbers = "、".join(sorted(known.consignment.number for known in fitting)[:5])
        return _refused(row, row.problem(R.AMBIGUOUS, C.NATIONAL_NUMBER, ours=numbers, count=len(fitting)))
    return _numbered(work, row, fitting[0])


def _refused(row: NationalRow, problem: Problem) -> Match:
    return Match(row, None, Effect.NOTHING, (problem,))


def _says_enough(row: NationalRow) -> bool:
    parts = (row.consignor, row.consignee, row.plate, row.moved_on, row.waste_code, row.planned)
    return all(part for part in parts)


def _fits(row: NationalRow, known: Known) -> bool:
    return (
        row.moved_on is not None
        and row.planned is not None
        and narrow(row.consignor) in known.names[C.CONSIGNOR]
        and narrow(row.consignee) in known.names[C.CONSIGNEE]
        and row.waste_code in {line.waste_code for line in known.lines}
        and abs(known.sent(row.waste_code) - row.planned) <= MASS_STEP
        and known.moved_on(row.moved_on)
    )


def _numbered(work: Work, row: NationalRow, known: Known) -> Match:
    """A line whose number isn't on the consignment it is about: write it, while the consignor hasn't signed."""
    c = known.consignment
    differing = tuple(_differences(row, known))
    if row.is_void or not row.national_number:
        return Match(row, known, Effect.NOTHING, differing)
    if national_manifest_number_problem(row.national_number, demo=known.is_demo):
        wrong: Problem | None = row.problem(R.NUMBER_INVALID, C.NATIONAL_NUMBER)
    elif c.national_number is not None:
        wrong = row.problem(R.NUMBER_DIFFERS, C.NATIONAL_NUMBER, c.number, c.national_number)
    elif c.consignor_signed_at is not None and not c.paper_number:
        wrong = row.problem(R.NUMBER_SEALED, C.NATIONAL_NUMBER, c.number)
    elif acts_open_to(work.actor, c).isdisjoint(WRITES_A_NUMBER):
        wrong = row.problem(R.NOT_YOURS, C.NATIONAL_NUMBER, c.number)
    else:
        wrong = None
    if wrong is not None:
        return Match(row, known, Effect.NOTHING, (wrong, *differing))
    return Match(row, known, Effect.NUMBER, differing)


def _compared(work: Work, row: NationalRow, known: Known) -> Match:
    """A line whose number is ours: do the two agree, and has the national system gone on to the receipt?"""
    c = known.consignment
    problems = list(_differences(row, known))
    asks = row.stage in (Stage.RECEIVED, Stage.FINISHED) and c.state in _JUDGED and not row.is_void
    if not asks:
        return Match(row, known, Effect.NOTHING, tuple(problems))
    first = accepted_on(work, c)
    if ConsignmentAct.CONFIRM not in acts_open_to(work.actor, c):
        problems.append(row.problem(R.NOT_YOURS, C.STAGE, c.number))
    elif row.received_on is None:
        problems.append(row.problem(R.DAY_MISSING, C.RECEIVED_ON, c.number))
    elif not first <= row.received_on <= work.today:
        problems.append(row.problem(R.DAY_OUT_OF_ORDER, C.RECEIVED_ON, c.number, first.isoformat()))
    return Match(row, known, Effect.NOTHING if problems else Effect.CONFIRM, tuple(problems))


def _differences(row: NationalRow, known: Known) -> Iterator[Problem]:
    c = known.consignment
    number, state = c.number, STATE_WORDS[c.state]
    if row.is_void != (c.state is S.CANCELLED):
        yield row.problem(R.VOID_DIFFERS, C.VOID, number, state)
    elif row.stage is not None and row.stage not in _stages_of(known):
        yield row.problem(R.STATE_DIFFERS, C.STAGE, number, state)
    for column, name in ((C.CONSIGNOR, row.consignor), (C.CONSIGNEE, row.consignee)):
        if name and narrow(name) not in known.names[column]:
            yield row.problem(R.PARTY_DIFFERS, column, number, sorted(known.names[column], key=len)[-1])
    if row.plate and known.plate and row.plate != known.plate:
        yield row.problem(R.PARTY_DIFFERS, C.PLATE, number, known.plate)
    if row.waste_code and row.waste_code not in {line.waste_code for line in known.lines}:
        yield row.problem(R.CODE_DIFFERS, C.WASTE_CODE, number)
    else:
        yield from _mass_differences(row, known)
    if row.discrepancy and c.discrepancy is DiscrepancyKind.NONE and c.closed_at is not None:
        yield row.problem(R.DISCREPANCY_DIFFERS, C.DISCREPANCY, number)


def _stages_of(known: Known) -> frozenset[Stage]:
    """The national stages that go with our state; a finished one may still have to be confirmed by us."""
    stages = _NATIONAL[known.consignment.state]
    return stages | {Stage.FINISHED} if known.consignment.state in _JUDGED else stages


def _mass_differences(row: NationalRow, known: Known) -> Iterator[Problem]:
    compared = (
        (C.PLANNED, row.planned, known.sent(row.waste_code)),
        (C.CONFIRMED, row.confirmed, known.received(row.waste_code)),
    )
    for column, theirs, ours in compared:
        if theirs is not None and ours is not None and abs(theirs - ours) > MASS_STEP:
            yield row.problem(R.MASS_DIFFERS, column, known.consignment.number, tonnes_text(ours))


def _by_number(work: Work, numbers: Collection[str]) -> tuple[dict[str, Known], set[str]]:
    """Consignments by national number, and those numbers that stand on one the actor may not know of."""
    known: dict[str, Known] = {}
    taken: set[str] = set()
    for some in _chunks(sorted(numbers)):
        for one in _known(work, Consignment.national_number.in_(some)):
            known[one.consignment.national_number or ""] = one
        held = select(Consignment.national_number).where(Consignment.national_number.in_(some))
        taken.update(number for number in work.session.scalars(held) if number)
    return known, taken - known.keys()


def _by_plate(work: Work, plates: Collection[str]) -> dict[str, list[Known]]:
    found: defaultdict[str, list[Known]] = defaultdict(list)
    for some in _chunks(sorted(plates)):
        vehicles = select(Vehicle.id).where(Vehicle.plate.in_(some))
        sent = Consignment.state.not_in((S.DRAFT, S.CANCELLED))
        for one in _known(work, Consignment.vehicle_id.in_(vehicles), sent):
            found[one.plate].append(one)
    return found


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _known(work: Work, *where: Any) -> Iterable[Known]:
    """Two statements."""
    consignor, consignee = aliased(Organisation), aliased(Organisation)
    rows = work.session.execute(
        select(
            Consignment,
            consignor.name,
            consignor.short_name,
            consignee.name,
            consignee.short_name,
            Vehicle.plate,
            Park.is_demo,
        )
        .join(consignor, consignor.id == Consignment.consignor_id)
        .outerjoin(consignee, consignee.id == Consignment.consignee_id)
        .outerjoin(Vehicle, Vehicle.id == Consignment.vehicle_id)
        .outerjoin(Park, Park.id == Consignment.park_id)
        .where(consignments_seen(work.actor), Consignment.kind == WasteKind.HAZARDOUS, *where)
    ).all()
    lines: defaultdict[UUID, list[ConsignmentLine]] = defaultdict(list)
    ids = [row[0].id for row in rows]
    for some in range(0, len(ids), CHUNK):
        chosen = ConsignmentLine.consignment_id.in_(ids[some : some + CHUNK])
        for line in work.session.scalars(select(ConsignmentLine).where(chosen)):
            lines[line.consignment_id].append(line)
    for consignment, *names, plate, is_demo in rows:
        called = [frozenset(narrow(name) for name in pair if name) for pair in (names[:2], names[2:])]
        yield Known(
            consignment,
            {C.CONSIGNOR: called[0], C.CONSIGNEE: called[1]},
            plate or "",
            bool(is_demo),
            tuple(lines[consignment.id]),
            work.actor.zone,
        )
