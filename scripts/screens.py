"""`make screens`: every screen and every printed paper of the demo as pictures in var/screens/.

Each screen is taken at 1440 and at 390 px, in Chinese and in English; papers page by page in both languages.
`python -m scripts.screens NAME…` takes only those whose name contains one of the words. It fails where a
page answers an error, nothing links to it, it is wider than the screen, or the browser complains.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page
from werkzeug.routing import BuildError

from app.demo.accounts import PASSWORD, PEOPLE
from scripts.addresses import Addresses
from scripts.demo_server import demo_server
from scripts.screen_list import SCREENS
from scripts.screen_papers import PAPERS, Paper, Place, Screen
from tests.browser import Watch, chromium
from tests.databases import ROOT

FOLDER = ROOT / "var" / "screens"
WIDTHS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PAPER_DPI = 100
PATIENCE_MS = 15_000
HIGHEST = 8_000
"""Pixels of a picture; the page of the API is longer."""
EMAILS = {person.key: person.email for person in PEOPLE}


@dataclass
class Photographer:
    """Visits the demo in one browser and keeps what it saw, and what was wrong with it."""

    browser: Browser
    address: str
    addresses: Addresses
    faults: list[str] = field(default_factory=list)
    _signed_in: dict[tuple[str, str], Any] = field(default_factory=dict)

    def take_screen(self, screen: Screen) -> None:
        for width, language in product(WIDTHS, LANGUAGES):
            name = f"{screen.name}.{width}.{language}"
            with self._visit(name, screen.account, width, language) as page:
                self.open(page, self.find(page, screen, language), screen.status)
                if screen.prepare:
                    screen.prepare(page)
                self._ensure_fits(name, page)
                self._show_whole(page)
                page.screenshot(path=FOLDER / f"{name}.png")

    def take_paper(self, paper: Paper) -> None:
        for language in LANGUAGES:
            name = f"{paper.name}.{language}"
            with self._visit(name, paper.account, "desktop", language) as page:
                path = self.find(page, paper, language)
                answer = page.context.request.get(path)
                if answer.status != 200 or answer.body()[:5] != b"%PDF-":
                    raise Error(f"{path} answered {answer.status} and no PDF")
                _draw_pages(answer.body(), name)

    def _visit(self, name: str, account: str | None, width: str, language: str) -> "Visit":
        state = self.session_of(account, language) if account else None
        context = self.browser.new_context(
            base_url=self.address, locale=LANGUAGES[language], storage_state=state, **WIDTHS[width]
        )
        context.set_default_timeout(PATIENCE_MS)
        return Visit(name, context, Watch(urlsplit(self.address).netloc), self.faults)

    def session_of(self, account: str, language: str = "zh") -> Any:
        """The browser state of a demo person who has signed in and chosen a language; each is opened once."""
        if (account, language) not in self._signed_in:
            context = self.browser.new_context(base_url=self.address, locale=LANGUAGES[language])
            page = context.new_page()
            page.goto(self.addresses.of("auth.sign_in"))
            page.fill("[name=account]", EMAILS[account])
            page.fill("[name=password]", PASSWORD)
            for button in ("form:has([name=password]) [type=submit]", f"[name=locale][value={language}]"):
                with page.expect_navigation():
                    page.locator(button).first.evaluate("button => button.click()")
            self._signed_in[account, language] = context.storage_state()
            context.close()
        return self._signed_in[account, language]

    def find(self, page: Page, place: Place, language: str) -> str:
        """The address of a place, found as a person would: from page to page, by the first link that leads on."""
        first, *steps = (*place.via, place.endpoint)
        path = in_language(self.addresses.of(first, **place.values), language)
        for step in steps:
            self.open(page, path, 200)
            path = in_language(self._next(page, path, step, place), language)
        return path

    def _next(self, page: Page, path: str, step: str, place: Place) -> str:
        if place.beside is not None and step == place.endpoint:
            return self.addresses.beside(path, step, **place.beside)
        links = page.locator("main a[href]").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        found = next((link for link in links if self.addresses.leads_to(link, step)), None)
        if found is None:
            raise Error(f"no link to {step} on {path}")
        return str(found)

    def open(self, page: Page, path: str, status: int) -> None:
        """Raises Error where the page answers otherwise."""
        answer = page.goto(path)
        if answer and answer.status != status:
            raise Error(f"{path} answered {answer.status}, not {status}")

    def _show_whole(self, page: Page) -> None:
        """A window as high as the page, so that what sticks to its foot is seen there and not in the midst."""
        size = page.viewport_size
        height = page.evaluate("document.documentElement.scrollHeight")
        if size and height > size["height"]:
            page.set_viewport_size({"width": size["width"], "height": min(height, HIGHEST)})

    def _ensure_fits(self, name: str, page: Page) -> None:
        root = "document.documentElement"
        wide, window = page.evaluate(f"[{root}.scrollWidth, {root}.clientWidth]")
        if wide > window:
            self.faults.append(f"{name}: the page is {wide} px wide in a window of {window} px")


@dataclass
class Visit:
    """One page in a context of its own; what the browser complained of ends up in `faults`."""

    name: str
    context: BrowserContext
    watch: Watch
    faults: list[str]

    def __enter__(self) -> Page:
        page = self.context.new_page()
        self.watch.over(page)
        return page

    def __exit__(self, _kind: object, error: object, _traceback: object) -> bool:
        self.context.close()
        if isinstance(error, Error | BuildError):
            self.faults.append(f"{self.name}: {str(error).splitlines()[0]}")
            error = None
        self.faults += [f"{self.name}: {fault}" for fault in self.watch.unexpected()]
        return error is None


def in_language(path: str, language: str) -> str:
    """An address with the language to show it in."""
    parts = urlsplit(path)
    asked = [pair for pair in parts.query.split("&") if pair and not pair.startswith("lang=")]
    return urlunsplit(parts._replace(query="&".join([*asked, f"lang={language}"])))


def _draw_pages(pdf: bytes, name: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdftoppm", "-r", str(PAPER_DPI), "-png", file.name, str(FOLDER / name)]
        subprocess.run(command, check=True)


def _chosen(things: list[Any], words: list[str]) -> Iterator[Any]:
    return (thing for thing in things if not words or any(word in thing.name for word in words))


def main(words: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, chromium() as browser:
        photographer = Photographer(browser, address, Addresses())
        for screen in _chosen(SCREENS, words):
            photographer.take_screen(screen)
        for paper in _chosen(PAPERS, words):
            photographer.take_paper(paper)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(Path.cwd())}/")
    for fault in photographer.faults:
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if photographer.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
