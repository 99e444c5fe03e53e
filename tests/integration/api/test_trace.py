"""Proofs through /api/v1/trace and the public page: who may have what, and that the sealer runs by itself."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from app.entry.work import House
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.foundation.trace.merkle import leaf_hash
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.notes import COSIGNATURE, VerifierKey, note_of, signature_line, verifier_key
from app.foundation.trace.sealing import unsealed_parks
from app.jobs.sealing import SIGN_EVERY, Sealer
from tests.integration.waste.storage.world import World, build

API = "/api/v1/trace"
SYSTEM = Actor.system()


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    with database.writing(SYSTEM) as work:
        new_key(work, house.keyring, KeyPurpose.LOG)
    world = build(database, house.keyring)
    for _ in range(3):
        with database.writing(world.actor) as work:
            world.registered(work)
    return world


@pytest.fixture
def event(world, session):
    return session.scalars(select(TraceEvent).where(TraceEvent.name == "container.registered").limit(1)).one()


@pytest.fixture
def park(world):
    return world.park


@pytest.fixture
def sealed(app, database, world):
    """What the worker does in its first second."""
    sealer = Sealer(app.extensions["house"])
    assert sealer.turn(0.0) > 0
    assert sealer.turn(1.0) == 0
    with database.reading(SYSTEM) as work:
        assert unsealed_parks(work) == []
    return sealer


def test_who_may_know_of_an_event_gets_its_proof_and_nobody_else(
    client, client_of, world, sealed, event, park
):
    address = f"{API}/events/{event.id}/proof"
    producer = client_of(world.people["producer"])

    proof = producer.get(address).json

    assert proof["envelope"] == event.envelope
    assert proof["leaf_hash"] == leaf_hash(event.envelope.encode()).hex()
    assert note_of(proof["checkpoint"]).is_signed_by(verifier_key(proof["keys"][0]))
    assert proof["log"].endswith(f"/{park.slug}")
    assert client.get(address).status_code == 401
    assert client_of(world.people["recycler"]).get(address).status_code == 404
    assert producer.get(f"{API}/events/{new_id()}/proof").status_code == 404


def test_checkpoints_keys_and_consistency_are_for_everybody(client, client_of, world, sealed, park):
    chosen = {"park": park.slug}

    page = client.get(f"{API}/checkpoints", query_string=chosen).json
    keys = client.get(f"{API}/keys", query_string=chosen).json
    size = page["items"][0]["size"]
    grown = client.get(f"{API}/consistency", query_string=chosen | {"old": 1, "new": size}).json

    assert (len(page["items"]), page["next_cursor"], page["items"][0]["cosignatures"]) == (1, None, [])
    assert note_of(page["items"][0]["note"]).is_signed_by(verifier_key(keys["keys"][0]["verifier_key"]))
    assert grown["new_root"] == page["items"][0]["root_hash"]
    assert client.get(f"{API}/checkpoints", query_string={"park": "nowhere"}).status_code == 404
    wrong = client.get(f"{API}/consistency", query_string=chosen | {"old": 2, "new": 10**9})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "#/new")
    shown = client.get("/trace/checkpoints", query_string=chosen)
    assert page["items"][0]["root_hash"] in shown.text
    assert client.get(f"/trace/checkpoints/{page['items'][0]['id']}.txt").text == page["items"][0]["note"]
    assert client.get(f"/trace/checkpoints/{new_id()}.txt").status_code == 404


def test_a_checkpoint_on_demand_is_of_ones_own_park_and_made_once(client_of, world, sealed, park):
    producer = client_of(world.people["producer"])

    made = producer.post(f"{API}/checkpoints", json={"park": park.slug})
    again = producer.post(f"{API}/checkpoints", json={"park": park.slug})

    assert (made.status_code, made.json["id"]) == (201, again.json["id"])
    assert producer.post(f"{API}/checkpoints", json={}).status_code == 403
    assert producer.post(f"{API}/checkpoints", json={"park": "nowhere"}).status_code == 404


def test_a_witness_whom_the_deployment_knows_signs_and_is_shown(
    app, client, client_of, world, sealed, park, monkeypatch
):
    private = Ed25519PrivateKey.generate()
    key = VerifierKey("witness.example", private.public_key().public_bytes_raw(), COSIGNATURE)
    house: House = app.extensions["house"]
    config = replace(house.config, witnesses=(str(key),))
    monkeypatch.setitem(app.extensions, "house", replace(house, config=config))
    row = client.get(f"{API}/checkpoints", query_string={"park": park.slug}).json["items"][0]
    line = str(signature_line(note_of(row["note"]).body, key, private, 1_790_000_000))
    address = f"{API}/checkpoints/{row['id']}/cosignatures"
    producer = client_of(world.people["producer"])

    assert client.post(address, json={"line": line}).status_code == 401
    wrong = producer.post(address, json={"line": line[:-9] + "AAAAAAA=" + "\n"})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "#/line")
    assert producer.post(address, json={"line": line}).status_code == 201
    row = client.get(f"{API}/checkpoints", query_string={"park": park.slug}).json["items"][0]
    assert [signed["witness"] for signed in row["cosignatures"]] == [str(key)]
    assert note_of(row["note"]).is_signed_by(key)
    assert "witness.example" in client.get("/trace/checkpoints", query_string={"park": park.slug}).text


def test_the_sealer_signs_only_what_is_due(app, client, world, sealed, park):
    sealed.turn(SIGN_EVERY + 1)

    assert len(client.get(f"{API}/checkpoints", query_string={"park": park.slug}).json["items"]) == 1
