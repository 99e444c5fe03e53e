"""What holds back a leak or leachate in a zone (GB 18597-2023, 6.2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.storage.rules.makers import all_hold, both, no_less_than, when

ML_PER_L: Final = 1000


@dataclass(frozen=True, kw_only=True)
class LeakContainmentFacts(Facts):
    """A zone of a warehouse or spot that holds liquid, with what shares its containment."""

    subject_kind: str = "zone"
    containment_l: Maybe[int] = UNKNOWN
    largest_ml: Maybe[int] = UNKNOWN
    """Volume of the largest liquid container that stands there now; 0 when there is none."""
    liquid_ml: Maybe[int] = UNKNOWN
    """Volume of all liquid containers that stand there now."""
    design_largest_l: Maybe[int] = UNKNOWN
    design_liquid_l: Maybe[int] = UNKNOWN
    shared_with_incompatible: Maybe[bool] = UNKNOWN
    """Whether the containment is shared with a zone of incompatible waste; then it doesn't count."""


@dataclass(frozen=True, kw_only=True)
class LeachateFacts(Facts):
    """A zone that may give leachate."""

    subject_kind: str = "zone"
    gives_leachate: Maybe[bool] = UNKNOWN
    leachate_collection: Maybe[bool] = UNKNOWN
    leachate_volume_l: Maybe[int] = UNKNOWN
    leachate_need_l: Maybe[int] = UNKNOWN


def holds_a_leak_by_design(facts: LeakContainmentFacts, limits: Limits) -> Outcome:
    """GB18597-6.2.2-a-design: enough for the design, or for what stands there now where that is more."""
    largest = known(facts.design_largest_l, "design_largest_l") * ML_PER_L
    liquid = known(facts.design_liquid_l, "design_liquid_l") * ML_PER_L
    now = (known(facts.largest_ml, "largest_ml"), known(facts.liquid_ml, "liquid_ml"))
    return _holds(facts, limits, max(largest, now[0]), max(liquid, now[1]))


def holds_a_leak_now(facts: LeakContainmentFacts, limits: Limits) -> Outcome:
    """GB18597-6.2.2-a-stock: enough for what stands there now."""
    return _holds(facts, limits, known(facts.largest_ml, "largest_ml"), known(facts.liquid_ml, "liquid_ml"))


def _holds(facts: LeakContainmentFacts, limits: Limits, largest_ml: int, liquid_ml: int) -> Outcome:
    """The larger of the largest container and a tenth of all liquid; both in millilitres, shown in litres."""
    need_ml = max(largest_ml, -limits["share"].share_of(-liquid_ml))
    have_l = known(facts.containment_l, "containment_l")
    if need_ml > 0 and known(facts.shared_with_incompatible, "shared_with_incompatible"):
        have_l = 0
    need_l = _litres(need_ml)
    outcome = passed if have_l * ML_PER_L >= need_ml else finding
    return outcome(observed=have_l, threshold=need_l, unit="L")


def _litres(millilitres: int) -> str:
    whole, rest = divmod(millilitres, ML_PER_L)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18597-6.2.2-a-design": Predicate(LeakContainmentFacts, holds_a_leak_by_design),
    "GB18597-6.2.2-a-stock": Predicate(LeakContainmentFacts, holds_a_leak_now),
    "GB18597-6.2.2-b": Predicate(
        LeachateFacts,
        when(
            "gives_leachate",
            True,
            both(all_hold("leachate_collection"), no_less_than("leachate_volume_l", "leachate_need_l", "L")),
        ),
    ),
}
