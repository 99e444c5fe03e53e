"""The pages of scales, and what the registration page starts from."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.entry.work import House
from app.foundation.core.units import Grams
from app.waste.registry.commands import AddStream
from app.waste.registry.operations.streams import add_stream
from app.waste.storage.operations.package_types import add_package_type
from app.waste.storage.package_types import AddPackageType
from app.waste.storage.weighing.commands import AddScale, SentReading
from app.waste.storage.weighing.operations import add_scale, record_readings
from tests.integration.waste.storage.world import World, build


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


@pytest.fixture
def scale(database, world):
    with database.writing(world.actor) as work:
        return add_scale(
            work, AddScale(world.site.id, "蓝牙秤 02", Grams(1_500_000), "", work.today - timedelta(days=1))
        )


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def typed(world, **changes):
    body = {"site_id": str(world.site.id), "name": "地磅", "serial_number": "", "capacity_kg": "60000"}
    return body | {"calibrated_to": "2027-03-11"} | changes


def test_a_scale_is_added_changed_and_ended_by_forms(producer, world):
    assert "还没有联网的秤" in text_of(producer.get("/scales"))

    added = producer.post("/scales/new", data=typed(world), follow_redirects=True)
    url = f"/scales/{text_of(added).split('/scales/')[2].split(chr(34))[0]}"
    changed = typed(world, name="1# 地磅", seen_version="1")
    revised = producer.post(url, data=changed, follow_redirects=True)
    stale = producer.post(url, data=changed)
    ended = producer.post(url, data={"then": "end", "seen_version": "2"}, follow_redirects=True)

    assert "地磅" in text_of(added) and "有效至 2027-03-11" in text_of(added)
    assert "1# 地磅" in text_of(revised)
    assert stale.status_code == 409 and "刚被他人修改" in text_of(stale)
    assert "还没有联网的秤" in text_of(ended)


def test_wrong_fields_are_told_beside_them_and_kept_as_typed(producer, world, scale):
    wrong = producer.post("/scales/new", data=typed(world, capacity_kg="0", serial_number="编号"))
    twin = producer.post("/scales/new", data=typed(world, name="蓝牙秤 02"))

    assert wrong.status_code == 422 and twin.status_code == 409
    assert "最大秤量应大于 0" in text_of(wrong) and 'value="编号"' in text_of(wrong)
    assert "已有名为“蓝牙秤 02”的秤" in text_of(twin)


def test_others_see_no_form_and_not_this_scale(client_of, world, scale):
    recycler, inspector = client_of(world.people["recycler"]), client_of(world.people["inspector"])

    assert recycler.get(f"/scales/{scale.id}").status_code == 404
    assert inspector.get("/scales/new").status_code == 403
    assert "蓝牙秤 02" in text_of(inspector.get("/scales"))
    assert "蓝牙秤 02" not in text_of(recycler.get("/scales"))


def test_the_list_shows_the_latest_reading_and_a_calibration_that_ran_out(producer, world, scale, database):
    with database.writing(world.actor) as work:
        old, new = work.now - timedelta(hours=2), work.now - timedelta(seconds=5)
        readings = [SentReading("1", Grams(1_000), True, old), SentReading("2", Grams(204_700), True, new)]
        record_readings(work, scale.id, readings)

    page = text_of(producer.get("/scales"))

    assert "204.7" in page and "1.0<" not in page
    assert "已过期" in page


def config_of(page: str):
    return json.loads(page.split('id="wizard-config">')[1].split("</script>")[0])


def test_the_registration_page_knows_wastes_packages_and_scales(producer, world, scale, database):
    with database.writing(world.actor) as work:
        kind = add_package_type(work, AddPackageType("200 L 铁桶", "桶", 200_000, Grams(18_200)))
        world.registered(work, "acid")

    config = config_of(text_of(producer.get("/register")))

    acid = config["wastes"][str(world.streams["acid"].id)]
    assert (acid["name"], acid["kind"], acid["gaps"]) == ("废硫酸", str(kind.id), 0)
    assert config["wastes"][str(world.streams["bare"].id)]["gaps"] == 2
    assert config["kinds"][str(kind.id)]["tare_kg"] == "18.2"
    assert [(one["name"], one["calibrated"]) for one in config["scales"]] == [("蓝牙秤 02", False)]
    assert abs(datetime.fromisoformat(config["now"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_registration_page_takes_as_many_statements_for_any_number_of_wastes(
    producer, world, database, count_statements
):
    def cost() -> int:
        with count_statements() as sent:
            assert producer.get("/register").status_code == 200
        return len(sent)

    cost()
    few = cost()
    with database.writing(world.actor) as work:
        for code in ("900-041-49", "900-249-08", "900-252-12", "336-064-17"):
            add_stream(work, AddStream(world.site.id, code, f"废物 {code}"))

    assert cost() == few


def test_wastes_are_found_by_the_initials_of_their_official_name(producer, world):
    page = text_of(producer.get("/register"))

    words = [part.split('"')[0] for part in page.split('data-words="')[1:]]
    assert any("hw34" in one and "90030034" in one for one in words)
    assert all(any(piece.isascii() and piece.isalpha() for piece in one.split()) for one in words)


def test_zone_cards_choose_the_best_and_say_why_others_are_refused(producer, world, count_statements):
    query = {"stream_id": str(world.streams["solvent"].id), "net_g": "186500"}

    with count_statements() as sent:
        page = text_of(producer.get("/register/zone-cards", query_string=query))
    acid = text_of(
        producer.get(
            "/register/zone-cards", query_string=query | {"stream_id": str(world.streams["acid"].id)}
        )
    )

    assert page.count("checked") == 1 and "推荐" in page
    assert "需说明原因" in page  # A3 is too small
    assert 'data-refused="' in acid and "GB 18597" in acid
    assert len(sent) <= 8, sent
    assert "还没有贮存分区" in text_of(producer.get("/register/zone-cards?stream_id=x"))
