"""Setting up facilities and zones."""

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.storage.commands import AddFacility, AddZone, ReviseZone
from app.waste.storage.facility_commands import ReviseFacility
from app.waste.storage.models import Facility, FacilityType, Zone
from app.waste.storage.operations.facilities import (
    add_facility,
    add_zone,
    end_facility,
    end_zone,
    revise_facility,
    revise_zone,
)
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


def changed(plant, facility, actor=None, **values):
    command = {
        "name": "1# 危废贮存库",
        "type": FacilityType.WAREHOUSE,
        "capacity": Grams(50 * KG),
        "keeper": "陆青岚",
    }
    with plant.working(actor) as work:
        return revise_facility(work, facility.id, ReviseFacility(**command | values))


def test_a_register_is_read_kept_and_told_by_its_event(plant, session):
    facility = plant.facility()

    changed(plant, facility, register={"area_m2": " 160 ", "video": "yes", "video_months": "3", "scale": ""})

    kept = session.get(Facility, facility.id)
    assert kept.register == {"area_m2": "160", "video": True, "video_months": 3}
    assert (kept.capacity, kept.keeper) == (50 * KG, "陆青岚")
    [event] = session.scalars(select(TraceEvent).where(TraceEvent.name == "facility.revised")).all()
    assert "video_months" in event.envelope
    assert "陆青岚" not in event.envelope


def test_a_register_that_is_not_sent_stays_as_far_as_the_type_has_it(plant, session):
    facility = plant.facility(register={"area_m2": "160", "gas_collection": True})

    changed(plant, facility, type=FacilityType.SPOT)

    assert session.get(Facility, facility.id).register == {"area_m2": "160"}


def test_all_wrong_fields_of_a_facility_are_named_with_those_of_its_register(plant):
    facility = plant.facility()

    wrong = {"name": " ", "capacity": Grams(0), "register": {"area_m2": "big", "roof": True}}
    assert pointers_of(lambda: changed(plant, facility, **wrong)) == [
        "#/name",
        "#/capacity_kg",
        "#/register/roof",
        "#/register/area_m2",
    ]
    assert pointers_of(lambda: plant.zone(facility, register={"containment_l": "-1"})) == [
        "#/register/containment_l"
    ]


def test_a_facility_is_changed_by_its_own_people_as_they_saw_it(plant, database):
    facility = plant.facility()

    with pytest.raises(VersionConflict):
        changed(plant, facility, seen_version=facility.version + 1)
    with pytest.raises(NotFound):
        changed(plant, facility, actor=a_plant(database).producer)
    with pytest.raises(NotPermitted):
        changed(plant, facility, actor=somebody(Role.INSPECTOR, None, plant.park_id))


def test_what_holds_waste_is_not_closed_and_what_is_closed_is_gone(plant):
    facility = plant.facility()
    zone, empty = plant.zone(facility), plant.zone(facility, code="A2")
    drum = plant.stored(plant.stream(), zone)

    for act in (lambda work: end_zone(work, zone.id), lambda work: end_facility(work, facility.id)):
        with pytest.raises(Conflict), plant.working() as work:
            act(work)
    with plant.working() as work:
        end_zone(work, empty.id)
    with pytest.raises(NotFound):
        plant.put(drum, empty)


def test_an_empty_facility_is_closed_with_its_zones(plant, session):
    kept, facility = plant.facility(), plant.facility(code="TS002")
    zone = plant.zone(facility)
    drum = plant.drum(plant.stream())

    with plant.working() as work:
        end_facility(work, facility.id)
        assert [stock.facility.id for stock in facilities_with_stock(work)] == [kept.id]

    assert session.get(Zone, zone.id).ended_at == plant.now
    with pytest.raises(NotFound):
        plant.put(drum, zone)
    with pytest.raises(NotFound):
        changed(plant, facility)
