"""What the rules say of the lines of the hazardous-waste ledger in a period: late, badly numbered, more out than in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.foundation.core.clock import instant_at
from app.foundation.core.ids import NO_ID
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN, OutcomeKind
from app.waste.registry.models import (
    GenerationRecord,
    LedgerRecord,
    LedgerTable,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.planning.queries import site_views
from app.waste.registry.queries.books import HELD_KINDS, Books, Period, ensure_may_read
from app.waste.registry.rules import ledgers
from app.waste.registry.rules.ledgers import BatchFacts, EntryFacts

LINE_RULES: Final = {
    id_: rule for id_, rule in ledgers.RULES.items() if rule.facts_type in (EntryFacts, BatchFacts)
}
HAZARDOUS_TABLES: Final = (
    LedgerTable.STOCK_IN,
    LedgerTable.STOCK_OUT,
    LedgerTable.OWN_TREATMENT,
    LedgerTable.ENTRUSTED,
)
MOST_LINES: Final = 5_000
"""Lines of each kind that one check reads, newest first; so a page stays quick in a month of imports."""
UNIT: Final = "t"
"""The ledger keeps grams and is written in tonnes; files in other units are converted when they are read."""


@dataclass(frozen=True)
class CheckedLine:
    """A line of tables B.1 to B.5, or a batch, that a finding is about."""

    on: date
    waste_code: str
    batch_number: str


@dataclass(frozen=True)
class LineFinding:
    """What a rule finds wrong: how often, and the worst case of it."""

    finding: RuleFinding
    count: int
    line: CheckedLine


@dataclass(frozen=True)
class LedgerCheck:
    """The lines of a period beside the rules."""

    period: Period
    line_count: int
    is_whole: bool
    """Whether all lines were read; else the newest `MOST_LINES` of a kind."""
    broken: tuple[LineFinding, ...]
    kept: tuple[RuleFinding, ...]
    """One pass of each rule that nothing breaks."""


@dataclass(frozen=True)
class _Subject:
    site_id: UUID
    facts: Facts
    line: CheckedLine


def ledger_check(work: Work, books: Books, period: Period) -> LedgerCheck:
    """Every rule on the lines of a period and the batches they are about; four statements, however many there are.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    lines = _lines(work, books, period)
    batches = _batches(work, books, period)
    subjects = [*lines, *batches]
    by_id = {subject.facts.subject_id: subject.line for subject in subjects}
    found: dict[str, list[RuleFinding]] = {}
    for view in site_views(work):
        facts = [subject.facts for subject in subjects if subject.site_id == view.site.id]
        for one in assess(LINE_RULES, facts, on=work.today, jurisdiction=view.jurisdiction):
            found.setdefault(one.rule_id, []).append(one)
    broken = [told for findings in found.values() if (told := _worst(findings, by_id))]
    at_fault = {told.finding.rule_id for told in broken}
    kept = tuple(findings[0] for rule_id, findings in found.items() if rule_id not in at_fault)
    return LedgerCheck(period, len(lines), max(len(lines), len(batches)) < MOST_LINES, tuple(broken), kept)


def _worst(findings: Sequence[RuleFinding], lines: Mapping[UUID, CheckedLine]) -> LineFinding | None:
    wrong = [finding for finding in findings if finding.outcome is OutcomeKind.FINDING]
    if not wrong:
        return None
    worst = max(wrong, key=lambda one: one.observed if isinstance(one.observed, int) else 0)
    return LineFinding(worst, len(wrong), lines[worst.subject_id])


def _lines(work: Work, books: Books, period: Period) -> list[_Subject]:
    """Two statements."""
    found = []
    for statement in (_generations(books, period), _later_lines(books, period)):
        rows = work.session.execute(statement.limit(MOST_LINES)).all()
        found += [_line(row, work.actor.zone) for row in rows]
    return found


def _generations(books: Books, period: Period) -> Select[*tuple[Any, ...]]:
    line = GenerationRecord
    return (
        select(
            line.id, line.site_id, line.batch_number, line.generated_on.label("on"),
            line.generated_at.label("at"), Posting.recorded_at, Posting.mass, WasteStream.waste_code,
        )
        .join(Posting, Posting.id == line.posting_id)
        .join(WasteStream, WasteStream.id == line.stream_id)
        .where(
            line.site_id.in_(books.sites),
            line.generated_on.between(period.first, period.last),
            WasteStream.kind == WasteKind.HAZARDOUS,
        )
        .order_by(line.generated_on.desc(), line.id.desc())
    )  # fmt: skip


def _later_lines(books: Books, period: Period) -> Select[*tuple[Any, ...]]:
    line = LedgerRecord
    return (
        select(
            line.id, line.site_id, line.batch_number, line.happened_on.label("on"),
            line.happened_at.label("at"), Posting.recorded_at, line.mass, WasteStream.waste_code,
        )
        .outerjoin(Posting, Posting.id == line.posting_id)
        .join(WasteStream, WasteStream.id == line.stream_id)
        .where(
            line.site_id.in_(books.sites),
            line.table.in_(HAZARDOUS_TABLES),
            line.happened_on.between(period.first, period.last),
            WasteStream.kind == WasteKind.HAZARDOUS,
        )
        .order_by(line.happened_on.desc(), line.id.desc())
    )  # fmt: skip


def _line(row: Any, zone: str) -> _Subject:
    facts = EntryFacts(
        subject_id=row.id,
        happened_at=row.at or _end_of(row.on, row.recorded_at, zone),
        recorded_at=row.recorded_at or UNKNOWN,
        unit=UNIT,
        tonnes=row.mass,
        batch_number=row.batch_number,
    )
    return _Subject(row.site_id, facts, CheckedLine(row.on, row.waste_code, row.batch_number))


def _end_of(day: date, recorded_at: datetime | None, zone: str) -> datetime:
    """Of a line that tells only the day its end, so that none is called late that may be in time."""
    end = instant_at(day + timedelta(days=1), 0, 0, zone)
    return end if recorded_at is None else min(end, recorded_at)


def _batches(work: Work, books: Books, period: Period) -> list[_Subject]:
    """What came into each package that moved in the period, and all that left it since; one statement."""
    inward, outward = _held(books, "to"), _held(books, "from")
    came = func.sum(case((and_(inward, ~outward), Posting.mass), else_=0))
    left = func.sum(case((and_(outward, ~inward), Posting.mass), else_=0))
    moved = (
        select(Posting.container_id)
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .where(
            WasteStream.site_id.in_(books.sites),
            WasteStream.kind == WasteKind.HAZARDOUS,
            Posting.container_id != NO_ID,
            Posting.effective_on.between(period.first, period.last),
        )
        .distinct()
        .limit(MOST_LINES)
    ).subquery()
    rows = work.session.execute(
        select(
            Posting.container_id, WasteStream.site_id, WasteStream.waste_code, came, left,
            func.max(Posting.effective_on), func.max(GenerationRecord.batch_number),
        )
        .join(moved, moved.c.container_id == Posting.container_id)
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .outerjoin(GenerationRecord, GenerationRecord.posting_id == Posting.id)
        .group_by(Posting.container_id, WasteStream.site_id, WasteStream.waste_code)
    )  # fmt: skip
    return [_batch(*row) for row in rows]


def _held(books: Books, end: str) -> ColumnElement[bool]:
    """Whether one end of a posting is a place where these books have mass in hand."""
    kind, place = (Posting.to_kind, Posting.to_id) if end == "to" else (Posting.from_kind, Posting.from_id)
    return and_(kind.in_(HELD_KINDS), place.in_(books.places))


def _batch(
    container_id: UUID, site_id: UUID, waste_code: str, came: int, left: int, on: date, batch: str | None
) -> _Subject:
    facts = BatchFacts(
        subject_id=container_id,
        parent=Grams(int(came)),
        children=Grams(int(left)),
        stock=int(came) - int(left),
    )
    return _Subject(site_id, facts, CheckedLine(on, waste_code, batch or ""))
