"""ODS (OpenDocument 1.2-1.4): cells, repeated cells and rows, hidden rows and sheets, merged cells."""

from collections.abc import Iterator
from typing import Final

from app.waste.registry.ledger_files.child.archive import Archive
from app.waste.registry.ledger_files.child.markup import Attributes, elements, feed, local_names, new_parser
from app.waste.registry.ledger_files.child.merges import Merge, MergeFiller
from app.waste.registry.ledger_files.child.serials import iso_date_cell
from app.waste.registry.ledger_files.limits import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, MAX_SHEETS
from app.waste.registry.ledger_files.rows import Cell, FormulaWithoutResult, Line
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

SPREADSHEET_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
CONTENT_PART: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_ERRORS: Final = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!")


def is_ods(archive: Archive) -> bool:
    """Whether an archive is an OpenDocument spreadsheet.

    Raises:
        UnreadableFile: it is one with a password.
    """
    if not archive.has("mimetype") or not archive.has(CONTENT_PART):
        return False
    if not archive.open("mimetype").read(200).strip().startswith(SPREADSHEET_TYPE):
        return False
    if archive.has(_MANIFEST) and any(
        name == "encryption-data" for name, _, _ in elements(archive.open(_MANIFEST))
    ):
        raise UnreadableFile(FileReason.ENCRYPTED)
    return True


class OdsSheet:
    """A table while its lines are read; `lines` of one must be used up before the next."""

    def __init__(self, name: str, hidden: bool) -> None:
        self.name = name
        self.hidden = hidden


def read_ods(archive: Archive) -> Iterator[OdsSheet | Line]:
    """Each sheet followed by its lines."""
    reader = _ContentReader()
    for _ in feed(new_parser(reader.start, reader.end, reader.text), archive.open(CONTENT_PART)):
        yield from reader.found
        reader.found.clear()


class _ContentReader:
    """Gathers sheets and lines of a content part."""

    def __init__(self) -> None:
        self.found: list[OdsSheet | Line] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheets = 0
        self._filler = MergeFiller([])
        self._row = 0
        self._row_repeats = 1
        self._row_hidden = False
        self._cells: list[Cell] = []
        self._column = 0
        self._cell: Attributes | None = None
        self._paragraphs: list[str] = []
        self._in_paragraph = 0
        self._in_note = 0
        self._pending: list[Merge] = []

    def start(self, name: str, attributes: Attributes) -> None:
        local = local_names[name]
        if local == "p" and self._cell is not None and not self._in_note:
            self._in_paragraph += 1
            self._paragraphs.append("")
        elif local in ("s", "tab", "line-break"):
            self.text(" ")
        elif name == "office:annotation":
            self._in_note += 1
        elif name.startswith("table:"):
            self._start_table_part(local, attributes)
        elif name.startswith("style:"):
            self._start_style(local, attributes)

    def _start_style(self, local: str, attributes: Attributes) -> None:
        if local == "style":
            self._style = attributes.get("style:name", "")
        elif local == "table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _start_table_part(self, local: str, attributes: Attributes) -> None:
        if local == "table":
            self._start_sheet(attributes)
        elif local == "table-row":
            self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
            self._row_hidden = attributes.get("table:visibility", "visible") != "visible"
            self._cells, self._column, self._pending = [], 0, []
        elif local in ("table-cell", "covered-table-cell"):
            self._cell, self._paragraphs = attributes, []

    def _start_sheet(self, attributes: Attributes) -> None:
        self._sheets += 1
        if self._sheets > MAX_SHEETS:
            raise UnreadableFile(FileReason.TOO_LARGE)
        hidden = attributes.get("table:style-name") in self._hidden_styles
        self.found.append(OdsSheet(attributes.get("table:name", ""), hidden))
        self._filler, self._row = MergeFiller([]), 0

    def text(self, data: str) -> None:
        if self._in_paragraph and not self._in_note:
            self._paragraphs[-1] += data

    def end(self, name: str) -> None:
        local = local_names[name]
        if local == "p" and self._in_paragraph and not self._in_note:
            self._in_paragraph -= 1
        elif name == "office:annotation":
            self._in_note -= 1
        elif name in ("table:table-cell", "table:covered-table-cell") and self._cell is not None:
            self._finish_cell(self._cell)
            self._cell = None
        elif name == "table:table-row":
            self._finish_row()

    def _finish_cell(self, attributes: Attributes) -> None:
        repeats = _repeats(attributes, "table:number-columns-repeated")
        cell = self._value(attributes)
        self._note_merge(attributes)
        if cell != "":
            missing = self._column - len(self._cells)
            self._cells.extend([""] * min(missing, MAX_COLUMNS))
            self._cells.extend([cell] * min(repeats, MAX_COLUMNS - len(self._cells)))
        self._column += repeats

    def _note_merge(self, attributes: Attributes) -> None:
        rows = _repeats(attributes, "table:number-rows-spanned")
        columns = _repeats(attributes, "table:number-columns-spanned")
        if rows > 1 or columns > 1:
            row, column = self._row + 1, self._column
            self._pending.append(Merge(row, column, row + rows - 1, column + columns - 1))

    def _finish_row(self) -> None:
        if not any(cell != "" for cell in self._cells) and not self._pending:
            self.found.append(self._filler.fill(self._row + 1, [], self._row_hidden))
            self._row += self._row_repeats
            return
        if self._row_repeats > MAX_ROWS:
            raise UnreadableFile(FileReason.TOO_LARGE)
        for merge in self._pending:
            self._filler.add(merge)
        for _ in range(self._row_repeats):
            self._row += 1
            self.found.append(self._filler.fill(self._row, list(self._cells), self._row_hidden))

    def _value(self, attributes: Attributes) -> Cell:
        text = "\n".join(self._paragraphs)[:MAX_CELL_CHARACTERS]
        kind = attributes.get("office:value-type")
        if kind is None:
            formula = attributes.get("table:formula")
            return FormulaWithoutResult(formula) if formula is not None and not text else text
        if kind == "date":
            return iso_date_cell(attributes.get("office:date-value") or text)
        if kind in ("float", "currency", "percentage") and not text.startswith(_ERRORS):
            return _number(attributes.get("office:value", ""), text)
        return text or attributes.get("office:string-value", "")


def _number(value: str, text: str) -> Cell:
    try:
        return int(value) if value.isdigit() and len(value) < 40 else float(value)
    except ValueError:
        return text


def _repeats(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isdigit() and len(text) < 10 else 1
