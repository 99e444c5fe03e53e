"""What happened on the way, and what may: legs, incidents, diversions, places to wait, one's own fleet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.models import CrewMember, LicenceState, Mode, Vehicle
from app.parties.licences.queries import usable_licences
from app.waste.consignments.models import ConsignmentIncident, ConsignmentLeg, Diversion, TrackPoint
from app.waste.consignments.queries.papers import Papers


@dataclass(frozen=True)
class LegView:
    """A leg with the names of what it refers to."""

    leg: ConsignmentLeg
    carrier: Organisation
    vehicle: Vehicle | None
    driver: CrewMember | None
    store: Site | None


@dataclass(frozen=True)
class DiversionView:
    """A diversion with the short names of both consignees."""

    diversion: Diversion
    from_name: str
    to_name: str


@dataclass(frozen=True)
class Way:
    """What happened to a consignment between loading and arrival, each in its order, and how well its track is known."""

    legs: tuple[LegView, ...] = ()
    incidents: tuple[ConsignmentIncident, ...] = ()
    diversions: tuple[DiversionView, ...] = ()
    point_count: int = 0
    last_point_at: datetime | None = None


def way_of(work: Work, papers: Papers) -> Way:
    """Legs, incidents, diversions and the track of papers the actor may see: one statement after the departure, and one
    more for each of the first three that there is."""
    legs = _legs(work, papers) if papers.legs else ()
    if papers.consignment.departed_at is None:
        return Way(legs)
    incident_count, diversion_count, point_count, last_point_at = _known(work, papers.consignment.id)
    return Way(
        legs,
        _incidents(work, papers) if incident_count else (),
        _diversions(work, papers) if diversion_count else (),
        point_count,
        last_point_at,
    )


def _known(work: Work, consignment_id: UUID) -> tuple[int, int, int, datetime | None]:
    def told(model: Any, what: Any) -> Any:
        return select(what).where(model.consignment_id == consignment_id).scalar_subquery()

    row = work.session.execute(
        select(
            told(ConsignmentIncident, func.count(ConsignmentIncident.id)),
            told(Diversion, func.count(Diversion.id)),
            told(TrackPoint, func.count(TrackPoint.id)),
            told(TrackPoint, func.max(TrackPoint.at)),
        )
    ).one()
    return row[0], row[1], row[2], row[3]


def _incidents(work: Work, papers: Papers) -> tuple[ConsignmentIncident, ...]:
    return tuple(
        work.session.scalars(
            select(ConsignmentIncident)
            .where(ConsignmentIncident.consignment_id == papers.consignment.id)
            .order_by(ConsignmentIncident.reported_at, ConsignmentIncident.id)
        )
    )


def _legs(work: Work, papers: Papers) -> tuple[LegView, ...]:
    rows = work.session.execute(
        select(ConsignmentLeg, Organisation, Vehicle, CrewMember, Site)
        .join(Organisation, Organisation.id == ConsignmentLeg.carrier_id)
        .outerjoin(Vehicle, Vehicle.id == ConsignmentLeg.vehicle_id)
        .outerjoin(CrewMember, CrewMember.id == ConsignmentLeg.driver_id)
        .outerjoin(Site, Site.id == ConsignmentLeg.store_site_id)
        .where(ConsignmentLeg.consignment_id == papers.consignment.id)
        .order_by(ConsignmentLeg.position)
    )
    return tuple(LegView(*row) for row in rows)


def _diversions(work: Work, papers: Papers) -> tuple[DiversionView, ...]:
    before, after = aliased(Organisation), aliased(Organisation)
    rows = work.session.execute(
        select(Diversion, before.short_name, after.short_name)
        .join(before, before.id == Diversion.from_consignee_id)
        .join(after, after.id == Diversion.to_consignee_id)
        .where(Diversion.consignment_id == papers.consignment.id)
        .order_by(Diversion.diverted_at, Diversion.id)
    )
    return tuple(DiversionView(*row) for row in rows)


@dataclass(frozen=True)
class OwnFleet:
    """Vehicles and crew of the actor's own firm that may drive today."""

    vehicles: tuple[Vehicle, ...]
    drivers: tuple[CrewMember, ...]
    escorts: tuple[CrewMember, ...]


def own_fleet(work: Work) -> OwnFleet:
    """Two statements."""
    firm = work.actor.organisation_id
    vehicles = work.session.scalars(
        select(Vehicle)
        .where(Vehicle.organisation_id == firm, Vehicle.ended_on.is_(None), Vehicle.valid_to >= work.today)
        .order_by(Vehicle.plate)
    )
    crew = work.session.scalars(
        select(CrewMember)
        .where(
            CrewMember.organisation_id == firm,
            CrewMember.ended_on.is_(None),
            CrewMember.valid_to >= work.today,
        )
        .order_by(CrewMember.name)
    ).all()
    return OwnFleet(
        tuple(vehicles),
        tuple(member for member in crew if not member.is_escort),
        tuple(member for member in crew if member.is_escort),
    )


MOST_STORES = 200


def stores_on_the_way(work: Work, papers: Papers) -> Sequence[tuple[Organisation, Site]]:
    """Places whose firm is licensed today to store all wastes of a load; two statements."""
    rows = work.session.execute(
        select(Organisation, Site)
        .join(Site, Site.organisation_id == Organisation.id)
        .where(Organisation.is_recycler, Organisation.suspended_at.is_(None))
        .order_by(Organisation.short_name, Site.name)
        .limit(MOST_STORES)
    ).all()
    scopes = usable_licences(work, {firm.id for firm, _ in rows}, work.today)
    codes = {line.waste_code for line in papers.lines}

    def stores_it(firm_id: UUID) -> bool:
        scope = scopes.get(firm_id)
        return (
            scope is not None
            and scope.licence.state is LicenceState.VALID
            and scope.licence.valid_to >= work.today
            and Mode.STORAGE in scope.modes
            and all(scope.covers(code) for code in codes)
        )

    return [(firm, site) for firm, site in rows if stores_it(firm.id)]
