"""Whose ledger is read, of which time, and which of its rows."""

import calendar
import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from app.foundation.catalogue.queries import catalogue_of, search_waste
from app.foundation.core.work import Actor, Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import (
    LedgerCorrection,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.policy import ensure_may

STOCK_KINDS: Final = (PlaceKind.UNPLACED, PlaceKind.ZONE)
"""Real places of a site; a consignment is real too, but in nobody's stock."""
HELD_KINDS: Final = (*STOCK_KINDS, PlaceKind.OUTBOUND)
"""Where a site has mass in hand: in store, or taken out of it and not yet reported used."""
USES: Final = (PlaceKind.UTILISED, PlaceKind.DISPOSED, PlaceKind.PRODUCT)
ENTRUSTED_TABLES: Final = (LedgerTable.ENTRUSTED, LedgerTable.GENERAL_DISPATCH)
"""Tables whose lines tell of waste that somebody else uses or disposes of."""
DIFFERENCES: Final = (PlaceKind.WEIGHING_DIFFERENCE, PlaceKind.LOSS, PlaceKind.REGROUPED)

MAX_CODES_BY_INITIALS: Final = 500


def ensure_may_read(actor: Actor) -> None:
    """Pass for whoever may read ledgers.

    Raises:
        NotPermitted: the actor's role or token doesn't.
    """
    ensure_may(actor, Permission.LEDGER_READ)


@dataclass(frozen=True)
class Books:
    """Whose ledger is read: sites, and every real place of theirs, which is the unplaced stock of each site
    (under the site's own id) and the zones.

    Zones belong to storage, the room above; it makes the books (`storage.places`).
    """

    sites: frozenset[UUID]
    places: frozenset[UUID]


@dataclass(frozen=True)
class Period:
    """Legal days from `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def month(cls, day: date) -> "Period":
        """The calendar month a day lies in."""
        return cls(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))

    @classmethod
    def quarter(cls, day: date) -> "Period":
        """The quarter a day lies in."""
        month = (day.month - 1) // 3 * 3 + 1
        return cls(day.replace(month=month, day=1), cls.month(day.replace(month=month + 2, day=1)).last)

    @classmethod
    def year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def before(self) -> "Period":
        """The calendar month before this one."""
        return Period.month(self.first - timedelta(days=1))


class Stage(enum.StrEnum):
    """环节: what an entry of the ledger is, seen from the books."""

    GENERATED = "generated"
    STORED = "stored"
    MOVED = "moved"
    OUTBOUND = "outbound"
    """Taken out of store, not yet reported used or sent."""
    TRANSFERRED = "transferred"
    RECEIVED = "received"
    USED = "used"
    DIFFERENCE = "difference"


@dataclass(frozen=True)
class LedgerFilter:
    """Which rows of the books."""

    period: Period | None = None
    text: str = ""
    """Part of a waste code or name, or pinyin initials of the waste's category."""
    stage: Stage | None = None
    kind: WasteKind = WasteKind.HAZARDOUS


def is_listed(work: Work, books: Books, wanted: LedgerFilter) -> ColumnElement[bool]:
    """The condition on `Posting` joined to `WasteStream` for the entries of the books that are asked for."""
    conditions = [WasteStream.kind == wanted.kind, touches(books)]
    if wanted.period is not None:
        conditions.append(Posting.effective_on.between(wanted.period.first, wanted.period.last))
    if wanted.stage is not None:
        conditions.append(is_of_stage(books, wanted.stage))
    conditions.append(is_waste(work, wanted.text))
    return and_(*conditions)


def leaves(books: Books) -> ColumnElement[bool]:
    """The posting takes from a place of the books."""
    return and_(Posting.from_id.in_(books.places), Posting.from_kind.in_(HELD_KINDS))


def enters(books: Books) -> ColumnElement[bool]:
    """The posting brings to a place of the books."""
    return and_(Posting.to_id.in_(books.places), Posting.to_kind.in_(HELD_KINDS))


def with_record(flow: Select[Any]) -> Select[Any]:
    """Postings that left for good, or with a consignment, with their line in tables B.2 to B.5, if they have one; a
    correction and what replaced a posting have the line of the first. Others are not looked up."""
    origin = func.coalesce(Posting.corrects_id, Posting.id)
    left = _has_end((*USES, PlaceKind.CONSIGNMENT))
    return flow.outerjoin(LedgerCorrection, and_(left, LedgerCorrection.replacement_id == origin)).outerjoin(
        LedgerRecord,
        and_(left, LedgerRecord.posting_id == func.coalesce(LedgerCorrection.root_id, origin)),
    )


def entrusted() -> ColumnElement[bool]:
    """The condition on postings `with_record` that their mass went to somebody else."""
    return func.coalesce(LedgerRecord.table.in_(ENTRUSTED_TABLES), false())


def touches(books: Books) -> ColumnElement[bool]:
    """The posting changes the stock of the books, or is a weighing difference on waste they sent or received."""
    received = select(Posting.from_id).where(Posting.from_kind == PlaceKind.CONSIGNMENT, enters(books))
    return or_(
        leaves(books),
        enters(books),
        and_(_has_end((PlaceKind.WEIGHING_DIFFERENCE,)), WasteStream.site_id.in_(books.sites)),
        and_(Posting.to_kind == PlaceKind.WEIGHING_DIFFERENCE, Posting.to_id.in_(received)),
    )


def is_of_stage(books: Books, stage: Stage) -> ColumnElement[bool]:
    """The condition that an entry is of a stage, as `stage_of` tells it in Python."""
    into_consignment = and_(Posting.to_kind == PlaceKind.CONSIGNMENT, Posting.corrects_id.is_(None))
    out_of_consignment = and_(Posting.from_kind == PlaceKind.CONSIGNMENT, Posting.corrects_id.is_(None))
    no_difference = ~_has_end(DIFFERENCES)
    match stage:
        case Stage.GENERATED:
            return _has_end((PlaceKind.GENERATION,))
        case Stage.STORED:
            return and_(Posting.from_kind == PlaceKind.UNPLACED, Posting.to_kind == PlaceKind.ZONE)
        case Stage.MOVED:
            return and_(Posting.from_kind == PlaceKind.ZONE, Posting.to_kind.in_(STOCK_KINDS))
        case Stage.OUTBOUND:
            return and_(_has_end(STOCK_KINDS), _has_end((PlaceKind.OUTBOUND,)))
        case Stage.TRANSFERRED:
            undone = and_(Posting.from_kind == PlaceKind.CONSIGNMENT, Posting.corrects_id.is_not(None))
            return or_(
                and_(or_(into_consignment, undone), no_difference), and_(_has_end(USES), _is_entrusted())
            )
        case Stage.RECEIVED:
            undone = and_(Posting.to_kind == PlaceKind.CONSIGNMENT, Posting.corrects_id.is_not(None))
            return and_(or_(out_of_consignment, undone), no_difference)
        case Stage.USED:
            return and_(_has_end(USES), ~_is_entrusted())
        case Stage.DIFFERENCE:
            return _has_end(DIFFERENCES)


def stage_of(source: PlaceKind, target: PlaceKind, *, corrects: bool, is_entrusted: bool = False) -> Stage:
    """The stage of an entry by the kinds of its ends; a correction belongs to the stage it corrects."""
    ends = {source, target}
    if ends & set(DIFFERENCES):
        return Stage.DIFFERENCE
    if PlaceKind.GENERATION in ends:
        return Stage.GENERATED
    if ends & set(USES):
        return Stage.TRANSFERRED if is_entrusted else Stage.USED
    if PlaceKind.CONSIGNMENT in ends:
        outward = (target is PlaceKind.CONSIGNMENT) != corrects
        return Stage.TRANSFERRED if outward else Stage.RECEIVED
    if PlaceKind.OUTBOUND in ends:
        return Stage.OUTBOUND
    return Stage.STORED if source is PlaceKind.UNPLACED else Stage.MOVED


def is_waste(work: Work, text: str) -> ColumnElement[bool]:
    """The condition on `WasteStream` that its code or one of its names contains `text`, or that letters are the
    pinyin initials of its category's name."""
    words = text.strip()
    if not words:
        return true()
    found = or_(
        WasteStream.waste_code.contains(words.upper(), autoescape=True),
        WasteStream.category == words.upper(),
        WasteStream.local_name.icontains(words, autoescape=True),
        WasteStream.waste_name.icontains(words, autoescape=True),
    )
    if words.isascii() and words.isalpha():
        page = search_waste(catalogue_of(work), words, on=work.today, limit=MAX_CODES_BY_INITIALS)
        return or_(found, WasteStream.waste_code.in_([entry.code for entry in page.items]))
    return found


def _has_end(kinds: tuple[PlaceKind, ...]) -> ColumnElement[bool]:
    return or_(Posting.from_kind.in_(kinds), Posting.to_kind.in_(kinds))


def _is_entrusted() -> ColumnElement[bool]:
    origin = func.coalesce(Posting.corrects_id, Posting.id)
    return (
        select(LedgerRecord.id)
        .select_from(LedgerRecord)
        .outerjoin(LedgerCorrection, LedgerCorrection.root_id == LedgerRecord.posting_id)
        .where(
            LedgerRecord.table.in_(ENTRUSTED_TABLES),
            or_(LedgerRecord.posting_id == origin, LedgerCorrection.replacement_id == origin),
        )
        .correlate(Posting)
        .exists()
    )
