"""Merged cells: the value of the first counts for every line they cover, and in headers for every column."""

import re
from typing import Final, NamedTuple

from app.waste.registry.ledger_files.limits import MAX_COLUMNS, MAX_MERGES
from app.waste.registry.ledger_files.rows import Cell, Line
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")


class Merge(NamedTuple):
    """A merged range; rows count from 1, columns from 0, ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def parse_range(text: str) -> Merge | None:
    """`A1:C3` as a merge."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    return Merge(int(match[2]), column_index(match[1]), int(match[4]), column_index(match[3]))


def column_index(letters: str) -> int:
    """`AB` -> 27; columns count from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class MergeFiller:
    """Fills merged cells line by line, from top to bottom."""

    def __init__(self, merges: list[Merge]) -> None:
        if len(merges) > MAX_MERGES:
            raise UnreadableFile(FileReason.TOO_LARGE)
        self._waiting = sorted(merges, reverse=True)
        self._open: dict[Merge, Cell] = {}

    def add(self, merge: Merge) -> None:
        """A merge that starts on the line to be filled next."""
        if len(self._waiting) + len(self._open) > MAX_MERGES:
            raise UnreadableFile(FileReason.TOO_LARGE)
        self._waiting.append(merge)

    def fill(self, number: int, cells: list[Cell], hidden: bool) -> Line:
        """The line with what merged cells above put into it; what a merged cell covers is not seen."""
        for merge in [merge for merge in self._open if merge.last_row < number]:
            del self._open[merge]
        self._start_merges(number, cells)
        if len(self._open) > MAX_COLUMNS:  # merged cells can't overlap
            raise UnreadableFile(FileReason.DAMAGED)
        for merge in self._open:
            first = merge.first_column + (merge.first_row == number)
            for column in range(first, min(merge.last_column + 1, len(cells))):
                cells[column] = ""
        blank = not any(cell != "" for cell in cells)
        spans = [
            [merge.first_column, min(merge.last_column, MAX_COLUMNS)]
            for merge in self._open
            if merge.last_column > merge.first_column
        ]
        for merge, value in self._open.items():
            if merge.first_row < number and value != "":
                cells.extend([""] * (merge.first_column + 1 - len(cells)))
                cells[merge.first_column] = value
        return Line(number, cells, hidden, blank, spans)

    def _start_merges(self, number: int, cells: list[Cell]) -> None:
        while self._waiting and self._waiting[-1].first_row <= number:
            merge = self._waiting.pop()
            if merge.last_row < number or merge.first_column >= MAX_COLUMNS:
                continue
            is_here = merge.first_row == number and merge.first_column < len(cells)
            self._open[merge] = cells[merge.first_column] if is_here else ""
