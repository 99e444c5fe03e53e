"""The park of `world.py` with a second carrier, a second recycler with a store, and everything done on the road."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.parties.accounts.models import Organisation, Park
from app.parties.accounts.permissions import Role
from app.parties.licences import operations as licensing
from app.parties.licences.commands import RegisterCarrierPermit, RegisterCrewMember, RegisterVehicle
from app.waste.consignments.commands.road import (
    CloseConsignment,
    CloseIncident,
    DivertConsignment,
    LegPlan,
    RefuseToCarry,
    ReopenConsignment,
    ReportIncident,
    ResumeTransport,
    SettleIncident,
    StoreOnTheWay,
    TakeOver,
    Verified,
)
from app.waste.consignments.models import Consignment, IncidentKind
from app.waste.consignments.operations import closing, diversion, incidents, refusal, stops, takeover
from app.waste.registry.models import Balance, PlaceKind, Posting
from tests.integration.waste.consignments.world import (
    TODAY,
    World,
    _firm,
    _person,
    _site,
    a_licence,
    contract,
)

SECOND_CARRIER, OTHER_RECYCLER = "91330100MA2DEMK0X2", "91330100MA2DEMK0Y3"
ALL = frozenset(Verified)

ACTS: dict[str, tuple[Any, type, dict[str, Any]]] = {
    "refuses to carry": (refusal.refuse_to_carry, RefuseToCarry, {"reason": "标签与联单不一致"}),
    "reopens": (refusal.reopen_consignment, ReopenConsignment, {}),
    "takes over": (takeover.take_over, TakeOver, {"verified": ALL}),
    "stores on the way": (stops.store_on_the_way, StoreOnTheWay, {"reason": "夜间禁行", "until_on": TODAY}),
    "goes on": (stops.resume_transport, ResumeTransport, {}),
    "reports an incident": (
        incidents.report_incident,
        ReportIncident,
        {"kind": IncidentKind.LEAK, "place": "绕城高速 K31", "description": "一桶侧翻，已围堵"},
    ),
    "settles": (incidents.settle_incident, SettleIncident, {}),
    "closes the incident": (incidents.close_incident, CloseIncident, {}),
    "diverts": (diversion.divert_consignment, DivertConsignment, {"due_on": TODAY, "reason": "接受人停产"}),
    "closes": (closing.close_consignment, CloseConsignment, {}),
}
"""What people do, by the words of the scenarios, with what they write where nothing else is said."""


@dataclass
class Road:
    """Somebody for every part, and the acts by name."""

    world: World
    next_carrier: Actor
    other_consignee: Actor
    other_site_id: UUID
    leg: LegPlan

    def actor(self, who: str) -> Actor:
        ours = {"next_carrier": self.next_carrier, "other_consignee": self.other_consignee}
        return ours.get(who) or getattr(self.world, {"park": "operator"}.get(who, who))

    def act(self, trip: Consignment, who: str, act: str, **values: Any) -> Consignment:
        operation, command, usual = ACTS[act]
        if act == "stores on the way":
            values = {"site_id": self.other_site_id} | values
        if act == "diverts":
            values = {
                "consignee_id": self.other_consignee.organisation_id,
                "consignee_site_id": self.other_site_id,
            } | values
        return self.world.do(self.actor(who), operation, trip, command, **usual | values)

    def masses(self, trip: Consignment) -> dict[str, int]:
        """Where the grams are that were ever generated: on the balances, and where none is kept any more."""
        w = self.world
        places = {
            "in the zone": w.zone_id,
            "in transit": trip.id,
            "at the consignor's": w.site_id,
            "at the consignee's": w.consignee_site_id,
            "at the other's": self.other_site_id,
        }
        with w.seeing(w.operator) as work:
            held = {name: _balance(work, place) for name, place in places.items()}
            held["lost"] = _gone(work, PlaceKind.LOSS)
            held["difference"] = _gone(work, PlaceKind.WEIGHING_DIFFERENCE)
        return {name: mass for name, mass in held.items() if mass}


def _balance(work: Work, place: UUID) -> int:
    chosen = select(func.coalesce(func.sum(Balance.mass), 0)).where(Balance.place_id == place)
    return int(work.session.scalar(chosen) or 0)


def _gone(work: Work, kind: PlaceKind) -> int:
    into, out = (
        select(func.coalesce(func.sum(Posting.mass), 0)).where(end == kind).scalar_subquery()
        for end in (Posting.to_kind, Posting.from_kind)
    )
    return int(work.session.scalar(select(into - out)) or 0)


def tomorrow() -> date:
    """By the real clock, which requests over HTTP go by."""
    return datetime.now(UTC).date() + timedelta(days=1)


def on_the_road(world: World) -> Road:
    """Add the firms that only the road needs."""
    until = date(2027, 8, 31)
    with world.doing(Actor.system()) as work:
        park = work.session.get_one(Park, world.park_id)
        carrier = _firm(work, SECOND_CARRIER, "远捷危货物流", is_carrier=True)
        recycler = _firm(work, OTHER_RECYCLER, "净源环保", is_recycler=True)
        site = _site(work, recycler, park)
        licensing.register_licence(work, a_licence(recycler.id, number="演危许 2025-007"))
        vehicle_id, driver_id, escort_id = _fleet(work, carrier, until)
        producer = work.session.get_one(Organisation, world.consignor.organisation_id)
        for partner in (carrier, recycler):
            contract(work, producer, partner, park)
        return Road(
            world,
            next_carrier=_person(work, Role.DRIVER, park, carrier, "沈远"),
            other_consignee=_person(work, Role.RECYCLER, park, recycler, "顾净"),
            other_site_id=site.id,
            leg=LegPlan(
                carrier_id=carrier.id,
                vehicle_id=vehicle_id,
                driver_id=driver_id,
                escort_id=escort_id,
                place="绕城东服务区",
                planned_at=world.now + timedelta(hours=6),
            ),
        )


def _fleet(work: Work, carrier: Organisation, until: date) -> tuple[UUID, UUID, UUID]:
    licensing.register_carrier_permit(
        work, RegisterCarrierPermit(carrier.id, "演交危运 0000124", ("3", "8", "危险废物"), until)
    )
    vehicle = licensing.register_vehicle(
        work, RegisterVehicle(carrier.id, "演A·D0713", "厢式货车", Grams(4_500_000), until)
    )
    driver = licensing.register_crew_member(
        work, RegisterCrewMember(carrier.id, "沈远", "000-0000-2202", "演驾 0002", until)
    )
    escort = licensing.register_crew_member(
        work, RegisterCrewMember(carrier.id, "何护", "000-0000-2203", "演押 0002", until, is_escort=True)
    )
    return vehicle.id, driver.id, escort.id
