"""A producer fills a drum: the net weight and the zones follow what is typed, one button makes it all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from app.entry.work import House
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.parties.accounts.models import User
from app.parties.accounts.passwords import hash_password
from tests.browser import Watch
from tests.e2e.axe import axe_violations
from tests.e2e.conftest import DESKTOP, PHONE
from tests.integration.waste.storage.world import World, build
from tests.serving import LiveServer

PASSWORD = "a long enough password"


@pytest.fixture
def world(live_server: LiveServer, live_database: Database) -> World:
    house: House = live_server.app.extensions["house"]
    built = build(live_database, house.keyring)
    with live_database.writing(Actor.system()) as work:
        user = work.session.get_one(User, built.people["producer"].user_id)
        user.password_hash = hash_password(PASSWORD)
        user.email = "producer@example.com"
    return built


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_drum_is_registered_with_its_zone_and_label(
    world: World, open_page: Callable[..., Page], watch: Watch, screen: dict
) -> None:
    page = open_page("/sign-in", **screen)
    page.fill("#f-account", "producer@example.com")
    page.fill("#f-password", PASSWORD)
    page.click(".sic button[type=submit]")
    page.goto("/register")
    page.click("text=废清洗溶剂")

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
