"""Lists as CSV and XLSX, read back."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.foundation.documents import spreadsheet
from app.foundation.documents.spreadsheet import Value, csv_bytes, guarded, unguarded, xlsx_bytes

HEADER = ["废物代码", "重量 kg", "产生日期"]
ATTACKS = ["=1+1", "+86 138", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]


def from_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def sheets(data: bytes) -> list[list[list[Any]]]:
    return [
        [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in load_workbook(BytesIO(data))
    ]


def test_csv_opens_in_excel() -> None:
    data = csv_bytes(HEADER, [["900-402-06", Decimal("186.400"), date(2026, 11, 20)]])

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert from_csv(data) == [HEADER, ["900-402-06", "186.400", "2026-11-20"]]


@pytest.mark.parametrize("attack", ATTACKS)
def test_texts_never_become_formulas(attack: str) -> None:
    rows: list[Sequence[Value]] = [[attack]]

    [[_, [in_csv]]] = [from_csv(csv_bytes(["备注"], rows))]
    book = load_workbook(BytesIO(xlsx_bytes(["备注"], rows)))

    assert in_csv == f"'{attack}"
    assert book.active is not None
    assert book.active["A2"].data_type == "s"


def test_numbers_below_zero_stay_numbers() -> None:
    assert from_csv(csv_bytes(["元/t"], [[-1160], [Decimal("-0.5")]]))[1:] == [["-1160"], ["-0.5"]]


@given(st.text(max_size=20))
def test_a_guarded_text_reads_back(text: str) -> None:
    assert unguarded(guarded(text)) == text or text.startswith("'")


def test_xlsx_keeps_types() -> None:
    instant = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)

    [[header, row]] = sheets(
        xlsx_bytes(["a", "b", "c", "d", "e", "f"], [["0042", 7, Decimal("0.9955"), True, instant, None]])
    )

    assert header == ["a", "b", "c", "d", "e", "f"]
    assert row == ["0042", 7, 0.9955, True, datetime(2026, 11, 20, 14, 5), None]


def test_csv_writes_instants_in_local_time() -> None:
    instant = datetime(2026, 11, 20, 16, 5, 1, tzinfo=UTC)

    assert from_csv(csv_bytes(["t"], [[instant]]))[1] == ["2026-11-21 00:05:01"]


def test_long_lists_go_on_to_a_next_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "SHEET_ROWS", 3)

    first, second, third = sheets(xlsx_bytes(["n"], [[number] for number in range(5)]))

    assert first == [["n"], [0], [1]]
    assert second == [["n"], [2], [3]]
    assert third == [["n"], [4]]


def test_texts_too_long_for_a_cell_are_cut_and_say_so() -> None:
    [[_, [cell]]] = sheets(xlsx_bytes(["t"], [["废" * 40_000]]))

    assert len(cell) == 32_767
    assert cell.endswith("…")


def test_no_rows_are_a_heading() -> None:
    assert from_csv(csv_bytes(HEADER, [])) == [HEADER]
    assert sheets(xlsx_bytes(HEADER, [])) == [[HEADER]]
