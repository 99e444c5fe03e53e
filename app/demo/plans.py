"""Profiles and filed management plans of the demo's producers: without them nothing of theirs may leave."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from app.demo.firms import BY_KEY, DemoFirm, DemoStream
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

TONNE: Final = 1_000_000
DAYS_PLANNED: Final = 146
FILED: Final = (3, 20)
"""Month and day."""

Routes = Sequence[tuple[str, str, str, str]]
"""Who sends which stream to whom, by which method."""

LICENCES: Final = {"yunzhan": "演危许可 2025-006", "baize": "演危许可 2024-011"}
INDUSTRIES: Final = {"qingwu": "2641", "yunqi": "3484", "lanling": "3360"}
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


def file_plans(
    database: Database,
    demo: DemoPark,
    people: Mapping[str, str],
    routes: Routes,
    *,
    set_up_on: date,
    anchor: date,
) -> None:
    """Tell profile, class and plan of each producer, for the year before the anchor's and for its own."""
    for firm_key, person in people.items():
        firm = BY_KEY[firm_key]
        if not firm.is_producer or not firm.streams:
            continue
        own = [route for route in routes if route[0] == firm_key]
        for year in (anchor.year - 1, anchor.year):
            day = max(date(year, *FILED), set_up_on)
            if day <= anchor:
                with database.writing(demo.actors[person], now=instant_at(day, 10, 30)) as work:
                    _file(work, demo, firm, own, year)


def _file(
    work: Work, demo: DemoPark, firm: DemoFirm, routes: list[tuple[str, str, str, str]], year: int
) -> None:
    site_id = demo.sites[firm.key].id
    _profile(work, demo, firm, year)
    decide_class(work, site_id, DecideClass(year, UnitClass.SIMPLIFIED))
    work.session.flush()
    plan = start_plan(work, StartPlan(site_id, year))
    work.session.flush()
    lines = {
        PlanTable.GENERATION: tuple(_generated(demo, firm, stream) for stream in firm.streams),
        PlanTable.STORAGE: tuple(_stored(demo, firm, stream) for stream in firm.streams),
        PlanTable.TRANSFER: tuple(_sent(demo, firm, *route[1:]) for route in routes),
    }
    revise_plan(
        work,
        plan.id,
        RevisePlan(
            plan.version,
            unit_class=UnitClass.SIMPLIFIED,
            reduction={
                "plan": "水性漆替代溶剂型漆，清洗剂循环使用，全年减少废溶剂 5%",
                "measures": "改造清洗工位，增设溶剂回收桶；每月核对单耗",
            },
            lines=lines,
            refresh_basic=True,
        ),
    )
    work.session.flush()
    submit_plan(work, plan.id, SubmitPlan(plan.version))
    work.session.flush()
    number = f"演备{year}{list(BY_KEY).index(firm.key) + 1:03}"
    record_filing(work, plan.id, RecordFiling(number, work.today, plan.version))


def _profile(work: Work, demo: DemoPark, firm: DemoFirm, year: int) -> None:
    view = site_view(work, demo.sites[firm.key].id)
    if view.profile is not None:
        return
    revise_profile(
        work,
        demo.sites[firm.key].id,
        ReviseProfile(
            industry_code=INDUSTRIES.get(firm.key, "2641"),
            started_on=date(2016, 5, 1),
            eia_mass=Grams(98 * TONNE),
            permit_mass=Grams(95 * TONNE),
            has_own_treatment=False,
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
    yearly = sum(_yearly(stream) for stream in firm.streams)
    return [(year - 3 + number, yearly * (88 + 4 * number) // 100) for number in range(3)]


def _yearly(stream: DemoStream) -> int:
    """Grams planned a year: the rate of the story for as many days as the demo tells of."""
    low, high = stream.net_kg
    return (low + high) // 2 * 1000 * (DAYS_PLANNED // stream.every_days)


def _generated(demo: DemoPark, firm: DemoFirm, stream: DemoStream) -> PlannedWaste:
    details = {"facility_code": stream.source, "step": "生产清洗", "storage_code": firm.facilities[0].code}
    return PlannedWaste(demo.streams[firm.key, stream.key].id, Grams(_rounded(_yearly(stream))), "", details)


def _stored(demo: DemoPark, firm: DemoFirm, stream: DemoStream) -> PlannedWaste:
    details = {"storage_code": firm.facilities[0].code, "storage_type": "贮存库", "package": stream.package}
    return PlannedWaste(
        demo.streams[firm.key, stream.key].id, Grams(_rounded(_yearly(stream) // 12)), "", details
    )


def _sent(demo: DemoPark, firm: DemoFirm, key: str, consignee: str, method: str) -> PlannedWaste:
    stream = next(stream for stream in firm.streams if stream.key == key)
    details = {
        "transfer_kind": "within_province",
        "receiver_kind": "licensed",
        "receiver_name": BY_KEY[consignee].name,
        "licence_number": LICENCES[consignee],
    }
    return PlannedWaste(demo.streams[firm.key, key].id, Grams(_rounded(_yearly(stream))), method, details)


def _rounded(mass: int) -> int:
    """Up to a tenth of a tonne, as people plan."""
    step = TONNE // 10
    return max(step, -(-mass // step) * step)
