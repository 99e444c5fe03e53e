"""Rows that say what an earlier right row said but for number, mass and container: most rows of a long ledger.

They are judged by the earlier one, so that a hundred thousand rows take a second or two. Whatever is not exactly as
there, down to a blank, is left to the reader of the table: the verdict is the same either way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.headers import Header
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.limits import MAX_CONTAINER_GRAMS
from app.waste.registry.ledger_files.rows import Cell, Line, number_text
from app.waste.registry.ledger_files.vocabulary import Field

LIMIT: Final = 20_000
"""Different rows remembered."""
OWN: Final = (Field.BATCH_NO, Field.QUANTITY, Field.CONTAINER_CODE)
"""What each row says for itself."""
_BATCH_CHARACTERS: Final = 15
_CONTAINER_CHARACTERS: Final = 37
_MASS_CHARACTERS: Final = 15


@dataclass(frozen=True, slots=True)
class _Model:
    """A right row without cautions, and how the numbers of rows like it begin."""

    row: GenerationRow
    unit: int
    batch: str
    container: str


class RowsAlike:
    """The right rows so far under one header, by all they say beside number, mass and container."""

    def __init__(self, header: Header, sheet: str, *, fixed_width: bool) -> None:
        columns = header.columns
        shared = sorted(index for field, index in columns.items() if field not in OWN)
        self._is_usable = all(field in columns for field in OWN) and len(shared) > 1
        self._sheet = sheet
        self._width = header.width if fixed_width else None
        self._needed = max(columns.values(), default=0) + 1
        if self._is_usable:
            self._batch, self._mass, self._container = (columns[field] for field in OWN)
            self._shared: Callable[[Sequence[Cell]], tuple[Cell, ...]] = itemgetter(*shared)
        self._models: dict[tuple[Cell, ...], _Model] = {}

    def find(self, line: Line) -> tuple[GenerationRow, int] | None:
        """What a line comes to, with the grams of its unit; None when it has to be judged by itself."""
        cells = line.cells
        if not self._is_usable or not self._fits(cells):
            return None
        model = self._models.get(self._shared(cells))
        if model is None:
            return None
        batch, container = cells[self._batch], cells[self._container]
        if not _numbered(batch, model.batch, _BATCH_CHARACTERS) or not _numbered(
            container, model.container, _CONTAINER_CHARACTERS
        ):
            return None
        grams = _plain_grams(cells[self._mass], model.unit)
        if grams is None or container[-3:] == "000":  # type: ignore[index]
            return None
        like = model.row
        row = GenerationRow(
            self._sheet, line.number, batch, like.event_date, like.event_time, like.local_name, like.waste_name,  # type: ignore[arg-type]
            like.category, like.waste_code, grams, container, like.container_kind, like.container_count,  # type: ignore[arg-type]
            like.facility_code, like.operator, like.destination,
        )  # fmt: skip
        return row, model.unit

    def remember(self, line: Line, row: GenerationRow, unit: int) -> None:
        """Let a right row without cautions stand for those like it."""
        cells = line.cells
        if not self._is_usable or not self._fits(cells) or len(self._models) >= LIMIT:
            return
        batch, container = row.batch_no[:-3], row.container_code[:-3]
        is_plain = (
            cells[self._batch] == row.batch_no
            and cells[self._container] == row.container_code
            and _plain_grams(cells[self._mass], unit) == row.grams
        )
        if is_plain:  # else the cells say more than their numbers, such as a unit of their own
            self._models[self._shared(cells)] = _Model(row, unit, batch, container)

    def _fits(self, cells: Sequence[Cell]) -> bool:
        return len(cells) == self._width if self._width is not None else len(cells) >= self._needed


def _numbered(cell: Cell, start: str, characters: int) -> bool:
    """Whether a cell is the start and three digits."""
    if type(cell) is not str or len(cell) != characters or not cell.startswith(start):
        return False
    serial = cell[-3:]
    return serial.isdigit() and serial.isascii()


def _plain_grams(cell: Cell, unit: int) -> Grams | None:
    """Whole grams of a number written plainly, such as `0.186`; None for anything else, and what a rule may refuse."""
    text = cell if type(cell) is str else number_text(cell) if type(cell) in (int, float) else ""  # type: ignore[arg-type]
    if len(text) > _MASS_CHARACTERS or not text.isascii():
        return None
    whole, point, rest = text.partition(".")
    if not whole.isdigit() or (point and not rest.isdigit()):
        return None
    grams, left = divmod(int(whole + rest) * unit, 10 ** len(rest))
    return Grams(grams) if not left and 0 < grams <= MAX_CONTAINER_GRAMS else None
