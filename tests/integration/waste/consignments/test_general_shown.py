"""What pages say of general waste: its packages in place of a count, and nothing of licences, permits and national numbers."""

from datetime import timedelta

import pytest

from app.foundation.core.units import Grams
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.parties.licences.models import Vehicle
from app.waste.consignments.commands import LoadLine
from tests.integration.waste.consignments.general_world import TONNE, build_general


@pytest.fixture
def general(world, app, pins):
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    general = build_general(world)
    general.batch(9)
    return general


@pytest.fixture
def trip(general):
    return general.departed(8, lines=(LoadLine(general.stream.id, 8 * TONNE, package="袋"),))


def test_the_page_behind_its_code(trip, client):
    page = client.get(f"/M/{trip.number}").text

    assert "一般工业固体废物" in page and "袋" in page
    assert "国家联单编号" not in page and "个容器" not in page


def test_its_own_page_and_the_list(world, trip, client_of):
    client = client_of(world.consignor.user_id)

    page = client.get(f"/consignments/{trip.number}").text
    assert "经营许可" not in page and "道路许可" not in page and "押运" not in page
    listed = client.get("/consignments/?bucket=open").text
    assert trip.number in listed and "袋" in listed and "散装" not in listed


def test_the_drivers_day_and_the_workbench(world, trip, client_of):
    for actor in (world.carrier, world.consignee):
        page = client_of(actor.user_id).get("/workbench", follow_redirects=True)
        assert page.status_code == 200
        assert trip.number in page.text and "袋" in page.text and "0 件" not in page.text


def test_arriving_asks_for_no_scale_by_scale_weighing(world, trip, client_of):
    client = client_of(world.consignee.user_id)

    page = client.post(
        f"/consignments/{trip.number}/arrival",
        data={"seen_version": str(trip.version)},
        follow_redirects=True,
    )

    assert "已登记到达" in page.text and "逐个" not in page.text


def test_a_form_with_nothing_in_it_says_what_is_missing(world, general, client_of):
    page = client_of(world.consignor.user_id).post("/consignments/general", data={"go": "save"})

    assert page.status_code == 422
    assert "请至少填写一种废物的移出量" in page.text


def test_too_much_for_the_vehicle_and_a_vehicle_out_of_date_are_told(world, general, client_of):
    with world.doing(world.operator) as work:
        vehicle = work.session.get_one(Vehicle, world.vehicle_id)
        vehicle.approved_load, vehicle.valid_to = Grams(5 * TONNE), work.today - timedelta(days=1)
    draft = general.draft(8)

    page = client_of(world.consignor.user_id).get(f"/consignments/{draft.number}").text

    assert "装载 8.0000 t，超过车辆" in page
    assert "的道路运输证" in page and "已到期" in page
    assert "有效，核载" not in page
