"""Drawing the floor plan of a facility, and telling which zones have no separation between them."""

from uuid import UUID

from app.foundation import trace
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import ensure_may
from app.waste.storage.facility_commands import DrawPlan, OpenZones
from app.waste.storage.floor_plan import Plan, plan_problems
from app.waste.storage.models import Facility, Zone
from app.waste.storage.operations.facilities import facility_to_change, zones_in_use


def draw_plan(work: Work, facility_id: UUID, command: DrawPlan) -> Facility:
    """Draw the floor plan of a facility: its outline, doors, aisles, and where its zones lie.

    Raises:
        NotFound: no such facility of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names everything that overlaps, sticks out or belongs elsewhere.
        VersionConflict: the facility changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    facility = facility_to_change(work, facility_id, command.seen_version)
    zones = {zone.id: zone for zone in zones_in_use(work, facility.id)}
    problems = [
        FieldProblem(f"#/zones/{number}/zone_id", say("没有这个贮存分区"))
        for number, drawn in enumerate(command.zones)
        if drawn.zone_id not in zones
    ]
    if problems:
        raise InvalidInput(problems)
    codes = [zones[item.zone_id].code for item in command.zones]
    problems = [
        FieldProblem(f"#/zones/{number}/zone_id", say("{second} 与 {first} 重叠", first=code, second=code))
        for number, code in enumerate(codes)
        if code in codes[:number]
    ]
    if problems:  # one zone drawn twice
        raise InvalidInput(problems)
    drawn = dict(zip(codes, (item.place for item in command.zones), strict=True))
    plan = Plan(
        command.width,
        command.depth,
        command.doors,
        command.aisles,
        {code: place for code, place in drawn.items() if place is not None},
    )
    if problems := plan_problems(plan, list(drawn)):
        raise InvalidInput(problems)
    facility.layout = plan.outline
    moved = _place(command, zones)
    trace.record(work, "facility.plan_drawn", facility, changed=moved, park_id=facility.park_id)
    return facility


def _place(command: DrawPlan, zones: dict[UUID, Zone]) -> list[Zone]:
    """Put the zones where they are drawn; those that lie elsewhere than before."""
    moved = []
    for item in command.zones:
        zone, layout = zones[item.zone_id], item.place.as_layout() if item.place else {}
        if zone.layout != layout:
            zone.layout = layout
            moved.append(zone)
    return moved


def open_zones(work: Work, facility_id: UUID, command: OpenZones) -> tuple[Zone, Zone]:
    """Note that nothing separates two zones of a facility: what stands in them is checked together.

    Raises:
        NotFound: no such facility of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: no such zones, or one and the same.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    facility = facility_to_change(work, facility_id, None)
    zones = {zone.code: zone for zone in zones_in_use(work, facility.id)}
    problems = [
        FieldProblem(f"#/{name}", say("没有这个贮存分区"))
        for name, code in (("one", command.one), ("other", command.other))
        if code not in zones
    ]
    if not problems and command.one == command.other:
        problems = [FieldProblem("#/other", say("请选择两个不同的分区"))]
    if problems:
        raise InvalidInput(problems)
    one, other = zones[command.one], zones[command.other]
    one.open_to = sorted({*one.open_to, other.code})
    other.open_to = sorted({*other.open_to, one.code})
    trace.record(work, "zone.opened", one, about=[facility], changed=[other], park_id=facility.park_id)
    return one, other
