"""Every screen of `make screens`, in both languages and from 1440 down to 320 px: what each must always be.

One table serves both: a new page is put into scripts/screen_list.py and is held to all of this.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import String, func, select

from app.all_models import Base
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from scripts.addresses import Addresses
from scripts.screen_list import SCREENS
from scripts.screen_papers import Screen
from scripts.screens import LANGUAGES, PATIENCE_MS, Photographer, in_language
from tests.browser import Watch
from tests.e2e.axe import WORDS, axe_violations
from tests.serving import LiveServer

DESKTOP, PHONE, NARROW = ((1440, 900), (390, 844), (320, 640))
AXE: dict[tuple[str, int], Sequence[str]] = {
    ("zh", DESKTOP[0]): (),
    ("zh", PHONE[0]): (),
    ("en", PHONE[0]): WORDS,
}
"""Which accessibility rules are tried at which width, () for all: half of the time of these tests is theirs."""
TITLE = re.compile(r"\S.* · (固废一张网|ParkLoop)$")
WIDER_THAN_WINDOW = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const sticksOut = (element) => element.getBoundingClientRect().right > root.clientWidth + 1;
    const clipped = (element) => element.closest(".tbl-wrap, .table-responsive, [style*=overflow]");
    return [...document.querySelectorAll("main *, header *")].filter((e) => sticksOut(e) && !clipped(e))
        .slice(-3).map((element) => element.outerHTML.slice(0, 120));
}"""
CHINESE_IN_ENGLISH = """() => {
    const chinese = /[\\u4e00-\\u9fff]/;
    const isMeant = (element) => element.closest("[lang]").getAttribute("lang").startsWith("zh") || element.closest("[aria-hidden=true], script");
    const found = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = words.nextNode(); node; node = words.nextNode())
        if (chinese.test(node.data) && !isMeant(node.parentElement)) found.push(node.data.trim());
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
        for (const name of ["aria-label", "title", "placeholder", "alt"])
            if (chinese.test(element.getAttribute(name) ?? "") && !isMeant(element))
                found.push(element.getAttribute(name));
    return found;
}"""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BILINGUAL = (
    "语言 Language",
    "涂料",
    "环办固体〔2023〕17号",
    "固废一张网 · ParkLoop",
    "废活性炭",
    "废塑料",
    "废有机溶剂",
)
"""Chinese that is meant on English pages: the way back, and examples of what can be typed."""


class Names:
    """Everything Chinese that people have entered or the law has named: it stays Chinese in English pages."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: list[str] = []

    def without(self, text: str) -> str:
        """The text with every name taken out; looks the names up anew before it says that something is left."""
        rest = self._stripped(text)
        if CHINESE.search(rest):
            self._known = sorted(self._read(), key=len, reverse=True)
            rest = self._stripped(text)
        return rest

    def _stripped(self, text: str) -> str:
        for name in self._known:
            text = text.replace(name, "")
        return text

    def _read(self) -> set[str]:
        found = set(BILINGUAL)
        with self._database.reading(Actor.system()) as work:
            for table in Base.metadata.sorted_tables:
                for column in (column for column in table.columns if isinstance(column.type, String)):
                    values = work.session.scalars(select(column).distinct().where(func.length(column) < 100))
                    found |= {str(value) for value in values if value and CHINESE.search(str(value))}
        return found | {printed_plate(name) for name in found if name.startswith("演")}


@pytest.fixture(scope="module")
def names(demo_park: LiveServer) -> Names:
    return Names(demo_park.database)


def not_translated(page: Page, names: Names, typed: Iterable[str]) -> Iterator[str]:
    """Texts of ours that an English page shows in Chinese."""
    for shown in page.evaluate(CHINESE_IN_ENGLISH):
        rest = names.without(shown)
        for words in typed:
            rest = rest.replace(words, "")
        if CHINESE.search(rest):
            yield f"not translated: {shown}"


@pytest.fixture(scope="module")
def visitor(browser: Browser, demo_park: LiveServer) -> Photographer:
    """Finds its way through the demo park as `make screens` does; signs each person in once."""
    return Photographer(browser, demo_park.url, Addresses())


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """Addresses of screens, once the way to them is known."""
    return {}


@pytest.fixture(scope="module")
def watch(demo_park: LiveServer) -> Watch:
    return Watch(demo_park.host)


@pytest.fixture(scope="module")
def page_of(visitor: Photographer, watch: Watch) -> Iterator[Callable[[str | None, str], Page]]:
    """`page_of("lu", "zh")`: a person's browser and its one page, opened once: styles and scripts are in its cache."""
    opened: dict[tuple[str | None, str], Page] = {}

    def page(account: str | None, language: str) -> Page:
        if (account, language) not in opened:
            context = visitor.browser.new_context(
                base_url=visitor.address,
                locale=LANGUAGES[language],
                storage_state=visitor.session_of(account) if account else None,
            )
            context.set_default_timeout(PATIENCE_MS)
            opened[account, language] = context.new_page()
            watch.over(opened[account, language])
        return opened[account, language]

    yield page
    for one in opened.values():
        one.context.close()


def sign_in_again(visitor: Photographer, page: Page, account: str | None) -> None:
    """What an earlier screen did to the session ends here: some look on as nobody, some sign in."""
    page.context.clear_cookies()
    if account:
        page.context.add_cookies(visitor.session_of(account)["cookies"])


@pytest.fixture
def open_screen(
    visitor: Photographer, page_of: Callable[[str | None, str], Page], found: dict[str, str], watch: Watch
) -> Iterator[Callable[[Screen, str], Page]]:
    """`open_screen(screen, "zh")` opens it as its person; what the browser complains of fails the test."""
    watch.faults.clear()

    def opened(screen: Screen, language: str) -> Page:
        page = page_of(screen.account, language)
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        sign_in_again(visitor, page, screen.account)
        if screen.name not in found:
            found[screen.name] = visitor.find(page, screen, language)
        visitor.open(page, in_language(found[screen.name], language), screen.status)
        if screen.prepare:
            screen.prepare(page)
        return page

    yield opened
    assert watch.unexpected() == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_is_clean(
    open_screen: Callable[[Screen, str], Page], names: Names, screen: Screen, language: str
) -> None:
    page = open_screen(screen, language)

    faults = [] if TITLE.match(page.title()) else [f"title: {page.title()}"]
    headings = page.locator("h1:not([aria-level]):visible").all_inner_texts()
    if len(headings) != 1:
        faults.append(f"headings of the first rank: {headings}")
    if language == "en":
        faults += not_translated(page, names, screen.values.values())
    for width, height in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"{width} px, sticks out: {element}" for element in page.evaluate(WIDER_THAN_WINDOW)]
        if (language, width) in AXE:
            faults += [f"{width} px, {v}" for v in axe_violations(page, only=AXE[language, width])]

    assert not faults, "\n".join(faults)
