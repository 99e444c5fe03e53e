"""The class of a site by HJ 1259-2022 4.2: pure, so every example of the standard is a test of a millisecond."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.foundation.core.units import Grams
from app.foundation.rulebook.loader import limits_of
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Unknown
from app.waste.registry.planning.models import UnitClass

KEY_RULE: Final = "HJ1259-4.2.1-key"
SIMPLIFIED_RULE: Final = "HJ1259-4.2.1-simple"
BY_THREE_YEARS: Final = "HJ1259-4.2.3-a"
BY_ALL_YEARS: Final = "HJ1259-4.2.3-b"
BY_PERMIT: Final = "HJ1259-4.2.3-c"
BY_AUTHORITY: Final = "HJ1259-4.2.2"


@dataclass(frozen=True)
class ClassInputs:
    """What the decision of a year asks of a site. Masses are grams of hazardous waste a year."""

    started_on: Maybe[date | None] = UNKNOWN
    """None: operation has not started."""
    yearly: Mapping[int, Grams] = field(default_factory=dict)
    """Totals of calendar years before the one decided on; a year that nobody has told is left out."""
    eia: Maybe[Grams] = UNKNOWN
    permit: Maybe[Grams] = UNKNOWN
    has_own_treatment: Maybe[bool] = UNKNOWN
    has_licence: bool = False
    is_intermittent: bool = False
    """Generates now and then, in a cycle of more than three years."""
    override: UnitClass | None = None


@dataclass(frozen=True)
class ClassResult:
    """The class, or which inputs it is waiting for; with the yearly mass it rests on and the clause that gave it."""

    unit_class: UnitClass | None
    annual: Grams | None
    clause: str
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """What makes it a key unit: annual, own_treatment, licence."""
    years: Mapping[int, Grams] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Clause, yearly totals, reasons and missing inputs, as a decision keeps them."""
        return {
            "clause": self.clause,
            "years": {str(year): mass for year, mass in sorted(self.years.items())},
            "reasons": list(self.reasons),
            "missing": list(self.missing),
        }


def years_in_operation(started_on: date, year: int) -> int:
    """Whole years from the first day of operation to 1 January of `year`; below zero if it starts later."""
    start = date(year, 1, 1)
    return year - started_on.year - ((start.month, start.day) < (started_on.month, started_on.day))


def class_of(inputs: ClassInputs, year: int) -> ClassResult:
    """The class of a site for a year (HJ 1259-2022 4.2).

    The city's decision wins (4.2.2). A missing input leaves the class open unless what is known decides it: a
    licensed unit, one with its own treatment, or one known year of 100 t is a key unit whatever else is missing.
    """
    rests = _annual(inputs, year)
    if inputs.override is not None:
        return ClassResult(inputs.override, rests.annual, BY_AUTHORITY, years=rests.years)
    reasons = tuple(_reasons(inputs, rests.annual))
    if reasons:
        return ClassResult(UnitClass.KEY, rests.annual, rests.clause, (), reasons, rests.years)
    missing = [*rests.missing]
    if isinstance(inputs.has_own_treatment, Unknown):
        missing.append("has_own_treatment")
    if missing or rests.annual is None:
        return ClassResult(None, rests.annual, rests.clause, tuple(missing), (), rests.years)
    simplified = rests.annual >= limits_of(SIMPLIFIED_RULE)["annual"].grams
    found = UnitClass.SIMPLIFIED if simplified else UnitClass.REGISTRATION
    return ClassResult(found, rests.annual, rests.clause, (), (), rests.years)


def _reasons(inputs: ClassInputs, annual: Grams | None) -> Iterable[str]:
    if annual is not None and annual >= limits_of(KEY_RULE)["annual"].grams:
        yield "annual"
    if inputs.has_own_treatment is True:
        yield "own_treatment"
    if inputs.has_licence:
        yield "licence"


def _annual(inputs: ClassInputs, year: int) -> ClassResult:
    """The yearly mass by 4.2.3 and the clause that says how; no class yet."""
    if isinstance(inputs.started_on, Unknown):
        return _most(inputs, [], BY_THREE_YEARS, ("started_on",))
    looked_back = limits_of(BY_THREE_YEARS)["years"].count
    age = -1 if inputs.started_on is None else years_in_operation(inputs.started_on, year)
    if inputs.started_on is None or age < 1 or inputs.is_intermittent:
        return _by_permit(inputs)
    first = year - looked_back if age >= looked_back else max(inputs.started_on.year, year - looked_back)
    clause = BY_THREE_YEARS if age >= looked_back else BY_ALL_YEARS
    years = list(range(first, year))
    untold = [f"year_{one}" for one in years if one not in inputs.yearly]
    return _most(inputs, years, clause, tuple(untold))


def _most(inputs: ClassInputs, years: list[int], clause: str, missing: tuple[str, ...]) -> ClassResult:
    told = {year: inputs.yearly[year] for year in years if year in inputs.yearly}
    return ClassResult(None, max(told.values(), default=None), clause, missing, (), told)


def _by_permit(inputs: ClassInputs) -> ClassResult:
    """The larger of the figures of the impact assessment and of the permit."""
    figures = {"eia": inputs.eia, "permit": inputs.permit}
    told = [mass for mass in figures.values() if not isinstance(mass, Unknown)]
    missing = tuple(name for name, mass in figures.items() if isinstance(mass, Unknown))
    return ClassResult(None, max(told, default=None), BY_PERMIT, missing if not told else ())
