"""Stores and sites of general industrial waste (GB 18599-2020; domain-rules.md 9.3 and 9.4).

A warehouse (库房) and packed waste are outside GB 18599: only the three protections bind them. Class I and class II
sites are under all of it, closed ones too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, listed, passed
from app.waste.storage.rules.makers import (
    Judge,
    all_hold,
    both,
    done_within,
    either,
    last_day,
    no_less_than,
    none_hold,
    number_of,
    value_of,
    when,
    within,
    word_for,
)


@dataclass(frozen=True, kw_only=True)
class GeneralWarehouseFacts(Facts):
    """A warehouse of general waste, or packages of it."""

    subject_kind: str = "facility"
    protect_leak: Maybe[bool] = UNKNOWN
    protect_rain: Maybe[bool] = UNKNOWN
    protect_dust: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class SitePlaceFacts(Facts):
    """Where a site lies and what it is built with."""

    subject_kind: str = "facility"
    distance_m: Maybe[int] = UNKNOWN
    eia_distance_m: Maybe[int] = UNKNOWN
    in_red_line: Maybe[bool] = UNKNOWN
    in_farmland: Maybe[bool] = UNKNOWN
    in_protected_area: Maybe[bool] = UNKNOWN
    on_fault: Maybe[bool] = UNKNOWN
    in_karst: Maybe[bool] = UNKNOWN
    in_slide_area: Maybe[bool] = UNKNOWN
    in_wetland: Maybe[bool] = UNKNOWN
    below_high_water: Maybe[bool] = UNKNOWN
    flood_return_years: Maybe[int] = UNKNOWN
    unit_barrier: Maybe[bool] = UNKNOWN
    unit_diversion: Maybe[bool] = UNKNOWN
    unit_analysis: Maybe[bool] = UNKNOWN
    unit_works: Maybe[bool] = UNKNOWN
    unit_leachate: Maybe[bool] = UNKNOWN
    has_leachate_pond: Maybe[bool] = UNKNOWN
    pond_as_tight_as_site: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ClassOneFacts(Facts):
    """The barrier of a class I site."""

    subject_kind: str = "facility"
    natural_thickness_m: Maybe[str] = UNKNOWN
    natural_k_cm_s: Maybe[str] = UNKNOWN
    improved_liner: Maybe[bool] = UNKNOWN
    liner_equivalent: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ClassTwoFacts(Facts):
    """The barrier of a class II site."""

    subject_kind: str = "facility"
    hdpe_mm: Maybe[str] = UNKNOWN
    hdpe_equivalent: Maybe[bool] = UNKNOWN
    clay_thickness_m: Maybe[str] = UNKNOWN
    clay_k_cm_s: Maybe[str] = UNKNOWN
    groundwater_gap_m: Maybe[str] = UNKNOWN
    groundwater_drain: Maybe[bool] = UNKNOWN
    leak_monitoring: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class SiteOperationFacts(Facts):
    """How a site is run; the days are those of the latest record of each kind, None: never."""

    subject_kind: str = "facility"
    on: date
    incompatibles_apart: Maybe[bool] = UNKNOWN
    sign_posted: Maybe[bool] = UNKNOWN
    is_dusty: Maybe[bool] = UNKNOWN
    dust_control: Maybe[bool] = UNKNOWN
    contingency_plan: Maybe[bool] = UNKNOWN
    operating_plan: Maybe[bool] = UNKNOWN
    training: Maybe[date | None] = UNKNOWN
    construction_report: Maybe[bool] = UNKNOWN
    as_built_drawings: Maybe[bool] = UNKNOWN
    material_tests: Maybe[bool] = UNKNOWN
    archive_a: Maybe[bool] = UNKNOWN
    archive_b: Maybe[bool] = UNKNOWN
    archive_c: Maybe[bool] = UNKNOWN
    archive_d: Maybe[bool] = UNKNOWN
    archive_e: Maybe[bool] = UNKNOWN
    archive_f: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class BackfillFacts(Facts):
    """A site whose mine voids are filled."""

    subject_kind: str = "facility"
    on: date
    backfill_survey: Maybe[bool] = UNKNOWN
    risk_assessment: Maybe[bool] = UNKNOWN
    backfill_monitoring: Maybe[date | None] = UNKNOWN
    backfill_pure: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class SiteMonitoringFacts(Facts):
    """What is monitored at a site; the days are those of samples, None: never."""

    subject_kind: str = "facility"
    on: date
    is_closed_site: Maybe[bool] = UNKNOWN
    leachate_sample: Maybe[date | None] = UNKNOWN
    started_on: Maybe[date] = UNKNOWN
    baseline: Maybe[date | None] = UNKNOWN
    wells_up: Maybe[int] = UNKNOWN
    wells_down: Maybe[int] = UNKNOWN
    wells_spread: Maybe[int] = UNKNOWN
    groundwater_drain: Maybe[bool] = UNKNOWN
    wells_outlet: Maybe[int] = UNKNOWN
    groundwater_sample: Maybe[date | None] = UNKNOWN
    sample_before: Maybe[date | None] = UNKNOWN
    """The sample before the latest one."""
    within_background_since: Maybe[date | None] = UNKNOWN
    """Since when the groundwater of a closed site is at background; None: it isn't."""
    items: Maybe[frozenset[str]] = UNKNOWN
    """What the latest groundwater sample was tested for."""
    air_sample: Maybe[date | None] = UNKNOWN
    abnormal_on: Maybe[date | None] = UNKNOWN
    """The day of the latest abnormal air result; None: never one."""
    recheck_on: Maybe[date | None] = UNKNOWN
    """The first air sample after it; None: not yet."""
    tsp_device: Maybe[bool] = UNKNOWN
    tsp_months: Maybe[int] = UNKNOWN
    soil_sample: Maybe[date | None] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ClosingFacts(Facts):
    """A site that takes no more waste."""

    subject_kind: str = "facility"
    on: date
    stopped_accepting_on: Maybe[date] = UNKNOWN
    closure_started_on: Maybe[date | None] = UNKNOWN
    """None: not begun."""


@dataclass(frozen=True, kw_only=True)
class ClosedFacts(Facts):
    """A closed site."""

    subject_kind: str = "facility"
    closing_marker: Maybe[bool] = UNKNOWN
    leachate_stopped_on: Maybe[date | None] = UNKNOWN
    """None: the system runs."""
    leachate_clean_since: Maybe[date | None] = UNKNOWN
    """None: leachate still comes and doesn't conform."""
    remining: Maybe[bool] = UNKNOWN
    remining_eia: Maybe[bool] = UNKNOWN


def has_wells(facts: SiteMonitoringFacts, limits: Limits) -> Outcome:
    """GB18599-10.3.2: wells up-stream, down-stream and where it may spread; one more at a groundwater drain."""
    names = ["wells_up", "wells_down", "wells_spread"]
    if known(facts.groundwater_drain, "groundwater_drain"):
        names.append("wells_outlet")
    few = [name for name in names if not limits["wells"].allows(number_of(facts, name))]
    if few:
        return finding(observed=len(few), items=listed([word_for(name) for name in few]))
    return passed()


def is_sampled_each_quarter(facts: SiteMonitoringFacts, limits: Limits) -> Outcome:
    """GB18599-10.3.3-a: an operating site's groundwater once a quarter, samples a month apart or more."""
    if known(facts.is_closed_site, "is_closed_site"):
        return passed()
    latest = known(facts.groundwater_sample, "groundwater_sample")
    before = known(facts.sample_before, "sample_before")
    if latest is not None and before is not None and latest < last_day(before, limits["gap"]):
        return finding(last=before.isoformat())
    return done_within("groundwater_sample")(facts, limits)


def is_sampled_after_closing(facts: SiteMonitoringFacts, limits: Limits) -> Outcome:
    """GB18599-10.3.3-b: a closed site's groundwater twice a year, until two years at background."""
    if not known(facts.is_closed_site, "is_closed_site"):
        return passed()
    since = known(facts.within_background_since, "within_background_since")
    if since is not None and facts.on > last_day(since, limits["background"]):
        return passed()
    return done_within("groundwater_sample")(facts, limits)


ITEMS: Final = ("turbidity", "ph", "tds", "chloride", "nitrate_n", "nitrite_n")
"""What every groundwater sample is tested for (10.3.4)."""


def is_tested_for_all(facts: SiteMonitoringFacts, _limits: Limits) -> Outcome:
    """GB18599-10.3.4: turbidity, pH, TDS, chloride, nitrate-N, nitrite-N; specific ones are the site's own."""
    lacking = [item for item in ITEMS if item not in known(facts.items, "items")]
    if lacking:
        return finding(observed=len(lacking), items=listed([word_for(item) for item in lacking]))
    return passed()


def has_a_baseline(facts: SiteMonitoringFacts, _limits: Limits) -> Outcome:
    """GB18599-10.3.1: the groundwater was sampled before the site started."""
    baseline, started = known(facts.baseline, "baseline"), known(facts.started_on, "started_on")
    return passed() if baseline is not None and baseline < started else finding()


def is_rechecked(facts: SiteMonitoringFacts, limits: Limits) -> Outcome:
    """GB18599-10.5.2-b: an abnormal result is sampled again within a week."""
    abnormal = known(facts.abnormal_on, "abnormal_on")
    if abnormal is None:
        return passed()
    again = known(facts.recheck_on, "recheck_on") or facts.on
    days = (again - abnormal).days
    outcome = passed if again <= last_day(abnormal, limits["recheck"]) else finding
    return outcome(observed=days, threshold=limits["recheck"].text, unit="d")


def is_closing_in_time(facts: ClosingFacts, limits: Limits) -> Outcome:
    """GB18599-9.1: closing begins within two years after the last waste."""
    stopped = known(facts.stopped_accepting_on, "stopped_accepting_on")
    begun = known(facts.closure_started_on, "closure_started_on") or facts.on
    outcome = passed if begun <= last_day(stopped, limits["begin"]) else finding
    return outcome(observed=stopped.isoformat(), threshold=limits["begin"].text, unit="a")


def leachate_runs_long_enough(facts: ClosedFacts, limits: Limits) -> Outcome:
    """GB18599-9.7: the leachate system runs until two years without leachate, or with conforming leachate."""
    stopped = known(facts.leachate_stopped_on, "leachate_stopped_on")
    if stopped is None:
        return passed()
    clean = known(facts.leachate_clean_since, "leachate_clean_since")
    if clean is None or stopped < last_day(clean, limits["clean"]):
        return finding(observed=stopped.isoformat(), threshold=limits["clean"].text, unit="a")
    return passed()


def open_site(judge: Judge) -> Judge:
    """Only while the site isn't closed."""

    def judged(facts: object, limits: Limits) -> Outcome:
        return passed() if value_of(facts, "is_closed_site") else judge(facts, limits)

    return judged


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18599-1-pack": Predicate(
        GeneralWarehouseFacts, all_hold("protect_leak", "protect_rain", "protect_dust")
    ),
    "GB18599-4.2": Predicate(SitePlaceFacts, no_less_than("distance_m", "eia_distance_m", "m")),
    "GB18599-4.3": Predicate(SitePlaceFacts, none_hold("in_red_line", "in_farmland", "in_protected_area")),
    "GB18599-4.4": Predicate(
        SitePlaceFacts, none_hold("on_fault", "in_karst", "in_slide_area", "in_wetland")
    ),
    "GB18599-4.5": Predicate(SitePlaceFacts, none_hold("below_high_water")),
    "GB18599-5.1.2": Predicate(SitePlaceFacts, within("flood_return_years", "flood")),
    "GB18599-5.1.3": Predicate(
        SitePlaceFacts,
        all_hold("unit_barrier", "unit_diversion", "unit_analysis", "unit_works", "unit_leachate"),
    ),
    "GB18599-5.1.5": Predicate(
        SiteOperationFacts, all_hold("construction_report", "as_built_drawings", "material_tests")
    ),
    "GB18599-5.1.6": Predicate(
        SitePlaceFacts, when("has_leachate_pond", True, all_hold("pond_as_tight_as_site"))
    ),
    "GB18599-5.2.1": Predicate(
        ClassOneFacts,
        either(
            both(within("natural_thickness_m", "thickness"), within("natural_k_cm_s", "k")),
            all_hold("improved_liner"),
        ),
    ),
    "GB18599-5.2.2": Predicate(ClassOneFacts, when("improved_liner", True, all_hold("liner_equivalent"))),
    "GB18599-5.3.1-a": Predicate(
        ClassTwoFacts, either(within("hdpe_mm", "hdpe"), all_hold("hdpe_equivalent"))
    ),
    "GB18599-5.3.1-b": Predicate(
        ClassTwoFacts, both(within("clay_thickness_m", "thickness"), within("clay_k_cm_s", "k"))
    ),
    "GB18599-5.3.2": Predicate(
        ClassTwoFacts, either(within("groundwater_gap_m", "gap"), all_hold("groundwater_drain"))
    ),
    "GB18599-5.3.3": Predicate(ClassTwoFacts, all_hold("leak_monitoring")),
    "GB18599-6.4": Predicate(SiteOperationFacts, all_hold("incompatibles_apart")),
    "GB18599-7.1": Predicate(SiteOperationFacts, all_hold("contingency_plan")),
    "GB18599-7.2": Predicate(SiteOperationFacts, both(all_hold("operating_plan"), done_within("training"))),
    "GB18599-7.3": Predicate(
        SiteOperationFacts,
        all_hold("archive_a", "archive_b", "archive_c", "archive_d", "archive_e", "archive_f"),
    ),
    "GB18599-7.4": Predicate(SiteOperationFacts, all_hold("sign_posted")),
    "GB18599-7.5": Predicate(SiteOperationFacts, when("is_dusty", True, all_hold("dust_control"))),
    "GB18599-8.2": Predicate(
        BackfillFacts,
        both(all_hold("backfill_survey", "risk_assessment"), done_within("backfill_monitoring")),
    ),
    "GB18599-8.3": Predicate(BackfillFacts, all_hold("backfill_pure")),
    "GB18599-9.1": Predicate(ClosingFacts, is_closing_in_time),
    "GB18599-9.6": Predicate(ClosedFacts, all_hold("closing_marker")),
    "GB18599-9.7": Predicate(ClosedFacts, leachate_runs_long_enough),
    "GB18599-9.8": Predicate(ClosedFacts, when("remining", True, all_hold("remining_eia"))),
    "GB18599-10.2.2": Predicate(SiteMonitoringFacts, done_within("leachate_sample")),
    "GB18599-10.3.1": Predicate(SiteMonitoringFacts, has_a_baseline),
    "GB18599-10.3.2": Predicate(SiteMonitoringFacts, has_wells),
    "GB18599-10.3.3-a": Predicate(SiteMonitoringFacts, is_sampled_each_quarter),
    "GB18599-10.3.3-b": Predicate(SiteMonitoringFacts, is_sampled_after_closing),
    "GB18599-10.3.4": Predicate(SiteMonitoringFacts, is_tested_for_all),
    "GB18599-10.5.2-a": Predicate(SiteMonitoringFacts, open_site(done_within("air_sample"))),
    "GB18599-10.5.2-b": Predicate(SiteMonitoringFacts, is_rechecked),
    "GB18599-10.5.3": Predicate(
        SiteMonitoringFacts, open_site(both(all_hold("tsp_device"), within("tsp_months", "kept")))
    ),
    "GB18599-10.6.4": Predicate(SiteMonitoringFacts, done_within("soil_sample")),
}
