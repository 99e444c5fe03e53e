"""Rules on the papers a transfer rests on (domain-rules.md 7.2, 7.8): contract, decision of the province, nearness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.core.months import months_after
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import (
    UNKNOWN,
    Maybe,
    MissingInput,
    Outcome,
    finding,
    known,
    listed,
    passed,
)
from app.waste.clearances.models import CLAUSE_WORDS, Clause, Nearness
from app.waste.clearances.provinces import NEIGHBOURS


@dataclass(frozen=True)
class ContractTerms:
    """What one contract settles; both days are included."""

    number: str
    valid_from: date
    valid_to: date
    clauses: frozenset[Clause]
    covers_waste: bool = True
    """Whether it names all the wastes; one of carriage alone that names none covers any."""


@dataclass(frozen=True)
class DecisionTerms:
    """The decision on a crossing; both days are included."""

    number: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class TrusteeFacts(Facts):
    """The contract with one whom the consignor entrusts with hazardous waste: the carrier or the consignee."""

    subject_kind: str = "consignment"
    role: Text
    needed: frozenset[Clause]
    """What has to be settled with this one."""
    departs_on: Maybe[date] = UNKNOWN
    trustee_checked_on: Maybe[date | None] = UNKNOWN
    """When its qualification and technical ability were checked; None: never."""
    contract: Maybe[ContractTerms | None] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class CrossingFacts(Facts):
    """One hazardous waste of a consignment beside the decision that lets it cross a province's border."""

    subject_kind: str = "consignment"
    waste_code: Maybe[str] = UNKNOWN
    from_province: Maybe[str] = UNKNOWN
    to_province: Maybe[str] = UNKNOWN
    departs_on: Maybe[date] = UNKNOWN
    decision: Maybe[DecisionTerms | None] = UNKNOWN
    """None: there is none for this site and that province which fits in receiver or waste."""
    decided_mass: Maybe[Grams] = UNKNOWN
    """What the decision grants of this waste; 0: it doesn't name it."""
    moved_mass: Maybe[Grams] = UNKNOWN
    """What was moved under it before, and this consignment."""
    is_same_waste: Maybe[bool] = UNKNOWN
    is_same_method: Maybe[bool] = UNKNOWN
    is_same_receiver: Maybe[bool] = UNKNOWN
    is_receiver_fit: Maybe[bool] = UNKNOWN
    """Its licence is in force on the day and covers the waste, or it needs none."""
    is_for_disposal: Maybe[bool] = UNKNOWN
    nearness: Maybe[Nearness] = UNKNOWN
    white_list_entry: Maybe[str] = UNKNOWN
    """Number of the entry; empty: not on a white list."""
    white_list_cap: Maybe[Grams | None] = UNKNOWN
    moved_in_year: Maybe[Grams] = UNKNOWN
    """As `moved_mass`, of this calendar year."""


@dataclass(frozen=True, kw_only=True)
class DecisionFacts(Facts):
    """A decision as it was recorded."""

    subject_kind: str = "crossing"
    approved_on: Maybe[date] = UNKNOWN
    decision_valid_to: Maybe[date] = UNKNOWN
    applied_to: Maybe[date] = UNKNOWN
    receiver_licence_to: Maybe[date | None] = UNKNOWN
    """None: the receiver needs none."""


def trustee_is_checked_and_bound(facts: TrusteeFacts, _limits: Limits) -> Outcome:
    """HWTM-10-1: qualification and ability checked, a contract in force, and all that it has to settle in it."""
    departs, checked = (
        known(facts.departs_on, "departs_on"),
        known(facts.trustee_checked_on, "trustee_checked_on"),
    )
    gaps = _contract_gaps(known(facts.contract, "contract"), facts.needed, departs)
    if checked is None or checked > departs:
        gaps = [say("主体资格和技术能力核实"), *gaps]
    return finding(observed=departs.isoformat(), role=facts.role, items=listed(gaps)) if gaps else passed()


def _contract_gaps(contract: ContractTerms | None, needed: frozenset[Clause], on: date) -> list[Text]:
    if contract is None:
        return [say("书面合同")]
    gaps = []
    if not contract.valid_from <= on <= contract.valid_to:
        days = {"first": contract.valid_from.isoformat(), "last": contract.valid_to.isoformat()}
        gaps.append(say("有效的合同（{number} 有效期 {first} 至 {last}）", number=contract.number, **days))
    if not contract.covers_waste:
        gaps.append(say("合同 {number} 中的本批废物", number=contract.number))
    return gaps + [CLAUSE_WORDS[clause] for clause in Clause if clause in needed - contract.clauses]


def crossing_is_decided(facts: CrossingFacts, _limits: Limits) -> Outcome:
    """HWTM-21: from one province to another only under a decision that is valid on the day of departure."""
    crosses = known(facts.from_province, "from_province") != known(facts.to_province, "to_province")
    departs, decision = known(facts.departs_on, "departs_on"), known(facts.decision, "decision")
    if not crosses:
        return passed()
    if decision is None:
        return finding(observed=departs.isoformat(), reason=say("没有批准决定"))
    if departs > decision.valid_to:
        reason = say(
            "决定 {number} 已于 {day} 到期", number=decision.number, day=decision.valid_to.isoformat()
        )
    elif departs < decision.valid_from:
        reason = say(
            "决定 {number} 自 {day} 起有效", number=decision.number, day=decision.valid_from.isoformat()
        )
    else:
        return passed(observed=departs.isoformat(), threshold=decision.valid_to.isoformat())
    return finding(observed=departs.isoformat(), threshold=decision.valid_to.isoformat(), reason=reason)


def validity_is_within_bounds(facts: DecisionFacts, limits: Limits) -> Outcome:
    """HWTM-27: not beyond 12 months, the period applied for, and the rest of the receiver's licence."""
    decided, applied = known(facts.approved_on, "approved_on"), known(facts.applied_to, "applied_to")
    licence = known(facts.receiver_licence_to, "receiver_licence_to")
    last, months = known(facts.decision_valid_to, "decision_valid_to"), limits["validity"].count
    bounds = [(months_after(decided, months), say("自批准之日起 {months} 个月", months=months))]
    bounds.append((applied, say("申请的期限")))
    if licence is not None:
        bounds.append((licence, say("接受人许可证的有效期")))
    bound, words = min(bounds, key=lambda one: one[0])
    if last <= bound:
        return passed(observed=last.isoformat(), threshold=bound.isoformat())
    return finding(observed=last.isoformat(), threshold=bound.isoformat(), bound=words)


def is_within_decided_mass(facts: CrossingFacts, limits: Limits) -> Outcome:
    """HWTM-28-a: the trips together move at most what was decided. Of a waste without decision others tell."""
    decision, granted = known(facts.decision, "decision"), known(facts.decided_mass, "decided_mass")
    moved, code = known(facts.moved_mass, "moved_mass"), known(facts.waste_code, "waste_code")
    if decision is None:
        return passed()
    allowed = limits["share"].share_of(granted)
    observed, threshold = tonnes_text(moved), tonnes_text(allowed)
    if moved <= allowed:
        return passed(observed=observed, threshold=threshold, unit="t")
    return finding(
        observed=observed, threshold=threshold, unit="t", waste_code=code, over=tonnes_text(moved - allowed)
    )


def is_as_decided(facts: CrossingFacts, _limits: Limits) -> Outcome:
    """HWTM-28-b: another waste, method or receiver than decided needs a new application."""
    decision = known(facts.decision, "decision")
    same = [
        (say("废物种类"), known(facts.is_same_waste, "is_same_waste")),
        (say("利用处置方式"), known(facts.is_same_method, "is_same_method")),
        (say("接受人"), known(facts.is_same_receiver, "is_same_receiver")),
    ]
    changed = [word for word, is_same in same if not is_same]
    if decision is None or not changed:
        return passed()
    return finding(observed=decision.number, number=decision.number, items=listed(changed))


def receiver_is_fit(facts: CrossingFacts, _limits: Limits) -> Outcome:
    """HWTM-28-c: a receiver that is no longer able needs another, and a new application."""
    decision, fit = known(facts.decision, "decision"), known(facts.is_receiver_fit, "is_receiver_fit")
    return passed() if fit or decision is None else finding(number=decision.number)


def disposal_is_near(facts: CrossingFacts, _limits: Limits) -> Outcome:
    """HWTM-3: disposal stays near: a neighbouring or cooperating province, or a nationally planned facility."""
    start, end = known(facts.from_province, "from_province"), known(facts.to_province, "to_province")
    disposal, ground = known(facts.is_for_disposal, "is_for_disposal"), known(facts.nearness, "nearness")
    if start == end or not disposal or ground is not Nearness.NONE:
        return passed()
    if start not in NEIGHBOURS:
        raise MissingInput("from_province")
    return passed(observed=end) if end in NEIGHBOURS[start] else finding(observed=end)


def is_not_on_a_white_list(facts: CrossingFacts, _limits: Limits) -> Outcome:
    """HW-WHITE: tells that a crossing for use stands on a white list, whose procedure is simpler up to its yearly cap."""
    entry, cap = (
        known(facts.white_list_entry, "white_list_entry"),
        known(facts.white_list_cap, "white_list_cap"),
    )
    disposal, moved = (
        known(facts.is_for_disposal, "is_for_disposal"),
        known(facts.moved_in_year, "moved_in_year"),
    )
    if not entry or disposal or (cap is not None and moved > cap):
        return passed()
    return finding(
        observed=tonnes_text(moved),
        threshold=None if cap is None else tonnes_text(cap),
        unit="t",
        entry=entry,
    )


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWTM-10-1": Predicate(TrusteeFacts, trustee_is_checked_and_bound),
    "HWTM-21": Predicate(CrossingFacts, crossing_is_decided),
    "HWTM-27": Predicate(DecisionFacts, validity_is_within_bounds),
    "HWTM-28-a": Predicate(CrossingFacts, is_within_decided_mass),
    "HWTM-28-b": Predicate(CrossingFacts, is_as_decided),
    "HWTM-28-c": Predicate(CrossingFacts, receiver_is_fit),
    "HWTM-3": Predicate(CrossingFacts, disposal_is_near),
    "HW-WHITE": Predicate(CrossingFacts, is_not_on_a_white_list),
}
