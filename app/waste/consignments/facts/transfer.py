"""What the rules are asked of a transfer before it is sealed, before it departs, and before it goes elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences import rules as licence_rules
from app.parties.licences.capacity import LicenceScope, licence_in_full
from app.parties.licences.facts import terms_of
from app.parties.licences.models import LicenceKind, OperatingLicence
from app.parties.licences.rules import (
    CollectorFacts,
    LicenceFacts,
    LicenceModeFacts,
    LicenceScopeFacts,
)
from app.waste.clearances import facts as clearance_rules
from app.waste.clearances.covers import Clearances
from app.waste.clearances.facts import clearance_facts
from app.waste.clearances.looking_up import clearances_for
from app.waste.consignments import rules as consignment_rules
from app.waste.consignments.facts import road
from app.waste.consignments.facts.parts import hazardous_lines, sent_masses
from app.waste.consignments.facts.road import OnVehicle, on_vehicle
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules.manifest import (
    EndsFacts,
    LineFacts,
    ManifestFacts,
    PackageFacts,
    TimesFacts,
)
from app.waste.consignments.rules.numbers import ManifestNumberFacts, NationalNumberFacts, TripFacts

RULES: Final = {**licence_rules.RULES, **clearance_rules.RULES, **consignment_rules.RULES}


@dataclass(frozen=True)
class Transfer:
    """How the rules come out for a transfer, and the papers on file it rests on."""

    findings: tuple[RuleFinding, ...]
    scope: LicenceScope | None
    """The consignee's licence with what is used of it."""
    clearances: Clearances

    @property
    def licence(self) -> OperatingLicence | None:
        return self.scope.licence if self.scope else None


def transfer_of(
    work: Work,
    papers: Papers,
    *,
    acceptance_on: date,
    departs_on: date | None = None,
    legs: Sequence[Papers] = (),
    with_all: bool = False,
) -> Transfer:
    """Licence, contracts, crossing, manifest, carrier, vehicle and crew for a departure and an acceptance on a day.

    Two statements; three when the transfer leaves the province; one more for what else is on the vehicle, where that
    can matter: several wastes, a collection round, a waybill.

    Args:
        departs_on: the day it departs; None while that is not today: then vehicle and crew must last to the acceptance.
        legs: the papers of later carriers, each with its vehicle and crew.
        with_all: look at what else is on the vehicle whether or not it can stop anything.
    """
    c = papers.consignment
    day = departs_on or work.today
    scope = licence_in_full(work, c.consignee_id, day) if c.consignee_id and hazardous_lines(papers) else None
    found = clearances_for(
        work,
        consignor_site=papers.consignor_site,
        consignee_id=c.consignee_id,
        consignee_site=papers.consignee_site,
        carrier_ids=list(dict.fromkeys(one for one in (c.carrier_id, *_carriers(papers)) if one)),
        waste_codes=[line.waste_code for line in papers.lines],
        on=day,
    )
    facts = _clearances(papers, found, scope, day)
    if hazardous_lines(papers):
        matters = with_all or len(papers.lines) > 1 or c.round_id is not None or bool(c.waybill_number)
        on_board = on_vehicle(work, papers) if matters else []
        facts += [
            *_licence_facts(papers, scope, day, acceptance_on),
            *_manifest_facts(papers),
            *_road_facts(papers, on_board, departs_on or acceptance_on, legs),
            *road.goods_facts(papers, found),
        ]
    findings = assess(RULES, facts, on=work.today, jurisdiction=papers.jurisdictions)
    return Transfer(tuple(findings), scope, found)


def _carriers(papers: Papers) -> list[UUID]:
    return [leg.carrier_id for leg in papers.legs]


def _clearances(papers: Papers, found: Clearances, scope: LicenceScope | None, day: date) -> list[Facts]:
    c = papers.consignment
    return clearance_facts(
        found,
        c.id,
        sent_masses(papers),
        c.planned_method,
        day,
        licence=terms_of(scope.licence if scope else None),
        licensed_codes=scope.codes if scope else frozenset(),
    )


def _licence_facts(
    papers: Papers, scope: LicenceScope | None, dispatch_on: date, acceptance_on: date
) -> Iterator[Facts]:
    yield LicenceFacts(
        subject_id=papers.consignment.id,
        licence=terms_of(scope.licence if scope else None),
        dispatch_on=dispatch_on,
        acceptance_on=acceptance_on,
    )
    for line in hazardous_lines(papers):
        yield from line_licence_facts(line.id, line.waste_code, papers.consignment.planned_method, scope)


def line_licence_facts(line_id: UUID, code: str, method: str, scope: LicenceScope | None) -> Iterator[Facts]:
    """One hazardous line beside codes and ways to operate of a licence."""
    kind = scope.licence.kind if scope else UNKNOWN
    yield LicenceScopeFacts(
        subject_id=line_id, waste_code=code, licensed_codes=scope.codes if scope else frozenset()
    )
    if method:
        yield LicenceModeFacts(
            subject_id=line_id,
            planned_method=method,
            modes=scope.modes if scope else frozenset(),
            licence_kind=kind,
        )
    if kind is LicenceKind.COLLECTION:
        yield CollectorFacts(subject_id=line_id, licence_kind=kind, waste_code=code)


def _manifest_facts(papers: Papers) -> Iterator[Facts]:
    c = papers.consignment
    lines = hazardous_lines(papers)
    yield NationalNumberFacts(subject_id=c.id, national_number=c.national_number, paper_number=c.paper_number)
    yield from number_facts(papers)
    holders = {item.container.holder_id for item in papers.items} or {c.consignor_id}
    yield TripFacts(
        subject_id=c.id,
        trip_count=1,  # a consignment departs once; another trip is another consignment with a number of its own
        waste_count=len({line.waste_code for line in lines}),
        consignor_count=len(holders),
    )
    yield ManifestFacts(
        subject_id=c.id,
        carrier_name=papers.carrier.name if papers.carrier else "",
        consignee_name=papers.consignee.name if papers.consignee else "",
        waste_names=frozenset(line.waste_name for line in lines)
        if all(one.waste_name for one in lines)
        else frozenset(),
        manifest_mass=c.sent_mass or None,
        hazards=frozenset().union(*(line.hazards for line in lines))
        if all(line.hazards for line in lines)
        else frozenset(),
        emergency_measures=c.emergency_measures,
    )
    yield EndsFacts(
        subject_id=c.id,
        consignor_site=str(c.consignor_site_id),
        consignee_site=str(c.consignee_site_id or ""),
        shipper=c.shipper,
    )
    yield PackageFacts(
        subject_id=c.id,
        pack_count=c.container_count,
        scanned_count=c.loaded_count if c.loading_at is not None else UNKNOWN,
        unweighed_count=sum(not item.container.net for item in papers.items),
    )
    yield times_facts(papers)
    for line in lines:
        yield LineFacts(
            subject_id=line.id,
            label=line.waste_code,
            label_mass=Grams(
                sum(item.container.label_mass or 0 for item in papers.items if item.line is line)
            ),
            sent_mass=line.sent_mass,
        )


def number_facts(papers: Papers) -> Iterator[ManifestNumberFacts]:
    """Asked only when there is a number: the national system gives it."""
    if papers.consignment.national_number is not None:
        yield ManifestNumberFacts(
            subject_id=papers.consignment.id,
            number=papers.consignment.national_number,
            demo=papers.is_demo,
            departure_city=papers.consignor_site.city,
        )


def times_facts(papers: Papers) -> TimesFacts:
    """When the load changed hands so far."""
    c = papers.consignment
    return TimesFacts(
        subject_id=c.id,
        delivered_at=c.consignor_signed_at,
        departed_at=c.departed_at,
        arrived_at=c.arrived_at,
        accepted_at=c.closed_at if c.arrived_at else None,
        confirmed_at=c.confirmed_at,
    )


def _road_facts(
    papers: Papers, on_board: Sequence[OnVehicle], needed_on: date, legs: Sequence[Papers]
) -> Iterator[Facts]:
    if on_board:
        yield from road.vehicle_facts(papers, on_board)
    for of_leg in (papers, *legs):
        others = road.beside(papers, on_board) if of_leg is papers else road.NOTHING
        if fleet := road.fleet_facts(of_leg, needed_on, others):
            yield fleet
    yield road.carriage_facts(papers, on_board)
    if papers.consignment.loading_at is not None:
        yield road.loading_facts(papers)
    yield from road.leg_facts(papers.legs, papers.consignment.leg)


def take_over_findings(work: Work, present: Papers) -> list[RuleFinding]:
    """What the rules say when the next carrier takes the load over; no statement.

    Args:
        present: the papers as they are on its leg, the hand-over written down.
    """
    facts: list[Facts] = [*road.leg_facts(present.legs, present.consignment.leg)]
    if hazardous_lines(present) and (fleet := road.fleet_facts(present, work.today)):
        facts.append(fleet)
    return assess(RULES, facts, on=work.today, jurisdiction=present.jurisdictions)
