"""The lines of the ledger: every posting that touches the books, newest first, and table B.1 in its own order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.foundation.core.ids import NO_ID
from app.foundation.core.work import Work
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.models import User
from app.waste.registry.models import (
    GenerationRecord,
    LedgerCorrection,
    LedgerRecord,
    PlaceKind,
    Posting,
    WasteStream,
)
from app.waste.registry.posting import Place
from app.waste.registry.queries.books import (
    ENTRUSTED_TABLES,
    STOCK_KINDS,
    Books,
    LedgerFilter,
    Stage,
    ensure_may_read,
    is_listed,
    is_waste,
    stage_of,
)

MAX_PAGE: Final = 100
EXPORT_CHUNK: Final = 2_000


@dataclass(frozen=True)
class Entry:
    """One line of the ledger."""

    id: UUID
    stage: Stage
    effective_on: date
    happened_at: datetime | None
    """The instant, where one is known for that day."""
    recorded_at: datetime
    stream_id: UUID
    waste_code: str
    local_name: str
    mass: int
    """Grams moved, always positive."""
    effect: int
    """Grams by which the stock of the books changed; zero for what moved within them."""
    source: Place
    target: Place
    container_id: UUID | None
    container_code: str | None
    container_kind: str | None
    batch_number: str | None
    source_facility: str
    destination: str
    operator: str
    """Who generated it, as table B.1 says; else who recorded it."""
    import_id: UUID | None
    corrects_id: UUID | None
    is_corrected: bool
    method_code: str = ""
    """How it was used or disposed of (domain-rules 14.7)."""


@dataclass(frozen=True)
class EntryPage:
    entries: tuple[Entry, ...]
    next_cursor: UUID | None
    """The last line of this page; None on the last page."""


@dataclass(frozen=True)
class GenerationLine:
    """One line of table B.1 of HJ 1259."""

    record: GenerationRecord
    waste_code: str
    category: str
    mass: int


def entries_page(
    work: Work, books: Books, wanted: LedgerFilter, *, limit: int = 50, cursor: UUID | None = None
) -> EntryPage:
    """One page of the ledger, newest day first, in two statements whatever its size.

    Args:
        cursor: `next_cursor` of the page before.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    correction = aliased(Posting)
    undone_or_own = func.coalesce(
        Posting.corrects_id, Posting.id
    )  # whose line of a table tells of the posting
    chosen = (
        select(
            Posting,
            WasteStream.waste_code,
            WasteStream.local_name,
            exists().where(correction.corrects_id == Posting.id).label("is_corrected"),
            User.name,
            LedgerRecord,
        )
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .outerjoin(TraceEvent, TraceEvent.id == Posting.event_id)
        .outerjoin(User, User.id == TraceEvent.user_id)
        .outerjoin(LedgerCorrection, LedgerCorrection.replacement_id == undone_or_own)
        .outerjoin(
            LedgerRecord,
            LedgerRecord.posting_id == func.coalesce(LedgerCorrection.root_id, undone_or_own),
        )
        .where(is_listed(work, books, wanted))
        .order_by(Posting.effective_on.desc(), Posting.recorded_at.desc(), Posting.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        chosen = chosen.join(last := aliased(Posting), last.id == cursor).where(_comes_after(last))
    found = work.session.execute(chosen).all()
    rows = found[:limit]
    generations = _Generations(work, [row[0] for row in rows])
    entries = tuple(_entry(books, generations.record(row[0]), *row) for row in rows)
    return EntryPage(entries, entries[-1].id if len(found) > limit else None)


def entries_count(work: Work, books: Books, wanted: LedgerFilter) -> int:
    """How many lines a filter leaves. One statement."""
    ensure_may_read(work.actor)
    return (
        work.session.scalar(
            select(func.count())
            .select_from(Posting)
            .join(WasteStream, WasteStream.id == Posting.stream_id)
            .where(is_listed(work, books, wanted))
        )
        or 0
    )


def generation_lines(work: Work, books: Books, wanted: LedgerFilter) -> Iterator[GenerationLine]:
    """Table B.1 of the books, oldest first, read in pieces; corrected lines are left out. `wanted.stage` says nothing
    here.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    rows = work.session.execute(
        _generation_rows(work, books, wanted).execution_options(yield_per=EXPORT_CHUNK)
    )
    return (GenerationLine(*row) for row in rows)


def all_entries(work: Work, books: Books, wanted: LedgerFilter) -> Iterator[Entry]:
    """Every line a filter leaves, page after page, newest first."""
    cursor: UUID | None = None
    while True:
        page = entries_page(work, books, wanted, limit=MAX_PAGE, cursor=cursor)
        yield from page.entries
        cursor = page.next_cursor
        if cursor is None:
            return


def _generation_rows(work: Work, books: Books, wanted: LedgerFilter) -> Any:
    correction = aliased(Posting)
    chosen = (
        select(GenerationRecord, WasteStream.waste_code, WasteStream.category, Posting.mass)
        .join(Posting, Posting.id == GenerationRecord.posting_id)
        .join(WasteStream, WasteStream.id == GenerationRecord.stream_id)
        .where(
            GenerationRecord.site_id.in_(books.sites),
            WasteStream.kind == wanted.kind,
            ~exists().where(correction.corrects_id == Posting.id),
            is_waste(work, wanted.text),
        )
        .order_by(GenerationRecord.generated_on, GenerationRecord.id)
    )
    if wanted.period is not None:
        chosen = chosen.where(GenerationRecord.generated_on.between(wanted.period.first, wanted.period.last))
    return chosen


class _Generations:
    """The lines of table B.1 behind the postings of a page. One statement."""

    def __init__(self, work: Work, postings: Sequence[Posting]) -> None:
        origin = aliased(Posting)
        containers = {posting.container_id for posting in postings} - {NO_ID}
        found = work.session.execute(
            select(GenerationRecord, origin.id, origin.container_id)
            .join(origin, origin.id == GenerationRecord.posting_id)
            .where(
                or_(
                    origin.id.in_([posting.id for posting in postings]),
                    and_(origin.container_id.in_(containers), origin.from_kind == PlaceKind.GENERATION),
                )
            )
        ).all()
        self._by_posting = {row[1]: row[0] for row in found}
        self._by_container = {row[2]: row[0] for row in found if row[2] != NO_ID}

    def record(self, posting: Posting) -> GenerationRecord | None:
        """The B.1 line of the posting itself, or of the package it moved."""
        return self._by_posting.get(posting.id) or self._by_container.get(posting.container_id)


def _entry(
    books: Books,
    record: GenerationRecord | None,
    posting: Posting,
    waste_code: str,
    local_name: str,
    is_corrected: bool,
    recorded_by: str | None,
    handled: LedgerRecord | None,
) -> Entry:
    stage = stage_of(
        posting.from_kind,
        posting.to_kind,
        corrects=posting.corrects_id is not None,
        is_entrusted=handled is not None and handled.table in ENTRUSTED_TABLES,
    )
    generated = stage is Stage.GENERATED and record is not None
    return Entry(
        id=posting.id,
        stage=stage,
        effective_on=posting.effective_on,
        happened_at=record.generated_at
        if generated and record
        else handled.happened_at
        if handled
        else posting.recorded_at,
        recorded_at=posting.recorded_at,
        stream_id=posting.stream_id,
        waste_code=waste_code,
        local_name=local_name,
        mass=posting.mass,
        effect=posting.mass
        * (_is_in(books, posting.to_kind, posting.to_id) - _is_in(books, posting.from_kind, posting.from_id)),
        source=Place(posting.from_kind, posting.from_id),
        target=Place(posting.to_kind, posting.to_id),
        container_id=posting.container_id if posting.container_id != NO_ID else None,
        container_code=record.container_code
        if record
        else (handled.container_code or None)
        if handled
        else None,
        container_kind=record.container_kind
        if record
        else (handled.container_kind or None)
        if handled
        else None,
        batch_number=record.batch_number if record else (handled.batch_number or None) if handled else None,
        source_facility=record.source_facility if generated and record else "",
        destination=record.destination if generated and record else handled.destination if handled else "",
        operator=_operator(record if generated else None, handled, recorded_by or ""),
        import_id=posting.import_id,
        corrects_id=posting.corrects_id,
        is_corrected=bool(is_corrected),
        method_code=handled.method_code if handled else "",
    )


def _operator(record: GenerationRecord | None, handled: LedgerRecord | None, recorded_by: str) -> str:
    """Who did it, as the official table says; else who recorded it."""
    if record is not None:
        return record.producer_operator
    if handled is None:
        return recorded_by
    return handled.operator or handled.keeper or handled.mover or recorded_by


def _is_in(books: Books, kind: PlaceKind, place_id: UUID) -> int:
    return int(kind in STOCK_KINDS and place_id in books.places)


def _comes_after(last: Any) -> ColumnElement[bool]:
    """The condition that a posting stands below another one in the ledger."""
    same_day = Posting.effective_on == last.effective_on
    return or_(
        Posting.effective_on < last.effective_on,
        and_(same_day, Posting.recorded_at < last.recorded_at),
        and_(same_day, Posting.recorded_at == last.recorded_at, Posting.id < last.id),
    )
