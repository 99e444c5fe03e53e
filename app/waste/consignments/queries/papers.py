"""The whole papers of one consignment, in a fixed number of statements."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import aliased, defer

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.accounts.models import Organisation, Park, Site
from app.parties.licences.models import CarrierPermit, CrewMember, OperatingLicence, Vehicle
from app.waste.consignments.models import (
    ConsignedContainer,
    Consignment,
    ConsignmentLeg,
    ConsignmentLine,
    Opinion,
    Signature,
    Verdict,
)
from app.waste.consignments.policy import ensure_may_read
from app.waste.consignments.queries.finding import IS_SEEN, is_named, named_in, no_such_consignment, seen_by
from app.waste.consignments.workflow import ConsignmentState, Party
from app.waste.registry.models import WasteKind
from app.waste.storage.models import Container

PUBLIC_STATES = frozenset(ConsignmentState) - {
    ConsignmentState.DRAFT,
    ConsignmentState.SUBMITTED,
    ConsignmentState.REFUSED_BY_CARRIER,
    ConsignmentState.CANCELLED,
}
"""From loading on a code travels with the load; before, nobody outside needs to know."""


@dataclass(frozen=True)
class Item:
    """One container of a consignment with its line."""

    consigned: ConsignedContainer
    container: Container
    line: ConsignmentLine

    @property
    def is_taken(self) -> bool:
        """Neither refused nor missing nor lost: what the consignee signs for."""
        return self.consigned.verdict is Verdict.OPEN


@dataclass(frozen=True)
class Papers:
    """A consignment with everything its manifest says."""

    consignment: Consignment
    consignor: Organisation
    consignor_site: Site
    park: Park | None
    consignee: Organisation | None
    consignee_site: Site | None
    consignee_park: Park | None
    licence: OperatingLicence | None
    carrier: Organisation | None
    permit: CarrierPermit | None
    vehicle: Vehicle | None
    driver: CrewMember | None
    escort: CrewMember | None
    lines: tuple[ConsignmentLine, ...]
    items: tuple[Item, ...]
    """By line, then by code; none of a line of general waste without containers."""
    legs: tuple[ConsignmentLeg, ...] = ()
    """In order; none where one carrier brings the load all the way."""
    signatures: tuple[Signature, ...] = ()

    @property
    def version(self) -> int:
        """Of the consignment; every act on any part of the papers moves it."""
        return self.consignment.version

    @property
    def containers(self) -> tuple[Container, ...]:
        return tuple(item.container for item in self.items)

    @property
    def consigned(self) -> tuple[ConsignedContainer, ...]:
        return tuple(item.consigned for item in self.items)

    @property
    def taken(self) -> tuple[Item, ...]:
        """Containers that are neither refused nor missing nor lost."""
        return tuple(item for item in self.items if item.is_taken)

    @property
    def coming_back(self) -> tuple[Item, ...]:
        """What is still in transit and belongs into the consignor's store: refused ones, and of a refused load all."""
        is_refused = self.consignment.opinion is Opinion.REJECT
        verdicts = {Verdict.REFUSED, Verdict.OPEN} if is_refused else {Verdict.REFUSED}
        return tuple(item for item in self.items if item.consigned.verdict in verdicts)

    @property
    def received_mass(self) -> Grams:
        """What the consignee weighed and didn't refuse so far."""
        return Grams(sum(item.consigned.received_mass or 0 for item in self.taken))

    @property
    def is_demo(self) -> bool:
        return self.park is not None and self.park.is_demo

    @property
    def jurisdictions(self) -> tuple[Jurisdiction, ...]:
        """Of both ends: the law of either binds a transfer."""
        ends = ((self.consignor_site, self.park), (self.consignee_site, self.consignee_park))
        return tuple(
            Jurisdiction(site.province, site.city, park.slug if park else None) for site, park in ends if site
        )

    def signature_of(self, party: Party) -> Signature | None:
        """The latest of a party that stands; of a way with several carriers that of the last one to take over."""
        return next((one for one in reversed(self.signatures) if one.party == party and one.leg > 0), None)


def papers_for(work: Work, key: UUID | str, *, lock: bool = False, with_signatures: bool = True) -> Papers:
    """The papers of a consignment the actor may know of: two statements, three with signatures.

    With `lock` the consignment's row stays locked until the transaction ends.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    column, value = named_in(key)
    is_all = work.actor.is_deployment
    told = {"key": value} if is_all else {"key": value, **seen_by(work.actor)}
    papers = _papers(work, _head_named(column, is_all=is_all, lock=lock), told, lock, with_signatures)
    if papers is None:
        raise no_such_consignment()
    return papers


def papers_by_id(work: Work, consignment_id: UUID) -> Papers:
    """The papers of a consignment for somebody who holds a link to it, whoever they are.

    Raises:
        NotFound: there is none.
    """
    papers = _papers(work, _head_named("id", is_all=True, lock=False), {"key": consignment_id}, False, True)
    if papers is None:
        raise no_such_consignment()
    return papers


def public_papers(work: Work, key: UUID | str) -> Papers | None:
    """The papers behind a scanned or typed code, whoever asks; None before loading and when withdrawn.

    The public page shows label data of it: no persons, no phones.
    """
    return _papers(work, _head(is_named(key) & Consignment.state.in_(PUBLIC_STATES)), {}, False, False)


_REST = ("lines", "items", "legs", "signatures")
_HEAD = tuple(field.name for field in fields(Papers) if field.name not in _REST)
"""What the first statement brings, in the order of its columns."""
_consignor, _consignee, _carrier = (aliased(Organisation) for _ in range(3))
_consignor_site, _consignee_site = aliased(Site), aliased(Site)
_park, _consignee_park = aliased(Park), aliased(Park)
_any_permit = aliased(CarrierPermit)
_driver, _escort = aliased(CrewMember), aliased(CrewMember)


def _head(is_wanted: ColumnElement[bool]) -> Any:
    latest_permit = (
        select(_any_permit.id)
        .where(_any_permit.organisation_id == Consignment.carrier_id)
        .order_by(_any_permit.valid_to.desc(), _any_permit.id)
        .limit(1)
        .scalar_subquery()
    )
    c = Consignment
    return (
        select(
            c,
            _consignor,
            _consignor_site,
            _park,
            _consignee,
            _consignee_site,
            _consignee_park,
            OperatingLicence,
            _carrier,
            CarrierPermit,
            Vehicle,
            _driver,
            _escort,
        )
        .join(_consignor, _consignor.id == c.consignor_id)
        .join(_consignor_site, _consignor_site.id == c.consignor_site_id)
        .outerjoin(_park, _park.id == c.park_id)
        .outerjoin(_consignee, _consignee.id == c.consignee_id)
        .outerjoin(_consignee_site, _consignee_site.id == c.consignee_site_id)
        .outerjoin(_consignee_park, _consignee_park.id == c.consignee_park_id)
        .outerjoin(OperatingLicence, OperatingLicence.id == c.licence_id)
        .outerjoin(_carrier, _carrier.id == c.carrier_id)
        .outerjoin(CarrierPermit, CarrierPermit.id == latest_permit)
        .outerjoin(Vehicle, Vehicle.id == c.vehicle_id)
        .outerjoin(_driver, _driver.id == c.driver_id)
        .outerjoin(_escort, _escort.id == c.escort_id)
        .where(is_wanted)
    )


@cache
def _head_named(column: str, *, is_all: bool, lock: bool) -> Any:
    """The head of what bears the name `:key` in a column and is seen by its reader. Built once, here and below: building
    these statements takes as long as the database over answering them."""
    is_wanted = getattr(Consignment, column) == bindparam("key")
    chosen = _head(is_wanted if is_all else is_wanted & IS_SEEN)
    return chosen.with_for_update(of=Consignment) if lock else chosen


def _papers(work: Work, head: Any, told: dict[str, Any], lock: bool, with_signatures: bool) -> Papers | None:
    row = work.session.execute(head, told).first()
    if row is None:
        return None
    consignment: Consignment = row[0]
    lines, items = content_of(work, consignment, lock=lock)
    return Papers(
        **dict(zip(_HEAD, row, strict=True)),
        lines=lines,
        items=items,
        legs=_legs(work, consignment.id) if consignment.leg_count > 1 else (),
        signatures=_signatures(work, consignment.id) if with_signatures else (),
    )


def content_of(
    work: Work, consignment: Consignment, *, lock: bool = False
) -> tuple[tuple[ConsignmentLine, ...], tuple[Item, ...]]:
    """The lines of a consignment and its containers with theirs, in one statement; containers locked in the order
    of their ids. General waste has lines alone."""
    told = {"key": consignment.id}
    if consignment.kind is WasteKind.GENERAL:
        return tuple(work.session.scalars(_LINES, told)), ()
    rows = work.session.execute(_LOCKED_ITEMS if lock else _ITEMS, told)
    items = sorted(
        (Item(*row) for row in rows), key=lambda item: (item.line.line_number, item.container.code)
    )
    return tuple(dict.fromkeys(item.line for item in items)), tuple(items)


_LINES: Final = (
    select(ConsignmentLine)
    .where(ConsignmentLine.consignment_id == bindparam("key"))
    .order_by(ConsignmentLine.line_number)
)
_ITEMS: Final = (
    select(ConsignedContainer, Container, ConsignmentLine)
    .join(Container, Container.id == ConsignedContainer.container_id)
    .join(ConsignmentLine, ConsignmentLine.id == ConsignedContainer.line_id)
    .where(ConsignedContainer.consignment_id == bindparam("key"))
    .order_by(Container.id)
)
_LOCKED_ITEMS: Final = _ITEMS.with_for_update(of=Container)
_SIGNATURES: Final = (
    select(Signature)
    .where(Signature.consignment_id == bindparam("key"))
    .order_by(Signature.signed_at)
    .options(defer(Signature.document))
)


def _legs(work: Work, consignment_id: UUID) -> tuple[ConsignmentLeg, ...]:
    chosen = select(ConsignmentLeg).where(ConsignmentLeg.consignment_id == consignment_id)
    return tuple(work.session.scalars(chosen.order_by(ConsignmentLeg.position)))


def _signatures(work: Work, consignment_id: UUID) -> tuple[Signature, ...]:
    return tuple(work.session.scalars(_SIGNATURES, {"key": consignment_id}))
