"""The pages of general waste: its kinds, and batches from opening to dispatch."""

import pytest
from sqlalchemy import select

from app.entry.work import House
from app.waste.registry.models import LedgerRecord, LedgerTable, WasteBatch, WasteStream
from tests.integration.waste.storage.world import World, build

CODE = "900-099-S17"


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def code(client_of, world):
    """A code of general waste on the park's list."""
    operator = client_of(world.people["park_operator"])
    added = operator.post("/api/v1/general-waste-codes", json={"code": CODE, "name": "废塑料边角料"})
    assert added.status_code == 201, added.json
    return CODE


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


@pytest.fixture
def batch(code, producer, world, session):
    form = producer.get("/waste-streams/new?kind=general")
    assert CODE in form.text
    typed = {
        "kind": "general", "site_id": str(world.site.id), "waste_code": CODE, "local_name": "废塑料", "form": "S",
        "property-class": "I", "property-organic_percent": "1.5",
    }  # fmt: skip
    made = producer.post("/waste-streams", data=typed)
    assert made.status_code == 303, made.text
    assert "/batches/new?stream=" in made.headers["Location"]
    stream = session.scalars(select(WasteStream).where(WasteStream.waste_code == CODE)).one()
    assert stream.properties == {"class": "I", "organic_percent": "1.5"}
    begun = producer.post("/batches", data={"stream_id": str(stream.id), "mass_kg": "1200"})
    assert begun.status_code == 303, begun.text
    return session.scalars(select(WasteBatch)).one()


def test_a_batch_is_listed_and_shown(producer, batch):
    listed, shown = producer.get("/batches?state=open"), producer.get(f"/batches/{batch.id}")

    assert batch.code in listed.text
    assert "1.200" in shown.text and "第Ⅰ类" in shown.text


def test_mass_is_added_and_all_of_it_sent_off(producer, batch, session):
    added = producer.post(f"/batches/{batch.id}/masses", data={"mass_kg": "300"})
    short = producer.post(f"/batches/{batch.id}/draws", data={"mass_kg": "1500", "purpose": "entrusted_use"})
    sent = producer.post(
        f"/batches/{batch.id}/draws",
        data={
            "mass_kg": "1500", "purpose": "entrusted_use", "receiver_name": "云栖再生", "carrier": "顺路运输",
            "plate": "演A12345",
        },
    )  # fmt: skip

    assert added.status_code == 303, added.text
    assert short.status_code == 422 and 'id="f-receiver_name-e"' in short.text
    assert sent.status_code == 303, sent.text
    [record] = session.scalars(
        select(LedgerRecord).where(LedgerRecord.table == LedgerTable.GENERAL_DISPATCH)
    ).all()
    assert (record.receiver_name, record.mass) == ("云栖再生", 1_500_000)
    assert "已出清" in producer.get(f"/batches/{batch.id}").text


def test_a_closed_batch_offers_no_more_mass(producer, batch):
    producer.post(f"/batches/{batch.id}/closing")
    refused = producer.post(f"/batches/{batch.id}/masses", data={"mass_kg": "300"})

    assert refused.status_code == 409
    assert "记入产生量</h2>" not in refused.text


def test_a_neighbour_finds_no_batch(client_of, world, batch):
    neighbour = client_of(world.people["recycler"])

    assert neighbour.get(f"/batches/{batch.id}").status_code == 404
    assert batch.code not in neighbour.get("/batches").text
