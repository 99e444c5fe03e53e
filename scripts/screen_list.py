"""The screens and papers that `make screens` takes: one line each, added with the page it shows.

A test keeps the list whole: every page of the product is in it, or among those that are no page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page


@dataclass(frozen=True)
class Place:
    """One page or paper of the demo, by the endpoint that answers it."""

    name: str
    account: str | None
    """Key of the demo person who looks; None for somebody who is not signed in."""
    endpoint: str
    via: tuple[str, ...] = ()
    """Endpoints of the pages to start from: the first link on each that leads to the next is followed."""
    values: dict[str, str] = field(default_factory=dict)
    """Parameters of the first endpoint's address, and its query."""


@dataclass(frozen=True)
class Screen(Place):
    """A page, taken at both widths in both languages."""

    prepare: Callable[[Page], None] | None = None
    """What to do on the page before the picture is taken."""
    status: int = 200


@dataclass(frozen=True)
class Paper(Place):
    """A PDF, drawn page by page in both languages."""


def send_empty(page: Page) -> None:
    """Send the page's form with nothing filled in: shows how it refuses."""
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def sign_in_wrongly(page: Page) -> None:
    page.fill("[name=account]", "lu@qingwu.example")
    page.fill("[name=password]", "something else")
    page.click("form:has([name=password]) button[type=submit]")
    page.wait_for_load_state()


SCREENS = [
    Screen("sign-in", None, "auth.sign_in"),
    Screen("sign-in.refused", None, "auth.sign_in", prepare=sign_in_wrongly),
    Screen("style-guide", None, "home.style_guide"),
    Screen("problem-type", None, "home.problem", values={"name": "rule-violated"}),
    Screen("workbench.producer", "lu", "workbench.show"),
    Screen("workbench.recycler", "he", "workbench.show"),
    Screen("workbench.driver", "shi", "workbench.show"),
    Screen("workbench.inspector", "lin", "workbench.show"),
    Screen("workbench.operator", "tang", "workbench.show"),
    Screen("waste-codes", "lu", "catalogue.search", values={"q": "电镀污泥"}),
    Screen("general-waste-codes", "tang", "catalogue.general_waste"),
    Screen("ledger", "lu", "registry.ledger"),
    Screen("ledger.import", "lu", "registry.import_form"),
    Screen("facilities", "lu", "storage.facilities"),
    Screen("facility", "lu", "storage.facility", via=("storage.facilities",)),
    Screen("containers", "lu", "storage.containers"),
    Screen("container", "lu", "storage.container", via=("storage.containers",)),
    Screen("register", "lu", "storage.register"),
    Screen("register.refused", "lu", "storage.register", prepare=send_empty),
    Screen("consignments", "lu", "consignments.index"),
    Screen("consignment.new", "lu", "consignments.new"),
    Screen("consignment", "lu", "consignments.show", via=("consignments.index",)),
    Screen("consignment.recycler", "he", "consignments.show", via=("consignments.index",)),
    Screen("not-found", "lu", "storage.container", values={"code": "x"}, status=404),
    Screen("scanner", "lin", "scan.scanner"),
]
PAPERS: list[Paper] = []

NO_PAGES = {
    "health.healthz",
    "health.readyz",
    "home.index",
    "home.search",
    "scan.service_worker",
    "scan.worker",
    "static",
}
"""Endpoints answering GET that show no page of their own."""
