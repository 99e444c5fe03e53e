"""The scanner page as a test sees it, and the cut line."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser import Watch
from tests.serving import LiveServer


@dataclass
class Scanner:
    """The scanner page as a test sees it."""

    page: Page

    @property
    def verdict(self) -> str:
        """Waits for a verdict: green, amber, red or unknown."""
        self.page.locator("[data-scanner=done]").wait_for(timeout=30_000)
        return self.page.locator("[data-result]").get_attribute("data-verdict") or ""

    @property
    def source(self) -> str | None:
        return self.page.locator("[data-result]").get_attribute("data-source")

    @property
    def words(self) -> str:
        return self.page.locator("[data-verdict-here] h1").inner_text()

    def outcomes(self) -> dict[str, str]:
        reasons = self.page.locator("[data-reasons-here] li").all()
        return {reason.get_attribute("data-code"): reason.get_attribute("data-outcome") for reason in reasons}

    def type_code(self, text: str) -> None:
        self.page.locator("[data-type]").click()
        self.page.locator("[data-typed]").fill(text)
        self.page.locator("[data-typing-form] [type=submit]").click()


def cut_off(page: Page, server: LiveServer, watch: Watch) -> None:
    """Stop the server and the network; loads that fail from here on are no faults."""
    server.stop()
    page.context.set_offline(True)
    watch.allow("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "load failed")
