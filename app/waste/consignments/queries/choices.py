"""What a new consignment may be made of: containers in store, recyclers with their licences, carriers' fleets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.capacity import LicenceScope
from app.parties.licences.queries import Fleet, fleets, usable_licences
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry.batches import STOCK
from app.waste.registry.models import Balance, WasteBatch, WasteKind, WasteStream
from app.waste.storage.models import Container, ContainerState, Facility, Zone

MAX_CHOICES: Final = 200


@dataclass(frozen=True)
class InStore:
    """A weighed container in store."""

    container: Container
    stream: WasteStream
    zone: Zone
    facility: Facility

    @property
    def is_labelled(self) -> bool:
        """Its label bears its present weight."""
        return self.container.label_mass == self.container.net


@dataclass(frozen=True)
class Taker:
    """A place of a firm that takes waste, with the licence it does that under."""

    organisation: Organisation
    site: Site
    scope: LicenceScope | None


@dataclass(frozen=True)
class Choices:
    containers: Sequence[InStore]
    takers: Sequence[Taker]
    fleets: Sequence[Fleet]


def choices_for_draft(work: Work) -> Choices:
    """Everything the form of a draft offers, in nine statements.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
    """
    return Choices(containers_in_store(work), takers(work), fleets(work))


def containers_in_store(work: Work) -> Sequence[InStore]:
    """The firm's weighed containers in store, longest stored first."""
    rows = work.session.execute(
        select(Container, WasteStream, Zone, Facility)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .join(Zone, Zone.id == Container.zone_id)
        .join(Facility, Facility.id == Zone.facility_id)
        .where(
            Container.holder_id == work.actor.organisation_id,
            Container.state.in_([ContainerState.STORED, ContainerState.STORED_AT_CONSIGNEE]),
            Container.net.is_not(None),
        )
        .order_by(Container.stored_at, Container.id)
        .limit(MAX_CHOICES)
    )
    return [InStore(*row) for row in rows]


@dataclass(frozen=True)
class GeneralStock:
    """A general waste of the firm with what lies in its batches, oldest first."""

    stream: WasteStream
    site: Site
    batches: tuple[tuple[WasteBatch, Grams], ...]

    @property
    def mass(self) -> Grams:
        return Grams(sum(mass for _, mass in self.batches))


def general_stock(work: Work) -> Sequence[GeneralStock]:
    """The firm's general wastes in use, those that lie there first; one statement."""
    rows = work.session.execute(
        select(WasteStream, Site, WasteBatch, Balance.mass)
        .join(Site, Site.id == WasteStream.site_id)
        .outerjoin(WasteBatch, WasteBatch.stream_id == WasteStream.id)
        .outerjoin(
            Balance,
            and_(Balance.container_id == WasteBatch.id, Balance.place_kind.in_(STOCK), Balance.mass > 0),
        )
        .where(
            WasteStream.organisation_id == work.actor.organisation_id,
            WasteStream.kind == WasteKind.GENERAL,
            WasteStream.ended_at.is_(None),
        )
        .order_by(WasteStream.waste_code, WasteStream.id, WasteBatch.opened_on, WasteBatch.code)
    )
    held: dict[UUID, tuple[WasteStream, Site, list[tuple[WasteBatch, Grams]]]] = {}
    for stream, site, batch, mass in rows:
        batches = held.setdefault(stream.id, (stream, site, []))[2]
        if batch is not None and mass:
            batches.append((batch, Grams(int(mass))))
    found = [GeneralStock(stream, site, tuple(batches)) for stream, site, batches in held.values()]
    return sorted(found, key=lambda one: not one.mass)


def takers(work: Work) -> Sequence[Taker]:
    """Other firms' places that take waste, each with the licence usable today, or the nearest to it."""
    rows = work.session.execute(
        select(Organisation, Site)
        .join(Site, Site.organisation_id == Organisation.id)
        .where(
            Organisation.is_recycler,
            Organisation.suspended_at.is_(None),
            Organisation.id != work.actor.organisation_id,
        )
        .order_by(Organisation.short_name, Site.name)
        .limit(MAX_CHOICES)
    ).all()
    scopes = usable_licences(work, {firm.id for firm, _ in rows}, work.today)
    return [Taker(firm, site, scopes.get(firm.id)) for firm, site in rows]


def last_number_sent(work: Work) -> str | None:
    """The number of the consignment that the actor's firm started last, as a template for the next; one statement."""
    return work.session.scalar(
        select(Consignment.number)
        .where(
            Consignment.consignor_id == work.actor.organisation_id,
            Consignment.state != ConsignmentState.CANCELLED,
        )
        .order_by(Consignment.id.desc())
        .limit(1)
    )
