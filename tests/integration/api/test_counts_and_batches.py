"""Stock counts, and batches of general waste, through /api/v1."""

from datetime import UTC, datetime

import pytest

from app.entry.work import House
from tests.integration.waste.storage.world import World, build

API = "/api/v1"
CODE = "900-099-S17"


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


def test_a_count_from_start_to_close(producer, world, database):
    with database.writing(world.actor) as work:
        drum = world.stored(work)
    begun = producer.post(f"{API}/facilities/{world.facility.id}/counts")
    counts = f"{API}/counts/{begun.json['count']['id']}"
    again = producer.post(f"{API}/facilities/{world.facility.id}/counts")
    missing = producer.post(f"{counts}/lines", json={"code": drum.short_code, "is_missing": True})
    refused = producer.post(f"{counts}/closing", json={})
    closed = producer.post(f"{counts}/closing", json={"explanations": {drum.code: "误运出厂"}})
    listed = producer.get(f"{API}/facilities/{world.facility.id}/counts")

    assert (begun.status_code, len(begun.json["lines"])) == (201, 1)
    assert again.status_code == 409
    assert missing.json["lines"][0]["found"] == "missing", missing.json
    assert missing.json["lines"][0]["differences"] == ["missing"]
    assert [error["pointer"] for error in refused.json["errors"]] == [f"#/explanations/{drum.code}"]
    assert closed.json["state"] == "closed", closed.json
    assert [(one["lines"], one["counted"]) for one in listed.json["items"]] == [(1, 1)]
    assert producer.get(f"{API}/containers/{drum.code}").json["state"] == "voided"


def test_a_neighbour_finds_no_count(client_of, producer, world):
    begun = producer.post(f"{API}/facilities/{world.facility.id}/counts")
    neighbour = client_of(world.people["recycler"])

    assert neighbour.get(f"{API}/counts/{begun.json['count']['id']}").status_code == 404
    assert neighbour.post(f"{API}/facilities/{world.facility.id}/counts").status_code == 404


@pytest.fixture
def stream(client_of, world, producer, database):
    operator = client_of(world.people["park_operator"])
    added = operator.post(f"{API}/general-waste-codes", json={"code": CODE, "name": "废塑料边角料"})
    assert added.status_code == 201, added.json
    command = {
        "site_id": str(world.site.id),
        "waste_code": CODE,
        "local_name": "废塑料",
        "kind": "general",
        "properties": {"class": "I", "organic_percent": "1.5"},
    }
    made = producer.post(f"{API}/waste-streams", json=command)
    assert made.status_code == 201, made.json
    return made.json


def test_a_batch_from_opening_to_dispatch(producer, world, stream):
    assert (stream["kind"], stream["category"]) == ("general", "SW17")
    batch = producer.post(f"{API}/batches", json={"stream_id": stream["id"]})
    path = f"{API}/batches/{batch.json['id']}"
    command = {"mass_kg": "1200", "generated_at": datetime.now(UTC).isoformat()}
    filled = producer.post(f"{path}/masses", json=command)
    closed = producer.post(f"{path}/closing", json={})
    draw = {
        "stream_id": stream["id"], "mass_kg": "1200", "purpose": "entrusted_use", "receiver_name": "云栖再生",
        "carrier": "顺路运输", "plate": "演A12345",
    }  # fmt: skip
    drawn = producer.post(f"{API}/batch-draws", json=draw)

    assert batch.status_code == 201, batch.json
    assert (filled.status_code, filled.json.get("mass_kg")) == (200, "1200.000"), filled.json
    assert closed.json["state"] == "closed"
    assert [(one["code"], one["mass_kg"]) for one in drawn.json["items"]] == [
        (batch.json["code"], "1200.000")
    ]
    assert producer.get(path).json["state"] == "out"


def test_a_class_that_does_not_exist_is_refused(producer, world, stream):
    command = {
        "site_id": str(world.site.id), "waste_code": CODE, "local_name": "x", "kind": "general",
        "properties": {"class": "III"},
    }  # fmt: skip
    assert producer.post(f"{API}/waste-streams", json=command).status_code == 422
