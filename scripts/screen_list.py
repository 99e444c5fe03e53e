"""The screens and papers that `make screens` takes: one line each, added with the page it shows.

A test keeps the list whole: every page of the product is in it, or among those that are no page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.databases import ROOT

LEDGERS = ROOT / "tests" / "data" / "ledgers"
CLEAN = "hw-b1-clean.xlsx"


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
    beside: dict[str, str] | None = None
    """Where nothing links to it: its address is that of the page before, with these values besides."""


@dataclass(frozen=True)
class Screen(Place):
    """A page, taken at both widths in both languages."""

    prepare: Callable[[Page], None] | None = None
    """What to do on the page before the picture is taken."""
    shows: str = ""
    """The endpoint that the preparation ends on, where it is another."""
    status: int = 200


@dataclass(frozen=True)
class Paper(Place):
    """A PDF, drawn page by page in both languages."""


def send(page: Page, form: str) -> None:
    """Send a form and wait for the answer."""
    button = page.locator(f"{form} button[type=submit]").first
    with page.expect_navigation():
        button.evaluate("button => button.click()")  # on phones the bar at the bottom may lie over it


def send_empty(page: Page) -> None:
    """Send the page's form with nothing filled in: shows how it refuses."""
    send(page, "main form[method=post]")


def ask_for_calendar(page: Page) -> None:
    send(page, "form[action$='/agenda/feed']")


def sign_in_wrongly(page: Page) -> None:
    page.fill("[name=account]", "lu@qingwu.example")
    page.fill("[name=password]", "something else")
    send(page, "form:has([name=password])")


def upload_messy_ledger(page: Page) -> None:
    _upload(page, "hw-b1-messy.gb18030.csv")


def upload_general_ledger(page: Page) -> None:
    """A workbook with two tables of general waste."""
    _upload(page, "gisw-monthly-clean.xlsx")


def upload_codes(page: Page) -> None:
    """A file of general-waste codes with new ones, wrong ones and one that is no industrial waste."""
    content = (
        "一般工业固体废物分类与代码\n代码,名称,类别\n900-005-S17,废木材,SW17\n900-001-S59,废保温材料,SW59\n"
        "900-01-S17,废橡胶,SW17\n900-009-S17,,SW16\n900-002-S61,厨余垃圾,SW61\n"
    )
    file = {"name": "一般固废代码.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.set_input_files("input[type=file]", [file])  # type: ignore[list-item]
    send(page, "form:has(input[type=file])")


def import_clean_ledger(page: Page) -> None:
    """Bring a ledger in, or look at it where it has been brought in already."""
    if page.get_by_text(CLEAN).count() == 0:
        _upload(page, CLEAN)
        send(page, "form[action*='/import/']")
    else:
        with page.expect_navigation():
            page.get_by_text(CLEAN).first.click()


def _upload(page: Page, name: str) -> None:
    page.set_input_files("input[type=file]", LEDGERS / name)
    send(page, "form:has(input[type=file])")


def upload_large_ledger(page: Page) -> None:
    """A ledger of more lines than are read while somebody waits: leads to its job."""
    lines = (LEDGERS / "hw-b1-messy.gb18030.csv").read_text("gb18030").splitlines()
    content = "\n".join([*lines, *(lines[-5:] * 1_100)]).encode("gb18030")
    file = {"name": "产生台账-2026.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("input[type=file]", [file])  # type: ignore[list-item]
    send(page, "form:has(input[type=file])")


def open_declaration(page: Page) -> None:
    """Into a declaration; the first one is generated where there is none."""
    link = page.locator("main a[href^='/declarations/'][class*=btn]")
    if link.count():
        with page.expect_navigation():
            link.first.evaluate("link => link.click()")
    else:
        send(page, "main td form[method=post]")


def correct_wrongly(page: Page) -> None:
    """Correct a line without saying why."""
    page.fill("main [name=new_mass_kg]", "abc")
    page.evaluate("document.querySelector('main form').noValidate = true")
    send(page, "main form[method=post]")


def register_wrongly(page: Page) -> None:
    """A package heavier empty than full, of no volume."""
    for name, value in {"volume_l": "", "gross_kg": "12.5", "tare_kg": "18.2"}.items():
        page.fill(f"main [name={name}]", value)
    send(page, "main form[method=post]")


REGISTER = "[data-wizard={}]"
SEND_READING = """async () => {
    const headers = {"Content-Type": "application/json", "X-CSRFToken": document.querySelector("[name=csrf-token]").content};
    const [scale] = (await (await fetch("/api/v1/scales")).json()).items;
    const now = new Date().toISOString();
    const readings = [{reading_number: now, mass_kg: "204.7", is_stable: true, taken_at: now}];
    await fetch(`/api/v1/scales/${scale.id}/readings`, {method: "POST", headers, body: JSON.stringify({readings})});
}"""


def put_on_the_scale(page: Page) -> None:
    """The first waste, and a drum of 204.7 kg standing on the scale."""
    page.locator("[data-waste]").first.click()
    page.evaluate(SEND_READING)
    page.wait_for_selector(".sc.steady")


def weigh_by_hand(page: Page) -> None:
    page.locator("[data-waste]").first.click()
    page.locator("[data-to-hand]").click()
    page.fill("[data-gross]", "204.7")


def photograph(page: Page) -> None:
    put_on_the_scale(page)
    with page.expect_file_chooser():
        page.locator("[data-take]").click()
    page.wait_for_selector(REGISTER.format("photo"))


def choose_a_zone(page: Page) -> None:
    photograph(page)
    page.set_input_files("[data-camera]", ROOT / "docs" / "screenshot.png")
    page.wait_for_selector("[data-zones] .pick")


def register_it(page: Page) -> None:
    choose_a_zone(page)
    page.locator("[data-store]").click()
    page.wait_for_selector(REGISTER.format("done"))
    page.locator("[data-label-picture]").evaluate("picture => picture.decode()")


def begin_a_count(page: Page) -> None:
    """From the counts of a facility into a new one, or the one that is going on."""
    send(page, "main form[action$='/counts']")


def open_a_zone(page: Page) -> None:
    """From a facility into its first zone's settings."""
    for link in ("a[href*='zone_id=']", "a[href^='/zones/']"):
        with page.expect_navigation():
            page.locator(f"main {link}").first.evaluate("link => link.click()")


def amend_the_plan(page: Page) -> None:
    """Begin an amendment of a filed plan, or go to the one under way."""
    page.goto("/plans")
    draft = page.locator("main a[href$='/edit']")
    if draft.count() == 0:
        with page.expect_navigation():
            page.locator("main td.nl a").first.click()
        page.locator("[name=reason]").evaluate("field => { field.value = '新增接收单位' }")
        send(page, "dialog form[action$='/amendments']")
    else:
        with page.expect_navigation():
            draft.first.evaluate("link => link.click()")


def open_a_plan_table(page: Page) -> None:
    """The form of the transfers of a draft."""
    amend_the_plan(page)
    with page.expect_navigation():
        page.locator("main a[href$='/tables/A.7']").first.evaluate("link => link.click()")


SCREENS = [
    Screen("sign-in", None, "auth.sign_in"),
    Screen("sign-in.refused", None, "auth.sign_in", prepare=sign_in_wrongly),
    Screen("style-guide", None, "home.style_guide"),
    Screen("problem-type", None, "home.problem", values={"name": "rule-violated"}),
    Screen("workbench.producer", "lu", "workbench.show"),
    Screen("workbench.new", "qian", "workbench.show"),
    Screen("workbench.recycler", "he", "workbench.show"),
    Screen("workbench.driver", "shi", "workbench.show"),
    Screen("workbench.inspector", "lin", "workbench.show"),
    Screen("workbench.operator", "tang", "workbench.show"),
    Screen("agenda", "lu", "agenda.index"),
    Screen("agenda.park", "tang", "agenda.index"),
    Screen("agenda.feed", "lu", "agenda.index", prepare=ask_for_calendar, shows="agenda.issue"),
    Screen("waste-codes", "lu", "catalogue.search", values={"q": "电镀污泥"}),
    Screen("waste-codes.nothing", "lu", "catalogue.search", values={"q": "没有这种"}),
    Screen("general-waste-codes", "tang", "catalogue.general_waste"),
    Screen(
        "general-waste-codes.import",
        "tang",
        "catalogue.general_waste",
        prepare=upload_codes,
        shows="catalogue.code_list",
    ),
    Screen("ledger", "lu", "registry.ledger"),
    Screen("ledger.waste", "lu", "registry.ledger", values={"view": "waste"}),
    Screen("ledger.container", "lu", "registry.ledger", values={"view": "container"}),
    Screen("ledger.general", "lu", "registry.ledger", values={"kind": "general"}),
    Screen("ledger.tables", "lu", "books.tables"),
    Screen("ledger.differences", "lu", "books.differences_page"),
    Screen("ledger.stock", "lu", "books.stock"),
    Screen("ledger.correction", "lu", "books.correction", via=("registry.ledger",)),
    Screen(
        "ledger.correction.refused",
        "lu",
        "books.correction",
        via=("registry.ledger",),
        prepare=correct_wrongly,
        status=200,
    ),
    Screen("declarations", "lu", "declarations.index"),
    Screen("declaration", "lu", "declarations.index", prepare=open_declaration, shows="declarations.show"),
    Screen("ledger.import", "lu", "registry.import_form"),
    Screen(
        "ledger.import.result",
        "gu",
        "registry.import_form",
        prepare=upload_messy_ledger,
        shows="registry.import_result",
    ),
    Screen(
        "ledger.import.tables",
        "qian",
        "registry.import_form",
        prepare=upload_general_ledger,
        shows="registry.import_result",
    ),
    Screen(
        "ledger.imported",
        "qian",
        "registry.import_form",
        prepare=import_clean_ledger,
        shows="registry.imported",
    ),
    Screen("ledger.imports", "qian", "registry.imports"),
    Screen("job", "gu", "registry.import_form", prepare=upload_large_ledger, shows="jobs.show"),
    Screen("jobs", "gu", "jobs.index"),
    Screen("facilities", "lu", "storage.facilities"),
    Screen("facilities.park", "tang", "storage.facilities"),
    Screen("facility", "lu", "storage.facility", via=("storage.facilities",)),
    Screen("facility.new", "lu", "storage.new_facility"),
    Screen("zone.new", "lu", "storage.new_zone", via=("storage.facilities", "storage.facility")),
    Screen(
        "zone",
        "lu",
        "storage.facility",
        via=("storage.facilities",),
        prepare=open_a_zone,
        shows="storage.edit_zone",
    ),
    Screen("containers", "lu", "storage.containers"),
    Screen("container", "lu", "storage.container", via=("storage.containers",)),
    Screen(
        "container.registered",
        "lu",
        "storage.registered",
        via=("storage.containers", "storage.container"),
        values={"state": "stored"},
        beside={},
    ),
    Screen(
        "container.split",
        "lu",
        "storage.handle",
        via=("storage.containers", "storage.container"),
        values={"state": "stored"},
        beside={"act": "split"},
    ),
    Screen(
        "facility.counts",
        "lu",
        "storage.counts",
        via=("storage.facilities", "storage.facility"),
        beside={},
        prepare=begin_a_count,
        shows="storage.count",
    ),
    Screen("batches", "lu", "storage.batches"),
    Screen("batch.new", "lu", "storage.new_batch"),
    Screen("batch", "lu", "storage.batch", via=("storage.batches",)),
    Screen("container.inspector", "lin", "storage.container", via=("storage.containers",)),
    Screen("stream.new", "lu", "storage.new_stream"),
    Screen("stream", "lu", "storage.stream", via=("storage.containers", "storage.container")),
    Screen(
        "stream.exemptions",
        "lu",
        "storage.exemptions",
        via=("storage.containers", "storage.container", "storage.stream"),
    ),
    Screen("register.pick", "lu", "storage.register"),
    Screen("register.weigh", "lu", "storage.register", prepare=put_on_the_scale),
    Screen("register.weigh.by-hand", "lu", "storage.register", prepare=weigh_by_hand),
    Screen("register.photo", "lu", "storage.register", prepare=photograph),
    Screen("register.zone", "lu", "storage.register", prepare=choose_a_zone),
    Screen("register.done", "lu", "storage.register", prepare=register_it),
    Screen("scales", "lu", "storage.scales"),
    Screen("scale.new", "lu", "storage.new_scale"),
    Screen("scale.new.refused", "lu", "storage.new_scale", prepare=send_empty),
    Screen("scale", "lu", "storage.edit_scale", via=("storage.scales",)),
    Screen("register", "lu", "storage.register", via=("storage.register",)),
    Screen("register.refused", "lu", "storage.register", via=("storage.register",), prepare=register_wrongly),
    Screen("plans", "lu", "plans.index"),
    Screen("plans.park", "tang", "plans.index"),
    Screen("plan", "lu", "plans.show", via=("plans.index",)),
    Screen(
        "plan.edit", "lu", "plans.show", via=("plans.index",), prepare=amend_the_plan, shows="plan_forms.edit"
    ),
    Screen("plan.table", "lu", "plans.index", prepare=open_a_plan_table, shows="plan_forms.table"),
    Screen("site.profile", "lu", "plan_forms.profile", via=("plans.index",)),
    Screen("consignments", "lu", "consignments.index", values={"bucket": "open"}),
    Screen("consignments.recycler", "he", "consignments.index"),
    Screen("consignments.driver", "shi", "consignments.index"),
    Screen("consignments.park", "tang", "consignments.index", values={"bucket": "done"}),
    Screen("consignment.new", "lu", "consignments.new"),
    Screen("consignment.new.refused", "lu", "consignments.new", prepare=send_empty),
    Screen(
        "consignment.draft",
        "lu",
        "consignments.edit",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "drafts"},
    ),
    Screen(
        "consignment.open", "lu", "consignments.show", via=("consignments.index",), values={"bucket": "open"}
    ),
    Screen(
        "consignment.done", "lu", "consignments.show", via=("consignments.index",), values={"bucket": "done"}
    ),
    Screen("consignment.recycler", "he", "consignments.show", via=("consignments.index",)),
    Screen("consignment.driver", "shi", "consignments.show", via=("consignments.index",)),
    Screen("not-found", "lu", "storage.container", values={"code": "x"}, status=404),
    Screen(
        "public.container",
        "lu",
        "public.container",
        via=("storage.containers", "storage.container"),
        values={"state": "stored"},
        beside={"kind": "W"},
    ),
    Screen(
        "public.consignment",
        "lu",
        "public.consignment",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "open"},
        beside={"kind": "M"},
    ),
    Screen("scanner", "lin", "scan.scanner"),
    Screen("api-docs", None, "docs.show"),
]
PAPERS = [
    *(
        Paper(
            f"label.{size}",
            "lu",
            "storage.label_document",
            via=("storage.containers", "storage.container"),
            values={"state": "stored"},
            beside={"number": "1", "size": size},
        )
        for size in ("L1", "L2", "L3")
    ),
    Paper(
        "manifest.accepted",
        "he",
        "consignments.manifest",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "done"},
    ),
    Paper(
        "manifest.void",
        "lu",
        "consignments.manifest",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "done"},
    ),
]

NO_PAGES = {
    "plans.file",
    "books.balance_as_file",
    "books.table_file",
    "declarations.file",
    "jobs.file",
    "agenda.count",
    "agenda.feed",
    "files.view",
    "health.healthz",
    "health.readyz",
    "home.index",
    "home.search",
    "registry.export",
    "jobs.errors",
    "catalogue.code_errors",
    "registry.import_errors",
    "scan.service_worker",
    "scan.worker",
    "static",
    "storage.label_image",
    "storage.register_zones",
    "storage.zone_cards",
}
"""Endpoints answering GET that show no page of their own."""
