"""How many SQL statements each act and list costs: numbers that no noise touches, the same for any load."""

import pytest

from app.waste.consignments import operations
from app.waste.consignments.commands import (
    AcceptConsignment,
    LoadContainer,
    SignConsignment,
    StartLoading,
    SubmitConsignment,
)
from app.waste.consignments.queries import (
    Bucket,
    bucket_counts,
    consignments_page,
    papers_for,
)
from tests.integration.waste.consignments.world import ALL_CHECKS

DRUM_COUNTS = pytest.mark.parametrize("drum_count", [2, 12])


@DRUM_COUNTS
def test_creating(world, count_statements, drum_count):
    drums = world.drums(drum_count)

    with world.doing(world.consignor) as work, count_statements() as sent:
        operations.create_consignment(work, world.order(drums))

    assert len(sent) <= 13, sent


@DRUM_COUNTS
def test_submitting(world, count_statements, drum_count):
    trip = world.draft(world.drums(drum_count))

    with count_statements() as sent, world.doing(world.consignor) as work:
        operations.submit_consignment(work, trip.id, SubmitConsignment(trip.version))

    assert len(sent) <= 15, (
        sent
    )  # of them one reads the plan (HWTM 14), one the contracts (HWTM 10), three book the licence


@DRUM_COUNTS
def test_signing(world, count_statements, drum_count):
    trip = world.loaded(world.drums(drum_count))

    with count_statements() as sent, world.doing(world.consignor) as work:
        operations.sign_as_consignor(work, trip.id, SignConsignment(trip.version))

    assert len(sent) <= 8, sent


@DRUM_COUNTS
def test_departing(world, count_statements, drum_count):
    trip = world.do(
        world.consignor, operations.sign_as_consignor, world.loaded(world.drums(drum_count)), SignConsignment
    )

    with count_statements() as sent, world.doing(world.carrier) as work:
        operations.sign_as_carrier(work, trip.id, SignConsignment(trip.version))

    assert len(sent) <= 18, sent  # of them one reads the contracts, one what else is on vehicle and waybill


@DRUM_COUNTS
def test_accepting(world, count_statements, drum_count):
    drums = world.drums(drum_count)
    trip = world.weighed(drums, [drum.net - 100 for drum in drums])

    with count_statements() as sent, world.doing(world.consignee) as work:
        operations.accept_consignment(work, trip.id, AcceptConsignment(trip.version, checks=ALL_CHECKS))

    assert len(sent) <= 18, sent


def test_loading_one_container(world, count_statements):
    drums = world.drums(3)
    trip = world.submitted(drums)
    trip = world.do(world.consignor, operations.start_loading, trip, StartLoading)

    with count_statements() as sent, world.doing(world.carrier) as work:
        operations.load_container(work, trip.id, LoadContainer(drums[0].code, trip.version))

    assert len(sent) <= 8, sent


@pytest.mark.parametrize("size", [3, 12])
@pytest.mark.parametrize("viewer", ["consignor", "consignee", "carrier", "operator"])
def test_a_page_and_its_badges_take_two(world, count_statements, size, viewer):
    for _ in range(size):
        world.submitted(world.drums(1))

    with world.seeing(getattr(world, viewer)) as work, count_statements() as sent:
        page = consignments_page(work, limit=10, bucket=Bucket.OPEN)
        bucket_counts(work)

    assert len(page.rows) == min(size, 10)
    assert len(sent) <= 2, sent


def test_the_whole_papers_take_three(world, count_statements):
    trip = world.departed(world.drums(4))

    with world.seeing(world.consignee) as work, count_statements() as sent:
        papers = papers_for(work, trip.id)

    assert (len(papers.items), len(papers.signatures)) == (4, 2)
    assert len(sent) <= 3, sent
