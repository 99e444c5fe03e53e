"""What a firm is licensed for, what is left of the year, and what carriers drive with."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, case, func, select

from app.foundation.catalogue.codes import category_of
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.parties.licences.models import (
    CarrierPermit,
    CrewMember,
    LicenceLine,
    LicenceState,
    LicenceUse,
    OperatingLicence,
    Vehicle,
)
from app.parties.licences.policy import ensure_may_read


@dataclass(frozen=True)
class LicenceScope:
    """A licence with its lines and what receipts used of it in one calendar year (g)."""

    licence: OperatingLicence
    lines: tuple[LicenceLine, ...]
    year: int
    used: Grams

    @property
    def left(self) -> Grams:
        """What the yearly scale leaves; below zero when it is exceeded."""
        return Grams(self.licence.yearly_scale - self.used)

    @property
    def codes(self) -> frozenset[str]:
        """`HW08` for a whole category, `900-249-08` for one code alone."""
        return frozenset(line.waste_code or line.category for line in self.lines)

    def covers(self, waste_code: str) -> bool:
        """Whether the code or its whole category is licensed (HWLM 10)."""
        return not self.codes.isdisjoint({waste_code, category_of(waste_code)})


def usable_licence(work: Work, organisation_id: UUID, on: date) -> LicenceScope | None:
    """The licence a firm takes waste under on a day, in three statements.

    A valid one in force on that day; if there is none, the one that comes nearest, so that a rule can
    say what is wrong with it. None: the firm has no licence at all.
    """
    licence = work.session.scalar(
        _by_usability(on).where(OperatingLicence.organisation_id == organisation_id)
    )
    return _scopes(work, [licence], on.year)[0] if licence else None


def usable_licences(work: Work, organisation_ids: Collection[UUID], on: date) -> dict[UUID, LicenceScope]:
    """`usable_licence` of many firms at once, in three statements; firms without any licence are left out."""
    best: dict[UUID, OperatingLicence] = {}
    for licence in work.session.scalars(
        _by_usability(on).where(OperatingLicence.organisation_id.in_(organisation_ids))
    ):
        best.setdefault(licence.organisation_id, licence)
    return {scope.licence.organisation_id: scope for scope in _scopes(work, list(best.values()), on.year)}


def _by_usability(on: date) -> Select[OperatingLicence]:
    usable = (
        (OperatingLicence.state == LicenceState.VALID)
        & (OperatingLicence.valid_from <= on)
        & (OperatingLicence.valid_to >= on)
    )
    return select(OperatingLicence).order_by(
        case((usable, 0), else_=1), OperatingLicence.valid_to.desc(), OperatingLicence.id
    )


def licences(work: Work, organisation_id: UUID | None = None) -> Sequence[LicenceScope]:
    """All licences, or those of one firm, latest end first, with what is used of this year, in three statements.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
    """
    ensure_may_read(work.actor)
    chosen = select(OperatingLicence).order_by(OperatingLicence.valid_to.desc(), OperatingLicence.id)
    if organisation_id is not None:
        chosen = chosen.where(OperatingLicence.organisation_id == organisation_id)
    return _scopes(work, work.session.scalars(chosen).all(), work.today.year)


def licence_for(work: Work, licence_id: UUID) -> LicenceScope:
    """One licence with its lines and this year's use.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
        NotFound: no such licence.
    """
    ensure_may_read(work.actor)
    licence = work.session.get(OperatingLicence, licence_id)
    if licence is None:
        raise NotFound(say("没有这张经营许可证"))
    return _scopes(work, [licence], work.today.year)[0]


def _scopes(work: Work, chosen: Sequence[OperatingLicence], year: int) -> list[LicenceScope]:
    ids = [licence.id for licence in chosen]
    lines: defaultdict[UUID, list[LicenceLine]] = defaultdict(list)
    for line in work.session.scalars(
        select(LicenceLine)
        .where(LicenceLine.licence_id.in_(ids))
        .order_by(LicenceLine.category, LicenceLine.waste_code)
    ):
        lines[line.licence_id].append(line)
    used = used_masses(work, ids, year)
    return [LicenceScope(one, tuple(lines[one.id]), year, used.get(one.id, Grams(0))) for one in chosen]


def used_masses(work: Work, licence_ids: Collection[UUID], year: int) -> dict[UUID, Grams]:
    """What receipts used of each licence in a calendar year (g)."""
    rows = work.session.execute(
        select(LicenceUse.licence_id, func.sum(LicenceUse.mass))
        .where(LicenceUse.licence_id.in_(licence_ids), LicenceUse.year == year)
        .group_by(LicenceUse.licence_id)
    )
    return {licence_id: Grams(int(mass)) for licence_id, mass in rows}


@dataclass(frozen=True)
class Fleet:
    """What a carrier drives with."""

    carrier: Organisation
    permit: CarrierPermit | None
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[CrewMember, ...]
    escorts: tuple[CrewMember, ...]


def fleets(work: Work, carrier_id: UUID | None = None) -> Sequence[Fleet]:
    """All carriers, or one, each with its latest permit, vehicles and crew, in four statements.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
    """
    ensure_may_read(work.actor)
    chosen = select(Organisation).where(Organisation.is_carrier).order_by(Organisation.short_name)
    if carrier_id is not None:
        chosen = chosen.where(Organisation.id == carrier_id)
    carriers = work.session.scalars(chosen).all()
    ids = [carrier.id for carrier in carriers]
    permits = {permit.organisation_id: permit for permit in work.session.scalars(_permits(ids))}
    driven: defaultdict[UUID, list[Vehicle]] = defaultdict(list)
    for vehicle in vehicles(work, ids):
        driven[vehicle.organisation_id].append(vehicle)
    crews: defaultdict[tuple[UUID, bool], list[CrewMember]] = defaultdict(list)
    for member in work.session.scalars(
        select(CrewMember).where(CrewMember.organisation_id.in_(ids)).order_by(CrewMember.name)
    ):
        crews[member.organisation_id, member.is_escort].append(member)
    return [
        Fleet(
            carrier,
            permits.get(carrier.id),
            tuple(driven[carrier.id]),
            tuple(crews[carrier.id, False]),
            tuple(crews[carrier.id, True]),
        )
        for carrier in carriers
    ]


def _permits(carrier_ids: Collection[UUID]) -> Select[CarrierPermit]:
    """Latest last, so that it wins in a dict."""
    return (
        select(CarrierPermit)
        .where(CarrierPermit.organisation_id.in_(carrier_ids))
        .order_by(CarrierPermit.valid_to)
    )


def carrier_permit(work: Work, carrier_id: UUID) -> CarrierPermit | None:
    """The carrier's permit that lasts longest."""
    return work.session.scalar(
        _permits([carrier_id]).order_by(None).order_by(CarrierPermit.valid_to.desc()).limit(1)
    )


def vehicles(work: Work, carrier_ids: Collection[UUID]) -> Sequence[Vehicle]:
    """Vehicles of carriers by plate."""
    return work.session.scalars(
        select(Vehicle).where(Vehicle.organisation_id.in_(carrier_ids)).order_by(Vehicle.plate)
    ).all()


def licence_with_codes(
    work: Work, organisation_id: UUID, on: date
) -> tuple[OperatingLicence | None, frozenset[str]]:
    """The `usable_licence` of a firm and the codes it covers, without its use, in one statement."""
    rows = work.session.execute(
        _by_usability(on)
        .add_columns(LicenceLine.category, LicenceLine.waste_code)
        .outerjoin(LicenceLine, LicenceLine.licence_id == OperatingLicence.id)
        .where(OperatingLicence.organisation_id == organisation_id)
    ).all()
    if not rows:
        return None, frozenset()
    licence: OperatingLicence = rows[0][0]
    return licence, frozenset(code or category for found, category, code in rows if found is licence)
