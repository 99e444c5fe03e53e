"""Thresholds as data: a number, its unit, and the side that is allowed."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from app.foundation.core.units import GRAMS_PER_KG, GRAMS_PER_TONNE, Grams, kg_text, tonnes_text

MASS_UNITS: Final = {"kg": GRAMS_PER_KG, "t": GRAMS_PER_TONNE}
"""Grams in one unit."""
WHOLE_UNITS: Final = frozenset({"count", "min", "h", "d", "wd", "month", "a", "md", "mm", "L", "km/h"})
"""Counted in whole numbers: things, minutes, hours, days, working days, months, years, days of the year as month and day
(331 is 31 March), millimetres, litres, kilometres an hour."""
UNITS: Final = frozenset({*MASS_UNITS, *WHOLE_UNITS, "%", "m", "m3", "cm/s", "mg/L", "pH"})


class Direction(enum.StrEnum):
    """Which side of the number is allowed; the number itself always is."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True)
class Limit:
    """One threshold of a rule."""

    value: Decimal
    unit: str
    direction: Direction

    @property
    def grams(self) -> Grams:
        """The limit as whole grams.

        Raises:
            ValueError: the unit is no mass, or the number is finer than a gram.
        """
        if self.unit not in MASS_UNITS:
            raise ValueError(f"{self.unit} is not a mass")
        grams = self.value * MASS_UNITS[self.unit]
        if grams != int(grams):
            raise ValueError("finer than a gram")
        return Grams(int(grams))

    @property
    def count(self) -> int:
        """The limit as a whole number of its unit.

        Raises:
            ValueError: the unit can't be counted, or the number is not whole.
        """
        if self.unit not in WHOLE_UNITS or self.value != int(self.value):
            raise ValueError(f"{self.value} {self.unit} is not a whole number of things")
        return int(self.value)

    def day_in(self, year: int) -> date:
        """The day of a year that a limit in `md` names: 331 is 31 March.

        Raises:
            ValueError: it names no day.
        """
        if self.unit != "md":
            raise ValueError(f"{self.unit} names no day of the year")
        return date(year, *divmod(self.count, 100))

    @property
    def text(self) -> str:
        """The number as people read it, in `unit`; a permeability in powers of ten."""
        if self.unit == "cm/s":
            return f"{self.value:.1e}"
        return self.shown(self.grams) if self.unit in MASS_UNITS else f"{self.value:f}"

    def shown(self, mass: int) -> str:
        """A mass in grams as an exact decimal text in the limit's own unit."""
        return tonnes_text(mass) if self.unit == "t" else kg_text(mass)

    def is_kept_by(self, mass: int) -> bool:
        """Whether a mass in grams is on the allowed side; exactly the limit is."""
        return mass <= self.grams if self.direction is Direction.AT_MOST else mass >= self.grams

    def allows(self, number: Decimal | int) -> bool:
        """Whether a number in the limit's own unit is on the allowed side; exactly the limit is."""
        return number <= self.value if self.direction is Direction.AT_MOST else number >= self.value

    def share_of(self, whole: int) -> int:
        """This percentage of `whole`, rounded down to a whole number.

        For whole numbers `n > share` and `n > floor(share)` say the same, so nothing is lost by the rounding.
        """
        if self.unit != "%":
            raise ValueError(f"{self.unit} is not a share")
        numerator, denominator = self.value.as_integer_ratio()
        return whole * numerator // (denominator * 100)

    def is_looser_than(self, other: "Limit") -> bool:
        """Whether this limit allows something that `other`, of the same unit and direction, forbids."""
        if self.direction is Direction.AT_MOST:
            return self.value > other.value
        return self.value < other.value


Limits: TypeAlias = Mapping[str, Limit]
"""The thresholds of a rule by name."""
