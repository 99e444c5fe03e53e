"""What the record says of a scanned thing and of the key on it, in two statements whatever it holds."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.foundation.catalogue.codes import CodeProblem, category_of, parse_container_code
from app.foundation.core.text import Text, say
from app.foundation.core.units import kg_text
from app.foundation.core.work import Actor, Work
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.oversight.inspection.verdict import ContainerFacts, LicenceFacts, TripFacts
from app.parties.accounts.models import Organisation
from app.parties.licences.models import LicenceLine, LicenceState, OperatingLicence, Vehicle
from app.waste.consignments.models import STATE_WORDS as TRIP_WORDS
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.queries import consignments_seen
from app.waste.registry.models import WasteStream
from app.waste.storage.models import STATE_WORDS as CONTAINER_WORDS
from app.waste.storage.models import Container, ContainerState, Facility, Zone
from app.waste.storage.queries import containers_seen

TRAVELLING = (ContainerState.LOADED, ContainerState.IN_TRANSIT)
"""States in which a container's consignment decides whether it may pass."""

Producer = aliased(Organisation)
Holder = aliased(Organisation)
Consignor = aliased(Organisation)
Consignee = aliased(Organisation)


@dataclass(frozen=True)
class Shown:
    """One row about the thing scanned, for people."""

    name: Text
    value: Text | str


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


_TRIP = (
    Consignment.id.label("trip_id"),
    Consignment.number,
    Consignment.state.label("trip_state"),
    Consignment.national_number,
    Consignment.sent_mass,
    Consignment.container_count,
    Vehicle.plate,
    Consignor.short_name.label("consignor"),
    Consignee.short_name.label("consignee"),
    OperatingLicence.id.label("licence_id"),
    OperatingLicence.number.label("licence_number"),
    OperatingLicence.state.label("licence_state"),
    OperatingLicence.valid_from,
    OperatingLicence.valid_to,
)
"""Columns of a consignment and what stands on it."""

_CONTAINER = (
    Container.id,
    Container.code,
    Container.state,
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


def may_be_shown(actor: Actor) -> ColumnElement[bool]:
    """Consignments that a scan may bring up: those the actor may know of anyway, and any whose paper can be in hand,
    since that exists from the start of loading."""
    return or_(consignments_seen(actor), Consignment.loading_at.is_not(None))


def container_where(work: Work, condition: ColumnElement[bool], key_id: str | None) -> Record | None:
    """The container that meets a condition, with its running consignment and the QR key of this id. Where it
    stands is told only to who may see the container."""
    chosen = _containers().add_columns(containers_seen(work.actor).label("shows_place"))
    row = work.session.execute(_with_parties_and_key(chosen, key_id).where(condition)).first()
    if row is None:
        return None
    trip = _trip(work, row) if row.trip_id else None
    return Record(row.id, row.code, _container(row), trip, _shown_of_container(row), row.public_key)


def consignment_where(work: Work, condition: ColumnElement[bool], key_id: str | None) -> Record | None:
    """The consignment that meets a condition, with the QR key of this id."""
    statement = _with_parties_and_key(select(*_TRIP).select_from(Consignment), key_id)
    statement = statement.where(condition, may_be_shown(work.actor))
    row = work.session.execute(statement).first()
    if row is None:
        return None
    codes, lines = _codes_and_licence_lines(work, row)
    trip = _trip_facts(work, row, codes, lines)
    return Record(row.trip_id, row.number, None, trip, _shown_of_trip(row, codes), row.public_key)


def _containers() -> Select[*tuple[Any, ...]]:
    travels = and_(Consignment.id == Container.consignment_id, Container.state.in_(TRAVELLING))
    return (
        select(*_CONTAINER, *_TRIP)
        .select_from(Container)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .join(Producer, Producer.id == Container.organisation_id)
        .join(Holder, Holder.id == Container.holder_id)
        .outerjoin(Zone, Zone.id == Container.zone_id)
        .outerjoin(Facility, Facility.id == Zone.facility_id)
        .outerjoin(Consignment, travels)
    )


def _with_parties_and_key(
    statement: Select[*tuple[Any, ...]], key_id: str | None
) -> Select[*tuple[Any, ...]]:
    is_asked_for = and_(SigningKey.key_id == literal(key_id), SigningKey.purpose == KeyPurpose.QR)
    return (
        statement.add_columns(SigningKey.public_key)
        .outerjoin(SigningKey, is_asked_for)
        .outerjoin(Vehicle, Vehicle.id == Consignment.vehicle_id)
        .outerjoin(Consignor, Consignor.id == Consignment.consignor_id)
        .outerjoin(Consignee, Consignee.id == Consignment.consignee_id)
        .outerjoin(OperatingLicence, OperatingLicence.id == Consignment.licence_id)
    )


def _container(row: Row[Any]) -> ContainerFacts:
    return ContainerFacts(
        state=row.state,
        zone_id=row.zone_id,
        facility_id=row.facility_id,
        location=_location(row),
        net=row.net,
        label_mass=row.label_mass,
        generated_on=row.generated_on,
        coded_on=parse_container_code(row.code).day,
    )


def _location(row: Row[Any]) -> str:
    if not row.shows_place:
        return ""
    if row.zone_id is None:
        return str(row.holder)
    return f"{row.holder} {row.facility_name} {row.zone_code} {row.zone_name}".strip()


def _trip(work: Work, row: Row[Any]) -> TripFacts:
    codes, lines = _codes_and_licence_lines(work, row)
    return _trip_facts(work, row, codes, lines)


def _trip_facts(work: Work, row: Row[Any], codes: list[str], licensed: set[tuple[str, str]]) -> TripFacts:
    return TripFacts(
        number=row.number,
        state=row.trip_state,
        plate=_printed_plate(row.plate) if row.plate else None,
        national_number=row.national_number,
        licence=_licence(work, row, codes, licensed) if row.licence_id else None,
        sent_mass=row.sent_mass,
    )


def _licence(work: Work, row: Row[Any], codes: list[str], licensed: set[tuple[str, str]]) -> LicenceFacts:
    is_valid = row.licence_state is LicenceState.VALID and row.valid_from <= work.today <= row.valid_to
    uncovered = tuple(code for code in codes if not _is_covered(code, licensed))
    return LicenceFacts(row.licence_number, is_valid, uncovered)


def _is_covered(code: str, licensed: set[tuple[str, str]]) -> bool:
    """HWLM 10: the licence lists the code, or its category as a whole."""
    try:
        category = category_of(code)
    except CodeProblem:
        return False
    return (category, "") in licensed or (category, code) in licensed


def _codes_and_licence_lines(work: Work, row: Row[Any]) -> tuple[list[str], set[tuple[str, str]]]:
    """Waste codes of a consignment, and (category, code or "") of the licence, in one statement."""
    carried = select(
        literal("carried").label("kind"), literal("").label("category"), ConsignmentLine.waste_code
    )
    licensed = select(literal("licensed"), LicenceLine.category, LicenceLine.waste_code)
    rows = work.session.execute(
        union_all(
            carried.where(ConsignmentLine.consignment_id == row.trip_id),
            licensed.where(LicenceLine.licence_id == row.licence_id),
        )
    ).all()
    codes = sorted({code for kind, _category, code in rows if kind == "carried"})
    return codes, {(category, code) for kind, category, code in rows if kind == "licensed"}


def _printed_plate(plate: str) -> str:
    """As it stands on the vehicle: `演AD0712` -> `演A·D0712`."""
    return f"{plate[:2]}·{plate[2:]}"


def _shown_of_container(row: Row[Any]) -> tuple[Shown, ...]:
    where = [Shown(say("联单"), row.number)] if row.trip_id else []
    place = [Shown(say("位置"), _location(row))] if row.zone_id and row.shows_place else []
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


def _shown_of_trip(row: Row[Any], codes: list[str]) -> tuple[Shown, ...]:
    load = say("{count} 个容器 · {mass} kg", count=row.container_count, mass=kg_text(row.sent_mass))
    return (
        Shown(say("联单"), row.national_number or row.number),
        Shown(say("车辆"), _printed_plate(row.plate) if row.plate else "—"),
        Shown(say("废物"), ", ".join(codes) or "—"),
        Shown(say("数量"), load),
        Shown(say("从 / 到"), f"{row.consignor} → {row.consignee or '—'}"),
        Shown(say("状态"), TRIP_WORDS[row.trip_state]),
    )


def numbered(number: str) -> ColumnElement[bool]:
    """A consignment by its own number or its national one."""
    return or_(Consignment.number == number, Consignment.national_number == number)
