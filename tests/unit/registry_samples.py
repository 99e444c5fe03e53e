"""Facts that keep, and changes that break, each rule on sites, plans, ledgers, general waste and the timetable."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.foundation.core.units import Grams, grams_from_tonnes
from app.foundation.rulebook.assessment import Facts
from app.waste.registry.models import DeclarationKind
from app.waste.registry.planning.fields import Section
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.rules.classes import ClassFacts
from app.waste.registry.rules.declarations import DeclarationFacts, OperatorReportFacts
from app.waste.registry.rules.general import (
    DutyFacts,
    GeneralLedgerFacts,
    GeneralMonthFacts,
    GeneralStoreFacts,
    GeneralTransferFacts,
)
from app.waste.registry.rules.ledgers import BatchFacts, EntryFacts, LedgerDutyFacts, ScaleFacts
from app.waste.registry.rules.plans import CapacityFacts, ManifestPlanFacts, PlanDutyFacts, PlannedWasteFacts
from app.waste.registry.rules.timetable import (
    CitationFacts,
    DigitalFacts,
    DisposalFacts,
    FiveStepFacts,
    OffenceFacts,
)

DAY: Final = date(2026, 11, 22)
NOON: Final = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
SUBJECT: Final = UUID(int=5)


def tonnes(text: str) -> Grams:
    return grams_from_tonnes(text)


SMALL = ClassFacts(
    subject_id=SUBJECT,
    annual=tonnes("5"),
    has_own_treatment=False,
    has_licence=False,
    years_operating=2,
    most_of_years=tonnes("5"),
    permitted=tonnes("12"),
    override=None,
    override_document="",
    computed=UnitClass.REGISTRATION,
    declared=UnitClass.REGISTRATION,
)
LARGER = ClassFacts(**{**vars(SMALL), "annual": tonnes("50"), "years_operating": 4})
PLAN = PlanDutyFacts(
    subject_id=SUBJECT,
    year=2026,
    today=DAY,
    generates=True,
    filed_on=date(2026, 3, 31),
    sites_in_plan=1,
    changed_on=date(2026, 11, 20),
    unit_class=UnitClass.KEY,
    sections=frozenset(Section),
)
PRESSING = PlanDutyFacts(**{**vars(PLAN), "today": date(2026, 2, 28), "filed_on": None})
PLANNED = PlannedWasteFacts(
    subject_id=SUBJECT,
    waste_code="900-402-06",
    is_planned=True,
    cumulative=tonnes("9"),
    planned=tonnes("10"),
)
BACKED = ManifestPlanFacts(
    subject_id=SUBJECT,
    waste_code="900-402-06",
    receiver=frozenset({"浙危废经第001号", "云栈溶剂再生有限公司"}),
    filing_number="HWJH2026001",
    planned={"900-402-06": frozenset({"浙危废经第001号"})},
)
LEDGER = LedgerDutyFacts(
    subject_id=SUBJECT,
    ledger_keeper="陆某",
    ledger_medium="own",
    unrecorded_packages=0,
    has_pipe_transport=True,
    pipe_days_missing=0,
    loose_batches=0,
    ledger_kept_years=5,
    years_operating=8,
    overwritten=0,
)
ENTRY = EntryFacts(
    subject_id=SUBJECT,
    happened_at=NOON - 24 * HOUR,
    recorded_at=NOON,
    unit="桶",
    tonnes=tonnes("0.186"),
    batch_number="HWCS20211031001",
)
MONTHLY = DeclarationFacts(
    subject_id=SUBJECT,
    unit_class=UnitClass.KEY,
    kind=DeclarationKind.MONTHLY,
    last_on=date(2026, 10, 31),
    submitted_on=date(2026, 11, 15),
    today=DAY,
    agent="环保管家有限公司",
    agent_authorised=True,
    generated=tonnes("1"),
)


def _declaration(unit_class: UnitClass, kind: DeclarationKind, last_on: date, done: date) -> DeclarationFacts:
    changed = {"unit_class": unit_class, "kind": kind, "last_on": last_on, "submitted_on": done}
    return DeclarationFacts(**{**vars(MONTHLY), **changed})


A_YEAR, BY_THEN = date(2025, 12, 31), date(2026, 3, 31)
DUTIES = DutyFacts(
    subject_id=SUBJECT,
    today=DAY,
    has_responsibility_system=True,
    uses_household_bins=False,
    trustee_identity_checked=True,
    trustee_contract=True,
    trustee_clause=True,
    last_entrusted_on=date(2026, 10, 1),
    trustee_feedback_on=date(2026, 10, 31),
    has_damage=True,
    has_permit=True,
    permit_lists_waste=True,
    permit_facilities_match=True,
    permit_kept_years=5,
    years_operating=8,
    execution_report_due_on=date(2026, 1, 31),
    execution_report_on=date(2026, 1, 31),
    has_monitoring_plan=True,
    is_sorted_safely=True,
    is_closing=True,
    stock=Grams(0),
    disclosed_year=2025,
)
NO_PERMIT = DutyFacts(**{**vars(DUTIES), "has_permit": False})
GENERAL = GeneralLedgerFacts(
    subject_id=SUBJECT,
    today=DAY,
    has_general_waste=True,
    has_general_ledger=True,
    listed_year=2026,
    months_missing=0,
    dispatches_unrecorded=0,
    optional_tables_asked=True,
    has_optional_tables=True,
    codes_unlisted=0,
    general_kept_years=5,
    years_operating=8,
    general_responsible=True,
    ledger_medium="own",
    general_annual=tonnes("100000"),
    general_declared_on=date(2026, 3, 31),
    general_quarter_on=date(2026, 10, 15),
)
MONTH = GeneralMonthFacts(
    subject_id=SUBJECT,
    opening=tonnes("5"),
    generated=tonnes("10"),
    own_use=tonnes("2"),
    own_disposal=tonnes("1"),
    out_use=tonnes("4"),
    out_disposal=tonnes("3"),
    closing=tonnes("5"),
)
CROSSING = GeneralTransferFacts(
    subject_id=SUBJECT,
    from_province="33",
    to_province="31",
    is_for_use=True,
    departs_on=date(2026, 9, 1),
    approved_on=date(2026, 8, 31),
    submitted_on=date(2026, 8, 31),
    submitted_to=frozenset({"33", "31"}),
    emanifest_asked=True,
    has_emanifest=True,
)
TO_STORE = GeneralTransferFacts(**{**vars(CROSSING), "is_for_use": False})
DIGITAL = DigitalFacts(
    subject_id=SUBJECT,
    today=DAY,
    unit_class=UnitClass.KEY,
    annual=tonnes("10"),
    is_online=True,
    e_scale=True,
    e_label=True,
    e_ledger=True,
    has_video=True,
    has_digital_coverage=True,
    follows_2023_17=True,
)
FIVE = FiveStepFacts(
    subject_id=SUBJECT,
    generated_at=NOON - 80 * HOUR,
    packed_at=NOON - 72 * HOUR,
    weighed_at=NOON - 48 * HOUR,
    coded_at=NOON - 24 * HOUR,
    stored_at=NOON,
)
OFFENCE = OffenceFacts(
    subject_id=SUBJECT,
    act_on=date(2026, 8, 15),
    act_ended_on=date(2024, 11, 22),
    decided_on=date(2026, 11, 22),
    law_changed_on=date(2026, 8, 15),
    today=DAY,
    has_damage=False,
)

_K, _D = UnitClass, DeclarationKind
KEPT: Final[Mapping[str, Facts]] = {
    "HJ1259-4.2.1-key": SMALL,
    "HJ1259-4.2.1-simple": SMALL,
    "HJ1259-4.2.1-reg": LARGER,
    "HJ1259-4.2.2": SMALL,
    "HJ1259-4.2.3-a": SMALL,
    "HJ1259-4.2.3-b": LARGER,
    "HJ1259-4.2.3-c": SMALL,
    "HJ1259-class-drift": SMALL,
    "HJ1259-5.1": PLAN,
    "HJ1259-5.2.2": PLAN,
    "HJ1259-5.2.2-w": PRESSING,
    "HJ1259-5.2.3": PLAN,
    "HJ1259-5.3-content": PLAN,
    "HJ1259-5.5-cap": CapacityFacts(
        subject_id=SUBJECT, capacity=tonnes("60"), permitted_capacity=tonnes("60")
    ),
    "HJ1259-plan-code": PLANNED,
    "HJ1259-plan-over": PLANNED,
    "HWTM-14-plan": BACKED,
    **dict.fromkeys(
        (
            "HJ1259-6.1.1",
            "HJ1259-6.1.3",
            "HJ1259-6.2-pack",
            "HJ1259-6.2-pipe",
            "HJ1259-6.3-loop",
            "HJ1259-6.4",
            "HJ1259-6.4-append",
        ),
        LEDGER,
    ),
    **dict.fromkeys(("HJ1259-6.2-late", "HJ1259-6.3-unit", "HJ1259-6.3-code"), ENTRY),
    "HJ1259-6.3-qty": BatchFacts(
        subject_id=SUBJECT, parent=tonnes("1"), children=tonnes("1.005"), stock=Grams(0)
    ),
    "ECC-532-truth": ScaleFacts(subject_id=SUBJECT, in_ledger=tonnes("1.05"), on_scale=tonnes("1")),
    "HJ1259-7.2-key-m": MONTHLY,
    "HJ1259-7.2-key-y": _declaration(_K.KEY, _D.ANNUAL, A_YEAR, BY_THEN),
    "HJ1259-7.2-simp-q": _declaration(_K.SIMPLIFIED, _D.QUARTERLY, date(2026, 9, 30), date(2026, 10, 15)),
    "HJ1259-7.2-simp-y": _declaration(_K.SIMPLIFIED, _D.ANNUAL, A_YEAR, BY_THEN),
    "HJ1259-7.2-reg-y": _declaration(_K.REGISTRATION, _D.ANNUAL, A_YEAR, BY_THEN),
    "HJ1259-7.1.3": MONTHLY,
    "HJ1259-7-null": MONTHLY,
    "HWLM-report": OperatorReportFacts(subject_id=SUBJECT, has_licence=True, report_on=BY_THEN, today=DAY),
    **dict.fromkeys(
        (
            "ECC-489-b",
            "ECC-489-c",
            "ECC-490-a",
            "ECC-490-b",
            "ECC-1068",
            "ECC-491",
            "ECC-183",
            "HJ1200-permit",
            "PERMIT-report",
            "ECC-493",
            "ECC-494",
            "ECC-495",
            "ECC-485",
        ),
        DUTIES,
    ),
    "ECC-532-3": NO_PERMIT,
    **dict.fromkeys(
        (
            "ECC-489-a",
            "GISW-2026-plan",
            "GISW-2026-q",
            "GISWL-T1",
            "GISWL-T2",
            "GISWL-T3",
            "GISWL-T4-T7",
            "GISWL-T8",
            "GISWL-5y",
            "GISWL-resp",
            "GISWL-elec",
        ),
        GENERAL,
    ),
    "ECC-476-1": TO_STORE,
    "ECC-476-2": CROSSING,
    "GISW-emanifest": CROSSING,
    "GISW-HWmix": GeneralStoreFacts(subject_id=SUBJECT, hazardous_kinds=0),
    "GISWL-balance": MONTH,
    **dict.fromkeys(
        ("INFO-2020", "INFO-2022", "INFO-4.7", "INFO-2023-17", "INFO-2025-10-a", "INFO-reverse"), DIGITAL
    ),
    "INFO-2025-10-b": DIGITAL,
    "INFO-2025-10-c": DisposalFacts(subject_id=SUBJECT, landfilled=tonnes("10"), treated=tonnes("100")),
    "INFO-5i": FIVE,
    "INFO-5i-P": FIVE,
    "LAW-SWITCH-a": CitationFacts(
        subject_id=SUBJECT, event_on=date(2026, 8, 14), cited_until=date(2026, 8, 14)
    ),
    "LAW-SWITCH-b": OFFENCE,
    "LAW-SWITCH-c": OFFENCE,
}
CHANGES: Final[Mapping[str, Mapping[str, Any]]] = {
    "HJ1259-4.2.1-key": {"annual": tonnes("100")},
    "HJ1259-4.2.1-simple": {"annual": tonnes("10")},
    "HJ1259-4.2.1-reg": {"annual": tonnes("9.999")},
    "HJ1259-4.2.2": {"override": UnitClass.KEY},
    "HJ1259-4.2.3-a": {"years_operating": 3},
    "HJ1259-4.2.3-b": {"years_operating": 2},
    "HJ1259-4.2.3-c": {"years_operating": 0},
    "HJ1259-class-drift": {"computed": UnitClass.SIMPLIFIED},
    "HJ1259-5.1": {"sites_in_plan": 2},
    "HJ1259-5.2.2": {"filed_on": date(2026, 4, 1)},
    "HJ1259-5.2.2-w": {"today": date(2026, 3, 1)},
    "HJ1259-5.2.3": {"changed_on": date(2026, 9, 1)},
    "HJ1259-5.3-content": {"sections": frozenset(Section) - {Section.REDUCTION}},
    "HJ1259-5.5-cap": {"capacity": tonnes("61")},
    "HJ1259-plan-code": {"is_planned": False},
    "HJ1259-plan-over": {"cumulative": tonnes("10.001")},
    "HWTM-14-plan": {"filing_number": None},
    "HJ1259-6.1.1": {"ledger_keeper": " "},
    "HJ1259-6.1.3": {"ledger_medium": "none"},
    "HJ1259-6.2-pack": {"unrecorded_packages": 1},
    "HJ1259-6.2-pipe": {"pipe_days_missing": 1},
    "HJ1259-6.2-late": {"happened_at": NOON - 24 * HOUR - timedelta(seconds=1)},
    "HJ1259-6.3-loop": {"loose_batches": 1},
    "HJ1259-6.3-qty": {"children": tonnes("1.005001")},
    "HJ1259-6.3-unit": {"tonnes": None},
    "HJ1259-6.3-code": {"batch_number": "HWXX20211031001"},
    "HJ1259-6.4": {"ledger_kept_years": 4},
    "HJ1259-6.4-append": {"overwritten": 1},
    "ECC-532-truth": {"in_ledger": tonnes("1.050001")},
    "HJ1259-7.2-key-m": {"submitted_on": date(2026, 11, 16)},
    **{
        key: {"submitted_on": date(2026, 4, 1)}
        for key in ("HJ1259-7.2-key-y", "HJ1259-7.2-simp-y", "HJ1259-7.2-reg-y")
    },
    "HJ1259-7.2-simp-q": {"submitted_on": None},
    "HJ1259-7.1.3": {"agent_authorised": False},
    "HJ1259-7-null": {"generated": Grams(0), "submitted_on": None},
    "HWLM-report": {"report_on": date(2025, 3, 31)},
    "ECC-489-a": {"has_general_ledger": False},
    "ECC-489-b": {"has_responsibility_system": False},
    "ECC-489-c": {"uses_household_bins": True},
    "ECC-490-a": {"trustee_clause": False},
    "ECC-490-b": {"trustee_feedback_on": date(2026, 11, 1)},
    "ECC-1068": {"trustee_contract": False},
    "ECC-491": {"permit_lists_waste": False},
    "ECC-183": {"permit_kept_years": 4},
    "HJ1200-permit": {"permit_facilities_match": False},
    "PERMIT-report": {"execution_report_on": date(2026, 2, 1)},
    "ECC-532-3": {"has_permit": True},
    "ECC-493": {"has_monitoring_plan": False},
    "ECC-494": {"is_sorted_safely": False},
    "ECC-495": {"stock": Grams(1)},
    "ECC-485": {"disclosed_year": 2024},
    "ECC-476-1": {"approved_on": None},
    "ECC-476-2": {"submitted_to": frozenset({"33"})},
    "GISW-emanifest": {"has_emanifest": False},
    "GISW-HWmix": {"hazardous_kinds": 1},
    "GISW-2026-plan": {"general_declared_on": date(2026, 4, 1)},
    "GISW-2026-q": {"general_quarter_on": date(2026, 10, 16)},
    "GISWL-T1": {"listed_year": 2025},
    "GISWL-T2": {"months_missing": 1},
    "GISWL-T3": {"dispatches_unrecorded": 1},
    "GISWL-T4-T7": {"has_optional_tables": False},
    "GISWL-T8": {"codes_unlisted": 1},
    "GISWL-5y": {"general_kept_years": 4},
    "GISWL-resp": {"general_responsible": False},
    "GISWL-balance": {"closing": tonnes("4.989999")},
    "GISWL-elec": {"ledger_medium": "paper"},
    "INFO-2020": {"is_online": False},
    "INFO-2022": {"is_online": False},
    "INFO-4.7": {"e_scale": False},
    "INFO-2023-17": {"follows_2023_17": False},
    "INFO-2025-10-a": {"has_digital_coverage": False},
    "INFO-2025-10-b": {"has_digital_coverage": False, "today": date(2027, 1, 1)},
    "INFO-2025-10-c": {"landfilled": tonnes("10.000001")},
    "INFO-5i": {"stored_at": None},
    "INFO-5i-P": {"coded_at": NOON - 24 * HOUR - timedelta(seconds=1)},
    "INFO-reverse": {"annual": tonnes("9.999999")},
    "LAW-SWITCH-a": {"event_on": date(2026, 8, 15)},
    "LAW-SWITCH-b": {"act_on": date(2026, 8, 14)},
    "LAW-SWITCH-c": {"act_ended_on": date(2024, 11, 21)},
}
