"""Every macro in every state, in a real browser: clean for axe, no sideways scroll, large enough for thumbs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import axe_violations
from tests.e2e.conftest import DESKTOP, PHONE

SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, select, summary, input:not([type=hidden])")]
    .filter(target => !target.closest("p, .note, label, .vh"))
    .filter(target => { const box = target.getBoundingClientRect(); return box.height > 0 && box.height < 43.5 })
    .map(target => target.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_style_guide_is_accessible_at_both_widths(
    open_page: Callable[..., Page], device: dict[str, object], locale: str
) -> None:
    page = open_page("/style-guide", locale=locale, **device)

    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_phones_every_target_is_a_thumb_high(open_page: Callable[..., Page]) -> None:
    page = open_page("/style-guide", **PHONE)

    assert page.evaluate(SMALL_TARGETS) == []


def test_an_act_that_cannot_be_undone_asks_first_and_cancel_has_the_focus(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/style-guide")

    page.get_by_role("button", name="签收", exact=True).click()

    assert page.get_by_role("dialog", name="签收").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "取消"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.dialog") == "sign"


def test_without_javascript_the_dialog_still_opens(open_page: Callable[..., Page]) -> None:
    page = open_page("/style-guide", java_script_enabled=False)

    page.locator("a[href='#refuse']").click()

    assert page.locator("#refuse").is_visible()
