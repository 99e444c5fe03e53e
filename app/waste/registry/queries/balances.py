"""Opening + in − out = closing, of a period and month by month: sums over the same postings, so they always agree."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Subquery, case, extract, func, literal_column, select, union_all

from app.foundation.core.work import Work
from app.waste.registry.models import Balance, PlaceKind, Posting, WasteKind, WasteStream
from app.waste.registry.queries.books import (
    STOCK_KINDS,
    USES,
    Books,
    Period,
    ensure_may_read,
    enters,
    entrusted,
    is_waste,
    leaves,
    with_record,
)

MONTHS_A_YEAR = 12


@dataclass
class PeriodBalance:
    """What lay there before, came, went, and lies there after; whole grams.

    `transferred` went to others; `used` is own use and disposal; `outbound` is what was taken out of store less
    what has since been used or sent; `other` is loss and regrouping, in less out; differences found in weighing at
    receipt are part of `received`.
    """

    opening: int = 0
    generated: int = 0
    received: int = 0
    transferred: int = 0
    used: int = 0
    outbound: int = 0
    other: int = 0
    outbound_opening: int = 0
    """Taken out before the period and not yet used or sent at its beginning; no part of `opening`."""
    generated_count: int = 0
    """Batches."""
    transferred_count: int = 0
    """Packages."""
    received_count: int = 0

    @property
    def closing(self) -> int:
        """By construction: opening + in − out."""
        ins = self.opening + self.generated + self.received + self.other
        return ins - self.transferred - self.used - self.outbound

    @property
    def outbound_closing(self) -> int:
        """Taken out of store and neither used nor sent at the end of the period."""
        return self.outbound_opening + self.outbound

    def add(self, other: "PeriodBalance") -> None:
        """Take another account into this one."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class StreamBalance:
    """The balance of one waste of one site."""

    stream_id: UUID
    site_id: UUID
    waste_code: str
    category: str
    local_name: str
    balance: PeriodBalance


@dataclass(frozen=True)
class LedgerBalance:
    """The balance of a period, of each waste and of all."""

    period: Period
    total: PeriodBalance
    streams: tuple[StreamBalance, ...]


@dataclass(frozen=True)
class MonthBalance:
    """The balance of one calendar month."""

    period: Period
    balance: PeriodBalance


def period_balance(
    work: Work, books: Books, period: Period, text: str = "", kind: WasteKind = WasteKind.HAZARDOUS
) -> LedgerBalance:
    """The balance of a period per waste and in total, in one statement. `text` narrows the wastes.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    flows = _flows(books)
    is_before = flows.c.effective_on < period.first
    wastes = (
        WasteStream.id,
        WasteStream.site_id,
        WasteStream.waste_code,
        WasteStream.category,
        WasteStream.local_name,
    )
    rows = work.session.execute(
        select(*wastes, case((is_before, 1), else_=0).label("before"), *_grouped(flows))
        .join(WasteStream, WasteStream.id == flows.c.stream_id)
        .where(
            flows.c.effective_on <= period.last,
            WasteStream.kind == kind,
            is_waste(work, text),
        )
        .group_by(*wastes, "before", *_keys(flows))
        .order_by(WasteStream.waste_code, WasteStream.local_name, WasteStream.id)
    ).all()
    grouped: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        grouped[tuple(row[:5])].append(row)
    streams = tuple(
        StreamBalance(stream_id, site_id, code, category, name, _balance(found))
        for (stream_id, site_id, code, category, name), found in grouped.items()
    )
    total = PeriodBalance()
    for stream in streams:
        total.add(stream.balance)
    return LedgerBalance(period, total, streams)


def monthly_balances(
    work: Work,
    books: Books,
    last: Period,
    months: int = MONTHS_A_YEAR,
    text: str = "",
    kind: WasteKind = WasteKind.HAZARDOUS,
) -> Sequence[MonthBalance]:
    """The balances of the months up to `last`, newest first, each one's closing the next one's opening.

    One statement.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    periods = [last]
    while len(periods) < months:
        periods.append(periods[-1].before)
    periods.reverse()
    flows = _flows(books)
    month = extract("year", flows.c.effective_on) * MONTHS_A_YEAR + extract("month", flows.c.effective_on)
    is_before = flows.c.effective_on < periods[0].first
    rows = work.session.execute(
        select(
            case((is_before, 1), else_=0).label("before"),
            case((is_before, 0), else_=month).label("month"),
            *_grouped(flows),
        )
        .join(WasteStream, WasteStream.id == flows.c.stream_id)
        .where(
            flows.c.effective_on <= last.last,
            WasteStream.kind == kind,
            is_waste(work, text),
        )
        .group_by("before", "month", *_keys(flows))
    ).all()
    by_month: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_month[int(row.month)].append(row)
    start = _balance(by_month[0])
    opening, outbound = start.opening, start.outbound_opening
    balances = []
    for period in periods:
        balance = _balance(by_month[period.first.year * MONTHS_A_YEAR + period.first.month])
        balance.opening, balance.outbound_opening = opening, outbound
        opening, outbound = balance.closing, balance.outbound_closing
        balances.append(MonthBalance(period, balance))
    balances.reverse()
    return balances


def stock_kept(work: Work, books: Books, kind: WasteKind = WasteKind.HAZARDOUS) -> int:
    """Grams that lie at the places of the books now, as the balances keep it. One statement."""
    total = work.session.scalar(
        select(func.sum(Balance.mass))
        .join(WasteStream, WasteStream.id == Balance.stream_id)
        .where(
            Balance.place_id.in_(books.places),
            Balance.place_kind.in_(STOCK_KINDS),
            WasteStream.kind == kind,
        )
    )
    return int(total or 0)


def _flows(books: Books) -> Subquery:
    """Each end of a posting that lies in the books, with the kind of its other end. What moves within the books
    has two such ends, which cancel out."""
    return union_all(
        with_record(select(*_flow(1, Posting.from_kind, Posting.to_kind))).where(enters(books)),
        with_record(select(*_flow(-1, Posting.to_kind, Posting.from_kind))).where(leaves(books)),
    ).subquery()


def _flow(sign: int, other: Any, own: Any) -> tuple[Any, ...]:
    return (
        Posting.stream_id.label("stream_id"),
        Posting.effective_on.label("effective_on"),
        Posting.mass.label("mass"),
        other.label("other"),
        literal_column(str(sign), Integer).label("sign"),
        case((Posting.corrects_id.is_not(None), 1), else_=0).label("corrects"),
        case((own == PlaceKind.OUTBOUND, 1), else_=0).label("outbound"),
        case((entrusted(), 1), else_=0).label("entrusted"),
    )


def _keys(flows: Subquery) -> tuple[Any, ...]:
    return (flows.c.other, flows.c.sign, flows.c.corrects, flows.c.outbound, flows.c.entrusted)


def _grouped(flows: Subquery) -> tuple[Any, ...]:
    return (
        *_keys(flows),
        func.sum(flows.c.mass).label("mass"),
        func.count().label("count"),
    )


def _balance(rows: Iterable[Any]) -> PeriodBalance:
    """Rows of (before, other, sign, corrects, outbound, entrusted, mass, count) put into their accounts."""
    balance = PeriodBalance()
    for row in rows:
        entered = row.sign * int(row.mass)
        if row.before and row.outbound:
            balance.outbound_opening += entered
        elif row.before:
            balance.opening += entered
        else:
            balance.outbound += entered if row.outbound else 0
            _enter(balance, row, entered)
    return balance


def _enter(balance: PeriodBalance, row: Any, entered: int) -> None:
    undone = -1 if row.corrects else 1
    if row.other == PlaceKind.GENERATION:
        balance.generated += entered
        balance.generated_count += row.sign * row.count
    elif row.other == PlaceKind.WEIGHING_DIFFERENCE:
        balance.received += entered
    elif row.other == PlaceKind.CONSIGNMENT and row.sign * undone > 0:
        balance.received += entered
        balance.received_count += row.sign * row.count
    elif row.other == PlaceKind.CONSIGNMENT or (row.other in USES and row.entrusted):
        balance.transferred -= entered
        balance.transferred_count -= row.sign * row.count
    elif row.other in USES:
        balance.used -= entered
    else:  # also what moves within the books: its two ends cancel out
        balance.other += entered
