"""How a facility is built (GB 18597-2023, 6.1 and 6.3 to 6.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.core.text import say
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.storage.rules.makers import (
    Judge,
    all_hold,
    both,
    either,
    no_less_than,
    none_hold,
    value_of,
    when,
    within,
)


@dataclass(frozen=True, kw_only=True)
class ShelterFacts(Facts):
    """Any store of hazardous waste, spots too."""

    subject_kind: str = "facility"
    open_air: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class BuildingFacts(Facts):
    """Warehouse, yard, pool or tank farm."""

    subject_kind: str = "facility"
    protect_wind: Maybe[bool] = UNKNOWN
    protect_sun: Maybe[bool] = UNKNOWN
    protect_rain: Maybe[bool] = UNKNOWN
    protect_leak: Maybe[bool] = UNKNOWN
    protect_seep: Maybe[bool] = UNKNOWN
    protect_corrosion: Maybe[bool] = UNKNOWN
    floor_sound: Maybe[bool] = UNKNOWN
    surface_barrier: Maybe[str] = UNKNOWN
    surface_compatible: Maybe[bool] = UNKNOWN
    access_control: Maybe[bool] = UNKNOWN
    group_count: Maybe[int] = UNKNOWN
    """Compatibility groups among what stands there."""
    zone_count: Maybe[int] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class BaseFacts(Facts):
    """The base under waste that touches the ground, under a pool, or under the bund of a tank farm."""

    subject_kind: str = "facility"
    base_needed: Maybe[bool] = UNKNOWN
    """Whether anything asks for one; in pools and tank farms it is always needed."""
    base_type: Maybe[str] = UNKNOWN
    base_thickness_mm: Maybe[str] = UNKNOWN
    base_k_cm_s: Maybe[str] = UNKNOWN
    equivalence_proof: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ZoneBarrierFacts(Facts):
    """The seepage and corrosion barrier of a zone."""

    subject_kind: str = "zone"
    barrier_design: Maybe[str] = UNKNOWN
    barrier_covers_all: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ZoneSeparationFacts(Facts):
    """What stands between a zone of a warehouse and its neighbours."""

    subject_kind: str = "zone"
    neighbour_count: Maybe[int] = UNKNOWN
    separation: Maybe[str] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class YardFacts(Facts):
    """A yard for bulk waste under a roof."""

    subject_kind: str = "facility"
    emits: Maybe[bool] = UNKNOWN
    """Whether anything in it gives off dust, VOC, acid mist or gas."""
    roof: Maybe[bool] = UNKNOWN
    runoff_diversion: Maybe[bool] = UNKNOWN
    runoff_return_years: Maybe[int] = UNKNOWN
    rain_protection: Maybe[bool] = UNKNOWN
    liquid_collection_m3: Maybe[str] = UNKNOWN
    worst_case_m3: Maybe[str] = UNKNOWN
    protect_scatter: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class PoolFacts(Facts):
    """A basin of liquid or semi-solid waste."""

    subject_kind: str = "facility"
    liner_full_cover: Maybe[bool] = UNKNOWN
    base_type: Maybe[str] = UNKNOWN
    base_thickness_mm: Maybe[str] = UNKNOWN
    base_k_cm_s: Maybe[str] = UNKNOWN
    equivalence_proof: Maybe[bool] = UNKNOWN
    runoff_diversion: Maybe[bool] = UNKNOWN
    runoff_return_years: Maybe[int] = UNKNOWN
    rain_protection: Maybe[bool] = UNKNOWN
    cuts_fugitive_gas: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class TankFarmFacts(Facts):
    """Fixed tanks in a bund."""

    subject_kind: str = "facility"
    tanks_in_bund: Maybe[bool] = UNKNOWN
    base_type: Maybe[str] = UNKNOWN
    base_thickness_mm: Maybe[str] = UNKNOWN
    base_k_cm_s: Maybe[str] = UNKNOWN
    equivalence_proof: Maybe[bool] = UNKNOWN
    bund_m3: Maybe[str] = UNKNOWN
    largest_tank_m3: Maybe[str] = UNKNOWN
    bund_discharges: Maybe[bool] = UNKNOWN


def is_divided(facts: BuildingFacts, limits: Limits) -> Outcome:
    """GB18597-6.1.2: a facility with wastes of two groups or more has zones."""
    groups, zones = known(facts.group_count, "group_count"), known(facts.zone_count, "zone_count")
    if groups <= 1 or limits["zones"].allows(zones):
        return passed(observed=zones, threshold=limits["zones"].text, unit="count")
    return finding(observed=zones, threshold=limits["zones"].text, unit="count", groups=groups)


def has_surface_barrier(facts: BuildingFacts, _limits: Limits) -> Outcome:
    """GB18597-6.1.4-a: a surface barrier of a listed or equivalent material, which suits the waste."""
    if known(facts.surface_barrier, "surface_barrier") == "none":
        return finding(reason=say("没有表面防渗"))
    if not known(facts.surface_compatible, "surface_compatible"):
        return finding(reason=say("表面防渗材料与废物不相容"))
    return passed()


def is_one_covering_barrier(facts: ZoneBarrierFacts, _limits: Limits) -> Outcome:
    """GB18597-6.1.5: one barrier design in an undivided zone, on all surfaces that waste may touch."""
    if known(facts.barrier_design, "barrier_design") == "mixed":
        return finding(reason=say("多种工艺未分区"))
    if not known(facts.barrier_covers_all, "barrier_covers_all"):
        return finding(reason=say("未覆盖所有接触面"))
    return passed()


def is_separated(facts: ZoneSeparationFacts, _limits: Limits) -> Outcome:
    """GB18597-6.2.1: an aisle, partition or wall stands between a zone and its neighbours, if it has any."""
    if known(facts.neighbour_count, "neighbour_count") < 1:
        return passed()
    return finding() if known(facts.separation, "separation") == "none" else passed()


def choice_is(name: str, choice: str, judge: Judge) -> Judge:
    """The choice is this one, and the judge passes."""

    def judged(facts: object, limits: Limits) -> Outcome:
        return judge(facts, limits) if value_of(facts, name) == choice else finding()

    return judged


CLAY: Final = both(within("base_thickness_mm", "clay"), within("base_k_cm_s", "clay_k"))
"""6.1.4: clay of at least 1 m and at most 1e-7 cm/s."""
LINER: Final = both(within("base_thickness_mm", "liner"), within("base_k_cm_s", "liner_k"))
"""6.1.4: synthetic material of at least 2 mm and at most 1e-10 cm/s."""
TIGHT_BASE: Final = either(
    choice_is("base_type", "clay", CLAY),
    choice_is("base_type", "synthetic", LINER),
    choice_is("base_type", "equivalent", all_hold("equivalence_proof")),
)
"""A base of one of the three kinds that 6.1.4 allows."""

RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18597-6.1.1-a": Predicate(
        BuildingFacts,
        all_hold(
            "protect_wind", "protect_sun", "protect_rain", "protect_leak", "protect_seep", "protect_corrosion"
        ),
    ),
    "GB18597-6.1.1-b": Predicate(ShelterFacts, none_hold("open_air")),
    "GB18597-6.1.2": Predicate(BuildingFacts, is_divided),
    "GB18597-6.1.3": Predicate(BuildingFacts, all_hold("floor_sound")),
    "GB18597-6.1.4-a": Predicate(BuildingFacts, has_surface_barrier),
    "GB18597-6.1.4-b": Predicate(BaseFacts, when("base_needed", True, when("base_type", "clay", CLAY))),
    "GB18597-6.1.4-c": Predicate(BaseFacts, when("base_needed", True, when("base_type", "synthetic", LINER))),
    "GB18597-6.1.4-d": Predicate(
        BaseFacts, when("base_needed", True, when("base_type", "equivalent", all_hold("equivalence_proof")))
    ),
    "GB18597-6.1.5": Predicate(ZoneBarrierFacts, is_one_covering_barrier),
    "GB18597-6.1.6": Predicate(BuildingFacts, all_hold("access_control")),
    "GB18597-6.2.1": Predicate(ZoneSeparationFacts, is_separated),
    "GB18597-6.3.0": Predicate(YardFacts, both(none_hold("emits"), all_hold("roof"))),
    "GB18597-6.3.1": Predicate(
        YardFacts,
        both(all_hold("runoff_diversion", "rain_protection"), within("runoff_return_years", "storm")),
    ),
    "GB18597-6.3.2": Predicate(YardFacts, no_less_than("liquid_collection_m3", "worst_case_m3", "m3")),
    "GB18597-6.3.3": Predicate(YardFacts, all_hold("protect_scatter")),
    "GB18597-6.4.1": Predicate(PoolFacts, both(all_hold("liner_full_cover"), TIGHT_BASE)),
    "GB18597-6.4.2": Predicate(
        PoolFacts,
        both(all_hold("runoff_diversion", "rain_protection"), within("runoff_return_years", "storm")),
    ),
    "GB18597-6.4.3": Predicate(PoolFacts, all_hold("cuts_fugitive_gas")),
    "GB18597-6.5.1": Predicate(TankFarmFacts, both(all_hold("tanks_in_bund"), TIGHT_BASE)),
    "GB18597-6.5.2": Predicate(TankFarmFacts, no_less_than("bund_m3", "largest_tank_m3", "m3")),
    "GB18597-6.5.3": Predicate(TankFarmFacts, none_hold("bund_discharges")),
}
