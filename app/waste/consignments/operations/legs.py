"""Several carriers one after the other: what a draft plans of them, and what they lack (HWTM 17)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from app.foundation.core.errors import FieldProblem
from app.foundation.core.ids import new_id
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.trace.recording import Thing
from app.parties.accounts.models import Organisation
from app.parties.licences.models import CarrierPermit, CrewMember, Vehicle
from app.waste.consignments.commands import LegPlan
from app.waste.consignments.models import Consignment, ConsignmentLeg
from app.waste.consignments.queries import Papers

MAX_LEGS: Final = 5
"""Later carriers of one consignment."""


def forget_legs(work: Work, consignment: Consignment) -> list[Thing]:
    """Delete the legs of a draft; gives what is gone, for the event."""
    gone = delete(ConsignmentLeg).where(ConsignmentLeg.consignment_id == consignment.id)
    return sorted(
        (ConsignmentLeg.trace_kind, key) for key in work.session.scalars(gone.returning(ConsignmentLeg.id))
    )


def count_legs(consignment: Consignment, plans: Sequence[LegPlan]) -> None:
    """The draft itself says how many legs there are, and who is next."""
    consignment.leg, consignment.leg_count = 1, 1 + len(plans)
    consignment.next_carrier_id = plans[0].carrier_id if plans else None


def plan_legs(work: Work, consignment: Consignment, plans: Sequence[LegPlan]) -> list[ConsignmentLeg]:
    """Write the legs of a draft that has none; gives them. The caller has checked the plans with `leg_problems`."""
    if not plans:
        return []
    first = LegPlan(
        carrier_id=consignment.carrier_id or plans[0].carrier_id,
        vehicle_id=consignment.vehicle_id,
        driver_id=consignment.driver_id,
        escort_id=consignment.escort_id,
    )
    legs = [_leg(consignment, at, plan) for at, plan in enumerate([first, *plans], start=1)]
    work.session.add_all(legs)
    return legs


def _leg(consignment: Consignment, position: int, plan: LegPlan) -> ConsignmentLeg:
    return ConsignmentLeg(
        id=new_id(),
        consignment_id=consignment.id,
        position=position,
        carrier_id=plan.carrier_id,
        vehicle_id=plan.vehicle_id,
        driver_id=plan.driver_id,
        escort_id=plan.escort_id,
        place=plan.place.strip(),
        planned_at=plan.planned_at,
        store_site_id=None,
        stored_at=None,
        store_until=None,
        taken_over_at=None,
        verified=[],
    )


def leg_problems(work: Work, carrier_id: UUID | None, plans: Sequence[LegPlan]) -> Iterable[FieldProblem]:
    """Carriers that are none, and vehicles and crew of somebody else; no statement without legs, else three."""
    if not plans:
        return
    if carrier_id is None:
        yield FieldProblem("#/carrier_id", say("有接续承运时，请先选择第一个承运人"))
    carriers = set(
        work.session.scalars(
            select(Organisation.id).where(
                Organisation.id.in_({plan.carrier_id for plan in plans}), Organisation.is_carrier
            )
        )
    )
    owners = owners_of(work, plans)
    for at, plan in enumerate(plans):
        if plan.carrier_id not in carriers:
            yield FieldProblem(f"#/legs/{at}/carrier_id", say("没有这家承运单位"))
        for name, problem in alien(owners, plan):
            yield FieldProblem(f"#/legs/{at}/{name}", problem)


_Owners = dict[UUID, tuple[UUID, bool | None]]
"""Whose a vehicle or person is, and of persons whether they escort."""


def owners_of(work: Work, plans: Sequence[LegPlan]) -> _Owners:
    """Whose the vehicles and people of some legs are; two statements."""
    vehicles = {plan.vehicle_id for plan in plans} - {None}
    people = {one for plan in plans for one in (plan.driver_id, plan.escort_id)} - {None}
    rows = work.session.execute(select(Vehicle.id, Vehicle.organisation_id).where(Vehicle.id.in_(vehicles)))
    found: _Owners = {row.id: (row.organisation_id, None) for row in rows}
    crew = work.session.execute(
        select(CrewMember.id, CrewMember.organisation_id, CrewMember.is_escort).where(
            CrewMember.id.in_(people)
        )
    )
    return found | {row.id: (row.organisation_id, row.is_escort) for row in crew}


def alien(owners: _Owners, plan: LegPlan) -> Iterable[tuple[str, Text]]:
    """Column and sentence of what is not its carrier's, or not fit for its post."""
    for name, is_escort in (("vehicle_id", None), ("driver_id", False), ("escort_id", True)):
        key = getattr(plan, name)
        owner, role = owners.get(key, (None, None)) if key else (plan.carrier_id, is_escort)
        if owner != plan.carrier_id:
            vehicle, person = say("这辆车不属于所选承运单位"), say("此人不属于所选承运单位")
            yield name, vehicle if is_escort is None else person
        elif role != is_escort:
            yield name, say("此人没有这个岗位的从业资格")


def unplanned_legs(papers: Papers) -> Iterable[FieldProblem]:
    """What the plan of later legs doesn't say yet; whether their vehicles and crews may drive is for the rules."""
    words: dict[str, Text] = {
        "vehicle_id": say("请选择接续承运的车辆"),
        "driver_id": say("请选择接续承运的驾驶员"),
        "place": say("请填写交接地点"),
        "planned_at": say("请填写计划交接时间"),
    }
    for leg in papers.legs[1:]:
        for name, text in words.items():
            if not getattr(leg, name):
                yield FieldProblem(f"#/legs/{leg.position - 2}/{name}", text)


def papers_of_legs(work: Work, papers: Papers) -> list[Papers]:
    """The papers as they are on each leg, in order: with its carrier, permit, vehicle and crew. One statement."""
    if not papers.legs:
        return []
    driver, escort, permit = aliased(CrewMember), aliased(CrewMember), aliased(CarrierPermit)
    latest = (
        select(permit.id)
        .where(permit.organisation_id == ConsignmentLeg.carrier_id)
        .order_by(permit.valid_to.desc(), permit.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(Organisation, CarrierPermit, Vehicle, driver, escort)
        .select_from(ConsignmentLeg)
        .join(Organisation, Organisation.id == ConsignmentLeg.carrier_id)
        .outerjoin(CarrierPermit, CarrierPermit.id == latest)
        .outerjoin(Vehicle, Vehicle.id == ConsignmentLeg.vehicle_id)
        .outerjoin(driver, driver.id == ConsignmentLeg.driver_id)
        .outerjoin(escort, escort.id == ConsignmentLeg.escort_id)
        .where(ConsignmentLeg.consignment_id == papers.consignment.id)
        .order_by(ConsignmentLeg.position)
    )
    return [
        replace(papers, carrier=row[0], permit=row[1], vehicle=row[2], driver=row[3], escort=row[4])
        for row in rows
    ]
