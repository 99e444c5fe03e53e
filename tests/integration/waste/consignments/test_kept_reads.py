"""Whole consignments that are answered from memory say what the rows say, whatever changed meanwhile and whoever asks."""

import pytest
from sqlalchemy import update

from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import all_keys, new_key, retire_key
from app.parties.accounts.models import Organisation
from app.parties.licences.models import OperatingLicence, Vehicle
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment
from app.waste.consignments.schemas import ConsignedContainerSchema, PartySchema
from app.waste.storage.models import Container

API = "/api/v1/consignments"


@pytest.fixture
def answers(app, world):
    """What the application keeps, nothing at first; it signs with a key of its own."""
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    kept = app.extensions["house"].answers
    kept.clear()
    return kept


@pytest.fixture
def read(world, client_of, answers):
    """`read(trip, "carrier")`: the answer, after proving it the same as one made anew from the rows."""

    def reading(trip, viewer="consignor"):
        client = client_of(getattr(world, viewer).user_id)
        given = client.get(f"{API}/{trip.id}")
        answers.clear()
        made = client.get(f"{API}/{trip.id}")
        assert (given.status_code, given.json, given.headers["ETag"]) == (
            200,
            made.json,
            made.headers["ETag"],
        )
        return made.json

    return reading


def change(world, model, key, **values):
    """As another room does, which knows nothing of consignments."""
    with world.doing(Actor.system()) as work:
        thing = work.session.get_one(model, key)
        for name, value in values.items():
            setattr(thing, name, value)


def test_the_second_reader_of_a_firm_gets_the_first_ones_answer(world, client_of, answers, count_statements):
    trip = world.loaded()
    client = client_of(world.consignor.user_id)
    first = client.get(f"{API}/{trip.id}")

    with count_statements() as sent:
        second = client.get(f"{API}/{trip.id}")

    assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert len(sent) <= 2, sent  # who asks, and whether it is still true


def test_what_is_shown_of_other_rooms_is_what_an_imprint_holds():
    """Whoever shows more of containers or firms adds it to `queries.imprint` first."""
    containers = {field.attribute or "" for field in ConsignedContainerSchema().fields.values()}

    assert {name for name in containers if name.startswith("container.")} == {
        *("container.id", "container.code", "container.short_code"),
        *("container.local_label", "container.state"),
    }
    assert set(PartySchema().fields) == {"id", "credit_code", "name", "short_name"}


def test_every_act_is_seen_at_once(world, read):
    trip = world.loaded()
    before = read(trip)

    world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)

    assert (before["signatures"], len(read(trip)["signatures"])) == ([], 1)


def test_each_party_reads_what_it_may_do_itself(world, read):
    trip = world.do(world.consignor, operations.sign_as_consignor, world.loaded(), SignConsignment)

    due = {
        viewer: read(trip, viewer)["next_act"] for viewer in ("consignor", "carrier", "consignee", "operator")
    }

    assert due == {"consignor": None, "carrier": "sign_as_carrier", "consignee": None, "operator": None}


def test_names_plates_and_numbers_of_others_are_those_of_today(world, read):
    trip = world.departed()
    read(trip)

    change(world, Organisation, world.consignee.organisation_id, short_name="云栈新材")
    assert read(trip)["consignee"]["short_name"] == "云栈新材"
    change(world, Organisation, world.consignor.organisation_id, name="青梧新材料有限公司")
    assert read(trip)["consignor"]["name"] == "青梧新材料有限公司"
    change(world, Organisation, world.carrier.organisation_id, short_name="驰安")
    assert read(trip)["carrier"]["short_name"] == "驰安"
    change(world, Vehicle, world.vehicle_id, plate="演B12345")
    assert read(trip)["plate"] == "演B12345"
    change(world, OperatingLicence, world.licence_id, number="演危许 2026-001")
    assert read(trip)["licence_number"] == "演危许 2026-001"


def test_containers_stand_in_it_as_they_are(world, read):
    drums = world.drums(2)
    trip = world.draft(drums)
    read(trip)

    change(world, Container, drums[0].id, local_label="新标签-1")

    assert "新标签-1" in [container["local_label"] for container in read(trip)["containers"]]


def test_a_container_changed_past_the_mapper_is_seen_too(world, read):
    drums = world.drums(2)
    trip = world.draft(drums)
    read(trip)

    with world.doing(Actor.system()) as work:
        work.session.execute(
            update(Container).where(Container.id == drums[1].id).values(local_label="改签-2")
        )

    assert "改签-2" in [container["local_label"] for container in read(trip)["containers"]]


def test_a_retired_key_signs_no_answer(world, app, read):
    trip = world.departed()
    before = read(trip)["qr_text"]

    keyring = app.extensions["house"].keyring
    with world.doing(world.operator) as work:
        newest = all_keys(work, KeyPurpose.QR)[-1]
        new_key(work, keyring, KeyPurpose.QR)
        retire_key(work, newest.key_id)

    assert read(trip)["qr_text"] != before


def test_findings_of_the_weighbridge_are_made_anew(world, client_of, answers):
    trip = world.arrived()

    for _ in range(2):
        assert client_of(world.consignee.user_id).get(f"{API}/{trip.id}").status_code == 200

    assert len(answers) == 0


def test_strangers_get_nothing_from_memory(world, client_of, read):
    trip = world.draft()
    read(trip)

    assert client_of(world.carrier.user_id).get(f"{API}/{trip.id}").status_code == 404
