"""A month in the life of one producer, in the browser: plan, drums, stock, count, declaration, official tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.foundation.core import clock, database
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.foundation.trace import rebuilding
from app.parties.accounts import operations as accounts
from app.parties.accounts.commands import AddSite, AddUser, GrantRole, OpenPark, RegisterOrganisation
from app.parties.accounts.permissions import Role
from app.waste.registry.models import Balance, LedgerTable
from app.waste.registry.official_sheets import SHEETS
from app.waste.storage.models import IN_PLACE, Container
from tests.e2e.official_tables import NOTHING, TOTAL, Row, kept_rows, stock_shown, sums_of
from tests.e2e.person import Person
from tests.factories.parties import a_credit_code
from tests.serving import LiveServer

PASSWORD = "a long enough password"
EMAIL = "ehs@example.com"
SOLVENT, SLUDGE = "900-402-06", "900-252-12"
NAMES = {SOLVENT: "清洗废溶剂", SLUDGE: "漆渣"}
TENTH_OF_A_KILOGRAM = Decimal("0.0001")
OFFICIAL_NAMES = {SOLVENT: "废有机溶剂与含有机溶剂废物", SLUDGE: "染料、涂料废物"}


class Calendar:
    """The application's clock, turned by the test; between turns it runs on."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def turn_to(self, month: int, day: int, hour: int = 9) -> None:
        """Nine in the morning in the park, of a day of 2026."""
        self._ahead = clock.instant_at(date(2026, month, day), hour) - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    turned = Calendar()
    turned.turn_to(9, 29)
    monkeypatch.setattr(clock, "utc_now", turned.now)
    monkeypatch.setattr(database, "utc_now", turned.now)
    return turned


@dataclass
class Firm:
    """The firm, and what the month is to end in: kilograms by waste, as written down on the way."""

    site_id: UUID
    credit_code: str
    opening: dict[str, Decimal] = field(default_factory=dict)
    generated: dict[str, Decimal] = field(default_factory=dict)
    treated: dict[str, Decimal] = field(default_factory=dict)
    lost: dict[str, Decimal] = field(default_factory=dict)


@pytest.fixture
def firm(calendar: Calendar, live_server: LiveServer) -> Firm:
    """A firm that has just joined: its person and its site, and nothing else."""
    credit_code = a_credit_code()
    with live_server.database.writing(Actor.system()) as work:
        new_key(work, live_server.app.extensions["house"].keyring, KeyPurpose.QR)
        park = accounts.open_park(
            work, OpenPark("month", "澄湖循环产业园", "Chenghu", "99", "9901", is_demo=True)
        )
        joined = accounts.register_organisation(
            work,
            RegisterOrganisation(
                credit_code, "月桥涂料有限公司", "月桥涂料", "澄湖路 8 号", "000-0000-8001", "000-0000-8002",
                is_producer=True,
            ),
        )  # fmt: skip
        site = accounts.add_site(work, AddSite(joined.id, park.id, "主厂区", "澄湖路 8 号", "99", "9901"))
        user = accounts.add_user(work, AddUser(EMAIL, "陆青岚", "000-0000-8001", PASSWORD))
        accounts.grant_role(work, GrantRole(user.id, Role.PRODUCER, joined.id, park.id, "EHS 主管"))
    return Firm(site.id, credit_code)


@dataclass
class Manager(Person):
    """The firm's EHS manager, who signs in anew on each day of work."""

    calendar: Calendar

    def begins(self, month: int, day: int) -> None:
        self.calendar.turn_to(month, day)
        self.go("/sign-in")
        self.page.fill("[name=account]", EMAIL)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def manager(firm: Firm, calendar: Calendar, open_page: Callable[..., Page]) -> Manager:
    return Manager(open_page("/sign-in"), calendar)


def test_a_month_from_the_plan_to_the_declaration(
    firm: Firm, manager: Manager, live_server: LiveServer, tmp_path: Path
) -> None:
    manager.begins(9, 30)
    tell_of_the_site(manager, firm)
    for code in (SOLVENT, SLUDGE):
        add_waste(manager, code)
    file_the_plan(manager)
    facility = set_up_the_store(manager)
    bring_in_september(manager, firm, tmp_path)
    for code in drums_listed(manager):
        put_away(manager, code)

    manager.begins(10, 9)
    hand_in(manager, "2026-09")
    first = register(manager, firm, SOLVENT, "2026-10-09T08:30", gross="204.7", tare="18.2")
    register(manager, firm, SLUDGE, "2026-10-09T08:40", net="210")

    manager.begins(10, 20)
    register(manager, firm, SOLVENT, "2026-10-19T16:00", gross="190.25", tare="18.25")
    late = register(manager, firm, SLUDGE, "2026-10-20T08:00", net="95.125", zone=None)
    put_away(manager, late)

    manager.begins(10, 28)
    count_the_store(manager, facility, different=late, found="94.625", why="复称，取样 0.5 kg")
    firm.lost[SLUDGE] = Decimal("0.5")

    manager.begins(10, 30)
    treat(manager, first, "60.5")
    firm.treated[SOLVENT] = Decimal("60.5")

    manager.begins(11, 2)
    declared = hand_in(manager, "2026-10")
    october_is_closed(manager)

    ensure_files_tell_the_month(manager, firm, declared)
    ensure_drums_weigh_what_the_ledger_says(live_server.database, firm)
    run = live_server.app.test_cli_runner().invoke
    assert run(args=["registry", "verify"]).output.strip() == "ok: balances equal the postings"
    assert run(args=["trace", "verify"]).output.startswith("ok: ")


# --- before the month ---


def tell_of_the_site(manager: Person, firm: Firm) -> None:
    """The profile, and the class that follows from it: 120 t in the last years make a key unit (HJ 1259 4.2)."""
    manager.go("/plans")
    manager.follow("场所档案")
    manager.enter(
        {
            "industry_code": "2641",
            "started_on": "2015-05-01",
            "legal_person": "陆某",
            "technical_lead": "顾某",
            "ledger_keeper": "陆青岚",
            "has_own_treatment": "yes",
            "past-2025": "120",
            "past-2024": "96.5",
            "past-2023": "88",
            "answer-ledger_medium": "own",
        }
    )
    manager.press("保存")
    manager.is_told("已保存场所档案")
    manager.press("按台账重新判定")
    manager.is_told("重点监管")
    assert manager.page.url.endswith(f"/sites/{firm.site_id}/profile")


def add_waste(manager: Person, code: str) -> None:
    manager.go("/waste-streams/new")
    manager.enter(
        {
            "waste_code": code,
            "local_name": NAMES[code],
            "form": "L" if code == SOLVENT else "S",
            "main_components": "乙酸丁酯、二甲苯",
            "harmful_components": "二甲苯",
            "precautions": "密闭存放，远离火源；泄漏时用吸附棉收集",
        }
    )
    manager.press("添加并登记一桶")
    manager.is_told(f"已添加 {NAMES[code]}")


def file_the_plan(manager: Person) -> None:
    """Tables A.1 to A.7 from the task list, handed in, and the number of the national system noted."""
    manager.go("/plans")
    manager.press("编制")
    manager.is_told("已按台账和上年计划填好初稿")
    task_list = manager.page.url
    write_table(
        manager, task_list, "A.2", {"unit": "调漆", "facility_name": "调漆釜", "facility_code": "MF0001"}
    )
    write_table(manager, task_list, "A.3", {"mass_t": "12.5", "facility_code": "MF0001", "step": "清洗"})
    write_table(manager, task_list, "A.4", {"mass_t": "1", "storage_code": "TS001", "package": "桶"})
    write_table(manager, task_list, "A.5", {"mass_t": "3", "method_code": "R2", "facility_code": "TS005"})
    write_table(manager, task_list, "A.6", {"plan": "改用水性漆", "measures": "集中清洗，溶剂套用"})
    transfer = {
        "mass_t": "9",
        "method_code": "R2",
        "transfer_kind": "within_province",
        "receiver_kind": "licensed",
        "receiver_name": "云栈溶剂再生有限公司",
        "licence_number": "演危许可 2025-006",
    }
    write_table(manager, task_list, "A.7", transfer)
    manager.go(task_list)
    manager.follow("预览与提交")
    manager.confirm("提交")
    manager.is_told("已提交；在国家系统备案后，请登记备案编号")
    manager.confirm("登记备案", filing_number="HWJH2026-0817", filed_on="2026-09-30")
    manager.is_told("已登记备案，计划生效")
    manager.is_told("HWJH2026-0817")


def write_table(manager: Person, task_list: str, name: str, values: dict[str, str]) -> None:
    """Each row of a table of the plan with the same values; every waste gets one."""
    page = manager.page
    manager.go(task_list.replace("/edit", f"/tables/{name}"))
    if name in ("A.3", "A.4", "A.5", "A.7") and not page.locator("main [name=row-0-mass_t]").count():
        for box in page.locator("main [name=streams]").all():
            box.check()
        manager.press("加入所选废物")
        page.wait_for_selector("main [name=row-0-mass_t]")
    rows = int(page.locator("main [name=rows]").get_attribute("value") or 0)
    if name == "A.6":
        manager.enter(values)
    for row in range(rows):
        manager.enter({f"row-{row}-{key}": value for key, value in values.items()})
    manager.press("保存")
    manager.is_told(f"已保存 {name}")


def set_up_the_store(manager: Person) -> str:
    """A warehouse with a zone for each waste; its address."""
    manager.go("/facilities/new")
    manager.enter({"code": "TS001", "name": "1# 危废贮存库", "type": "warehouse", "capacity_kg": "20000"})
    manager.press("登记设施")
    manager.is_told("已登记 1# 危废贮存库")
    facility = manager.page.url
    for code, name, allowed in (("A1", "废有机溶剂", "HW06"), ("A2", "漆渣", "HW12")):
        manager.go(f"{facility}/zones/new")
        manager.enter({"code": code, "name": name, "capacity_kg": "5000", "allowed": allowed})
        manager.press("保存")
        manager.is_told(f"已划分 {code} {name}")
    return facility


def bring_in_september(manager: Person, firm: Firm, folder: Path) -> None:
    """The firm's own ledger of what it had before it joined, in the layout of table B.1."""
    path = folder / "2026-09.xlsx"
    rows = [
        (SOLVENT, "20260928", 1, "0.171"),
        (SOLVENT, "20260929", 1, "0.1684"),
        (SLUDGE, "20260929", 1, "0.25"),
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", *SHEETS[LedgerTable.GENERATION].header[1:]])
    for number, (code, day, serial, tonnes) in enumerate(rows, 1):
        container = f"{firm.credit_code}{code.replace('-', '')}{day}{serial:03d}"
        sheet.append(
            [number, f"HWCS{day}{number:03d}", f"{day[:4]}-{day[4:6]}-{day[6:]} 10:00", NAMES[code],
             OFFICIAL_NAMES[code], f"HW{code[-2:]}",
             code, Decimal(tonnes), "吨", container, "200L铁桶", 1, "MF0001", "钱例二", "TS001"]
        )  # fmt: skip
        firm.opening[code] = firm.opening.get(code, Decimal()) + Decimal(tonnes) * 1000
    book.save(path)
    manager.go("/ledger/import")
    manager.page.locator("[name=file]").set_input_files(path)
    manager.press("读取并检查")
    manager.press(f"导入 {len(rows)} 行")
    manager.is_told(f"已导入 {len(rows)} 行")


def drums_listed(manager: Person) -> list[str]:
    """Codes of the containers in the list."""
    manager.go("/containers")
    links = manager.page.locator("main a[href*='/containers/9']")
    found = {(link.get_attribute("href") or "").rpartition("/")[2] for link in links.all()}
    return sorted(code for code in found if len(code) == 37)


def put_away(manager: Person, code: str) -> None:
    """Into the zone that is proposed first."""
    manager.go(f"/containers/{code}")
    manager.press("入库")
    dialog = manager.page.get_by_role("dialog")
    dialog.locator("[name=zone_id]:enabled").first.check()
    dialog.locator("[type=submit]").click()
    manager.is_told("已入库")


# --- the month ---


def register(
    manager: Person,
    firm: Firm,
    waste: str,
    at: str,
    *,
    gross: str = "",
    tare: str = "",
    net: str = "",
    zone: str | None = "first",
) -> str:
    """A package by the plain form, labelled and put away unless `zone` is None; its code."""
    page = manager.page
    manager.go("/register?q=" + waste)
    page.locator("main a[href*='stream=']", has_text=NAMES[waste]).first.click()
    if net:
        page.locator("summary", has_text="只知道净重").click()
    weights = {"net_kg": net} if net else {"gross_kg": gross, "tare_kg": tare}
    manager.enter({**weights, "generated_at": at})
    if zone is None:
        manager.enter({"zone_id": "later"})
    else:
        page.wait_for_selector("#zones input[name=zone_id]:checked:not([value=later])")
    manager.press("保存并打印标签")
    page.wait_for_url("**/registered")
    mass = Decimal(net) if net else Decimal(gross) - Decimal(tare)
    firm.generated[waste] = firm.generated.get(waste, Decimal()) + mass
    return page.url.split("/")[-2]


def count_the_store(manager: Person, facility: str, different: str, found: str, why: str) -> None:
    """Everything stands in its place; one weighs less than the ledger says."""
    page = manager.page
    manager.go(f"{facility}/counts")
    manager.press("开始盘点")
    manager.enter({"code": different, "mass_kg": found})
    page.locator("#scan").get_by_role("button", name="在位").click()
    waiting = page.locator("#waiting tbody tr")
    expect(waiting).to_have_count(6)
    for left in range(6, 0, -1):
        waiting.first.get_by_role("button", name="在位").click()
        expect(waiting).to_have_count(left - 1)
    manager.press("完成盘点")
    manager.is_told("的差异原因")
    manager.enter({f"explanations-{different}": why})
    manager.press("完成盘点")
    manager.is_told("盘点已完成，差异已记入台账")


def treat(manager: Person, code: str, mass: str) -> None:
    """A part of a drum at the firm's own still."""
    manager.go(f"/containers/{code}")
    manager.page.locator("main summary", has_text="更多").click()
    manager.page.get_by_role("link", name="自行利用/处置").click()
    manager.enter({"method_code": "R2", "facility_code": "TS005", "mass_kg": mass, "operator": "孙样三"})
    manager.press("自行利用/处置")
    manager.is_told("已记入自行利用/处置台账")


def hand_in(manager: Person, month: str) -> list[Row]:
    """The month's declaration: from the ledger, looked at, handed in; its rows as a workbook."""
    manager.go("/declarations/")
    row = manager.page.locator("main tr", has_text=month).filter(has_text="危险废物月报")
    row.get_by_role("button", name="生成").click()
    manager.is_told("已按台账生成，请核对后申报")
    manager.press("核对完毕")
    manager.confirm("申报")
    manager.is_told("已申报，该期间的台账已锁定")
    return kept_rows(manager, "XLSX", "代码")


def october_is_closed(manager: Person) -> None:
    """A drum of a declared day is refused with the period, and with it the whole act."""
    page = manager.page
    before = len(drums_listed(manager))
    manager.go("/register?q=" + SOLVENT)
    page.locator("main a[href*='stream=']", has_text=NAMES[SOLVENT]).first.click()
    page.locator("summary", has_text="只知道净重").click()
    manager.enter({"net_kg": "100", "generated_at": "2026-10-25T10:00"})
    manager.press("只保存")
    manager.is_told("2026-10-25 在已申报的期间 2026-10-01 至 2026-10-31 内，不能再入账")
    assert len(drums_listed(manager)) == before


# --- what comes out ---


def ensure_files_tell_the_month(manager: Person, firm: Firm, declared: list[Row]) -> None:
    """The official tables of October, its mass balance and its declaration say what was done, to the gram."""
    manager.go("/ledger/?month=2026-10")
    manager.is_told("算得平")
    manager.is_told("1# 危废贮存库 A2 → 损耗")
    manager.is_told("1# 危废贮存库 A1 → 已出库，待利用处置")
    balance = {row["废物代码"]: row for row in kept_rows(manager, "收支平衡表 XLSX", "废物代码")}
    tables = {name: sums_of(manager, name) for name in ("B.1", "B.2", "B.3", "B.4", "B.5")}
    lying = stock_shown(manager, "2026-10-31")

    assert tables["B.1"] == tonnes_of(firm.generated) == tables["B.2"]
    assert tables["B.3"] == tonnes_of(firm.treated) == tables["B.4"]
    assert tables["B.5"] == {}
    for waste in (SOLVENT, SLUDGE):
        opening, came = firm.opening[waste], firm.generated[waste]
        used, lost = firm.treated.get(waste, NOTHING), firm.lost.get(waste, NOTHING)
        left = (opening + came - used - lost) / 1000
        row, figures = balance[waste], next(row for row in declared if row["代码"] == waste)
        assert (row["期初 t"], row["产生 t"]) == (opening / 1000, tables["B.1"][waste])
        assert (row["自行利用处置 t"], row["其他 t"]) == (used / 1000, -lost / 1000)
        assert (row["接收 t"], row["转移 t"], row["出库待用 t"]) == (0, 0, 0)
        assert row["期初 t"] + row["产生 t"] + row["其他 t"] - row["自行利用处置 t"] == row["期末 t"] == left
        assert lying[waste] == left.quantize(TENTH_OF_A_KILOGRAM, ROUND_HALF_UP)
        assert figures["期初剩余贮存量 t"] == row["期初 t"]
        assert figures["产生量 t"] == row["产生 t"]
        assert figures["期末剩余贮存量 t"] == row["期末 t"]
    for column in ("期初 t", "产生 t", "自行利用处置 t", "其他 t", "期末 t"):
        assert balance[TOTAL][column] == balance[SOLVENT][column] + balance[SLUDGE][column]


def ensure_drums_weigh_what_the_ledger_says(database: Database, firm: Firm) -> None:
    """Net masses on the drums against the books, and the books against the log."""
    with database.reading(Actor.system()) as work:
        drums = work.session.scalars(select(Container).where(Container.state.in_(IN_PLACE))).all()
        kept = work.session.scalar(select(func.sum(Balance.mass)))
        came = sum((*firm.opening.values(), *firm.generated.values()), NOTHING)
        gone = sum((*firm.treated.values(), *firm.lost.values()), NOTHING)
        assert kept == sum(drum.net or 0 for drum in drums) == (came - gone) * 1000
        assert rebuilding.differences(work) == []


def tonnes_of(kilograms: dict[str, Decimal]) -> dict[str, Decimal]:
    return {waste: mass / 1000 for waste, mass in kilograms.items()}
