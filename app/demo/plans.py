"""Profiles and filed management plans of the demo's producers: without them nothing of theirs may leave."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from app.demo.firms import BY_KEY, PRODUCERS, ROUTES, TONNE, DemoFirm, DemoStream, Route, stream_of
from app.demo.setting_up import DemoPark
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.planning.commands import (
    DecideClass,
    PlannedWaste,
    RecordFiling,
    RevisePlan,
    ReviseProfile,
    StartPlan,
    SubmitPlan,
)
from app.waste.registry.planning.models import PlanTable, UnitClass
from app.waste.registry.planning.operations.classes import decide_class
from app.waste.registry.planning.operations.content import revise_plan
from app.waste.registry.planning.operations.plans import record_filing, start_plan, submit_plan
from app.waste.registry.planning.operations.profiles import revise_profile
from app.waste.registry.planning.queries import site_view

DAYS_PLANNED: Final = 146
PRODUCTION: Final = (
    {
        "unit": "涂装清洗单元",
        "process": "喷涂、清洗、酸洗",
        "facility_name": "自动喷涂线 2",
        "facility_code": "MF0002",
        "capacity": "12000 t/a",
        "product": "水性与溶剂型工业漆",
        "materials": "树脂、颜料、乙酸丁酯、二甲苯",
    },
    {
        "unit": "溶剂回收单元",
        "process": "减压蒸馏",
        "facility_name": "溶剂蒸馏回收机",
        "facility_code": "MF0007",
        "capacity": "0.5 t/d",
        "product": "再生清洗溶剂",
        "materials": "清洗废溶剂",
    },
)
REDUCTION: Final = {
    "plan": "清洗剂与工艺液循环使用，全年减少危险废物产生量 5%",
    "measures": "改造清洗工位，增设回收装置；每月核对单耗，超出目标时复查工艺",
}
FILED: Final = (3, 20)
"""Month and day."""

LICENCES: Final = {
    "yunzhan": "演危许可 2025-006",
    "baize": "演危许可 2024-011",
    "shuojin": "演危许可 2025-017",
}
OWN_FACILITY: Final = "MF0007"
"""Where the paint maker recovers some of its solvent."""
ANSWERS: Final = {
    "ledger_medium": "own",
    "e_scale": True,
    "e_label": True,
    "e_ledger": True,
    "has_video": True,
    "is_online": True,
    "has_digital_coverage": True,
    "has_responsibility_system": True,
    "uses_household_bins": False,
    "trustee_identity_checked": True,
    "trustee_contract": True,
    "trustee_clause": True,
    "has_permit": True,
    "permit_lists_waste": True,
}


def file_plans(database: Database, demo: DemoPark, *, set_up_on: date, anchor: date) -> None:
    """Tell profile, class and plan of each producer, for the year before the anchor's and for its own."""
    for firm in PRODUCERS:
        for year in (anchor.year - 1, anchor.year):
            day = max(date(year, *FILED), set_up_on)
            if day <= anchor:
                with database.writing(demo.actors[firm.person], now=instant_at(day, 10, 30)) as work:
                    _file(work, demo, firm, year)


def _file(work: Work, demo: DemoPark, firm: DemoFirm, year: int) -> None:
    site_id = demo.sites[firm.key].id
    _profile(work, demo, firm, year)
    decide_class(work, site_id, DecideClass(year, firm.unit_class))
    work.session.flush()
    plan = start_plan(work, StartPlan(site_id, year))
    work.session.flush()
    revise_plan(
        work,
        plan.id,
        RevisePlan(
            plan.version,
            unit_class=firm.unit_class,
            production=PRODUCTION if firm.unit_class is UnitClass.KEY else (),
            reduction=REDUCTION,
            lines=_lines(demo, firm),
            refresh_basic=True,
        ),
    )
    work.session.flush()
    submit_plan(work, plan.id, SubmitPlan(plan.version))
    work.session.flush()
    number = f"演备{year}{list(BY_KEY).index(firm.key) + 1:03}"
    record_filing(work, plan.id, RecordFiling(number, work.today, plan.version))


def _lines(demo: DemoPark, firm: DemoFirm) -> dict[PlanTable, tuple[PlannedWaste, ...]]:
    routes = [route for route in ROUTES if route.firm == firm.key]
    lines = {
        PlanTable.GENERATION: tuple(_generated(demo, firm, stream) for stream in firm.streams),
        PlanTable.STORAGE: tuple(_stored(demo, firm, stream) for stream in firm.streams),
        PlanTable.TRANSFER: tuple(_sent(demo, firm, route) for route in routes),
    }
    if firm.has_own_treatment:
        details = {"facility_type": "溶剂蒸馏回收机", "facility_code": OWN_FACILITY}
        solvent = demo.streams[firm.key, "solvent"].id
        lines[PlanTable.OWN_TREATMENT] = (PlannedWaste(solvent, Grams(4 * TONNE // 10), "R2", details),)
    return lines


def _profile(work: Work, demo: DemoPark, firm: DemoFirm, year: int) -> None:
    view = site_view(work, demo.sites[firm.key].id)
    if view.profile is not None:
        return
    revise_profile(
        work,
        demo.sites[firm.key].id,
        ReviseProfile(
            industry_code=firm.industry,
            started_on=date(2016, 5, 1),
            eia_mass=Grams(98 * TONNE),
            permit_mass=Grams(95 * TONNE),
            has_own_treatment=firm.has_own_treatment,
            eia_number="演环审〔2015〕12号",
            permit_number=f"{firm.credit_code}001V",
            longitude="120.000000",
            latitude="30.000000",
            legal_person="演示法人",
            legal_person_phone="000-0000-0000",
            technical_lead="演示负责人",
            technical_lead_phone="000-0000-0000",
            ledger_keeper="演示负责人",
            equipment=dict(ANSWERS),
            past_masses={str(past): Grams(mass) for past, mass in _past(firm, year)},
        ),
    )


def _past(firm: DemoFirm, year: int) -> Iterable[tuple[int, int]]:
    """What the years before this ledger generated, rising a little."""
    yearly = _firm_yearly(firm)
    return [(year - 3 + number, yearly * (90 + 4 * number) // 100) for number in range(3)]


def _firm_yearly(firm: DemoFirm) -> int:
    return sum(stream.yearly for stream in firm.streams)


def _generated(demo: DemoPark, firm: DemoFirm, stream: DemoStream) -> PlannedWaste:
    details = {"facility_code": stream.source, "step": "生产清洗", "storage_code": firm.facilities[0].code}
    return PlannedWaste(demo.streams[firm.key, stream.key].id, Grams(_rounded(stream.yearly)), "", details)


def _stored(demo: DemoPark, firm: DemoFirm, stream: DemoStream) -> PlannedWaste:
    details = {"storage_code": firm.facilities[0].code, "storage_type": "贮存库", "package": stream.package}
    return PlannedWaste(
        demo.streams[firm.key, stream.key].id, Grams(_rounded(stream.yearly // 12)), "", details
    )


def _sent(demo: DemoPark, firm: DemoFirm, route: Route) -> PlannedWaste:
    stream = stream_of(firm.key, route.stream)
    details = {
        "transfer_kind": "within_province",
        "receiver_kind": "licensed",
        "receiver_name": BY_KEY[route.to].name,
        "licence_number": LICENCES[route.to],
    }
    return PlannedWaste(
        demo.streams[firm.key, route.stream].id, Grams(_rounded(stream.yearly)), route.method, details
    )


def _rounded(mass: int) -> int:
    """Up to a tenth of a tonne, as people plan."""
    step = TONNE // 10
    return max(step, -(-mass // step) * step)
