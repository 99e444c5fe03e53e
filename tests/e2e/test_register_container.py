"""A producer fills a drum: on the phone in six taps, from a draft that outlasts everything; by the plain form besides."""

import io
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from app.entry.work import House
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.accounts.models import User
from app.parties.accounts.passwords import hash_password
from app.waste.storage.models import Container
from app.waste.storage.operations.package_types import add_package_type
from app.waste.storage.package_types import AddPackageType
from app.waste.storage.weighing.commands import AddScale, SentReading
from app.waste.storage.weighing.models import Scale
from app.waste.storage.weighing.operations import add_scale, record_readings
from tests.browser import Watch
from tests.e2e.axe import axe_violations
from tests.e2e.conftest import DESKTOP, PHONE
from tests.integration.waste.storage.world import World, build
from tests.serving import LiveServer

PASSWORD = "a long enough password"
numbers = count()


@pytest.fixture
def world(live_server: LiveServer, live_database: Database) -> World:
    house: House = live_server.app.extensions["house"]
    built = build(live_database, house.keyring)
    with live_database.writing(Actor.system()) as work:
        user = work.session.get_one(User, built.people["producer"].user_id)
        user.password_hash = hash_password(PASSWORD)
        user.email = "producer@example.com"
    with live_database.writing(built.actor) as work:
        add_package_type(work, AddPackageType("200 L 闭口铁桶", "桶", 200_000, Grams(18_200), "mild_steel"))
        drum = built.stored(work, "A2")
        drum.tare = None
    return built


@pytest.fixture
def scale(world: World, live_database: Database) -> Scale:
    with live_database.writing(world.actor) as work:
        return add_scale(work, AddScale(world.site.id, "蓝牙秤 02", Grams(1_500_000), "BT-02", work.today))


@pytest.fixture
def shows(live_database: Database, world: World, scale: Scale) -> Callable[..., None]:
    """`shows(204_700)`: what stands on the scale now, in grams."""

    def sent(mass: int, is_stable: bool = True, age: int = 0) -> None:
        with live_database.writing(world.actor) as work:
            reading = SentReading(
                f"n-{next(numbers)}", Grams(mass), is_stable, work.now - timedelta(seconds=age)
            )
            record_readings(work, scale.id, [reading])

    return sent


@pytest.fixture
def drums(live_database: Database) -> Callable[[], int]:
    """How many containers there are."""

    def counted() -> int:
        with live_database.reading(Actor.system()) as work:
            return work.session.scalar(select(func.count()).select_from(Container)) or 0

    return counted


@pytest.fixture
def sign_in(world: World, open_page: Callable[..., Page]) -> Callable[..., Page]:
    def signed_in(path: str, **screen: object) -> Page:
        page = open_page("/sign-in", **screen)
        page.fill("#f-account", "producer@example.com")
        page.fill("#f-password", PASSWORD)
        page.click(".sic button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(path)
        return page

    return signed_in


def a_photo(width: int = 3000, height: int = 2000) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(buffer, "JPEG")
    return {"name": "drum.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def a_code(text: str) -> dict[str, object]:
    """A picture of a QR code."""
    buffer = io.BytesIO()
    qrcode.make(text).save(buffer, "PNG")
    return {"name": "code.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def step(page: Page, name: str) -> None:
    page.wait_for_selector(f"[data-wizard={name}]")


def test_a_usual_drum_takes_six_taps_with_the_scale(
    sign_in: Callable[..., Page],
    shows: Callable[..., None],
    drums: Callable[[], int],
    live_database: Database,
) -> None:
    before = drums()
    page = sign_in("/workbench", **PHONE)
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        taps += 1
        page.tap(selector)

    tap("main a[href='/register']")
    step(page, "waste")
    assert axe_violations(page) == []
    tap("[data-waste]:has-text('废清洗溶剂')")
    step(page, "weigh")
    shows(204_700)
    expect(page.locator("[data-shown]")).to_have_text("204.7")
    expect(page.locator("[data-take]")).to_have_text("取数 186.5 kg")
    assert "检定有效至" in page.inner_text("[data-calibration]")
    assert axe_violations(page) == []
    with page.expect_file_chooser() as camera:
        tap("[data-take]")
    step(page, "photo")
    assert axe_violations(page) == []
    taps += 2  # the shutter, and the phone's own "use this photo"
    camera.value.set_files(a_photo())
    step(page, "zone")
    expect(page.locator("[data-store]")).to_have_text("存入 A2 并打印标签")
    assert "推荐" in page.inner_text("[data-zones]")
    assert axe_violations(page) == []
    tap("[data-store]")
    step(page, "done")

    assert taps == 6
    page.locator("[data-label-picture]").evaluate("picture => picture.decode()")
    assert "用时" in page.inner_text("[data-done-text]")
    assert axe_violations(page) == []
    with live_database.reading(Actor.system()) as work:
        drum = work.session.scalars(select(Container).order_by(Container.id.desc())).first()
        assert drum is not None
        assert (drum.net, drum.label_prints, drum.material) == (186_500, 1, "mild_steel")
        assert drum.photo_id is not None and drum.zone_id is not None
        assert drum.generated_at <= drum.sealed_at <= drum.weighed_at <= drum.stored_at
    assert drums() == before + 1

    page.tap("[data-undo]")
    step(page, "undone")
    with live_database.reading(Actor.system()) as work:
        assert work.session.get_one(Container, drum.id).state == "voided"
    page.tap("[data-redo]")
    step(page, "zone")
    page.tap("[data-store]")
    step(page, "done")
    assert drums() == before + 2


def test_a_draft_outlasts_a_reload_and_a_lost_network_and_makes_one_drum(
    sign_in: Callable[..., Page], shows: Callable[..., None], drums: Callable[[], int], watch: Watch
) -> None:
    before = drums()
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    page = sign_in("/register", **PHONE)
    page.tap("[data-waste]:has-text('废清洗溶剂')")
    shows(204_700)
    expect(page.locator("[data-take]")).to_have_text("取数 186.5 kg")
    with page.expect_file_chooser() as camera:
        page.tap("[data-take]")
    camera.value.set_files(a_photo())
    step(page, "zone")
    expect(page.locator("[data-store]")).to_contain_text("A2")

    page.reload()
    step(page, "zone")
    expect(page.locator("[data-resumed]")).to_be_visible()
    expect(page.locator("[data-thumb]")).to_be_visible()
    expect(page.locator("[data-store]")).to_contain_text("A2")

    page.context.set_offline(True)
    expect(page.locator("[data-net-text]")).to_have_text("离线")
    page.tap("[data-store]")
    expect(page.locator("[data-sending-text]")).to_contain_text("草稿已保存")
    assert axe_violations(page) == []
    assert drums() == before

    arrived: list[str] = []

    def lose_the_answer(route: Route) -> None:
        arrived.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/api/v1/registrations", lose_the_answer, times=1)
    page.context.set_offline(False)
    expect(page.locator("[data-sending-text]")).to_contain_text("正在重试")
    assert drums() == before + 1
    page.route(
        "**/api/v1/registrations",
        lambda route: (arrived.append(route.request.headers["idempotency-key"]), route.continue_()),
    )
    page.reload()
    step(page, "done")

    assert len(arrived) >= 2 and len(set(arrived)) == 1
    assert drums() == before + 1


def test_without_the_scale_the_weight_is_typed_and_the_display_photographed(
    world: World, sign_in: Callable[..., Page], shows: Callable[..., None], drums: Callable[[], int]
) -> None:
    before = drums()
    shows(150_000, age=60)
    page = sign_in("/register", **PHONE)
    page.tap("[data-waste]:has-text('废清洗溶剂')")
    expect(page.locator("[data-steady-text]")).to_have_text("等待读数")
    page.tap("[data-to-hand]")
    assert "收不到 蓝牙秤 02 的读数" in page.inner_text("[data-by-hand]")
    assert axe_violations(page) == []

    page.fill("#wz-gross", "10")
    page.tap("[data-shoot-scale]")
    assert "毛重要大于皮重 18.2 kg" in page.inner_text("[data-step=weigh]")
    page.fill("#wz-gross", "204.7 kg")
    with page.expect_file_chooser() as camera:
        page.tap("[data-shoot-scale]")
    step(page, "photo")
    expect(page.locator("[data-skip]")).to_be_hidden()
    camera.value.set_files(a_photo(400, 300))
    step(page, "zone")
    page.tap("[data-scan=zone]")
    page.set_input_files("[data-scan-photo]", a_code(f"{page.url}/../zones/{world.zones['A3'].id}"))
    expect(page.locator("[data-store]")).to_have_text("存入 A3 并打印标签")
    page.tap("[data-store]")
    assert "写明为什么" in page.inner_text("[data-step=zone]")
    page.fill("#wz-reason", "今天转走")
    page.tap("[data-store]")
    step(page, "done")

    assert "手工填写" in page.inner_text("[data-done-scale]")
    assert drums() == before + 1


def test_wastes_are_found_by_name_code_and_pinyin(sign_in: Callable[..., Page]) -> None:
    page = sign_in("/register", **DESKTOP)
    assert axe_violations(page) == []

    for words, found in (("900-300", "废硫酸"), ("碱", "废碱液"), ("hw34", "废硫酸"), ("fj", "废碱液")):
        page.fill("#wz-q", words)
        assert found in page.inner_text("[data-wastes]"), words
    page.fill("#wz-q", "没有")
    expect(page.locator("[data-none]")).to_be_visible()

    page.click("[data-scan=waste]")
    page.set_input_files("[data-scan-photo]", a_code("91330100MA2DEMK01D9003003420261118001"))
    step(page, "weigh")
    assert page.inner_text("[data-title]") == "废硫酸"


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_drum_is_registered_by_the_plain_form(
    world: World, sign_in: Callable[..., Page], screen: dict
) -> None:
    page = sign_in(f"/register?stream={world.streams['solvent'].id}", **screen)

    page.fill("#f-gross_kg", "204.7")
    page.fill("#f-tare_kg", "18.2")
    page.wait_for_selector("#zones input[name=zone_id]:checked")
    assert page.inner_text("[data-net]") == "186.5 kg"
    assert "需说明原因" in page.inner_text("#zones")
    assert axe_violations(page) == []

    page.fill("#f-gross_kg", "10")
    page.click("button[value=label]")
    page.wait_for_selector("[role=alert]")
    assert "毛重要大于皮重" in page.inner_text("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"

    page.fill("#f-gross_kg", "204.7")
    page.wait_for_timeout(600)
    page.click("button[value=label]")
    page.wait_for_url("**/registered")
    assert "台账、容器、标签、入库一次记好" in page.inner_text("main")
    assert page.evaluate("document.querySelector('img.lbl').naturalWidth") > 0
    assert axe_violations(page) == []


def test_without_a_script_the_list_leads_to_the_form(sign_in: Callable[..., Page]) -> None:
    page = sign_in("/register", java_script_enabled=False, **PHONE)

    expect(page.locator("[data-wizard]")).to_be_hidden()
    page.click("main a:has-text('废清洗溶剂')")
    expect(page.locator("#f-gross_kg")).to_be_visible()
