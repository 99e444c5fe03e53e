"""Setting up facilities and zones."""

import re
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteForm
from app.waste.registry.policy import ensure_may, site_for
from app.waste.storage.commands import AddFacility, AddZone, ReviseZone
from app.waste.storage.models import Facility, Zone
from app.waste.storage.queries import facilities_seen, facility_for

FACILITY_CODE = re.compile(r"(TS|MF)\d{3,4}")
ASSIGNABLE = re.compile(r"HW\d{2}|\d{3}-\d{3}-\d{2}")


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
    if not command.name.strip():
        problems.append(FieldProblem("#/name", say("请填写设施名称")))
    if command.capacity <= 0:
        problems.append(FieldProblem("#/capacity_kg", say("贮存能力应大于 0")))
    if problems:
        raise InvalidInput(problems)
    if work.session.scalar(
        select(Facility.id).where(Facility.site_id == site.id, Facility.code == command.code)
    ):
        raise Conflict(say("该场所已有编码为 {code} 的设施", code=command.code))
    facility = Facility(
        **vars(command), organisation_id=site.organisation_id, park_id=site.park_id, ended_at=None
    )
    work.session.add(facility)
    trace.record(work, "facility.added", facility, about=[("site", site.id)], park_id=site.park_id)
    return facility


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
    problems = _problems(command.name, command.capacity, command.allowed, command.forms)
    code = command.code.strip()
    if not code:
        problems.append(FieldProblem("#/code", say("请填写分区编号，如 A1")))
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
    row = work.session.execute(
        select(Zone, Facility)
        .join(Facility, Facility.id == Zone.facility_id)
        .where(Zone.id == zone_id, facilities_seen(work.actor))
        .with_for_update(of=Zone)
    ).first()
    if row is None:
        raise NotFound(say("没有这个贮存分区"))
    zone, facility = row
    if command.seen_version is not None and command.seen_version != zone.version:
        raise VersionConflict(say("分区刚被他人修改，请刷新后重试"))
    problems = _problems(command.name, command.capacity, command.allowed, command.forms)
    if problems:
        raise InvalidInput(problems)
    zone.name, zone.capacity = command.name, command.capacity
    zone.allowed, zone.forms = list(command.allowed), list(command.forms)
    zone.open_to = list(command.open_to)
    trace.record(work, "zone.revised", zone, about=[facility], park_id=facility.park_id)
    return zone


def _problems(
    name: str, capacity: int, allowed: tuple[str, ...], forms: tuple[str, ...]
) -> list[FieldProblem]:
    problems = []
    if not name.strip():
        problems.append(FieldProblem("#/name", say("请填写分区名称")))
    if capacity <= 0:
        problems.append(FieldProblem("#/capacity_kg", say("贮存能力应大于 0")))
    if not allowed:
        problems.append(FieldProblem("#/allowed", say("请指定分区可存放的废物类别或代码，如 HW08")))
    problems += [
        FieldProblem("#/allowed", say("“{item}”不是废物类别（HW08）或代码（900-249-08）", item=item))
        for item in allowed
        if not ASSIGNABLE.fullmatch(item)
    ]
    known = {form.value for form in WasteForm}
    problems += [
        FieldProblem("#/forms", say("没有废物形态 {form}；可用 S、SS、L、G", form=form))
        for form in forms
        if form not in known
    ]
    return problems
