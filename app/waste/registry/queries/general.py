"""Tables 1 and 2 of the general-waste ledger (公告2021年第82号): what is generated, and where it goes month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.work import Work
from app.waste.registry.models import LedgerRecord, LedgerTable, WasteKind, WasteStream
from app.waste.registry.queries.accounts import Account, Way, monthly_accounts
from app.waste.registry.queries.balances import LedgerBalance, MonthBalance, PeriodBalance, StreamBalance
from app.waste.registry.queries.books import Books, Period

CLASSES: Final[Mapping[str, str]] = {"I": "第Ⅰ类", "II": "第Ⅱ类"}
"""The words of the official table for what a stream's `class` property says (GB 18599 3.6, 3.7)."""


@dataclass(frozen=True)
class Share:
    """One of the four ways out of table 2: its methods as written, and grams."""

    methods: tuple[str, ...]
    mass: int


@dataclass(frozen=True)
class SummaryLine:
    """One line of table 2: a waste in a month. `stored` is what the month added to the store, never below zero."""

    stream: WasteStream
    period: Period
    account: Account

    @property
    def waste_class(self) -> str:
        return class_of(self.stream)

    @property
    def stored(self) -> int:
        return max(0, self.account.closing - self.account.opening)

    @property
    def own_use(self) -> Share:
        return _share(self.account.own, is_use=True)

    @property
    def own_disposal(self) -> Share:
        return _share(self.account.own, is_use=False)

    @property
    def entrusted_use(self) -> Share:
        return _share(self.account.entrusted, is_use=True)

    @property
    def entrusted_disposal(self) -> Share:
        return _share(self.account.entrusted, is_use=False)


@dataclass(frozen=True)
class ListLine:
    """One line of table 1: a waste of a year."""

    stream: WasteStream
    year: int
    generated: int
    step: str = ""
    """产生环节, as an imported list of that year tells it."""

    @property
    def waste_class(self) -> str:
        return class_of(self.stream)


def class_of(stream: WasteStream) -> str:
    """第Ⅰ类 or 第Ⅱ类 as the stream says; empty where nobody has decided it."""
    return CLASSES.get(str(stream.properties.get("class", "")), "")


def general_summary(work: Work, books: Books, periods: Sequence[Period]) -> Sequence[SummaryLine]:
    """Table 2 for months that follow each other, oldest first; three statements. A waste begins with the first month
    in which it moved.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    begun: set[UUID] = set()
    lines = []
    for one in monthly_accounts(work, books, periods, WasteKind.GENERAL):
        if one.account.moves or one.stream.id in begun:
            begun.add(one.stream.id)
            lines.append(SummaryLine(one.stream, one.period, one.account))
    return lines


def general_list(work: Work, books: Books, year: int) -> Sequence[ListLine]:
    """Table 1 of a year: every general waste that was generated, and those that only an imported list tells of, with
    the mass it tells; by code and name. Four statements.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    found = monthly_accounts(work, books, [Period.year(year)], WasteKind.GENERAL)
    listed = _listed(work, books, year)
    lines = [
        ListLine(one.stream, year, one.account.generated, _step(listed.pop(one.stream.id, None)))
        for one in found
        if one.account.generated
    ]
    lines += [
        ListLine(stream, year, record.mass, _step((record, stream))) for record, stream in listed.values()
    ]
    return sorted(lines, key=lambda line: (line.stream.waste_code, line.stream.local_name, line.stream.id))


def _listed(work: Work, books: Books, year: int) -> dict[UUID, tuple[LedgerRecord, WasteStream]]:
    rows = work.session.execute(
        select(LedgerRecord, WasteStream)
        .join(WasteStream, WasteStream.id == LedgerRecord.stream_id)
        .where(
            LedgerRecord.site_id.in_(books.sites),
            LedgerRecord.table == LedgerTable.GENERAL_LIST,
            LedgerRecord.happened_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    return {record.stream_id: (record, stream) for record, stream in rows}


def _step(listed: tuple[LedgerRecord, WasteStream] | None) -> str:
    return str(listed[0].details.get("step") or "") if listed else ""


def general_balance(work: Work, books: Books, period: Period, text: str = "") -> LedgerBalance:
    """The balance of a period of general waste; three statements. What imported monthly tables say of entrusted use
    counts. `text` narrows the wastes.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    streams, total = [], PeriodBalance()
    for one in monthly_accounts(work, books, [period], WasteKind.GENERAL):
        stream = one.stream
        if text.upper() in stream.waste_code or text in stream.local_name:
            balance = one.account.as_balance()
            total.add(balance)
            streams.append(
                StreamBalance(
                    stream.id, stream.site_id, stream.waste_code, stream.category, stream.local_name, balance
                )
            )
    return LedgerBalance(period, total, tuple(streams))


def general_months(
    work: Work, books: Books, last: Period, months: int, text: str = ""
) -> Sequence[MonthBalance]:
    """The balances of the months up to `last`, newest first; three statements.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    periods = [last]
    while len(periods) < months:
        periods.append(periods[-1].before)
    sums = {period: PeriodBalance() for period in periods}
    for one in monthly_accounts(work, books, periods[::-1], WasteKind.GENERAL):
        if text.upper() in one.stream.waste_code or text in one.stream.local_name:
            sums[one.period].add(one.account.as_balance())
    return [MonthBalance(period, sums[period]) for period in periods]


def months_of(period: Period) -> list[Period]:
    """The calendar months of a period, oldest first."""
    months = [Period.month(period.last)]
    while months[-1].first > period.first:
        months.append(months[-1].before)
    return months[::-1]


def months_since(first: date, last: date) -> list[Period]:
    """The calendar months from one day's to another's, oldest first."""
    return months_of(Period(first.replace(day=1), Period.month(last).last))


def _share(ways: Mapping[Way, int], *, is_use: bool) -> Share:
    chosen = {way: mass for way, mass in ways.items() if way.is_use is is_use}
    return Share(tuple(sorted({way.method for way in chosen if way.method})), sum(chosen.values()))
