"""Two people at once: one wins, the numbers stay right."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.foundation.core.errors import Conflict
from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace import verifying as trace_verifying
from app.waste.registry import verifying
from app.waste.storage.commands import NewPackage, Part, SplitContainer, TreatContainer
from app.waste.storage.counting.closing import close_count
from app.waste.storage.counting.commands import CloseCount, CountContainer, StartCount
from app.waste.storage.counting.operations import count_container, start_count
from app.waste.storage.models import Container, ContainerState, FacilityType
from app.waste.storage.operations.repacking import split_container
from app.waste.storage.operations.treating import treat_container
from tests.factories.plant import KG, a_plant

LOST = (Conflict, RuleViolated, IntegrityError, StaleDataError)


@pytest.fixture
def plant(throwaway_database):
    return a_plant(throwaway_database)


def at_once(*acts):
    """How each act ended that began together with the others: "done", or the name of what stopped it."""
    together = threading.Barrier(len(acts))

    def run(act):
        together.wait()
        try:
            act()
        except LOST as lost:
            return type(lost).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def ensure_all_proved(plant):
    with plant.database.reading(plant.producer) as work:
        assert verifying.verify(work) == []
        assert trace_verifying.verify(work).misfit is None


def test_one_drum_put_into_two_zones_at_once_ends_in_one(plant):
    facility = plant.facility()
    zones = [plant.zone(facility, code=code) for code in ("A1", "A2")]
    drum = plant.drum(plant.stream())

    ends = at_once(*(lambda zone=zone: plant.put(drum, zone, seen_version=drum.version) for zone in zones))

    assert ends.count("done") == 1, ends
    ensure_all_proved(plant)


def test_two_drums_for_the_last_room_of_a_spot_do_not_both_get_in(plant):
    spot = plant.facility(type=FacilityType.SPOT, capacity=Grams(10_000 * KG))
    zones = [plant.zone(spot, code=code) for code in ("A1", "A2")]
    stream = plant.stream()
    plant.stored(stream, zones[0], 2_800)
    drums = [plant.drum(stream, 150) for _ in range(8)]

    ends = at_once(
        *(
            lambda drum=drum, zone=zones[number % 2]: plant.put(drum, zone)
            for number, drum in enumerate(drums)
        )
    )

    assert Counter(ends) == {"done": 1, "RuleViolated": 7}
    with plant.database.reading(plant.producer) as work:
        held = work.session.scalar(select(func.sum(Container.net)).where(Container.zone_id.is_not(None)))
    assert held == 2_950 * KG
    ensure_all_proved(plant)


def test_drums_registered_at_once_all_have_their_own_codes(plant):
    stream = plant.stream()

    ends = at_once(*(lambda: plant.drum(stream) for _ in range(8)))

    assert ends == ["done"] * 8
    with plant.database.reading(plant.producer) as work:
        serials = sorted(code[-3:] for code in work.session.scalars(select(Container.code)))
        batches = set(work.session.scalars(select(Container.batch_number)))
    assert serials == [f"{number:03}" for number in range(1, 9)]
    assert len(batches) == 8
    ensure_all_proved(plant)


def test_sixteen_who_draw_from_one_drum_take_no_more_than_it_holds(plant):
    drum = plant.stored(plant.stream(), plant.zone(plant.facility()), 100)

    def draw():
        with plant.working() as work:
            treat_container(work, drum.id, TreatContainer("R2", "TS005", mass=Grams(20 * KG)))

    ends = at_once(*[draw] * 16)

    assert ends.count("done") == 5, ends
    with plant.database.reading(plant.producer) as work:
        assert work.session.get_one(Container, drum.id).state is ContainerState.CONSUMED
    ensure_all_proved(plant)


def test_sixteen_who_split_drums_of_one_day_get_sixteen_codes(plant):
    stream, zone = plant.stream(), plant.zone(plant.facility())
    drums = [plant.stored(stream, zone, 10) for _ in range(16)]
    part = Part(Grams(KG), NewPackage("桶", 20_000))

    def split(drum):
        with plant.working() as work:
            split_container(work, drum.id, SplitContainer((part,)))

    ends = at_once(*(lambda drum=drum: split(drum) for drum in drums))

    assert ends.count("done") == 16, ends
    with plant.database.reading(plant.producer) as work:
        codes = work.session.scalars(select(Container.code)).all()
    assert len(set(codes)) == 32
    ensure_all_proved(plant)


def test_two_who_count_at_once_both_get_through_and_the_ledger_holds(plant):
    facility = plant.facility()
    zone, stream = plant.zone(facility), plant.stream()
    drums = [plant.stored(stream, zone, 10) for _ in range(4)]
    with plant.working() as work:
        count = start_count(work, StartCount(facility.id))

    def tick(drum):
        with plant.working() as work:
            count_container(work, count.id, CountContainer(drum.code))

    ends = at_once(*(lambda drum=drum: tick(drum) for drum in [*drums, *drums]))

    assert ends == ["done"] * 8
    with plant.working() as work:
        close_count(work, count.id, CloseCount())
    ensure_all_proved(plant)
