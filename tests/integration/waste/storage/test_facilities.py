"""Setting up facilities and zones."""

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.storage.commands import AddFacility, AddZone, ReviseZone
from app.waste.storage.models import FacilityType
from app.waste.storage.operations.facilities import add_facility, add_zone, revise_zone
from app.waste.storage.queries import facilities_with_stock
from tests.factories import somebody
from tests.factories.plant import KG, a_plant


def pointers_of(act):
    with pytest.raises(InvalidInput) as refused:
        act()
    return [problem.pointer for problem in refused.value.problems]


def revised(plant, zone, actor=None, **changes):
    values = {"name": "新名", "capacity": Grams(5), "allowed": ("HW08",), "forms": (), "open_to": ()}
    with plant.working(actor) as work:
        return revise_zone(work, zone.id, ReviseZone(**values | changes))


def test_facilities_and_zones_leave_events_without_names(plant, session):
    facility = plant.facility(name="陆青岚的库")
    plant.zone(facility, name="陆青岚的区")

    events = session.scalars(select(TraceEvent).order_by(TraceEvent.id)).all()
    assert [event.name for event in events[-2:]] == ["facility.added", "zone.added"]
    assert all("陆青岚" not in event.envelope for event in events)


def test_all_wrong_fields_are_named(plant):
    facility = plant.facility()

    assert pointers_of(lambda: plant.facility(code="X1", name=" ", capacity=Grams(0))) == [
        "#/code",
        "#/name",
        "#/capacity_kg",
    ]
    assert pointers_of(
        lambda: plant.zone(facility, code=" ", name="", capacity=Grams(-1), allowed=(), forms=("X",))
    ) == ["#/name", "#/capacity_kg", "#/allowed", "#/forms", "#/code"]
    assert pointers_of(lambda: plant.zone(facility, allowed=("HW08", "hw6", "900"))) == ["#/allowed"] * 2


def test_codes_are_given_once(plant):
    facility = plant.facility()
    plant.zone(facility)

    with pytest.raises(Conflict):
        plant.facility()
    with pytest.raises(Conflict):
        plant.zone(facility, code=" A1 ")


def test_a_revised_zone_takes_other_wastes(plant, session):
    zone = plant.zone(plant.facility())

    changed = revised(plant, zone, seen_version=zone.version)

    assert (changed.name, changed.allowed, changed.version) == ("新名", ["HW08"], zone.version + 1)
    with pytest.raises(VersionConflict):
        revised(plant, zone, seen_version=zone.version)


def test_other_firms_have_nothing_here(plant, database):
    facility = plant.facility()
    zone = plant.zone(facility)
    other = a_plant(database).producer

    with pytest.raises(NotFound), plant.working(other) as work:
        add_facility(work, AddFacility(plant.site_id, "TS009", "库", FacilityType.WAREHOUSE, Grams(1)))
    with pytest.raises(NotFound), plant.working(other) as work:
        add_zone(work, AddZone(facility.id, "B1", "区", Grams(1), ("HW06",)))
    with pytest.raises(NotFound):
        revised(plant, zone, other)


@pytest.mark.parametrize("role", [Role.DRIVER, Role.INSPECTOR, Role.PARK_OPERATOR])
def test_only_storing_people_set_up(plant, role):
    zone = plant.zone(plant.facility())
    actor = somebody(role, plant.organisation_id if role is Role.DRIVER else None, plant.park_id)

    with pytest.raises(NotPermitted):
        revised(plant, zone, actor)


def test_stock_is_what_stands_there_for_those_who_may_see_it(plant, database):
    facility = plant.facility()
    zone, empty = plant.zone(facility), plant.zone(facility, code="A2")
    stream = plant.stream()
    plant.stored(stream, zone, 100)
    plant.stored(stream, zone, 50)
    plant.drum(stream)
    stranger = a_plant(database)

    for actor in (plant.producer, plant.operator):
        with database.reading(actor) as work:
            (stock,) = facilities_with_stock(work)
        assert (stock.mass, stock.container_count) == (150 * KG, 2)
        assert [(item.zone.id, item.mass) for item in stock.zones] == [(zone.id, 150 * KG), (empty.id, 0)]
    with database.reading(stranger.operator) as work:
        assert facilities_with_stock(work) == []
