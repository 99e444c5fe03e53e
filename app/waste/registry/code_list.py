"""A list of general-waste codes as a file: every row judged, none stored here.

The official table (公告2024年第4号) is not in the catalogue; a park that has it reads it in. Columns go by their titles:
代码 or 废物代码, 名称 or 废物名称, and 类别 where there is one.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.foundation.catalogue.codes import is_industrial_general_waste_code
from app.foundation.core.text import Text, say
from app.foundation.documents.annotated_sheet import AnnotatedBook
from app.waste.registry.ledger_files import messages
from app.waste.registry.ledger_files.csv_rows import CsvSheet
from app.waste.registry.ledger_files.file_kinds import FileKind, kind_of_file
from app.waste.registry.ledger_files.general_codes import read_general_code
from app.waste.registry.ledger_files.limits import MAX_FILE_BYTES
from app.waste.registry.ledger_files.rows import Line, Sheet, as_written, cell_address
from app.waste.registry.ledger_files.texts import code_text, is_empty, plain_text, tidy_text
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile
from app.waste.registry.ledger_files.workbook import open_workbook

MAX_NAME: Final = 100
MAX_LINES: Final = 2_000
"""The official table has some hundred rows; a file with more lines than this is another one."""
LINES_ABOVE: Final = 20
_TITLES: Final = {
    "code": re.compile(r"^(?:一般)?(?:工业)?(?:固体|一般|固)?废物?(?:代码|编码)$|^(?:废物|固废)?代码$"),
    "name": re.compile(r"^(?:一般)?(?:工业)?(?:固体|固)?废物?名称$|^名称$|^废物种类$"),
    "category": re.compile(r"^(?:固体|固)?(?:废物)?(?:类别|种类|大类|分类)(?:代码)?$"),
}
_CLASS: Final = re.compile(r"S(?:W-?)?(\d{2})(?!\d)")


@dataclass(frozen=True)
class ListedCode:
    """A right row: a code of industrial general waste with its name."""

    row: int
    code: str
    name: str


@dataclass(frozen=True)
class CodeProblem:
    """One thing wrong in one cell of a row; `column` is its title."""

    cell: str
    column: Text
    text: Text
    value: str = ""


@dataclass(frozen=True)
class RefusedCode:
    """A row that doesn't go in, with everything wrong in it."""

    row: int
    cells: tuple[str, ...]
    problems: tuple[CodeProblem, ...]


@dataclass(frozen=True)
class CodeListReading:
    """The verdict on a file of codes."""

    file_problem: Text | None = None
    header: tuple[str, ...] = ()
    accepted: tuple[ListedCode, ...] = ()
    """Codes the park doesn't have yet."""
    known: tuple[ListedCode, ...] = ()
    """Rows whose code the park has already, or that the file says twice with the same name."""
    not_industrial: int = 0
    """Rows of S60 and above: household, building, farm waste."""
    refused: tuple[RefusedCode, ...] = ()


CODE_COLUMN: Final = say("代码")
NAME_COLUMN: Final = say("名称")
CATEGORY_COLUMN: Final = say("类别")


def read_code_list(content: bytes, filename: str, known: Collection[str]) -> CodeListReading:
    """The verdict on a CSV or spreadsheet file of codes; `known` are those the park has. Never raises for a bad file."""
    try:
        if len(content) > MAX_FILE_BYTES:
            raise UnreadableFile(FileReason.TOO_LARGE)
        if kind_of_file(content, filename) is FileKind.TEXT:
            return _read([CsvSheet(content)], known)
        with open_workbook(content, filename) as sheets:
            return _read(sheets, known)
    except UnreadableFile as error:
        if error.reason is FileReason.NO_TABLE:
            return CodeListReading(
                say("没有找到代码表：表头要有“代码”（或废物代码）和“名称”（或废物名称）两列")
            )
        return CodeListReading(messages.file_text(error.reason))


def _read(sheets: Iterable[Sheet], known: Collection[str]) -> CodeListReading:
    """The first sheet that is shown and has the columns.

    Raises:
        UnreadableFile: none has, or it holds no row.
    """
    for sheet in sheets:
        lines = sheet.lines()
        if not sheet.hidden and (found := _find_columns(lines)):
            columns, titles = found
            judge = _Judge(columns, known)
            for count, line in enumerate(lines):
                if count >= MAX_LINES:
                    raise UnreadableFile(FileReason.TOO_LARGE)
                judge.take(line)
            if not judge.lines:
                raise UnreadableFile(FileReason.NO_ROWS)
            return judge.reading(titles)
        for _ in lines:  # the next sheet comes after the last line of this one
            pass
    raise UnreadableFile(FileReason.NO_TABLE)


def _find_columns(lines: Iterator[Line]) -> tuple[dict[str, int], tuple[str, ...]] | None:
    for count, line in enumerate(lines):
        columns: dict[str, int] = {}
        for column, cell in enumerate(line.cells):
            title = re.sub(r"[(（].*?[)）]", "", plain_text(cell))
            name = next((name for name, pattern in _TITLES.items() if pattern.match(title)), None)
            if name and title:
                columns.setdefault(name, column)
        if {"code", "name"} <= columns.keys():
            return columns, tuple(as_written(cell) for cell in line.cells)
        if count >= LINES_ABOVE:
            return None
    return None


@dataclass
class _Judge:
    """Goes through the rows of one list."""

    columns: Mapping[str, int]
    stored: Collection[str]
    lines: int = 0
    first: dict[str, ListedCode] = field(default_factory=dict)
    accepted: list[ListedCode] = field(default_factory=list)
    known: list[ListedCode] = field(default_factory=list)
    refused: list[RefusedCode] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, line: Line) -> None:
        if line.blank or not (self._said(line, "code") or self._said(line, "name")):
            return
        if self._said(line, "code") and _TITLES["code"].match(plain_text(self._said(line, "code"))):
            return  # the header once more, on the next page
        self.lines += 1
        problems: list[CodeProblem] = []
        code, name = self._code(line, problems), self._name(line, problems)
        if not problems and not is_industrial_general_waste_code(code):
            self.counts["not_industrial"] += 1
            return
        self._compare_category(line, code, problems)
        row = ListedCode(line.number, code, name)
        earlier = self.first.get(code) if code else None
        if earlier and earlier.name != name:
            text = say("第 {row} 行已有这个代码，名称是“{name}”", row=earlier.row, name=earlier.name)
            problems.append(self._problem(line, "code", CODE_COLUMN, text))
        if problems:
            self.refused.append(RefusedCode(line.number, tuple(map(as_written, line.cells)), tuple(problems)))
            return
        self.first.setdefault(code, row)
        (self.known if earlier or code in self.stored else self.accepted).append(row)

    def reading(self, titles: tuple[str, ...]) -> CodeListReading:
        return CodeListReading(
            header=titles,
            accepted=tuple(self.accepted),
            known=tuple(self.known),
            not_industrial=self.counts["not_industrial"],
            refused=tuple(self.refused),
        )

    def _said(self, line: Line, name: str) -> str:
        column = self.columns.get(name, len(line.cells))
        cell = line.cells[column] if column < len(line.cells) else ""
        return "" if is_empty(cell) else as_written(cell)

    def _problem(self, line: Line, name: str, title: Text, text: Text) -> CodeProblem:
        return CodeProblem(cell_address(self.columns[name], line.number), title, text, self._said(line, name))

    def _code(self, line: Line, problems: list[CodeProblem]) -> str:
        said = self._said(line, "code")
        written = read_general_code(said) if said else None
        if written is not None and len(written.codes) == 1:
            return written.codes[0]
        text = say("一般固体废物代码应为 NNN-NNN-SNN，中间三位是 001-099，例如 900-003-S17")
        if written is None:
            text = say("请填写代码")
        elif written.codes:
            text = say("一格只写一个代码")
        problems.append(self._problem(line, "code", CODE_COLUMN, text))
        return ""

    def _name(self, line: Line, problems: list[CodeProblem]) -> str:
        name = tidy_text(self._said(line, "name"))
        if text := name_problem(name):
            problems.append(self._problem(line, "name", NAME_COLUMN, text))
        return name

    def _compare_category(self, line: Line, code: str, problems: list[CodeProblem]) -> None:
        match = _CLASS.search(code_text(self._said(line, "category"))) if "category" in self.columns else None
        if match and code and match[1] != code[-2:]:
            text = say("类别与代码末两位 S{digits} 不一致", digits=code[-2:])
            problems.append(self._problem(line, "category", CATEGORY_COLUMN, text))


def name_problem(name: str) -> Text | None:
    """What is wrong with the name of a code; None when nothing is."""
    if not name:
        return say("请填写废物名称")
    if not name.isprintable():
        return say("废物名称里有无法显示的字符，请删去后重填")
    if len(name) > MAX_NAME:
        return say("废物名称最多 {limit} 个字", limit=MAX_NAME)
    return None


def code_error_file(reading: CodeListReading, words: Callable[[Text], str]) -> bytes:
    """The refused rows as they were written below their header, with what is wrong to the right: an XLSX file that
    can be mended and read in again."""
    book = AnnotatedBook()
    width = max(len(reading.header), *(len(row.cells) for row in reading.refused), 1)
    book.begin_sheet(words(say("待更正")), width, remarks=1)
    book.line(reading.header, is_heading=True, remarks=[words(say("原因"))], remarks_at=width)
    for row in reading.refused:
        wrong = {_column(problem.cell) for problem in row.problems}
        said = "\n".join(f"{words(problem.column)}：{words(problem.text)}" for problem in row.problems)
        book.line(row.cells, wrong=wrong, remarks=[said], remarks_at=width)
    return book.finished()


def _column(cell: str) -> int:
    """`G9` -> 6."""
    column = 0
    for letter in cell.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column - 1
