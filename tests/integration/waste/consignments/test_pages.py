"""The pages: a draft filled in by form, the whole journey by buttons, refusals that keep what was typed."""

import json
import re
import subprocess
import sys

import pytest

from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.parties.accounts.confirming.enrolling import set_pin
from app.waste.consignments.models import Consignment
from tests.databases import ROOT
from tests.integration.waste.consignments.world import ALL_CHECKS, DRUM, World

WAYBILL = {
    "waybill_number": "YD-2026-0001",
    "goods1-un_number": "1993",
    "goods1-shipping_name": "废弃物，易燃液体，未另作规定的（含二甲苯）",
    "goods1-goods_class": "3",
    "goods1-packing_group": "II",
    "goods1-subsidiary_hazards": "6.1、8",
    "goods1-tunnel_code": "",
}


@pytest.fixture(autouse=True)
def qr_key(app, world):
    with world.doing(world.operator) as work:
        return new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)


PIN = "271828"


@pytest.fixture(autouse=True)
def pins(app, world):
    for person in (world.consignor, world.carrier, world.consignee):
        with world.doing(person) as work:
            set_pin(work, app.extensions["house"].keyring, PIN, PIN)


def typed(world: World, drums, **changes):
    return {
        "containers": [str(drum.id) for drum in drums],
        "consignee": f"{world.consignee.organisation_id}/{world.consignee_site_id}",
        "vehicle": f"{world.carrier.organisation_id}/{world.vehicle_id}",
        "driver_id": str(world.driver_id),
        "escort_id": str(world.escort_id),
        "planned_method": "R2",
        "emergency_measures": "随车吸附棉",
        "national_number": "",
        "via": "",
        "due_on": "",
        "go": "check",
    } | changes


def act(client, page, name, **fields):
    """Post a form of a page with the version the page states."""
    version = re.search(r'name="seen_version" value="(\d+)"', page.text)
    assert version, page.text
    return client.post(
        f"{page.request.path}/{name}", data={"seen_version": version[1], **fields}, follow_redirects=True
    )


def test_the_whole_journey_by_forms(world, client_of):
    drums = world.drums(2)
    producer, driver, recycler = (
        client_of(actor.user_id) for actor in (world.consignor, world.carrier, world.consignee)
    )

    empty = producer.get("/consignments/new")
    assert drums[0].local_label in empty.text and "演A·D0712" in empty.text
    page = producer.post("/consignments/", data=typed(world, drums), follow_redirects=True)
    assert "检查并提交" in page.text and "可提交" in page.text
    page = act(producer, page, "submission")
    assert "已提交给接受人" in page.text
    page = act(producer, page, "national-number", national_number="20269901000409")
    assert "2026-9901-000409" in page.text
    page = act(producer, page, "waybill", **WAYBILL)
    assert "YD-2026-0001" in page.text and "UN1993" in page.text
    page = act(producer, page, "loading")
    path = page.request.path
    for drum in drums:
        page = act(driver, driver.get(path), "loaded-containers", code=drum.short_code)
    page = act(producer, producer.get(path), "consignor-signature", factor_code=PIN)
    page = act(driver, driver.get(path), "carrier-signature", factor_code=PIN)
    assert "运输中" in page.text and "<svg" in page.text
    page = act(recycler, recycler.get(path), "arrival", gate_gross_kg="9,120")
    for drum in drums:
        page = act(recycler, page, "weighings", code=drum.code, net_kg="186.2")
    page = act(recycler, page, "receipt", factor_code=PIN, checks=list(ALL_CHECKS))

    assert "已签收，台账已入账" in page.text
    assert "贺云舟" in page.text
    assert recycler.get(f"{path}/manifest.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("viewer", ["consignor", "consignee", "carrier", "operator"])
@pytest.mark.parametrize("step", ["submitted", "loaded", "departed", "arrived"])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_every_step_is_a_page_for_every_viewer(world, client_of, viewer, step, language):
    trip = getattr(world, step)()

    shown = client_of(getattr(world, viewer).user_id).get(f"/consignments/{trip.number}?lang={language}")

    assert shown.status_code == 200
    assert trip.number in shown.text


def test_a_draft_is_saved_opened_again_and_revised(world, client_of):
    drums = world.drums(2)
    producer = client_of(world.consignor.user_id)

    page = producer.post(
        "/consignments/", data=typed(world, drums[:1], go="save", vehicle=""), follow_redirects=True
    )
    assert page.request.path.endswith("/draft")
    assert "草稿已保存" in page.text and "请选择车辆" in page.text
    version = re.search(r'name="seen_version" value="(\d+)"', page.text)
    page = producer.post(
        page.request.path, data=typed(world, drums, seen_version=version[1]), follow_redirects=True
    )

    assert "可提交" in page.text
    assert all(drum.local_label in page.text for drum in drums)


def test_a_refused_draft_keeps_what_was_typed(world, client_of):
    producer = client_of(world.consignor.user_id)

    refused = producer.post(
        "/consignments/",
        data=typed(world, [], national_number="123", emergency_measures="围堵", due_on="someday"),
    )

    assert refused.status_code == 422
    assert "错误：" in refused.text and "围堵" in refused.text
    for name in ("containers", "national_number", "due_on"):
        assert f'href="#f-{name}"' in refused.text


def test_who_acts_on_an_old_page_is_shown_the_new_one(world, client_of):
    trip = world.submitted()
    producer = client_of(world.consignor.user_id)
    page = producer.get(f"/consignments/{trip.number}")
    act(producer, page, "loading")

    late = act(producer, page, "cancellation", reason="车辆故障")

    assert late.status_code == 409
    assert "已被更新" in late.text and "车辆故障" in late.text


def test_a_large_difference_is_explained_on_the_page(world, client_of):
    drums = world.drums(1)
    trip = world.weighed(drums, [118_400])
    recycler = client_of(world.consignee.user_id)

    page = recycler.get(f"/consignments/{trip.number}")
    refused = act(recycler, page, "receipt", factor_code=PIN, checks=list(ALL_CHECKS))

    assert "超差" in page.text and "签收（还差 1 项）" in page.text
    assert refused.status_code == 422
    assert "没有办成" in refused.text


def test_the_buckets_show_what_waits(world, client_of):
    trip = world.departed()
    recycler, operator = client_of(world.consignee.user_id), client_of(world.operator.user_id)

    mine = recycler.get("/consignments/")
    open_ones = operator.get("/consignments/")
    nothing = recycler.get("/consignments/?bucket=done")
    odd = recycler.get("/consignments/?bucket=x&cursor=y&q=%25")

    assert trip.number in mine.text and "待我登记到达" in mine.text
    assert trip.number in open_ones.text
    assert "这里没有联单" in nothing.text
    assert odd.status_code == 200


def test_only_senders_start_a_consignment(world, client_of):
    assert client_of(world.carrier.user_id).get("/consignments/new").status_code == 403
    assert client_of(world.operator.user_id).post("/consignments/", data={}).status_code == 403


def test_showing_a_consignment_takes_few_statements(world, client_of, count_statements):
    trip = world.departed(world.drums(5))
    recycler = client_of(world.consignee.user_id)
    recycler.get(f"/consignments/{trip.number}")

    with count_statements() as sent:
        shown = recycler.get(f"/consignments/{trip.number}")

    assert shown.status_code == 200
    assert len(sent) <= 6 + 3, sent  # six for the page; the door, the language and the badges besides


def test_a_form_with_an_unknown_field_is_refused_not_crashed(world, client_of, session):
    trip = world.submitted()

    refused = client_of(world.consignor.user_id).post(
        f"/consignments/{trip.number}/loading", data={"seen_version": trip.version, "rubbish": "1"}
    )

    assert refused.status_code == 422
    assert session.get_one(Consignment, trip.id).version == trip.version
    assert DRUM


def test_the_proof_file_of_a_consignment_holds_for_whoever_checks_it(world, client_of, app, tmp_path):
    keyring = app.extensions["house"].keyring
    with world.doing(world.operator) as work:
        new_key(work, keyring, KeyPurpose.LOG)
    trip = world.submitted()

    answer = client_of(world.consignor.user_id).post(f"/consignments/{trip.number}/proof")

    assert answer.status_code == 200
    file = tmp_path / "proof.json"
    file.write_bytes(answer.data)
    key = json.loads(answer.data)["keys"][0]
    verifier = [sys.executable, "-I", str(ROOT / "verify" / "parkloop_verify.py")]
    checked = subprocess.run([*verifier, "proof", str(file), "--key", key], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
