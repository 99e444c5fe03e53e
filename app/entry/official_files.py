"""Official tables, the mass balance and declarations as files to keep: XLSX, CSV and PDF."""

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.entry.language import rendered, spoken_language
from app.entry.ledger import XLSX, attachment
from app.entry.official_words import OFFICIAL_WORDS
from app.foundation.core.clock import local_time
from app.foundation.core.errors import Conflict
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import Value, csv_bytes, xlsx_bytes
from app.foundation.documents.table import MAX_ROWS, TableDocument, TablePart, table_pdf
from app.parties.accounts.models import Organisation
from app.waste.registry.models import LedgerTable, Posting, WasteKind, WasteStream
from app.waste.registry.official_sheets import (
    SHEETS,
    Sheet,
    line_rows,
    list_rows,
    summary_rows,
    tonnes,
)
from app.waste.registry.queries.balances import LedgerBalance, PeriodBalance
from app.waste.registry.queries.books import Period
from app.waste.registry.queries.general import general_list, general_summary, months_since
from app.waste.registry.queries.official import (
    LINE_TABLES,
    OfficialFilter,
    corrections_in,
    kind_of,
    official_lines,
)
from app.waste.storage.places import StockPlaces

TOTAL: Final = "合计"
TOLD_EVERY: Final = 500
PDF: Final = "application/pdf"
CSV: Final = "text/csv; charset=utf-8"
assert OFFICIAL_WORDS


class FileFormat(enum.StrEnum):
    """As what a table may be kept."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"


@dataclass(frozen=True)
class KeptFile:
    """A finished file."""

    body: bytes
    media_type: str
    name: str


def official_file(
    work: Work,
    places: StockPlaces,
    wanted: OfficialFilter,
    form: FileFormat,
    *,
    told: Callable[[int], None] | None = None,
) -> KeptFile:
    """An official table in the standard's layout, with its total. `told` hears how many rows are written.

    Raises:
        NotPermitted: the actor may not read ledgers.
        Conflict: more rows than paper takes.
    """
    sheet = SHEETS[wanted.table]
    rows = _Totalled(_rows(work, places, wanted), sheet, told)
    notes = _notes(work, places, wanted.period)
    month = f"-{wanted.period.first:%Y-%m}" if wanted.period else ""
    name = f"ledger-{wanted.table.value}{month}"
    if form is FileFormat.PDF:
        part = TablePart([_word(column) for column in sheet.header], _on_paper(rows), has_total=True)
        return KeptFile(paper(work, _word(sheet.title), notes, [part]), PDF, f"{name}.pdf")
    return _sheet_file(work, form, sheet.name, sheet.header, rows, [sheet.title, *notes], name)


def balance_file(
    work: Work, places: StockPlaces, balance: LedgerBalance, kind: WasteKind, form: FileFormat
) -> KeptFile:
    """The mass balance of a period, waste by waste, with its total."""
    title = say("危险废物收支平衡表") if kind is WasteKind.HAZARDOUS else say("一般工业固体废物收支平衡表")
    header = [rendered(word) for word in BALANCE_HEADER]
    rows: list[tuple[Value, ...]] = [
        (one.waste_code, one.local_name, *_balance_values(one.balance)) for one in balance.streams
    ]
    rows.append((rendered(say("合计")), "", *_balance_values(balance.total)))
    notes = _notes(work, places, balance.period)
    name = f"balance-{balance.period.first:%Y-%m}"
    if form is FileFormat.PDF:
        part = TablePart(header, rows, has_total=True)
        return KeptFile(paper(work, rendered(title), notes, [part]), PDF, f"{name}.pdf")
    return _sheet_file(work, form, rendered(say("收支平衡")), header, rows, [rendered(title), *notes], name)


BALANCE_HEADER: Final = (
    say("废物代码"),
    say("废物"),
    say("期初 t"),
    say("产生 t"),
    say("接收 t"),
    say("转移 t"),
    say("自行利用处置 t"),
    say("出库待用 t"),
    say("其他 t"),
    say("期末 t"),
)


def _balance_values(one: PeriodBalance) -> tuple[Decimal, ...]:
    masses = (
        one.opening, one.generated, one.received, one.transferred, one.used, one.outbound, one.other, one.closing
    )  # fmt: skip
    return tuple(tonnes(mass) for mass in masses)


def paper(work: Work, title: str, notes: Sequence[str], parts: Sequence[TablePart]) -> bytes:
    """A table on A4 in the reader's language."""
    printed = f"{local_time(work.now, work.actor.zone):%Y-%m-%d %H:%M}"
    return table_pdf(
        TableDocument(
            title=title,
            notes=notes,
            parts=parts,
            foot=_("固废一张网 · 打印于 %(at)s", at=printed),
            page=str(_("第 {page} 页，共 {pages} 页")),
            language="en" if spoken_language() == "en" else "zh-CN",
        )
    )


def kept(file: KeptFile) -> object:
    """The file as an answer."""
    return attachment(file.body, file.media_type, file.name)


def _sheet_file(
    work: Work,
    form: FileFormat,
    sheet_name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    titles: Sequence[str],
    name: str,
) -> KeptFile:
    zone = work.actor.zone
    if form is FileFormat.CSV:
        return KeptFile(csv_bytes(header, rows, time_zone=zone, titles=titles), CSV, f"{name}.csv")
    body = xlsx_bytes(header, rows, sheet_name=sheet_name, time_zone=zone, titles=titles)
    return KeptFile(body, XLSX, f"{name}.xlsx")


def _rows(work: Work, places: StockPlaces, wanted: OfficialFilter) -> Iterable[tuple[Value, ...]]:
    books = places.books
    if wanted.table in LINE_TABLES:
        corrected = corrections_in(work, books, wanted)
        lines = official_lines(work, books, wanted)
        return line_rows(wanted.table, lines, corrected, wanted.period, work.actor.zone)
    period = wanted.period or _whole(work, places, kind_of(wanted.table))
    if wanted.table is LedgerTable.GENERAL_LIST:
        years = range(period.first.year, period.last.year + 1)
        return list_rows(line for year in years for line in general_list(work, books, year))
    months = months_since(period.first, min(period.last, work.today))
    return summary_rows(general_summary(work, books, months))


def _whole(work: Work, places: StockPlaces, kind: WasteKind) -> Period:
    """From the first posting to today."""
    first = work.session.scalar(
        select(func.min(Posting.effective_on))
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .where(WasteStream.site_id.in_(places.books.sites), WasteStream.kind == kind)
    )
    return Period(first or work.today, work.today)


class _Totalled:
    """Rows, and after the last of them the total of the table's mass column."""

    def __init__(
        self,
        rows: Iterable[tuple[Value, ...]],
        sheet: Sheet,
        told: Callable[[int], None] | None = None,
    ) -> None:
        self._rows = rows
        self._told = told
        self._sheet = sheet

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        total, at = Decimal(0), self._sheet.header.index(self._sheet.mass_column)
        for count, row in enumerate(self._rows, 1):
            if self._told and count % TOLD_EVERY == 0:
                self._told(count)
            value = row[at]
            total += value if isinstance(value, Decimal) else 0
            yield row
        last: list[Value] = [""] * len(self._sheet.header)
        last[0], last[at] = TOTAL, total
        yield tuple(last)


def _on_paper(rows: Iterable[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """As many rows as paper takes.

    Raises:
        Conflict: there are more.
    """
    taken = []
    for row in rows:
        taken.append(row)
        if len(taken) > MAX_ROWS:
            raise Conflict(say("超过 {rows} 行，请选择一个月份，或导出为 XLSX", rows=MAX_ROWS))
    taken[-1] = (_word(TOTAL), *taken[-1][1:])
    return taken


def _notes(work: Work, places: StockPlaces, period: Period | None) -> list[str]:
    """The line below the title: whose ledger, and of which time."""
    firms = work.session.execute(
        select(Organisation.name, Organisation.credit_code)
        .where(Organisation.id.in_(places.organisations))
        .order_by(Organisation.name)
        .limit(2)
    ).all()
    words = []
    if len(firms) == 1:
        words += [_("单位名称：%(name)s", name=firms[0].name)]
        words += [_("统一社会信用代码：%(code)s", code=firms[0].credit_code)]
    elif firms:
        words += [_("单位：%(n)s 家", n=len(places.organisations))]
    if period is not None:
        words.append(_period_note(period))
    return ["    ".join(words)] if words else []


def _period_note(period: Period) -> str:
    if period == Period.month(period.first):
        return str(_("记录月份：%(year)s年%(month)s月", year=period.first.year, month=period.first.month))
    if period == Period.year(period.first.year):
        return str(_("年度：%(year)s", year=period.first.year))
    return str(_("期间：%(first)s 至 %(last)s", first=period.first.isoformat(), last=period.last.isoformat()))


def _word(word: str) -> str:
    """A word of the standard in the reader's language."""
    return rendered(Text(word))
