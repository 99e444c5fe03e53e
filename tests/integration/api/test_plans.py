"""Plans, profiles and classes through /api/v1, as a program would keep them."""

import pytest

from app.foundation.core.clock import utc_now
from app.waste.registry.facts import site_findings
from app.waste.registry.planning.queries import site_views
from tests.integration.waste.storage.world import World, build

API = "/api/v1"


@pytest.fixture
def world(app, database) -> World:
    return build(database, app.extensions["house"].keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.producer.id)


PROFILE = {
    "industry_code": "2641",
    "started_on": "2015-05-01",
    "has_own_treatment": False,
    "legal_person": "陆某",
    "technical_lead": "顾某",
    "ledger_keeper": "顾某",
    "equipment": {"ledger_medium": "own", "e_scale": True},
}


def seen(answer):
    return {"If-Match": answer.headers["ETag"]}


def started(producer, world):
    body = {"site_id": str(world.site.id), "year": utc_now().year}
    answer = producer.post(f"{API}/plans", json=body)
    assert answer.status_code == 201, answer.json
    return answer


def content(world):
    stream = str(world.streams["solvent"].id)
    return {
        "unit_class": "registration",
        "refresh_basic": True,
        "lines": {
            "A.3": [
                {
                    "stream_id": stream,
                    "mass_kg": "12500.000",
                    "details": {"facility_code": "MF0003", "step": "清洗"},
                }
            ],
            "A.7": [
                {
                    "stream_id": stream,
                    "mass_kg": "12500.000",
                    "method_code": "R2",
                    "details": {
                        "transfer_kind": "within_province",
                        "receiver_kind": "licensed",
                        "receiver_name": "云栈溶剂再生有限公司",
                        "licence_number": "演危许可 2025-006",
                    },
                }
            ],
        },
    }


def test_a_plan_goes_from_draft_to_filed_and_amended(producer, world):
    assert producer.put(f"{API}/sites/{world.site.id}/profile", json=PROFILE).status_code == 200
    plan = started(producer, world)
    path = f"{API}/plans/{plan.json['id']}"

    revised = producer.patch(path, json=content(world), headers=seen(plan))
    assert revised.status_code == 200, revised.json
    assert [line["table"] for line in revised.json["lines"]] == ["A.3", "A.7"]
    submitted = producer.post(f"{path}/submission", json={}, headers=seen(revised))
    assert submitted.json["state"] == "submitted", submitted.json
    filing = {"filing_number": "HWJH2026001", "filed_on": utc_now().date().isoformat()}
    filed = producer.post(f"{path}/filing", json=filing, headers=seen(submitted))
    assert (filed.json["state"], filed.json["filing_number"]) == ("filed", "HWJH2026001")
    amended = producer.post(f"{path}/amendments", json={"reason": "新增接收单位"}, headers=seen(filed))

    assert (amended.status_code, amended.json["revision"]) == (201, 2)
    listed = producer.get(f"{API}/plans", query_string={"site_id": str(world.site.id)}).json["items"]
    assert [(item["revision"], item["state"]) for item in listed] == [(2, "draft"), (1, "filed")]
    assert producer.get(f"{path}/file.xlsx").data[:2] == b"PK"
    assert producer.get(f"{path}/file.pdf").data[:5] == b"%PDF-"


def test_a_plan_with_gaps_names_every_pointer(producer, world):
    plan = started(producer, world)

    refused = producer.post(f"{API}/plans/{plan.json['id']}/submission", json={}, headers=seen(plan))

    assert refused.status_code == 422
    assert {"#/basic/legal_person", "#/lines/A.7"} <= {error["pointer"] for error in refused.json["errors"]}


def test_a_change_needs_the_version_it_was_seen_at(producer, world):
    plan = started(producer, world)
    path = f"{API}/plans/{plan.json['id']}"

    assert producer.patch(path, json=content(world)).status_code == 428
    assert producer.patch(path, json=content(world), headers=seen(plan)).status_code == 200
    assert producer.patch(path, json=content(world), headers=seen(plan)).status_code == 412


def test_a_return_is_noted_with_its_reason(producer, world):
    producer.put(f"{API}/sites/{world.site.id}/profile", json=PROFILE)
    plan = started(producer, world)
    path = f"{API}/plans/{plan.json['id']}"
    revised = producer.patch(path, json=content(world), headers=seen(plan))
    submitted = producer.post(f"{path}/submission", json={}, headers=seen(revised))

    returned = producer.post(f"{path}/return", json={"reason": "转移量偏大"}, headers=seen(submitted))

    assert (returned.json["state"], returned.json["reason"]) == ("returned", "转移量偏大")


def test_a_profile_is_read_changed_and_refused_whole(producer, world):
    path = f"{API}/sites/{world.site.id}/profile"
    assert producer.get(path).status_code == 404
    first = producer.put(path, json=PROFILE)
    assert producer.get(path).json["equipment"] == PROFILE["equipment"]

    assert producer.put(path, json=PROFILE).status_code == 428
    wrong = PROFILE | {"industry_code": "9999", "equipment": {"e_scale": 3}, "past_kg": {"1066": "1"}}
    refused = producer.put(path, json=wrong, headers=seen(first))

    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json["errors"]} == {
        "#/industry_code",
        "#/equipment/e_scale",
        "#/past_masses/1066",
    }


def test_a_class_and_the_findings_of_a_site(producer, world):
    year = utc_now().year
    past = {str(year - number): "120000" for number in (1, 2, 3)}
    producer.put(f"{API}/sites/{world.site.id}/profile", json=PROFILE | {"past_kg": past})

    decided = producer.post(f"{API}/sites/{world.site.id}/class-decisions", json={"year": year})
    found = producer.get(f"{API}/sites/{world.site.id}/findings").json["items"]

    assert (decided.json["computed"], decided.json["annual_kg"]) == ("key", "120000.000")
    outcomes = {item["rule_id"]: item["outcome"] for item in found}
    assert outcomes["HJ1259-4.2.1-key"] == "finding"
    assert outcomes["HJ1259-6.1.1"] == "pass"
    assert outcomes["ECC-493"] == "not_evaluable"


def test_the_findings_of_many_sites_take_as_many_statements_as_of_one(world, database, count_statements):
    with database.reading(world.actor) as work:
        views = site_views(work)
        with count_statements() as one:
            site_findings(work, views[:1])
        with count_statements() as many:
            site_findings(work, [*views] * 3)

    assert len(one) == len(many) == 5
