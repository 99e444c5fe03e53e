"""Verdicts and public keys through /api/v1."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import insert

from app.entry.work import house
from app.foundation.core.clock import utc_now
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.documents.qr_revocation import read_list
from app.waste.storage.revoked_codes import RevokedCode
from tests.integration.oversight.inspection import world as record
from tests.integration.people import staff_of_a_park

SYSTEM = Actor.system()


@pytest.fixture
def world(app, database):
    with app.app_context():
        return record.build(database, house().keyring, now=utc_now())


@pytest.fixture
def inspector(client_of, database):
    return client_of(staff_of_a_park(database, "inspector"))


def test_a_drum_on_the_road_is_green_with_every_reason_in_words(inspector, world):
    answer = inspector.post("/api/v1/verdicts", json={"scanned": world.container_qr(world.travelling)})

    assert answer.status_code == 200
    assert answer.json["verdict"] == "green"
    assert answer.json["headline"] == "签名有效 · 与平台一致"
    assert answer.json["subject"]["kind"] == "container"
    assert answer.json["subject"]["code"] == world.travelling
    assert answer.json["reasons"][0] == {
        "code": "R0",
        "outcome": "pass",
        "severity": "violation",
        "text": "签名有效，未被篡改",
        "note": None,
    }
    assert {"name": "容器码", "value": world.travelling} in answer.json["facts"]


def test_where_and_beside_which_vehicle_it_was_scanned_counts(inspector, world):
    body = {
        "scanned": world.container_qr(world.travelling),
        "place": {"kind": "zone", "id": str(world.zone_id)},
        "plate_seen": "演A·D9999",
    }

    answer = inspector.post("/api/v1/verdicts", json=body)

    found = {reason["code"]: (reason["outcome"], reason["severity"]) for reason in answer.json["reasons"]}
    assert answer.json["verdict"] == "red"
    assert found["R2"] == ("finding", "warning")
    assert found["R3"] == ("finding", "violation")


@pytest.mark.parametrize("scanned", ["", "hello", "危险废物", "https://example.org/W/x", "\x00", "A" * 1000])
def test_any_other_text_is_unknown_and_no_error(inspector, world, scanned):
    answer = inspector.post("/api/v1/verdicts", json={"scanned": scanned})

    assert answer.status_code == 200
    assert answer.json["verdict"] == "unknown"
    assert answer.json["subject"] == {"kind": "none", "id": None, "code": None}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/scanned"),
        ({"scanned": None}, "#/scanned"),
        ({"scanned": "A" * 1001}, "#/scanned"),
        ({"scanned": "x", "place": {"kind": "moon"}}, "#/place/kind"),
        ({"scanned": "x", "place": {"kind": "zone", "id": "1"}}, "#/place/id"),
        ({"scanned": "x", "more": 1}, "#/more"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_with_a_pointer(inspector, world, body, pointer):
    answer = inspector.post("/api/v1/verdicts", json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_verdict_needs_sign_in(client, world):
    assert client.post("/api/v1/verdicts", json={"scanned": world.stored}).status_code == 401


def test_everybody_may_have_the_public_keys(client, world):
    answer = client.get("/api/v1/keys/qr")

    assert answer.status_code == 200
    (key,) = answer.json["keys"]
    assert key["key_id"] == world.signer.key_id.hex()
    assert base64.b64decode(key["public_key"]) == world.signer.private_key.public_key().public_bytes_raw()
    assert (key["retired"], key["retired_at"], key["revoked_at"]) == (False, None, None)
    assert answer.json["generated_at"]


def listed(client, headers=None):
    answer = client.get("/api/v1/revocations", headers=headers or {})
    keys = client.get("/api/v1/keys/qr").json["list_keys"]
    public = {
        bytes.fromhex(key["key_id"]): Ed25519PublicKey.from_public_bytes(base64.b64decode(key["public_key"]))
        for key in keys
    }
    return answer, read_list(base64.b64decode(answer.json["signed"]), public) if answer.is_json else None


def test_the_list_is_signed_by_a_key_that_signs_no_codes_and_is_small(client, world, database):
    with database.writing(SYSTEM) as work:
        entries = [
            {
                "thing_kind": "consignment",
                "thing_id": new_id(),
                "entry": f"{n:016x}",
                "revoked_at": work.now,
                "expires_at": work.now + timedelta(days=1),
                "event_id": new_id(),
                "id": new_id(),
            }
            for n in range(5000)
        ]
        work.session.execute(insert(RevokedCode), entries)

    answer, held = listed(client)
    again, _ = listed(client, {"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, again.status_code) == (200, 304)
    assert len(answer.data) <= 64_000
    assert len(held.entries) == answer.json["entry_count"] == 5000
    assert held.number == answer.json["number"]


def test_without_a_key_for_lists_it_says_how_to_make_one(client):
    answer = client.get("/api/v1/revocations")

    assert answer.status_code == 409
    assert "flask keys new" in answer.json["detail"]
