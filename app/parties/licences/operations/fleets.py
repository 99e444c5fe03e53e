"""A carrier's permits, vehicles and crew: entered, changed, ended; never deleted."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.foundation import trace
from app.foundation.catalogue.codes import normal_plate, plate_problem
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.parties.accounts.models import Membership, Organisation, Park
from app.parties.licences.commands import RegisterCarrierPermit, RegisterCrewMember, RegisterVehicle
from app.parties.licences.events import LicenceEvent
from app.parties.licences.models import CarrierPermit, CrewMember, Vehicle
from app.parties.licences.policy import ensure_may_keep_fleet, may_keep_fleet

Kept = TypeVar("Kept", CarrierPermit, Vehicle, CrewMember)
Command = RegisterCarrierPermit | RegisterVehicle | RegisterCrewMember


def register_carrier_permit(work: Work, command: RegisterCarrierPermit) -> CarrierPermit:
    """Enter a carrier's permit for dangerous goods by road.

    Raises:
        NotPermitted: the actor keeps no fleets, or not this one.
        NotFound: no such carrier, or no such file.
        InvalidInput: no number, no class, or days out of order.
        Conflict: the number is entered already.
    """
    _ensure_carrier(work, command.organisation_id)
    _ensure_fit(work, command, _permit_problems(command))
    _ensure_new(work, CarrierPermit.number == command.number, CarrierPermit, command.number)
    permit = CarrierPermit(**vars(command) | {"classes": list(command.classes), "ended_on": None})
    return _stored(work, permit, LicenceEvent.PERMIT_REGISTERED)


def change_carrier_permit(
    work: Work, permit_id: UUID, command: RegisterCarrierPermit, seen_version: int
) -> CarrierPermit:
    """Correct or prolong a permit, or note its suspension.

    Raises:
        NotFound, VersionConflict, Conflict: see `_kept`.
        InvalidInput, Conflict: see `register_carrier_permit`.
    """
    permit = _kept(work, CarrierPermit, permit_id, seen_version)
    _ensure_fit(work, command, _permit_problems(command))
    if permit.number != command.number:
        _ensure_new(work, CarrierPermit.number == command.number, CarrierPermit, command.number)
    _set(permit, command, classes=list(command.classes))
    return _recorded(work, permit, LicenceEvent.PERMIT_CHANGED)


def end_carrier_permit(work: Work, permit_id: UUID, seen_version: int) -> CarrierPermit:
    """End a permit today; it stays readable.

    Raises:
        NotFound, VersionConflict, Conflict: see `_kept`.
    """
    return _ended(work, _kept(work, CarrierPermit, permit_id, seen_version), LicenceEvent.PERMIT_ENDED)


def register_vehicle(work: Work, command: RegisterVehicle) -> Vehicle:
    """Enter a carrier's vehicle; the plate is kept without dots and spaces.

    Raises:
        NotPermitted: the actor keeps no fleets, or not this one.
        NotFound: no such carrier, or no such file.
        InvalidInput: no such plate, no load, or days out of order.
        Conflict: the plate is entered already.
    """
    _ensure_carrier(work, command.organisation_id)
    plate = normal_plate(command.plate)
    _ensure_fit(work, command, _vehicle_problems(work, command, plate))
    _ensure_new(work, Vehicle.plate == plate, Vehicle, plate)
    vehicle = Vehicle(**vars(command) | {"plate": plate, "ended_on": None})
    return _stored(work, vehicle, LicenceEvent.VEHICLE_REGISTERED)


def change_vehicle(work: Work, vehicle_id: UUID, command: RegisterVehicle, seen_version: int) -> Vehicle:
    """Correct what is known of a vehicle, or prolong its permit. Another plate is another vehicle.

    Raises:
        NotFound, VersionConflict, Conflict: see `_kept`.
        InvalidInput: see `register_vehicle`; or another plate.
    """
    vehicle = _kept(work, Vehicle, vehicle_id, seen_version)
    problems = _vehicle_problems(work, command, vehicle.plate)
    if normal_plate(command.plate) != vehicle.plate:
        problems.append(FieldProblem("#/plate", say("换了车牌请停用这辆车，再登记新车牌")))
    _ensure_fit(work, command, problems)
    _set(vehicle, command, plate=vehicle.plate)
    return _recorded(work, vehicle, LicenceEvent.VEHICLE_CHANGED)


def end_vehicle(work: Work, vehicle_id: UUID, seen_version: int) -> Vehicle:
    """End a vehicle's use today; its consignments keep it.

    Raises:
        NotFound, VersionConflict, Conflict: see `_kept`.
    """
    return _ended(work, _kept(work, Vehicle, vehicle_id, seen_version), LicenceEvent.VEHICLE_ENDED)


def register_crew_member(work: Work, command: RegisterCrewMember) -> CrewMember:
    """Enter a driver or escort with the certificate of qualification.

    Raises:
        NotPermitted: the actor keeps no fleets, or not this one.
        NotFound: no such carrier, or no such file.
        InvalidInput: no name or certificate, days out of order, or a sign-in of somebody else's.
    """
    _ensure_carrier(work, command.organisation_id)
    _ensure_fit(work, command, _crew_problems(work, command))
    member = CrewMember(**vars(command) | {"ended_on": None})
    return _stored(work, member, LicenceEvent.CREW_MEMBER_REGISTERED)


def change_crew_member(
    work: Work, member_id: UUID, command: RegisterCrewMember, seen_version: int
) -> CrewMember:
    """Correct what is known of a driver or escort, or prolong the certificate.

    Raises:
        NotFound, VersionConflict, Conflict: see `_kept`.
        InvalidInput: see `register_crew_member`.
    """
    member = _kept(work, CrewMember, member_id, seen_version)
    _ensure_fit(work, command, _crew_problems(work, command))
    _set(member, command)
    return _recorded(work, member, LicenceEvent.CREW_MEMBER_CHANGED)


def end_crew_member(work: Work, member_id: UUID, seen_version: int) -> CrewMember:
    """A driver or escort no longer works for the carrier; consignments keep them.

    Raises:
        NotFound, VersionConflict, Conflict: see `_kept`.
    """
    return _ended(work, _kept(work, CrewMember, member_id, seen_version), LicenceEvent.CREW_MEMBER_ENDED)


def _ensure_carrier(work: Work, organisation_id: UUID) -> None:
    ensure_may_keep_fleet(work, organisation_id)
    found = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.is_carrier)
    if work.session.scalar(found) is None:
        raise NotFound(say("没有这家单位，或它没有登记此种身份"))


def _kept(work: Work, model: type[Kept], key: UUID, seen_version: int) -> Kept:
    """A permit, vehicle or person of a fleet the actor keeps, locked.

    Raises:
        NotFound: none such, or another carrier's.
        VersionConflict: it changed since the actor saw it.
        Conflict: it was ended.
    """
    found = work.session.scalar(select(model).where(model.id == key).with_for_update())
    if found is None or not may_keep_fleet(work, found.organisation_id):
        raise NotFound(say("没有这条登记"))
    if found.version != seen_version:
        raise VersionConflict(say("登记已被他人改动，请刷新后重试"))
    if found.ended_on is not None:
        raise Conflict(say("已停用，不能再改动"))
    return found


def _set(thing: Kept, command: Command, **special: object) -> None:
    for name, value in (vars(command) | special).items():
        if name != "organisation_id" and not (name == "file_id" and value is None):
            setattr(thing, name, value)


def _stored(work: Work, thing: Kept, event: LicenceEvent) -> Kept:
    work.session.add(thing)
    return _recorded(work, thing, event)


def _ended(work: Work, thing: Kept, event: LicenceEvent) -> Kept:
    thing.ended_on = work.today
    return _recorded(work, thing, event)


def _recorded(work: Work, thing: Kept, event: LicenceEvent) -> Kept:
    trace.record(work, event, thing, about=[("organisation", thing.organisation_id)])
    return thing


def _ensure_fit(work: Work, command: Command, problems: Iterable[FieldProblem]) -> None:
    found = list(problems)
    if command.valid_from is not None and command.valid_to < command.valid_from:
        found.append(FieldProblem("#/valid_to", say("有效期止不能早于有效期起")))
    if found:
        raise InvalidInput(found)
    if command.file_id is not None:
        file_for(work, command.file_id)


def _permit_problems(command: RegisterCarrierPermit) -> list[FieldProblem]:
    found = []
    if not command.number.strip():
        found.append(FieldProblem("#/number", say("请填写许可证编号")))
    if not any(one.strip() for one in command.classes):
        found.append(FieldProblem("#/classes", say("请至少填写一个类别，如 3、8、危险废物")))
    return found


def _vehicle_problems(work: Work, command: RegisterVehicle, plate: str) -> list[FieldProblem]:
    found = []
    if problem := plate_problem(plate, demo=_is_demo(work)):
        found.append(FieldProblem("#/plate", problem))
    if command.approved_load <= 0:
        found.append(FieldProblem("#/approved_load_kg", say("核定载质量应大于 0")))
    return found


def _crew_problems(work: Work, command: RegisterCrewMember) -> list[FieldProblem]:
    found = []
    if not command.name.strip():
        found.append(FieldProblem("#/name", say("请填写姓名")))
    if not command.certificate.strip():
        found.append(FieldProblem("#/certificate", say("请填写从业资格证号")))
    if command.user_id is not None and not work.session.scalar(
        select(Membership.id).where(
            Membership.user_id == command.user_id,
            Membership.organisation_id == command.organisation_id,
            Membership.ended_at.is_(None),
        )
    ):
        found.append(FieldProblem("#/user_id", say("这个账号不属于该承运单位")))
    return found


def _ensure_new(
    work: Work, is_same: ColumnElement[bool], model: type[CarrierPermit] | type[Vehicle], number: str
) -> None:
    if work.session.scalar(select(1).where(is_same, model.ended_on.is_(None))):
        raise Conflict(say("编号 {number} 已登记", number=number))


def _is_demo(work: Work) -> bool:
    """Whether plates of demo parks are valid: in a demo park, or in a deployment that holds one."""
    is_open = select(Park.id).where(Park.is_demo)
    if work.actor.park_id is not None:
        is_open = is_open.where(Park.id == work.actor.park_id)
    return work.session.scalar(is_open.limit(1)) is not None
