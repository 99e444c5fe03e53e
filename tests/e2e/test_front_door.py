"""Before signing in: the pages everybody may open, clean in the browser and for assistive technology."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import axe_violations
from tests.e2e.conftest import DESKTOP, PHONE


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(
    "path", ["/sign-in", "/style-guide", "/problems/rule-violated", "/problems/nothing-of-ours"]
)
def test_an_open_page_is_clean(open_page, path, locale, size):
    page = open_page(path, locale=locale, **size)

    assert page.locator("html").get_attribute("lang") == {"zh-CN": "zh-CN", "en-GB": "en"}[locale]
    assert axe_violations(page) == []


def test_the_start_page_leads_a_stranger_to_the_sign_in(page):
    assert page.url.endswith("/sign-in")
    expect(page.locator("[name=account]")).to_be_visible()


def test_a_wrong_password_is_refused_in_words(page):
    page.fill("[name=account]", "nobody@example.com")
    page.fill("[name=password]", "not the password")
    page.click("form:has([name=password]) button[type=submit]")

    expect(page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=account]")).to_have_value("nobody@example.com")
