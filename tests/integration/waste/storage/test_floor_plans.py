"""Drawing the floor plan, and which zones have no separation between them."""

import pytest
from sqlalchemy import select

from app.foundation.core.errors import InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.storage.facility_commands import DrawnZone, DrawPlan, OpenZones
from app.waste.storage.floor_plan import Door, Rect
from app.waste.storage.models import Facility, Zone
from app.waste.storage.operations.floor_plans import draw_plan, open_zones
from tests.factories import somebody
from tests.factories.plant import a_plant


def drawn(plant, facility, *places, actor=None, seen_version=None, **outline):
    size = {"width": 200, "depth": 90} | outline
    command = DrawPlan(**size, zones=tuple(DrawnZone(*place) for place in places), seen_version=seen_version)
    with plant.working(actor) as work:
        return draw_plan(work, facility.id, command)


def test_a_plan_is_kept_with_its_zones_in_one_event(plant, session):
    facility = plant.facility()
    one, other = plant.zone(facility), plant.zone(facility, code="A2")

    drawn(plant, facility, (one.id, Rect(0, 0, 40, 30)), (other.id, None), doors=(Door("left", 40, 20),))

    kept = session.get(Facility, facility.id)
    assert (kept.layout["width"], kept.layout["doors"]) == (200, [{"side": "left", "at": 40, "width": 20}])
    assert session.get(Zone, one.id).layout == {"x": 0, "y": 0, "width": 40, "depth": 30}
    assert session.get(Zone, other.id).layout == {}
    [event] = session.scalars(select(TraceEvent).where(TraceEvent.name == "facility.plan_drawn")).all()
    assert event.subject_id == facility.id
    assert str(one.id) in event.envelope


def test_what_cannot_be_is_refused_whole(plant, session):
    facility = plant.facility()
    one, other = plant.zone(facility), plant.zone(facility, code="A2")

    with pytest.raises(InvalidInput) as refused:
        drawn(plant, facility, (one.id, Rect(0, 0, 40, 30)), (other.id, Rect(190, 0, 40, 95)))
    assert [problem.pointer for problem in refused.value.problems] == ["#/zones/1/x", "#/zones/1/y"]
    with pytest.raises(InvalidInput) as refused:
        drawn(plant, facility, (new_id(), Rect(0, 0, 40, 30)))
    assert [problem.pointer for problem in refused.value.problems] == ["#/zones/0/zone_id"]
    with pytest.raises(InvalidInput) as refused:
        drawn(plant, facility, (one.id, Rect(0, 0, 40, 30)), (one.id, Rect(60, 0, 40, 30)))
    assert [problem.pointer for problem in refused.value.problems] == ["#/zones/1/zone_id"]
    assert session.get(Facility, facility.id).layout == {}


def test_only_its_own_people_draw_it_and_only_what_they_saw(plant, database):
    facility = plant.facility()

    with pytest.raises(NotFound):
        drawn(plant, facility, actor=a_plant(database).producer)
    with pytest.raises(NotPermitted):
        drawn(plant, facility, actor=somebody(Role.PARK_OPERATOR, None, plant.park_id))
    with pytest.raises(VersionConflict):
        drawn(plant, facility, seen_version=facility.version + 1)


def test_zones_are_open_to_each_other_on_both_sides(plant, session):
    facility = plant.facility()
    one, other = plant.zone(facility), plant.zone(facility, code="A2")

    with plant.working() as work:
        open_zones(work, facility.id, OpenZones("A1", "A2"))

    assert session.get(Zone, one.id).open_to == ["A2"]
    assert session.get(Zone, other.id).open_to == ["A1"]
    with pytest.raises(InvalidInput) as refused, plant.working() as work:
        open_zones(work, facility.id, OpenZones("A1", "Z9"))
    assert [problem.pointer for problem in refused.value.problems] == ["#/other"]
    with pytest.raises(InvalidInput), plant.working() as work:
        open_zones(work, facility.id, OpenZones("A1", "A1"))
