"""Facts on carriage: vehicle, crew, papers, and what else is on the vehicle."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from sqlalchemy import or_, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.foundation.rulebook.retention import file_kept_until
from app.waste.clearances.covers import Clearances
from app.waste.clearances.models import ContractKind
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.models import Consignment, ConsignmentLeg, ConsignmentLine
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules.manifest import LineFacts, Loaded, VehicleLoadFacts
from app.waste.consignments.rules.road import (
    CarriagePapersFacts,
    FleetFacts,
    GoodsFacts,
    KeptPapersFacts,
    LegFacts,
    LoadingFacts,
    OverlapFacts,
)
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry.models import WasteStream
from app.waste.storage.compatibility import WasteNature, groups_of
from app.waste.storage.models import ContainerState

S = ConsignmentState
ON_THE_VEHICLE = (S.SUBMITTED, S.LOADING, S.IN_TRANSIT, S.TEMPORARILY_STORED, S.INCIDENT, S.DIVERTED)
"""States in which a consignment is on its vehicle, or is about to be."""

NOTHING = Grams(0)
HELD_AS = "hw_manifest"
"""The record of domain-rules 16.3 that the rows of a consignment are."""


class Certified(Protocol):
    """A permit, a vehicle or a person with a certificate."""

    valid_from: date | None
    valid_to: date
    ended_on: date | None


@dataclass(frozen=True)
class OnVehicle:
    """A waste of this consignment, or of another with the same vehicle or waybill."""

    consignment: Consignment
    line: ConsignmentLine
    stream: WasteStream


def on_vehicle(work: Work, papers: Papers) -> list[OnVehicle]:
    """The wastes of a consignment and of all others that its vehicle has or is about to have; one statement."""
    c = papers.consignment
    same = [Consignment.id == c.id]
    if c.vehicle_id is not None:
        same.append((Consignment.vehicle_id == c.vehicle_id) & Consignment.state.in_(ON_THE_VEHICLE))
    if c.waybill_number:
        same.append(
            (Consignment.waybill_number == c.waybill_number) & (Consignment.carrier_id == c.carrier_id)
        )
    rows = work.session.execute(
        select(Consignment, ConsignmentLine, WasteStream)
        .join(ConsignmentLine, ConsignmentLine.consignment_id == Consignment.id)
        .join(WasteStream, WasteStream.id == ConsignmentLine.stream_id)
        .where(or_(*same))
        .order_by(Consignment.id, ConsignmentLine.line_number)
    )
    return [OnVehicle(*row) for row in rows]


def vehicle_facts(papers: Papers, on_board: Sequence[OnVehicle]) -> Iterator[Facts]:
    """Compatibility, other manifests of the vehicle and the trips of its waybill."""
    c = papers.consignment
    together = [one for one in on_board if _is_together(one.consignment, c)]
    yield VehicleLoadFacts(subject_id=c.id, load=tuple(_loaded(one, c) for one in together))
    apart = {
        one.consignment.number
        for one in on_board
        if not _is_together(one.consignment, c) and _is_at_the_same_time(one.consignment, c)
    }
    yield OverlapFacts(subject_id=c.id, overlapping=tuple(sorted(apart)))
    for line in (one for one in on_board if one.consignment.id == c.id):
        yield LineFacts(
            subject_id=line.line.id,
            label=line.line.waste_code,
            waste_code=line.line.waste_code,
            category=line.stream.category,
        )


def _is_together(one: Consignment, other: Consignment) -> bool:
    """The same consignment, or a stop of the same round that is on the vehicle or is to be."""
    in_round = other.round_id is not None and one.round_id == other.round_id
    return one.id == other.id or (in_round and one.state in ON_THE_VEHICLE)


def _is_at_the_same_time(one: Consignment, other: Consignment) -> bool:
    """On the vehicle now, or planned for the same days."""
    is_same_vehicle = one.vehicle_id == other.vehicle_id and one.state in ON_THE_VEHICLE
    is_planned = one.due_on is not None and one.due_on == other.due_on
    return is_same_vehicle and (one.departed_at is not None or is_planned)


def _loaded(one: OnVehicle, own: Consignment) -> Loaded:
    line = one.line
    nature = WasteNature(
        line.waste_code, line.form or UNKNOWN, frozenset(line.hazards), one.stream.properties or {}
    )
    other = "" if one.consignment.id == own.id else f"（{one.consignment.number}）"
    return Loaded(f"{line.waste_name}{other}", str(line.stream_id), groups_of(nature))


def beside(papers: Papers, on_board: Sequence[OnVehicle]) -> Grams:
    """What other stops of its round weigh (g)."""
    c = papers.consignment
    others = {
        one.consignment.id: one.consignment.sent_mass
        for one in on_board
        if one.consignment.id != c.id and _is_together(one.consignment, c)
    }
    return Grams(sum(others.values()))


def fleet_facts(papers: Papers, needed_on: date, others: Grams = NOTHING) -> FleetFacts | None:
    """Carrier, vehicle and crew of the papers on a day; None while vehicle or driver is not chosen.

    Args:
        others: what else is on the vehicle (g).
    """
    permit, vehicle = papers.permit, papers.vehicle
    if vehicle is None or papers.driver is None:
        return None
    holds = permit is not None and (permit.suspended_from is None or permit.suspended_from > needed_on)
    goods: Maybe[frozenset[str]] = UNKNOWN
    classes = [line.dangerous_goods.get("goods_class", "") for line in hazardous_lines(papers)]
    if classes and all(classes):
        goods = frozenset(classes)
    return FleetFacts(
        subject_id=papers.consignment.id,
        needed_on=needed_on,
        permit_to=_last_day(permit, needed_on) if holds else None,
        vehicle_permit_to=_last_day(vehicle, needed_on),
        driver_certificate_to=_last_day(papers.driver, needed_on),
        escort_certificate_to=_last_day(papers.escort, needed_on),
        carrier_scope=frozenset(permit.classes) if permit else frozenset(),
        goods_classes=goods,
        net_load=Grams(papers.consignment.sent_mass + others),
        approved_load=vehicle.approved_load,
    )


def _last_day(paper: Certified | None, on: date) -> date | None:
    """None where it is missing, withdrawn, or not in force yet."""
    if paper is None or paper.ended_on is not None:
        return None
    return None if paper.valid_from is not None and paper.valid_from > on else paper.valid_to


def carriage_facts(papers: Papers, on_board: Sequence[OnVehicle]) -> CarriagePapersFacts:
    """The papers on the vehicle and the carrier's part of the manifest. Before the submission nobody can have written a
    waybill; from then on one that isn't there is missing."""
    c = papers.consignment
    goal = papers.consignee_site
    trips = {one.consignment.round_id or one.consignment.id for one in on_board if _shares_waybill(one, c)}
    return CarriagePapersFacts(
        subject_id=c.id,
        manifest_number=c.national_number or c.paper_number,
        waybill_number=c.waybill_number if _is_written(c) else UNKNOWN,
        waybill_trips=max(len(trips), 1) if c.waybill_number else UNKNOWN,
        carrier_name=papers.carrier.name if papers.carrier else "",
        operating_permit=papers.permit.number if papers.permit else "",
        transport_means=papers.vehicle.plate if papers.vehicle else "",
        start_place=papers.consignor_site.address,
        end_place=goal.address if goal else "",
    )


def kept_facts(papers: Papers, departed_on: date) -> KeptPapersFacts:
    """How long waybill and consignor's list are kept: as rows of the consignment, which nothing deletes before their
    time. A list that nobody made isn't there; a waybill that isn't there is no matter of keeping."""
    c = papers.consignment
    kept = file_kept_until(HELD_AS, departed_on)
    has_list = all(line.dangerous_goods for line in hazardous_lines(papers))
    return KeptPapersFacts(
        subject_id=c.id,
        departs_on=departed_on,
        waybill_kept_until=kept if c.waybill_number else UNKNOWN,
        list_kept_until=kept if has_list else None,
    )


def _shares_waybill(one: OnVehicle, own: Consignment) -> bool:
    return one.consignment.id == own.id or one.consignment.waybill_number == own.waybill_number != ""


def _is_written(c: Consignment) -> bool:
    """Whether somebody wrote a waybill, or could have by now."""
    return bool(c.waybill_number) or c.submitted_at is not None


def goods_facts(papers: Papers, found: Clearances) -> Iterator[GoodsFacts]:
    """Each hazardous line as dangerous goods; what nobody could enter yet is not known."""
    c = papers.consignment
    nothing = "" if c.submitted_at is not None else UNKNOWN
    for line in hazardous_lines(papers):
        goods = line.dangerous_goods
        yield GoodsFacts(
            subject_id=line.id,
            un_number=goods.get("un_number", nothing),
            shipping_name=goods.get("shipping_name", nothing),
            goods_class=goods.get("goods_class", nothing),
            packing_group=goods.get("packing_group", nothing),
            package_kind=line.package,
            package_count=line.container_count,
            goods_mass=line.sent_mass,
            consignor_name=papers.consignor.name,
            consignee_name=papers.consignee.name if papers.consignee else "",
            emergency_phone=papers.consignor.emergency_phone,
            transport_contract=_carries_by_contract(found, c.carrier_id),
        )


def _carries_by_contract(found: Clearances, carrier_id: UUID | None) -> bool:
    if carrier_id is not None and found.contract_with(carrier_id) is not None:
        return True
    with_consignee = found.contract_with(found.consignee_id) if found.consignee_id else None
    return with_consignee is not None and with_consignee.contract.kind is ContractKind.BOTH


def loading_facts(papers: Papers) -> LoadingFacts:
    """Labels beside the manifest, as the scan at loading found them."""
    wrong = sum(
        item.container.waste_code != item.line.waste_code
        or set(item.container.hazards) != set(item.line.hazards)
        or item.container.label_mass != item.consigned.sent_mass
        for item in papers.items
    )
    damaged = sum(item.container.state is ContainerState.DAMAGED for item in papers.items)
    return LoadingFacts(subject_id=papers.consignment.id, mismatched_labels=wrong, damaged_packages=damaged)


def leg_facts(legs: Iterable[ConsignmentLeg], leg: int) -> Iterator[LegFacts]:
    """Hand-overs from one carrier to another that took place, up to a leg; who goes on out of a store hands nothing
    over."""
    ordered = sorted(legs, key=lambda one: one.position)
    for before, one in pairwise(ordered):
        if one.position <= leg and one.carrier_id != before.carrier_id:
            yield LegFacts(
                subject_id=one.id,
                position=one.position,
                handed_over_at=one.taken_over_at,
                handover_place=one.place,
                verified=frozenset(one.verified),
            )
