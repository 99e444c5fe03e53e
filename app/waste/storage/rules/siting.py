"""Where a facility stands (GB 18597-2023, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.waste.storage.rules.makers import all_hold, no_less_than, none_hold, when


@dataclass(frozen=True, kw_only=True)
class SitingFacts(Facts):
    """The place of a facility, as the register and the documents tell it."""

    subject_kind: str = "facility"
    eia: Maybe[bool] = UNKNOWN
    centralised: Maybe[bool] = UNKNOWN
    in_red_line: Maybe[bool] = UNKNOWN
    in_farmland: Maybe[bool] = UNKNOWN
    in_protected_area: Maybe[bool] = UNKNOWN
    in_karst: Maybe[bool] = UNKNOWN
    in_hazard_area: Maybe[bool] = UNKNOWN
    below_high_water: Maybe[bool] = UNKNOWN
    distance_m: Maybe[int] = UNKNOWN
    eia_distance_m: Maybe[int] = UNKNOWN


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18597-5.1": Predicate(SitingFacts, all_hold("eia")),
    "GB18597-5.2": Predicate(
        SitingFacts,
        when(
            "centralised",
            True,
            none_hold("in_red_line", "in_farmland", "in_protected_area", "in_karst", "in_hazard_area"),
        ),
    ),
    "GB18597-5.3": Predicate(SitingFacts, none_hold("below_high_water")),
    "GB18597-5.4": Predicate(SitingFacts, no_less_than("distance_m", "eia_distance_m", "m")),
}
