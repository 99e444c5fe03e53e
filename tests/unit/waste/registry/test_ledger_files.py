"""What a file is: encodings and separators of CSV, and everything that is no ledger at all."""

import codecs
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.waste.registry.ledger_files import limits
from app.waste.registry.ledger_files.vocabulary import FileReason
from tests.unit.waste.registry.ledgers import (
    HEADERS,
    TITLE,
    a_row,
    csv_bytes,
    file_problems,
    read_bytes,
    reasons,
    skipped,
    xlsx_bytes,
)

ROWS = [[TITLE], HEADERS, a_row(1), a_row(2, local_name="含䓛沥青")]


def test_a_line_of_a_million_cells_is_cut_where_tables_end() -> None:
    wide = [*HEADERS, *[""] * 1_000_000]

    reading = read_bytes(csv_bytes([wide, [*a_row(1), *[""] * 1_000]]), "台账.csv")

    assert [row.local_name for row in reading.accepted] == ["废机油"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("gb18030", b""), ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE), ("utf-16-le", b""), ("utf-16-be", b""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_encoding_and_separator(encoding: str, mark: bytes, separator: str) -> None:
    reading = read_bytes(mark + csv_bytes(ROWS, encoding, separator), "台账.csv")

    assert [row.local_name for row in reading.accepted] == ["废机油", "含䓛沥青"]
    assert skipped(reading) == [(1, "title"), (2, "header")]


def test_a_line_that_tells_excel_the_separator_is_information() -> None:
    reading = read_bytes(b"sep=;\r\n" + csv_bytes(ROWS, separator=";"), "x.csv")

    assert skipped(reading) == [(1, "info"), (2, "title"), (3, "header")]


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_any_line_ending(ending: str) -> None:
    content = csv_bytes(ROWS).decode().replace("\r\n", ending).encode()

    assert len(read_bytes(content, "x.csv").accepted) == 2


def test_quotes_hold_line_breaks_separators_and_quotes() -> None:
    row = a_row(local_name='废"机"油\n(车间)', waste_name="油,水")

    reading = read_bytes(csv_bytes([[TITLE], HEADERS, row, a_row(2)]), "x.csv")

    first = reading.accepted[0]
    assert (first.row, first.local_name, first.waste_name) == (3, '废"机"油 (车间)', "油,水")
    assert reading.accepted[1].row == 4


def test_a_quote_that_never_ends_has_swallowed_the_rest() -> None:
    content = csv_bytes(ROWS).replace(b",HWCS20261001001", b',"HWCS20261001001')

    assert file_problems(read_bytes(content, "x.csv")) == ["file_damaged"]


def test_text_kept_from_becoming_a_number_and_formulas() -> None:
    row = a_row(1, waste_code='="90024908"')
    lost = a_row(2, quantity="=H3*2")

    reading = read_bytes(csv_bytes([[TITLE], HEADERS, row, lost]), "x.csv")

    assert [r.waste_code for r in reading.accepted] == ["900-249-08"]
    assert reasons(reading) == [(4, "quantity", "formula_no_value")]


def test_a_comma_in_a_number_without_quotes_is_a_cell_too_many() -> None:
    content = csv_bytes([[TITLE], HEADERS, a_row(quantity="1;250", unit="kg"), a_row(2)]).replace(b";", b",")

    assert reasons(read_bytes(content, "x.csv")) == [(3, "row", "row_shape")]


# --- no ledger ---


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n", codecs.BOM_UTF16_LE]
)
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_an_empty_file(content: bytes, name: str) -> None:
    assert file_problems(read_bytes(content, name)) == ["file_empty"]


def a_document() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return stream.getvalue()


FOREIGN = {
    "html": b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    "html-utf16": codecs.BOM_UTF16_LE + "<html><table></table></html>".encode("utf-16-le"),
    "html-bom": codecs.BOM_UTF8 + b"\r\n <!DOCTYPE html><html></html>",
    "xml": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00",
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "rtf": b"{\\rtf1\\ansi}",
    "gzip": b"\x1f\x8b\x08\x00",
    "word": a_document(),
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "WordDocument\x00".encode("utf-16-le"),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_another_kind_of_file_pretends_or_is_not_supported(content: bytes) -> None:
    assert file_problems(read_bytes(content, "台账.xls")) == ["file_type_mismatch"]
    assert file_problems(read_bytes(content, "台账.csv")) == ["file_type_mismatch"]
    assert file_problems(read_bytes(content, "文件.other")) == ["file_type_unsupported"]
    assert file_problems(read_bytes(content, "文件")) == ["file_type_unsupported"]


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 8, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, b"PK\x03\x04abc"]
)
def test_rubbish_is_damaged(content: bytes) -> None:
    assert file_problems(read_bytes(content, "x.xlsx")) == ["file_damaged"]


def test_text_in_no_encoding_is_damaged() -> None:
    assert file_problems(read_bytes(csv_bytes(ROWS) + b"\xff\xff,\xfe", "x.csv")) == ["file_damaged"]
    assert file_problems(read_bytes(codecs.BOM_UTF8 + csv_bytes(ROWS, "gb18030"), "x.csv")) == [
        "file_damaged"
    ]


@pytest.mark.parametrize(
    "content",
    [b"hello", "今天天气很好".encode(), b'{"a": 1}', b"a,b\n1,2\n", xlsx_bytes([["x"]]), xlsx_bytes([])],
)
def test_a_file_without_a_table(content: bytes) -> None:
    assert file_problems(read_bytes(content, "x.csv")) == ["file_no_table"]


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    assert file_problems(read_bytes(b"a" * (limits.MAX_FILE_BYTES + 1), "x.csv")) == ["file_too_large"]


def test_a_file_of_blank_lines_only_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.waste.registry.ledger_files.csv_rows.MAX_LINES", 100)

    assert file_problems(read_bytes(csv_bytes(ROWS) + b"\n" * 100, "x.csv")) == ["file_too_large"]


@pytest.mark.parametrize("reason", FileReason)
def test_every_reason_is_told_in_words(reason: FileReason) -> None:
    from app.waste.registry.ledger_files.ledger import FileProblem

    problem = FileProblem(reason)

    assert str(problem.text) and str(problem.mend)
    assert "{" not in f"{problem.text}{problem.mend}"


def test_a_refused_file_says_so_in_json() -> None:
    answer = json.loads(json.dumps(read_bytes(b"", "x.csv").as_json()))

    assert (answer["result"], answer["file_problems"][0]["reason"]) == ("refused", "file_empty")
    assert answer["counts"] == {"data_rows": 0, "accepted": 0, "refused": 0, "warnings": 0}


# --- whatever comes ---

CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["合计", "2026-10-01", "0.5", "900-249-08", "HW08", "吨", "约1", "=1", '="1"', "9" * 40, "-", "1e5"]
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=17), max_size=6))
def test_no_cell_breaks_the_reading(rows: list[list[str]]) -> None:
    content = (
        csv_bytes([[TITLE], HEADERS, *rows], "utf-8-sig" if rows else "utf-8")
        .decode(errors="replace")
        .encode()
    )

    reading = read_bytes(content, "x.csv")

    if not reading.file_problems:
        assert len(reading.accepted) + len(reading.refused) == reading.sheets[0].data_rows
        assert all(str(p.text) and str(p.mend) for line in reading.refused for p in line.problems)
    json.dumps(reading.as_json())


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.integers(0, 14), CELLS, min_size=1, max_size=4))
def test_a_row_with_anything_in_some_cells_is_accepted_refused_or_skipped(cells: dict[int, str]) -> None:
    row = a_row()
    for index, text in cells.items():
        row[index] = text.encode(errors="replace").decode()

    reading = read_bytes(csv_bytes([[TITLE], HEADERS, row, a_row(2)]), "x.csv")

    if not reading.file_problems:
        assert sum(map(len, (reading.accepted, reading.refused))) in (1, 2)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    if not content.startswith((b"PK", b"\xd0\xcf")):
        assert read_bytes(content, "x.csv").result == "refused"
