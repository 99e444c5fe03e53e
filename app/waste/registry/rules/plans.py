"""Rules on the management plan (domain-rules.md 5.2), and on manifests that must rest on it (HWTM 14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.working_days import working_days_between
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.loader import limits_of
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.registry.planning.fields import REQUIRED_SECTIONS, Section
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.rules.checks import Rules, at_most, in_time

FILED_RULE: Final = "HJ1259-5.2.2"


@dataclass(frozen=True, kw_only=True)
class PlanDutyFacts(Facts):
    """A site's plan of a year: whether, when and how it was filed, and what became of it."""

    subject_kind: str = "site"
    year: Maybe[int] = UNKNOWN
    today: Maybe[date] = UNKNOWN
    generates: Maybe[bool] = UNKNOWN
    """Whether the site has hazardous waste at all."""
    filed_on: Maybe[date | None] = UNKNOWN
    """First filing of the year; None: none has a number."""
    sites_in_plan: Maybe[int] = UNKNOWN
    changed_on: Maybe[date | None] = UNKNOWN
    """First day on which something happened that the plan in force doesn't know; None: nothing did."""
    unit_class: Maybe[UnitClass] = UNKNOWN
    sections: Maybe[frozenset[Section]] = UNKNOWN
    """With content, or stated to have none."""


@dataclass(frozen=True, kw_only=True)
class CapacityFacts(Facts):
    """Capacity of a facility in the plan and in its permit or assessment."""

    subject_kind: str = "facility"
    capacity: Maybe[Grams] = UNKNOWN
    permitted_capacity: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class PlannedWasteFacts(Facts):
    """One waste of a site as it arose or left this year, beside the plan in force."""

    subject_kind: str = "waste_stream"
    waste_code: Maybe[str] = UNKNOWN
    is_planned: Maybe[bool] = UNKNOWN
    """Whether the plan in force has a line for it. Unknown where there is no plan: that is another rule's finding."""
    cumulative: Maybe[Grams] = UNKNOWN
    planned: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ManifestPlanFacts(Facts):
    """One line of a consignment beside table A.7 of the consignor's plan in force."""

    subject_kind: str = "consignment_line"
    waste_code: Maybe[str] = UNKNOWN
    receiver: Maybe[frozenset[str]] = UNKNOWN
    """What the consignee may be called in a plan: its licence number, its names."""
    filing_number: Maybe[str | None] = UNKNOWN
    """None: no plan is filed for that day."""
    planned: Maybe[Mapping[str, frozenset[str]]] = UNKNOWN
    """Receivers by waste code, by name and licence number."""


def covers_one_site(facts: PlanDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-5.1: each site has its own plan."""
    return at_most(known(facts.sites_in_plan, "sites_in_plan"), limits["sites"])


def is_filed_in_time(facts: PlanDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-5.2.2: filed by 31 March of its year; who generates nothing files nothing."""
    year, today = known(facts.year, "year"), known(facts.today, "today")
    filed, generates = known(facts.filed_on, "filed_on"), known(facts.generates, "generates")
    return in_time(limits["filed"].day_in(year), filed, today) if generates else passed()


def is_filed_before_it_presses(facts: PlanDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-5.2.2-w: not filed, and the last month has begun."""
    year, today = known(facts.year, "year"), known(facts.today, "today")
    filed, generates = known(facts.filed_on, "filed_on"), known(facts.generates, "generates")
    due = limits_of(FILED_RULE)["filed"].day_in(year)
    presses = limits["from"].day_in(year) <= today <= due
    if generates and filed is None and presses:
        return finding(observed=today.isoformat(), threshold=due.isoformat())
    return passed(observed=today.isoformat(), threshold=due.isoformat())


def follows_changes(facts: PlanDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-5.2.3: what changed is in the plan within so many working days."""
    changed, today = known(facts.changed_on, "changed_on"), known(facts.today, "today")
    if changed is None:
        return passed(observed=0, threshold=limits["change"].count, unit="wd")
    return at_most(working_days_between(changed, today), limits["change"], changed_on=changed.isoformat())


def has_its_sections(facts: PlanDutyFacts, _limits: Limits) -> Outcome:
    """HJ1259-5.3-content: every section its class asks for."""
    required = REQUIRED_SECTIONS[known(facts.unit_class, "unit_class")]
    missing = required - known(facts.sections, "sections")
    if not missing:
        return passed(observed=len(required))
    return finding(observed=len(missing), sections="、".join(sorted(missing)))


def capacity_agrees(facts: CapacityFacts, _limits: Limits) -> Outcome:
    """HJ1259-5.5-cap: the same capacity in plan and permit or assessment."""
    planned = known(facts.capacity, "capacity")
    permitted = known(facts.permitted_capacity, "permitted_capacity")
    shown = limits_of("HJ1259-4.2.1-key")["annual"].shown
    if planned == permitted:
        return passed(observed=shown(planned), threshold=shown(permitted), unit="t")
    return finding(observed=shown(planned), threshold=shown(permitted), unit="t")


def is_in_the_plan(facts: PlannedWasteFacts, _limits: Limits) -> Outcome:
    """HJ1259-plan-code: what arises or leaves has its line."""
    code, mass = known(facts.waste_code, "waste_code"), known(facts.cumulative, "cumulative")
    if known(facts.is_planned, "is_planned") or not mass:
        return passed(observed=code)
    return finding(observed=code)


def stays_within_the_plan(facts: PlannedWasteFacts, limits: Limits) -> Outcome:
    """HJ1259-plan-over: above 100 % of the planned mass; above 90 % the milder note."""
    mass, planned = known(facts.cumulative, "cumulative"), known(facts.planned, "planned")
    percent, code = mass * 100 // planned if planned else 0, known(facts.waste_code, "waste_code")
    if mass > limits["share"].share_of(planned):
        return finding(observed=percent, threshold=limits["share"].text, unit="%", waste_code=code)
    if mass > limits["early"].share_of(planned):
        early = limits["early"].text
        return finding(observed=percent, threshold=early, unit="%", milder=True, waste_code=code)
    return passed(observed=percent, threshold=limits["share"].text, unit="%")


def rests_on_the_plan(facts: ManifestPlanFacts, _limits: Limits) -> Outcome:
    """HWTM-14-plan: a plan is filed, its table A.7 names the waste and this consignee for it."""
    code, receiver = known(facts.waste_code, "waste_code"), known(facts.receiver, "receiver")
    if known(facts.filing_number, "filing_number") is None:
        return finding(observed=code, reason=say("移出人没有已备案的管理计划"))
    planned = known(facts.planned, "planned")
    if code not in planned:
        return finding(observed=code, reason=say("计划的转移表没有 {code}", code=code))
    if planned[code].isdisjoint(receiver):
        return finding(observed=code, reason=say("计划中 {code} 不转移给该接受人", code=code))
    return passed(observed=code)


RULES: Final[Rules] = {
    "HJ1259-5.1": Predicate(PlanDutyFacts, covers_one_site),
    FILED_RULE: Predicate(PlanDutyFacts, is_filed_in_time),
    "HJ1259-5.2.2-w": Predicate(PlanDutyFacts, is_filed_before_it_presses),
    "HJ1259-5.2.3": Predicate(PlanDutyFacts, follows_changes),
    "HJ1259-5.3-content": Predicate(PlanDutyFacts, has_its_sections),
    "HJ1259-5.5-cap": Predicate(CapacityFacts, capacity_agrees),
    "HJ1259-plan-code": Predicate(PlannedWasteFacts, is_in_the_plan),
    "HJ1259-plan-over": Predicate(PlannedWasteFacts, stays_within_the_plan),
    "HWTM-14-plan": Predicate(ManifestPlanFacts, rests_on_the_plan),
}
