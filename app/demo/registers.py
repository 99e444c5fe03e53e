"""Registers of the demo's stores: all as it should be, but for what `data/firms.toml` says otherwise."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.demo.firms import DemoFacility, DemoZone
from app.waste.storage.register import FieldKind, RegisterField, fields_for, fields_for_zone

AGAINST: Final = frozenset(
    {
        "bund_discharges",
        "below_high_water",
        "containment_shared",
        "gives_leachate",
        "in_farmland",
        "in_hazard_area",
        "in_karst",
        "in_protected_area",
        "in_red_line",
        "in_slide_area",
        "in_wetland",
        "is_backfill",
        "is_dusty",
        "on_fault",
        "open_air",
        "remining",
        "touches_ground",
    }
)
"""Flags whose good answer is no."""
USUAL: Final[Mapping[str, object]] = {
    "base_k_cm_s": "1.0e-10",
    "base_thickness_mm": "2.0",
    "base_type": "synthetic",
    "clay_k_cm_s": "1.0e-7",
    "clay_thickness_m": "0.75",
    "distance_m": 260,
    "eia_distance_m": 100,
    "flood_return_years": 50,
    "groundwater_gap_m": "2.4",
    "hdpe_mm": "1.5",
    "sign_symbol": "tree_and_fish",
    "stack_height_m": "15",
    "surface_barrier": "hdpe",
    "tsp_months": 24,
    "video_months": 3,
    "wells_down": 3,
    "wells_outlet": 1,
    "wells_spread": 1,
    "wells_up": 1,
}
"""Numbers and choices of a well-built store."""
ZONE_USUAL: Final[Mapping[str, object]] = {"barrier_design": "epoxy", "separation": "partition"}
LEAK_SHARE: Final = 8
"""A zone for liquids holds back an eighth of what it may store, a litre for each kilogram."""


def facility_register(facility: DemoFacility, today: date) -> dict[str, object]:
    """What the owner entered of a facility."""
    usual = {**USUAL, "started_on": today.replace(month=5, day=1, year=today.year - 5)}
    return _answers(fields_for(facility.type), usual) | dict(facility.register)


def zone_register(facility: DemoFacility, zone: DemoZone) -> dict[str, object]:
    """What the owner entered of a zone."""
    usual = dict(ZONE_USUAL)
    if "L" in zone.forms or not zone.forms:
        litres = int(zone.capacity) // 1000
        usual |= {
            "containment_l": max(litres // LEAK_SHARE, 1_200),
            "design_largest_l": 1_000,
            "design_liquid_l": litres,
        }
    return _answers(fields_for_zone(facility.type), usual) | dict(zone.register)


def _answers(fields: Sequence[RegisterField], usual: Mapping[str, Any]) -> dict[str, object]:
    flags = {field.key: field.key not in AGAINST for field in fields if field.kind is FieldKind.FLAG}
    others = {field.key: usual[field.key] for field in fields if field.key in usual}
    return {**flags, **others}
