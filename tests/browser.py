"""Debian's Chromium, driven by Playwright: for browser tests and for `make screens`.

Nothing is downloaded: the Python package drives the browser that is on the machine.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
"""The browser talks to this machine only, and not of its own accord."""


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


def find_chromium() -> str:
    """The path of the browser on this machine.

    Raises:
        NoBrowser: it has none.
    """
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise NoBrowser("no chromium on the search path (Debian: apt-get install chromium)")


def camera_film(film: Path) -> tuple[str, ...]:
    """Launch arguments by which every camera shows the pictures of one `.mjpeg` file, over and over."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film.resolve()}",
    )


@contextmanager
def chromium(*arguments: str, driver: Playwright | None = None) -> Iterator[Browser]:
    """A running browser with these launch arguments besides the quiet ones.

    `driver` is a Playwright that runs already: a thread can have only one.

    Raises:
        NoBrowser: there is none on this machine.
    """
    path = find_chromium()
    with ExitStack() as stack:
        playwright = driver or stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *arguments])
        stack.callback(browser.close)
        yield browser


class Watch:
    """What went wrong on the pages of a test: console errors, failed loads, requests to other hosts.

    A form that answers 422 or a page that answers 404 is no fault; a script, style or picture that does is,
    and so is every answer of 500 and above. `allow("words")` lets a fault pass whose text contains them.
    """

    def __init__(self, own_host: str) -> None:
        self.own_host = own_host
        self.faults: list[str] = []
        self._allowed: list[str] = []

    def allow(self, *words: str) -> None:
        self._allowed += words

    def unexpected(self) -> list[str]:
        return [fault for fault in self.faults if not any(words in fault for words in self._allowed)]

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught in page: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser's own line about a failed load is judged by `_response`, which knows what it was.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console error: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.own_host:
            self.faults.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        is_answer = response.request.resource_type in ("document", "fetch", "xhr")
        if response.status >= 500 or (response.status >= 400 and not is_answer):
            self.faults.append(f"{response.status} for {response.url}")

    def _failed(self, request: Request) -> None:
        failure: Any = request.failure
        if failure and "ERR_ABORTED" not in failure:
            self.faults.append(f"load failed ({failure}): {request.url}")
