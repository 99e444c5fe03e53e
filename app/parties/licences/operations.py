"""Entering licences, and what carriers drive with."""

from uuid import UUID

from sqlalchemy import ColumnElement, ColumnExpressionArgument, select

from app.foundation import trace
from app.foundation.catalogue.codes import category_of, is_waste_code, normal_plate, plate_problem
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Park
from app.parties.licences.commands import (
    ChangeLicenceState,
    LicensedWaste,
    RegisterCarrierPermit,
    RegisterCrewMember,
    RegisterLicence,
    RegisterVehicle,
)
from app.parties.licences.events import LicenceEvent
from app.parties.licences.models import (
    CarrierPermit,
    CrewMember,
    LicenceLine,
    LicenceUse,
    OperatingLicence,
    Vehicle,
)
from app.parties.licences.policy import ensure_may_manage


def register_licence(work: Work, command: RegisterLicence) -> OperatingLicence:
    """Enter a hazardous-waste operating licence with its scope (HWLM 10).

    Raises:
        NotPermitted: the actor doesn't enter licences.
        NotFound: no such firm, or it takes no waste.
        InvalidInput: days out of order, no scope, or a line that is no category or code.
        Conflict: the number is entered already.
    """
    ensure_may_manage(work.actor)
    _firm(work, command.organisation_id, Organisation.is_recycler)
    if problems := _licence_problems(command):
        raise InvalidInput(problems)
    _ensure_new(work, OperatingLicence.number == command.number, command.number)
    values = {name: value for name, value in vars(command).items() if name != "lines"}
    licence = OperatingLicence(**values | {"modes": [mode.value for mode in command.modes]})
    work.session.add(licence)
    work.session.flush()
    work.session.add_all(LicenceLine(licence_id=licence.id, **vars(line)) for line in command.lines)
    trace.record(
        work,
        LicenceEvent.REGISTERED,
        licence,
        about=[("organisation", licence.organisation_id)],
        lines=[vars(line) for line in command.lines],
    )
    return licence


def _licence_problems(command: RegisterLicence) -> list[FieldProblem]:
    found: list[FieldProblem] = []
    if not command.number.strip():
        found.append(FieldProblem("#/number", say("请填写许可证编号")))
    if command.valid_to < command.valid_from:
        found.append(FieldProblem("#/valid_to", say("有效期止不能早于有效期起")))
    if not command.modes:
        found.append(FieldProblem("#/modes", say("请至少选择一种经营方式")))
    if command.yearly_scale <= 0:
        found.append(FieldProblem("#/yearly_scale", say("年经营规模应大于 0")))
    if not command.lines:
        found.append(FieldProblem("#/lines", say("请至少填写一个废物类别或代码")))
    for at, line in enumerate(command.lines):
        if problem := _line_problem(line):
            found.append(FieldProblem(f"#/lines/{at}", problem))
    return found


def _line_problem(line: LicensedWaste) -> Text | None:
    code = line.waste_code or f"900-000-{line.category.removeprefix('HW')}"
    if not is_waste_code(code) or category_of(code) != line.category:
        return say("{category} {code} 不是有效的废物类别和代码", category=line.category, code=line.waste_code)
    return None


def change_licence_state(work: Work, licence_id: UUID, command: ChangeLicenceState) -> OperatingLicence:
    """Suspend or revoke a licence, or make it valid again.

    Raises:
        NotPermitted: the actor doesn't enter licences.
        NotFound: no such licence.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may_manage(work.actor)
    licence = work.session.scalar(
        select(OperatingLicence).where(OperatingLicence.id == licence_id).with_for_update()
    )
    if licence is None:
        raise NotFound(say("没有这张经营许可证"))
    if licence.version != command.seen_version:
        raise VersionConflict(say("许可证已被他人改动，请刷新后重试"))
    licence.state = command.state
    trace.record(work, LicenceEvent.STATE_CHANGED, licence, about=[("organisation", licence.organisation_id)])
    return licence


def register_carrier_permit(work: Work, command: RegisterCarrierPermit) -> CarrierPermit:
    """Enter a carrier's permit for dangerous goods by road.

    Raises:
        NotPermitted: the actor doesn't enter permits.
        NotFound: no such carrier.
        Conflict: the number is entered already.
    """
    ensure_may_manage(work.actor)
    _firm(work, command.organisation_id, Organisation.is_carrier)
    _ensure_new(work, CarrierPermit.number == command.number, command.number)
    permit = CarrierPermit(**vars(command) | {"classes": list(command.classes)})
    work.session.add(permit)
    trace.record(
        work, LicenceEvent.PERMIT_REGISTERED, permit, about=[("organisation", permit.organisation_id)]
    )
    return permit


def register_vehicle(work: Work, command: RegisterVehicle) -> Vehicle:
    """Enter a carrier's vehicle; the plate is kept without dots and spaces.

    Raises:
        NotPermitted: the actor doesn't enter vehicles.
        NotFound: no such carrier.
        InvalidInput: no such plate, or no load.
        Conflict: the plate is entered already.
    """
    ensure_may_manage(work.actor)
    _firm(work, command.organisation_id, Organisation.is_carrier)
    plate = normal_plate(command.plate)
    problems = []
    if problem := plate_problem(plate, demo=_is_demo(work)):
        problems.append(FieldProblem("#/plate", problem))
    if command.approved_load <= 0:
        problems.append(FieldProblem("#/approved_load", say("核定载质量应大于 0")))
    if problems:
        raise InvalidInput(problems)
    _ensure_new(work, Vehicle.plate == plate, plate)
    vehicle = Vehicle(**vars(command) | {"plate": plate})
    work.session.add(vehicle)
    trace.record(
        work, LicenceEvent.VEHICLE_REGISTERED, vehicle, about=[("organisation", vehicle.organisation_id)]
    )
    return vehicle


def register_crew_member(work: Work, command: RegisterCrewMember) -> CrewMember:
    """Enter a driver or escort with the certificate of qualification.

    Raises:
        NotPermitted: the actor doesn't enter crew.
        NotFound: no such carrier.
    """
    ensure_may_manage(work.actor)
    _firm(work, command.organisation_id, Organisation.is_carrier)
    member = CrewMember(**vars(command))
    work.session.add(member)
    trace.record(
        work, LicenceEvent.CREW_MEMBER_REGISTERED, member, about=[("organisation", member.organisation_id)]
    )
    return member


def use_licence(
    work: Work, licence_id: UUID, masses: dict[str, Grams], *, consignment_id: UUID, event_id: UUID
) -> None:
    """Add what one receipt used of a licence, by waste code, in the calendar year of today.

    Called by the receipt's own operation, whose event names the masses.
    """
    work.session.add_all(
        LicenceUse(
            licence_id=licence_id,
            year=work.today.year,
            waste_code=waste_code,
            mass=mass,
            consignment_id=consignment_id,
            event_id=event_id,
            recorded_at=work.now,
        )
        for waste_code, mass in sorted(masses.items())
    )


def _firm(work: Work, organisation_id: UUID, is_fit: ColumnExpressionArgument[bool]) -> None:
    if not work.session.scalar(select(Organisation.id).where(Organisation.id == organisation_id, is_fit)):
        raise NotFound(say("没有这家单位，或它没有登记此种身份"))


def _ensure_new(work: Work, is_same: ColumnElement[bool], number: str) -> None:
    if work.session.scalar(select(1).where(is_same)):
        raise Conflict(say("编号 {number} 已登记", number=number))


def _is_demo(work: Work) -> bool:
    """Whether plates of demo parks are valid: in a demo park, or in a deployment that holds one."""
    is_open = select(Park.id).where(Park.is_demo)
    if work.actor.park_id is not None:
        is_open = is_open.where(Park.id == work.actor.park_id)
    return work.session.scalar(is_open.limit(1)) is not None
