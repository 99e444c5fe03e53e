"""The official tables line by line: HJ 1259 annex B, and the batch tables of the general-waste ledger.

A line stays as it was written; what corrects it stands beside it. The tables that are sums (general waste 1 and 2)
are made from the accounts.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.foundation.core.work import Work
from app.waste.registry.methods import is_utilisation
from app.waste.registry.models import (
    GenerationRecord,
    LedgerCorrection,
    LedgerRecord,
    LedgerTable,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.queries.books import Books, Period, ensure_may_read, is_waste

MAX_PAGE: Final = 100
EXPORT_CHUNK: Final = 1_000

T = LedgerTable
LINE_TABLES: Final = (
    T.GENERATION, T.STOCK_IN, T.STOCK_OUT, T.OWN_TREATMENT, T.ENTRUSTED,
    T.GENERAL_DISPATCH, T.GENERAL_GENERATION, T.GENERAL_STORAGE, T.GENERAL_UTILISATION, T.GENERAL_DISPOSAL,
)  # fmt: skip
"""Tables with a line a package or batch; the other two are sums."""

SOURCES: Final[Mapping[LedgerTable, tuple[LedgerTable, ...]]] = {
    T.STOCK_IN: (T.STOCK_IN,),
    T.STOCK_OUT: (T.STOCK_OUT,),
    T.OWN_TREATMENT: (T.OWN_TREATMENT,),
    T.ENTRUSTED: (T.ENTRUSTED,),
    T.GENERAL_DISPATCH: (T.GENERAL_DISPATCH, T.ENTRUSTED),
    T.GENERAL_GENERATION: (T.GENERAL_GENERATION,),
    T.GENERAL_STORAGE: (T.GENERAL_STORAGE, T.STOCK_IN, T.STOCK_OUT),
    T.GENERAL_UTILISATION: (T.GENERAL_UTILISATION, T.OWN_TREATMENT),
    T.GENERAL_DISPOSAL: (T.GENERAL_DISPOSAL, T.OWN_TREATMENT),
}
"""Which stored lines make a table; batches of general waste are handled by the same operations as packages. Table B.1,
and table 4 of what was generated here, have lines of their own kind."""


@dataclass(frozen=True)
class OfficialFilter:
    """Which lines of which table."""

    table: LedgerTable
    period: Period | None = None
    text: str = ""


@dataclass(frozen=True)
class LineCorrection:
    """What was put beside a line later."""

    id: UUID
    on: date
    old_mass: int
    new_mass: int | None
    """None: cancelled."""
    reason: str
    corrected_at: datetime


@dataclass(frozen=True)
class OfficialLine:
    """One line of an official table, as written, with its corrections in order."""

    id: UUID
    record: GenerationRecord | LedgerRecord
    stream: WasteStream
    mass: int
    """Grams as written."""
    posting_id: UUID | None
    corrections: tuple[LineCorrection, ...] = ()

    @property
    def current_mass(self) -> int | None:
        """Grams as they count now; None: cancelled."""
        return self.corrections[-1].new_mass if self.corrections else self.mass

    def mass_in(self, period: Period | None) -> int | None:
        """Grams as they count with the corrections that stand in a period; None: cancelled there."""
        mass: int | None = self.mass
        for correction in self.corrections:
            if period is None or period.first <= correction.on <= period.last:
                mass = correction.new_mass
        return mass

    @property
    def on(self) -> date:
        """The day the line is about."""
        return _day_of(self.record)

    @property
    def at(self) -> datetime | None:
        """The instant, where the ledger tells one."""
        record = self.record
        return record.generated_at if isinstance(record, GenerationRecord) else record.happened_at


@dataclass(frozen=True)
class OfficialPage:
    lines: tuple[OfficialLine, ...]
    next_cursor: UUID | None


def kind_of(table: LedgerTable) -> WasteKind:
    """Which waste a table is about."""
    return WasteKind.HAZARDOUS if table.value.startswith("B.") else WasteKind.GENERAL


def official_page(
    work: Work, books: Books, wanted: OfficialFilter, *, limit: int = 50, cursor: UUID | None = None
) -> OfficialPage:
    """One page of a table, newest day first, with all corrections; three statements at most, four for table 4.

    Args:
        cursor: `next_cursor` of the page before.

    Raises:
        NotPermitted: the actor may not read ledgers.
        ValueError: the table has no lines, it is made of sums.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    sources = _lines(work, books, wanted)
    days = [select(day).where(model.id == cursor).scalar_subquery() for model, day, _ in sources]
    last_on = func.coalesce(*days) if len(days) > 1 else days[0]
    rows: list[Any] = []
    for model, day, chosen in sources:
        if cursor is not None:
            chosen = chosen.where(or_(day < last_on, and_(day == last_on, model.id < cursor)))
        rows += work.session.execute(chosen.order_by(day.desc(), model.id.desc()).limit(limit + 1)).all()
    rows.sort(key=lambda row: (_day_of(row[0]), row[0].id), reverse=True)
    lines = _with_corrections(work, rows[:limit])
    return OfficialPage(tuple(lines), lines[-1].id if len(rows) > limit else None)


def official_lines(work: Work, books: Books, wanted: OfficialFilter) -> Iterator[OfficialLine]:
    """A whole table, oldest first, read in pieces; two statements for every thousand lines.

    Raises:
        NotPermitted: the actor may not read ledgers.
        ValueError: the table has no lines, it is made of sums.
    """
    ensure_may_read(work.actor)
    sources = [_whole(work, *source) for source in _lines(work, books, wanted)]
    yield from heapq.merge(*sources, key=lambda line: (line.on, line.id))


def _whole(work: Work, model: Any, day: Any, chosen: Any) -> Iterator[OfficialLine]:
    last: tuple[date, UUID] | None = None
    while True:
        piece = chosen.order_by(day, model.id).limit(EXPORT_CHUNK)
        if last is not None:
            piece = piece.where(or_(day > last[0], and_(day == last[0], model.id > last[1])))
        rows = work.session.execute(piece).all()
        lines = _with_corrections(work, rows)
        yield from lines
        if len(rows) < EXPORT_CHUNK:
            return
        last = (lines[-1].on, lines[-1].id)


def official_count(work: Work, books: Books, wanted: OfficialFilter) -> int:
    """How many lines a table has; none where it is made of sums. One statement.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    if wanted.table not in LINE_TABLES:
        return 0
    return sum(
        work.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        for _model, _day, chosen in _lines(work, books, wanted)
    )


def corrections_in(work: Work, books: Books, wanted: OfficialFilter) -> Sequence[OfficialLine]:
    """Lines written before a period and corrected in it, because their own day is declared; oldest first.
    One statement, none without a period.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    period = wanted.period
    if period is None:
        return ()
    corrected = select(LedgerCorrection.root_id).where(
        LedgerCorrection.site_id.in_(books.sites),
        LedgerCorrection.effective_on.between(period.first, period.last),
        LedgerCorrection.original_on != LedgerCorrection.effective_on,
    )
    rows: list[Any] = []
    for model, day, chosen in _lines(work, books, OfficialFilter(wanted.table, None, wanted.text)):
        found = chosen.where(model.posting_id.in_(corrected), day < period.first)
        rows += work.session.execute(found.order_by(day, model.id)).all()
    return _with_corrections(work, sorted(rows, key=lambda row: (_day_of(row[0]), row[0].id)))


def _day_of(record: GenerationRecord | LedgerRecord) -> date:
    return record.generated_on if isinstance(record, GenerationRecord) else record.happened_on


def _lines(work: Work, books: Books, wanted: OfficialFilter) -> list[tuple[Any, Any, Any]]:
    """The mapped class, its day and the select of each kind of line that a table is made of."""
    found: list[tuple[Any, Any, Any]] = []
    if wanted.table in (T.GENERATION, T.GENERAL_GENERATION):
        generated = select(GenerationRecord, WasteStream, Posting.mass).join(
            Posting, Posting.id == GenerationRecord.posting_id
        )
        found.append((GenerationRecord, GenerationRecord.generated_on, generated))
    if wanted.table in SOURCES:
        recorded = select(LedgerRecord, WasteStream, LedgerRecord.mass).where(
            LedgerRecord.table.in_(SOURCES[wanted.table]), *_by_method(wanted.table)
        )
        found.append((LedgerRecord, LedgerRecord.happened_on, recorded))
    if not found:
        raise ValueError(f"{wanted.table} is made of sums")
    return [(model, day, _of_books(work, books, wanted, model, day, chosen)) for model, day, chosen in found]


def _of_books(work: Work, books: Books, wanted: OfficialFilter, model: Any, day: Any, chosen: Any) -> Any:
    if wanted.period is not None:
        chosen = chosen.where(day.between(wanted.period.first, wanted.period.last))
    return chosen.join(WasteStream, WasteStream.id == model.stream_id).where(
        model.site_id.in_(books.sites),
        WasteStream.kind == kind_of(wanted.table),
        is_waste(work, wanted.text),
    )


def _by_method(table: LedgerTable) -> list[ColumnElement[bool]]:
    """Own treatment of general waste stands in table 6 or 7 by its method."""
    is_use = or_(*(LedgerRecord.method_code.startswith(letter) for letter in "RC" if is_utilisation(letter)))
    own = LedgerRecord.table == T.OWN_TREATMENT
    if table is T.GENERAL_UTILISATION:
        return [or_(~own, is_use)]
    if table is T.GENERAL_DISPOSAL:
        return [or_(~own, ~is_use)]
    return []


def _with_corrections(work: Work, rows: Sequence[Any]) -> list[OfficialLine]:
    roots = [row[0].posting_id for row in rows if row[0].posting_id]
    found: dict[UUID, list[LineCorrection]] = {}
    if roots:
        for correction in work.session.scalars(
            select(LedgerCorrection)
            .where(LedgerCorrection.root_id.in_(roots))
            .order_by(LedgerCorrection.corrected_at, LedgerCorrection.id)
        ):
            found.setdefault(correction.root_id, []).append(_line_correction(correction))
    return [
        OfficialLine(
            id=record.id,
            record=record,
            stream=stream,
            mass=int(mass),
            posting_id=record.posting_id,
            corrections=tuple(found.get(record.posting_id, ())),
        )
        for record, stream, mass in rows
    ]


def _line_correction(row: LedgerCorrection) -> LineCorrection:
    return LineCorrection(row.id, row.effective_on, row.old_mass, row.new_mass, row.reason, row.corrected_at)
