"""Collection rounds: one vehicle, a manifest for each consignor, the load counted over all of them."""

from dataclasses import replace

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.waste.consignments.commands import CancelConsignment
from app.waste.consignments.commands.road import ChangeStop, CreateRound, EndRound, RefuseToCarry
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations import cancel_consignment
from app.waste.consignments.operations.refusal import refuse_to_carry
from app.waste.consignments.operations.rounds import add_stop, create_round, end_round, remove_stop
from app.waste.consignments.queries.rounds import may_become_stops, open_rounds, round_view
from tests.integration.waste.consignments.road_world import on_the_road, tomorrow
from tests.integration.waste.consignments.world import TODAY, World


def a_round(world: World, **changes):
    command = CreateRound(vehicle_id=world.vehicle_id, driver_id=world.driver_id, planned_on=TODAY)
    with world.doing(world.carrier) as work:
        return create_round(work, replace(command, **changes))


def view(world: World, found):
    with world.seeing(world.carrier) as work:
        return round_view(work, found.id)


def add(world: World, found, trip, operation=add_stop):
    with world.doing(world.carrier) as work:
        return operation(work, found.number, ChangeStop(trip.number, view(world, found).version))


def drums(world: World, kilograms: int):
    return world.drums(1, net=Grams(kilograms * 1000), label_mass=Grams(kilograms * 1000))


def test_stops_are_called_at_in_their_order_and_then_delivered(world):
    found = a_round(world)
    first, second = world.submitted(world.drums(1)), world.loaded(world.drums(2))
    add(world, found, second)
    add(world, found, first)

    shown = view(world, found)
    assert found.number.startswith("R-2611-")
    assert [stop.consignment.number for stop in shown.stops] == [second.number, first.number]
    assert (shown.next_stop, shown.total) == (second.number, first.sent_mass + second.sent_mass)

    world.do(world.carrier, refuse_to_carry, second, RefuseToCarry, reason="包装破损")
    shown = view(world, found)
    assert [stop.consignment.number for stop in shown.stops] == [first.number]
    with pytest.raises(Conflict):
        end(world, found)
    world.do(world.consignor, cancel_consignment, first, CancelConsignment, reason="不送了")
    assert end(world, found).ended_at == world.now
    with world.seeing(world.carrier) as work:
        assert open_rounds(work) == []


def end(world: World, found):
    with world.doing(world.carrier) as work:
        return end_round(work, found.id, EndRound(view(world, found).version))


def test_the_load_counts_over_the_whole_round(world):
    found = a_round(world)
    heavy, light, rest = (world.submitted(drums(world, mass)) for mass in (4_000, 501, 500))
    add(world, found, heavy)

    with pytest.raises(Conflict, match="核载"):
        add(world, found, light)
    add(world, found, rest)

    assert view(world, found).total == 4_500_000
    with world.seeing(world.carrier) as work:
        assert [trip.number for trip, _ in may_become_stops(work, found)] == [light.number]
    add(world, found, rest, remove_stop)
    add(world, found, light := rest)
    assert [stop.consignment.id for stop in view(world, found).stops] == [heavy.id, light.id]


def test_what_can_be_no_stop(world):
    road = on_the_road(world)
    found, trip = a_round(world), world.submitted(world.drums(1))
    gone = world.departed(world.drums(1))
    add(world, found, trip)

    for refused in (trip, gone):
        with pytest.raises(Conflict):
            add(world, found, refused)
    with pytest.raises(Conflict):
        add(world, found, gone, remove_stop)
    with world.doing(world.carrier) as work, pytest.raises(VersionConflict):
        add_stop(work, found.id, ChangeStop(trip.number, 1))
    with world.doing(road.next_carrier) as work, pytest.raises(NotFound):
        add_stop(work, found.id, ChangeStop(trip.number, 1))
    with world.seeing(world.consignor) as work, pytest.raises(NotFound):
        round_view(work, found.id)


def test_a_round_is_made_of_ones_own(world):
    road = on_the_road(world)

    with pytest.raises(InvalidInput) as refused:
        a_round(world, vehicle_id=road.leg.vehicle_id, escort_id=world.driver_id)
    assert [problem.pointer for problem in refused.value.problems] == ["#/vehicle_id", "#/escort_id"]
    command = CreateRound(vehicle_id=world.vehicle_id, driver_id=world.driver_id, planned_on=TODAY)
    with world.doing(world.consignor) as work, pytest.raises(NotPermitted):
        create_round(work, command)


def test_a_round_by_api(world, client_of):
    driver = client_of(world.carrier.user_id)
    trip = world.submitted(world.drums(1))
    order = {
        "vehicle_id": str(world.vehicle_id),
        "driver_id": str(world.driver_id),
        "planned_on": tomorrow().isoformat(),
    }

    made = driver.post("/api/v1/rounds", json=order)
    path = made.headers["Location"]
    changed = driver.post(
        f"{path}/stops", json={"consignment": trip.number}, headers={"If-Match": made.headers["ETag"]}
    )

    assert (made.status_code, changed.status_code) == (201, 200)
    assert changed.json["next_stop"] == trip.number
    assert driver.get(path).json == changed.json
    assert [one["number"] for one in driver.get("/api/v1/rounds").json["items"]] == [
        changed.json["round"]["number"]
    ]
    with world.seeing(world.carrier) as work:
        assert work.session.get_one(Consignment, trip.id).round_stop == 1
