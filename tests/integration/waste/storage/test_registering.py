"""Registrations and readings at once: serials are never doubled, a reading weighs one drum, nothing is half done."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.files.operations import FileStore
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.foundation.trace import verifying as trace_verifying
from app.waste.registry import verifying
from app.waste.registry.models import Balance
from app.waste.storage.models import Container
from app.waste.storage.registering.commands import RegisterAndStore
from app.waste.storage.registering.operations import register_and_store, undo_registration
from app.waste.storage.weighing.commands import AddScale, SentReading
from app.waste.storage.weighing.models import ScaleReading
from app.waste.storage.weighing.operations import add_scale, record_readings
from tests.factories.plant import a_plant

KEYRING = Keyring(bytes(range(32)))
LOST = (Conflict, InvalidInput, IntegrityError, StaleDataError)


@pytest.fixture
def plant(throwaway_database):
    plant = a_plant(throwaway_database)
    with plant.working() as work:
        new_key(work, KEYRING, KeyPurpose.QR)
    return plant


@pytest.fixture
def scale(plant):
    with plant.working() as work:
        return add_scale(work, AddScale(plant.site_id, "蓝牙秤 02", Grams(1_500_000)))


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path)


@pytest.fixture
def zone(plant):
    return plant.zone(plant.facility())


def read(plant, scale, *numbers, mass=204_700):
    taken_at = plant.now - timedelta(seconds=1)
    with plant.working() as work:
        return record_readings(
            work, scale.id, [SentReading(number, Grams(mass), True, taken_at) for number in numbers]
        )


def register(plant, store, stream, zone, reading_id):
    command = RegisterAndStore(
        stream.id, zone.id, tare=Grams(18_200), reading_id=reading_id, package="桶", volume_ml=200_000
    )
    with plant.working() as work:
        made = register_and_store(
            work, command, store=store, keyring=KEYRING, public_url="https://park.example"
        )
        return made.container


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


def test_sixteen_registrations_at_once_all_have_their_own_codes(plant, scale, store, zone):
    stream = plant.stream()
    readings = read(plant, scale, *(f"r-{number}" for number in range(16)))

    ends = at_once(
        *(lambda one=one: register(plant, store, stream, zone, one.reading.id) for one in readings)
    )

    assert ends == ["done"] * 16
    with plant.database.reading(plant.producer) as work:
        drums = work.session.scalars(select(Container)).all()
        stock = work.session.scalar(select(func.sum(Balance.mass)).where(Balance.place_id == zone.id))
    assert sorted(drum.code[-3:] for drum in drums) == [f"{number:03}" for number in range(1, 17)]
    assert {drum.state for drum in drums} == {"stored"}
    assert stock == 16 * 186_500
    ensure_all_proved(plant)


def test_sixteen_who_weigh_by_one_reading_make_one_drum(plant, scale, store, zone):
    stream = plant.stream()
    [one] = read(plant, scale, "r-1")

    ends = at_once(*(lambda: register(plant, store, stream, zone, one.reading.id) for _ in range(16)))

    assert Counter(ends)["done"] == 1, ends
    with plant.database.reading(plant.producer) as work:
        assert work.session.scalar(select(func.count()).select_from(Container)) == 1
    ensure_all_proved(plant)


def test_a_reading_sent_sixteen_times_at_once_is_stored_once(plant, scale):
    ends = at_once(*(lambda: read(plant, scale, "r-1", "r-2") for _ in range(16)))

    assert "done" in ends
    with plant.database.reading(plant.producer) as work:
        assert work.session.scalar(select(func.count()).select_from(ScaleReading)) == 2
    ensure_all_proved(plant)


def test_sixteen_who_take_one_registration_back_post_it_back_once(plant, scale, store, zone):
    [one] = read(plant, scale, "r-1")
    drum = register(plant, store, plant.stream(), zone, one.reading.id)

    def undo():
        with plant.working() as work:
            undo_registration(work, drum.id)

    ends = at_once(*(undo for _ in range(16)))

    assert Counter(ends)["done"] == 1, ends
    with plant.database.reading(plant.producer) as work:
        assert work.session.scalar(select(func.sum(Balance.mass))) == 0
    ensure_all_proved(plant)


def test_a_refused_zone_leaves_the_reading_free(plant, scale, store, zone):
    stream = plant.stream("900-300-34", properties={"acid": "non_oxidising"})
    [one] = read(plant, scale, "r-1")

    with pytest.raises(Exception, match=r"900-300-34|分区"):
        register(plant, store, stream, zone, one.reading.id)

    with plant.database.reading(plant.producer) as work:
        assert work.session.get_one(ScaleReading, one.reading.id).container_id is None
        assert work.session.scalar(select(func.count()).select_from(Container)) == 0
    with pytest.raises(InvalidInput):
        register(plant, store, stream, zone, new_id())
