"""A container after its registration, through /api/v1."""

import pytest

from app.entry.work import House
from tests.integration.waste.storage.world import World, build

API = "/api/v1"
DRUM = {"package": "桶", "volume_l": "200", "tare_kg": "18"}


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


@pytest.fixture
def stored(world, database):
    def make(**values):
        with database.writing(world.actor) as work:
            return world.stored(work, **values)

    return make


def test_filled_sealed_weighed(producer, world, database):
    with database.writing(world.actor) as work:
        drum = world.registered(work, net_kg=None)
    filling = producer.post(f"{API}/containers/{drum.code}/filling", json={}, headers={"If-Match": '"1"'})
    sealed = producer.post(
        f"{API}/containers/{drum.code}/sealing", json={"net_kg": "150", "fill_percent": 90, "is_closed": True}
    )

    assert (filling.status_code, filling.json["state"]) == (200, "filling")
    assert (sealed.status_code, sealed.json["state"]) == (200, "weighed"), sealed.json
    assert (sealed.json["fill_percent"], sealed.json["is_closed"]) == (90, True)
    late = producer.post(f"{API}/containers/{drum.code}/filling", json={}, headers={"If-Match": '"1"'})
    assert late.status_code == 412


def test_damaged_repacked_and_its_lineage(producer, stored):
    drum = stored()
    damaged = producer.post(f"{API}/containers/{drum.code}/damage", json={"note": "桶底渗漏"})
    moved = producer.post(f"{API}/containers/{drum.code}/put-away", json={"zone_id": str(drum.zone_id)})
    child = producer.post(f"{API}/containers/{drum.code}/repacking", json={"package": DRUM})
    lineage = producer.get(f"{API}/containers/{child.json['code']}/lineage")

    assert damaged.json["state"] == "damaged"
    assert moved.status_code == 409
    assert child.status_code == 201, child.json
    assert child.json["parent_id"] == str(drum.id)
    assert (child.json["net_kg"], child.json["gross_kg"]) == ("186.000", "204.000")
    assert [(one["code"], one["kind"], one["mass_kg"]) for one in lineage.json["parents"]] == [
        (drum.code, "repacked", "186.000")
    ]


def test_split_and_merged_again(producer, stored):
    drum = stored()
    parts = [{"mass_kg": "50", "package": DRUM}, {"mass_kg": "30.5", "package": DRUM}]
    split = producer.post(f"{API}/containers/{drum.code}/split", json={"parts": parts})
    codes = [one["code"] for one in split.json["items"]]
    merged = producer.post(
        f"{API}/container-mergers", json={"containers": [drum.code, *codes], "package": DRUM}
    )

    assert split.status_code == 201, split.json
    assert [one["net_kg"] for one in split.json["items"]] == ["50.000", "30.500"]
    assert merged.status_code == 201, merged.json
    assert merged.json["net_kg"] == "186.000"
    assert merged.json["state"] == "stored"


def test_too_much_split_off_names_the_field(producer, stored):
    parts = [{"mass_kg": "500", "package": DRUM | {"material": "wood"}}]
    answer = producer.post(f"{API}/containers/{stored().code}/split", json={"parts": parts})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/parts/0/package/material"]


def test_a_part_is_treated(producer, stored):
    drum = stored()
    command = {"method_code": "R2", "facility_code": "TS005", "mass_kg": "86"}
    answer = producer.post(f"{API}/containers/{drum.code}/treatment", json=command)

    assert answer.status_code == 200, answer.json
    assert (answer.json["state"], answer.json["net_kg"]) == ("stored", "100.000")


def test_ages_oldest_first(producer, stored):
    drum = stored()
    answer = producer.get(f"{API}/containers/ageing")

    assert [one["code"] for one in answer.json["items"]] == [drum.code]
    assert answer.json["items"][0]["zone"] == "A1"
    assert answer.json["items"][0]["since"] == drum.generated_on.isoformat()


def test_a_neighbour_sees_nothing_of_it(client_of, world, stored):
    neighbour = client_of(world.people["recycler"])
    drum = stored()
    acts = {
        "repacking": {"package": DRUM},
        "damage": {"note": "渗漏"},
        "split": {"parts": [{"mass_kg": "1", "package": DRUM}]},
        "treatment": {"method_code": "R2", "facility_code": "TS005"},
    }

    for act, command in acts.items():
        assert neighbour.post(f"{API}/containers/{drum.code}/{act}", json=command).status_code == 404, act
    assert neighbour.get(f"{API}/containers/{drum.code}/lineage").status_code == 404
