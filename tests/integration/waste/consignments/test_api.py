"""The journey over HTTP, and what the border adds: versions, repeats, problems, pages."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.foundation.documents.qr import ConsignmentClaim, Verification, parse, verify
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import all_keys, new_key
from app.waste.consignments.models import AcceptanceCheck
from tests.integration.people import staff_of_a_park
from tests.integration.waste.consignments.conftest import PIN
from tests.integration.waste.consignments.world import DRUM, WASTE_CODE, World, waybill_json

API = "/api/v1/consignments"


@pytest.fixture
def qr_key(app, database, world):
    """A key under the application's own key encryption key."""
    with world.doing(world.operator) as work:
        return new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)


def order(world: World, codes: list[str], **changes):
    return {
        "containers": codes,
        "consignee_id": str(world.consignee.organisation_id),
        "consignee_site_id": str(world.consignee_site_id),
        "carrier_id": str(world.carrier.organisation_id),
        "vehicle_id": str(world.vehicle_id),
        "driver_id": str(world.driver_id),
        "escort_id": str(world.escort_id),
        "national_number": "20269901000401",
        "planned_method": "R2",
        "emergency_measures": "随车吸附棉",
    } | changes


def post(client, trip, act, version=None, **body):
    headers = {"If-Match": version or f'"{trip["version"]}"'}
    send = client.put if act == "waybill" else client.post
    return send(f"{API}/{trip['id']}/{act}", json=body, headers=headers)


def test_the_whole_journey_over_http(world, client_of, qr_key, pins):
    drums = world.drums(2)
    producer, driver, recycler = (
        client_of(actor.user_id) for actor in (world.consignor, world.carrier, world.consignee)
    )

    created = producer.post(API, json=order(world, [drum.short_code for drum in drums]))
    assert created.status_code == 201
    assert created.headers["ETag"] == '"1"'
    assert created.headers["Location"] == f"{API}/{created.json['id']}"
    trip = created.json
    for client, act, body in [
        (producer, "submission", {}),
        (driver, "waybill", waybill_json()),
        (producer, "loading", {}),
        (driver, "loaded-containers", {"code": drums[0].code}),
        (driver, "loaded-containers", {"code": drums[1].code}),
        (producer, "consignor-signature", {"factor_code": PIN}),
        (driver, "carrier-signature", {"factor_code": PIN}),
        (recycler, "arrival", {"gate_gross_kg": "9120"}),
        (recycler, "weighings", {"code": drums[0].code, "gross_kg": "204.600", "tare_kg": "18.200"}),
        (recycler, "weighings", {"code": drums[1].code, "net_kg": "186.1"}),
        (recycler, "receipt", {"checks": list(AcceptanceCheck), "factor_code": PIN}),
    ]:
        done = post(client, trip, act, **body)
        assert done.status_code == 200, (act, done.json)
        trip = done.json

    assert trip["state"] == "accepted"
    assert (trip["sent_mass_kg"], trip["received_mass_kg"]) == ("372.800", "372.500")
    shown = recycler.get(f"{API}/{trip['id']}")
    assert shown.headers["ETag"] == f'"{trip["version"]}"'
    assert [line["received_mass_kg"] for line in shown.json["lines"]] == ["372.500"]
    assert [signature["name"] for signature in shown.json["signatures"]] == ["陆青岚", "石砚秋", "贺云舟"]
    assert shown.json["next_act"] == "confirm"


def test_the_qr_text_is_signed_and_says_what_travels(world, client_of, qr_key):
    trip = world.loaded()

    shown = client_of(world.consignor.user_id).get(f"{API}/{trip.id}").json

    claim = parse(shown["qr_text"])
    assert isinstance(claim, ConsignmentClaim) and claim.fields
    assert claim.number == trip.number
    assert (claim.fields.grams, claim.fields.waste_codes) == (2 * DRUM, (WASTE_CODE,))
    with world.seeing(world.operator) as work:
        keys = {
            bytes.fromhex(key.key_id): Ed25519PublicKey.from_public_bytes(key.public_key)
            for key in all_keys(work, KeyPurpose.QR)
        }
    assert verify(claim, keys) is Verification.VALID


def test_an_act_needs_the_version_it_was_decided_on(world, client_of):
    trip = world.submitted()
    producer = client_of(world.consignor.user_id)

    missing = producer.post(f"{API}/{trip.id}/loading", json={})
    stale = producer.post(f"{API}/{trip.id}/loading", json={}, headers={"If-Match": '"1"'})
    stated = producer.post(f"{API}/{trip.id}/loading", json={"seen_version": trip.version})

    assert [missing.status_code, stale.status_code, stated.status_code] == [428, 412, 200]


def test_a_repeated_creation_gives_the_first_answer(world, client_of):
    producer = client_of(world.consignor.user_id)
    body, key = order(world, [world.drums(1)[0].code]), {"Idempotency-Key": "k-1"}

    first, second = (producer.post(API, json=body, headers=key) for _ in range(2))

    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(producer.get(API).json["items"]) == 1


def test_wrong_input_is_named_field_by_field(world, client_of):
    producer = client_of(world.consignor.user_id)
    stranger = world.drums(1, holder_id=world.consignee.organisation_id)[0]

    shape = producer.post(API, json=order(world, [], planned_method="X", national_number="1", other=1))
    sense = producer.post(API, json=order(world, [stranger.code, "nonsense"]))

    assert {error["pointer"] for error in shape.json["errors"]} == {
        "#/containers",
        "#/planned_method",
        "#/national_number",
        "#/other",
    }
    assert [error["pointer"] for error in sense.json["errors"]] == ["#/containers/0", "#/containers/1"]
    assert {shape.status_code, sense.status_code} == {422}


def test_a_stopping_rule_is_in_the_problem(world, client_of, pins):
    drums = world.drums(1)
    trip = world.weighed(drums, [100_000])

    refused = client_of(world.consignee.user_id).post(
        f"{API}/{trip.id}/receipt",
        json={"checks": list(AcceptanceCheck), "factor_code": PIN},
        headers={"If-Match": f'"{trip.version}"'},
    )

    assert refused.status_code == 422
    assert refused.json["type"] == "/problems/rule-violated"
    assert [finding["rule_id"] for finding in refused.json["findings"]] == ["DISC-C"]


def test_strangers_see_nothing_and_the_wrong_role_may_not(world, client_of):
    trip = world.draft()
    sent = world.submitted()

    hidden = client_of(world.consignee.user_id).get(f"{API}/{trip.id}")
    forbidden = client_of(world.operator.user_id).post(
        f"{API}/{sent.id}/loading", json={}, headers={"If-Match": f'"{sent.version}"'}
    )

    assert (hidden.status_code, forbidden.status_code) == (404, 403)


def test_lists_go_page_by_page_newest_first(world, client_of):
    trips = [world.draft(world.drums(1)) for _ in range(5)]
    producer = client_of(world.consignor.user_id)

    seen, cursor = [], None
    while cursor or not seen:
        page = producer.get(API, query_string={"limit": 2, **({"cursor": cursor} if cursor else {})}).json
        seen += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [trip.number for trip in reversed(trips)]
    assert producer.get(f"{API}/counts").json == {
        "drafts": 5,
        "mine": 0,
        "open": 0,
        "done": 0,
        "troubled": 0,
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manifest_is_a_pdf(world, client_of, qr_key, language):
    trip = world.departed()

    printed = client_of(world.carrier.user_id).get(f"{API}/{trip.id}/manifest.pdf?lang={language}")

    assert printed.status_code == 200
    assert printed.mimetype == "application/pdf"
    assert printed.data.startswith(b"%PDF")


def test_licences_and_fleets_are_read_by_who_plans(world, client_of):
    producer, driver = (client_of(actor.user_id) for actor in (world.consignor, world.carrier))

    (licence,) = producer.get("/api/v1/licences").json["items"]
    (fleet,) = producer.get("/api/v1/carriers").json["items"]

    assert (licence["used_kg"], licence["left_kg"]) == ("0.000", "2000000.000")
    line = {"category": "HW06", "waste_code": "", "method": "", "yearly_scale_kg": None}
    assert licence["lines"] == [line | {"used_kg": "0.000", "reserved_kg": "0.000", "left_kg": None}]
    assert producer.get(f"/api/v1/licences/{licence['id']}").json == licence
    assert [vehicle["plate"] for vehicle in fleet["vehicles"]] == ["演AD0712"]
    assert producer.get("/api/v1/vehicles").json["items"] == fleet["vehicles"]
    assert driver.get("/api/v1/licences").status_code == 403


def test_a_consignment_of_another_park_is_unknown(world, client_of, database):
    trip = world.submitted()
    neighbour = staff_of_a_park(database, "park_operator")

    assert client_of(world.operator.user_id).get(f"{API}/{trip.id}").status_code == 200
    assert client_of(neighbour.user_id).get(f"{API}/{trip.id}").status_code == 404
