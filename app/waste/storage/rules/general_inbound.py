"""What may go into a site of general waste (GB 18599-2020, 5.1.8, 6 and 8.5). Its blocks bind at the put-away."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.storage.rules.makers import Judge, shown, value_of


@dataclass(frozen=True, kw_only=True)
class GeneralInboundFacts(Facts):
    """A batch of waste and the site it goes into."""

    subject_kind: str = "waste_batch"
    site_class: Maybe[str] = UNKNOWN
    """I or II."""
    is_backfill: Maybe[bool] = UNKNOWN
    waste_kind: Maybe[str] = UNKNOWN
    """hazardous, household or general."""
    waste_class: Maybe[str] = UNKNOWN
    """I or II, as tested or treated to; never tested counts as II (9.2)."""
    organic_percent: Maybe[str] = UNKNOWN
    """HJ 761, a decimal text."""
    salts_percent: Maybe[str] = UNKNOWN
    """NY/T 1121.16, a decimal text."""
    is_gangue: Maybe[bool] = UNKNOWN
    household_like: Maybe[bool] = UNKNOWN
    """Food, textile, paper, agro-food waste similar to household waste (5.1.8)."""
    is_treated: Maybe[bool] = UNKNOWN
    """Whether such waste was treated before (6.3)."""


def is_of_the_sites_class(facts: GeneralInboundFacts, _limits: Limits) -> Outcome:
    """GB18599-6.1-a: nothing of class II goes into a class I site."""
    if known(facts.site_class, "site_class") != "I":
        return passed()
    return finding() if known(facts.waste_class, "waste_class") != "I" else passed()


def in_class(site_class: str, judge: Judge) -> Judge:
    """Only at a site of this class."""

    def judged(facts: object, limits: Limits) -> Outcome:
        return judge(facts, limits) if value_of(facts, "site_class") == site_class else passed()

    return judged


def below(name: str, limit: str) -> Judge:
    """A share below a limit; exactly the limit is already too much."""

    def judge(facts: object, limits: Limits) -> Outcome:
        share, most = Decimal(value_of(facts, name)), limits[limit]
        outcome = passed if share < most.value else finding
        return outcome(observed=shown(share, "%"), threshold=most.text, unit="%")

    return judge


def but_gangue(judge: Judge) -> Judge:
    """Coal gangue is exempt."""

    def judged(facts: object, limits: Limits) -> Outcome:
        return passed() if value_of(facts, "is_gangue") else judge(facts, limits)

    return judged


def takes_the_household_route(facts: GeneralInboundFacts, limits: Limits) -> Outcome:
    """GB18599-5.1.8: waste like household waste, or with more than 5 % organic matter, is treated before."""
    if known(facts.is_treated, "is_treated") or known(facts.is_gangue, "is_gangue"):
        return passed()
    if known(facts.household_like, "household_like"):
        return finding(observed="—", threshold=limits["organic"].text, unit="%")
    share = Decimal(known(facts.organic_percent, "organic_percent"))
    outcome = passed if limits["organic"].allows(share) else finding
    return outcome(observed=shown(share, "%"), threshold=limits["organic"].text, unit="%")


def goes_to_class_two_only(facts: GeneralInboundFacts, _limits: Limits) -> Outcome:
    """GB18599-6.3: waste like household waste goes, treated, into class II sites only."""
    if not known(facts.household_like, "household_like"):
        return passed()
    return finding() if known(facts.site_class, "site_class") == "I" else passed()


def is_general_waste(facts: GeneralInboundFacts, _limits: Limits) -> Outcome:
    """GB18599-6.5: neither hazardous nor household waste."""
    kind = known(facts.waste_kind, "waste_kind")
    return passed() if kind == "general" else finding(observed=kind)


def may_fill_a_mine(facts: GeneralInboundFacts, limits: Limits) -> Outcome:
    """GB18599-8.5: no waste like household waste, and none above 5 % organic matter, fills mine voids."""
    if not known(facts.is_backfill, "is_backfill"):
        return passed()
    if known(facts.household_like, "household_like"):
        return finding(observed="—", threshold=limits["organic"].text, unit="%")
    share = Decimal(known(facts.organic_percent, "organic_percent"))
    outcome = passed if limits["organic"].allows(share) else finding
    return outcome(observed=shown(share, "%"), threshold=limits["organic"].text, unit="%")


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18599-5.1.8": Predicate(GeneralInboundFacts, takes_the_household_route),
    "GB18599-6.1-a": Predicate(GeneralInboundFacts, is_of_the_sites_class),
    "GB18599-6.1-b": Predicate(
        GeneralInboundFacts, in_class("I", but_gangue(below("organic_percent", "organic")))
    ),
    "GB18599-6.1-c": Predicate(GeneralInboundFacts, in_class("I", below("salts_percent", "salts"))),
    "GB18599-6.2-a": Predicate(
        GeneralInboundFacts, in_class("II", but_gangue(below("organic_percent", "organic")))
    ),
    "GB18599-6.2-b": Predicate(GeneralInboundFacts, in_class("II", below("salts_percent", "salts"))),
    "GB18599-6.3": Predicate(GeneralInboundFacts, goes_to_class_two_only),
    "GB18599-6.5": Predicate(GeneralInboundFacts, is_general_waste),
    "GB18599-8.5": Predicate(GeneralInboundFacts, may_fill_a_mine),
}
