"""Streams, facilities, zones and containers through /api/v1."""

import base64
import io
from datetime import timedelta

import pytest
from PIL import Image

from app.entry.work import House
from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.work import Actor
from app.foundation.trace.queries import timeline_of
from tests.integration.waste.storage.world import MADE_AT, World, build

API = "/api/v1"


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


def drum(world, **changes):
    body = {
        "stream_id": str(world.streams["solvent"].id),
        "package": "桶",
        "volume_l": "200",
        "generated_at": MADE_AT.isoformat(),
        "gross_kg": "204.600",
        "tare_kg": "18.200",
        "local_label": "QW-A1-0088",
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def pointers(answer):
    return sorted(error["pointer"] for error in answer.json["errors"])


# --- registering ---


def test_a_registered_drum_has_its_code_its_mass_and_an_etag(producer, world):
    answer = producer.post(f"{API}/containers", json=drum(world))

    assert answer.status_code == 201, answer.json
    assert answer.json["code"].startswith("91330100MA2DEMK01D9004020620261118")
    assert answer.json["net_kg"] == "186.400"
    assert answer.json["volume_l"] == "200.000"
    assert answer.json["state"] == "weighed"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"{API}/containers/{answer.json['code']}"


def test_the_same_request_twice_registers_one_drum(producer, world):
    key = {"Idempotency-Key": "drum-1"}

    first = producer.post(f"{API}/containers", json=drum(world), headers=key)
    second = producer.post(f"{API}/containers", json=drum(world), headers=key)
    other = producer.post(f"{API}/containers", json=drum(world, local_label="X"), headers=key)

    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 409
    assert len(producer.get(f"{API}/containers").json["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"gross_kg": 204.6}, ["#/gross_kg"]),
        ({"tare_kg": None}, ["#/tare_kg"]),
        ({"gross_kg": "18", "tare_kg": "18.2"}, ["#/gross_kg"]),
        ({"package": "箱子", "volume_l": "0"}, ["#/package", "#/volume_l"]),
        ({"generated_at": "2026-11-18T06:00:00", "stream_id": "x"}, ["#/generated_at", "#/stream_id"]),
        ({"generated_at": (MADE_AT + timedelta(days=9999)).isoformat()}, ["#/generated_at"]),
        ({"local_label": "x" * 41, "unknown": 1}, ["#/local_label", "#/unknown"]),
        ({"photo": "no base64!"}, ["#/photo"]),
        ({"photo": base64.b64encode(b"no picture").decode()}, ["#/photo"]),
    ],
)
def test_each_wrong_field_is_named_and_nothing_is_stored(producer, world, changes, wrong):
    answer = producer.post(f"{API}/containers", json=drum(world, **changes))

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert pointers(answer) == wrong
    assert producer.get(f"{API}/containers").json["items"] == []


def test_a_photo_comes_back_as_its_view(producer, world, client_of):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(picture, "PNG")
    photo = base64.b64encode(picture.getvalue()).decode()

    answer = producer.post(f"{API}/containers", json=drum(world, photo=photo, photo_name="drum.png"))
    view = producer.get(f"/files/{answer.json['photo_id']}")

    assert (view.status_code, view.content_type) == (200, "image/jpeg")
    assert client_of(world.people["park_operator"]).get(view.request.path).status_code == 200
    assert client_of(world.people["recycler"]).get(view.request.path).status_code == 404


def test_who_may_not_manage_containers_is_told_so(client_of, world):
    for role in ("driver", "inspector", "park_operator"):
        answer = client_of(world.people[role]).post(f"{API}/containers", json=drum(world))
        assert answer.status_code == 403, role
    stranger = client_of(world.people["recycler"]).post(f"{API}/containers", json=drum(world))

    assert stranger.status_code == 404


# --- reading ---


def test_one_container_is_found_by_any_of_its_names(producer, world):
    made = producer.post(f"{API}/containers", json=drum(world)).json

    for name in (
        made["id"],
        made["code"],
        made["code"].lower(),
        made["short_code"],
        made["short_code"].lower(),
    ):
        answer = producer.get(f"{API}/containers/{name}")
        assert answer.json == made
        assert answer.headers["ETag"] == '"1"'
    assert producer.get(f"{API}/containers/%00").status_code == 404
    assert producer.get(f"{API}/containers/nothing").status_code == 404


def test_only_the_firm_and_the_park_know_of_a_container(producer, world, client_of):
    made = producer.post(f"{API}/containers", json=drum(world)).json
    path = f"{API}/containers/{made['code']}"

    assert client_of(world.people["inspector"]).get(path).status_code == 200
    assert client_of(world.people["park_operator"]).get(path).status_code == 200
    assert client_of(world.people["recycler"]).get(path).status_code == 404
    assert client_of(world.people["driver"]).get(path).status_code == 403
    assert client_of(world.people["recycler"]).get(f"{API}/containers").json["items"] == []


def test_the_list_is_filtered_and_paged(producer, world, database):
    with database.writing(world.actor) as work:
        for _ in range(3):
            world.stored(work)
        world.registered(work, "acid")

    def codes(**query):
        return [
            item["waste_code"] for item in producer.get(f"{API}/containers", query_string=query).json["items"]
        ]

    first = producer.get(f"{API}/containers", query_string={"limit": 3}).json
    rest = producer.get(f"{API}/containers", query_string={"limit": 3, "cursor": first["next_cursor"]}).json
    assert len({item["id"] for item in first["items"] + rest["items"]}) == 4
    assert rest["next_cursor"] is None
    assert codes(state=["stored", "weighed"]) == ["900-300-34"] + ["900-402-06"] * 3
    assert codes(state="weighed") == ["900-300-34"]
    assert codes(waste_code="900-300-34", q="硫酸") == ["900-300-34"]
    assert codes(zone_id=str(world.zones["A1"].id)) == ["900-402-06"] * 3
    assert codes(q="100%") == []
    wrong = producer.get(f"{API}/containers", query_string={"state": "lost", "limit": 0, "cursor": "x"})
    assert pointers(wrong) == ["#/cursor", "#/limit", "#/state/0"]


def test_a_list_page_takes_the_same_few_statements_for_any_number(
    producer, world, database, count_statements
):
    def sent():
        with count_statements() as statements:
            assert producer.get(f"{API}/containers").status_code == 200
        return list(statements)

    few = sent()
    with database.writing(world.actor) as work:
        for _ in range(5):
            world.stored(work)

    assert len(sent()) == len(few) <= 4, few


def test_the_list_goes_out_as_csv_and_xlsx(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.stored(work)

    csv = producer.get(f"{API}/containers.csv", query_string={"state": "stored"})
    xlsx = producer.get(f"{API}/containers.xlsx")

    assert csv.headers["Content-Type"].startswith("text/csv")
    assert container.code in csv.get_data(as_text=True)
    assert "186.000" in csv.get_data(as_text=True)
    assert xlsx.data.startswith(b"PK")


# --- weighing, placing, voiding ---


def test_a_drum_labelled_first_is_weighed_once(producer, world):
    made = producer.post(f"{API}/containers", json=drum(world, gross_kg=None, tare_kg=None)).json
    path = f"{API}/containers/{made['code']}/weighing"

    nothing = producer.post(path, json={})
    weighed = producer.post(path, json={"net_kg": "120"}, headers={"If-Match": '"1"'})
    again = producer.post(path, json={"net_kg": "120"})

    assert pointers(nothing) == ["#/gross_kg"]
    assert (weighed.status_code, weighed.json["net_kg"], weighed.json["state"]) == (200, "120.000", "weighed")
    assert weighed.headers["ETag"] == '"2"'
    assert again.status_code == 409


def test_put_away_moves_the_mass_and_leaves_one_event(producer, world, database):
    made = producer.post(f"{API}/containers", json=drum(world)).json

    answer = producer.post(
        f"{API}/containers/{made['short_code']}/put-away",
        json={"zone_id": str(world.zones["A1"].id)},
        headers={"If-Match": '"1"'},
    )

    assert answer.status_code == 200, answer.json
    assert answer.json["zone"]["code"] == "A1"
    assert answer.json["facility"]["code"] == "TS001"
    assert answer.json["state"] == "stored"
    [listed] = producer.get(f"{API}/facilities").json["items"]
    assert listed["mass_kg"] == "186.400"
    assert {zone["zone"]["code"]: zone["container_count"] for zone in listed["zones"]} == {
        "A1": 1,
        "A2": 0,
        "A3": 0,
    }
    with database.reading(Actor.system()) as work:
        names = [entry.name for entry in timeline_of(work, world.zones["A1"].id)]
    assert names == ["container.stored"]


def test_put_away_takes_at_most_twelve_statements(producer, world, database, count_statements):
    with database.writing(world.actor) as work:
        world.stored(work)
        container = world.registered(work)

    with count_statements() as sent:
        answer = producer.post(
            f"{API}/containers/{container.id}/put-away", json={"zone_id": str(world.zones["A1"].id)}
        )

    assert answer.status_code == 200
    assert len(sent) <= 12, sent


def test_an_incompatible_zone_is_refused_with_every_finding(producer, world, database):
    with database.writing(world.actor) as work:
        world.stored(work, "A2", "acid")
        container = world.registered(work, "alkali")
    path = f"{API}/containers/{container.code}/put-away"

    answer = producer.post(path, json={"zone_id": str(world.zones["A2"].id)})
    overridden = producer.post(
        path, json={"zone_id": str(world.zones["A2"].id), "overrides": {"GB18597-4.3-b": "就放这里"}}
    )

    assert answer.status_code == 422
    assert answer.json["type"] == "/problems/rule-violated"
    [finding] = answer.json["findings"]
    assert finding["rule_id"] == "GB18597-4.3-b"
    assert "强碱" in finding["message"]
    assert overridden.status_code == 422
    assert producer.get(f"{API}/containers/{container.code}").json["state"] == "weighed"


def test_the_park_lets_a_container_stand_where_a_rule_forbids_it_with_a_reason(world, database, client_of):
    with database.writing(world.actor) as work:
        world.stored(work, "A2", "acid")
        container = world.registered(work, "alkali")
        welcome = world.registered(work)
    operator = client_of(world.people["park_operator"])
    path = f"{API}/containers/{container.code}/put-away"
    body = {"zone_id": str(world.zones["A2"].id)}

    needless = operator.post(
        f"{API}/containers/{welcome.code}/put-away", json={"zone_id": str(world.zones["A1"].id)}
    )
    without = operator.post(path, json={**body, "overrides": {"GB18597-4.3-b": "  "}})
    answer = operator.post(path, json={**body, "overrides": {"GB18597-4.3-b": "隔离槽内临时存放一晚"}})

    assert (needless.status_code, without.status_code) == (403, 422)
    assert answer.status_code == 200, answer.json
    page = operator.get(f"/containers/{container.code}").text
    assert "说明原因后放行：GB18597-4.3-b" in page


def test_a_full_zone_waits_for_a_reason(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.registered(work)
    path = f"{API}/containers/{container.code}/put-away"
    zone = str(world.zones["A3"].id)

    refused = producer.post(path, json={"zone_id": zone})
    confirmed = producer.post(path, json={"zone_id": zone, "overrides": {"GB18597-4.2": "今天下午转走一桶"}})

    assert [finding["rule_id"] for finding in refused.json["findings"]] == ["GB18597-4.2"]
    assert confirmed.status_code == 200
    assert confirmed.json["zone"]["code"] == "A3"


def test_acts_on_an_old_sight_of_a_container_are_refused(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.stored(work)
    body = {"zone_id": str(world.zones["A2"].id)}
    path = f"{API}/containers/{container.code}/put-away"

    assert producer.post(path, json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert producer.post(path, json=body | {"seen_version": 1}).status_code == 412
    assert producer.post(path, json=body, headers={"If-Match": "x"}).status_code == 422
    assert producer.post(path, json=body, headers={"If-Match": '"2"'}).status_code == 200
    assert producer.post(path, json=body).status_code == 409


def test_zones_are_proposed_best_first(producer, world, database):
    with database.writing(world.actor) as work:
        world.stored(work, "A1")
        world.stored(work, "A2", "acid")
        container = world.registered(work, "alkali")
        solvent = world.registered(work)

    for_alkali = producer.get(f"{API}/containers/{container.code}/zone-proposals").json["items"]
    for_solvent = producer.get(f"{API}/containers/{solvent.code}/zone-proposals").json["items"]

    assert [(item["zone"]["code"], item["outcome"]) for item in for_solvent] == [
        ("A1", "recommended"),
        ("A2", "recommended"),
        ("A3", "confirm"),
    ]
    assert {item["outcome"] for item in for_alkali} == {"refused"}
    assert for_solvent[0]["mass_after_kg"] == "372.000"
    together = next(item for item in for_alkali if item["zone"]["code"] == "A2")
    found = [finding["rule_id"] for finding in together["findings"]]
    assert found == ["GB18597-4.3-b", "GB18597-4.6-c"]  # it has no label either


def test_only_a_code_without_mass_is_voided(producer, world, database):
    with database.writing(world.actor) as work:
        empty = world.registered(work, net_kg=None)
        full = world.registered(work)

    def void(container, body):
        return producer.post(f"{API}/containers/{container.code}/voiding", json=body)

    assert pointers(void(empty, {"reason": " "})) == ["#/reason"]
    assert void(full, {"reason": "贴错"}).status_code == 409
    assert void(empty, {"reason": "贴错"}).json["state"] == "voided"
    assert void(empty, {"reason": "贴错"}).status_code == 409


# --- labels and story ---


def test_a_label_is_a_pdf_and_a_reprint_needs_a_reason(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.registered(work)
    path = f"{API}/containers/{container.code}/label"

    first = producer.post(f"{path}?paper=a4&lang=en&size=L3", json={})
    again = producer.post(path, json={})
    reprint = producer.post(path, json={"reason": "破损"})

    assert first.status_code == 200, first.json
    assert first.content_type == "application/pdf"
    assert first.data.startswith(b"%PDF")
    assert pointers(again) == ["#/reason"]
    assert reprint.data.startswith(b"%PDF")
    assert producer.get(f"{API}/containers/{container.code}").json["label_prints"] == 2
    assert producer.post(f"{path}?size=XL", json={"reason": "破损"}).status_code == 422


def test_a_label_with_blank_fields_is_not_printed(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.registered(work, "bare")

    answer = producer.post(f"{API}/containers/{container.code}/label", json={})

    assert answer.status_code == 422
    [finding] = answer.json["findings"]
    assert "主要成分" in finding["message"]
    assert producer.get(f"{API}/containers/{container.code}").json["label_prints"] == 0


def test_the_story_of_a_container_is_told_newest_first(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.stored(work)

    items = producer.get(f"{API}/containers/{container.code}/trace").json["items"]

    assert [(item["name"], item["sequence"]) for item in items] == [
        ("container.stored", 2),
        ("container.registered", 1),
    ]
    assert items[0]["payload"]["state"]["zone_id"] == str(world.zones["A1"].id)


# --- streams, facilities, zones ---


def a_stream(world, **changes):
    return {
        "site_id": str(world.site.id),
        "waste_code": "900-404-06",
        "local_name": "废稀释剂",
        "form": "L",
        "hazards": ["T", "I"],
        "main_components": "甲苯",
        "properties": {"acid": "none"},
    } | changes


def test_a_stream_is_added_named_by_the_list_and_revised(producer, world, database):
    with database.writing(Actor.system()) as work:
        load_catalogue(work)

    added = producer.post(f"{API}/waste-streams", json=a_stream(world))
    again = producer.post(f"{API}/waste-streams", json=a_stream(world))
    texts = {"form": "L", "hazards": ["T"], "precautions": "远离火源", "properties": {}}
    revised = producer.put(f"{API}/waste-streams/{added.json['id']}", json=texts)

    assert added.status_code == 201, added.json
    assert added.json["category"] == "HW06"
    assert again.status_code == 409
    assert (revised.json["hazards"], revised.json["main_components"]) == (["T"], "")
    assert producer.get(f"{API}/waste-streams/{added.json['id']}").json == revised.json
    assert len(producer.get(f"{API}/waste-streams").json["items"]) == 5


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"hazards": ["X"]}, ["#/hazards/0"]),
        ({"form": "Q", "local_name": ""}, ["#/form", "#/local_name"]),
        ({"properties": {"acid": "sweet"}}, ["#/properties"]),
        ({"properties": {"colour": "blue"}}, ["#/properties"]),
        ({"main_components": "x" * 201}, ["#/main_components"]),
        ({"waste_code": "900-999-06"}, ["#/waste_code"]),
    ],
)
def test_a_wrong_stream_is_refused_field_by_field(producer, world, changes, wrong):
    answer = producer.post(f"{API}/waste-streams", json=a_stream(world, **changes))

    assert answer.status_code == 422
    assert pointers(answer) == wrong


def test_a_facility_and_its_zone_are_set_up_and_the_zone_revised(producer, world):
    facility = producer.post(
        f"{API}/facilities",
        json={
            "site_id": str(world.site.id),
            "code": "TS002",
            "name": "2# 库",
            "type": "spot",
            "capacity_kg": "3000",
        },
    )
    zone = {"name": "B1 区", "capacity_kg": "1000", "allowed": ["HW08"], "forms": ["L"], "open_to": []}
    marked = producer.post(f"{API}/zones", json=zone | {"facility_id": facility.json["id"], "code": "B1"})
    path = f"{API}/zones/{marked.json['id']}"

    assert (facility.status_code, marked.status_code) == (201, 201), marked.json
    assert marked.headers["ETag"] == '"1"'
    assert producer.put(path, json=zone).status_code == 428
    revised = producer.put(path, json=zone | {"capacity_kg": "1500"}, headers={"If-Match": '"1"'})
    assert (revised.status_code, revised.json["capacity_kg"]) == (200, "1500.000")
    stale = producer.put(path, json=zone, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json["type"]) == (412, "/problems/stale-version")
    wrong = producer.put(
        path, json=zone | {"allowed": ["oil"], "capacity_kg": "0"}, headers={"If-Match": '"2"'}
    )
    assert pointers(wrong) == ["#/allowed", "#/capacity_kg"]


def test_another_firms_storage_does_not_exist(client_of, world):
    recycler = client_of(world.people["recycler"])
    zone = {"name": "B1 区", "capacity_kg": "1000", "allowed": ["HW08"]}

    assert recycler.get(f"{API}/facilities").json == {"items": []}
    assert recycler.get(f"{API}/waste-streams").json["items"] == []
    assert recycler.get(f"{API}/waste-streams/{world.streams['acid'].id}").status_code == 404
    taken = recycler.put(f"{API}/zones/{world.zones['A1'].id}", json=zone, headers={"If-Match": '"1"'})
    assert taken.status_code == 404
    added = recycler.post(f"{API}/zones", json=zone | {"facility_id": str(world.facility.id), "code": "Z9"})
    assert added.status_code == 404
