"""A container code stands once in table B.1: in the file, and in what was imported before."""

from collections.abc import Callable, Collection
from typing import Final

from app.waste.registry.ledger_files.ledger import EarlierRow
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.vocabulary import Field

CODES_PER_QUESTION: Final = 1_000

_COMPARED: Final = (
    (Field.BATCH_NO, "batch_no"),
    (Field.EVENT_AT, "event_date"),
    (Field.EVENT_AT, "event_time"),
    (Field.LOCAL_NAME, "local_name"),
    (Field.WASTE_NAME, "waste_name"),
    (Field.WASTE_CODE, "waste_code"),
    (Field.QUANTITY, "grams"),
    (Field.CONTAINER_KIND, "container_kind"),
    (Field.CONTAINER_COUNT, "container_count"),
    (Field.SOURCE_FACILITY, "facility_code"),
    (Field.PRODUCER_OPERATOR, "operator"),
    (Field.DESTINATION, "destination"),
)


class Duplicates:
    """Knows the good rows so far by container code. A refused row takes no code."""

    def __init__(self, known: Callable[[Collection[str]], Collection[str]]) -> None:
        self._known = known
        self._rows: dict[str, GenerationRow] = {}

    def first(self, container_code: str) -> GenerationRow | None:
        """The good row that has this container, if there is one."""
        return self._rows.get(container_code)

    def keep(self, row: GenerationRow) -> None:
        """From now on this good row has its container."""
        self._rows[row.container_code] = row

    def imported_before(self) -> set[str]:
        """Which containers of the good rows are in the ledger already."""
        codes = list(self._rows)
        found: set[str] = set()
        for start in range(0, len(codes), CODES_PER_QUESTION):
            found.update(self._known(codes[start : start + CODES_PER_QUESTION]))
        return found


def earlier(row: GenerationRow) -> EarlierRow:
    """Where a row stands."""
    return EarlierRow(row.sheet, row.row)


def differing_fields(first: GenerationRow, second: GenerationRow) -> tuple[Field, ...]:
    """The fields in which two rows of one container differ."""
    fields = [field for field, name in _COMPARED if getattr(first, name) != getattr(second, name)]
    return tuple(dict.fromkeys(fields))
