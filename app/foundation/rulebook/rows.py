"""Reading one TOML table and telling every problem in it, not only the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from app.foundation.rulebook.limits import MASS_UNITS, UNITS, Direction, Limit, Limits
from app.foundation.rulebook.rules import Wording

E = TypeVar("E", bound=StrEnum)


class RulebookError(Exception):
    """The data can't be loaded; `problems` names everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass
class Row:
    """A TOML table with a name for messages. Readers return a harmless value and note the problem."""

    name: str
    table: Mapping[str, Any]
    problems: list[str]
    used: set[str] = field(default_factory=set)

    def wrong(self, text: str) -> None:
        self.problems.append(f"{self.name}: {text}")

    def text(self, key: str) -> str:
        value = self._value(key)
        if isinstance(value, str) and value.strip():
            return value
        self.wrong(f"{key} must be a text")
        return ""

    def flag(self, key: str) -> bool | None:
        value = self._value(key)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(f"{key} must be true or false")
        return None

    def day(self, key: str) -> date | None:
        value = self._value(key)
        if value is None or type(value) is date:
            return value
        self.wrong(f"{key} must be a day")
        return None

    def choice(self, key: str, values: type[E], default: E) -> E:
        return self.optional_choice(key, values, required=True) or default

    def optional_choice(self, key: str, values: type[E], *, required: bool = False) -> E | None:
        value = self._value(key)
        if value is None and not required:
            return None
        if value in list(values):
            return values(value)
        self.wrong(f"{key} must be one of {', '.join(values)}, not {value!r}")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._value(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.wrong(f"{key} must be a list of texts")
        return ()

    def child(self, key: str) -> "Row":
        value = self._value(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(f"{key} must be a table")
            value = None
        return Row(f"{self.name}.{key}", value or {}, self.problems)

    def children(self, key: str) -> list["Row"]:
        value = self._value(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(f"{key} must be a list of tables")
            return []
        return [Row(f"{self.name}.{key}[{i}]", item, self.problems) for i, item in enumerate(value)]

    def wording(self, key: str) -> Wording:
        row = self.child(key)
        wording = Wording(row.text("zh"), row.text("en"))
        row.finish()
        return wording

    def limits(self, base: Limits | None = None) -> Limits:
        """The `limits` table. With `base`, units and directions may be left out and are those of the base."""
        row = self.child("limits")
        read = {name: row.child(name).limit(base.get(name) if base else None) for name in row.table}
        return {name: limit for name, limit in read.items() if limit is not None}

    def limit(self, base: Limit | None) -> Limit | None:
        unit = base.unit if base and "unit" not in self.table else self.text("unit")
        direction = (
            base.direction
            if base and "direction" not in self.table
            else self.choice("direction", Direction, Direction.AT_MOST)
        )
        value = self._number("value")
        self.finish()
        if value is None or unit not in UNITS:
            self.wrong(f"unit must be one of {', '.join(sorted(UNITS))}")
            return None
        limit = Limit(value, unit, direction)
        if unit in MASS_UNITS and value * MASS_UNITS[unit] % 1:
            self.wrong("value is finer than a gram")
            return None
        return limit

    def _number(self, key: str) -> Decimal | None:
        value = self._value(key)
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or number < 0:
            self.wrong(f"{key} must be a number of 0 or more, written as a text")
            return None
        return number

    def finish(self) -> None:
        """Note the keys nobody asked for: a misspelt key would otherwise be silently ignored."""
        for key in self.table.keys() - self.used:
            self.wrong(f"unknown key {key}")

    def _value(self, key: str) -> Any:
        self.used.add(key)
        return self.table.get(key)
