"""Two people at once: exactly one wins, and nothing is moved twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, DomainError, VersionConflict
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment, SubmitConsignment
from app.waste.registry.models import Balance, PlaceKind, Posting
from tests.integration.waste.consignments.world import DRUM, World, build


@pytest.fixture
def world(throwaway_database) -> World:
    return build(throwaway_database)


def at_once(*acts):
    """Run acts in threads that start together; gives what each returned or the refusal it met."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except DomainError as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result() for future in [threads.submit(run, act) for act in acts]]


def test_of_two_drivers_who_depart_at_once_one_wins(world):
    drums = world.drums(3)
    trip = world.do(world.consignor, operations.sign_as_consignor, world.loaded(drums), SignConsignment)

    def depart():
        with world.doing(world.carrier) as work:
            return operations.sign_as_carrier(work, trip.id, SignConsignment(trip.version))

    outcomes = at_once(depart, depart)

    refusals = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert [type(refusal) for refusal in refusals] == [VersionConflict]
    with world.seeing(world.operator) as work:
        moved = work.session.scalar(
            select(func.sum(Posting.mass)).where(Posting.to_kind == PlaceKind.CONSIGNMENT)
        )
        in_transit = work.session.scalar(select(func.sum(Balance.mass)).where(Balance.place_id == trip.id))
    assert moved == in_transit == 3 * DRUM


def test_a_drum_promised_twice_at_once_goes_once(world):
    drums = world.drums(1)
    trips = [world.draft(drums), world.draft(drums)]

    def submit(trip):
        with world.doing(world.consignor) as work:
            return operations.submit_consignment(work, trip.id, SubmitConsignment(trip.version))

    outcomes = at_once(*[lambda trip=trip: submit(trip) for trip in trips])

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, DomainError)] == [Conflict]


def test_numbers_drawn_at_once_are_all_different(world):
    drums = world.drums(4)

    trips = at_once(*[lambda drum=drum: world.draft([drum]) for drum in drums])

    assert len({trip.number for trip in trips}) == 4
