"""What is kept up in a facility and by its owner (GB 18597-2023, 4, 8.2, 9 to 11; ECC 484, 538 to 540)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.storage.rules.makers import all_hold, both, compared, done_within, number_of, when, within

REGISTRATION: Final = "registration"
KEY: Final = "key"
SPOT: Final = "spot"


@dataclass(frozen=True, kw_only=True)
class SiteStoreFacts(Facts):
    """All stores of hazardous waste at a site."""

    subject_kind: str = "site"
    stock: Maybe[Grams] = UNKNOWN
    store_kinds: Maybe[tuple[str, ...]] = UNKNOWN
    """The type of each store that is in use."""
    unit_class: Maybe[str] = UNKNOWN
    """key, simplified or registration, as decided for the year."""
    e_scale: Maybe[bool] = UNKNOWN
    e_label: Maybe[bool] = UNKNOWN
    e_ledger: Maybe[bool] = UNKNOWN
    liability_insurance: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class OperationFacts(Facts):
    """How a warehouse, yard, pool or tank farm is run."""

    subject_kind: str = "facility"
    on: date
    reduces_emissions: Maybe[bool] = UNKNOWN
    sorts_secondary_waste: Maybe[bool] = UNKNOWN
    fire_acceptance: Maybe[bool] = UNKNOWN
    is_dusty: Maybe[bool] = UNKNOWN
    dust_control: Maybe[bool] = UNKNOWN
    treats_waste_water: Maybe[bool] = UNKNOWN
    in_monitoring_plan: Maybe[bool] = UNKNOWN
    responders: Maybe[bool] = UNKNOWN
    emergency_equipment: Maybe[bool] = UNKNOWN
    emergency_supplies: Maybe[bool] = UNKNOWN
    emergency_lighting: Maybe[bool] = UNKNOWN
    equipment_cleaned: Maybe[bool] = UNKNOWN
    """Of the latest routine check."""
    routine_check: Maybe[date | None] = UNKNOWN
    """The latest day of each kind of record; None: never."""
    hazard_check: Maybe[date | None] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class OwnerFacts(Facts):
    """What the owner of a site keeps on file and trains."""

    subject_kind: str = "facility"
    on: date
    management_system: Maybe[bool] = UNKNOWN
    post_duties: Maybe[bool] = UNKNOWN
    operating_rules: Maybe[bool] = UNKNOWN
    training_plan: Maybe[bool] = UNKNOWN
    archive_design: Maybe[bool] = UNKNOWN
    archive_build: Maybe[bool] = UNKNOWN
    archive_acceptance: Maybe[bool] = UNKNOWN
    archive_operation: Maybe[bool] = UNKNOWN
    archive_monitoring: Maybe[bool] = UNKNOWN
    archive_emergency: Maybe[bool] = UNKNOWN
    contingency_plan: Maybe[bool] = UNKNOWN
    drill: Maybe[date | None] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class GasFacts(Facts):
    """A warehouse, and whether what lies in it gives off anything."""

    subject_kind: str = "facility"
    emits: Maybe[bool] = UNKNOWN
    gas_collection: Maybe[bool] = UNKNOWN
    gas_treatment: Maybe[bool] = UNKNOWN
    stack_height_m: Maybe[str] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class VideoFacts(Facts):
    """A store with cameras."""

    subject_kind: str = "facility"
    video: Maybe[bool] = UNKNOWN
    video_months: Maybe[int] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class RetiredFacts(Facts):
    """A facility that is out of use."""

    subject_kind: str = "facility"
    retired_on: date
    remaining: Maybe[Grams] = UNKNOWN
    cleanup_report: Maybe[bool] = UNKNOWN
    decontamination: Maybe[date | None] = UNKNOWN
    """The latest day on which it was decontaminated; None: never."""


@dataclass(frozen=True, kw_only=True)
class EventFacts(Facts):
    """What was done after a weather alert or an accident, by the latest record of it."""

    subject_kind: str = "facility"
    alert_answered: Maybe[bool] = UNKNOWN
    reported_at_once: Maybe[bool] = UNKNOWN
    neighbours_notified: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class SpotFacts(Facts):
    """A storage spot."""

    subject_kind: str = "facility"
    fixed_boundary: Maybe[bool] = UNKNOWN
    isolated: Maybe[bool] = UNKNOWN
    protect_wind: Maybe[bool] = UNKNOWN
    protect_rain: Maybe[bool] = UNKNOWN
    protect_sun: Maybe[bool] = UNKNOWN
    protect_loss: Maybe[bool] = UNKNOWN
    protect_scatter: Maybe[bool] = UNKNOWN
    protect_leak: Maybe[bool] = UNKNOWN
    stock: Maybe[Grams] = UNKNOWN


def has_a_store(facts: SiteStoreFacts, limits: Limits) -> Outcome:
    """GB18597-4.1: who has hazardous waste in stock has a store for it."""
    if not known(facts.stock, "stock"):
        return passed()
    stores = len(known(facts.store_kinds, "store_kinds"))
    outcome = passed if limits["stores"].allows(stores) else finding
    return outcome(observed=stores, threshold=limits["stores"].text, unit="count")


def has_more_than_a_spot(facts: SiteStoreFacts, _limits: Limits) -> Outcome:
    """GB18597-3-spot: a unit above the registration class doesn't rely on spots alone."""
    kinds = set(known(facts.store_kinds, "store_kinds"))
    if kinds == {SPOT} and known(facts.unit_class, "unit_class") != REGISTRATION:
        return finding()
    return passed()


def is_empty_and_clean(facts: RetiredFacts, limits: Limits) -> Outcome:
    """GB18597-4.8: nothing is left in a facility out of use, and its clean-up is on file."""
    left = known(facts.remaining, "remaining")
    if not limits["remaining"].is_kept_by(left):
        shown = limits["remaining"].shown(left)
        return finding(observed=shown, threshold=limits["remaining"].text, unit="t")
    if not known(facts.cleanup_report, "cleanup_report"):
        return finding(observed="0")
    return passed()


def is_decontaminated(facts: RetiredFacts, _limits: Limits) -> Outcome:
    """ECC-538: decontaminated, on or after its last day of use, before it is used for anything else."""
    cleaned = known(facts.decontamination, "decontamination")
    return passed() if cleaned is not None and cleaned >= facts.retired_on else finding()


def is_below_the_warning(facts: SpotFacts, limits: Limits) -> Outcome:
    """GB18597-8.3.5-b: the stock of a spot stays below four fifths of its limit; exactly that already warns."""
    stock, limit = known(facts.stock, "stock"), limits["stock"]
    outcome = passed if stock < limit.grams else finding
    return outcome(observed=limit.shown(stock), threshold=limit.text, unit=limit.unit)


def is_planned_and_drilled(facts: OwnerFacts, limits: Limits) -> Outcome:
    """GB18597-11.1: the contingency plan is filed, and drilled every year."""
    return both(all_hold("contingency_plan"), done_within("drill"))(facts, limits)


def is_high_enough(facts: GasFacts, limits: Limits) -> Outcome:
    """GB18597-6.2.3, the stack."""
    return compared(number_of(facts, "stack_height_m"), limits["stack"])


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18597-4.1": Predicate(SiteStoreFacts, has_a_store),
    "GB18597-4.4": Predicate(OperationFacts, all_hold("reduces_emissions")),
    "GB18597-4.5": Predicate(OperationFacts, all_hold("sorts_secondary_waste")),
    "GB18597-4.7-a": Predicate(
        SiteStoreFacts, when("unit_class", KEY, all_hold("e_scale", "e_label", "e_ledger"))
    ),
    "GB18597-4.7-b": Predicate(VideoFacts, when("video", True, within("video_months", "kept"))),
    "GB18597-4.8": Predicate(RetiredFacts, is_empty_and_clean),
    "GB18597-4.10": Predicate(OperationFacts, all_hold("fire_acceptance")),
    "GB18597-6.2.3": Predicate(
        GasFacts, when("emits", True, both(all_hold("gas_collection", "gas_treatment"), is_high_enough))
    ),
    "GB18597-8.1.6": Predicate(OperationFacts, when("is_dusty", True, all_hold("dust_control"))),
    "GB18597-8.2.2-a": Predicate(OperationFacts, done_within("routine_check")),
    "GB18597-8.2.3": Predicate(OperationFacts, all_hold("equipment_cleaned")),
    "GB18597-8.2.5": Predicate(
        OwnerFacts, all_hold("management_system", "post_duties", "operating_rules", "training_plan")
    ),
    "GB18597-8.2.6": Predicate(OperationFacts, done_within("hazard_check")),
    "GB18597-8.2.7": Predicate(
        OwnerFacts,
        all_hold(
            "archive_design",
            "archive_build",
            "archive_acceptance",
            "archive_operation",
            "archive_monitoring",
            "archive_emergency",
        ),
    ),
    "GB18597-8.3.1": Predicate(SpotFacts, all_hold("fixed_boundary", "isolated")),
    "GB18597-8.3.2": Predicate(
        SpotFacts, all_hold("protect_wind", "protect_rain", "protect_sun", "protect_loss", "protect_scatter")
    ),
    "GB18597-8.3.4": Predicate(SpotFacts, all_hold("protect_leak")),
    "GB18597-8.3.5-b": Predicate(SpotFacts, is_below_the_warning),
    "GB18597-3-spot": Predicate(SiteStoreFacts, has_more_than_a_spot),
    "GB18597-9.1": Predicate(OperationFacts, all_hold("treats_waste_water")),
    "GB18597-10.1": Predicate(OperationFacts, all_hold("in_monitoring_plan")),
    "GB18597-11.1": Predicate(OwnerFacts, is_planned_and_drilled),
    "GB18597-11.2": Predicate(
        OperationFacts,
        all_hold("responders", "emergency_equipment", "emergency_supplies", "emergency_lighting"),
    ),
    "GB18597-11.3": Predicate(EventFacts, all_hold("alert_answered")),
    "ECC-484": Predicate(SiteStoreFacts, all_hold("liability_insurance")),
    "ECC-538": Predicate(RetiredFacts, is_decontaminated),
    "ECC-540": Predicate(EventFacts, all_hold("reported_at_once", "neighbours_notified")),
}
