"""What a firm is licensed for, what is left of the year, and what carriers drive with."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.accounts.models import Organisation
from app.parties.licences.capacity import LicenceScope, capacity_of, licence_in_full, scopes
from app.parties.licences.commands import LicensedWaste, RegisterLicence
from app.parties.licences.facts import alteration_facts, scale_facts, term_facts
from app.parties.licences.models import (
    ApplicationState,
    CapacityEntry,
    CapacityKind,
    CapacitySource,
    CarrierPermit,
    CrewMember,
    LicenceApplication,
    LicenceLine,
    Mode,
    OperatingLicence,
    Vehicle,
)
from app.parties.licences.policy import ensure_may_read
from app.parties.licences.review import licence_of
from app.parties.licences.rules import RULES

OWN_RULES: Final = {
    rule_id: RULES[rule_id] for rule_id in ("HWLM-10-scale", "HWLM-12-4", "HWLM-10-scale-w", "HWLM-13-a")
}
"""What a licence can be asked by itself, without any waste under way; of HWLM-13-b see `renewal`."""
ALTERATION: Final = {"HWLM-12-1-3": RULES["HWLM-12-1-3"]}


def usable_licence(work: Work, organisation_id: UUID, on: date) -> LicenceScope | None:
    """The licence a firm takes waste under on a day; see `licence_in_full`. One statement."""
    return licence_in_full(work, organisation_id, on)


def usable_licences(work: Work, organisation_ids: Collection[UUID], on: date) -> dict[UUID, LicenceScope]:
    """`usable_licence` of many firms at once, in one statement; firms without any licence are left out."""
    best: dict[UUID, LicenceScope] = {}
    for scope in scopes(work, OperatingLicence.organisation_id.in_(organisation_ids), year=on.year, on=on):
        best.setdefault(scope.licence.organisation_id, scope)
    return best


def licences(work: Work, organisation_id: UUID | None = None) -> Sequence[LicenceScope]:
    """All licences, or those of one firm, latest end first, with this year's capacity, in one statement.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
    """
    ensure_may_read(work.actor)
    is_chosen = OperatingLicence.organisation_id == organisation_id if organisation_id else true()
    return scopes(work, is_chosen, year=work.today.year)


def licence_for(work: Work, licence_id: UUID) -> LicenceScope:
    """One licence with its lines and this year's capacity, in one statement.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
        NotFound: no such licence.
    """
    ensure_may_read(work.actor)
    found = scopes(work, OperatingLicence.id == licence_id, year=work.today.year)
    if not found:
        raise NotFound(say("没有这张经营许可证"))
    return found[0]


def used_masses(work: Work, licence_ids: Collection[UUID], year: int) -> dict[UUID, Grams]:
    """What receipts used of each licence in a calendar year (g)."""
    return {id_: scope.used for id_, scope in capacity_of(work, licence_ids, year).items()}


def licence_command(work: Work, licence: OperatingLicence) -> RegisterLicence:
    """What would have to be said to enter this licence as it stands; one statement."""
    lines = work.session.scalars(
        select(LicenceLine)
        .where(LicenceLine.licence_id == licence.id)
        .order_by(LicenceLine.category, LicenceLine.waste_code)
    )
    names = (
        "organisation_id", "number", "issuer", "kind", "issued_on", "valid_from", "valid_to", "yearly_scale",
        "legal_name", "legal_rep", "domicile", "facility_address", "issuer_level", "replaces_id",
    )  # fmt: skip
    return RegisterLicence(
        **{name: getattr(licence, name) for name in names},
        modes=tuple(Mode(mode) for mode in licence.modes),
        lines=tuple(
            LicensedWaste(line.category, line.waste_code, line.yearly_scale, line.method) for line in lines
        ),
    )


def licence_findings(work: Work, scope: LicenceScope) -> list[RuleFinding]:
    """What the rules say of a licence's days and of its year, whole and by line; passes too. No statement."""
    facts = [*scale_facts(scope), term_facts(scope.licence, work.today, is_replaced=False)]
    return assess(OWN_RULES, facts, on=work.today, jurisdiction=Jurisdiction())


def alteration_findings(
    work: Work, application: LicenceApplication, before: RegisterLicence
) -> list[RuleFinding]:
    """What the rules say of a licence handed in that differs from the one it follows; passes too. No statement."""
    after = licence_of(application.details)
    facts = alteration_facts(application.licence_id or application.id, application.kind, before, after)
    return assess(ALTERATION, [facts], on=work.today, jurisdiction=Jurisdiction())


def firms_of(work: Work, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """Firms by id; one statement."""
    rows = work.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {firm.id: firm for firm in rows}


def editions_of(work: Work, root_id: UUID) -> Sequence[OperatingLicence]:
    """All editions of a licence, newest first."""
    return work.session.scalars(
        select(OperatingLicence)
        .where(OperatingLicence.root_id == root_id)
        .order_by(OperatingLicence.valid_from.desc(), OperatingLicence.id)
    ).all()


@dataclass(frozen=True)
class OpenReservation:
    """What one source holds of a code (g)."""

    source_kind: CapacitySource
    source_id: UUID
    waste_code: str
    mass: Grams
    note: str


def open_reservations(work: Work, root_id: UUID, year: int) -> Sequence[OpenReservation]:
    """Where a year's reservations of a licence come from, largest first; one statement."""
    total = func.sum(CapacityEntry.mass)
    entry = CapacityEntry
    rows = work.session.execute(
        select(entry.source_kind, entry.source_id, entry.waste_code, total, func.max(entry.note))
        .join(OperatingLicence, OperatingLicence.id == entry.licence_id)
        .where(
            OperatingLicence.root_id == root_id,
            entry.year == year,
            entry.kind == CapacityKind.RESERVED,
        )
        .group_by(entry.source_kind, entry.source_id, entry.waste_code)
        .having(total > 0)
        .order_by(total.desc(), entry.source_id)
    )
    return [OpenReservation(kind, id_, code, Grams(int(mass)), note) for kind, id_, code, mass, note in rows]


def entries_of(work: Work, root_id: UUID, year: int) -> Sequence[CapacityEntry]:
    """All entries of a licence and year, in the order they were made.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
    """
    ensure_may_read(work.actor)
    return work.session.scalars(
        select(CapacityEntry)
        .join(OperatingLicence, OperatingLicence.id == CapacityEntry.licence_id)
        .where(OperatingLicence.root_id == root_id, CapacityEntry.year == year)
        .order_by(CapacityEntry.recorded_at, CapacityEntry.id)
    ).all()


def applications(
    work: Work, states: Collection[ApplicationState] = tuple(ApplicationState), limit: int = 100
) -> Sequence[tuple[LicenceApplication, Organisation]]:
    """Applications the actor may know of with their firms, newest first; one statement."""
    ensure_may_read(work.actor)
    rows = work.session.execute(
        select(LicenceApplication, Organisation)
        .join(Organisation, Organisation.id == LicenceApplication.organisation_id)
        .where(_is_known(work), LicenceApplication.state.in_(states))
        .order_by(LicenceApplication.id.desc())
        .limit(limit)
    )
    return [(application, firm) for application, firm in rows]


def application_for(work: Work, key: UUID, *, lock: bool = False) -> LicenceApplication:
    """One application of the actor's firm, or one that the actor's park checks.

    Raises:
        NotFound: none such.
    """
    found = select(LicenceApplication).where(LicenceApplication.id == key, _is_known(work))
    application = work.session.scalar(found.with_for_update() if lock else found)
    if application is None:
        raise NotFound(say("没有这个许可申请"))
    return application


def _is_known(work: Work) -> ColumnElement[bool]:
    actor = work.actor
    if actor.is_deployment:
        return true()
    if actor.is_park_staff:
        return LicenceApplication.park_id == actor.park_id
    return LicenceApplication.organisation_id == actor.organisation_id


@dataclass(frozen=True)
class Fleet:
    """What a carrier drives with."""

    carrier: Organisation
    permit: CarrierPermit | None
    """The one that lasts longest."""
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[CrewMember, ...]
    escorts: tuple[CrewMember, ...]


def fleets(work: Work, carrier_id: UUID | None = None, *, with_ended: bool = False) -> Sequence[Fleet]:
    """All carriers, or one, each with its latest permit, vehicles and crew, in four statements.

    Args:
        with_ended: what is no longer driven with, too.

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
    for vehicle in vehicles(work, ids, with_ended=with_ended):
        driven[vehicle.organisation_id].append(vehicle)
    crews: defaultdict[tuple[UUID, bool], list[CrewMember]] = defaultdict(list)
    members = select(CrewMember).where(CrewMember.organisation_id.in_(ids))
    if not with_ended:
        members = members.where(CrewMember.ended_on.is_(None))
    for member in work.session.scalars(members.order_by(CrewMember.name, CrewMember.id)):
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
        .where(CarrierPermit.organisation_id.in_(carrier_ids), CarrierPermit.ended_on.is_(None))
        .order_by(CarrierPermit.valid_to)
    )


def carrier_permit(work: Work, carrier_id: UUID) -> CarrierPermit | None:
    """The carrier's permit that lasts longest."""
    return work.session.scalar(
        _permits([carrier_id]).order_by(None).order_by(CarrierPermit.valid_to.desc()).limit(1)
    )


def permits_of(work: Work, carrier_id: UUID) -> Sequence[CarrierPermit]:
    """All permits of a carrier, ended ones too, those that last longest first."""
    return work.session.scalars(
        select(CarrierPermit)
        .where(CarrierPermit.organisation_id == carrier_id)
        .order_by(CarrierPermit.valid_to.desc(), CarrierPermit.id)
    ).all()


def vehicles(work: Work, carrier_ids: Collection[UUID], *, with_ended: bool = False) -> Sequence[Vehicle]:
    """Vehicles of carriers by plate; those no longer driven only if asked for."""
    chosen = select(Vehicle).where(Vehicle.organisation_id.in_(carrier_ids))
    if not with_ended:
        chosen = chosen.where(Vehicle.ended_on.is_(None))
    return work.session.scalars(chosen.order_by(Vehicle.plate, Vehicle.id)).all()


def licence_with_codes(
    work: Work, organisation_id: UUID, on: date
) -> tuple[OperatingLicence | None, frozenset[str]]:
    """The `usable_licence` of a firm and the codes it covers, without its use, in one statement."""
    scope = licence_in_full(work, organisation_id, on)
    return (scope.licence, scope.codes) if scope else (None, frozenset())
