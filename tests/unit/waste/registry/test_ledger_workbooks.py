"""Workbooks: merged and hidden things, both date systems, formulas, formats, and files that mean harm."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from app.waste.registry.ledger_files import limits, workbook
from app.waste.registry.ledger_files.child.biff import hidden_rows
from tests.unit.waste.registry.ledgers import (
    COLUMNS,
    HEADERS,
    PROJECT,
    TITLE,
    a_row,
    cautions,
    container_code,
    file_problems,
    read_bytes,
    reasons,
    skipped,
    xlsx_bytes,
)

OLD_WORKBOOKS = PROJECT / "tests/data/old-workbooks"
SHEET_PART = "xl/worksheets/sheet1.xml"


def a_workbook(fill: Callable[[xlsxwriter.Workbook], None], **options: Any) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as book:
        fill(book)
    return stream.getvalue()


def write_ledger(sheet: Any, *rows: list[Any]) -> None:
    """Title, header and rows; the first row is line 3."""
    for number, cells in enumerate([[TITLE], HEADERS, *rows]):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            else:
                sheet.write(number, column, value)


def with_parts(content: bytes, **changes: bytes | None) -> bytes:
    """The archive with some parts replaced, or left out when None; names with __ for /."""
    parts = {name.replace("__", "/"): data for name, data in changes.items()}
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in [*old.namelist(), *(parts.keys() - set(old.namelist()))]:
            data = parts.get(name, old.read(name) if name in old.namelist() else None)
            if data is not None:
                new.writestr(name, data)
    return stream.getvalue()


def with_sheet(content: bytes, change: Callable[[str], str]) -> bytes:
    """The archive with its first sheet changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(SHEET_PART).decode()
    changed = change(text)
    assert changed != text
    return with_parts(content, **{SHEET_PART.replace("/", "__"): changed.encode()})


def column(name: str) -> int:
    return COLUMNS.index(name)


LEDGER = xlsx_bytes([[TITLE], HEADERS, a_row(1), a_row(2)])


# --- cells ---


def test_numbers_and_dates_as_cells() -> None:
    row = a_row(event_at=None, quantity=0.08400000000000001, waste_code=90024908, container_count=1)

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("一")
        write_ledger(sheet, row)
        shown = book.add_format({"num_format": 'yyyy"年"m"月"d"日" hh:mm'})
        sheet.write_datetime(2, column("event_at"), datetime(2026, 10, 1, 8, 40), shown)

    reading = read_bytes(a_workbook(fill))

    assert (reasons(reading), cautions(reading)) == ([], [])
    accepted = reading.accepted[0]
    assert (accepted.sheet, accepted.grams, accepted.event_time) == ("一", 84_000, time(8, 40))


@pytest.mark.parametrize("date_1904", [False, True])
@pytest.mark.parametrize("format_", ["yyyy-mm-dd", "m/d/yy", '[$-804]yyyy"年"m"月"d"日";@', "d-mmm"])
def test_date_cells_of_both_date_systems(date_1904: bool, format_: str) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row(event_at=None), a_row(2, event_at=None))
        sheet.write_datetime(2, 2, datetime(2026, 10, 1), book.add_format({"num_format": format_}))
        serial = (
            datetime(2026, 10, 1) - (datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30))
        ).days
        sheet.write_number(3, 2, serial)

    reading = read_bytes(a_workbook(fill, date_1904=date_1904))

    assert [row.event_date for row in reading.accepted] == [date(2026, 10, 1)] * 2
    assert [row.event_time for row in reading.accepted] == [None, None]
    assert cautions(reading) == [(4, "event_at", "date_serial")]


def test_a_date_cell_is_shown_as_a_date_when_it_is_wrong() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row(event_at=None))
        sheet.write_datetime(2, 2, datetime(2062, 10, 1), book.add_format({"num_format": "yyyy-mm-dd"}))

    problem = read_bytes(a_workbook(fill)).refused[0].problems[0]

    assert (problem.reason, problem.cell, problem.value) == ("date_future", "C3", "2062-10-01")


def test_eight_digits_as_a_number_are_a_date() -> None:
    assert read_bytes(xlsx_bytes([[TITLE], HEADERS, a_row(event_at=20261001)])).result == "accepted"


def test_digits_lost_to_a_number_cell() -> None:
    content = xlsx_bytes([[TITLE], HEADERS, a_row(container_code=9.13399e36), a_row(2, waste_code=7200102)])

    assert (3, "container_code", "container_code_invalid") in reasons(read_bytes(content))


def test_a_lost_leading_zero_is_put_back_when_the_code_is_listed() -> None:
    row = a_row(waste_code=7200102, category="HW02", container_code=container_code(code="072-001-02"))

    def find(code: str, day: date) -> Any:
        from app.waste.registry.ledger_files.ledger import ListedWaste

        return ListedWaste(code, "HW02", "", "") if code == "072-001-02" else None

    reading = read_bytes(xlsx_bytes([[TITLE], HEADERS, row]), find_waste=find)

    assert reading.accepted[0].waste_code == "072-001-02"
    assert cautions(reading) == [(3, "waste_code", "code_corrected")]


def test_a_number_format_may_name_the_unit() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row(unit="", quantity=None), a_row(2, quantity=None))
        for number in (2, 3):
            sheet.write_number(number, column("quantity"), 675, book.add_format({"num_format": '0.0"公斤"'}))

    reading = read_bytes(a_workbook(fill))

    assert reading.accepted[0].grams == 675_000
    assert reasons(reading) == [(4, "quantity", "unit_conflict")]


def test_formulas_count_by_their_stored_result() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in ([TITLE], HEADERS, a_row(1), a_row(2, quantity="=1+1", destination="=B1")):
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)

    def fill(made: xlsxwriter.Workbook) -> None:
        made_sheet = made.add_worksheet()
        write_ledger(made_sheet, a_row(1, quantity=None))
        made_sheet.write_formula(2, column("quantity"), "=1/8", None, 0.125)

    reading = read_bytes(stream.getvalue())
    assert reasons(reading) == [(4, "quantity", "formula_no_value"), (4, "destination", "formula_no_value")]
    assert reading.refused[0].problems[0].value == "=1+1"
    assert read_bytes(a_workbook(fill)).accepted[0].grams == 125_000


def test_errors_in_cells_are_no_values() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row())
        for name in ("quantity", "event_at", "local_name", "waste_code"):
            sheet.write_formula(2, column(name), "=1/0", None, "#DIV/0!")

    assert reasons(read_bytes(a_workbook(fill))) == [
        (3, "event_at", "date_invalid"),
        (3, "local_name", "formula_no_value"),
        (3, "waste_code", "code_unknown"),
        (3, "quantity", "mass_not_a_number"),
    ]


@pytest.mark.parametrize("options", [{"constant_memory": True}, {"constant_memory": False}])
def test_texts_shared_and_in_place(options: dict[str, Any]) -> None:
    assert read_bytes(xlsx_bytes([[TITLE], HEADERS, a_row()], **options)).result == "accepted"


def test_rich_texts_lose_their_phonetic_guides() -> None:
    rich = '<is><r><t>废</t></r><r><rPr><b/></rPr><t>机油</t></r><rPh sb="0" eb="1"><t>fei</t></rPh></is>'

    def change(text: str) -> str:
        return re.sub(r'<c r="D3"[^>]*>.*?</c>', f'<c r="D3" t="inlineStr">{rich}</c>', text)

    assert read_bytes(with_sheet(LEDGER, change)).accepted[0].local_name == "废机油"


def test_other_prefixes_and_left_out_references_change_nothing() -> None:
    def prefixed(text: str) -> str:
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
        return re.sub(r' r="[A-Z]+\d+"', "", text)

    assert read_bytes(with_sheet(LEDGER, prefixed)).accepted == read_bytes(LEDGER).accepted


# --- merged, hidden, several sheets ---


def test_a_merged_header_of_two_lines() -> None:
    groups = {"危险废物名称": (3, 4), "危险废物": (5, 6), "产生情况": (7, 8), "容器/包装": (9, 11)}
    subs = [
        "行业俗称/单位内部名称",
        "国家危险废物名录名称",
        "类别",
        "代码",
        "数量（吨）",
        "单位",
        "编码",
        "类型",
        "数量",
    ]

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 14, TITLE)
        for index in (0, 1, 2, 12, 13, 14):
            sheet.merge_range(1, index, 2, index, HEADERS[index])
        for name, (first, last) in groups.items():
            sheet.merge_range(1, first, 1, last, name)
        sheet.write_row(2, 3, subs)
        sheet.write_row(3, 0, a_row(1, unit=""))

    reading = read_bytes(a_workbook(fill))

    assert (reasons(reading), cautions(reading)) == ([], [])
    assert skipped(reading) == [(1, "title"), (2, "header"), (3, "header")]


def test_merged_cells_count_for_every_row_they_cover_and_blank_ones_for_none() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row(1), a_row(2), a_row(3, producer_operator=""))
        sheet.merge_range(2, column("producer_operator"), 3, column("producer_operator"), "钱例二")
        sheet.merge_range(2, 2, 4, 2, "2026年10月1日")

    reading = read_bytes(a_workbook(fill))

    assert [row.operator for row in reading.accepted] == ["钱例二", "钱例二"]
    assert reasons(reading) == [(5, "producer_operator", "required_missing")]


def test_a_line_that_only_holds_merged_cells_is_blank() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row(1), [""] * 15, a_row(2))
        sheet.merge_range(2, 2, 4, 2, "2026-10-01")

    reading = read_bytes(a_workbook(fill))

    assert [row.row for row in reading.accepted] == [3, 5]
    assert skipped(reading)[-1] == (4, "blank")


def test_hidden_rows_are_data_with_a_warning() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row(1), a_row(2))
        sheet.set_row(3, None, None, {"hidden": True})

    reading = read_bytes(a_workbook(fill))

    assert len(reading.accepted) == 2
    assert cautions(reading) == [(4, None, "row_hidden")]


def test_hidden_sheets_are_left_out_and_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        write_ledger(book.add_worksheet("本月"), a_row(1))
        for name, hide in (("上月", "hide"), ("更早", "very_hidden")):
            sheet = book.add_worksheet(name)
            write_ledger(sheet, a_row(2))
            getattr(sheet, hide)()

    reading = read_bytes(a_workbook(fill))

    assert [(s.sheet, s.table, s.read, s.hidden) for s in reading.sheets] == [
        ("本月", "B.1", True, False),
        ("上月", "B.1", False, True),
        ("更早", "B.1", False, True),
    ]
    assert [(w.sheet, w.code) for w in reading.warnings] == [
        ("上月", "sheet_hidden"),
        ("更早", "sheet_hidden"),
    ]
    assert len(reading.accepted) == 1


def test_every_sheet_with_the_table_is_read_and_others_are_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("说明").write(0, 0, "填写说明")
        write_ledger(book.add_worksheet("上半月"), a_row(1))
        write_ledger(book.add_worksheet("下半月"), a_row(2), a_row(1))
        book.add_chartsheet("图")

    reading = read_bytes(a_workbook(fill))

    assert [(row.sheet, row.row) for row in reading.accepted] == [("上半月", 3), ("下半月", 3)]
    assert reading.refused[0].as_json()["same_as"] == {"sheet": "上半月", "row": 3}
    assert [(w.sheet, w.code) for w in reading.warnings] == [
        ("说明", "sheet_ignored"),
        ("图", "sheet_ignored"),
    ]


def test_a_stray_cell_far_below_lists_no_million_of_blank_lines() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        write_ledger(sheet, a_row(1), [""], a_row(2))
        sheet.write(1_048_575, 0, "备注：无")

    assert skipped(read_bytes(a_workbook(fill)))[2:] == [(4, "blank"), (1_048_576, "note")]


# --- other workbooks ---


@pytest.mark.parametrize("name", ["ledger-1900.xls", "ledger-1904.xls"])
def test_an_old_workbook(name: str) -> None:
    reading = read_bytes((OLD_WORKBOOKS / name).read_bytes(), "台账.xlsx")

    assert reasons(reading) == []
    assert [(row.event_date, row.event_time) for row in reading.accepted] == [
        (date(2026, 10, 1), time(8, 40))
    ] * 3
    assert [row.operator for row in reading.accepted] == ["赵示一", "钱例二", "钱例二"]
    assert [(w.sheet, w.row, w.code) for w in reading.warnings] == [
        ("产生环节", 5, "row_hidden"),
        ("旧表", None, "sheet_hidden"),
    ]


def test_an_old_workbook_with_a_password_or_cut_short() -> None:
    content = (OLD_WORKBOOKS / "ledger-1900.xls").read_bytes()
    locked = content.replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00")  # a FILEPASS record

    assert file_problems(read_bytes(locked, "台账.xls")) == ["file_encrypted"]
    assert file_problems(read_bytes(content[:3000], "台账.xls")) == ["file_damaged"]


def test_an_odd_compound_file_hides_nothing() -> None:
    content = (OLD_WORKBOOKS / "ledger-1900.xls").read_bytes()

    assert hidden_rows(content) == [frozenset({5}), frozenset()]
    for place in (30, 48, 76, 512, 600):
        odd = content[:place] + b"\x07\x00\x00\x00" + content[place + 4 :]
        assert isinstance(hidden_rows(odd), list)
    assert hidden_rows(b"") == []


def an_ods(rows: str, styles: str = "", manifest: bytes = b"<manifest/>") -> bytes:
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{rows}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def ods_cell(value: Any) -> str:
    if value in ("", None):
        return "<table:table-cell/>"
    if isinstance(value, str) and value.startswith("<"):
        return value
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value:.1f}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def ods_row(cells: Any, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(map(ods_cell, cells))}</table:table-row>"


def test_an_open_document_spreadsheet() -> None:
    dated = '<table:table-cell office:value-type="date" office:date-value="2026-10-01T08:40:00"><text:p>10-01</text:p></table:table-cell>'
    merged = '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>钱<text:s/>例二</text:p></table:table-cell>'
    lost = '<table:table-cell table:formula="of:=1+1"/>'
    rows = [
        ods_row([TITLE]),
        ods_row(HEADERS),
        ods_row(a_row(1, event_at=dated, quantity=0.0845, producer_operator=merged)),
        ods_row(a_row(2, producer_operator="<table:covered-table-cell/>"), 'table:visibility="collapse"'),
        ods_row([""], 'table:number-rows-repeated="3"'),
        ods_row(a_row(3, quantity=lost)),
        ods_row(
            ["<table:table-cell table:number-columns-repeated='1024'/>"],
            'table:number-rows-repeated="1048000"',
        ),
    ]
    styles = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    sheets = f'<table:table table:name="本月">{"".join(rows)}</table:table>'
    sheets += f'<table:table table:name="旧" table:style-name="h">{ods_row(["x"])}</table:table>'

    reading = read_bytes(an_ods(sheets, styles), "台账.xlsx")

    assert [(row.row, row.grams, row.operator) for row in reading.accepted] == [
        (3, 84_500, "钱 例二"),
        (4, 123_400, "钱 例二"),
    ]
    assert (reading.accepted[0].event_date, reading.accepted[0].event_time) == (
        date(2026, 10, 1),
        time(8, 40),
    )
    assert reasons(reading) == [(8, "quantity", "formula_no_value")]
    assert cautions(reading) == [(4, None, "row_hidden"), (None, None, "sheet_hidden")]


def test_an_open_document_with_a_password() -> None:
    content = an_ods("", manifest=b"<manifest><encryption-data/></manifest>")

    assert file_problems(read_bytes(content, "台账.ods")) == ["file_encrypted"]


# --- files that are broken or mean harm ---


def test_a_workbook_cut_short() -> None:
    assert file_problems(read_bytes(LEDGER[: len(LEDGER) // 2])) == ["file_damaged"]


def test_a_workbook_with_a_byte_changed() -> None:
    with zipfile.ZipFile(io.BytesIO(LEDGER)) as archive:
        part = archive.getinfo(SHEET_PART)
    place = part.header_offset + 200
    broken = LEDGER[:place] + bytes([LEDGER[place] ^ 0xFF]) + LEDGER[place + 1 :]

    assert file_problems(read_bytes(broken)) == ["file_damaged"]


def test_a_sheet_that_is_cut_or_missing() -> None:
    assert file_problems(read_bytes(with_sheet(LEDGER, lambda text: text[:-300]))) == ["file_damaged"]
    assert file_problems(read_bytes(with_parts(LEDGER, **{"xl__worksheets__sheet1.xml": None}))) == [
        "file_damaged"
    ]


def test_entities_are_never_expanded() -> None:
    def laugh(text: str) -> str:
        entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(10))
        return text.replace("<worksheet", f"<!DOCTYPE worksheet [{entities}]><worksheet", 1).replace(
            "<v>1</v>", "<v>&l9;</v>", 1
        )

    assert file_problems(read_bytes(with_sheet(LEDGER, laugh))) == ["file_damaged"]


def test_an_archive_that_explodes() -> None:
    bomb = with_parts(LEDGER, **{"xl__worksheets__sheet1.xml": b" " * (60 << 20)})

    assert len(bomb) < 200_000
    assert file_problems(read_bytes(bomb)) == ["file_too_large"]


def test_merged_cells_on_top_of_each_other() -> None:
    merges = "".join(f'<mergeCell ref="C1:C{number}"/>' for number in range(1000, 1300))

    def change(text: str) -> str:
        return text.replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>")

    assert file_problems(read_bytes(with_sheet(LEDGER, change))) == ["file_damaged"]


def test_an_archive_of_too_many_parts() -> None:
    many = with_parts(LEDGER, **{f"x{i}": b"" for i in range(limits.MAX_ARCHIVE_PARTS + 1)})

    assert file_problems(read_bytes(many)) == ["file_too_large"]


def test_an_archive_with_a_password() -> None:
    locked = bytearray(LEDGER)
    for match in re.finditer(rb"PK\x01\x02", LEDGER):
        locked[match.start() + 8] |= 1

    assert file_problems(read_bytes(bytes(locked))) == ["file_encrypted"]


def test_a_workbook_with_a_password() -> None:
    name = "EncryptedPackage".encode("utf-16-le")
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1000 + name + b"\x00" * 1000

    assert file_problems(read_bytes(content)) == ["file_encrypted"]


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "CHILD_WALL_SECONDS", 0.001)

    assert file_problems(read_bytes(LEDGER)) == ["file_too_large"]


def test_more_lines_than_we_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.waste.registry.ledger_files.findings.MAX_ROWS", 1)

    assert file_problems(read_bytes(LEDGER)) == ["file_too_large"]
