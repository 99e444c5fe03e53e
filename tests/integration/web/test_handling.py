"""The forms for what is done with a container after its registration."""

import pytest
from sqlalchemy import select

from app.entry.work import House
from app.waste.storage.models import Container, ContainerState
from tests.integration.waste.storage.world import World, build

DRUM = {"package-package": "桶", "package-volume_l": "200", "package-tare_kg": "18"}


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


@pytest.fixture
def stored(world, database):
    with database.writing(world.actor) as work:
        return world.stored(work)


def path(drum, act):
    return f"/containers/{drum.code}/handling/{act}"


def test_a_package_is_filled_and_sealed(producer, world, database, session):
    with database.writing(world.actor) as work:
        drum = world.registered(work, net_kg=None)
    page = producer.get(f"/containers/{drum.code}")
    producer.post(f"/containers/{drum.code}/filling")
    sealed = producer.post(
        path(drum, "sealing"), data={"net_kg": "150", "fill_percent": "90", "is_closed": "yes"}
    )

    assert "开始装填" in page.text
    assert sealed.status_code == 303, sealed.text
    found = session.get_one(Container, drum.id)
    assert (found.state, found.net, found.is_closed) == (ContainerState.WEIGHED, 150_000, True)


def test_a_damaged_drum_is_repacked_and_both_pages_tell_of_it(producer, stored, session):
    damaged = producer.post(path(stored, "damage"), data={"note": "桶底渗漏"})
    form = producer.get(path(stored, "repacking"))
    done = producer.post(path(stored, "repacking"), data=DRUM)
    child = session.scalars(select(Container).where(Container.parent_id == stored.id)).one()
    old, new = producer.get(f"/containers/{stored.code}"), producer.get(f"/containers/{child.code}")

    assert damaged.status_code == 303
    assert 'value="200"' in form.text
    assert done.headers["Location"].endswith(child.code)
    assert child.short_code in old.text and "来源与去向" in old.text
    assert stored.short_code in new.text and "改包：转入新容器" in new.text


def test_a_split_of_too_much_is_shown_at_its_row(producer, stored, session):
    typed = {
        "parts-1-mass_kg": "500", "parts-1-package-package": "桶", "parts-1-package-volume_l": "wide",
    }  # fmt: skip
    refused = producer.post(path(stored, "split"), data=typed)

    assert refused.status_code == 422
    assert 'id="f-parts-1-package-volume_l-e"' in refused.text
    assert 'value="500"' in refused.text


def test_two_drums_are_merged(producer, world, database, stored, session):
    with database.writing(world.actor) as work:
        other = world.stored(work, net_kg=14)
    form = producer.get(path(stored, "merger"))
    done = producer.post(path(stored, "merger"), data=DRUM | {"containers": other.code})

    assert other.code in form.text
    assert done.status_code == 303, done.text
    assert session.scalars(select(Container.net).where(Container.state == ContainerState.STORED)).all() == [
        200_000
    ]


def test_a_part_is_treated(producer, stored, session):
    done = producer.post(
        path(stored, "treatment"), data={"method_code": "R2", "facility_code": "TS005", "mass_kg": "86"}
    )
    page = producer.get(f"/containers/{stored.code}")

    assert done.status_code == 303, done.text
    assert "自行利用/处置 86" in page.text
    assert session.get_one(Container, stored.id).net == 100_000


def test_what_changed_meanwhile_is_said_and_nothing_is_done(producer, stored, session):
    refused = producer.post(path(stored, "repacking"), data=DRUM | {"seen_version": "99"})

    assert refused.status_code == 409
    assert "刚被他人修改" in refused.text


def test_an_act_that_does_not_exist_and_a_strangers_drum_are_not_found(producer, client_of, world, stored):
    assert producer.get(path(stored, "explosion")).status_code == 404
    assert client_of(world.people["recycler"]).get(path(stored, "split")).status_code == 404


def test_who_only_looks_is_offered_nothing(client_of, world, stored):
    page = client_of(world.people["park_operator"]).get(f"/containers/{stored.code}")

    assert page.status_code == 200
    assert "/handling/" not in page.text
