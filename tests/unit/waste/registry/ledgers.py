"""Builders of ledgers for tests: rows that are right, and files around them."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from app.foundation.catalogue.codes import credit_code_check_character
from app.waste.registry.ledger_files.ledger import (
    LedgerContext,
    LedgerReading,
    LedgerRow,
    ListedWaste,
    Source,
)
from app.waste.registry.ledger_files.ledger_rows import GenerationRow, PackageRow
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.ledger_files.vocabulary import Table

PROJECT = Path(__file__).parents[4]
SAMPLES = PROJECT / "tests/data/ledgers"
CATALOGUE = PROJECT / "app/foundation/catalogue/data/hazardous-waste-catalogue-2025.csv"

CREDIT_CODE = "91339901MA2XN10173"
OTHER_CREDIT_CODE = "91339902MA2XN2028W"
TODAY = date(2026, 11, 22)
TITLE = "危险废物产生台账 2026年10月"
HEADERS = (
    "序号", "产生批次编码", "产生时间", "行业俗称/单位内部名称", "国家危险废物名录名称", "危险废物类别", "危险废物代码",
    "产生量", "计量单位", "容器/包装编码", "容器/包装类型", "容器/包装数量", "产生危险废物设施编码", "产生部门经办人", "去向",
)  # fmt: skip
COLUMNS = (
    "serial", "batch_no", "event_at", "local_name", "waste_name", "category", "waste_code", "quantity", "unit",
    "container_code", "container_kind", "container_count", "source_facility", "producer_operator", "destination",
)  # fmt: skip


@cache
def listed() -> dict[str, ListedWaste]:
    """The list of 2025."""
    with CATALOGUE.open(encoding="utf-8-sig", newline="") as file:
        return {
            line["waste_code"]: ListedWaste(
                line["waste_code"], line["category_code"], line["description_zh"], line["category_name_zh"]
            )
            for line in csv.DictReader(file)
        }


def a_context(**changes: Any) -> LedgerContext:
    """An import into an empty ledger."""
    known: Collection[str] = changes.pop("known", ())
    values: dict[str, Any] = {
        "credit_code": CREDIT_CODE,
        "today": TODAY,
        "find_waste": lambda code, day: listed().get(code),
        "known_containers": lambda codes: set(codes) & set(known),
    }
    return LedgerContext(**(values | changes))


def sources_in(rows: Iterable[LedgerRow]) -> Callable[[Table, Collection[str]], dict[str, list[Source]]]:
    """What a ledger that holds these rows says of the batches of a table."""
    held: dict[tuple[Table, str], list[Source]] = {}
    for row in rows:
        if isinstance(row, GenerationRow | PackageRow):
            source = Source(row.container_code, row.event_date, row.event_time, row.grams, row.grams)
            held.setdefault((row.table, row.batch_no), []).append(source)
    return lambda table, batches: {batch: held[table, batch] for batch in batches if (table, batch) in held}


def container_code(
    serial: int = 1, code: str = "900-249-08", day: str = "20261001", owner: str = CREDIT_CODE
) -> str:
    """A right container code."""
    return f"{owner}{code.replace('-', '')}{day}{serial:03d}"


def with_wrong_check_digit(code: str) -> str:
    """The container code with another 18th character."""
    right = credit_code_check_character(code[:17])
    return f"{code[:17]}{'0' if right != '0' else '1'}{code[18:]}"


def a_row(serial: int = 1, **changes: Any) -> list[Any]:
    """A right row in the order of `HEADERS`; `changes` by column name."""
    values: dict[str, Any] = {
        "serial": serial,
        "batch_no": f"HWCS20261001{serial:03d}",
        "event_at": "2026-10-01",
        "local_name": "废机油",
        "waste_name": "废矿物油与含矿物油废物",
        "category": "HW08",
        "waste_code": "900-249-08",
        "quantity": "0.1234",
        "unit": "吨",
        "container_code": container_code(serial),
        "container_kind": "200L铁桶",
        "container_count": "1",
        "source_facility": "MF0001",
        "producer_operator": "赵示一",
        "destination": "TS001",
    }
    assert changes.keys() <= values.keys()
    return [(values | changes)[column] for column in COLUMNS]


def csv_bytes(lines: Iterable[Sequence[Any]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """A CSV file."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(lines)
    return stream.getvalue().encode(encoding)


def read_csv_rows(*rows: Sequence[Any], title: str = TITLE, **context: Any) -> LedgerReading:
    """Read rows below a title and the usual header: the first row is line 3."""
    return read_ledger(csv_bytes([[title], HEADERS, *rows]), "ledger.csv", a_context(**context))


def read_one(title: str = TITLE, **changes: Any) -> LedgerReading:
    """Read one row, right but for the changes. It stands in line 3."""
    return read_csv_rows(a_row(**changes), title=title)


def xlsx_bytes(lines: Iterable[Sequence[Any]], **options: Any) -> bytes:
    """A workbook with one sheet 产生环节."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("产生环节")
        for number, cells in enumerate(lines):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    return stream.getvalue()


def read_bytes(content: bytes, filename: str = "ledger.xlsx", **context: Any) -> LedgerReading:
    """Read a file."""
    return read_ledger(content, filename, a_context(**context))


def reasons(reading: LedgerReading) -> list[tuple[int, str, str]]:
    """`(row, field, reason)` of every problem."""
    return [(line.row, p.field.value, p.reason.value) for line in reading.refused for p in line.problems]


def cautions(reading: LedgerReading) -> list[tuple[int | None, str | None, str]]:
    """`(row, field, code)` of every warning."""
    return [(w.row, w.field.value if w.field else None, w.code.value) for w in reading.warnings]


def file_problems(reading: LedgerReading) -> list[str]:
    """Why the whole file is refused."""
    return [problem.reason.value for problem in reading.file_problems]


def skipped(reading: LedgerReading) -> list[tuple[int, str]]:
    """`(row, kind)` of every line that is no data."""
    return [(line.row, line.kind.value) for line in reading.skipped]
