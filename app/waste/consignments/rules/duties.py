"""Rules on what the parties owe besides the manifest (domain-rules.md 7.2, 7.3): plan, result, trade, records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.foundation.core.months import months_after
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.registry.rules.checks import at_most, flag, in_time

MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, kw_only=True)
class PlannedFacts(Facts):
    """Whether the consignor plans where its waste goes."""

    subject_kind: str = "consignment"
    has_plan: Maybe[bool] = UNKNOWN
    """A filed plan is in force on the day."""


@dataclass(frozen=True, kw_only=True)
class ResultFacts(Facts):
    """When a load was accepted, and when the consignee told what became of it."""

    subject_kind: str = "consignment"
    accepted_on: Maybe[date] = UNKNOWN
    result_on: Maybe[date | None] = UNKNOWN
    """None: not yet."""
    today: Maybe[date] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class TradeFacts(Facts):
    """Hazardous waste that changes hands as if it were a product."""

    subject_kind: str = "lot"
    is_hazardous: Maybe[bool] = UNKNOWN
    sold_as_product: Maybe[bool] = UNKNOWN
    """Under the name of by-product or the like."""
    buyer_licensed: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class PipeFacts(Facts):
    """Waste that moves without vehicle or ship."""

    subject_kind: str = "consignment"
    unmetered_days: Maybe[int] = UNKNOWN
    """Days without kind, quantity, form and hazard at either side."""


@dataclass(frozen=True, kw_only=True)
class KeptFacts(Facts):
    """Until when the data of a transfer are kept."""

    subject_kind: str = "consignment"
    transfer_ended_on: Maybe[date] = UNKNOWN
    data_kept_until: Maybe[date | None] = UNKNOWN
    """None: for ever."""


@dataclass(frozen=True, kw_only=True)
class MendedFacts(Facts):
    """A breach that was mended."""

    subject_kind: str = "consignment"
    mended_in_time: Maybe[bool] = UNKNOWN
    did_harm: Maybe[bool] = UNKNOWN


def is_told_the_result(facts: ResultFacts, limits: Limits) -> Outcome:
    """HWTM-10-5, HWTM-12-4: the consignor has the result of use or disposal within the days the platform allows."""
    due = known(facts.accepted_on, "accepted_on") + timedelta(days=limits["within"].count)
    return in_time(due, known(facts.result_on, "result_on"), known(facts.today, "today"))


def is_not_passed_as_product(facts: TradeFacts, _limits: Limits) -> Outcome:
    """HWTM-10-para2: no hazardous waste under another name to whom has no licence."""
    disguised = known(facts.is_hazardous, "is_hazardous") and known(facts.sold_as_product, "sold_as_product")
    licensed = known(facts.buyer_licensed, "buyer_licensed")
    return finding() if disguised and not licensed else passed()


def is_metered(facts: PipeFacts, limits: Limits) -> Outcome:
    """HWTM-19: what can't be weighed trip by trip is metered each day at both sides."""
    return at_most(known(facts.unmetered_days, "unmetered_days"), limits["days"])


def is_data_kept(facts: KeptFacts, limits: Limits) -> Outcome:
    """HWTM-20-a: the data of a manifest are kept ten years at least."""
    ended = known(facts.transfer_ended_on, "transfer_ended_on")
    kept, years = known(facts.data_kept_until, "data_kept_until"), limits["kept"].count
    asked = months_after(ended, years * MONTHS_A_YEAR)
    if kept is None or kept >= asked:
        return passed(threshold=asked.isoformat())
    return finding(observed=kept.isoformat(), threshold=asked.isoformat())


def is_not_mended(facts: MendedFacts, _limits: Limits) -> Outcome:
    """HWTM-29-3: a hint that a breach mended in time that did no harm is not fined."""
    mended, harm = known(facts.mended_in_time, "mended_in_time"), known(facts.did_harm, "did_harm")
    return finding() if mended and not harm else passed()


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWTM-10-2": flag(PlannedFacts, "has_plan"),
    "HWTM-10-5": Predicate(ResultFacts, is_told_the_result),
    "HWTM-10-para2": Predicate(TradeFacts, is_not_passed_as_product),
    "HWTM-12-4": Predicate(ResultFacts, is_told_the_result),
    "HWTM-19": Predicate(PipeFacts, is_metered),
    "HWTM-20-a": Predicate(KeptFacts, is_data_kept),
    "HWTM-29-3": Predicate(MendedFacts, is_not_mended),
}
