"""Rules of the digital timetable (domain-rules.md 12), and on citing the law in force (0.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from app.foundation.core.months import months_after
from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.rules.checks import Rules, flag

MONTHS_A_YEAR: Final = 12
STEPS: Final = ("generated_at", "packed_at", "weighed_at", "coded_at", "stored_at")


@dataclass(frozen=True, kw_only=True)
class DigitalFacts(Facts):
    """How far a site's hazardous waste is followed by machines."""

    subject_kind: str = "site"
    today: Maybe[date] = UNKNOWN
    unit_class: Maybe[UnitClass] = UNKNOWN
    annual: Maybe[Grams] = UNKNOWN
    is_online: Maybe[bool] = UNKNOWN
    e_scale: Maybe[bool] = UNKNOWN
    e_label: Maybe[bool] = UNKNOWN
    e_ledger: Maybe[bool] = UNKNOWN
    has_video: Maybe[bool] = UNKNOWN
    has_digital_coverage: Maybe[bool] = UNKNOWN
    follows_2023_17: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class FiveStepFacts(Facts):
    """The five at-once steps of one container; None where a step has not been done."""

    subject_kind: str = "container"
    generated_at: Maybe[datetime | None] = UNKNOWN
    packed_at: Maybe[datetime | None] = UNKNOWN
    weighed_at: Maybe[datetime | None] = UNKNOWN
    coded_at: Maybe[datetime | None] = UNKNOWN
    stored_at: Maybe[datetime | None] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class DisposalFacts(Facts):
    """How a park's hazardous waste was disposed of."""

    subject_kind: str = "park"
    landfilled: Maybe[Grams] = UNKNOWN
    treated: Maybe[Grams] = UNKNOWN
    """All that was used or disposed of."""


@dataclass(frozen=True, kw_only=True)
class CitationFacts(Facts):
    """A law that a paper cites for an event."""

    subject_kind: str = "citation"
    event_on: Maybe[date] = UNKNOWN
    cited_until: Maybe[date | None] = UNKNOWN
    """Last day of the law cited; None: it is in force."""


@dataclass(frozen=True, kw_only=True)
class OffenceFacts(Facts):
    """An act that may be penalised, for what is shown beside it."""

    subject_kind: str = "finding"
    act_on: Maybe[date] = UNKNOWN
    act_ended_on: Maybe[date] = UNKNOWN
    decided_on: Maybe[date] = UNKNOWN
    law_changed_on: Maybe[date] = UNKNOWN
    today: Maybe[date] = UNKNOWN
    has_damage: Maybe[bool] = UNKNOWN


def larger_units_are_online(facts: DigitalFacts, limits: Limits) -> Outcome:
    """INFO-2020: from 10 t a year declarations are made online."""
    annual, online = known(facts.annual, "annual"), known(facts.is_online, "is_online")
    applies = limits["annual"].is_kept_by(annual)
    return finding(observed=limits["annual"].shown(annual), unit="t") if applies and not online else passed()


def key_unit_is_equipped(facts: DigitalFacts, _limits: Limits) -> Outcome:
    """INFO-4.7: scale, label, ledger and video of a key unit."""
    is_key = known(facts.unit_class, "unit_class") is UnitClass.KEY
    names = ("e_scale", "e_label", "e_ledger", "has_video")
    lacking = [name for name in names if not known(getattr(facts, name), name)]
    return finding(observed=len(lacking)) if is_key and lacking else passed(observed=0)


def key_unit_is_covered(facts: DigitalFacts, limits: Limits) -> Outcome:
    """INFO-2025-10-a: key units are wholly covered from 2026 on."""
    is_key = known(facts.unit_class, "unit_class") is UnitClass.KEY
    covered, year = (
        known(facts.has_digital_coverage, "has_digital_coverage"),
        known(facts.today, "today").year,
    )
    late = year >= limits["from"].count
    return finding(observed=year) if is_key and late and not covered else passed(observed=year)


def unit_is_covered(facts: DigitalFacts, limits: Limits) -> Outcome:
    """INFO-2025-10-b: nearly all units from 2027 on."""
    covered, year = (
        known(facts.has_digital_coverage, "has_digital_coverage"),
        known(facts.today, "today").year,
    )
    return finding(observed=year) if year >= limits["from"].count and not covered else passed(observed=year)


def little_is_landfilled(facts: DisposalFacts, limits: Limits) -> Outcome:
    """INFO-2025-10-c: at most a tenth goes to landfill by 2030."""
    landfilled, treated = known(facts.landfilled, "landfilled"), known(facts.treated, "treated")
    percent = landfilled * 100 // treated if treated else 0
    if landfilled <= limits["share"].share_of(treated):
        return passed(observed=percent, threshold=limits["share"].text, unit="%")
    return finding(observed=percent, threshold=limits["share"].text, unit="%")


def five_steps_are_done(facts: FiveStepFacts, _limits: Limits) -> Outcome:
    """INFO-5i: generated, packed, weighed, coded and stored, in this order."""
    times = [known(getattr(facts, name), name) for name in STEPS]
    done = [at for at in times if at is not None]
    if len(done) == len(STEPS) and done == sorted(done):
        return passed(observed=len(done), threshold=len(STEPS), unit="count")
    return finding(observed=len(done), threshold=len(STEPS), unit="count")


def five_steps_are_quick(facts: FiveStepFacts, limits: Limits) -> Outcome:
    """INFO-5i-P: from packing to weighing, to the code, to the store at most so many hours each."""
    times = [known(getattr(facts, name), name) for name in STEPS[1:]]
    gaps = [late - early for early, late in pairwise(times) if early is not None and late is not None]
    longest, limit = max(gaps, default=timedelta(0)), limits["gap"]
    hours = longest // timedelta(hours=1)
    if longest <= timedelta(hours=limit.count):
        return passed(observed=hours, threshold=limit.count, unit="h")
    return finding(observed=hours, threshold=limit.count, unit="h")


def is_no_small_unit(facts: DigitalFacts, limits: Limits) -> Outcome:
    """INFO-reverse: tells a small unit that its collector may fill the manifest in first."""
    annual, limit = known(facts.annual, "annual"), limits["annual"]
    if limit.is_kept_by(annual):
        return passed(observed=limit.shown(annual), threshold=limit.text, unit="t")
    return finding(observed=limit.shown(annual), threshold=limit.text, unit="t")


def cites_law_in_force(facts: CitationFacts, _limits: Limits) -> Outcome:
    """LAW-SWITCH-a: the law cited was in force on the day of the event."""
    event, until = known(facts.event_on, "event_on"), known(facts.cited_until, "cited_until")
    if until is None or event <= until:
        return passed(observed=event.isoformat())
    return finding(observed=event.isoformat(), threshold=until.isoformat())


def law_stayed_the_same(facts: OffenceFacts, _limits: Limits) -> Outcome:
    """LAW-SWITCH-b: an act before the change and a decision after it: the lighter text applies."""
    act, decided = known(facts.act_on, "act_on"), known(facts.decided_on, "decided_on")
    changed = known(facts.law_changed_on, "law_changed_on")
    if act < changed <= decided:
        return finding(observed=act.isoformat(), threshold=changed.isoformat())
    return passed(observed=act.isoformat(), threshold=changed.isoformat())


def may_still_be_penalised(facts: OffenceFacts, limits: Limits) -> Outcome:
    """LAW-SWITCH-c: two years after its end, five where it did damage."""
    ended, today = known(facts.act_ended_on, "act_ended_on"), known(facts.today, "today")
    limit = limits["years_damage"] if known(facts.has_damage, "has_damage") else limits["years"]
    last = months_after(ended, MONTHS_A_YEAR * limit.count)
    outcome = passed if today <= last else finding
    return outcome(observed=ended.isoformat(), threshold=last.isoformat())


S = DigitalFacts
RULES: Final[Rules] = {
    "INFO-2020": Predicate(S, larger_units_are_online),
    "INFO-2022": flag(S, "is_online"),
    "INFO-4.7": Predicate(S, key_unit_is_equipped),
    "INFO-2023-17": flag(S, "follows_2023_17"),
    "INFO-2025-10-a": Predicate(S, key_unit_is_covered),
    "INFO-2025-10-b": Predicate(S, unit_is_covered),
    "INFO-2025-10-c": Predicate(DisposalFacts, little_is_landfilled),
    "INFO-5i": Predicate(FiveStepFacts, five_steps_are_done),
    "INFO-5i-P": Predicate(FiveStepFacts, five_steps_are_quick),
    "INFO-reverse": Predicate(S, is_no_small_unit),
    "LAW-SWITCH-a": Predicate(CitationFacts, cites_law_in_force),
    "LAW-SWITCH-b": Predicate(OffenceFacts, law_stayed_the_same),
    "LAW-SWITCH-c": Predicate(OffenceFacts, may_still_be_penalised),
}
