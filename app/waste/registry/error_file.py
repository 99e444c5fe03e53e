"""The refused rows of a ledger file as a workbook: as they were written, each with what is wrong and how to mend it.

Titles and headers stay, and the remarks stand in columns of their own to the right: the file can be mended and
brought in again as it is.
"""

from collections.abc import Callable, Iterator
from typing import Final

from app.foundation.core.text import Text, say
from app.foundation.documents.annotated_sheet import AnnotatedBook
from app.waste.registry.ledger_files.csv_rows import CsvSheet
from app.waste.registry.ledger_files.file_kinds import FileKind, kind_of_file
from app.waste.registry.ledger_files.ledger import LedgerReading, Refusal
from app.waste.registry.ledger_files.rows import Line, Sheet, as_written
from app.waste.registry.ledger_files.vocabulary import LineKind, Reason
from app.waste.registry.ledger_files.workbook import open_workbook

KEPT: Final = frozenset(
    {LineKind.TITLE, LineKind.INFO, LineKind.HEADER, LineKind.HEADER_REPEAT, LineKind.NOTE}
)
"""Lines that are no data and stay; sums would be wrong without the rows that are left out."""
HEADINGS: Final = frozenset({LineKind.HEADER, LineKind.HEADER_REPEAT})
CSV_SHEET: Final = say("台账")

Words = Callable[[Text], str]
"""Renders a text in the reader's language."""


def error_file(content: bytes, filename: str, reading: LedgerReading, words: Words) -> bytes:
    """An XLSX file of the rows `to_mend`, made from the file that was read.

    Raises:
        UnreadableFile: the file can't be read any more as it was.
    """
    book = AnnotatedBook()
    if kind_of_file(content, filename) is FileKind.TEXT:
        _copy(book, CsvSheet(content), reading, words)
    else:
        with open_workbook(content, filename) as sheets:
            for sheet in sheets:
                _copy(book, sheet, reading, words)
    return book.finished()


def to_mend(reading: LedgerReading) -> tuple[Refusal, ...]:
    """The refused rows that can be mended: all but those that stand in the ledger already, with nothing else wrong."""
    return tuple(refusal for refusal in reading.refused if not _is_in_ledger(refusal))


def _is_in_ledger(refusal: Refusal) -> bool:
    known = refusal.same_as is not None and refusal.same_as.row is None
    return known and all(problem.reason is Reason.DUPLICATE for problem in refusal.problems)


def _copy(book: AnnotatedBook, sheet: Sheet, reading: LedgerReading, words: Words) -> None:
    refused = {refusal.row: refusal for refusal in to_mend(reading) if refusal.sheet == sheet.name}
    if not refused:
        return
    kinds = {line.row: line.kind for line in reading.skipped if line.sheet == sheet.name}
    lines = (line for line in sheet.lines() if line.number in refused or kinds.get(line.number) in KEPT)
    above, header = _until_header(lines, kinds)
    width = max(len(header.cells), *(_width(refusal) for refusal in refused.values()))
    book.begin_sheet(sheet.name or words(CSV_SHEET), width)
    titles = [words(say("原因")), words(say("怎么改"))]
    for line in above:
        book.line(_cells(line))
    book.line(_cells(header), is_heading=True, remarks=titles, remarks_at=width)
    for line in lines:
        if refusal := refused.get(line.number):
            book.line(
                _cells(line),
                wrong={_column(problem.cell) for problem in refusal.problems},
                remarks=_remarks(refusal, words),
                remarks_at=width,
            )
        else:
            book.line(_cells(line), is_heading=kinds[line.number] in HEADINGS)


def _until_header(lines: Iterator[Line], kinds: dict[int, LineKind]) -> tuple[list[Line], Line]:
    above: list[Line] = []
    for line in lines:
        if kinds.get(line.number) in HEADINGS:
            return above, line
        above.append(line)
    raise ValueError("a sheet with refused rows has a header")


def _cells(line: Line) -> list[str]:
    return [as_written(cell) for cell in line.cells]


def _width(refusal: Refusal) -> int:
    """Columns a row takes: as many as its header, unless it was refused for having another number of cells."""
    return max((int(p.value) for p in refusal.problems if p.reason is Reason.ROW_SHAPE), default=0)


def _column(cell: str) -> int:
    """`G9` -> 6; -1 for a column the table doesn't have."""
    column = 0
    for letter in cell.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column - 1


def _remarks(refusal: Refusal, words: Words) -> list[str]:
    """What is wrong and how to mend it, a line for each problem."""
    reasons = [f"{words(problem.column)}：{words(problem.text)}" for problem in refusal.problems]
    mends = list(dict.fromkeys(words(problem.mend) for problem in refusal.problems))
    return ["\n".join(reasons), "\n".join(mends)]
