"""Rules on the hazardous-waste ledger (domain-rules.md 6.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.foundation.catalogue.codes import CodeProblem, parse_batch_number
from app.foundation.core.units import Grams, kg_text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.registry.rules.checks import Rules, at_most, kept_long_enough

TONNE_UNITS: Final = frozenset({"吨", "t"})


@dataclass(frozen=True, kw_only=True)
class LedgerDutyFacts(Facts):
    """How a site keeps its hazardous-waste ledger."""

    subject_kind: str = "site"
    ledger_keeper: Maybe[str] = UNKNOWN
    ledger_medium: Maybe[str] = UNKNOWN
    """national, own, third_party, paper or none."""
    unrecorded_packages: Maybe[int] = UNKNOWN
    """Packages moved without their own line in tables B.1 to B.3."""
    has_pipe_transport: Maybe[bool] = UNKNOWN
    pipe_days_missing: Maybe[int] = UNKNOWN
    """Running days of pipes without a record."""
    loose_batches: Maybe[int] = UNKNOWN
    """Lines of tables B.2 to B.5 that name no batch they came from."""
    ledger_kept_years: Maybe[int] = UNKNOWN
    years_operating: Maybe[int] = UNKNOWN
    overwritten: Maybe[int] = UNKNOWN
    """Lines changed in place instead of by their opposite."""


@dataclass(frozen=True, kw_only=True)
class EntryFacts(Facts):
    """One line of the ledger."""

    subject_kind: str = "ledger_entry"
    happened_at: Maybe[datetime] = UNKNOWN
    recorded_at: Maybe[datetime] = UNKNOWN
    unit: Maybe[str] = UNKNOWN
    tonnes: Maybe[Grams | None] = UNKNOWN
    """The mass it was converted to; None: it wasn't."""
    batch_number: Maybe[str] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class BatchFacts(Facts):
    """A batch, what was taken from it, and what lies there."""

    subject_kind: str = "batch"
    parent: Maybe[Grams] = UNKNOWN
    children: Maybe[Grams] = UNKNOWN
    stock: Maybe[int] = UNKNOWN
    """Grams; below zero is impossible and yet looked for."""


@dataclass(frozen=True, kw_only=True)
class ScaleFacts(Facts):
    """A mass of the ledger and what a scale showed of the same."""

    subject_kind: str = "container"
    in_ledger: Maybe[Grams] = UNKNOWN
    on_scale: Maybe[Grams] = UNKNOWN


def somebody_is_responsible(facts: LedgerDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-6.1.1: a person is named."""
    if known(facts.ledger_keeper, "ledger_keeper").strip():
        return passed(observed=1, threshold=limits["persons"].count, unit="count")
    return finding(observed=0, threshold=limits["persons"].count, unit="count")


def there_is_a_ledger(facts: LedgerDutyFacts, _limits: Limits) -> Outcome:
    """HJ1259-6.1.3: in the national system, one's own, a third party's, or on paper."""
    medium = known(facts.ledger_medium, "ledger_medium")
    return finding() if medium == "none" else passed(observed=medium)


def each_package_is_recorded(facts: LedgerDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-6.2-pack: each package at each step."""
    return at_most(known(facts.unrecorded_packages, "unrecorded_packages"), limits["packages"])


def pipes_are_recorded_daily(facts: LedgerDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-6.2-pipe: a record for each running day of what moves by pipe."""
    has_pipes = known(facts.has_pipe_transport, "has_pipe_transport")
    missing = known(facts.pipe_days_missing, "pipe_days_missing")
    return at_most(missing, limits["days"]) if has_pipes else passed()


def is_recorded_at_once(facts: EntryFacts, limits: Limits) -> Outcome:
    """HJ1259-6.2-late: within so many hours; the hour itself still counts."""
    late = known(facts.recorded_at, "recorded_at") - known(facts.happened_at, "happened_at")
    hours, limit = late // timedelta(hours=1), limits["delay"]
    if late <= timedelta(hours=limit.count):
        return passed(observed=hours, threshold=limit.count, unit="h")
    return finding(observed=hours, threshold=limit.count, unit="h")


def batches_are_linked(facts: LedgerDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-6.3-loop: every later line names the batch it came from."""
    return at_most(known(facts.loose_batches, "loose_batches"), limits["batches"])


def no_more_out_than_in(facts: BatchFacts, limits: Limits) -> Outcome:
    """HJ1259-6.3-qty: children no more than the parent and a tolerance; stock never below zero."""
    parent, children = known(facts.parent, "parent"), known(facts.children, "children")
    stock = known(facts.stock, "stock")
    allowed = parent + limits["tolerance"].share_of(parent)
    if stock < 0:
        return finding(observed=kg_text(stock), threshold=kg_text(0), unit="kg")
    if children > allowed:
        return finding(observed=kg_text(children), threshold=kg_text(allowed), unit="kg")
    return passed(observed=kg_text(children), threshold=kg_text(allowed), unit="kg")


def is_in_tonnes(facts: EntryFacts, _limits: Limits) -> Outcome:
    """HJ1259-6.3-unit: in tonnes, or converted to them."""
    unit, tonnes = known(facts.unit, "unit"), known(facts.tonnes, "tonnes")
    return passed(observed=unit) if unit in TONNE_UNITS or tonnes is not None else finding(observed=unit)


def has_a_batch_number(facts: EntryFacts, _limits: Limits) -> Outcome:
    """HJ1259-6.3-code: by the form of 14.4."""
    number = known(facts.batch_number, "batch_number")
    try:
        parse_batch_number(number)
    except CodeProblem:
        return finding(observed=number)
    return passed(observed=number)


def ledger_is_kept(facts: LedgerDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-6.4: five years at least, more where the province says so."""
    kept = known(facts.ledger_kept_years, "ledger_kept_years")
    return kept_long_enough(kept, limits["kept"].count, known(facts.years_operating, "years_operating"))


def nothing_is_overwritten(facts: LedgerDutyFacts, limits: Limits) -> Outcome:
    """HJ1259-6.4-append: a line is corrected by its opposite only."""
    return at_most(known(facts.overwritten, "overwritten"), limits["lines"])


def ledger_agrees_with_scale(facts: ScaleFacts, limits: Limits) -> Outcome:
    """ECC-532-truth: within 5 % of the scale's mass or 20 kg, whichever is larger."""
    ledger, scale = known(facts.in_ledger, "in_ledger"), known(facts.on_scale, "on_scale")
    allowed = max(limits["share"].share_of(scale), limits["mass"].grams)
    outcome = passed if abs(ledger - scale) <= allowed else finding
    return outcome(observed=kg_text(ledger - scale), threshold=kg_text(allowed), unit="kg")


RULES: Final[Rules] = {
    "HJ1259-6.1.1": Predicate(LedgerDutyFacts, somebody_is_responsible),
    "HJ1259-6.1.3": Predicate(LedgerDutyFacts, there_is_a_ledger),
    "HJ1259-6.2-pack": Predicate(LedgerDutyFacts, each_package_is_recorded),
    "HJ1259-6.2-pipe": Predicate(LedgerDutyFacts, pipes_are_recorded_daily),
    "HJ1259-6.2-late": Predicate(EntryFacts, is_recorded_at_once),
    "HJ1259-6.3-loop": Predicate(LedgerDutyFacts, batches_are_linked),
    "HJ1259-6.3-qty": Predicate(BatchFacts, no_more_out_than_in),
    "HJ1259-6.3-unit": Predicate(EntryFacts, is_in_tonnes),
    "HJ1259-6.3-code": Predicate(EntryFacts, has_a_batch_number),
    "HJ1259-6.4": Predicate(LedgerDutyFacts, ledger_is_kept),
    "HJ1259-6.4-append": Predicate(LedgerDutyFacts, nothing_is_overwritten),
    "ECC-532-truth": Predicate(ScaleFacts, ledger_agrees_with_scale),
}
