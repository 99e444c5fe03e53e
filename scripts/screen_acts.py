"""What is done on a page before its picture is taken."""

import csv
from io import StringIO
from time import monotonic_ns
from urllib.parse import urljoin, urlsplit

import pyotp
from playwright.sync_api import Page

from app.demo.accounts import PASSWORD
from app.waste.consignments.exporting import HEADER
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


def open_a_signing_link(page: Page) -> None:
    """Make a one-time link for the first consignment whose signature is due, and open it as its receiver would."""
    for href in [link.get_attribute("href") for link in page.locator("main td a.mono").all()]:
        page.goto(urljoin(page.url, href or ""))
        if page.locator("#link-dialog").count():
            break
    page.locator("#link-dialog input[name=name]").evaluate("field => { field.value = '石砚秋' }")
    send(page, "#link-dialog form")
    page.goto("/s/" + page.locator("main .text-break").inner_text().rpartition("/s/")[2])


def ask_for_calendar(page: Page) -> None:
    send(page, "form[action$='/agenda/feed']")


def sign_in_wrongly(page: Page) -> None:
    page.fill("[name=account]", "lu@qingwu.example")
    page.fill("[name=password]", "something else")
    send(page, "form:has([name=password])")


def upload_messy_ledger(page: Page) -> None:
    _upload(page, "hw-b1-messy.gb18030.csv")


def upload_national_file(page: Page) -> None:
    """What the national system may say of the viewer's consignments: the same, a receipt, another stage, an unknown one."""
    exported = page.request.get(urljoin(page.url, "/consignments/export?bucket=open&form=csv")).text()
    titles = [str(title) for title in HEADER]  # in whatever language the page is
    _, *lines = csv.reader(StringIO(exported.lstrip("\ufeff")))
    rows = [dict(zip(titles, line, strict=True)) for line in lines]
    names = (
        "国家联单号",
        "当前阶段",
        "移出单位",
        "接受单位",
        "废物代码",
        "计划数量(吨)",
        "车牌号",
        "转移日期",
        "接收日期",
    )
    taken = ("移出人", "接受人", "废物代码", "移出量 t", "车牌号")
    stages = {"已接受": "已接收", "部分接受": "已接收", "运输中": "运输中", "已确认（国家系统）": "已接收"}
    table = [names]
    for row in rows[:24]:
        if row["国家联单编号"]:
            moved_on = (row["起运时间"] or row["提交时间"])[:10]
            stage = stages.get(row["状态"], "待发运")
            told = (row["国家联单编号"], stage, *(row[name] for name in taken), moved_on)
            table.append((*told, row["转移结束时间"][:10] if stage == "已接收" else ""))
    table.append(
        ("20269901000999", "运输中", "青梧涂料", "别的单位", "900-249-08", "1.2", "演A·X0001", "", "")
    )
    content = "\n".join(",".join(line) for line in table).encode()
    page.set_input_files(
        "input[type=file]", {"name": "国家系统联单.csv", "mimeType": "text/csv", "buffer": content}
    )
    send(page, "main form[method=post]")


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


def set_pin_wrongly(page: Page) -> None:
    page.fill("[name=pin]", "123456")
    page.fill("[name=pin_again]", "1")
    page.fill("[name=pin_password]", PASSWORD)
    send(page, "form[action$='/account/pin']")


def bind_an_authenticator(page: Page) -> None:
    page.fill("[name=totp_password]", PASSWORD)
    send(page, "form[action$='/account/totp']")


def make_a_token(page: Page) -> None:
    page.fill("[name=label]", "地磅程序")
    page.check("[name=scopes][value=read]")
    page.fill("[name=token_password]", PASSWORD)
    send(page, "form[action$='/account/tokens']")


def invite_somebody(page: Page) -> None:
    page.fill("[name=recipient]", "new.colleague@qingwu.example")
    send(page, "form[action$='/staff/invitations']")


def open_an_invitation(page: Page) -> None:
    """What somebody sees who got the link: nobody is signed in."""
    invite_somebody(page)
    address = page.locator("main code").inner_text()
    page.context.clear_cookies()
    page.goto(urljoin(page.url, urlsplit(address).path))


def sign_in_with_an_authenticator(page: Page) -> None:
    """As far as the second step: the first time the person has to bind an app before.

    The person is nobody that another screen signs in as: from then on a password alone lets them in nowhere.
    """
    _type_password(page)
    if page.locator("[name=code]").count():
        return
    sign_in_page = page.url
    page.goto(urljoin(sign_in_page, "/account"))
    bind_an_authenticator(page)
    secret = page.locator("p.mono.brk").inner_text().replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    send(page, "form[action$='/account/totp/code']")
    page.context.clear_cookies()
    page.goto(urljoin(sign_in_page, "/sign-in"))
    _type_password(page)


def _type_password(page: Page) -> None:
    page.fill("[name=account]", "jin@shuojin.example")
    page.fill("[name=password]", PASSWORD)
    send(page, "form:has([name=password])")


def draft_a_contract(page: Page) -> None:
    """A contract with two wastes that nobody has signed, in its form."""
    _enter_a_contract(page)
    with page.expect_navigation():
        page.locator("main a[href$='/edit']").first.evaluate("link => link.click()")


def sign_a_contract(page: Page) -> None:
    """The dialog in which one signs."""
    _enter_a_contract(page)
    page.locator("[data-dialog=sign]").first.evaluate("link => link.click()")


def _enter_a_contract(page: Page) -> None:
    """Enter one under a number of its own each time."""
    page.goto(urljoin(page.url, "/clearances/contracts/new"))
    page.fill("[name=number]", f"演合-{monotonic_ns()}")
    page.select_option("[name=partner_id]", index=1)
    page.select_option("[name=kind]", "treatment" if _takes_waste(page) else "carriage")
    page.fill("[name=valid_from]", "2026-01-01")
    page.fill("[name=valid_to]", "2099-12-31")
    page.fill("[name=wastes-0-waste_code]", "900-402-06")
    page.fill("[name=wastes-0-price_yuan_per_tonne]", "-1250.50")
    page.check("[name=clauses][value=storage]")
    file = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.set_input_files("input[type=file]", [file])  # type: ignore[list-item]
    with page.expect_navigation():
        page.locator("main button[value=save]").evaluate("button => button.click()")


def _takes_waste(page: Page) -> bool:
    chosen = page.locator("[name=partner_id] option:checked").inner_text()
    return "接收" in chosen or "receiv" in chosen.lower()


def draft_a_crossing(page: Page) -> None:
    """An application that lacks its papers."""
    page.select_option("[name=consignor_site_id]", index=1)
    page.select_option("[name=receiver]", index=1)
    page.select_option("[name=planned_method]", "R2")
    page.fill("[name=applied_to]", "2099-12-31")
    page.fill("[name=wastes-0-waste_code]", "900-402-06")
    page.fill("[name=wastes-0-waste_name]", "废有机溶剂")
    page.fill("[name=wastes-0-mass_t]", "12.5")
    with page.expect_navigation():
        page.locator("main button[value=save]").evaluate("button => button.click()")


def edit_a_crossing(page: Page) -> None:
    draft_a_crossing(page)
    with page.expect_navigation():
        page.locator("main a[href$='/edit']").first.evaluate("link => link.click()")


NEWEST_IN = """async ([state, kind]) => {
    const {items} = await (await fetch("/api/v1/consignments?bucket=open&limit=100")).json();
    const found = items.find((one) => one.state === state && one.kind === kind);
    return found && found.number;
}"""


def write_a_waybill(page: Page) -> None:
    _open_form(page, "waybill", "submitted")


def report_an_incident(page: Page) -> None:
    _open_form(page, "incident", "in_transit")


def wait_in_a_store(page: Page) -> None:
    _open_form(page, "stop", "in_transit")


def send_elsewhere(page: Page) -> None:
    _open_form(page, "diversion", "in_transit")


def _open_form(page: Page, what: str, state: str) -> None:
    """The form of an act on the newest consignment that is in a state."""
    number = page.evaluate(NEWEST_IN, [state, "hazardous"])
    assert number, f"the demo has nothing {state}"
    page.goto(urljoin(page.url, f"/consignments/{number}/road/{what}"))


def scan_a_load(page: Page) -> None:
    """The scanner's verdict on a transfer of general waste that is under way, by its number."""
    number = page.evaluate(NEWEST_IN, ["in_transit", "general"])
    assert number, "the demo has no general waste under way"
    page.locator("button[data-type]").click()
    page.locator("[data-typed]").fill(number)
    page.locator("[data-typing-form] button[type=submit]").click()
    page.locator("[data-result]:not([hidden]) [data-facts-here] dd").first.wait_for()


def accept_a_load(page: Page) -> None:
    """The first transfer of general waste on the list has come: what is received is typed and about to be signed."""
    page.goto(urljoin(page.url, page.locator("main td a.mono").first.get_attribute("href") or ""))
    if page.locator("#arrive-dialog").count():
        send(page, "#arrive-dialog form")
    page.locator("[data-dialog=accept-dialog]").first.evaluate("button => button.click()")
    page.locator("#accept-dialog[open]").wait_for()


def plan_a_round(page: Page) -> None:
    """A round with the first vehicle and driver there are, and its first consignment where there is one."""
    page.select_option("[name=vehicle_id]", index=1)
    page.select_option("[name=driver_id]", index=1)
    send(page, "main form[method=post]")
    if page.locator("main [name=consignment]").count():
        send(page, "aside form[method=post]")
