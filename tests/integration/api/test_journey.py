"""The first drum through the house by API: from a ledger file to the recycler's receipt and a verdict at the gate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.demo.accounts import PEOPLE
from app.demo.setting_up import DemoPark
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.foundation.trace import verifying as trace_log
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.signing_in import issue_token
from app.waste.registry import verifying as ledger
from tests.integration.park import (
    COMPLETE,
    DRUM,
    LEDGER_FILE,
    NATIONAL_NUMBER,
    first_morning,
    plan_for_the_drum,
)
from tests.integration.waste.consignments.world import waybill_json

API = "/api/v1"
TRIPS = f"{API}/consignments"
EMAILS = {person.key: person.email for person in PEOPLE}


@dataclass
class Machine:
    """A program that acts for one person by token: a key for every creation, the seen version for every change."""

    client: FlaskClient
    token: str
    _numbers: Any = field(default_factory=lambda: count(1))

    def get(self, path: str, **values: Any) -> Any:
        answer = self.client.get(path, headers=self._headers(), query_string=values)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(
        self, path: str, seen: dict[str, Any] | None = None, key: str = "", **options: Any
    ) -> TestResponse:
        headers = self._headers() | {"Idempotency-Key": key or f"step-{next(self._numbers)}"}
        if seen is not None:
            headers["If-Match"] = f'"{seen["version"]}"'
        return self.client.post(path, headers=headers, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        return self.client.put(path, headers=self._headers(), **options)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def park(app: Flask, database: Database) -> DemoPark:
    return first_morning(database, app.extensions["house"].keyring)


@pytest.fixture
def machine(app: Flask, database: Database, park: DemoPark) -> Callable[..., Machine]:
    """`machine("qian")` holds a token that this person was given."""

    def issued(person: str, *scopes: str) -> Machine:
        with database.writing(Actor.system()) as work:
            token = issue_token(work, IssueToken(EMAILS[person], scopes or ("write",), "weighbridge"))
        return Machine(app.test_client(), token)

    return issued


def import_ledger(producer: Machine, key: str = "") -> TestResponse:
    with LEDGER_FILE.open("rb") as file:
        return producer.post(f"{API}/ledger-imports", key=key, data={"file": (file, LEDGER_FILE.name)})


def an_order(park: DemoPark, **changes: Any) -> dict[str, Any]:
    return {
        "containers": [DRUM],
        "consignee_id": str(park.organisations["yunzhan"].id),
        "consignee_site_id": str(park.sites["yunzhan"].id),
        "carrier_id": str(park.organisations["chian"].id),
        "vehicle_id": str(park.vehicles["D0712"]),
        "driver_id": str(park.crew["shi"]),
        "escort_id": str(park.crew["yi"]),
        "planned_method": "R2",
        "emergency_measures": "随车吸附棉；泄漏先围堵后收集",
        "national_number": NATIONAL_NUMBER,
    } | changes


def ready_to_go(producer: Machine, park: DemoPark, database: Database) -> dict[str, Any]:
    """A drum out of the ledger file, labelled and in its zone, on a draft."""
    import_ledger(producer)
    plan_for_the_drum(database, park)
    drum = producer.get(f"{API}/containers/{DRUM}")
    producer.put(f"{API}/waste-streams/{drum['stream_id']}", json=COMPLETE)
    producer.post(f"{API}/containers/{DRUM}/label", json={})
    producer.post(f"{API}/containers/{DRUM}/put-away", json={"zone_id": str(park.zones["chenghu", "C1"].id)})
    created = producer.post(TRIPS, json=an_order(park))
    assert created.status_code == 201, created.text
    return created.json


def done(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    return answer.json


def test_the_first_drum_goes_through_the_house(
    machine: Callable[..., Machine], park: DemoPark, database: Database
) -> None:
    producer, driver, recycler, inspector = (machine(key) for key in ("qian", "shi", "he", "lin"))

    imported = import_ledger(producer)
    plan_for_the_drum(database, park)
    assert (imported.status_code, imported.json["counts"]["accepted"]) == (201, 120)
    balance = producer.get(f"{API}/ledger/balance", month="2026-10")
    drum = producer.get(f"{API}/containers/{DRUM}")
    assert (drum["net_kg"], drum["zone"]) == ("171.000", None)

    unlabelled = producer.post(f"{API}/containers/{DRUM}/label", json={})
    assert unlabelled.status_code == 422
    completed = producer.put(f"{API}/waste-streams/{drum['stream_id']}", json=COMPLETE)
    assert completed.status_code == 200, completed.text
    label = producer.post(f"{API}/containers/{DRUM}/label", json={})
    assert (label.status_code, label.mimetype, label.data[:5]) == (200, "application/pdf", b"%PDF-")

    zones = {code: str(park.zones["chenghu", code].id) for code in ("C1", "C2")}
    proposals = producer.get(f"{API}/containers/{DRUM}/zone-proposals")["items"]
    assert [(item["zone"]["code"], item["outcome"]) for item in proposals] == [
        ("C1", "recommended"),
        ("C2", "refused"),
    ]
    refused = producer.post(f"{API}/containers/{DRUM}/put-away", json={"zone_id": zones["C2"]})
    assert refused.status_code == 422
    assert refused.json["findings"] and all(finding["message"] for finding in refused.json["findings"])
    stored = producer.post(f"{API}/containers/{DRUM}/put-away", json={"zone_id": zones["C1"]})
    assert done(stored)["zone"]["code"] == "C1"

    created = producer.post(TRIPS, json=an_order(park))
    assert created.status_code == 201, created.text
    trip = done(producer.post(f"{TRIPS}/{created.json['id']}/submission", seen=created.json, json={}))
    trip = done(
        driver.put(f"{TRIPS}/{trip['id']}/waybill", json=waybill_json() | {"seen_version": trip["version"]})
    )
    for who, act, body in [
        (producer, "loading", {}),
        (driver, "loaded-containers", {"code": drum["short_code"]}),
        (producer, "consignor-signature", {}),
        (driver, "carrier-signature", {}),
    ]:
        trip = done(who.post(f"{TRIPS}/{trip['id']}/{act}", seen=trip, json=body))
    assert trip["state"] == "in_transit"

    on_the_road = inspector.get(f"{TRIPS}/{trip['id']}")
    verdict = inspector.post(f"{API}/verdicts", json={"scanned": on_the_road["qr_text"]}).json
    assert (verdict["verdict"], verdict["subject"]["code"]) == ("green", trip["number"])

    for act, body in [
        ("arrival", {"gate_gross_kg": "4560"}),
        ("weighings", {"code": DRUM, "gross_kg": "189.000", "tare_kg": "18.200"}),
        ("receipt", {"checks": ["kind", "mass", "packaging", "label"]}),
    ]:
        trip = done(recycler.post(f"{TRIPS}/{trip['id']}/{act}", seen=trip, json=body))
    assert (trip["state"], trip["received_mass_kg"]) == ("accepted", "170.800")

    assert producer.get(f"{API}/ledger/balance", month="2026-10") == balance
    assert recycler.get(f"{API}/containers/{DRUM}")["state"] == "accepted"
    story = [event["name"] for event in recycler.get(f"{API}/containers/{DRUM}/trace")["items"]]
    assert story[0] == "consignment.accepted" and story[-1] == "ledger.imported"
    with database.reading(Actor.system()) as work:
        assert ledger.verify(work) == []
        assert trace_log.verify(work).misfit is None


def test_the_same_file_twice_changes_nothing(machine: Callable[..., Machine], park: DemoPark) -> None:
    producer = machine("qian")

    imports = [import_ledger(producer, key="once") for _ in range(2)]
    again = import_ledger(producer)

    assert [answer.status_code for answer in imports] == [201, 201]
    assert imports[0].json == imports[1].json
    assert imports[1].headers["Idempotency-Replayed"] == "true"
    assert again.json["stored"] is False
    assert {problem["reason"] for row in again.json["refused"] for problem in row["problems"]} == {
        "duplicate"
    }


def test_of_two_programs_that_act_on_one_version_one_is_told_to_look_again(
    machine: Callable[..., Machine], park: DemoPark, database: Database
) -> None:
    producer, other = machine("qian"), machine("qian")
    draft = ready_to_go(producer, park, database)

    first = producer.post(f"{TRIPS}/{draft['id']}/submission", seen=draft, json={})
    second = other.post(f"{TRIPS}/{draft['id']}/submission", seen=draft, json={})

    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json["type"] == "/problems/stale-version"


def test_a_reading_token_reads_and_changes_nothing(
    machine: Callable[..., Machine], park: DemoPark, database: Database
) -> None:
    draft = ready_to_go(machine("qian"), park, database)
    reader = machine("qian", "read")

    assert [trip["number"] for trip in reader.get(TRIPS)["items"]] == [draft["number"]]
    refused = reader.post(f"{TRIPS}/{draft['id']}/submission", seen=draft, json={})

    assert (refused.status_code, refused.json["type"]) == (403, "/problems/not-permitted")
