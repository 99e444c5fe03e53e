"""How long waste may lie (domain-rules.md 3.4). Ages are counted by the calendar, never in multiples of 365 days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.core.units import Grams
from app.foundation.core.working_days import working_days_between
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limit, Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.storage.rules.makers import last_day

STAGES: Final = ("last", "soon", "early")
"""The warning windows, shortest first; only the earliest one is the milder stage."""
MEDICAL: Final = "HW01"


@dataclass(frozen=True, kw_only=True)
class AgeFacts(Facts):
    """How long a container, or loose waste drawn first in first out, has lain at its holder's."""

    subject_kind: str = "container"
    on: date
    since: Maybe[date] = UNKNOWN
    """Generation for the producer, acceptance for the operator."""
    category: Maybe[str] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class OperatorAgeFacts(AgeFacts):
    """The holder is a licensed operator that accepted it from others."""

    extended_to: Maybe[date | None] = UNKNOWN
    """Last day of an extension that the issuer of the licence approved; None: there is none."""


@dataclass(frozen=True, kw_only=True)
class ProducerAgeFacts(AgeFacts):
    """The holder made it."""


@dataclass(frozen=True, kw_only=True)
class SpotAgeFacts(AgeFacts):
    """It stands at a storage spot."""


@dataclass(frozen=True, kw_only=True)
class CollectorAgeFacts(AgeFacts):
    """The holder has a licence for collection only."""

    must_be_handed_over: Maybe[bool] = UNKNOWN
    """Whether it is of the kinds a collection licence is given for."""
    may_store: Maybe[bool] = UNKNOWN
    """Whether its licence names storage."""
    mass: Maybe[Grams] = UNKNOWN
    """Of the batch accepted."""


def is_within_the_operators_year(facts: OperatorAgeFacts, limits: Limits) -> Outcome:
    """ECC-535-3-a: not longer than a calendar year, or than the approved extension."""
    until = last_day(known(facts.since, "since"), limits["age"])
    if facts.on > until:
        extended = known(facts.extended_to, "extended_to")
        if extended is None or facts.on > extended:
            return _too_old(facts, limits["age"])
    return passed(observed=_days(facts), threshold=limits["age"].text, unit=limits["age"].unit)


def is_not_near_the_operators_year(facts: OperatorAgeFacts, limits: Limits) -> Outcome:
    """ECC-535-3-b: the year doesn't end within 60 days; from 30 days on, and again from 7, the finding is a warning."""
    return _near(facts, limits)


def is_within_the_producers_year(facts: ProducerAgeFacts, limits: Limits) -> Outcome:
    """HW-STORE-1Y-producer: not longer than a calendar year; local law makes it a violation."""
    if facts.on > last_day(known(facts.since, "since"), limits["age"]):
        return _too_old(facts, limits["age"])
    return passed(observed=_days(facts), threshold=limits["age"].text, unit=limits["age"].unit)


def _days(facts: AgeFacts) -> int:
    return (facts.on - known(facts.since, "since")).days


def _too_old(facts: AgeFacts, limit: Limit) -> Outcome:
    since = known(facts.since, "since")
    return finding(
        observed=_days(facts), threshold=limit.text, unit=limit.unit, since=since.isoformat(),
        until=last_day(since, limit).isoformat(),
    )  # fmt: skip


def _near(facts: AgeFacts, limits: Limits) -> Outcome:
    until = last_day(known(facts.since, "since"), limits["age"])
    left = (until - facts.on).days
    if left < 0:
        return passed(observed=left)  # the year itself is another rule's
    for stage in STAGES:
        window = limits[stage]
        if left <= window.count:
            return finding(
                observed=left, threshold=window.text, unit="d", milder=stage == STAGES[-1], until=until.isoformat()
            )  # fmt: skip
    return passed(observed=left, unit="d")


def has_no_period_of_its_own(facts: AgeFacts, limits: Limits) -> Outcome:
    """HW-STORE-exempt: another law sets another period for medical waste; the finding only points to it."""
    if known(facts.category, "category") != MEDICAL:
        return passed()
    if facts.on <= last_day(known(facts.since, "since"), limits["medical"]):
        return passed(observed=_days(facts), threshold=limits["medical"].text, unit="d")
    return finding(observed=_days(facts), threshold=limits["medical"].text, unit="d")


def is_moved_out_of_the_spot(facts: SpotAgeFacts, limits: Limits) -> Outcome:
    """GB18597-8.3.5-c: moved out in time; 30 days is our number, the law gives none."""
    if facts.on <= last_day(known(facts.since, "since"), limits["age"]):
        return passed(observed=_days(facts), threshold=limits["age"].text, unit="d")
    return finding(observed=_days(facts), threshold=limits["age"].text, unit="d")


def is_handed_over(facts: CollectorAgeFacts, limits: Limits) -> Outcome:
    """HWLM-20: a collector hands the waste to a disposal unit within 90 working days."""
    if not known(facts.must_be_handed_over, "must_be_handed_over"):
        return passed()
    days = working_days_between(known(facts.since, "since"), facts.on)
    outcome = passed if limits["age"].allows(days) else finding
    return outcome(observed=days, threshold=limits["age"].text, unit="wd")


def is_only_placed_for_a_while(facts: CollectorAgeFacts, limits: Limits) -> Outcome:
    """HWLM-31-3: without a right to store, at most 5 t a batch and 90 working days; beyond that it is storage."""
    if known(facts.may_store, "may_store"):
        return passed()
    mass, days = known(facts.mass, "mass"), working_days_between(known(facts.since, "since"), facts.on)
    if not limits["mass"].is_kept_by(mass):
        return finding(
            observed=limits["mass"].shown(mass), threshold=limits["mass"].text, unit=limits["mass"].unit
        )
    outcome = passed if limits["age"].allows(days) else finding
    return outcome(observed=days, threshold=limits["age"].text, unit="wd")


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "ECC-535-3-a": Predicate(OperatorAgeFacts, is_within_the_operators_year),
    "ECC-535-3-b": Predicate(OperatorAgeFacts, is_not_near_the_operators_year),
    "HW-STORE-1Y-producer": Predicate(ProducerAgeFacts, is_within_the_producers_year),
    "HW-STORE-exempt": Predicate(AgeFacts, has_no_period_of_its_own),
    "GB18597-8.3.5-c": Predicate(SpotAgeFacts, is_moved_out_of_the_spot),
    "HWLM-20": Predicate(CollectorAgeFacts, is_handed_over),
    "HWLM-31-3": Predicate(CollectorAgeFacts, is_only_placed_for_a_while),
}
