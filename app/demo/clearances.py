"""The papers the demo's transfers rest on: contracts with recyclers and the carrier, an application on its way to
another province, and a submission of general waste."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.demo.firms import BY_KEY, GENERAL, PRODUCERS, ROUTES, stream_of
from app.demo.setting_up import DemoPark
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.core.working_days import add_working_days
from app.foundation.documents.table import TableDocument, TablePart, table_pdf
from app.foundation.files.operations import FileStore
from app.parties.accounts.commands import AddSite, RegisterOrganisation
from app.parties.accounts.models import Site
from app.parties.accounts.operations import add_site, register_organisation
from app.waste.clearances.commands import (
    AddPaper,
    AppliedWaste,
    ChangeContract,
    DraftContract,
    DraftCrossing,
    PricedWaste,
    TakeStep,
    Upload,
)
from app.waste.clearances.models import (
    Clause,
    ContractKind,
    Crossing,
    CrossingAct,
    CrossingKind,
    Nearness,
)
from app.waste.clearances.operations.contracts import draft_contract, sign_contract
from app.waste.clearances.operations.crossings import add_paper, draft_crossing, take_step
from app.waste.clearances.queries import contract_for, crossing_for
from app.waste.clearances.steps import PAPERS_NEEDED

TONNE: Final = 1_000_000
CARRIER: Final = "chian"
OFFICE: Final = "qi"
"""Who signs for the carrier."""
NEWCOMER: Final = ("chenghu", "yunzhan", "900-402-06")
"""The firm that has just joined, whose first drum goes to the solvent recycler."""
PRICES: Final[Mapping[str, int]] = {"yunzhan": -118_000, "baize": -265_000, "shuojin": 342_000}
"""Fen per tonne: the metal recycler pays, the others are paid. General wastes have prices of their own."""
GENERAL_PRICES: Final = {waste.code: waste.price_yuan * 100 for waste in GENERAL if waste.to}
ENDING: Final = ("lanling", "baize")
"""Whose contract ends soon."""
NEIGHBOUR: Final = RegisterOrganisation(
    credit_code="91980100MA2XN2001C",
    name="邻江再生金属（演示）有限公司",
    short_name="邻江再生金属",
    address="邻江省示范市循环路 8 号",
    phone="000-0000-0000",
    emergency_phone="000-0000-0119",
    is_producer=False,
    is_recycler=True,
    is_carrier=False,
)
"""A receiver in the province next door, which is as invented as the demo's own."""


@dataclass(frozen=True)
class Deal:
    """One contract: who hands over, to whom, for what."""

    firm: str
    partner: str
    signer: str
    kind: ContractKind
    codes: tuple[str, ...]


def sign_contracts(database: Database, demo: DemoPark, files: FileStore, on: date, anchor: date) -> None:
    """Tell a contract of each producer with each recycler it sends to and with the carrier, both parties having signed."""
    for number, deal in enumerate(_deals(), start=1):
        ends = anchor + timedelta(days=35 if (deal.firm, deal.partner) == ENDING else 240 + number)
        _sign(database, demo, files, deal, f"演合-{on:%Y}-{number:03}", on, ends)


def _deals() -> list[Deal]:
    sent: dict[tuple[str, str], set[str]] = {(NEWCOMER[0], NEWCOMER[1]): {NEWCOMER[2]}}
    for route in ROUTES:
        sent.setdefault((route.firm, route.to), set()).add(stream_of(route.firm, route.stream).code)
    for waste in GENERAL:
        if waste.to:
            sent.setdefault((waste.firm, waste.to), set()).add(waste.code)
    deals = [
        Deal(firm, to, BY_KEY[to].person, ContractKind.TREATMENT, tuple(sorted(codes)))
        for (firm, to), codes in sorted(sent.items())
    ]
    senders = sorted({firm for firm, _to in sent} | {firm.key for firm in PRODUCERS})
    return deals + [Deal(firm, CARRIER, OFFICE, ContractKind.CARRIAGE, ()) for firm in senders]


def _sign(
    database: Database, demo: DemoPark, files: FileStore, deal: Deal, number: str, on: date, ends: date
) -> None:
    own, theirs = demo.actors[BY_KEY[deal.firm].person], demo.actors[deal.signer]
    carries = deal.kind is ContractKind.CARRIAGE
    command = DraftContract(
        number=number,
        partner_id=demo.organisations[deal.partner].id,
        kind=deal.kind,
        valid_from=on,
        valid_to=ends,
        clauses=(Clause.TRANSPORT, Clause.LIABILITY) if carries else tuple(Clause),
        wastes=tuple(
            PricedWaste(code, GENERAL_PRICES.get(code, PRICES[deal.partner])) for code in deal.codes
        ),
        checked_on=on,
        check_note="查验许可证原件和经营范围，现场查看车辆"
        if carries
        else "查验经营许可证原件、许可范围和余量，现场查看",
        upload=Upload(_text(number, deal, on, ends), f"{number}.pdf"),
    )
    with database.writing(own, now=instant_at(on, 9, 10)) as work:
        contract_id = draft_contract(work, command, files).id
    for minute, actor in ((20, own), (50, theirs)):
        with database.writing(actor, now=instant_at(on, 9, minute)) as work:
            sign_contract(work, contract_id, ChangeContract(contract_for(work, contract_id).version))


def _text(number: str, deal: Deal, on: date, ends: date) -> bytes:
    """The contract on paper, short as it is."""
    firm, partner = BY_KEY[deal.firm].name, BY_KEY[deal.partner].name
    clauses = (
        ("委托内容", "运输" if deal.kind is ContractKind.CARRIAGE else "利用处置"),
        ("废物代码", "、".join(deal.codes) or "危险废物，不限定代码"),
        ("期限", f"{on.isoformat()} 至 {ends.isoformat()}"),
        ("污染防治", "运输、贮存、利用、处置各环节按国家标准采取污染防治措施，防止扬散、流失、渗漏"),
        ("责任", "因一方违反约定造成环境污染的，由该方承担相应责任"),
    )
    return _pdf(f"合同 {number}（演示）", (f"甲方：{firm}", f"乙方：{partner}"), ("条款", "约定"), clauses)


def _pdf(title: str, notes: Sequence[str], header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    foot, page = "演示文件，不作任何证明", "第 {page} 页，共 {pages} 页"
    return table_pdf(TableDocument(title, notes, (TablePart(header, rows),), foot, page))


def tell_crossings(database: Database, demo: DemoPark, files: FileStore, anchor: date) -> None:
    """Tell an application that waits for the other province's answer, and a submission with both receipts."""
    with database.writing(Actor.system(via="demo"), now=instant_at(anchor - timedelta(days=60), 9)) as work:
        receiving = _neighbour(work)
    _application(database, demo, files, receiving, anchor)
    _submission(database, demo, files, receiving, anchor)


def _neighbour(work: Work) -> Site:
    firm = register_organisation(work, NEIGHBOUR)
    return add_site(
        work,
        AddSite(
            organisation_id=firm.id,
            park_id=None,
            name="邻江厂区",
            address=NEIGHBOUR.address,
            province="98",
            city="9801",
        ),
    )


def _application(database: Database, demo: DemoPark, files: FileStore, receiving: Site, anchor: date) -> None:
    copper = stream_of("hanlu", "copper")
    actor = demo.actors[BY_KEY["hanlu"].person]
    handed_in = anchor - timedelta(days=24)
    crossing = _draft(
        database,
        actor,
        files,
        DraftCrossing(
            kind=CrossingKind.HAZARDOUS_DECISION,
            consignor_site_id=demo.sites["hanlu"].id,
            consignee_id=receiving.organisation_id,
            consignee_site_id=receiving.id,
            planned_method="R4",
            applied_from=anchor + timedelta(days=10),
            applied_to=anchor + timedelta(days=340),
            wastes=(AppliedWaste(copper.code, copper.name, Grams(180 * TONNE), "桶"),),
            planned_trips=24,
            nearness=Nearness.NONE,
            remarks="本省再生铜产能检修，转往邻省利用",
        ),
        handed_in,
    )
    steps: tuple[tuple[CrossingAct, date, Mapping[str, object]], ...] = (
        (CrossingAct.SUBMIT, handed_in, {}),
        (
            CrossingAct.ASK_SUPPLEMENT,
            add_working_days(handed_in, 3),
            {"lacking": ("补充接受人近一年利用记录",)},
        ),
        (CrossingAct.SUPPLEMENT, add_working_days(handed_in, 4), {}),
        (CrossingAct.ACCEPT, add_working_days(handed_in, 6), {}),
        (CrossingAct.AGREE_PRELIMINARILY, add_working_days(handed_in, 9), {}),
        (CrossingAct.SEND_INQUIRY, add_working_days(handed_in, 10), {}),
    )
    for act, day, more in steps:
        _step(database, actor, crossing, act, min(day, anchor), more)


def _submission(database: Database, demo: DemoPark, files: FileStore, receiving: Site, anchor: date) -> None:
    actor = demo.actors[BY_KEY["beian"].person]
    reported = anchor - timedelta(days=20)
    crossing = _draft(
        database,
        actor,
        files,
        DraftCrossing(
            kind=CrossingKind.GENERAL_SUBMISSION,
            consignor_site_id=demo.sites["beian"].id,
            consignee_id=receiving.organisation_id,
            consignee_site_id=receiving.id,
            planned_method="C2",
            applied_from=reported,
            applied_to=date(anchor.year + 1, 6, 30),
            wastes=(AppliedWaste("900-001-S59", "铸造废砂", Grams(600 * TONNE)),),
            planned_trips=30,
        ),
        reported,
    )
    steps: tuple[tuple[CrossingAct, date, Mapping[str, object]], ...] = (
        (CrossingAct.REPORT_SENDING, reported, {}),
        (CrossingAct.REPORT_RECEIVING, reported, {}),
        (CrossingAct.RECEIPT_SENDING, add_working_days(reported, 2), {"number": "演固转 0017"}),
        (CrossingAct.RECEIPT_RECEIVING, add_working_days(reported, 4), {"number": "邻固收 0108"}),
    )
    for act, day, more in steps:
        _step(database, actor, crossing, act, min(day, anchor), more)


def _draft(database: Database, actor: Actor, files: FileStore, command: DraftCrossing, on: date) -> Crossing:
    with database.writing(actor, now=instant_at(on, 8, 40)) as work:
        crossing = draft_crossing(work, command)
    for minute, kind in enumerate(PAPERS_NEEDED[command.kind]):
        paper = _pdf(f"{crossing.number} 材料（演示）", (), ("材料",), ((kind.value,),))
        with database.writing(actor, now=instant_at(on, 8, 45 + minute)) as work:
            add_paper(work, crossing.id, AddPaper(kind, Upload(paper, f"{kind.value}.pdf")), files)
    return crossing


def _step(
    database: Database,
    actor: Actor,
    crossing: Crossing,
    act: CrossingAct,
    on: date,
    more: Mapping[str, object],
) -> None:
    with database.writing(actor, now=instant_at(on, 9, 30)) as work:
        version = crossing_for(work, crossing.id).version
        command = TakeStep(act=act, done_on=on, seen_version=version, **more)  # type: ignore[arg-type]
        take_step(work, crossing.id, command)
