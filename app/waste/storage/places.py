"""The real places of the mass ledger by name: whose books are read, and what to call each place in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.waste.registry.policy import sites_seen
from app.waste.registry.queries import Books
from app.waste.storage.models import Facility, Zone


@dataclass(frozen=True)
class SitePlace:
    """A site, where mass lies unplaced."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str


@dataclass(frozen=True)
class ZonePlace:
    """A zone, where mass lies stored."""

    code: str
    name: str
    facility_id: UUID
    facility_code: str
    facility_name: str
    site_id: UUID


@dataclass(frozen=True)
class StockPlaces:
    """Sites and zones an actor may read the ledger of, by id."""

    sites: Mapping[UUID, SitePlace]
    zones: Mapping[UUID, ZonePlace]
    capacities: Mapping[UUID, int]
    """Grams each facility in use may hold."""

    @cached_property
    def books(self) -> Books:
        """These places as the ledger knows them."""
        sites = frozenset(self.sites)
        return Books(sites, sites | frozenset(self.zones))

    @property
    def capacity(self) -> int:
        """Grams all facilities together may hold."""
        return sum(self.capacities.values())

    def facility_of(self, place_id: UUID) -> str:
        """Name of the facility a zone lies in; empty for a place that is in none."""
        zone = self.zones.get(place_id)
        return zone.facility_name if zone else ""

    @property
    def organisations(self) -> dict[UUID, str]:
        """Whose sites these are."""
        return {site.organisation_id: site.organisation_name for site in self.sites.values()}


def stock_places(
    work: Work, *, organisation_id: UUID | None = None, site_id: UUID | None = None
) -> StockPlaces:
    """Sites and zones the actor may see, ended zones too, since postings name them; one statement."""
    chosen = (
        select(Site, Organisation.short_name, Facility, Zone)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .outerjoin(Facility, Facility.site_id == Site.id)
        .outerjoin(Zone, Zone.facility_id == Facility.id)
        .where(sites_seen(work.actor))
        .order_by(Organisation.short_name, Site.name, Site.id)
    )
    if organisation_id is not None:
        chosen = chosen.where(Site.organisation_id == organisation_id)
    if site_id is not None:
        chosen = chosen.where(Site.id == site_id)
    sites: dict[UUID, SitePlace] = {}
    zones: dict[UUID, ZonePlace] = {}
    capacities: dict[UUID, int] = {}
    for site, owner, facility, zone in work.session.execute(chosen):
        sites[site.id] = SitePlace(site.id, site.name, site.organisation_id, owner)
        if facility is not None and facility.ended_at is None:
            capacities[facility.id] = facility.capacity
        if zone is not None:
            zones[zone.id] = ZonePlace(
                zone.code, zone.name, facility.id, facility.code, facility.name, site.id
            )
    return StockPlaces(sites, zones, capacities)
