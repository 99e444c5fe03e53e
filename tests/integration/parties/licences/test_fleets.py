"""Carriers keep their permits, vehicles and crew themselves: entered, changed, ended, never deleted."""

from dataclasses import replace
from datetime import date

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.parties.accounts.permissions import Role, permissions_of
from app.parties.licences import operations, queries
from app.parties.licences.commands import RegisterCarrierPermit, RegisterCrewMember, RegisterVehicle
from app.parties.licences.models import Vehicle, VehicleBody
from tests.integration.waste.consignments.world import World, build

UNTIL = date(2027, 8, 31)


@pytest.fixture
def world(database) -> World:
    world = build(database, has_plan=False)
    world.carrier = replace(world.carrier, permissions=permissions_of(Role.CARRIER))
    return world


def a_vehicle(world, **changes):
    command = RegisterVehicle(
        world.carrier.organisation_id, "演AD0799", "罐式货车", Grams(9_000_000), UNTIL,
        body=VehicleBody.TANK, permit_number="演交运 1", satellite_terminal="BD-1", valid_from=date(2025, 1, 1),
    )  # fmt: skip
    return replace(command, **changes)


def test_a_vehicle_is_entered_changed_and_ended_and_its_plate_is_free_again(world):
    with world.doing(world.carrier) as work:
        vehicle = operations.register_vehicle(work, a_vehicle(world))
    with world.doing(world.carrier) as work:
        wider = a_vehicle(world, approved_load=Grams(9_500_000))
        vehicle = operations.change_vehicle(work, vehicle.id, wider, vehicle.version)
    with pytest.raises(InvalidInput), world.doing(world.carrier) as work:
        operations.change_vehicle(work, vehicle.id, a_vehicle(world, plate="演AD0798"), vehicle.version)
    with pytest.raises(Conflict), world.doing(world.operator) as work:
        operations.register_vehicle(work, a_vehicle(world))
    with world.doing(world.operator) as work:
        ended = operations.end_vehicle(work, vehicle.id, vehicle.version)
    with pytest.raises(Conflict), world.doing(world.carrier) as work:
        operations.end_vehicle(work, vehicle.id, ended.version)
    with world.doing(world.carrier) as work:
        operations.register_vehicle(work, a_vehicle(world))

    with world.seeing(world.operator) as work:
        (driven,) = queries.fleets(work, world.carrier.organisation_id)
        (all_of_it,) = queries.fleets(work, world.carrier.organisation_id, with_ended=True)
        assert work.session.get_one(Vehicle, vehicle.id).approved_load == 9_500_000
    assert [one.plate for one in driven.vehicles] == ["演AD0712", "演AD0799"]
    assert len(all_of_it.vehicles) == 3


def test_a_suspended_or_ended_permit_and_a_person_who_left(world):
    own = world.carrier.organisation_id
    with world.doing(world.carrier) as work:
        permit = operations.register_carrier_permit(
            work, RegisterCarrierPermit(own, "新证", ("3",), date(2030, 1, 1), valid_from=date(2026, 1, 1))
        )
        person = operations.register_crew_member(
            work, RegisterCrewMember(own, "卫长风", "000-0000-7713", "演危运押 1", UNTIL, is_escort=True)
        )
    with world.doing(world.carrier) as work:
        command = RegisterCarrierPermit(
            own, "新证", ("3", "8"), date(2030, 1, 1), suspended_from=date(2026, 11, 1)
        )
        permit = operations.change_carrier_permit(work, permit.id, command, permit.version)
        person = operations.change_crew_member(
            work, person.id, RegisterCrewMember(own, "卫长风", "", "演危运押 1", UNTIL), person.version
        )
    with world.doing(world.carrier) as work:
        operations.end_carrier_permit(work, permit.id, permit.version)
        operations.end_crew_member(work, person.id, person.version)

    with world.seeing(world.operator) as work:
        (fleet,) = queries.fleets(work, own)
        kept = queries.permits_of(work, own)
    assert fleet.permit.number == "演交危运 0000123"
    assert [one.number for one in kept] == ["新证", "演交危运 0000123"]
    assert "卫长风" not in {one.name for one in (*fleet.drivers, *fleet.escorts)}


def test_a_fleet_is_kept_by_its_own_carrier_and_the_park(world):
    with world.doing(world.carrier) as work:
        vehicle = operations.register_vehicle(work, a_vehicle(world))
    stranger = replace(world.carrier, organisation_id=world.consignor.organisation_id)
    driver = replace(world.carrier, permissions=permissions_of(Role.DRIVER))
    for error, actor, act in [
        (NotPermitted, stranger, lambda w: operations.register_vehicle(w, a_vehicle(world, plate="演AD0797"))),
        (NotPermitted, driver, lambda w: operations.register_vehicle(w, a_vehicle(world, plate="演AD0797"))),
        (NotFound, stranger, lambda w: operations.end_vehicle(w, vehicle.id, vehicle.version)),
        (VersionConflict, world.carrier, lambda w: operations.end_vehicle(w, vehicle.id, 9)),
        (NotFound, world.operator, lambda w: operations.register_vehicle(w, a_vehicle(world, organisation_id=world.consignor.organisation_id))),
        (InvalidInput, world.carrier, lambda w: operations.register_vehicle(w, a_vehicle(world, plate="演AD0796", valid_from=date(2028, 1, 1)))),
        (InvalidInput, world.carrier, lambda w: operations.register_carrier_permit(w, RegisterCarrierPermit(world.carrier.organisation_id, " ", (), UNTIL))),
        (InvalidInput, world.carrier, lambda w: operations.register_crew_member(w, RegisterCrewMember(world.carrier.organisation_id, "甲", "", "证", UNTIL, user_id=world.consignor.user_id))),
    ]:  # fmt: skip
        with pytest.raises(error), world.doing(actor) as work:
            act(work)
