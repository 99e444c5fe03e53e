"""What the good rows of all official tables have in common: where they stand, and how they are told as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any, ClassVar, Final

from app.waste.registry.ledger_files.vocabulary import Table

NO_COLUMNS: Final = ("sheet", "row", "key")
"""Fields that tell where a row stands and whether it is a duplicate, not what a column says."""


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A good row of an official table, in normal form; each table's class adds its columns."""

    table: ClassVar[Table]
    json_names: ClassVar[Mapping[str, str]] = {}
    """Columns that the sample expectations call otherwise than we do."""

    sheet: str
    row: int

    def as_json(self) -> dict[str, Any]:
        """As in `accepted` of the sample expectations: ISO days, `08:30`, masses in grams, null for an empty cell."""
        columns = [field.name for field in fields(self) if field.name not in NO_COLUMNS]
        told = {self.json_names.get(name, name): _plain(getattr(self, name)) for name in columns}
        return {"sheet": self.sheet, "row": self.row, **told}


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case "":
            return None
    return value
