"""Setting up facilities and zones, changing and closing them."""

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import Balance, PlaceKind, WasteForm
from app.waste.registry.policy import ensure_may, site_for
from app.waste.storage.commands import AddFacility, AddZone, ReviseZone
from app.waste.storage.facility_commands import EndFacility, ReviseFacility
from app.waste.storage.models import Facility, FacilityType, Zone
from app.waste.storage.queries import facilities_seen, facility_for
from app.waste.storage.register import (
    RegisterField,
    Value,
    fields_for,
    fields_for_zone,
    read_register,
    read_zone_register,
)

FACILITY_CODE = re.compile(r"(TS|MF)\d{3,4}")
ASSIGNABLE = re.compile(r"HW\d{2}|\d{3}-\d{3}-\d{2}")
GENERAL_ASSIGNABLE = re.compile(r"SW\d{2}|\d{3}-\d{3}-S\d{2}")
"""Classes and codes of general waste; a zone that names none takes all of it."""


def add_facility(work: Work, command: AddFacility) -> Facility:
    """Register a storage facility or spot of a site (domain-rules 15.4).

    Raises:
        NotFound: no such site of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: wrong code or no capacity.
        Conflict: the site has a facility of that code.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    site = site_for(work, command.site_id)
    problems = []
    if not FACILITY_CODE.fullmatch(command.code):
        problems.append(FieldProblem("#/code", say("设施编码应为 TS 加三位数字，如 TS001")))
    problems += _facility_problems(command.name, command.capacity)
    register = _read(command.register, command.type, problems)
    if problems:
        raise InvalidInput(problems)
    if work.session.scalar(
        select(Facility.id).where(Facility.site_id == site.id, Facility.code == command.code)
    ):
        raise Conflict(say("该场所已有编码为 {code} 的设施", code=command.code))
    values = {**vars(command), "register": register}
    facility = Facility(**values, organisation_id=site.organisation_id, park_id=site.park_id, ended_at=None)
    work.session.add(facility)
    trace.record(work, "facility.added", facility, about=[("site", site.id)], park_id=site.park_id)
    return facility


def revise_facility(work: Work, facility_id: UUID, command: ReviseFacility) -> Facility:
    """Change what a facility is, and what its register says (domain-rules 15.4). Its code stays.

    Raises:
        NotFound: no such facility of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names every wrong field; register fields as `#/register/<key>`.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    facility = facility_to_change(work, facility_id, command.seen_version)
    problems = _facility_problems(command.name, command.capacity)
    kept = command.register
    if kept is None:
        kept = _fitting(facility.register, fields_for(command.type))
    register = _read(kept, command.type, problems)
    if problems:
        raise InvalidInput(problems)
    facility.name, facility.type = command.name.strip(), command.type
    facility.capacity, facility.keeper = command.capacity, command.keeper.strip()
    facility.register = register
    trace.record(work, "facility.revised", facility, park_id=facility.park_id)
    return facility


def end_facility(work: Work, facility_id: UUID, command: EndFacility | None = None) -> Facility:
    """Retire a facility with its zones. It must be empty (GB 18597-2023, 4.8).

    Raises:
        NotFound: no such facility of the actor's.
        NotPermitted: the actor may not manage storage.
        Conflict: something lies in it still.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    facility = facility_to_change(work, facility_id, command.seen_version if command else None)
    zones = zones_in_use(work, facility.id)
    _ensure_empty(work, zones)
    facility.ended_at = work.now
    for zone in zones:
        zone.ended_at = work.now
    trace.record(work, "facility.ended", facility, changed=zones, park_id=facility.park_id)
    return facility


def facility_to_change(work: Work, facility_id: UUID, seen_version: int | None) -> Facility:
    """A facility in use, locked.

    Raises:
        NotFound: none such, not theirs, or retired.
        VersionConflict: it changed since the actor saw it.
    """
    facility = work.session.scalar(
        select(Facility)
        .where(Facility.id == facility_id, Facility.ended_at.is_(None), facilities_seen(work.actor))
        .with_for_update()
    )
    if facility is None:
        raise NotFound(say("没有这个贮存设施"))
    if seen_version is not None and seen_version != facility.version:
        raise VersionConflict(say("设施资料刚被他人修改，请刷新后重试"))
    return facility


def zones_in_use(work: Work, facility_id: UUID) -> Sequence[Zone]:
    """The zones of a facility that are not closed, by code; one statement."""
    return work.session.scalars(
        select(Zone).where(Zone.facility_id == facility_id, Zone.ended_at.is_(None)).order_by(Zone.code)
    ).all()


def _ensure_empty(work: Work, zones: Collection[Zone]) -> None:
    """Raises Conflict if mass lies in any of the zones, in containers or loose."""
    held = work.session.scalar(
        select(func.coalesce(func.sum(Balance.mass), 0)).where(
            Balance.place_kind == PlaceKind.ZONE, Balance.place_id.in_([zone.id for zone in zones])
        )
    )
    if held:
        raise Conflict(say("还存有 {mass} 吨，清空后才能停用", mass=tonnes_text(int(held))))


def add_zone(work: Work, command: AddZone) -> Zone:
    """Mark a zone of a facility: what may lie in it, how much, and where no separation stands.

    Raises:
        NotFound: no such facility of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names every wrong field.
        Conflict: the facility has a zone of that code.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    facility = facility_for(work, command.facility_id)
    problems = _problems(command, facility)
    code = command.code.strip()
    if not code:
        problems.append(FieldProblem("#/code", say("请填写分区编号，如 A1")))
    register = _read(command.register, facility.type, problems, of_zone=True)
    if problems:
        raise InvalidInput(problems)
    if work.session.scalar(select(Zone.id).where(Zone.facility_id == facility.id, Zone.code == code)):
        raise Conflict(say("该设施已有编号为 {code} 的分区", code=code))
    zone = Zone(
        facility_id=facility.id,
        code=code,
        name=command.name.strip(),
        capacity=command.capacity,
        allowed=list(command.allowed),
        forms=list(command.forms),
        open_to=list(command.open_to),
        register=register,
        ended_at=None,
    )
    work.session.add(zone)
    trace.record(work, "zone.added", zone, about=[facility], park_id=facility.park_id)
    return zone


def revise_zone(work: Work, zone_id: UUID, command: ReviseZone) -> Zone:
    """Change what a zone is for. What stands in it already stays and shows as findings.

    Raises:
        NotFound: no such zone of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names every wrong field.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    zone, facility = _zone_to_change(work, zone_id, command.seen_version)
    problems = _problems(command, facility)
    kept = command.register
    if kept is None:
        kept = _fitting(zone.register, fields_for_zone(facility.type))
    register = _read(kept, facility.type, problems, of_zone=True)
    if problems:
        raise InvalidInput(problems)
    zone.name, zone.capacity = command.name, command.capacity
    zone.allowed, zone.forms = list(command.allowed), list(command.forms)
    zone.open_to = list(command.open_to)
    zone.register = register
    trace.record(work, "zone.revised", zone, about=[facility], park_id=facility.park_id)
    return zone


def end_zone(work: Work, zone_id: UUID, *, seen_version: int | None = None) -> Zone:
    """Give a zone up. It must be empty.

    Raises:
        NotFound: no such zone of the actor's.
        NotPermitted: the actor may not manage storage.
        Conflict: something lies in it still.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    zone, facility = _zone_to_change(work, zone_id, seen_version)
    _ensure_empty(work, [zone])
    zone.ended_at = work.now
    trace.record(work, "zone.ended", zone, about=[facility], park_id=facility.park_id)
    return zone


def _zone_to_change(work: Work, zone_id: UUID, seen_version: int | None) -> tuple[Zone, Facility]:
    row = work.session.execute(
        select(Zone, Facility)
        .join(Facility, Facility.id == Zone.facility_id)
        .where(Zone.id == zone_id, Zone.ended_at.is_(None), facilities_seen(work.actor))
        .with_for_update(of=Zone)
    ).first()
    if row is None:
        raise NotFound(say("没有这个贮存分区"))
    zone, facility = row
    if seen_version is not None and seen_version != zone.version:
        raise VersionConflict(say("分区刚被他人修改，请刷新后重试"))
    return zone, facility


def _fitting(register: Mapping[str, object], fields: Sequence[RegisterField]) -> Mapping[str, object]:
    """What of a stored register still has its field, after the type of the facility was changed."""
    keys = {field.key for field in fields}
    return {key: value for key, value in register.items() if key in keys}


def _read(
    answers: Mapping[str, object],
    facility_type: FacilityType,
    problems: list[FieldProblem],
    *,
    of_zone: bool = False,
) -> dict[str, Value]:
    """The register as it is stored; its problems join the others."""
    try:
        return (read_zone_register if of_zone else read_register)(answers, facility_type)
    except InvalidInput as refused:
        problems += refused.problems
        return {}


def _facility_problems(name: str, capacity: int) -> list[FieldProblem]:
    problems = []
    if not name.strip():
        problems.append(FieldProblem("#/name", say("请填写设施名称")))
    if capacity <= 0:
        problems.append(FieldProblem("#/capacity_kg", say("贮存能力应大于 0")))
    return problems


def _hazardous_problems(allowed: tuple[str, ...]) -> list[FieldProblem]:
    if not allowed:
        return [FieldProblem("#/allowed", say("请指定分区可存放的废物类别或代码，如 HW08"))]
    return [
        FieldProblem("#/allowed", say("“{item}”不是废物类别（HW08）或代码（900-249-08）", item=item))
        for item in allowed
        if not ASSIGNABLE.fullmatch(item)
    ]


def _problems(command: AddZone | ReviseZone, facility: Facility) -> list[FieldProblem]:
    problems = []
    if not command.name.strip():
        problems.append(FieldProblem("#/name", say("请填写分区名称")))
    if command.capacity <= 0:
        problems.append(FieldProblem("#/capacity_kg", say("贮存能力应大于 0")))
    if facility.type.is_general:
        problems += [
            FieldProblem("#/allowed", say("“{item}”不是一般固废类别（SW17）或代码（900-003-S17）", item=item))
            for item in command.allowed
            if not GENERAL_ASSIGNABLE.fullmatch(item)
        ]
    else:
        problems += _hazardous_problems(command.allowed)
    known = {form.value for form in WasteForm}
    problems += [
        FieldProblem("#/forms", say("没有废物形态 {form}；可用 S、SS、L、G", form=form))
        for form in command.forms
        if form not in known
    ]
    return problems
