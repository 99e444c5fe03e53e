"""The rules on stores: facts that keep each, and cases with the outcome each must have.

A case changes the facts that keep the rule. Limits stand here as literal numbers, one unit to both sides, so that a
changed threshold in the data makes a case fail.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.storage.compatibility import WasteNature, groups_of
from app.waste.storage.rules import placing
from app.waste.storage.rules.construction import (
    BaseFacts,
    BuildingFacts,
    PoolFacts,
    ShelterFacts,
    TankFarmFacts,
    YardFacts,
    ZoneBarrierFacts,
    ZoneSeparationFacts,
)
from app.waste.storage.rules.containers import CheckedContainerFacts, KindFacts, LooseFacts, PackageFacts
from app.waste.storage.rules.containment import LeachateFacts, LeakContainmentFacts
from app.waste.storage.rules.process import (
    EventFacts,
    GasFacts,
    OperationFacts,
    OwnerFacts,
    RetiredFacts,
    SiteStoreFacts,
    SpotFacts,
    VideoFacts,
)
from app.waste.storage.rules.signs import FacilitySignFacts, LabelDateFacts, PrintFacts, ZoneSignFacts
from app.waste.storage.rules.siting import SitingFacts
from app.waste.storage.rules.time import (
    AgeFacts,
    CollectorAgeFacts,
    OperatorAgeFacts,
    ProducerAgeFacts,
    SpotAgeFacts,
)

DAY: Final = date(2026, 11, 22)
SUBJECT: Final = UUID(int=5)
PASS, FINDING, MILDER, MISSING = "pass", "finding", "milder", "not_evaluable"
Case = tuple[Mapping[str, Any], str]


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def each(names: str, value: object, outcome: str = FINDING) -> list[Case]:
    """Each of these facts alone with this value."""
    return [({name: value}, outcome) for name in names.split()]


def broken_by(**changes: Any) -> Case:
    return (changes, FINDING)


def kept_by(**changes: Any) -> Case:
    return (changes, PASS)


def held(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), True)


def free(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), False)


FORBIDDEN = "in_red_line in_farmland in_protected_area in_karst in_hazard_area"
PROTECTED = "protect_wind protect_sun protect_rain protect_leak protect_seep protect_corrosion"
SITING = SitingFacts(
    subject_id=SUBJECT, eia=True, centralised=True, below_high_water=False, distance_m=300, eia_distance_m=300,
    **free(FORBIDDEN),
)  # fmt: skip
BUILDING = BuildingFacts(
    subject_id=SUBJECT, floor_sound=True, surface_barrier="concrete", surface_compatible=True, access_control=True,
    group_count=2, zone_count=2, **held(PROTECTED),
)  # fmt: skip
CLAY = BaseFacts(
    subject_id=SUBJECT, base_needed=True, base_type="clay", base_thickness_mm="1000", base_k_cm_s="1.0e-7",
    equivalence_proof=True,
)  # fmt: skip
LINER = BaseFacts(
    subject_id=SUBJECT,
    base_needed=True,
    base_type="synthetic",
    base_thickness_mm="2.0",
    base_k_cm_s="1.0e-10",
)
YARD = YardFacts(
    subject_id=SUBJECT, emits=False, roof=True, runoff_diversion=True, runoff_return_years=25, rain_protection=True,
    liquid_collection_m3="12.5", worst_case_m3="12.5", protect_scatter=True,
)  # fmt: skip
POOL = PoolFacts(
    subject_id=SUBJECT, liner_full_cover=True, base_type="clay", base_thickness_mm="1000", base_k_cm_s="1e-7",
    equivalence_proof=True, runoff_diversion=True, runoff_return_years=25, rain_protection=True, cuts_fugitive_gas=True,
)  # fmt: skip
TANKS = TankFarmFacts(
    subject_id=SUBJECT, tanks_in_bund=True, base_type="clay", base_thickness_mm="1000", base_k_cm_s="1e-7",
    equivalence_proof=True, bund_m3="50", largest_tank_m3="50", bund_discharges=False,
)  # fmt: skip
LEAK = LeakContainmentFacts(
    subject_id=SUBJECT, containment_l=1000, largest_ml=1_000_000, liquid_ml=6_000_000, design_largest_l=1000,
    design_liquid_l=6000, shared_with_incompatible=False,
)  # fmt: skip
LEACHATE = LeachateFacts(
    subject_id=SUBJECT,
    gives_leachate=True,
    leachate_collection=True,
    leachate_volume_l=500,
    leachate_need_l=500,
)
BASE_CASES = [
    broken_by(base_type="clay", base_thickness_mm="999"),
    broken_by(base_type="clay", base_k_cm_s="1.1e-7"),
    kept_by(base_type="synthetic", base_thickness_mm="2.0", base_k_cm_s="1e-10"),
    broken_by(base_type="synthetic", base_thickness_mm="1.9", base_k_cm_s="1e-10"),
    broken_by(base_type="synthetic", base_thickness_mm="2.0", base_k_cm_s="1.1e-10"),
    broken_by(base_type="clay", base_thickness_mm="2.0", base_k_cm_s="1e-10"),
    kept_by(base_type="equivalent"),
    broken_by(base_type="equivalent", equivalence_proof=False),
    ({"base_type": "equivalent", "equivalence_proof": UNKNOWN}, MISSING),
]
STORM_CASES = [
    broken_by(runoff_return_years=24),
    kept_by(runoff_return_years=26),
    *each("runoff_diversion rain_protection", False),
]
OPERATION = OperationFacts(
    subject_id=SUBJECT, on=DAY, routine_check=ago(7), hazard_check=date(2025, 11, 22),
    **held(
        "reduces_emissions sorts_secondary_waste fire_acceptance is_dusty dust_control treats_waste_water "
        "in_monitoring_plan responders emergency_equipment emergency_supplies emergency_lighting equipment_cleaned"
    ),
)  # fmt: skip
RULE_DOCUMENTS = "management_system post_duties operating_rules training_plan"
ARCHIVE = (
    "archive_design archive_build archive_acceptance archive_operation archive_monitoring archive_emergency"
)
OWNER = OwnerFacts(
    subject_id=SUBJECT, on=DAY, contingency_plan=True, drill=date(2025, 11, 22), **held(f"{RULE_DOCUMENTS} {ARCHIVE}")
)  # fmt: skip
SITE = SiteStoreFacts(
    subject_id=SUBJECT, stock=Grams(1), store_kinds=("warehouse",), unit_class="key", e_scale=True, e_label=True,
    e_ledger=True, liability_insurance=True,
)  # fmt: skip
GAS = GasFacts(subject_id=SUBJECT, emits=True, gas_collection=True, gas_treatment=True, stack_height_m="15")
VIDEO = VideoFacts(subject_id=SUBJECT, video=True, video_months=3)
RETIRED = RetiredFacts(
    subject_id=SUBJECT, retired_on=DAY, remaining=Grams(0), cleanup_report=True, decontamination=DAY
)
EVENT = EventFacts(subject_id=SUBJECT, **held("alert_answered reported_at_once neighbours_notified"))
SPOT = SpotFacts(
    subject_id=SUBJECT, stock=Grams(2_399_999),
    **held(
        "fixed_boundary isolated protect_wind protect_rain protect_sun protect_loss protect_scatter protect_leak"
    ),
)  # fmt: skip
PRINT = PrintFacts(
    subject_id=SUBJECT, volume_ml=200_000, label_mm=150, text_mm=5, label_count=2, hazards=frozenset({"T", "I"}),
    symbols=frozenset({"T", "I"}),
)  # fmt: skip
DATES = LabelDateFacts(
    subject_id=SUBJECT, on=DAY, is_sealed=True, label_mass=Grams(1), generated_on=DAY, first_stored_on=DAY
)
SIGN = FacilitySignFacts(
    subject_id=SUBJECT, on=DAY, sign_posted=True, sign_matches=True, sign_symbol="tree_and_fish",
    sign_check=date(2025, 11, 22),
)  # fmt: skip
ZONE_SIGN = ZoneSignFacts(subject_id=SUBJECT, sign_posted=True, sign_matches=True)
PACKAGE = PackageFacts(
    subject_id=SUBJECT, material="hdpe", material_groups=frozenset({"oily"}), form="L", fill_percent=90, emits=True,
    is_closed=True, ambient="stable", has_label=True,
)  # fmt: skip
CHECKED = CheckedContainerFacts(
    subject_id=SUBJECT, on=DAY, is_bag=False, damaged_on=ago(1), worn_on=ago(1),
    **held(
        "matches_label no_leak no_corrosion strong_enough not_deformed bag_sealed outside_clean label_legible "
        "label_in_place old_labels_gone outer_label"
    ),
)  # fmt: skip
LOOSE = LooseFacts(
    subject_id=SUBJECT, facility_kind="pool", form="S", volatile=False, thermoplastic=False, post_sign=True
)
KIND = KindFacts(subject_id=SUBJECT, waste_kind="hazardous", is_general_store=False)
YEAR_AGO = date(2025, 11, 22)
OPERATOR = OperatorAgeFacts(
    subject_id=SUBJECT, on=DAY, since=date(2026, 2, 1), category="HW08", extended_to=None
)
PRODUCER = ProducerAgeFacts(subject_id=SUBJECT, on=DAY, since=YEAR_AGO, category="HW08")
ANY_AGE = AgeFacts(subject_id=SUBJECT, on=DAY, since=ago(2), category="HW01")
SPOT_AGE = SpotAgeFacts(subject_id=SUBJECT, on=DAY, since=ago(30), category="HW08")
COLLECTOR = CollectorAgeFacts(
    subject_id=SUBJECT, on=DAY, since=date(2026, 11, 2), category="HW08", must_be_handed_over=True, may_store=False,
    mass=Grams(5_000_000),
)  # fmt: skip
"""See `COLLECTED_90_WORKING_DAYS_AGO` for the limit."""
COLLECTED_90_WORKING_DAYS_AGO: Final = date(2026, 7, 13)
"""With the holidays of autumn 2026 as the calendar has them."""
ACID = groups_of(WasteNature("900-300-34", "L", frozenset({"C"}), {"acid": "non_oxidising"}))
ALKALI = groups_of(WasteNature("900-352-35", "L", frozenset({"C"}), {"alkali": "yes"}))
OIL = groups_of(WasteNature("900-249-08", "L", frozenset({"T"}), {}))
MIXING = placing.MixingFacts(
    subject_id=SUBJECT, stream="mine", groups=ALKALI, occupants=(placing.Occupant("桶", "oil", OIL),)
)

SAMPLES: Final[Mapping[str, tuple[Facts, list[Case]]]] = {
    # --- Siting ---
    "GB18597-5.1": (SITING, each("eia", False)),
    "GB18597-5.2": (
        SITING,
        [*each(FORBIDDEN, True), kept_by(centralised=False, in_karst=True)],
    ),
    "GB18597-5.3": (SITING, each("below_high_water", True)),
    "GB18597-5.4": (SITING, [broken_by(distance_m=299), kept_by(distance_m=301)]),
    # --- Construction ---
    "GB18597-6.1.1-a": (BUILDING, each(PROTECTED, False)),
    "GB18597-6.1.1-b": (ShelterFacts(subject_id=SUBJECT, open_air=False), each("open_air", True)),
    "GB18597-6.1.2": (
        BUILDING,
        [broken_by(zone_count=1), kept_by(group_count=1, zone_count=1), kept_by(zone_count=3)],
    ),
    "GB18597-6.1.3": (BUILDING, each("floor_sound", False)),
    "GB18597-6.1.4-a": (BUILDING, [broken_by(surface_barrier="none"), broken_by(surface_compatible=False)]),
    "GB18597-6.1.4-b": (
        CLAY,
        [
            broken_by(base_thickness_mm="990"),
            broken_by(base_thickness_mm="999"),
            kept_by(base_thickness_mm="1001"),
            broken_by(base_k_cm_s="1.1e-7"),
            kept_by(base_k_cm_s="9.9e-8"),
            kept_by(base_needed=False, base_thickness_mm="1"),
            kept_by(base_type="synthetic", base_thickness_mm="1"),
        ],
    ),
    "GB18597-6.1.4-c": (
        LINER,
        [
            broken_by(base_thickness_mm="1.9"),
            broken_by(base_thickness_mm="1.5"),
            kept_by(base_thickness_mm="2.1"),
            broken_by(base_k_cm_s="1.1e-10"),
            kept_by(base_k_cm_s="9.9e-11"),
            kept_by(base_needed=False, base_thickness_mm="1"),
            kept_by(base_type="clay", base_thickness_mm="1"),
        ],
    ),
    "GB18597-6.1.4-d": (
        BaseFacts(subject_id=SUBJECT, base_needed=True, base_type="equivalent", equivalence_proof=True),
        [broken_by(equivalence_proof=False), kept_by(base_needed=False, equivalence_proof=False)],
    ),
    "GB18597-6.1.5": (
        ZoneBarrierFacts(subject_id=SUBJECT, barrier_design="epoxy", barrier_covers_all=True),
        [broken_by(barrier_design="mixed"), broken_by(barrier_covers_all=False)],
    ),
    "GB18597-6.1.6": (BUILDING, each("access_control", False)),
    "GB18597-6.2.1": (
        ZoneSeparationFacts(subject_id=SUBJECT, neighbour_count=1, separation="aisle"),
        [broken_by(separation="none"), kept_by(separation="none", neighbour_count=0)],
    ),
    "GB18597-6.3.0": (YARD, [broken_by(emits=True), broken_by(roof=False)]),
    "GB18597-6.3.1": (YARD, STORM_CASES),
    "GB18597-6.3.2": (YARD, [broken_by(liquid_collection_m3="12.4"), kept_by(liquid_collection_m3="12.6")]),
    "GB18597-6.3.3": (YARD, each("protect_scatter", False)),
    "GB18597-6.4.1": (POOL, [*each("liner_full_cover", False), *BASE_CASES]),
    "GB18597-6.4.2": (POOL, STORM_CASES),
    "GB18597-6.4.3": (POOL, each("cuts_fugitive_gas", False)),
    "GB18597-6.5.1": (TANKS, [*each("tanks_in_bund", False), *BASE_CASES]),
    "GB18597-6.5.2": (TANKS, [broken_by(bund_m3="49.9"), kept_by(bund_m3="50.1")]),
    "GB18597-6.5.3": (TANKS, each("bund_discharges", True)),
    # --- Containment: the worked cases of 6.2.2-a, TV-2 and TV-3 ---
    "GB18597-6.2.2-a-design": (
        LEAK,
        [
            broken_by(containment_l=999),
            kept_by(containment_l=1001),
            broken_by(design_liquid_l=10_001),
            kept_by(design_liquid_l=10_000),
            broken_by(design_largest_l=1001),
            broken_by(largest_ml=1_000_001),
            broken_by(liquid_ml=10_000_001),
            kept_by(liquid_ml=10_000_000),
            broken_by(shared_with_incompatible=True),
        ],
    ),
    "GB18597-6.2.2-a-stock": (
        LEAK,
        [
            broken_by(containment_l=900),
            broken_by(containment_l=999),
            kept_by(design_largest_l=9000),
            broken_by(containment_l=1500, largest_ml=200_000, liquid_ml=16_000_000),
            broken_by(containment_l=1599, largest_ml=200_000, liquid_ml=16_000_000),
            kept_by(containment_l=1600, largest_ml=200_000, liquid_ml=16_000_000),
            broken_by(shared_with_incompatible=True),
            kept_by(shared_with_incompatible=True, largest_ml=0, liquid_ml=0, containment_l=0),
            kept_by(shared_with_incompatible=UNKNOWN, largest_ml=0, liquid_ml=0, containment_l=0),
            ({"shared_with_incompatible": UNKNOWN, "largest_ml": 1, "liquid_ml": 1}, MISSING),
        ],
    ),
    "GB18597-6.2.2-b": (
        LEACHATE,
        [
            broken_by(leachate_collection=False),
            broken_by(leachate_volume_l=499),
            kept_by(leachate_volume_l=501),
            kept_by(gives_leachate=False, leachate_collection=False),
        ],
    ),
    # --- Time: TV-6 ---
    "ECC-535-3-a": (
        OperatorAgeFacts(subject_id=SUBJECT, on=DAY, since=YEAR_AGO - timedelta(days=1), extended_to=DAY),
        [
            broken_by(extended_to=None),
            kept_by(since=YEAR_AGO),
            kept_by(since=YEAR_AGO, extended_to=None),
            broken_by(extended_to=ago(1)),
            kept_by(since=date(2024, 2, 29), on=date(2025, 2, 28), extended_to=None),
            broken_by(since=date(2024, 2, 29), on=date(2025, 3, 1), extended_to=None),
            ({"extended_to": UNKNOWN}, MISSING),
        ],
    ),
    "ECC-535-3-b": (
        OPERATOR,
        [
            kept_by(since=date(2026, 1, 22)),
            ({"since": date(2026, 1, 21)}, "milder 60"),
            ({"since": date(2025, 12, 23)}, MILDER),
            broken_by(since=date(2025, 12, 22)),
            ({"since": date(2025, 11, 30)}, "finding 30"),
            ({"since": date(2025, 11, 29)}, "finding 7"),
            broken_by(since=YEAR_AGO),
            kept_by(since=YEAR_AGO - timedelta(days=1)),
        ],
    ),
    "HW-STORE-1Y-producer": (
        PRODUCER,
        [broken_by(since=YEAR_AGO - timedelta(days=1)), kept_by(since=YEAR_AGO + timedelta(days=1))],
    ),
    "HW-STORE-exempt": (
        ANY_AGE,
        [broken_by(since=ago(3)), kept_by(since=ago(1)), kept_by(since=ago(3), category="HW08")],
    ),
    "GB18597-8.3.5-c": (SPOT_AGE, [broken_by(since=ago(31)), kept_by(since=ago(29))]),
    "HWLM-20": (
        COLLECTOR,
        [
            kept_by(since=COLLECTED_90_WORKING_DAYS_AGO),
            broken_by(since=COLLECTED_90_WORKING_DAYS_AGO - timedelta(days=1)),
            kept_by(since=date(2026, 1, 1), must_be_handed_over=False),
        ],
    ),
    "HWLM-31-3": (
        COLLECTOR,
        [
            broken_by(mass=Grams(5_000_001)),
            kept_by(since=COLLECTED_90_WORKING_DAYS_AGO),
            broken_by(since=COLLECTED_90_WORKING_DAYS_AGO - timedelta(days=1)),
            kept_by(mass=Grams(9_000_000), may_store=True),
        ],
    ),
    # --- Containers ---
    "GB18597-4.6-c": (PACKAGE, each("has_label", False)),
    "GB18597-4.9": (
        PACKAGE,
        [broken_by(ambient="unstable"), kept_by(ambient="stabilised"), kept_by(ambient="dangerous_goods")],
    ),
    "GB18597-7.1": (
        PACKAGE,
        [
            broken_by(material="pp"),
            broken_by(material_groups=frozenset({"oily", "solvent"}), material="pvc"),
            kept_by(material="mild_steel"),
            ({"material_groups": frozenset({"solvent"})}, MISSING),
            ({"material_groups": frozenset({"cyanide"}), "material": "ptfe"}, MISSING),
            ({"material_groups": frozenset()}, MISSING),
        ],
    ),
    "GB18597-7.2": (CHECKED, each("no_leak no_corrosion strong_enough", False)),
    "GB18597-7.3": (
        CHECKED,
        [*each("not_deformed no_leak", False), kept_by(is_bag=True, not_deformed=False)],
    ),
    "GB18597-7.4": (
        CheckedContainerFacts(subject_id=SUBJECT, on=DAY, is_bag=True, bag_sealed=True, not_deformed=True),
        [*each("bag_sealed not_deformed", False), kept_by(is_bag=False, bag_sealed=False)],
    ),
    "GB18597-7.5-a": (
        PACKAGE,
        [
            broken_by(fill_percent=100),
            kept_by(fill_percent=99),
            kept_by(fill_percent=100, form="S"),
            broken_by(fill_percent=100, form="SS"),
        ],
    ),
    "GB18597-7.5-b": (
        PACKAGE,
        [broken_by(fill_percent=96), kept_by(fill_percent=95), kept_by(fill_percent=96, form="S")],
    ),
    "GB18597-7.6": (CHECKED, each("outside_clean", False)),
    "GB18597-8.1.1": (LOOSE, [broken_by(volatile=True), kept_by(volatile=True, form="L")]),
    "GB18597-8.1.2": (
        LooseFacts(subject_id=SUBJECT, facility_kind="tank_farm", form="L"),
        [
            broken_by(facility_kind="warehouse"),
            kept_by(facility_kind="pool"),
            kept_by(facility_kind="warehouse", form="S"),
        ],
    ),
    "GB18597-8.1.3": (
        LooseFacts(subject_id=SUBJECT, facility_kind="pool", form="SS"),
        [
            broken_by(facility_kind="warehouse"),
            broken_by(facility_kind="tank_farm"),
            kept_by(facility_kind="warehouse", form="S"),
        ],
    ),
    "GB18597-8.1.4": (LOOSE, each("thermoplastic", True)),
    "GB18597-8.1.5": (PACKAGE, [broken_by(is_closed=False), kept_by(is_closed=False, emits=False)]),
    "GB18597-8.2.1": (CHECKED, each("matches_label", False)),
    "GB18597-8.2.2-b": (CHECKED, [broken_by(damaged_on=ago(2)), kept_by(damaged_on=None)]),
    "GB18597-8.3.3": (LOOSE, [broken_by(facility_kind="spot")]),
    "HJ1276-L-bulk": (LOOSE, each("post_sign", False)),
    "HJ1276-L-wear": (CHECKED, [broken_by(worn_on=ago(2)), kept_by(worn_on=None)]),
    "HJ1276-L-pos": (CHECKED, each("label_in_place", False)),
    "HJ1276-L-combi": (CHECKED, each("outer_label", False)),
    "HJ1276-L-reuse": (CHECKED, each("old_labels_gone", False)),
    "ECC-535-2": (
        KIND,
        [
            broken_by(is_general_store=True),
            broken_by(waste_kind="general"),
            kept_by(waste_kind="general", is_general_store=True),
        ],
    ),
    "ECC-535-1": (
        MIXING,
        [broken_by(occupants=(placing.Occupant("桶", "acid", ACID),)), kept_by(occupants=())],
    ),
    # --- How a store is kept ---
    "GB18597-4.1": (SITE, [broken_by(store_kinds=()), kept_by(store_kinds=(), stock=Grams(0))]),
    "GB18597-4.4": (OPERATION, each("reduces_emissions", False)),
    "GB18597-4.5": (OPERATION, each("sorts_secondary_waste", False)),
    "GB18597-4.7-a": (
        SITE,
        [*each("e_scale e_label e_ledger", False), kept_by(unit_class="simplified", e_scale=False)],
    ),
    "GB18597-4.7-b": (
        VIDEO,
        [broken_by(video_months=2), kept_by(video_months=4), kept_by(video=False, video_months=0)],
    ),
    "GB18597-4.8": (RETIRED, [broken_by(remaining=Grams(1)), broken_by(cleanup_report=False)]),
    "GB18597-4.10": (OPERATION, each("fire_acceptance", False)),
    "GB18597-6.2.3": (
        GAS,
        [
            *each("gas_collection gas_treatment", False),
            broken_by(stack_height_m="14.9"),
            broken_by(stack_height_m="14.99"),
            kept_by(stack_height_m="15.1"),
            kept_by(emits=False, gas_collection=False),
        ],
    ),
    "GB18597-8.1.6": (
        OPERATION,
        [broken_by(dust_control=False), kept_by(is_dusty=False, dust_control=False)],
    ),
    "GB18597-8.2.2-a": (
        OPERATION,
        [broken_by(routine_check=ago(8)), broken_by(routine_check=None), kept_by(routine_check=ago(6))],
    ),
    "GB18597-8.2.3": (OPERATION, each("equipment_cleaned", False)),
    "GB18597-8.2.5": (OWNER, each(RULE_DOCUMENTS, False)),
    "GB18597-8.2.6": (
        OPERATION,
        [
            broken_by(hazard_check=date(2025, 11, 21)),
            broken_by(hazard_check=None),
            broken_by(hazard_check=date(2025, 10, 22)),
        ],
    ),
    "GB18597-8.2.7": (OWNER, each(ARCHIVE, False)),
    "GB18597-8.3.1": (SPOT, each("fixed_boundary isolated", False)),
    "GB18597-8.3.2": (
        SPOT,
        each("protect_wind protect_rain protect_sun protect_loss protect_scatter", False),
    ),
    "GB18597-8.3.4": (SPOT, each("protect_leak", False)),
    "GB18597-8.3.5-b": (SPOT, [broken_by(stock=Grams(2_400_000)), broken_by(stock=Grams(2_400_001))]),
    "GB18597-3-spot": (
        SiteStoreFacts(subject_id=SUBJECT, store_kinds=("spot",), unit_class="registration"),
        [
            broken_by(unit_class="key"),
            broken_by(store_kinds=("spot", "spot"), unit_class="simplified"),
            kept_by(store_kinds=("spot", "warehouse"), unit_class="key"),
        ],
    ),
    "GB18597-9.1": (OPERATION, each("treats_waste_water", False)),
    "GB18597-10.1": (OPERATION, each("in_monitoring_plan", False)),
    "GB18597-11.1": (
        OWNER,
        [
            broken_by(contingency_plan=False),
            broken_by(drill=date(2025, 11, 21)),
            broken_by(drill=date(2025, 10, 22)),
            broken_by(drill=None),
        ],
    ),
    "GB18597-11.2": (
        OPERATION,
        each("responders emergency_equipment emergency_supplies emergency_lighting", False),
    ),
    "GB18597-11.3": (EVENT, each("alert_answered", False)),
    "ECC-484": (SITE, each("liability_insurance", False)),
    "ECC-538": (
        RETIRED,
        [
            broken_by(decontamination=ago(1)),
            broken_by(decontamination=None),
            kept_by(decontamination=DAY + timedelta(days=1)),
        ],
    ),
    "ECC-540": (EVENT, each("reported_at_once neighbours_notified", False)),
    # --- Labels and signs: TV-15 and the boundaries of 4.1 ---
    "GB18597-4.6-a": (SIGN, each("sign_posted", False)),
    "GB18597-4.6-b": (ZONE_SIGN, each("sign_posted", False)),
    "HJ1276-L-size": (
        PRINT,
        [
            broken_by(volume_ml=451_000),
            broken_by(volume_ml=450_001),
            kept_by(volume_ml=450_000),
            broken_by(label_mm=149),
            kept_by(volume_ml=50_000, label_mm=100),
            broken_by(volume_ml=50_000, label_mm=99),
            broken_by(volume_ml=50_001, label_mm=100),
            kept_by(volume_ml=1_000_000, label_mm=200),
            broken_by(volume_ml=1_000_000, label_mm=199),
        ],
    ),
    "HJ1276-L-text": (
        PRINT,
        [
            broken_by(text_mm=4),
            kept_by(volume_ml=50_000, text_mm=3),
            broken_by(volume_ml=50_000, text_mm=2),
            broken_by(volume_ml=50_001, text_mm=3),
            kept_by(volume_ml=450_000),
            broken_by(volume_ml=450_001),
            kept_by(volume_ml=450_001, text_mm=6),
        ],
    ),
    "HJ1276-L-two": (
        PrintFacts(subject_id=SUBJECT, volume_ml=450_001, label_count=2),
        [broken_by(label_count=1), kept_by(label_count=3), kept_by(volume_ml=450_000, label_count=1)],
    ),
    "HJ1276-L-symbol": (
        PRINT,
        [broken_by(symbols=frozenset({"T"})), kept_by(symbols=frozenset({"T", "I", "C"}))],
    ),
    "HJ1276-L-weight": (DATES, [broken_by(label_mass=None), kept_by(label_mass=None, is_sealed=False)]),
    "HJ1276-L-date": (
        DATES,
        [
            broken_by(generated_on=DAY + timedelta(days=1)),
            broken_by(first_stored_on=ago(1)),
            kept_by(first_stored_on=None),
            kept_by(generated_on=ago(1), first_stored_on=ago(1)),
            broken_by(generated_on=DAY + timedelta(days=1), first_stored_on=None),
        ],
    ),
    "HJ1276-Z-sign": (ZONE_SIGN, each("sign_posted sign_matches", False)),
    "HJ1276-F-sign": (SIGN, each("sign_posted sign_matches", False)),
    "HJ1276-F-old": (SIGN, [broken_by(sign_symbol="skull")]),
    "HJ1276-chk": (
        SIGN,
        [
            broken_by(sign_check=date(2025, 11, 21)),
            broken_by(sign_check=date(2025, 10, 22)),
            broken_by(sign_check=None),
            kept_by(sign_check=DAY),
        ],
    ),
}
