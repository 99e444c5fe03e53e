"""The acts of the road by form and by API: what is typed, what is refused beside its field, what the page tells after."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.foundation.rulebook.models import RuleOverride
from app.parties.accounts.confirming.enrolling import set_pin
from app.parties.licences.models import Vehicle
from app.waste.consignments.models import ConsignmentLeg
from tests.integration.waste.consignments.road_world import Road, on_the_road, tomorrow
from tests.integration.waste.consignments.test_scenarios_road import with_two_carriers
from tests.integration.waste.consignments.world import DRUM

PIN = "271828"


@pytest.fixture
def road(app, world) -> Road:
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    road = on_the_road(world)
    with world.doing(road.next_carrier) as work:
        set_pin(work, app.extensions["house"].keyring, PIN, PIN)
    return road


def post(client, path, name, **fields):
    """Send the form of an act with the version its page states."""
    form = client.get(f"{path}/road/{name}")
    page = form if form.status_code == 200 else client.get(path)
    version = re.search(r'name="seen_version" value="(\d+)"', page.text)
    assert version, page.text
    data = {"seen_version": version[1], **fields}
    return client.post(f"{path}/{name}", data=data, follow_redirects=True)


def test_an_incident_from_the_drivers_phone_to_the_parks_closing(road, client_of):
    world = road.world
    drums = world.drums(2)
    trip = world.departed(drums)
    path = f"/consignments/{trip.number}"
    driver, producer, park = (
        client_of(actor.user_id) for actor in (world.carrier, world.consignor, world.operator)
    )

    assert f"{path}/road/incident" in driver.get(path).text
    refused = post(driver, path, "incident", kind="leak", place="绕城高速", description="")
    assert refused.status_code == 422
    assert 'id="f-description-e"' in refused.text and "绕城高速" in refused.text
    page = post(driver, path, "incident", kind="leak", place="绕城高速", description="侧翻，已围堵")
    assert "侧翻，已围堵" in page.text and "异常" in page.text
    too_much = {f"lost-{drums[0].short_code}": "500"}
    refused = post(producer, path, "losses", **too_much)
    assert refused.status_code == 422 and "186.4" in refused.text
    page = post(producer, path, "losses", **{f"lost-{drums[0].short_code}": "20.5"})
    assert "20.5" in page.text
    page = post(park, path, "incident-closure")
    assert "事故结案" in page.text
    assert road.masses(trip) == {"at the consignor's": 2 * DRUM - 20_500, "lost": 20_500}


def test_the_next_carrier_takes_over_by_form_with_its_pin(road, client_of):
    trip = with_two_carriers(road, road.world.drums(2))
    path = f"/consignments/{trip.number}"
    driver = client_of(road.next_carrier.user_id)

    assert "绕城东服务区" in driver.get(f"{path}/road/takeover").text
    refused = post(driver, path, "takeover", verified=["waste"], factor_code=PIN)
    assert refused.status_code == 422 and "请核对移出人信息后勾选" in refused.text
    page = post(driver, path, "takeover", verified=["consignor", "carrier", "waste"], factor_code=PIN)

    assert "已接续承运，起运" in page.text and "远捷危货物流" in page.text


def test_a_take_over_asks_the_reason_that_a_rule_wants_and_goes_on_with_it(road, client_of):
    trip = with_two_carriers(road, road.world.drums(2))
    with road.world.doing(Actor.system()) as work:
        second = (ConsignmentLeg.consignment_id == trip.id) & (ConsignmentLeg.position == 2)
        leg = work.session.scalars(select(ConsignmentLeg).where(second)).one()
        work.session.get_one(Vehicle, leg.vehicle_id).approved_load = Grams(DRUM)
    path = f"/consignments/{trip.number}"
    client = client_of(road.next_carrier.user_id)
    said = {"verified": ["consignor", "carrier", "waste"], "factor_code": PIN}

    assert "overrides-" not in client.get(f"{path}/road/takeover").text
    asked = post(client, path, "takeover", **said)
    reason = {"overrides-DGROAD-load": "行驶证核载更高，登记有误"}
    half = post(client, path, "takeover", **said, **reason)
    done = post(client, path, "takeover", **said, **reason, **{"overrides-MAN-X8": "同上"})

    assert (asked.status_code, half.status_code) == (422, 422)
    assert 'name="overrides-DGROAD-load"' in asked.text and 'name="overrides-MAN-X8"' in asked.text
    assert 'value="行驶证核载更高，登记有误"' in half.text
    assert "核定载质量" in asked.text
    assert done.status_code == 200 and "已接续承运，起运" in done.text
    with road.world.seeing(road.world.operator) as work:
        told = work.session.scalars(select(RuleOverride.reason)).all()
    assert sorted(told) == sorted(["行驶证核载更高，登记有误", "同上"])


def test_a_diversion_asks_the_reason_that_a_rule_wants(road, client_of):
    trip = road.world.departed(road.world.drums(2))
    with road.world.doing(Actor.system()) as work:
        work.session.get_one(Vehicle, trip.vehicle_id).approved_load = Grams(DRUM)
    path = f"/consignments/{trip.number}"
    driver = client_of(road.world.carrier.user_id)
    other = f"{road.other_consignee.organisation_id}/{road.other_site_id}"
    said = {"consignee": other, "due_on": tomorrow().isoformat(), "reason": "停产"}

    asked = post(driver, path, "diversion", **said)
    reasons = {f"overrides-{rule}": "登记有误" for rule in ("DGROAD-load", "MAN-X8")}
    done = post(driver, path, "diversion", **said, **reasons)

    assert asked.status_code == 422 and 'name="overrides-DGROAD-load"' in asked.text
    assert done.status_code == 200 and "已改道" in done.text


def test_a_stop_and_a_diversion_by_form(road, client_of):
    trip = road.world.departed(road.world.drums(2))
    path = f"/consignments/{trip.number}"
    driver = client_of(road.world.carrier.user_id)
    there = {"site_id": str(road.other_site_id), "until_on": tomorrow().isoformat()}

    page = post(driver, path, "stop", reason="夜间禁行", **there)
    assert "途中暂存" in page.text and "夜间禁行" in page.text
    post(driver, path, "departure")
    other = f"{road.other_consignee.organisation_id}/{road.other_site_id}"
    page = post(driver, path, "diversion", consignee=other, due_on=tomorrow().isoformat(), reason="停产")

    assert "已改道" in page.text and "净源环保" in page.text
    assert client_of(road.other_consignee.user_id).get(path).status_code == 200
    assert client_of(road.world.consignee.user_id).get(path).status_code == 200


def test_positions_are_kept_once_and_only_by_who_carries(road, client_of):
    world = road.world
    trip = world.departed(world.drums(2))
    url = f"/api/v1/consignments/{trip.id}/track"
    points = [
        {
            "at": (trip.departed_at + timedelta(minutes=minute)).isoformat(),
            "latitude_e6": 30_274_085,
            "longitude_e6": 120_155_070 + minute,
        }
        for minute in range(3)
    ]
    driver, consignor = (client_of(actor.user_id) for actor in (world.carrier, world.consignor))

    assert driver.post(url, json={"points": points[:2]}).json == {"added": 2, "known": 0}
    assert driver.post(url, json={"points": points}).json == {"added": 1, "known": 2}
    assert consignor.post(url, json={"points": points}).status_code == 403
    early = [points[0] | {"at": (trip.departed_at - timedelta(hours=1)).isoformat()}]
    refused = driver.post(url, json={"points": early})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/points/0/at")
    told = consignor.get(url, query_string={"limit": 2}).json
    assert [point["longitude_e6"] for point in told["items"]] == [120_155_070, 120_155_071]
    rest = consignor.get(url, query_string={"after": told["next_cursor"]}).json
    assert [point["longitude_e6"] for point in rest["items"]] == [120_155_072]


def test_a_draft_names_later_carriers_and_the_api_tells_them(road, client_of):
    world = road.world
    producer = client_of(world.consignor.user_id)
    leg = {
        "carrier_id": str(road.leg.carrier_id),
        "vehicle_id": str(world.vehicle_id),
        "place": "服务区",
    }
    order = {"containers": [world.drums(1)[0].code], "carrier_id": str(world.carrier.organisation_id)}

    refused = producer.post("/api/v1/consignments", json=order | {"legs": [leg]})
    assert [error["pointer"] for error in refused.json["errors"]] == ["#/legs/0/vehicle_id"]
    leg["vehicle_id"] = str(road.leg.vehicle_id)
    made = producer.post("/api/v1/consignments", json=order | {"legs": [leg]})
    shown = producer.get(made.headers["Location"]).json

    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert [one["carrier_id"] for one in shown["legs"]] == [order["carrier_id"], leg["carrier_id"]]
    assert shown["legs"][1]["place"] == "服务区"


def test_the_drivers_page_has_the_next_step_and_help(road, client_of):
    world = road.world
    driver = client_of(world.carrier.user_id)
    assert "现在没有运输任务" in driver.get("/workbench").text

    trip = world.loaded(world.drums(2))
    page = driver.get("/workbench").text
    assert "等移出人签署" in page and trip.number in page
    assert "随车吸附棉" in page and 'href="tel:000-0000-0002"' in page

    gone = world.departed(world.drums(1))
    page = driver.get("/workbench").text
    assert "到达后出示联单码" in page and f"/consignments/{gone.number}/road/incident" in page
    assert client_of(road.next_carrier.user_id).get("/workbench").text.count(gone.number) == 0


def test_a_round_by_form(road, client_of):
    world = road.world
    trip = world.submitted(world.drums(1))
    driver = client_of(world.carrier.user_id)
    order = {
        "csrf_token": driver.environ_base["HTTP_X_CSRFTOKEN"],
        "vehicle_id": world.vehicle_id,
        "driver_id": world.driver_id,
        "planned_on": tomorrow().isoformat(),
    }

    refused = driver.post("/rounds/", data=order | {"planned_on": "2026-01-01"})
    assert refused.status_code == 422 and "已过" in refused.text
    page = driver.post("/rounds/", data=order, follow_redirects=True)
    version = re.search(r'name="seen_version" value="(\d+)"', page.text)[1]
    stop = {"seen_version": version, "consignment": trip.number}
    page = driver.post(f"{page.request.path}/stops", data=stop, follow_redirects=True)

    assert "下一站" in page.text and "青梧涂料" in page.text
    again = driver.post(f"{page.request.path}/stops", data=stop)
    assert again.status_code == 409 and "已被更新" in again.text
    assert trip.number in driver.get("/workbench").text
    assert "R-2611" in driver.get("/rounds/").text


def test_later_carriers_are_part_of_the_draft(road, client_of):
    world = road.world
    producer = client_of(world.consignor.user_id)
    typed = {
        "containers": [str(drum.id) for drum in world.drums(1)],
        "vehicle": f"{world.carrier.organisation_id}/{world.vehicle_id}",
        "leg1-vehicle": f"{road.leg.carrier_id}/{road.leg.vehicle_id}",
        "leg1-driver_id": str(world.driver_id),
        "leg1-place": "服务区",
        "leg1-planned_at": "2027-01-02T08:30",
    }

    refused = producer.post("/consignments/", data=typed)
    assert refused.status_code == 422 and 'id="f-leg1-driver_id-e"' in refused.text
    page = producer.post(
        "/consignments/", data=typed | {"leg1-driver_id": str(road.leg.driver_id)}, follow_redirects=True
    )

    assert page.status_code == 200
    assert 'value="2027-01-02T08:30"' in page.text and 'value="服务区"' in page.text
    assert 'id="f-leg2-vehicle"' in page.text
