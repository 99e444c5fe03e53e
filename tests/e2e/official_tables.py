"""What the ledger's pages and workbooks say, read back as a person with a spreadsheet would."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl

from app.waste.registry.models import LedgerTable
from app.waste.registry.official_sheets import SHEETS
from tests.e2e.person import Person

TOTAL = "合计"
NOTHING = Decimal()
Row = dict[str, Any]


def sums_of(manager: Person, table: str) -> dict[str, Decimal]:
    """Tonnes by waste of an official table of the ledger's page; its last row is their total."""
    rows = kept_rows(manager, f"{table} XLSX", "危险废物代码")
    column = SHEETS[LedgerTable(table)].mass_column
    sums: dict[str, Decimal] = {}
    for row in rows[:-1]:
        sums[row["危险废物代码"]] = sums.get(row["危险废物代码"], NOTHING) + row[column]
    assert rows[-1]["序号"] == TOTAL
    assert rows[-1][column] == sum(sums.values(), NOTHING)
    return sums


def kept_rows(manager: Person, words: str, column: str) -> list[Row]:
    """The rows of a workbook behind a link, by the names of their columns; `column` is one of them."""
    with manager.page.expect_download() as kept:
        manager.follow(words)
    sheet = openpyxl.load_workbook(BytesIO(kept.value.path().read_bytes())).active
    lines = [[exact(value) for value in line] for line in sheet.iter_rows(values_only=True)]
    start = next(number for number, line in enumerate(lines) if column in line)
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]


def exact(value: Any) -> Any:
    """Numbers of a sheet as they are written there."""
    return Decimal(str(value)) if isinstance(value, int | float) else value


def stock_shown(manager: Person, day: str) -> dict[str, Decimal]:
    """Tonnes by waste on the page of a day's stock."""
    manager.go(f"/ledger/stock?on={day}")
    sums: dict[str, Decimal] = {}
    for row in manager.page.locator("main tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        code = cells[0].split()[-1]
        sums[code] = sums.get(code, NOTHING) + Decimal(cells[-1])
    return sums
