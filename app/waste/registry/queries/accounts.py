"""What became of each waste, by method and receiver: the figures that declarations and monthly tables are made of.

Mass that was taken out of store and not yet used or sent still lies at the site, so it is part of opening and
closing here (`outbound` tells how much of the closing it is); then opening + in − out = closing by construction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, case, extract, func, literal, select, union_all

from app.foundation.core.work import Work
from app.waste.registry.methods import is_utilisation
from app.waste.registry.models import (
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.queries.balances import MONTHS_A_YEAR, PeriodBalance
from app.waste.registry.queries.books import (
    USES,
    Books,
    Period,
    ensure_may_read,
    enters,
    entrusted,
    leaves,
    with_record,
)


@dataclass(frozen=True)
class Way:
    """How mass left for good: by which method, as use or disposal, and by whom if not the site itself."""

    is_use: bool
    method: str = ""
    receiver: str = ""
    licence: str = ""
    batch: str = ""
    """Its stock-out batch, when a consignment took it: one a consignment."""


@dataclass
class Account:
    """One waste of one site in one period; whole grams."""

    opening: int = 0
    generated: int = 0
    received: int = 0
    own: dict[Way, int] = field(default_factory=dict)
    entrusted: dict[Way, int] = field(default_factory=dict)
    other: int = 0
    """Loss, regrouping and products, in less out."""
    outbound: int = 0
    """Part of the closing: taken out of store, not yet used or sent."""

    @property
    def own_total(self) -> int:
        return sum(self.own.values())

    @property
    def entrusted_total(self) -> int:
        return sum(self.entrusted.values())

    @property
    def closing(self) -> int:
        """By construction: opening + in − out."""
        ins = self.opening + self.generated + self.received + self.other
        return ins - self.own_total - self.entrusted_total

    @property
    def moves(self) -> bool:
        """Whether anything happened."""
        return bool(self.generated or self.received or self.other or self.own or self.entrusted)

    @property
    def is_empty(self) -> bool:
        """Nothing there, nothing happened."""
        return not (self.opening or self.moves)

    def as_balance(self) -> PeriodBalance:
        """The same as pages of balances show it; what was taken out of store counts as in hand here."""
        return PeriodBalance(
            opening=self.opening,
            generated=self.generated,
            received=self.received,
            transferred=self.entrusted_total,
            used=self.own_total,
            other=self.other,
        )


@dataclass(frozen=True)
class StreamAccount:
    """A waste and its account in a period."""

    stream: WasteStream
    period: Period
    account: Account


def stream_accounts(
    work: Work, books: Books, period: Period, kind: WasteKind = WasteKind.HAZARDOUS
) -> Sequence[StreamAccount]:
    """The accounts of a period of every waste that lay there or moved, by code and name. Two statements.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    return monthly_accounts(work, books, [period], kind)


def monthly_accounts(
    work: Work, books: Books, periods: Sequence[Period], kind: WasteKind = WasteKind.HAZARDOUS
) -> Sequence[StreamAccount]:
    """The accounts of periods that follow each other, oldest first, each one's closing the next one's opening: by
    period, then by code and name. A period is a whole number of months. Two statements, three for general waste.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    flows = _flows(books)
    month = extract("year", flows.c.effective_on) * MONTHS_A_YEAR + extract("month", flows.c.effective_on)
    keys = (
        flows.c.stream_id,
        case((flows.c.effective_on < periods[0].first, 0), else_=month).label("month"),
        flows.c.other,
        flows.c.sign,
        flows.c.corrects,
        flows.c.outbound,
        flows.c.entrusted,
        flows.c.method,
        flows.c.receiver,
        flows.c.licence,
        flows.c.batch,
    )
    rows = work.session.execute(
        select(*keys, func.sum(flows.c.mass).label("mass"))
        .join(WasteStream, WasteStream.id == flows.c.stream_id)
        .where(flows.c.effective_on <= periods[-1].last, WasteStream.kind == kind)
        .group_by(*keys)
    ).all()
    streams = _streams(work, {row.stream_id for row in rows})
    told = _told(work, books, periods[-1]) if kind is WasteKind.GENERAL else {}
    by_stream: dict[UUID, list[Any]] = {stream_id: [] for stream_id in streams}
    for row in rows:
        by_stream[row.stream_id].append(row)
    found = [
        StreamAccount(streams[stream_id], period, account)
        for stream_id, theirs in by_stream.items()
        for period, account in _accounts(theirs, periods, told.get(stream_id, ()))
    ]
    found.sort(
        key=lambda one: (one.period.first, one.stream.waste_code, one.stream.local_name, one.stream.id)
    )
    return found


def _streams(work: Work, ids: set[UUID]) -> dict[UUID, WasteStream]:
    rows = work.session.scalars(select(WasteStream).where(WasteStream.id.in_(ids)))
    return {stream.id: stream for stream in rows}


@dataclass(frozen=True)
class _Told:
    """What an imported line of general-waste table 2 tells beyond its postings."""

    on: date
    mass: int
    details: Mapping[str, Any]


def _told(work: Work, books: Books, last: Period) -> dict[UUID, list[_Told]]:
    """Lines of table 2 by stream: which of the mass that left was entrusted, by which methods, and what had lain
    there before the first month."""
    rows = work.session.execute(
        select(
            LedgerRecord.stream_id, LedgerRecord.happened_on, LedgerRecord.mass, LedgerRecord.details
        ).where(
            LedgerRecord.site_id.in_(books.sites),
            LedgerRecord.table == LedgerTable.GENERAL_SUMMARY,
            LedgerRecord.happened_on <= last.last,
        )
    )
    told: dict[UUID, list[_Told]] = {}
    for stream_id, on, mass, details in rows:
        told.setdefault(stream_id, []).append(_Told(on, mass, details))
    return told


def _tell(account: Account, told: Sequence[_Told], period: Period) -> None:
    """Put what imported lines of a period tell into an account; sums stay."""
    for line in told:
        if not period.first <= line.on <= period.last:
            continue
        if line.details.get("opening"):
            account.generated -= line.mass
            account.opening += line.mass
            continue
        for is_use, name in ((True, "use"), (False, "disposal")):
            _split(account, is_use, line.details, name)


def _split(account: Account, is_use: bool, details: Mapping[str, Any], name: str) -> None:
    """Own and entrusted mass of one kind, posted together, set apart as the line says."""
    posted = account.own.pop(Way(is_use), 0)
    mine = details.get("posted") or details  # what other lines have posted is told by them
    own = min(posted, int(mine.get(f"own_{name}", 0)))
    entrusted = min(posted - own, int(mine.get(f"out_{name}", 0)))
    _add(account.own, Way(is_use, details.get(f"own_{name}_method") or ""), own)
    _add(account.entrusted, Way(is_use, details.get(f"out_{name}_method") or ""), entrusted)
    _add(account.own, Way(is_use), posted - own - entrusted)


def _add(ways: dict[Way, int], way: Way, mass: int) -> None:
    if total := ways.pop(way, 0) + mass:
        ways[way] = total


def _accounts(
    rows: Sequence[Any], periods: Sequence[Period], told: Sequence[_Told]
) -> list[tuple[Period, Account]]:
    """The account of each period in which there was anything, from the rows of one stream."""
    opening = sum(row.sign * int(row.mass) for row in rows if not row.month)
    outbound = sum(row.sign * int(row.mass) for row in rows if not row.month and row.outbound)
    accounts = []
    for period in periods:
        account = Account(opening=opening, outbound=outbound)
        for row in rows:
            if row.month and _month(period.first) <= int(row.month) <= _month(period.last):
                _enter(account, row)
        _tell(account, told, period)
        if not account.is_empty:
            accounts.append((period, account))
        opening, outbound = account.closing, account.outbound
    return accounts


def _month(day: Any) -> int:
    return int(day.year * MONTHS_A_YEAR + day.month)


def _enter(account: Account, row: Any) -> None:
    entered = row.sign * int(row.mass)
    if row.outbound:
        account.outbound += entered
    if row.other == PlaceKind.GENERATION:
        account.generated += entered
    elif row.other == PlaceKind.CONSIGNMENT and (row.sign > 0) != bool(row.corrects):
        account.received += entered
    elif row.other in USES or row.other == PlaceKind.CONSIGNMENT:
        _leave(account, row, -entered)
    elif row.other == PlaceKind.WEIGHING_DIFFERENCE:
        account.received += entered
    else:  # also what moves within the books: its two ends cancel out
        account.other += entered


def _leave(account: Account, row: Any, mass: int) -> None:
    is_sent = row.other == PlaceKind.CONSIGNMENT
    is_use = is_utilisation(row.method) if is_sent else row.other != PlaceKind.DISPOSED
    if is_sent or row.entrusted:
        ways, way = account.entrusted, Way(is_use, row.method, row.receiver, row.licence, row.batch)
    else:
        ways, way = account.own, Way(is_use, row.method)
    _add(ways, way, mass)


def _flows(books: Books) -> Subquery:
    """Each end of a posting that lies in the books, with the kind of its other end and its official line."""
    return union_all(
        with_record(select(*_flow(1, Posting.from_kind, Posting.to_kind))).where(enters(books)),
        with_record(select(*_flow(-1, Posting.to_kind, Posting.from_kind))).where(leaves(books)),
    ).subquery()


def _flow(sign: int, other: Any, own: Any) -> tuple[Any, ...]:
    record = LedgerRecord
    return (
        Posting.stream_id.label("stream_id"),
        Posting.effective_on.label("effective_on"),
        Posting.mass.label("mass"),
        other.label("other"),
        literal(sign).label("sign"),
        case((Posting.corrects_id.is_not(None), 1), else_=0).label("corrects"),
        case((own == PlaceKind.OUTBOUND, 1), else_=0).label("outbound"),
        case((entrusted(), 1), else_=0).label("entrusted"),
        func.coalesce(record.method_code, "").label("method"),
        func.coalesce(record.receiver_name, "").label("receiver"),
        func.coalesce(record.licence_number, "").label("licence"),
        case((other == PlaceKind.CONSIGNMENT, func.coalesce(record.batch_number, "")), else_="").label(
            "batch"
        ),
    )
