"""Rules on the number of a manifest and on how many trips, wastes and consignors it is for (domain-rules.md 7.3, 14.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.catalogue.codes import manifest_departure_city, national_manifest_number_problem
from app.foundation.core.text import say
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.registry.rules.checks import at_most

DEMO_PROVINCE: Final = "99"
"""Unassigned; its numbers name no real city, so none is compared."""


@dataclass(frozen=True, kw_only=True)
class ManifestNumberFacts(Facts):
    """The national manifest number of a consignment."""

    subject_kind: str = "consignment"
    number: Maybe[str] = UNKNOWN
    demo: Maybe[bool] = UNKNOWN
    """Whether the park is marked as a demo park."""
    departure_city: Maybe[str] = UNKNOWN
    """First four digits of the division code of the place of departure, such as 3301."""


@dataclass(frozen=True, kw_only=True)
class NationalNumberFacts(Facts):
    """Whether the manifest runs in the national system: only that gives a number."""

    subject_kind: str = "consignment"
    national_number: Maybe[str | None] = UNKNOWN
    """None: none was recorded."""
    paper_number: str = ""
    """Of the paper manifest it goes with while the national system is out of order (HWTM 20)."""


@dataclass(frozen=True, kw_only=True)
class TripFacts(Facts):
    """What one manifest is used for."""

    subject_kind: str = "consignment"
    trip_count: Maybe[int] = UNKNOWN
    """Trips of a vehicle made under it; several carriers one after the other are one."""
    waste_count: Maybe[int] = UNKNOWN
    consignor_count: Maybe[int] = UNKNOWN
    """Firms whose waste is on it."""


def has_valid_manifest_number(facts: ManifestNumberFacts, _limits: Limits) -> Outcome:
    """HWTM-15: 14 digits, year, province, city and serial. Another city than the consignor's is the milder finding."""
    number = known(facts.number, "number")
    problem = national_manifest_number_problem(number, demo=known(facts.demo, "demo"))
    if problem:
        return finding(observed=number, reason=problem)
    city = manifest_departure_city(number)
    expected = known(facts.departure_city, "departure_city")
    if city == expected or city.startswith(DEMO_PROVINCE):
        return passed(observed=number)
    reason = say("联单城市代码 {city} 与移出地 {expected} 不一致", city=city, expected=expected)
    return finding(observed=number, reason=reason, milder=True)


def is_of_the_consignors_city(facts: ManifestNumberFacts, _limits: Limits) -> Outcome:
    """MAN-X13: the city in the number is the consignor's. Numbers of demo parks name no real one."""
    city = manifest_departure_city(known(facts.number, "number"))
    expected = known(facts.departure_city, "departure_city")
    if city == expected or city.startswith(DEMO_PROVINCE):
        return passed(observed=city, threshold=expected)
    return finding(observed=city, threshold=expected)


def runs_in_the_national_system(facts: NationalNumberFacts, _limits: Limits) -> Outcome:
    """HWTM-6, HWTM-11-1: a manifest of the national system; the platform's own number doesn't replace it, a paper
    manifest does while that system is out of order."""
    number = known(facts.national_number, "national_number") or facts.paper_number
    return passed(observed=number) if number else finding()


def is_for_one_trip(facts: TripFacts, limits: Limits) -> Outcome:
    """HWTM-16-a: one vehicle, one trip, one manifest."""
    return at_most(known(facts.trip_count, "trip_count"), limits["trips"])


def is_for_one_waste(facts: TripFacts, limits: Limits) -> Outcome:
    """HWTM-16-b: several wastes of one trip may stand on one manifest; a hint that they may also be apart."""
    return at_most(known(facts.waste_count, "waste_count"), limits["wastes"])


def is_of_one_consignor(facts: TripFacts, limits: Limits) -> Outcome:
    """HWTM-16-c: whoever collects from several has a manifest of each."""
    return at_most(known(facts.consignor_count, "consignor_count"), limits["consignors"])


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWTM-6": Predicate(NationalNumberFacts, runs_in_the_national_system),
    "HWTM-11-1": Predicate(NationalNumberFacts, runs_in_the_national_system),
    "HWTM-15": Predicate(ManifestNumberFacts, has_valid_manifest_number),
    "HWTM-16-a": Predicate(TripFacts, is_for_one_trip),
    "HWTM-16-b": Predicate(TripFacts, is_for_one_waste),
    "HWTM-16-c": Predicate(TripFacts, is_of_one_consignor),
    "MAN-X13": Predicate(ManifestNumberFacts, is_of_the_consignors_city),
}
