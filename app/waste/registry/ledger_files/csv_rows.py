"""Lines of a CSV file in any encoding and with any separator that ledgers come in."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import Final

from app.waste.registry.ledger_files.file_kinds import HEAD_BYTES, utf16_order
from app.waste.registry.ledger_files.headers import find_header
from app.waste.registry.ledger_files.limits import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_LINES,
    MAX_LINES_ABOVE_TABLE,
)
from app.waste.registry.ledger_files.rows import Cell, FormulaWithoutResult, Line
from app.waste.registry.ledger_files.texts import storable
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

SEPARATORS: Final = (",", ";", "\t", "|", "，", "；")
_CHUNK: Final = 1 << 20


class CsvSheet:
    """A CSV file as a sheet without a name. A line's number is that of its record, blank ones counted too."""

    name = ""
    hidden = False
    starts_1904 = False
    fixed_width = True

    def __init__(self, content: bytes, columns_under: Callable[[list[Line]], int] | None = None) -> None:
        """`columns_under` counts the columns of the best header among some lines; by default those of a ledger."""
        self._content = content
        self._columns_under = columns_under or _ledger_columns
        self._encoding = _encoding(content)
        self._separator = self._find_separator()

    def lines(self) -> Iterator[Line]:
        """Every record; blank ones are marked.

        Raises:
            UnreadableFile: a quote never ends, or a cell is longer than any spreadsheet's.
        """
        return self._records(self._separator)

    def _records(self, separator: str) -> Iterator[Line]:
        stream = io.TextIOWrapper(io.BytesIO(self._content), encoding=self._encoding, newline="")
        last_cell = ""
        try:
            for number, record in enumerate(csv.reader(stream, delimiter=separator), start=1):
                if record:
                    last_cell = record[-1]
                    del record[MAX_COLUMNS:]
                if number > MAX_LINES:
                    raise UnreadableFile(FileReason.TOO_LARGE)
                text = "".join(record)
                if not text.isprintable():
                    record = [storable(cell) for cell in record]
                cells = _cells(record) if "=" in text else record
                yield Line(number, cells, False, text == "" or text.isspace())
        except csv.Error as error:
            raise UnreadableFile(FileReason.DAMAGED) from error
        if last_cell.endswith(("\n", "\r")) or len(last_cell) > MAX_CELL_CHARACTERS:
            raise UnreadableFile(FileReason.DAMAGED)  # an opening quote has swallowed the rest

    def _find_separator(self) -> str:
        """The separator under which a header is found; the one that makes most of it, if several do."""
        best, most = ",", 0
        for separator in SEPARATORS:
            count = self._columns_under(self._head_lines(separator))
            if count > most:
                best, most = separator, count
        return best

    def _head_lines(self, separator: str) -> list[Line]:
        lines: list[Line] = []
        try:
            for line in self._records(separator):
                if not line.blank:
                    lines.append(line)
                if len(lines) > MAX_LINES_ABOVE_TABLE:
                    break
        except UnreadableFile:
            pass  # told when the whole file is read
        return lines


def _ledger_columns(lines: list[Line]) -> int:
    found = find_header(lines)
    return len(found[1].columns) if found else 0


def _cells(record: list[str]) -> list[Cell]:
    """The cells of a record; `="0123"` is how text is kept from becoming a number, any other formula has no result."""
    return [_cell(text) for text in record]


def _cell(text: str) -> Cell:
    if not text.startswith("=") or len(text) < 2:
        return text
    if len(text) >= 3 and text[1] == '"' and text.endswith('"') and '"' not in text[2:-1]:
        return text[2:-1]
    return FormulaWithoutResult(text)


def _encoding(content: bytes) -> str:
    """The encoding in which all of the file is text: by its mark, else UTF-8, else GB18030.

    Raises:
        UnreadableFile: it is no text in any of them.
    """
    if content.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif order := utf16_order(content[:HEAD_BYTES]):
        candidates = [order]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        if _is_text(content, encoding):
            return encoding
    raise UnreadableFile(FileReason.DAMAGED)


def _is_text(content: bytes, encoding: str) -> bool:
    """Decode chunk by chunk, so that a large file isn't held twice."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
