"""The pages of a facility: findings and what one click does, ticked containers, register, plan, upkeep, signs."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from app.entry.work import House
from app.waste.storage.models import Container, Facility, PackageType, Zone
from app.waste.storage.upkeep.models import StorageDocument, UpkeepRecord
from tests.integration.waste.storage.world import World, build


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


@pytest.fixture
def page(world):
    return f"/facilities/{world.facility.id}"


def text_of(answer):
    """What a reader sees: no tags, single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def stored(database, world, count, zone="A2", stream="acid", net_kg=20):
    with database.writing(world.actor) as work:
        return [world.stored(work, zone, stream, net_kg) for _ in range(count)]


# --- the page ---


def test_two_hundred_containers_take_no_more_statements_than_ten(
    producer, world, page, database, count_statements
):
    stored(database, world, 10)
    with count_statements() as few:
        assert producer.get(page).status_code == 200
    stored(database, world, 190)

    with count_statements() as many:
        shown = producer.get(page)

    assert shown.status_code == 200
    assert len(many) == len(few)
    assert "共 200 个" in text_of(shown)
    assert "第 1 页，共 10 页" in text_of(shown)
    assert "第 10 页，共 10 页" in text_of(producer.get(f"{page}?page=10"))
    assert "第 1 页，共 10 页" in text_of(producer.get(f"{page}?page=11"))


def test_a_clash_is_hatched_and_one_click_moves_the_container_away(producer, world, page, database, session):
    [acid] = stored(database, world, 1)
    with database.writing(world.actor) as work:
        work.session.get(Zone, world.zones["A3"].id).allowed = ["HW34"]
        work.session.get(Zone, world.zones["A1"].id).allowed = ["HW35"]
        alkali = world.stored(work, "A1", "alkali", 30)
    zone = {"name": "碱区", "capacity_kg": "2000", "allowed": "HW35", "seen_version": "2", "open_to": "A2"}
    assert producer.post(f"/zones/{world.zones['A1'].id}", data=zone).status_code == 303

    shown = producer.get(page)

    html = shown.get_data(as_text=True)
    assert 'fill="url(#hatch)"' in html
    assert f"把 {acid.short_code} 移到 A3" in text_of(shown) or alkali.short_code in text_of(shown)
    moved = producer.post(
        f"{page}/moves",
        data={
            "container": acid.short_code,
            "zone_id": str(world.zones["A3"].id),
            "seen_version": str(session.get(Container, acid.id).version),
        },
    )
    assert (moved.status_code, moved.location) == (303, page)
    session.expire_all()
    assert session.get(Container, acid.id).zone_id == world.zones["A3"].id
    assert 'fill="url(#hatch)"' not in producer.get(page).get_data(as_text=True)


def test_a_move_the_rules_forbid_leads_to_the_container_with_the_reason(
    producer, world, page, database, session
):
    [acid] = stored(database, world, 1)

    refused = producer.post(
        f"{page}/moves", data={"container": acid.short_code, "zone_id": str(world.zones["A1"].id)}
    )

    assert refused.location == f"/containers/{acid.short_code}#place"
    session.expire_all()
    assert session.get(Container, acid.id).zone_id == world.zones["A2"].id


def test_ticked_containers_are_labelled_in_one_pdf_or_sent_away(producer, world, page, database, session):
    drums = stored(database, world, 3)
    ticked = {"containers": [drum.short_code for drum in drums]}

    printed = producer.post(f"{page}/ticked", data={**ticked, "act": "labels"})
    paper = producer.get(printed.location)
    again = producer.post(f"{page}/ticked", data={**ticked, "act": "labels"}, follow_redirects=True)
    sent = producer.post(f"{page}/ticked", data={**ticked, "act": "consignment"})

    assert (paper.content_type, paper.data[:5]) == ("application/pdf", b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", paper.data)) == 3
    session.expire_all()
    assert {session.get(Container, drum.id).label_prints for drum in drums} == {1}
    assert "再次打印须选择原因" in text_of(again)
    assert all(str(drum.id) in sent.location for drum in drums)
    assert "先勾选容器" in text_of(
        producer.post(f"{page}/ticked", data={"act": "labels"}, follow_redirects=True)
    )


def test_neighbours_act_on_nothing_of_it(client_of, world, page, database):
    [acid] = stored(database, world, 1)
    other = client_of(world.people["recycler"])

    for path in ("", "/register", "/plan", "/upkeep", "/signs", "/sign.pdf"):
        assert other.get(page + path).status_code == 404
    assert (
        other.post(f"{page}/ticked", data={"containers": acid.short_code, "act": "labels"}).status_code == 404
    )
    inspector = client_of(world.people["inspector"])
    assert inspector.get(page).status_code == 200
    assert (
        inspector.post(f"{page}/register", data={"name": "x", "type": "spot", "capacity_kg": "1"}).status_code
        == 403
    )


# --- register and plan ---


def test_the_register_is_typed_group_by_group(producer, world, page, session):
    form = {"name": "1# 库", "type": "warehouse", "capacity_kg": "40000", "seen_version": "1"}

    wrong = producer.post(f"{page}/register", data={**form, "register-area_m2": "big"})
    right = producer.post(
        f"{page}/register", data={**form, "register-area_m2": "160", "register-video": "false"}
    )
    stale = producer.post(f"{page}/register", data=form)

    assert wrong.status_code == 422
    assert 'href="#f-register-area_m2"' in wrong.get_data(as_text=True)
    assert right.status_code == 303
    assert session.get(Facility, world.facility.id).register == {"area_m2": "160", "video": False}
    assert stale.status_code == 409
    assert "160 m²" in text_of(producer.get(page))


def test_a_plan_is_arranged_typed_and_its_neighbours_confirmed(producer, world, page, session):
    arranged = producer.post(
        f"{page}/plan", data={"act": "arrange", "width": "20", "depth": "9", "seen_version": "1"}
    )
    zones = {"zones-0": ("0", "0", "5", "4"), "zones-1": ("5", "0", "5", "4"), "zones-2": ("", "", "", "")}
    typed = {
        f"{row}-{name}": value
        for row, values in zones.items()
        for name, value in zip(("x", "y", "width", "depth"), values, strict=True)
    }
    size = {"act": "save", "width": "12.5", "depth": "9", "seen_version": "1"}

    wrong = producer.post(f"{page}/plan", data={**size, **typed, "zones-1-x": "4.9"})
    letters = producer.post(f"{page}/plan", data={**size, **typed, "zones-1-x": "x"})
    right = producer.post(f"{page}/plan", data={**size, **typed})

    assert arranged.status_code == 200
    assert re.search(r'name="zones-2-x" value="\d+\.\d"', arranged.get_data(as_text=True))
    assert (wrong.status_code, letters.status_code) == (422, 422)
    assert "A2 与 A1 重叠" in text_of(wrong)
    assert 'href="#f-zones-1-x"' in letters.get_data(as_text=True)
    assert right.location == f"{page}/plan#neighbours"
    assert session.get(Zone, world.zones["A2"].id).layout == {"x": 50, "y": 0, "width": 50, "depth": 40}
    assert "确认 A1 与 A2 没有隔断" in text_of(producer.get(f"{page}/plan"))
    producer.post(f"{page}/open-zones", data={"one": "A1", "other": "A2"})
    session.expire_all()
    assert session.get(Zone, world.zones["A1"].id).open_to == ["A2"]
    assert "确认 A1 与 A2" not in text_of(producer.get(f"{page}/plan"))


def test_only_what_is_empty_is_closed(producer, world, page, database, session):
    stored(database, world, 1)

    refused = producer.post(f"{page}/end", data={"seen_version": "1"}, follow_redirects=True)
    closed = producer.post(f"/zones/{world.zones['A3'].id}/end", data={"seen_version": "1"})

    assert "清空后才能停用" in text_of(refused)
    assert closed.status_code == 303
    assert session.get(Zone, world.zones["A3"].id).ended_at is not None


# --- upkeep ---


def a_photo():
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(picture, "PNG")
    return io.BytesIO(picture.getvalue())


def test_documents_are_filed_with_their_upload_and_come_back(producer, world, page, session, database):
    form = {"kind": "permit", "number": "P-1", "valid_to": "2027-06-30"}

    refused = producer.post(f"{page}/documents", data={"kind": "permit"})
    filed = producer.post(
        f"{page}/documents", data={**form, "file": (io.BytesIO(b"%PDF-1.4 x"), "许可证.pdf")}
    )

    assert refused.status_code == 422
    assert "请填写有效期截止日期" in text_of(refused)
    assert filed.status_code == 303
    [document] = session.scalars(select(StorageDocument)).all()
    assert (document.site_id, document.facility_id) == (world.site.id, None)
    paper = producer.get(f"/storage-documents/{document.id}/file")
    assert (paper.data, paper.headers["Content-Disposition"].split(";")[0]) == (b"%PDF-1.4 x", "attachment")
    assert "排污许可证" in text_of(producer.get(f"{page}/upkeep"))
    producer.post(f"/storage-documents/{document.id}/end", data={"facility_id": str(world.facility.id)})
    session.expire_all()
    assert session.get(StorageDocument, document.id).ended_at is not None


def test_a_check_is_recorded_with_its_list_and_photo(producer, page, session):
    shown = producer.get(f"{page}/upkeep?record=routine_check").get_data(as_text=True)
    items = re.findall(r'name="(readings-\w+)"', shown)
    answers = dict.fromkeys(items, "true")
    form = {"kind": "routine_check", "done_on": "2026-11-20", "result": "in_order", **answers}

    wrong = producer.post(f"{page}/upkeep", data={**form, items[0]: "false"})
    right = producer.post(f"{page}/upkeep", data={**form, "file": (a_photo(), "check.png")})

    assert wrong.status_code == 422
    assert "结论应为" in text_of(wrong)
    assert right.status_code == 303
    [record] = session.scalars(select(UpkeepRecord)).all()
    assert set(record.readings.values()) == {True}
    assert record.file_id is not None


# --- signs and kinds of package ---


@pytest.mark.parametrize("distance", ["near", "middle", "far"])
def test_signs_are_pdfs_of_the_size_that_the_distance_asks(producer, world, page, distance):
    side = {"near": 300, "middle": 450, "far": 600}[distance]

    zone = producer.get(f"/zones/{world.zones['A1'].id}/sign.pdf?distance={distance}")
    facility = producer.get(f"{page}/sign.pdf?distance={distance}")

    assert zone.data[:5] == facility.data[:5] == b"%PDF-"
    [box] = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", zone.data)
    assert [round(float(points) * 25.4 / 72) for points in box] == [side, side]
    assert producer.get(f"{page}/signs").status_code == 200


def test_who_scans_the_sign_learns_code_name_kind_and_firm(client, producer, world):
    path = f"/F/TS001/{world.facility.id}"

    stranger, known = text_of(client.get(path)), text_of(producer.get(path))

    assert all(word in stranger for word in ("TS001", "1# 危废贮存库", "贮存库", world.producer.name))
    assert "负责人 登录后可见" in stranger
    assert "负责人 陆青岚" in known
    assert "打开设施页面" in known
    assert client.get(f"/F/TS009/{world.facility.id}").status_code == 404


def test_kinds_of_package_are_added_and_ended_on_their_page(producer, session):
    form = {
        "name": "200 L 钢桶",
        "package": "桶",
        "volume_l": "200",
        "tare_kg": "18.2",
        "material": "mild_steel",
    }

    wrong = producer.post("/package-types", data={**form, "volume_l": "much"})
    right = producer.post("/package-types", data={**form, "is_closed": "yes"})
    twice = producer.post("/package-types", data=form)

    assert wrong.status_code == 422
    assert right.status_code == 303
    assert twice.status_code == 409
    [kind] = session.scalars(select(PackageType)).all()
    assert (kind.volume_ml, kind.tare, kind.is_closed) == (200_000, 18_200, True)
    assert "软碳钢" in text_of(producer.get("/package-types"))
    producer.post(f"/package-types/{kind.id}/end")
    assert "还没有桶型" in text_of(producer.get("/package-types"))
