"""The first drum through the house, in the browser: from a firm's own ledger file to a verdict at the gate."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app.demo.accounts import PASSWORD, PEOPLE, PIN
from app.demo.setting_up import DemoPark
from app.foundation.core.work import Actor
from app.foundation.documents.label import label_pdf
from app.foundation.trace import verifying as trace_log
from app.parties.accounts.confirming.enrolling import set_pin
from app.waste.registry import verifying as ledger
from app.waste.registry.commands import ImportLedger, ReviseStream
from app.waste.registry.models import WasteForm
from app.waste.registry.operations.streams import revise_stream
from app.waste.storage.commands import PrintLabel
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.operations.imports import import_ledger
from app.waste.storage.operations.labels import print_label
from app.waste.storage.queries import container_for
from tests.browser import Watch, camera_film
from tests.e2e import camera
from tests.e2e.conftest import PHONE
from tests.e2e.person import Person
from tests.e2e.scanner import Scanner, cut_off
from tests.integration.park import (
    COMPLETE,
    DRUM,
    LEDGER_FILE,
    NATIONAL_NUMBER,
    first_morning,
    plan_for_the_drum,
)
from tests.serving import LiveServer
from tests.unit.foundation.documents.qr_vectors import path_changed

EMAILS = {person.key: person.email for person in PEOPLE}
WAYBILL = {
    "waybill_number": "YD-2611-0001",
    "goods1-un_number": "UN1993",
    "goods1-goods_class": "3",
    "goods1-packing_group": "II",
    "goods1-shipping_name": "废弃物，易燃液体，未另作规定的（含二甲苯）",
}
SHORT_CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


@pytest.fixture
def park(live_server: LiveServer) -> DemoPark:
    keyring = live_server.app.extensions["house"].keyring
    demo = first_morning(live_server.database, keyring)
    for key in ("qian", "shi", "he"):
        with live_server.database.writing(demo.actors[key]) as work:
            set_pin(work, keyring, PIN, PIN)
    return demo


@pytest.fixture
def sign_in(park: DemoPark, open_page: Callable[..., Page]) -> Callable[..., Person]:
    """`sign_in("qian")`: a person of the park in a browser of their own, past the sign-in page."""

    def signed_in(key: str, **options: Any) -> Person:
        page = open_page("/sign-in", **options)
        page.fill("[name=account]", EMAILS[key])
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return Person(page)

    return signed_in


def test_the_first_drum_goes_through_the_house(
    sign_in: Callable[..., Person],
    live_server: LiveServer,
    park: DemoPark,
    launch: Callable[..., Browser],
    tmp_path: Path,
) -> None:
    producer = sign_in("qian")
    bring_in_the_ledger(producer)
    plan_for_the_drum(live_server.database, park)
    complete_the_waste(producer)
    label = tmp_path / "label.pdf"
    label.write_bytes(print_the_label(producer))
    qr_text = camera.text_of_qr(camera.picture_of_page(label))
    assert qr_text.startswith(f"{live_server.url}/W/{DRUM}")
    assert DRUM in words_of(label).replace(" ", "")
    put_away(producer)
    number = hand_over(producer, SHORT_CODE.search(words_of(label))[0])

    driver = sign_in("shi", **PHONE)
    driver.go(f"/consignments/{number}")
    driver.confirm("签署并起运", factor_code=PIN)
    driver.is_told("已签署，起运")

    film = camera.film_of_paper(label, tmp_path / "camera.mjpeg")
    gate = sign_in("lin", in_browser=launch(*camera_film(film)), permissions=["camera"], **PHONE)
    gate.go("/scan/")
    scanner = Scanner(gate.page)
    assert (scanner.verdict, scanner.source, scanner.words) == ("green", "platform", "可以放行")
    expect(gate.page.locator("[data-facts-here]")).to_contain_text(DRUM)

    receive(sign_in("he"), number)

    producer.go(f"/containers/{DRUM}")
    assert story_of(producer) == [
        f"接受人签收 {number}",
        f"承运人签署，起运 {number}",
        f"扫码装车 {number}",
        f"提交联单，容器锁定 {number}",
        "入库 C1 溶剂与漆渣区",
        "打印标签，第 1 次",
        "随产生台账导入，共 120 行",
    ]
    with live_server.database.reading(Actor.system()) as work:
        assert ledger.verify(work) == []
        assert trace_log.verify(work).misfit is None


def bring_in_the_ledger(producer: Person) -> None:
    producer.go("/ledger/import")
    producer.page.locator("[name=file]").set_input_files(LEDGER_FILE)
    producer.press("读取并检查")
    producer.is_told("还没有写入台账")
    producer.press("导入 120 行")
    producer.is_told("已导入 120 行")


def complete_the_waste(producer: Person) -> None:
    producer.go(f"/containers/{DRUM}")
    producer.is_told("标签信息不完整，补全后才能打印")
    producer.follow("补全废物资料")
    producer.page.check(f"[name=form][value={COMPLETE['form']}]")
    for hazard in COMPLETE["hazards"]:
        producer.page.check(f"[name=hazards][value={hazard}]")
    producer.fill(
        **{name: COMPLETE[name] for name in ("main_components", "harmful_components", "precautions")}
    )
    producer.press("保存")
    producer.page.wait_for_url(f"**/containers/{DRUM}")


def print_the_label(producer: Person) -> bytes:
    with producer.page.expect_request(re.compile(r"/label-1\.pdf")) as asked:
        producer.press("打印标签", within=producer.page.locator("#label"))
    return producer.page.context.request.get(asked.value.url).body()


def words_of(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    return done.stdout


def put_away(producer: Person) -> None:
    """The zone for oil is closed to it on the page, and on the server whatever the page says; its own takes it."""
    page = producer.page
    producer.go(f"/containers/{DRUM}")
    producer.press("入库")
    oil = page.get_by_role("dialog").locator(".opt-r", has_text="C2 废油与沾染物区")
    expect(oil.locator("input")).to_be_disabled()
    expect(oil).to_contain_text("分区不接收代码 900-402-06（GB 18597-2023 4.3）")
    oil.locator("input").evaluate("radio => { radio.disabled = false; radio.checked = true }")
    page.get_by_role("dialog").locator("[type=submit]").click()
    producer.is_told("规则不允许这样做")
    producer.choose("zone_id", "C1 溶剂与漆渣区")
    producer.press("放入所选分区")
    producer.is_told("已入库")


def hand_over(producer: Person, short_code: str) -> str:
    """Order, check, submit, load and sign; the platform's number of the consignment."""
    page = producer.page
    producer.follow("发起转移")
    expect(page.locator("[name=containers]:checked")).to_have_count(1)
    producer.choose("consignee", "云栈溶剂再生")
    page.select_option("[name=planned_method]", "R2")
    producer.choose("vehicle", "D0712")
    driver = page.locator("[name=driver_id] option", has_text="石砚秋").get_attribute("value")
    page.select_option("[name=driver_id]", driver)
    escort = page.locator("[name=escort_id] option", has_text="易川").get_attribute("value")
    page.select_option("[name=escort_id]", escort)
    producer.fill(emergency_measures="随车吸附棉；泄漏先围堵后收集", national_number=NATIONAL_NUMBER)
    producer.press("检查并提交")
    producer.is_told("可提交")
    producer.press("提交给接受人")
    producer.follow("填写运单信息")
    producer.enter(WAYBILL)
    producer.press("填写危险货物运单信息")
    producer.is_told("UN1993")
    producer.press("开始装载")
    producer.fill(code=short_code)
    producer.press("记录并扫下一件")
    producer.confirm("移出人签署", factor_code=PIN)
    producer.is_told("等待承运人签署")
    return page.url.rpartition("/")[2].partition("#")[0]


def receive(recycler: Person, number: str) -> None:
    recycler.go("/consignments/")
    recycler.follow(number)
    recycler.confirm("登记到达", gate_gross_kg="4560")
    recycler.fill(gross_kg="189.0", tare_kg="18.2")
    recycler.press("记录并到下一件")
    recycler.press("签收")
    dialog = recycler.page.get_by_role("dialog")
    for check in dialog.locator("[name=checks]").all():
        check.check()
    dialog.locator("[name=factor_code]").fill(PIN)
    dialog.locator("[type=submit]").click()
    recycler.is_told("已签收，台账已入账")


def story_of(person: Person) -> list[str]:
    return person.page.locator("#trace li:has(time) > div:first-child").all_inner_texts()


def test_a_forged_copy_of_a_printed_label_is_red_though_the_server_was_stopped_before(
    sign_in: Callable[..., Person],
    park: DemoPark,
    live_server: LiveServer,
    launch: Callable[..., Browser],
    watch: Watch,
    tmp_path: Path,
) -> None:
    forged, film = tmp_path / "forged.pdf", tmp_path / "camera.mjpeg"
    forged.write_bytes(a_forged_label(live_server, park))
    film.write_bytes(nothing_to_see())
    gate = sign_in("lin", in_browser=launch(*camera_film(film)), permissions=["camera"], **PHONE)
    gate.go("/scan/")
    gate.page.locator("[data-offline=ready]").wait_for(state="attached")

    cut_off(gate.page, live_server, watch)
    gate.go("about:blank")  # lets go of the camera, which plays a film to its end
    camera.film_of_paper(forged, film)
    gate.go("/scan/")

    scanner = Scanner(gate.page)
    assert (scanner.verdict, scanner.source, scanner.words) == ("red", "device", "不得放行")
    assert scanner.outcomes() == {"R0": "finding"}


def a_forged_label(server: LiveServer, park: DemoPark) -> bytes:
    """The drum's label as printed, with one character of its signature another one."""
    house, actor = server.app.extensions["house"], park.actors["qian"]
    firm, site = park.organisations["chenghu"].id, park.sites["chenghu"].id
    command = ImportLedger(firm, site, LEDGER_FILE.name, LEDGER_FILE.read_bytes())
    texts = {name: COMPLETE[name] for name in ("main_components", "harmful_components", "precautions")}
    with server.database.writing(actor) as work:
        import_ledger(work, command, read_ledger_file(work, command), house.files)
        stream_id = container_for(work, DRUM).stream_id
        revise_stream(
            work, stream_id, ReviseStream(WasteForm(COMPLETE["form"]), tuple(COMPLETE["hazards"]), **texts)
        )
    with server.database.writing(actor) as work:
        content = print_label(work, DRUM, PrintLabel(), keyring=house.keyring, public_url=server.url)
    return label_pdf([replace(content, qr_text=path_changed(content.qr_text, -20))])


def nothing_to_see() -> bytes:
    picture = BytesIO()
    Image.new("RGB", camera.FRAME, camera.BACKGROUND).save(picture, "JPEG")
    return picture.getvalue() * camera.PICTURES
