"""Scales and five-in-one registration through /api/v1."""

import base64
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.entry.work import House
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.trace import verifying as trace_verifying
from app.foundation.trace.queries import timeline_of
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import issue_token
from app.waste.registry import verifying
from app.waste.registry.models import GenerationRecord, Posting
from app.waste.storage.models import Container, PackageType
from app.waste.storage.weighing import limits as weighing_limits
from app.waste.storage.weighing.models import Scale, ScaleReading
from tests.integration.waste.storage.world import World, build

API = "/api/v1"


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


@pytest.fixture
def scale(world, stored) -> Scale:
    return stored(
        Scale(
            organisation_id=world.producer.id,
            site_id=world.site.id,
            name="蓝牙秤 02",
            serial_number="BT-02",
            capacity=Grams(1_500_000),
            calibrated_to=(datetime.now(UTC) + timedelta(days=100)).date(),
            ended_at=None,
        )
    )


@pytest.fixture
def drum_type(world, stored) -> PackageType:
    return stored(
        PackageType(
            organisation_id=world.producer.id,
            name="200 L 闭口铁桶",
            package="桶",
            volume_ml=200_000,
            tare=Grams(18_200),
            material="mild_steel",
            is_closed=True,
            ended_at=None,
        )
    )


def ago(**span) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def a_reading(number="r-1", kg="204.700", **changes):
    return {"reading_number": number, "mass_kg": kg, "is_stable": True, "taken_at": ago(seconds=2)} | changes


def send(client, scale, *readings):
    return client.post(f"{API}/scales/{scale.id}/readings", json={"readings": list(readings)})


def a_photo() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "JPEG")
    return base64.b64encode(buffer.getvalue()).decode()


def a_registration(world, zone="A1", stream="solvent", **changes):
    """By hand, unless a reading is given."""
    body = {
        "stream_id": str(world.streams[stream].id),
        "zone_id": str(world.zones[zone].id),
        "package": "桶",
        "volume_l": "200",
        "gross_kg": "204.700",
        "tare_kg": "18.200",
        "photo": a_photo(),
        "photo_name": "scale.jpg",
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def weighed(world, reading, **changes):
    return a_registration(
        world, reading_id=reading["id"], gross_kg=None, photo=None, photo_name=None, **changes
    )


def pointers(answer):
    return sorted(error["pointer"] for error in answer.json["errors"])


def count_of(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def names_of(session, thing_id) -> list[str]:
    return [event.name for event in reversed(timeline_of(SimpleNamespace(session=session), thing_id))]


# --- scales ---


def test_a_scale_is_added_changed_and_ended(producer, world):
    body = {
        "site_id": str(world.site.id),
        "name": "地磅",
        "capacity_kg": "60000",
        "calibrated_to": "2027-03-11",
    }

    added = producer.post(f"{API}/scales", json=body)
    twin = producer.post(f"{API}/scales", json=body)
    url = f"{API}/scales/{added.json['id']}"
    changed = {"name": "1# 地磅", "capacity_kg": "80000", "serial_number": "DB/1"}
    blind = producer.put(url, json=changed)
    revised = producer.put(url, json=changed, headers={"If-Match": '"1"'})
    stale = producer.put(url, json=changed, headers={"If-Match": '"1"'})
    ended = producer.post(f"{url}/end", json={}, headers={"If-Match": '"2"'})
    again = producer.post(f"{url}/end", json={}, headers={"If-Match": '"3"'})

    assert (added.status_code, twin.status_code, blind.status_code) == (201, 409, 428)
    assert (revised.status_code, stale.status_code) == (200, 412)
    assert (revised.json["name"], revised.json["calibrated_to"]) == ("1# 地磅", None)
    assert (ended.status_code, again.status_code) == (200, 409)
    assert producer.get(f"{API}/scales").json["items"] == []


def test_all_that_is_wrong_with_a_scale_is_told_at_once(producer, world):
    body = {"site_id": str(world.site.id), "name": "秤", "capacity_kg": "0", "serial_number": "编号"}

    answer = producer.post(f"{API}/scales", json=body)

    assert answer.status_code == 422
    assert pointers(answer) == ["#/capacity_kg", "#/serial_number"]


def test_a_reading_sent_twice_is_stored_once(producer, scale, session):
    first = send(producer, scale, a_reading())
    second = send(producer, scale, a_reading(), a_reading("r-2", "190.5", is_stable=False))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["items"][0]["id"] == second.json["items"][0]["id"]
    assert count_of(session, ScaleReading) == 2
    assert names_of(session, scale.id) == ["scale.readings_taken", "scale.readings_taken"]
    assert send(producer, scale, a_reading(kg="1")).status_code == 409
    assert count_of(session, ScaleReading) == 2


def test_a_batch_is_stored_whole_or_not_at_all(producer, scale, session):
    readings = [a_reading(f"r-{number}") for number in range(50)]
    wrong = [
        *readings,
        a_reading("r-1"),
        a_reading("重"),
        a_reading("r-90", "2000"),
        a_reading("r-91", taken_at=ago(hours=-2)),
    ]

    refused = send(producer, scale, *wrong)

    assert refused.status_code == 422
    assert pointers(refused) == [
        "#/readings/50/reading_number",
        "#/readings/51/reading_number",
        "#/readings/52/mass_kg",
        "#/readings/53/taken_at",
    ]
    assert count_of(session, ScaleReading) == 0
    assert send(producer, scale, *readings).status_code == 201
    assert count_of(session, ScaleReading) == 50
    assert send(producer, scale).status_code == 422


def test_the_latest_reading_says_how_old_it_is_and_what_it_is_worth(producer, scale, stored, session):
    url = f"{API}/scales/{scale.id}/readings/latest"
    assert producer.get(url).json["reading"] is None

    send(producer, scale, a_reading("old", "1", taken_at=ago(days=2)))
    old = producer.get(url).json["reading"]
    send(
        producer, scale, a_reading("now", "204.7"), a_reading("loose", "205", is_stable=False, taken_at=ago())
    )

    latest, stable = producer.get(url).json["reading"], producer.get(f"{url}?stable=true").json["reading"]
    assert (old["is_fresh"], old["is_late"], old["is_calibrated"]) == (False, True, True)
    assert (latest["reading_number"], latest["is_stable"]) == ("loose", False)
    assert (stable["reading_number"], stable["mass_kg"], stable["is_fresh"]) == ("now", "204.700", True)


def test_a_reading_keeps_the_calibration_of_its_day(producer, scale):
    version = producer.get(f"{API}/scales/{scale.id}").json["version"]
    body = {"name": "秤", "capacity_kg": "1500", "calibrated_to": "2026-01-01"}
    producer.put(f"{API}/scales/{scale.id}", json=body, headers={"If-Match": f'"{version}"'})
    expired = send(producer, scale, a_reading()).json["items"][0]
    body["calibrated_to"] = "2099-01-01"
    producer.put(f"{API}/scales/{scale.id}", json=body, headers={"If-Match": f'"{version + 1}"'})

    assert expired["is_calibrated"] is False
    assert send(producer, scale, a_reading()).json["items"][0]["is_calibrated"] is False
    assert send(producer, scale, a_reading("r-2")).json["items"][0]["is_calibrated"] is True


@pytest.mark.parametrize("role", ["recycler", "driver", "inspector", "park_operator"])
def test_nobody_else_sends_readings_or_registers(client_of, world, scale, role, session):
    client = client_of(world.people[role])

    answers = [
        send(client, scale, a_reading()),
        client.post(f"{API}/registrations", json=a_registration(world)),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert count_of(session, ScaleReading) == count_of(session, Container) == 0


def test_a_scale_sends_by_a_token_that_may_do_nothing_else(app, database, world, scale):
    with database.writing(Actor.system()) as work:
        email = work.session.get_one(User, world.people["producer"].user_id).email
        token = issue_token(work, IssueToken(email, ("scales.send",), "scale", timedelta(days=1)))
    machine = app.test_client()
    machine.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    assert send(machine, scale, a_reading()).status_code == 201
    assert machine.get(f"{API}/scales").status_code == 403
    assert machine.post(f"{API}/registrations", json=a_registration(world)).status_code == 403


# --- registering ---


def test_one_call_makes_container_ledger_line_zone_and_label(producer, world, scale, drum_type, session):
    reading = send(producer, scale, a_reading()).json["items"][0]
    times = {"generated_at": ago(minutes=5), "packed_at": ago(minutes=2)}
    body = weighed(world, reading, package_type_id=str(drum_type.id), package=None, volume_l=None, **times)

    answer = producer.post(f"{API}/registrations", json=body)

    made = answer.json["container"]
    assert answer.status_code == 201, answer.json
    assert (made["state"], made["gross_kg"], made["net_kg"]) == ("stored", "204.700", "186.500")
    assert (made["zone"]["code"], made["label_prints"], made["volume_l"]) == ("A1", 1, "200.000")
    assert answer.json["weighed_by"] == "蓝牙秤 02" and answer.json["is_calibrated"] is True
    assert producer.get(answer.json["label_url"]).data.startswith(b"%PDF")
    stored = session.scalars(select(Container)).one()
    assert (stored.material, stored.is_closed, stored.package_type_id) == ("mild_steel", True, drum_type.id)
    assert stored.generated_at < stored.sealed_at < stored.weighed_at < stored.stored_at
    assert names_of(session, stored.id) == [
        "container.registered",
        "container.stored",
        "container.label_printed",
    ]
    assert session.scalars(select(ScaleReading)).one().container_id == stored.id
    assert count_of(session, GenerationRecord) == 1


def test_the_same_registration_twice_makes_one_drum(producer, world, session):
    body, key = a_registration(world), {"Idempotency-Key": "draft-1"}

    first = producer.post(f"{API}/registrations", json=body, headers=key)
    second = producer.post(f"{API}/registrations", json=body, headers=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert count_of(session, Container) == 1


def test_a_reading_weighs_one_package_only(producer, world, scale, session):
    reading = send(producer, scale, a_reading()).json["items"][0]
    loose = send(producer, scale, a_reading("r-2", is_stable=False)).json["items"][0]
    old = send(producer, scale, a_reading("r-3", taken_at=ago(days=3))).json["items"][0]

    answers = [
        producer.post(f"{API}/registrations", json=weighed(world, reading)),
        producer.post(f"{API}/registrations", json=weighed(world, reading)),
        producer.post(f"{API}/registrations", json=weighed(world, loose)),
        producer.post(f"{API}/registrations", json=weighed(world, old)),
        producer.post(f"{API}/registrations", json=weighed(world, {"id": str(world.site.id)})),
        producer.post(f"{API}/registrations", json=weighed(world, loose) | {"gross_kg": "1.0"}),
    ]

    assert [answer.status_code for answer in answers] == [201, 422, 422, 422, 422, 422]
    assert all("#/reading_id" in pointers(answer) for answer in answers[1:])
    assert count_of(session, Container) == 1


def test_all_that_is_wrong_is_told_at_once(producer, world):
    body = a_registration(world, gross_kg="10", photo=None, photo_name=None, package=None)

    answer = producer.post(f"{API}/registrations", json=body)

    assert answer.status_code == 422
    assert pointers(answer) == ["#/gross_kg", "#/package_type_id", "#/photo"]


def test_a_refused_zone_and_an_incomplete_label_leave_nothing(producer, world, session):
    answer = producer.post(f"{API}/registrations", json=a_registration(world, "A3", "bare"))

    rules = {finding["rule_id"] for finding in answer.json["findings"]}
    assert answer.status_code == 422
    assert {"HJ1276-L-fields", "GB18597-4.2"} <= rules, rules
    for model in (Container, Posting, GenerationRecord):
        assert count_of(session, model) == 0


def test_a_warning_waits_for_a_reason(producer, world, session):
    full = a_registration(world, "A1", gross_kg="2100", tare_kg="20")
    refused = producer.post(f"{API}/registrations", json=full)
    if refused.status_code == 201:
        pytest.fail("a zone over its capacity asks for a reason")
    reasons = {finding["rule_id"]: "今天转走" for finding in refused.json["findings"]}

    assert refused.status_code == 422
    assert count_of(session, Container) == 0
    assert producer.post(f"{API}/registrations", json=full | {"overrides": reasons}).status_code == 201


def test_zones_are_proposed_before_anything_is_registered(producer, world, client_of):
    query = {"stream_id": str(world.streams["solvent"].id), "net_kg": "186.5"}

    items = producer.get(f"{API}/zone-proposals", query_string=query).json["items"]

    assert items[0]["outcome"] == "recommended"
    assert {item["zone"]["code"]: item["outcome"] for item in items}["A3"] == "confirm"
    assert (
        client_of(world.people["inspector"]).get(f"{API}/zone-proposals", query_string=query).status_code
        == 403
    )


def test_statements_do_not_grow_with_what_is_there(producer, world, database, count_statements):
    def cost() -> int:
        with count_statements() as sent:
            assert producer.post(f"{API}/registrations", json=a_registration(world)).status_code == 201
        return len(sent)

    first = cost()
    with database.writing(world.actor) as work:
        for _ in range(5):
            world.stored(work, "A2")

    assert cost() <= first
    assert first <= 40


# --- taking it back ---


def test_a_registration_taken_back_leaves_no_mass_and_a_void_code(producer, world, scale, session, database):
    reading = send(producer, scale, a_reading()).json["items"][0]
    made = producer.post(f"{API}/registrations", json=weighed(world, reading)).json["container"]

    undone = producer.post(f"{API}/registrations/{made['code']}/undo")

    assert undone.status_code == 200, undone.json
    assert (undone.json["state"], undone.json["zone"]) == ("voided", None)
    assert names_of(session, undone_id(session))[-1] == "container.registration_undone"
    net = {}
    for posting in session.scalars(select(Posting)):
        net[posting.to_id] = net.get(posting.to_id, 0) + posting.mass
        net[posting.from_id] = net.get(posting.from_id, 0) - posting.mass
    assert set(net.values()) == {0}
    with database.reading(Actor.system()) as work:
        assert verifying.verify(work) == []
        assert trace_verifying.verify(work).misfit is None
    assert producer.post(f"{API}/registrations/{made['code']}/undo").status_code == 409
    again = producer.post(f"{API}/registrations", json=weighed(world, reading))
    assert again.status_code == 201
    assert again.json["container"]["code"] != made["code"]


def undone_id(session):
    return session.scalars(select(Container)).one().id


def test_it_is_taken_back_only_soon_by_the_same_person_and_untouched(
    producer, world, session, monkeypatch, client_of, database, stored
):
    made = producer.post(f"{API}/registrations", json=a_registration(world)).json["container"]
    url = f"{API}/registrations/{made['code']}/undo"
    moved = producer.post(f"{API}/registrations", json=a_registration(world)).json["container"]
    producer.post(f"{API}/containers/{moved['code']}/label", json={"reason": "破损"})
    touched = producer.post(f"{API}/registrations/{moved['code']}/undo")
    with database.writing(world.actor) as work:
        colleagues = world.stored(work).code
    another = database.writing(Actor.system())
    with another as work:
        work.session.get_one(Container, container_id(session, colleagues)).created_at = work.now

    late = weighing_limits.limits()
    monkeypatch.setattr(
        "app.waste.storage.registering.operations.limits",
        lambda: type(late)(
            late.fresh,
            late.late,
            late.ahead,
            late.usable,
            late.kept,
            timedelta(0),
            timedelta(microseconds=-1),
        ),
    )
    too_late = producer.post(url)

    assert touched.status_code == 409 and "变动" in touched.json["detail"]
    assert too_late.status_code == 409 and "不能撤销" in too_late.json["detail"]
    assert client_of(world.people["recycler"]).post(url).status_code == 404


def container_id(session, code):
    return session.scalars(select(Container.id).where(Container.code == code)).one()
