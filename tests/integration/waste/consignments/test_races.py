"""Two people at once: exactly one wins, and nothing is moved twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, DomainError, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.waste.consignments import operations
from app.waste.consignments.commands import AcceptConsignment, SignConsignment, SubmitConsignment
from app.waste.consignments.commands.road import ChangeStop, CreateRound, TakeOver, Verified
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations import takeover
from app.waste.consignments.operations.rounds import add_stop, create_round
from app.waste.consignments.queries import papers_for
from app.waste.consignments.queries.rounds import round_view
from app.waste.consignments.revisions import operations as revising
from app.waste.consignments.revisions.commands import AnswerRevision, RequestRevision, WithdrawRevision
from app.waste.registry.models import Balance, PlaceKind, Posting
from tests.integration.waste.consignments.general_world import TONNE, build_general
from tests.integration.waste.consignments.road_world import on_the_road
from tests.integration.waste.consignments.test_revisions import printed
from tests.integration.waste.consignments.test_scenarios_road import with_two_carriers
from tests.integration.waste.consignments.world import ALL_CHECKS, DRUM, TODAY, World, build


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


def test_two_loads_at_once_draw_no_more_than_lies_there(world):
    general = build_general(world)
    batch = general.batch(9)
    trips = [general.loaded(6), general.loaded(6)]
    trips = [world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment) for trip in trips]

    def depart(trip):
        def departing():
            with world.doing(world.carrier) as work:
                return operations.sign_as_carrier(work, trip.id, SignConsignment(trip.version))

        return departing

    outcomes = at_once(*(depart(trip) for trip in trips))

    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1, outcomes
    assert general.left(batch) == 3 * TONNE


def test_numbers_drawn_at_once_are_all_different(world):
    drums = world.drums(4)

    trips = at_once(*[lambda drum=drum: world.draft([drum]) for drum in drums])

    assert len({trip.number for trip in trips}) == 4


def test_of_a_consent_and_a_withdrawal_at_once_one_wins(world):
    trip = world.departed()
    with world.doing(world.consignor) as work:
        version = work.session.get_one(Consignment, trip.id).version
        revision = revising.request_revision(
            work, trip.id, RequestRevision({"due_on": "2026-12-01"}, "改期", version), printed
        )

    def agree():
        with world.doing(world.carrier) as work:
            return revising.answer_revision(
                work, trip.id, revision.number, AnswerRevision(True, version + 1), printed
            )

    def withdraw():
        with world.doing(world.consignor) as work:
            return revising.withdraw_revision(work, trip.id, revision.number, WithdrawRevision(version + 1))

    outcomes = at_once(agree, withdraw)

    assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == 1


def test_of_two_clerks_who_accept_at_once_one_does(world):
    drums = world.drums(2)
    trip = world.weighed(drums, [DRUM, DRUM])

    def accept():
        with world.doing(world.consignee) as work:
            return operations.accept_consignment(
                work, trip.id, AcceptConsignment(trip.version, checks=ALL_CHECKS)
            )

    outcomes = at_once(accept, accept)

    assert [type(one) for one in outcomes if isinstance(one, DomainError)] == [VersionConflict]
    with world.seeing(world.operator) as work:
        received = select(func.sum(Balance.mass)).where(Balance.place_id == world.consignee_site_id)
        assert work.session.scalar(received) == 2 * DRUM


def test_of_two_drivers_of_the_next_carrier_one_takes_over(world):
    road = on_the_road(world)
    trip = with_two_carriers(road, world.drums(2))

    def take():
        with world.doing(road.next_carrier) as work:
            return takeover.take_over(work, trip.id, TakeOver(frozenset(Verified), trip.version))

    outcomes = at_once(take, take)

    refusals = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert [type(refusal) for refusal in refusals] == [NotPermitted]  # its firm is the next carrier no more
    with world.seeing(road.next_carrier) as work:
        signatures = [one.leg for one in papers_for(work, trip.id).signatures if one.party == "carrier"]
    assert signatures == [1, 2]


def test_two_stops_at_once_never_overload_the_vehicle(world):
    heavy = {"net": Grams(3_000_000), "label_mass": Grams(3_000_000)}
    trips = [world.submitted(world.drums(1, **heavy)) for _ in range(2)]
    with world.doing(world.carrier) as work:
        found = create_round(work, CreateRound(world.vehicle_id, world.driver_id, TODAY))

    def add(trip):
        with world.doing(world.carrier) as work:
            return add_stop(work, found.id, ChangeStop(trip.number, found.version))

    outcomes = at_once(*[lambda trip=trip: add(trip) for trip in trips])

    assert [isinstance(outcome, Conflict) for outcome in outcomes].count(True) == 1
    with world.seeing(world.carrier) as work:
        assert round_view(work, found.id).total == 3_000_000
