"""The rules on stores and sites of general waste: facts that keep each, and cases on both sides of every limit."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.storage.rules.general_inbound import GeneralInboundFacts
from app.waste.storage.rules.general_sites import (
    BackfillFacts,
    ClassOneFacts,
    ClassTwoFacts,
    ClosedFacts,
    ClosingFacts,
    GeneralWarehouseFacts,
    SiteMonitoringFacts,
    SiteOperationFacts,
    SitePlaceFacts,
)
from tests.unit.samples.stores import (
    DAY,
    MISSING,
    SUBJECT,
    Case,
    ago,
    broken_by,
    each,
    free,
    held,
    kept_by,
)

AVOIDED = (
    "in_red_line in_farmland in_protected_area on_fault in_karst in_slide_area in_wetland below_high_water"
)
UNITS = "unit_barrier unit_diversion unit_analysis unit_works unit_leachate"
PLACE = SitePlaceFacts(
    subject_id=SUBJECT, distance_m=500, eia_distance_m=500, flood_return_years=50, has_leachate_pond=True,
    pond_as_tight_as_site=True, **free(AVOIDED), **held(UNITS),
)  # fmt: skip
ONE = ClassOneFacts(
    subject_id=SUBJECT,
    natural_thickness_m="0.75",
    natural_k_cm_s="1.0e-5",
    improved_liner=False,
    liner_equivalent=True,
)
LINED = ClassOneFacts(subject_id=SUBJECT, improved_liner=True, liner_equivalent=True)
TWO = ClassTwoFacts(
    subject_id=SUBJECT, hdpe_mm="1.5", hdpe_equivalent=False, clay_thickness_m="0.75", clay_k_cm_s="1.0e-7",
    groundwater_gap_m="1.5", groundwater_drain=False, leak_monitoring=True,
)  # fmt: skip
YEAR_AGO = date(2025, 11, 22)
RECORDS = "construction_report as_built_drawings material_tests"
ARCHIVE = "archive_a archive_b archive_c archive_d archive_e archive_f"
RUN = SiteOperationFacts(
    subject_id=SUBJECT, on=DAY, training=YEAR_AGO,
    **held(
        "incompatibles_apart sign_posted is_dusty dust_control contingency_plan operating_plan "
        f"{RECORDS} {ARCHIVE}"
    ),
)  # fmt: skip
BACKFILL = BackfillFacts(
    subject_id=SUBJECT, on=DAY, backfill_monitoring=YEAR_AGO,
    **held("backfill_survey risk_assessment backfill_pure"),
)  # fmt: skip
MONITORED = SiteMonitoringFacts(
    subject_id=SUBJECT, on=DAY, is_closed_site=False, leachate_sample=date(2026, 10, 22), started_on=date(2024, 7, 1),
    baseline=date(2024, 6, 30), wells_up=1, wells_down=1, wells_spread=1, groundwater_drain=True, wells_outlet=1,
    groundwater_sample=date(2026, 8, 22), sample_before=date(2026, 7, 22), within_background_since=None,
    items=frozenset({"turbidity", "ph", "tds", "chloride", "nitrate_n", "nitrite_n"}), air_sample=date(2026, 8, 22),
    abnormal_on=ago(20), recheck_on=ago(13), tsp_device=True, tsp_months=12, soil_sample=date(2023, 11, 22),
)  # fmt: skip
CLOSED_SITE = SiteMonitoringFacts(
    subject_id=SUBJECT,
    on=DAY,
    is_closed_site=True,
    groundwater_sample=date(2026, 5, 22),
    within_background_since=None,
)
CLOSING = ClosingFacts(
    subject_id=SUBJECT, on=DAY, stopped_accepting_on=date(2022, 1, 1), closure_started_on=date(2024, 1, 1)
)
CLOSED = ClosedFacts(
    subject_id=SUBJECT, closing_marker=True, leachate_stopped_on=date(2026, 1, 1), leachate_clean_since=date(2024, 1, 1),
    remining=True, remining_eia=True,
)  # fmt: skip
INBOUND = GeneralInboundFacts(
    subject_id=SUBJECT, site_class="I", is_backfill=True, waste_kind="general", waste_class="I", organic_percent="1.9",
    salts_percent="1.9", is_gangue=False, household_like=False, is_treated=False,
)  # fmt: skip
INTO_TWO = GeneralInboundFacts(
    subject_id=SUBJECT, site_class="II", organic_percent="4.9", salts_percent="4.9", is_gangue=False
)
ORGANIC_CASES = [
    broken_by(household_like=True),
    kept_by(organic_percent="5"),
    broken_by(organic_percent="5.1"),
    broken_by(organic_percent="6"),
]
QUARTER_CASES = [
    broken_by(groundwater_sample=date(2026, 8, 21), sample_before=None),
    broken_by(groundwater_sample=None),
    kept_by(sample_before=None),
    broken_by(sample_before=date(2026, 7, 23)),
    kept_by(sample_before=date(2026, 6, 22)),
    kept_by(is_closed_site=True, groundwater_sample=None),
]

SAMPLES: Final[Mapping[str, tuple[Facts, list[Case]]]] = {
    "GB18599-1-pack": (
        GeneralWarehouseFacts(subject_id=SUBJECT, **held("protect_leak protect_rain protect_dust")),
        each("protect_leak protect_rain protect_dust", False),
    ),
    "GB18599-4.2": (PLACE, [broken_by(distance_m=499), kept_by(distance_m=501)]),
    "GB18599-4.3": (PLACE, each("in_red_line in_farmland in_protected_area", True)),
    "GB18599-4.4": (PLACE, each("on_fault in_karst in_slide_area in_wetland", True)),
    "GB18599-4.5": (PLACE, each("below_high_water", True)),
    "GB18599-5.1.2": (PLACE, [broken_by(flood_return_years=49), kept_by(flood_return_years=51)]),
    "GB18599-5.1.3": (PLACE, each(UNITS, False)),
    "GB18599-5.1.5": (RUN, each(RECORDS, False)),
    "GB18599-5.1.6": (
        PLACE,
        [
            broken_by(pond_as_tight_as_site=False),
            kept_by(has_leachate_pond=False, pond_as_tight_as_site=False),
        ],
    ),
    "GB18599-5.2.1": (
        ONE,
        [
            broken_by(natural_thickness_m="0.74"),
            kept_by(natural_thickness_m="0.76"),
            broken_by(natural_k_cm_s="1.1e-5"),
            kept_by(natural_k_cm_s="9.9e-6"),
            kept_by(natural_thickness_m="0.1", improved_liner=True),
            ({"natural_thickness_m": "0.1", "improved_liner": UNKNOWN}, MISSING),
        ],
    ),
    "GB18599-5.2.2": (
        LINED,
        [broken_by(liner_equivalent=False), kept_by(liner_equivalent=False, improved_liner=False)],
    ),
    "GB18599-5.3.1-a": (
        TWO,
        [broken_by(hdpe_mm="1.4"), kept_by(hdpe_mm="1.6"), kept_by(hdpe_mm="1.0", hdpe_equivalent=True)],
    ),
    "GB18599-5.3.1-b": (
        TWO,
        [
            broken_by(clay_thickness_m="0.74"),
            kept_by(clay_thickness_m="0.76"),
            broken_by(clay_k_cm_s="1.1e-7"),
            kept_by(clay_k_cm_s="9.9e-8"),
        ],
    ),
    "GB18599-5.3.2": (
        TWO,
        [
            broken_by(groundwater_gap_m="1.49"),
            kept_by(groundwater_gap_m="1.6"),
            kept_by(groundwater_gap_m="0.5", groundwater_drain=True),
        ],
    ),
    "GB18599-5.3.3": (TWO, each("leak_monitoring", False)),
    "GB18599-6.4": (RUN, each("incompatibles_apart", False)),
    "GB18599-7.1": (RUN, each("contingency_plan", False)),
    "GB18599-7.2": (
        RUN,
        [*each("operating_plan", False), broken_by(training=date(2025, 11, 21)), broken_by(training=None)],
    ),
    "GB18599-7.3": (RUN, each(ARCHIVE, False)),
    "GB18599-7.4": (RUN, each("sign_posted", False)),
    "GB18599-7.5": (RUN, [broken_by(dust_control=False), kept_by(is_dusty=False, dust_control=False)]),
    "GB18599-8.2": (
        BACKFILL,
        [
            *each("backfill_survey risk_assessment", False),
            broken_by(backfill_monitoring=date(2025, 11, 21)),
            broken_by(backfill_monitoring=None),
        ],
    ),
    "GB18599-8.3": (BACKFILL, each("backfill_pure", False)),
    "GB18599-9.1": (
        CLOSING,
        [
            broken_by(closure_started_on=date(2024, 1, 2)),
            broken_by(closure_started_on=None),
            kept_by(closure_started_on=None, stopped_accepting_on=date(2024, 11, 22)),
            broken_by(closure_started_on=None, stopped_accepting_on=date(2024, 11, 21)),
        ],
    ),
    "GB18599-9.6": (CLOSED, each("closing_marker", False)),
    "GB18599-9.7": (
        CLOSED,
        [
            broken_by(leachate_stopped_on=date(2025, 12, 31)),
            broken_by(leachate_clean_since=None),
            kept_by(leachate_stopped_on=None),
            kept_by(leachate_stopped_on=date(2026, 1, 2)),
        ],
    ),
    "GB18599-9.8": (CLOSED, [broken_by(remining_eia=False), kept_by(remining_eia=False, remining=False)]),
    "GB18599-10.2.2": (
        MONITORED,
        [broken_by(leachate_sample=date(2026, 10, 21)), broken_by(leachate_sample=None)],
    ),
    "GB18599-10.3.1": (
        MONITORED,
        [broken_by(baseline=date(2024, 7, 1)), broken_by(baseline=None)],
    ),
    "GB18599-10.3.2": (
        MONITORED,
        [
            *each("wells_up wells_down wells_spread wells_outlet", 0),
            kept_by(wells_outlet=0, groundwater_drain=False),
            kept_by(wells_up=2),
        ],
    ),
    "GB18599-10.3.3-a": (MONITORED, QUARTER_CASES),
    "GB18599-10.3.3-b": (
        CLOSED_SITE,
        [
            broken_by(groundwater_sample=date(2026, 5, 21)),
            broken_by(groundwater_sample=None),
            kept_by(is_closed_site=False, groundwater_sample=None),
            broken_by(groundwater_sample=None, within_background_since=date(2024, 11, 22)),
            kept_by(groundwater_sample=None, within_background_since=date(2024, 11, 21)),
        ],
    ),
    "GB18599-10.3.4": (
        MONITORED,
        [
            broken_by(items=MONITORED.items - {item})  # type: ignore[operator]
            for item in ("turbidity", "ph", "tds", "chloride", "nitrate_n", "nitrite_n")
        ],
    ),
    "GB18599-10.5.2-a": (
        MONITORED,
        [
            broken_by(air_sample=date(2026, 8, 21)),
            broken_by(air_sample=None),
            kept_by(air_sample=None, is_closed_site=True),
        ],
    ),
    "GB18599-10.5.2-b": (
        MONITORED,
        [
            broken_by(recheck_on=ago(12)),
            kept_by(abnormal_on=None, recheck_on=None),
            kept_by(abnormal_on=ago(7), recheck_on=None),
            broken_by(abnormal_on=ago(8), recheck_on=None),
        ],
    ),
    "GB18599-10.5.3": (
        MONITORED,
        [
            broken_by(tsp_device=False),
            broken_by(tsp_months=11),
            kept_by(tsp_months=13),
            kept_by(tsp_months=0, is_closed_site=True),
        ],
    ),
    "GB18599-10.6.4": (
        MONITORED,
        [broken_by(soil_sample=date(2023, 11, 21)), broken_by(soil_sample=None)],
    ),
    # --- Inbound: TV-16 ---
    "GB18599-5.1.8": (
        INBOUND,
        [
            *ORGANIC_CASES,
            kept_by(household_like=True, is_treated=True),
            kept_by(organic_percent="9", is_gangue=True),
        ],
    ),
    "GB18599-6.1-a": (INBOUND, [broken_by(waste_class="II"), kept_by(waste_class="II", site_class="II")]),
    "GB18599-6.1-b": (
        INBOUND,
        [
            broken_by(organic_percent="2"),
            broken_by(organic_percent="2.0"),
            kept_by(organic_percent="1.99"),
            kept_by(organic_percent="9", is_gangue=True),
            kept_by(organic_percent="4", site_class="II"),
        ],
    ),
    "GB18599-6.1-c": (
        INBOUND,
        [
            broken_by(salts_percent="2"),
            kept_by(salts_percent="1.99"),
            kept_by(salts_percent="4", site_class="II"),
        ],
    ),
    "GB18599-6.2-a": (
        INTO_TWO,
        [
            broken_by(organic_percent="5.0"),
            kept_by(organic_percent="4.99"),
            kept_by(organic_percent="9", is_gangue=True),
            kept_by(organic_percent="9", site_class="I"),
        ],
    ),
    "GB18599-6.2-b": (
        INTO_TWO,
        [
            broken_by(salts_percent="5"),
            kept_by(salts_percent="4.99"),
            kept_by(salts_percent="9", site_class="I"),
        ],
    ),
    "GB18599-6.3": (
        GeneralInboundFacts(subject_id=SUBJECT, household_like=True, site_class="II"),
        [broken_by(site_class="I"), kept_by(site_class="I", household_like=False)],
    ),
    "GB18599-6.5": (INBOUND, [broken_by(waste_kind="hazardous"), broken_by(waste_kind="household")]),
    "GB18599-8.5": (INBOUND, [*ORGANIC_CASES, kept_by(household_like=True, is_backfill=False)]),
}
"""Days of the records are those of the limit itself; one day earlier breaks it."""
