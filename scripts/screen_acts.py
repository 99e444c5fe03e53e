"""What is done on a page before its picture is taken."""

from urllib.parse import urljoin

from playwright.sync_api import Page

from tests.databases import ROOT

LEDGERS = ROOT / "tests" / "data" / "ledgers"
CLEAN = "hw-b1-clean.xlsx"


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


def pick_a_waste(page: Page) -> None:
    """The first waste, with no draft that would lead to a later step."""
    there = page.url
    page.goto(urljoin(there, "/healthz"))  # the register page keeps its draft when it is left
    page.evaluate("localStorage.clear()")
    page.goto(there)
    page.locator("[data-waste]").first.click()


def put_on_the_scale(page: Page) -> None:
    """A drum of 204.7 kg standing on the scale."""
    pick_a_waste(page)
    page.evaluate(SEND_READING)
    page.wait_for_selector(".sc.steady")


def weigh_by_hand(page: Page) -> None:
    pick_a_waste(page)
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
        page.goto(page.locator(f"main {link}").first.get_attribute("href") or "")


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
