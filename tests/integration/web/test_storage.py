"""Storage as people meet it: forms, lists, papers."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from app.entry.work import House
from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.clock import local_time
from app.foundation.core.work import Actor
from app.waste.storage.models import Container, ContainerState
from tests.integration.waste.storage.world import MADE_AT, World, build


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


def typed(world, **changes):
    values = {
        "once": "form-1",
        "stream_id": str(world.streams["solvent"].id),
        "package": "桶",
        "volume_l": "200 L",
        "gross_kg": "1,204.6 kg",
        "tare_kg": "18.2",
        "generated_at": local_time(MADE_AT).strftime("%Y-%m-%dT%H:%M"),
        "local_label": "QW-A1-0088",
        "zone_id": str(world.zones["A1"].id),
        "then": "label",
    }
    return values | changes


def containers(session):
    session.expire_all()
    return session.query(Container).order_by(Container.id).all()


def text_of(answer):
    """What a reader sees: no tags, single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


# --- registering ---


def test_one_sending_makes_code_ledger_line_zone_and_label(producer, world, session):
    answer = producer.post("/register", data=typed(world))

    [made] = containers(session)
    assert answer.status_code == 303
    assert answer.location == f"/containers/{made.code}/registered"
    assert (made.net, made.state, made.zone_id) == (1_186_400, ContainerState.STORED, world.zones["A1"].id)
    assert (made.label_prints, made.generated_at) == (1, MADE_AT)
    done = producer.get(answer.location)
    assert "台账、容器、标签、入库一次记好" in text_of(done)
    paper = producer.get(f"/containers/{made.code}/label-1.pdf")
    assert (paper.content_type, paper.data[:4]) == ("application/pdf", b"%PDF")
    assert producer.get(f"/containers/{made.code}/label-2.pdf").status_code == 404
    picture = producer.get(f"/containers/{made.code}/label.svg")
    assert picture.content_type.startswith("image/svg+xml")
    assert "废清洗溶剂" in picture.get_data(as_text=True)
    assert "style=" not in picture.get_data(as_text=True)


def test_the_same_form_sent_twice_makes_one_package(producer, world, session):
    first = producer.post("/register", data=typed(world))
    second = producer.post("/register", data=typed(world))
    other = producer.post("/register", data=typed(world, once="form-2", zone_id="later"))

    assert second.location == first.location
    assert other.location != first.location
    assert len(containers(session)) == 2


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"gross_kg": "18"}, "gross_kg", "毛重要大于皮重"),
        ({"gross_kg": "abc"}, "gross_kg", "请填写千克数"),
        ({"volume_l": "much"}, "volume_l", "请填写容积的升数"),
        ({"generated_at": ""}, "generated_at", "必填"),
        ({"gross_kg": "", "tare_kg": ""}, "gross_kg", "入库前要称重"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_links_to_the_field(
    producer, world, session, changes, field, words
):
    answer = producer.post("/register", data=typed(world, **changes))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>错误：" in page
    assert f'href="#f-{field}"' in page
    assert words in page
    assert 'value="QW-A1-0088"' in page
    assert containers(session) == []


def test_the_proposed_empty_weight_alone_weighs_nothing(producer, world, session):
    producer.post("/register", data=typed(world, gross_kg="", net_kg="100.5"))
    producer.post("/register", data=typed(world, once="form-2", gross_kg="", zone_id="later", then="save"))

    known, waiting = containers(session)
    assert (known.net, known.tare, known.state) == (100_500, None, ContainerState.STORED)
    assert (waiting.net, waiting.tare) == (None, None)


def test_a_zone_the_rules_forbid_undoes_everything(producer, world, database, session):
    with database.writing(world.actor) as work:
        world.stored(work, "A2", "acid")
    alkali = str(world.streams["alkali"].id)

    answer = producer.post(
        "/register", data=typed(world, stream_id=alkali, zone_id=str(world.zones["A2"].id))
    )

    assert answer.status_code == 422
    assert "不相容废物接触风险" in text_of(answer)
    assert len(containers(session)) == 1


def test_a_full_zone_takes_a_reason(producer, world, session):
    full = {"zone_id": str(world.zones["A3"].id)}

    without = producer.post("/register", data=typed(world, **full))
    reasoned = producer.post("/register", data=typed(world, **full, place_reason="今天转走"))

    assert without.status_code == 422
    assert reasoned.status_code == 303
    assert [made.zone_id for made in containers(session)] == [world.zones["A3"].id]


def test_a_label_that_lacks_fields_saves_nothing_but_may_be_left_for_later(producer, world, session):
    bare = {"stream_id": str(world.streams["bare"].id), "zone_id": "later"}

    refused = producer.post("/register", data=typed(world, **bare))
    saved = producer.post("/register", data=typed(world, **bare, then="save"))

    assert refused.status_code == 422
    assert "标签信息不完整" in text_of(refused)
    assert saved.status_code == 303
    assert [made.label_prints for made in containers(session)] == [0]


def test_a_photo_is_kept_and_shown_to_those_who_may_see_it(producer, world, session, client_of):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(picture, "JPEG")
    picture.seek(0)

    producer.post("/register", data=typed(world, photo=(picture, "scale.jpg")))

    [made] = containers(session)
    path = f"/files/{made.photo_id}"
    assert path in producer.get(f"/containers/{made.code}").get_data(as_text=True)
    assert producer.get(path).content_type == "image/jpeg"
    assert client_of(world.people["inspector"]).get(path).status_code == 200
    assert client_of(world.people["recycler"]).get(path).status_code == 404
    wrong = producer.post(
        "/register", data=typed(world, once="2", photo=(io.BytesIO(b"no picture"), "x.jpg"))
    )
    assert wrong.status_code == 422
    assert "这不是可读取的照片" in text_of(wrong)


def test_zones_are_judged_for_the_weight_typed_so_far(producer, world, database):
    query = {"stream_id": str(world.streams["solvent"].id)}

    unknown = producer.get("/register/zones", query_string=query)
    heavy = producer.get("/register/zones", query_string=query | {"net_kg": "500"})

    assert "checked" not in unknown.get_data(as_text=True)
    assert "需说明原因" not in text_of(unknown)
    assert "需说明原因" in text_of(heavy)
    recommended = heavy.get_data(as_text=True).index("checked")
    assert str(world.zones["A2"].id) in heavy.get_data(as_text=True)[recommended - 80 : recommended]
    assert producer.get("/register/zones?stream_id=x").status_code == 404


def test_registering_starts_with_the_waste_used_last(producer, world, database):
    with database.writing(world.actor) as work:
        world.registered(work, "acid")

    page = text_of(producer.get("/register"))
    form = producer.get("/register", query_string={"stream": str(world.streams["acid"].id)})

    assert page.index("废硫酸") < page.index("废碱液")
    assert 'value="200"' in form.get_data(as_text=True)
    assert "废碱液" in text_of(producer.get("/register?q=HW35"))
    assert "没有这种废物" in text_of(producer.get("/register?q=zz"))


@pytest.mark.parametrize("role", ["inspector", "park_operator", "driver"])
def test_who_may_not_register_gets_no_form(client_of, world, role):
    client = client_of(world.people[role])

    assert client.get("/register").status_code == 403
    assert client.post("/register", data=typed(world)).status_code == 403


# --- containers ---


def test_the_list_shows_filters_and_pages(producer, world, database):
    with database.writing(world.actor) as work:
        for _ in range(21):
            world.stored(work, net_kg=20)
        world.registered(work, "acid")

    first = producer.get("/containers")
    waiting = text_of(producer.get("/containers?state=waiting"))

    page = first.get_data(as_text=True)
    assert "共 22 个" in text_of(first)
    assert 'rel="next"' in page
    assert "废硫酸" in waiting
    assert "废清洗溶剂" not in waiting
    assert "没有符合条件的容器" in text_of(producer.get("/containers?q=100%25&state=lost&cursor=x&zone_id=y"))
    assert "/api/v1/containers.csv?lang=zh&amp;state=printed" in producer.get(
        "/containers?state=waiting"
    ).get_data(as_text=True)


def test_list_and_facility_take_the_same_few_statements_for_any_number(
    producer, world, database, count_statements
):
    paths = {"/containers": 4, f"/facilities/{world.facility.id}": 22, "/facilities": 4}

    def sent(path):
        with count_statements() as statements:
            assert producer.get(path).status_code == 200
        return list(statements)

    with database.writing(world.actor) as work:
        world.stored(work)
        world.stored(work, "A2", "acid")
    few = {path: sent(path) for path in paths}
    with database.writing(world.actor) as work:
        for _ in range(6):
            world.stored(work)

    for path, most in paths.items():
        many = sent(path)
        assert len(many) == len(few[path]) <= most, many


def test_a_container_page_tells_facts_rules_and_story(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.stored(work)
        container.label_prints = 1

    page = text_of(producer.get(f"/containers/{container.short_code}", follow_redirects=True))

    assert container.code in producer.get(f"/containers/{container.code}").get_data(as_text=True)
    for words in (
        "废清洗溶剂",
        "186.0",
        "入库 A1 废有机溶剂",
        "登记并打码",
        "溯源链完整 · 本容器 2 条",
        "没有发现问题",
    ):
        assert words in page


def test_another_firm_and_strangers_see_no_container(client, client_of, world, database):
    with database.writing(world.actor) as work:
        container = world.stored(work)

    for path in ("", "/label.svg", "/label-1.pdf", "/registered"):
        answer = client_of(world.people["recycler"]).get(f"/containers/{container.code}{path}")
        assert answer.status_code == 404, path
        assert client.get(f"/containers/{container.code}{path}").status_code == 302
    assert client_of(world.people["driver"]).get(f"/containers/{container.code}").status_code == 403
    assert client_of(world.people["recycler"]).get(f"/facilities/{world.facility.id}").status_code == 404
    seen = client_of(world.people["inspector"]).get(f"/containers/{container.code}")
    assert seen.status_code == 200
    assert "put-away" not in seen.get_data(as_text=True)


def test_weighing_placing_and_moving_from_the_page(producer, world, database, session):
    with database.writing(world.actor) as work:
        container = world.registered(work, net_kg=None)
    path = f"/containers/{container.code}"

    wrong = producer.post(f"{path}/weighing", data={"gross_kg": "10", "tare_kg": "18"})
    weighed = producer.post(f"{path}/weighing", data={"net_kg": "120.5", "seen_version": "1"})
    placed = producer.post(
        f"{path}/put-away", data={"zone_id": str(world.zones["A1"].id), "seen_version": "2"}
    )
    stale = producer.post(
        f"{path}/put-away", data={"zone_id": str(world.zones["A2"].id), "seen_version": "2"}
    )
    nowhere = producer.post(f"{path}/put-away", data={"zone_id": ""})

    assert (wrong.status_code, "毛重要大于皮重" in text_of(wrong)) == (422, True)
    assert [answer.status_code for answer in (weighed, placed, stale, nowhere)] == [303, 303, 409, 422]
    assert "刚被他人修改" in text_of(stale)
    [found] = containers(session)
    assert (found.net, found.zone_id) == (120_500, world.zones["A1"].id)


def test_a_refused_move_shows_the_rule_and_a_reason_lets_a_warning_pass(producer, world, database, session):
    with database.writing(world.actor) as work:
        world.stored(work, "A2", "acid")
        alkali = world.registered(work, "alkali")
        solvent = world.registered(work)

    clash = producer.post(
        f"/containers/{alkali.code}/put-away",
        data={"zone_id": str(world.zones["A2"].id), "place_reason": "就放"},
    )
    full = {"zone_id": str(world.zones["A3"].id)}
    waits = producer.post(f"/containers/{solvent.code}/put-away", data=full)
    passes = producer.post(f"/containers/{solvent.code}/put-away", data=full | {"place_reason": "下午转走"})

    assert clash.status_code == 422
    assert "不相容废物接触风险" in text_of(clash)
    assert (waits.status_code, passes.status_code) == (422, 303)


def test_a_printed_label_is_noted_once_and_again_only_with_a_reason(producer, world, database, session):
    with database.writing(world.actor) as work:
        container = world.registered(work)
    path = f"/containers/{container.code}/label"

    first = producer.post(path, data={"paper": "a4", "size": "L3"})
    again = producer.post(path, data={}, follow_redirects=True)
    reasoned = producer.post(path, data={"print_reason": "破损"})

    assert producer.get(first.location).status_code == 404  # the later print is the one that counts
    assert "再次打印须选择原因" in text_of(again)
    assert producer.get(reasoned.location).data.startswith(b"%PDF")
    assert [made.label_prints for made in containers(session)] == [2]


def test_voiding_needs_a_reason_and_no_mass(producer, world, database, session):
    with database.writing(world.actor) as work:
        container = world.registered(work, net_kg=None)

    bare = producer.post(f"/containers/{container.code}/voiding", data={})
    voided = producer.post(f"/containers/{container.code}/voiding", data={"void_reason": "贴错"})

    assert bare.status_code == 422
    assert 'href="#f-void_reason"' in bare.get_data(as_text=True)
    assert voided.status_code == 303
    assert [made.state for made in containers(session)] == [ContainerState.VOIDED]


# --- facilities, zones, streams ---


def test_a_facility_shows_its_zones_its_faults_and_what_moved(producer, world, database):
    with database.writing(world.actor) as work:
        first = world.stored(work, "A1")
        for container in (world.stored(work, "A2", "acid", 900), first):
            container.label_prints = 1
    zone = {"name": "A1 新", "capacity_kg": "100", "allowed": "HW08", "seen_version": "1"}

    clean = text_of(producer.get(f"/facilities/{world.facility.id}"))
    producer.post(f"/zones/{world.zones['A1'].id}", data=zone)
    faulty = producer.get(f"/facilities/{world.facility.id}?zone_id={world.zones['A1'].id}")

    assert "没有发现问题" in clean
    assert "入库 A2 · 900.0" in clean
    words = text_of(faulty)
    assert "1 项不合规" in words
    assert "分区不接收代码 900-402-06" in words
    assert "库存将达 0.1860 吨" in words
    assert f"把 {first.short_code} 移到 A2" in words


def test_zones_with_a_gap_between_are_one_neighbourhood_from_both_sides(producer, world, database):
    with database.writing(world.actor) as work:
        world.stored(work, "A2", "acid")
        alkali = world.registered(work, "alkali")
    zone = {"name": "碱区", "capacity_kg": "2000", "allowed": "HW35", "seen_version": "1", "open_to": "A2"}
    producer.post(f"/zones/{world.zones['A1'].id}", data=zone)

    refused = producer.post(
        f"/containers/{alkali.code}/put-away", data={"zone_id": str(world.zones["A1"].id)}
    )

    assert refused.status_code == 422
    with database.writing(world.actor) as work:
        named = {"name": "酸区", "capacity_kg": "5000", "allowed": "HW34", "seen_version": "1"}
    producer.post(f"/zones/{world.zones['A2'].id}", data=named)
    assert (
        producer.post(
            f"/containers/{alkali.code}/put-away", data={"zone_id": str(world.zones["A1"].id)}
        ).status_code
        == 422
    )


def test_setting_up_a_facility_and_its_zones(producer, world):
    facility = {
        "site_id": str(world.site.id),
        "code": "TS002",
        "name": "2# 库",
        "type": "spot",
        "capacity_kg": "3,000",
    }

    wrong = producer.post("/facilities", data=facility | {"code": "X", "capacity_kg": ""})
    made = producer.post("/facilities", data=facility)
    twice = producer.post("/facilities", data=facility)

    assert wrong.status_code == 422
    assert 'href="#f-capacity_kg"' in wrong.get_data(as_text=True)
    assert twice.status_code == 409
    zone = {
        "code": "B1",
        "name": "油区",
        "capacity_kg": "1000",
        "allowed": "hw08, 900-402-06",
        "forms": ["L"],
    }
    bad = producer.post(f"{made.location}/zones", data=zone | {"allowed": "油"})
    assert (bad.status_code, "不是废物类别" in text_of(bad)) == (422, True)
    assert producer.post(f"{made.location}/zones", data=zone).status_code == 303
    assert producer.post(f"{made.location}/zones", data=zone).status_code == 409
    assert "B1 油区 HW08、900-402-06 · 液态" in text_of(producer.get(made.location))


def test_two_who_change_one_zone_do_not_overwrite_each_other(producer, world):
    path = f"/zones/{world.zones['A1'].id}"
    zone = {"name": "新名", "capacity_kg": "2000", "allowed": "HW06", "seen_version": "1"}

    assert 'name="seen_version" value="1"' in producer.get(path).get_data(as_text=True)
    assert producer.post(path, data=zone).status_code == 303
    lost = producer.post(path, data=zone | {"name": "另一个名"})

    assert lost.status_code == 409
    assert "另一个名" in lost.get_data(as_text=True)


def test_a_stream_is_added_from_the_list_and_its_texts_revised(producer, world, database):
    with database.writing(Actor.system()) as work:
        load_catalogue(work)
    stream = {"site_id": str(world.site.id), "waste_code": "900-404-06", "local_name": "废稀释剂"}

    wrong = producer.post(
        "/waste-streams", data=stream | {"waste_code": "900-999-06", "property-acid": "sweet"}
    )
    made = producer.post("/waste-streams", data=stream | {"form": "L", "property-acid": "none"})
    twice = producer.post("/waste-streams", data=stream)

    assert wrong.status_code == 422
    assert made.location.startswith("/register?stream=")
    assert twice.status_code == 409
    path = f"/waste-streams/{made.location.partition('=')[2]}"
    texts = {"form": "L", "hazards": ["T", "I"], "precautions": "远离火源", "next": "//evil.example/x"}
    saved = producer.post(path, data=texts)
    assert saved.location == path
    assert "远离火源" in producer.get(path).get_data(as_text=True)
    assert producer.post(path, data=texts | {"next": "/containers?q=1"}).location == "/containers?q=1"
    assert producer.post(path, data=texts | {"form": "Q"}).status_code == 422


def test_english_readers_get_english(producer, world, database):
    with database.writing(world.actor) as work:
        container = world.stored(work)
    producer.post("/language", data={"locale": "en"})

    for path in (
        "/containers",
        f"/containers/{container.code}",
        "/facilities",
        f"/facilities/{world.facility.id}",
        "/register",
    ):
        answer = producer.get(path)
        assert answer.status_code == 200
        assert '<html lang="en">' in answer.get_data(as_text=True)


def test_times_of_the_form_are_the_parks(producer, world, session):
    later = local_time(MADE_AT + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")

    producer.post("/register", data=typed(world, generated_at=later))

    [made] = containers(session)
    assert made.generated_at == MADE_AT + timedelta(minutes=5)
