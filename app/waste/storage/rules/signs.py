"""Labels as they are printed, and the signs of zones and facilities (HJ 1276-2022; domain-rules.md 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.core.text import Text
from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limit, Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, listed, passed
from app.waste.storage.rules.makers import all_hold, done_within

ML_PER_L: Final = 1000


@dataclass(frozen=True, kw_only=True)
class PrintFacts(Facts):
    """A label beside the container it is for."""

    subject_kind: str = "container"
    volume_ml: Maybe[int] = UNKNOWN
    label_mm: Maybe[int] = UNKNOWN
    text_mm: Maybe[int] = UNKNOWN
    label_count: Maybe[int] = UNKNOWN
    hazards: Maybe[frozenset[str]] = UNKNOWN
    symbols: Maybe[frozenset[str]] = UNKNOWN
    """The hazards that have their symbol on it."""


@dataclass(frozen=True, kw_only=True)
class LabelDateFacts(Facts):
    """What a label says of weight and day, beside what happened to the container."""

    subject_kind: str = "container"
    on: date
    is_sealed: Maybe[bool] = UNKNOWN
    label_mass: Maybe[Grams | None] = UNKNOWN
    """On the label as last printed; None: blank."""
    generated_on: Maybe[date] = UNKNOWN
    first_stored_on: Maybe[date | None] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class FacilitySignFacts(Facts):
    """The sign of a store of hazardous waste."""

    subject_kind: str = "facility"
    on: date
    sign_posted: Maybe[bool] = UNKNOWN
    sign_matches: Maybe[bool] = UNKNOWN
    sign_symbol: Maybe[str] = UNKNOWN
    sign_check: Maybe[date | None] = UNKNOWN
    """The latest day on which the signs were checked; None: never."""


@dataclass(frozen=True, kw_only=True)
class ZoneSignFacts(Facts):
    """The sign of a zone."""

    subject_kind: str = "zone"
    sign_posted: Maybe[bool] = UNKNOWN
    sign_matches: Maybe[bool] = UNKNOWN


def is_large_enough(facts: PrintFacts, limits: Limits) -> Outcome:
    """HJ1276-L-size: at least the label of the container's volume class."""
    return _by_volume(facts, limits, "label_mm", "size")


def is_readable(facts: PrintFacts, limits: Limits) -> Outcome:
    """HJ1276-L-text: at least the text height of the volume class."""
    return _by_volume(facts, limits, "text_mm", "text")


def _by_volume(facts: PrintFacts, limits: Limits, name: str, kind: str) -> Outcome:
    number, needed = known(getattr(facts, name), name), limits[f"{kind}_{_class_of(facts, limits)}"]
    outcome = passed if needed.allows(number) else finding
    return outcome(observed=number, threshold=needed.text, unit=needed.unit)


def _class_of(facts: PrintFacts, limits: Limits) -> str:
    """small, medium or large: up to 50 L, up to 450 L, above."""
    volume_ml = known(facts.volume_ml, "volume_ml")
    if volume_ml <= _ml(limits["small"]):
        return "small"
    return "medium" if volume_ml <= _ml(limits["medium"]) else "large"


def _ml(limit: Limit) -> int:
    return limit.count * ML_PER_L


def is_on_both_sides(facts: PrintFacts, limits: Limits) -> Outcome:
    """HJ1276-L-two: two labels on a container above 450 L."""
    if known(facts.volume_ml, "volume_ml") <= _ml(limits["medium"]):
        return passed()
    count, needed = known(facts.label_count, "label_count"), limits["count"]
    outcome = passed if needed.allows(count) else finding
    return outcome(observed=count, threshold=needed.text, unit="count")


def shows_every_hazard(facts: PrintFacts, _limits: Limits) -> Outcome:
    """HJ1276-L-symbol: a symbol for each hazard of the waste."""
    lacking = known(facts.hazards, "hazards") - known(facts.symbols, "symbols")
    if lacking:
        return finding(observed=len(lacking), hazards=listed([Text(hazard) for hazard in sorted(lacking)]))
    return passed()


def has_its_weight(facts: LabelDateFacts, _limits: Limits) -> Outcome:
    """HJ1276-L-weight: once it is sealed the weight stands on the label."""
    if not known(facts.is_sealed, "is_sealed") or known(facts.label_mass, "label_mass") is not None:
        return passed()
    return finding()


def has_a_possible_day(facts: LabelDateFacts, _limits: Limits) -> Outcome:
    """HJ1276-L-date: the day of generation is neither in the future nor after the container was first stored."""
    made, stored = known(facts.generated_on, "generated_on"), known(facts.first_stored_on, "first_stored_on")
    latest = facts.on if stored is None else min(facts.on, stored)
    outcome = passed if made <= latest else finding
    return outcome(observed=made.isoformat(), threshold=latest.isoformat())


def has_the_new_symbol(facts: FacilitySignFacts, _limits: Limits) -> Outcome:
    """HJ1276-F-old: not the skull that was used before 2023-07-01."""
    return finding() if known(facts.sign_symbol, "sign_symbol") == "skull" else passed()


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18597-4.6-a": Predicate(FacilitySignFacts, all_hold("sign_posted")),
    "GB18597-4.6-b": Predicate(ZoneSignFacts, all_hold("sign_posted")),
    "HJ1276-L-size": Predicate(PrintFacts, is_large_enough),
    "HJ1276-L-text": Predicate(PrintFacts, is_readable),
    "HJ1276-L-two": Predicate(PrintFacts, is_on_both_sides),
    "HJ1276-L-symbol": Predicate(PrintFacts, shows_every_hazard),
    "HJ1276-L-weight": Predicate(LabelDateFacts, has_its_weight),
    "HJ1276-L-date": Predicate(LabelDateFacts, has_a_possible_day),
    "HJ1276-Z-sign": Predicate(ZoneSignFacts, all_hold("sign_posted", "sign_matches")),
    "HJ1276-F-sign": Predicate(FacilitySignFacts, all_hold("sign_posted", "sign_matches")),
    "HJ1276-F-old": Predicate(FacilitySignFacts, has_the_new_symbol),
    "HJ1276-chk": Predicate(FacilitySignFacts, done_within("sign_check")),
}
