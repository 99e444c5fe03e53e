"""Documents and records of stores, through /api/v1."""

import pytest

from app.entry.work import House
from tests.integration.waste.storage.world import World, build

API = "/api/v1"


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


def test_documents_and_records_are_filed_and_listed(client_of, world):
    client, site, store = client_of(world.people["producer"]), str(world.site.id), str(world.facility.id)
    document = {"kind": "eia", "site_id": site, "number": "1", "issued_on": "2024-05-06"}
    check = {
        "kind": "routine_check", "site_id": site, "facility_id": store, "done_on": "2026-11-18",
        "result": "not_in_order", "readings": {"no_leaks": False},
    }  # fmt: skip

    filed = client.post(f"{API}/storage-documents", json=document)
    recorded = client.post(f"{API}/upkeep", json=check)

    assert (filed.status_code, recorded.status_code) == (201, 201), (filed.json, recorded.json)
    assert client.get(f"{API}/sites/{site}/storage-documents").json["items"][0]["issued_on"] == "2024-05-06"
    assert client.get(f"{API}/facilities/{store}/upkeep").json["items"][0]["readings"] == {"no_leaks": False}
    assert client.get(f"{API}/upkeep/due").status_code == 200
    ended = client.post(f"{API}/storage-documents/{filed.json['id']}/end")
    assert ended.json["ended_at"]


def test_a_wrong_record_names_its_fields(client_of, world):
    client = client_of(world.people["producer"])
    wrong = {
        "kind": "routine_check", "site_id": str(world.site.id), "done_on": "2026-11-18", "result": "in_order",
        "readings": {"gold": True},
    }  # fmt: skip

    answer = client.post(f"{API}/upkeep", json=wrong)

    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json["errors"]} == {"#/facility_id", "#/readings/gold"}


def test_an_inspector_reads_and_does_not_file(client_of, world):
    client = client_of(world.people["inspector"])

    refused = client.post(f"{API}/storage-documents", json={"kind": "eia", "site_id": str(world.site.id)})

    assert refused.status_code == 403
    assert client.get(f"{API}/facilities/{world.facility.id}/upkeep").status_code == 200
