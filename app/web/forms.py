"""What a form page shows: the values as typed and, beside each field, what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import Text

Typed = Mapping[str, str | Sequence[str]]


def field_name(pointer: str) -> str:
    """The form field a JSON pointer speaks of: `#/lines/0/mass` -> `lines-0-mass`."""
    return pointer.removeprefix("#").strip("/").replace("/", "-")


@dataclass(frozen=True)
class FormState:
    """Values to show in a form and the problems found in them, in the order of discovery."""

    values: Typed = field(default_factory=dict)
    found: Sequence[FieldProblem] = ()

    @property
    def problems(self) -> list[tuple[str, Text]]:
        """(field name, sentence) of every problem; the name is empty when no field is to blame."""
        return [(field_name(problem.pointer), problem.text) for problem in self.found]

    def problem(self, name: str) -> Text | None:
        """The first problem of one field."""
        return next((text for at, text in self.problems if at == name), None)

    def values_of(self, name: str) -> list[str]:
        """All values of a field that may be ticked several times."""
        if hasattr(self.values, "getlist"):
            return list(self.values.getlist(name))
        value = self.values.get(name)
        if value is None:
            return []
        return [value] if isinstance(value, str) else list(value)

    def value(self, name: str) -> str:
        """The value of a field as it was typed, or nothing."""
        return next(iter(self.values_of(name)), "")
