"""A browser and a served application for journeys. A fault seen by the browser fails the test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from app.foundation.core.database import Database
from tests import browser as browsers
from tests import must_run
from tests.conftest import a_config
from tests.databases import SQLITE, Stock
from tests.demo import demo_of_today
from tests.serving import LiveServer, serving

HERE = Path(__file__).parent
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What drives all browsers of the test process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    """Chromium, started once per test process."""
    with ExitStack() as stack:
        yield _started(stack, driver)


@pytest.fixture
def launch(driver: Playwright) -> Iterator[Callable[..., Browser]]:
    """`launch(*arguments)` starts a Chromium of the test's own, for what can only be said at its start."""
    with ExitStack() as stack:
        yield lambda *arguments: _started(stack, driver, *arguments)


def _started(stack: ExitStack, driver: Playwright, *arguments: str) -> Browser:
    try:
        return stack.enter_context(browsers.chromium(*arguments, driver=driver))
    except browsers.NoBrowser as missing:
        must_run.cannot_run("Chromium", str(missing))


@pytest.fixture
def live_database(database_stock: Stock) -> Iterator[Database]:
    """The served application's own SQLite database, real and committed to."""
    address = database_stock.fresh(SQLITE)
    database = Database(address)
    yield database
    database.engine.dispose()
    database_stock.drop(address)


@pytest.fixture
def live_server(live_database: Database, tmp_path: Path) -> Iterator[LiveServer]:
    """The application at `live_server.url` over `live_database`; `live_server.stop()` cuts it off."""
    address = live_database.engine.url.render_as_string(hide_password=False)
    with serving(a_config(address, tmp_path / "files"), live_database) as server:
        yield server


@pytest.fixture(scope="session")
def demo_park(database_stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A copy of the demo park as it is today, served: to look at. Built once a run, whichever process asks first."""
    built = demo_of_today(database_stock)
    files = shutil.copytree(built.files, tmp_path_factory.mktemp("demo") / "files")
    address = database_stock.copy(built.address)
    database = Database(address)
    with serving(a_config(address, files), database) as server:
        yield server
    database.engine.dispose()
    database_stock.drop(address)


@pytest.fixture
def watch(live_server: LiveServer) -> Iterator[browsers.Watch]:
    """What went wrong on the test's pages; `watch.allow("words")` lets an expected fault pass."""
    seen = browsers.Watch(live_server.host)
    yield seen
    assert seen.unexpected() == []


@pytest.fixture
def open_page(
    browser: Browser, live_server: LiveServer, watch: browsers.Watch
) -> Iterator[Callable[..., Page]]:
    """`open_page("/path", **options)` opens a page in a context of its own, so as a new visitor.

    Options are Playwright's for a context, e.g. `**PHONE`, `locale="en-GB"`, `permissions=["camera"]`;
    `in_browser=launch(...)` takes another browser.
    """
    with ExitStack() as stack:

        def opened(path: str = "/", in_browser: Browser | None = None, **options: Any) -> Page:
            settings = {"base_url": live_server.url, "locale": "zh-CN", **DESKTOP, **options}
            context = (in_browser or browser).new_context(**settings)
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            context.on("page", watch.over)
            page = context.new_page()
            page.goto(path)
            return page

        yield opened


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A desktop page at the start page, in Chinese, nobody signed in."""
    return open_page("/")
