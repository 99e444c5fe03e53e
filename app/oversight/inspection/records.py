"""What the record says of a scanned thing and of the key and print it bears, in one statement whatever it holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.foundation.catalogue.codes import parse_container_code, printed_plate
from app.foundation.core.lookup import Lookup
from app.foundation.core.text import Text, say
from app.foundation.core.units import kg_text
from app.foundation.core.work import Actor, Work
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.oversight.inspection.verdict import ContainerFacts, LicenceFacts, TripFacts
from app.parties.accounts.models import Organisation
from app.parties.licences.models import CrewMember, LicenceLine, LicenceState, OperatingLicence, Vehicle
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.queries import consignments_seen
from app.waste.consignments.workflow import STATE_WORDS as TRIP_WORDS
from app.waste.registry.models import WasteKind, WasteStream
from app.waste.storage.models import STATE_WORDS as CONTAINER_WORDS
from app.waste.storage.models import Container, ContainerState, Facility, Zone
from app.waste.storage.revoked_codes import RevokedCode

TRAVELLING = (ContainerState.LOADED, ContainerState.IN_TRANSIT)
"""States in which a container's consignment decides whether it may pass."""

Producer = aliased(Organisation)
Holder = aliased(Organisation)
Consignor = aliased(Organisation)
Consignee = aliased(Organisation)
Driver, Escort = aliased(CrewMember), aliased(CrewMember)


@dataclass(frozen=True)
class Shown:
    """One row about the thing scanned, for people."""

    name: Text
    value: Text | str


@dataclass(frozen=True)
class Bearing:
    """What a scanned QR bears besides its code, looked up together with the record: None for typed texts."""

    key_id: str | None = None
    entry: str | None = None
    """What a revocation list would say of this print, as hex."""


@dataclass(frozen=True)
class Record:
    """A thing of ours: its id, its printed code, what the verdict rests on and what people see."""

    id: UUID
    code: str
    container: ContainerFacts | None
    trip: TripFacts | None
    shown: tuple[Shown, ...]
    qr_key: bytes | None
    """The public key that was asked for along with it."""
    is_key_revoked: bool
    is_replaced: bool
    """Another print took the place of the one scanned."""


def _joined(codes: Any) -> Any:
    return func.aggregate_strings(codes, ",")


_carried = select(_joined(ConsignmentLine.waste_code)).where(ConsignmentLine.consignment_id == Consignment.id)
_covers = exists().where(
    LicenceLine.licence_id == Consignment.licence_id,
    LicenceLine.category == "HW" + func.substr(ConsignmentLine.waste_code, 9),
    or_(LicenceLine.waste_code == "", LicenceLine.waste_code == ConsignmentLine.waste_code),
)
"""HWLM 10: the licence lists the code, or its category as a whole."""

_TRIP = (
    Consignment.id.label("trip_id"),
    Consignment.number,
    Consignment.kind,
    Consignment.state.label("trip_state"),
    Consignment.national_number,
    Consignment.paper_number,
    Consignment.waybill_number,
    Consignment.sent_mass,
    Consignment.container_count,
    Consignment.loading_at,
    Vehicle.plate,
    Driver.valid_to.label("driver_to"),
    Driver.ended_on.label("driver_ended_on"),
    Escort.valid_to.label("escort_to"),
    Escort.ended_on.label("escort_ended_on"),
    Consignor.short_name.label("consignor"),
    Consignee.short_name.label("consignee"),
    OperatingLicence.id.label("licence_id"),
    OperatingLicence.number.label("licence_number"),
    OperatingLicence.state.label("licence_state"),
    OperatingLicence.valid_from,
    OperatingLicence.valid_to,
    OperatingLicence.suspended_from,
    OperatingLicence.suspended_to,
    _carried.scalar_subquery().label("carried"),
    _carried.where(~_covers).scalar_subquery().label("uncovered"),
)
"""Columns of a consignment and what stands on it."""

_CONTAINER = (
    Container.id,
    Container.code,
    Container.state,
    Container.organisation_id,
    Container.holder_id,
    Container.park_id,
    Container.zone_id,
    Container.net,
    Container.label_mass,
    Container.generated_on,
    Container.waste_code,
    WasteStream.waste_name,
    Producer.short_name.label("producer"),
    Holder.short_name.label("holder"),
    Zone.facility_id,
    Zone.code.label("zone_code"),
    Zone.name.label("zone_name"),
    Facility.name.label("facility_name"),
)


def _with_parties_and_key(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    is_asked_for = and_(SigningKey.key_id == bindparam("key_id"), SigningKey.purpose == KeyPurpose.QR)
    return (
        statement.add_columns(
            SigningKey.public_key,
            SigningKey.revoked_at.label("key_revoked_at"),
            exists().where(RevokedCode.entry == bindparam("entry")).label("is_replaced"),
        )
        .outerjoin(SigningKey, is_asked_for)
        .outerjoin(Vehicle, Vehicle.id == Consignment.vehicle_id)
        .outerjoin(Driver, Driver.id == Consignment.driver_id)
        .outerjoin(Escort, Escort.id == Consignment.escort_id)
        .outerjoin(Consignor, Consignor.id == Consignment.consignor_id)
        .outerjoin(Consignee, Consignee.id == Consignment.consignee_id)
        .outerjoin(OperatingLicence, OperatingLicence.id == Consignment.licence_id)
    )


_CONTAINERS = _with_parties_and_key(
    select(*_CONTAINER, *_TRIP)
    .select_from(Container)
    .join(WasteStream, WasteStream.id == Container.stream_id)
    .join(Producer, Producer.id == Container.organisation_id)
    .join(Holder, Holder.id == Container.holder_id)
    .outerjoin(Zone, Zone.id == Container.zone_id)
    .outerjoin(Facility, Facility.id == Zone.facility_id)
    .outerjoin(Consignment, and_(Consignment.id == Container.consignment_id, Container.state.in_(TRAVELLING)))
)
_TRIPS = _with_parties_and_key(select(*_TRIP).select_from(Consignment))
_BY_CODE = Lookup(_CONTAINERS.where(Container.code == bindparam("text")))
_BY_SHORT_CODE = Lookup(_CONTAINERS.where(Container.short_code == bindparam("text")))
_BY_NUMBER = Lookup(
    _TRIPS.where(
        or_(Consignment.number == bindparam("text"), Consignment.national_number == bindparam("text"))
    )
)
"""Built once; building them took longer than the database."""


def container_coded(work: Work, code: str, bearing: Bearing) -> Record | None:
    """The container of a 37-character code, with its running consignment."""
    return _container_record(work, _BY_CODE, code, bearing)


def container_short_coded(work: Work, short_code: str) -> Record | None:
    """The container of a short code, with its running consignment."""
    return _container_record(work, _BY_SHORT_CODE, short_code, Bearing())


def consignment_numbered(work: Work, number: str, bearing: Bearing) -> Record | None:
    """The consignment of this own or national number, if a scan may bring it up."""
    row = _BY_NUMBER.first(work, text=number, **_told(bearing))
    return _trip_record(work, row) if row is not None and _may_be_shown(work, row) else None


def consignment_short_coded(work: Work, short_code: str) -> Record | None:
    """The consignment of a short code, if a scan may bring it up."""
    wanted = _TRIPS.where(Consignment.short_code == bindparam("text"), may_be_shown(work.actor))
    row = work.session.execute(wanted, {"text": short_code, **_told(Bearing())}).first()
    return _trip_record(work, row) if row is not None else None


def may_be_shown(actor: Actor) -> ColumnElement[bool]:
    """Consignments that a scan may bring up: those the actor may know of anyway, and any whose paper can be in hand,
    since that exists from the start of loading."""
    return or_(consignments_seen(actor), Consignment.loading_at.is_not(None))


def _may_be_shown(work: Work, row: Row[Any]) -> bool:
    if row.loading_at is not None:
        return True
    known = select(Consignment.id).where(Consignment.id == row.trip_id, consignments_seen(work.actor))
    return work.session.scalar(known) is not None


def _told(bearing: Bearing) -> dict[str, str | None]:
    return {"key_id": bearing.key_id, "entry": bearing.entry}


def _container_record(work: Work, wanted: Lookup, text: str, bearing: Bearing) -> Record | None:
    row = wanted.first(work, text=text, **_told(bearing))
    if row is None:
        return None
    place = _location(row) if _sees_place(work.actor, row) else ""
    return Record(
        row.id,
        row.code,
        _container(row, place),
        _trip_facts(work, row) if row.trip_id else None,
        _shown_of_container(row, place),
        row.public_key,
        row.key_revoked_at is not None,
        bool(row.is_replaced),
    )


def _trip_record(work: Work, row: Row[Any]) -> Record:
    return Record(
        row.trip_id,
        row.number,
        None,
        _trip_facts(work, row),
        _shown_of_trip(row),
        row.public_key,
        row.key_revoked_at is not None,
        bool(row.is_replaced),
    )


def _sees_place(actor: Actor, row: Row[Any]) -> bool:
    """As `containers_seen` of storage says, of a row that is here already."""
    if actor.is_deployment:
        return True
    if actor.is_park_staff:
        return bool(row.park_id == actor.park_id)
    return actor.organisation_id in (row.organisation_id, row.holder_id)


def _container(row: Row[Any], place: str) -> ContainerFacts:
    return ContainerFacts(
        state=row.state,
        zone_id=row.zone_id,
        facility_id=row.facility_id,
        location=place,
        net=row.net,
        label_mass=row.label_mass,
        generated_on=row.generated_on,
        coded_on=parse_container_code(row.code).day,
    )


def _location(row: Row[Any]) -> str:
    if row.zone_id is None:
        return str(row.holder)
    return f"{row.holder} {row.facility_name} {row.zone_code} {row.zone_name}".strip()


def _trip_facts(work: Work, row: Row[Any]) -> TripFacts:
    return TripFacts(
        number=row.number,
        state=row.trip_state,
        plate=printed_plate(row.plate) if row.plate else None,
        national_number=row.national_number,
        licence=_licence(work, row) if row.licence_id else None,
        sent_mass=row.sent_mass,
        is_hazardous=row.kind is WasteKind.HAZARDOUS,
        waybill_number=row.waybill_number,
        unfit_crew=_unfit_crew(row, work.today),
        paper_number=row.paper_number or "",
    )


def _unfit_crew(row: Row[Any], today: date) -> tuple[Text, ...]:
    crew = (
        (say("驾驶员"), row.driver_to, row.driver_ended_on),
        (say("押运员"), row.escort_to, row.escort_ended_on),
    )
    return tuple(
        words for words, last_day, ended_on in crew if last_day is None or last_day < today or ended_on
    )


def _licence(work: Work, row: Row[Any]) -> LicenceFacts:
    today = work.today
    is_suspended = row.suspended_from is not None and (
        row.suspended_from <= today and (row.suspended_to is None or today <= row.suspended_to)
    )
    has_ended = row.licence_state in (LicenceState.REVOKED, LicenceState.CANCELLED)
    is_valid = row.valid_from <= today <= row.valid_to and not has_ended and not is_suspended
    return LicenceFacts(row.licence_number, is_valid, tuple(_codes(row.uncovered)))


def _codes(joined: str | None) -> list[str]:
    return sorted(set(joined.split(","))) if joined else []


def _shown_of_container(row: Row[Any], location: str) -> tuple[Shown, ...]:
    where = [Shown(say("联单"), row.number)] if row.trip_id else []
    place = [Shown(say("位置"), location)] if row.zone_id and location else []
    return (
        Shown(say("容器码"), row.code),
        Shown(say("废物"), f"{row.waste_code} {row.waste_name}"),
        Shown(say("重量"), f"{kg_text(row.net)} kg" if row.net is not None else say("未称重")),
        Shown(say("产生单位"), row.producer),
        Shown(say("产生日期"), say("{day}", day=row.generated_on)),
        Shown(say("状态"), CONTAINER_WORDS[row.state]),
        *place,
        *where,
    )


def _shown_of_trip(row: Row[Any]) -> tuple[Shown, ...]:
    mass = kg_text(row.sent_mass)
    load = (
        say("{count} 个容器 · {mass} kg", count=row.container_count, mass=mass)
        if row.container_count
        else say("{mass} kg", mass=mass)
    )
    return (
        Shown(say("联单"), row.national_number or row.number),
        Shown(say("车辆"), printed_plate(row.plate) if row.plate else "—"),
        Shown(say("废物"), ", ".join(_codes(row.carried)) or "—"),
        Shown(say("数量"), load),
        Shown(say("从 / 到"), f"{row.consignor} → {row.consignee or '—'}"),
        Shown(say("状态"), TRIP_WORDS[row.trip_state]),
    )
