"""What each role finds on its workbench, and the counts beside the navigation."""

import re

import pytest

from app.foundation.core.work import Actor
from app.waste.consignments.queries.attention import attention_of
from app.waste.storage.attention import Waiting, oldest_containers
from tests.factories.plant import a_plant
from tests.integration.waste.consignments.world import build


@pytest.fixture
def world(database):
    return build(database)


@pytest.fixture
def visit(client_of):
    """The workbench as somebody of the world sees it, without its tags."""

    def visit(actor):
        page = client_of(actor.user_id).get("/workbench")
        assert page.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))

    return visit


def test_the_first_to_do_is_the_consignment_that_waits(world, visit):
    trip = world.submitted()

    assert f"联单 {trip.number} 等你装载" in visit(world.consignor)
    assert "等你装载" not in visit(world.carrier)


def test_a_driver_finds_the_task_of_the_day(world, visit):
    trip = world.loaded()
    seen = visit(world.carrier)

    assert "今天的任务" in seen
    assert trip.number in seen


def test_the_recycler_is_told_to_weigh_and_then_to_sign(world, visit):
    drums = world.drums(1)
    trip = world.arrived(drums)
    assert f"联单 {trip.number} 等你过磅" in visit(world.consignee)

    world.weigh(trip, drums[0], 186_400)

    assert f"联单 {trip.number} 等你签收" in visit(world.consignee)


def test_the_park_sees_its_numbers_and_what_rules_find(world, visit):
    world.drums(3)
    seen = visit(world.operator)

    assert "在库危险废物" in seen
    assert "3 个容器" in seen
    assert "待我处理" not in seen


def test_a_partly_weighed_consignment_shows_no_difference_yet(world, visit):
    drums = world.drums(2)
    trip = world.arrived(drums)
    world.weigh(trip, drums[0], 186_400)

    assert not re.search(r"磅差 [−+0-9]", visit(world.consignee))


def test_what_waits_is_counted_in_one_statement(world, count_statements, database):
    with database.reading(world.consignor) as work, count_statements() as sent:
        attention_of(work)
    with database.reading(world.operator) as work, count_statements() as for_the_park:
        attention_of(work)

    assert (len(sent), len(for_the_park)) == (1, 0)


def test_each_kind_of_waiting_is_counted(database, reference_data):
    plant = a_plant(database)
    bare = plant.stream("900-249-08", precautions="")
    stream, zone = plant.stream(), plant.zone(plant.facility())
    plant.drum(stream, None)
    plant.drum(stream, 186)
    plant.stored(stream, zone)

    with database.reading(plant.producer, now=plant.now) as work:
        found = attention_of(work)

    assert bare.precautions == ""
    assert found.storage == {
        Waiting.UNWEIGHED: 1,
        Waiting.UNPLACED: 1,
        Waiting.UNLABELLED: found.storage[Waiting.UNLABELLED],
        Waiting.OUTDATED_LABEL: 0,
        Waiting.NEAR_LIMIT: 0,
        Waiting.INCOMPLETE_STREAM: 1,
    }
    assert found.set_up == {"facilities": 1, "streams": 2, "containers": 3}


def test_age_counts_from_generation_for_the_producer_and_from_acceptance_for_the_recycler(world):
    drums = world.drums(2)
    with world.seeing(world.consignor) as work:
        assert {aged.since for aged in oldest_containers(work)} == {drums[0].generated_on}
    trip = world.weighed(drums, [186_400, 186_400])
    world.accept(trip)

    with world.seeing(world.consignee) as work:
        aged = oldest_containers(work)
    with world.seeing(world.consignor) as work:
        assert oldest_containers(work) == []
    assert {one.since for one in aged} == {world.now.date()}
    assert {(one.until - one.since).days for one in aged} == {365}


@pytest.fixture
def reference_data(database):
    from app.foundation.catalogue.loading import load_catalogue

    with database.writing(Actor.system()) as work:
        load_catalogue(work)
