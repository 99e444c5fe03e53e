"""General-waste tables 1 and 4 to 7 beside table 2: whichever comes first, no mass counts twice."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.foundation.core.ids import NO_ID
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.accounts.permissions import Role
from app.waste.registry.facts import site_findings
from app.waste.registry.general_waste import AddGeneralWasteCode, add_general_waste_code
from app.waste.registry.models import LedgerRecord, LedgerTable, PlaceKind, Posting, WasteStream
from app.waste.registry.planning.queries import site_view
from app.waste.registry.queries.books import Period
from app.waste.registry.queries.general import general_list, general_summary
from app.waste.storage.places import stock_places
from tests.factories import somebody
from tests.integration.waste.storage.test_import_tables import Office, mass_at, office, proved
from tests.unit.waste.registry.ledger_books import (
    G1,
    G2,
    G3,
    G4,
    G5,
    G6,
    G7,
    book,
    buried,
    kept,
    listed,
    load,
    made,
    month,
    used,
)  # fmt: skip

__all__ = ["office"]
CODE = "900-003-S17"
T = 1_000_000
MONTH = {
    "产生量（吨）": "30", "贮存量（吨）": "14", "累计贮存量（吨）": "14", "自行利用数量（吨）": "4", "委托利用数量（吨）": "10",
    "自行处置数量（吨）": "2", "委托处置数量（吨）": "0", "代码": CODE, "名称": "废塑料",
}  # fmt: skip
TABLES = {
    "二": [G2, month(**MONTH)],
    "三": [
        G3,
        load(
            代码=CODE, 名称="废塑料", 出厂时间="2026-10-30", 出厂数量="7", 计量单位="吨", 流向类型="委托利用"
        ),
    ],
    "四": [G4, made(产生数量="20"), made(产生时间="2026-10-06", 产生数量="5")],
    "六": [G6, used(数量="3")],
    "七": [G7, buried(数量="2")],
}


def posted(session, source=None, target=None) -> int:
    chosen = select(func.coalesce(func.sum(Posting.mass), 0))
    if source:
        chosen = chosen.where(Posting.from_kind == source)
    if target:
        chosen = chosen.where(Posting.to_kind == target)
    return int(session.scalar(chosen))


def account_of(office):
    """Table 2 of October as we would export it: generated, own use, entrusted use, own disposal, closing."""
    with office.database.reading(somebody(organisation_id=office.producer.organisation_id)) as work:
        places = stock_places(work, organisation_id=office.producer.organisation_id)
        (line,) = general_summary(work, places.books, [Period.month(date(2026, 10, 31))])
        flows = (line.own_use, line.entrusted_use, line.own_disposal, line.entrusted_disposal)
        return (line.account.generated, *(share.mass for share in flows), line.account.closing)


ORDERS = [
    ("二", "三", "四", "六", "七"),
    ("四", "六", "七", "三", "二"),
    ("六", "二", "四", "七", "三"),
    ("四", "二", "六", "三", "七"),
    ("三", "七", "六", "四", "二"),
]


@pytest.mark.parametrize("order", ORDERS)
def test_the_tables_of_a_month_make_one_account_in_any_order(office: Office, session, order):
    for name in order:
        office.imports(book(**{name: TABLES[name]}), f"{name}.xlsx")

    assert posted(session, source=PlaceKind.GENERATION) == 30 * T
    assert mass_at(session, PlaceKind.UNPLACED) == {CODE: 14 * T}
    assert posted(session, target=PlaceKind.UTILISED) == 14 * T
    assert posted(session, target=PlaceKind.DISPOSED) == 2 * T
    assert account_of(office) == (30 * T, 4 * T, 10 * T, 2 * T, 0, 14 * T)
    proved(office.database)


def test_all_tables_in_one_workbook_make_the_same_account(office: Office, session):
    office.imports(book(**TABLES))

    assert account_of(office) == (30 * T, 4 * T, 10 * T, 2 * T, 0, 14 * T)
    proved(office.database)


def test_lines_beyond_the_monthly_table_are_posted(office: Office, session):
    office.imports(book(二=TABLES["二"]))
    office.imports(book(四=[G4, made(产生数量="32")]))

    line = session.scalars(
        select(LedgerRecord).where(LedgerRecord.table == LedgerTable.GENERAL_GENERATION)
    ).one()

    assert (line.mass, line.details["posted"]) == (32 * T, 2 * T)
    assert posted(session, source=PlaceKind.GENERATION) == 32 * T


def test_a_covered_line_has_no_posting_and_is_not_brought_in_again(office: Office, session):
    office.imports(book(二=TABLES["二"]))
    office.imports(book(四=TABLES["四"]))

    again = office.reads(book(四=TABLES["四"]))

    lines = session.scalars(
        select(LedgerRecord).where(LedgerRecord.table == LedgerTable.GENERAL_GENERATION)
    ).all()
    assert [line.posting_id for line in lines] == [None, None]
    assert [problem.reason.value for refusal in again.refused for problem in refusal.problems] == [
        "duplicate",
        "duplicate",
    ]


def test_own_use_takes_no_more_than_lies_there(office: Office, session):
    office.imports(book(六=[G6, used(数量="3")]))

    assert posted(session) == 0
    assert session.scalar(select(func.count()).select_from(LedgerRecord)) == 1


def test_movements_within_the_works_change_no_balance(office: Office, session):
    office.imports(book(二=TABLES["二"]))
    before = posted(session)

    office.imports(book(五=[G5, kept(), kept(出库时间="", 出库数量="", 入库数量="2")]))

    lines = session.scalars(
        select(LedgerRecord)
        .where(LedgerRecord.table == LedgerTable.GENERAL_STORAGE)
        .order_by(LedgerRecord.happened_on, LedgerRecord.mass)
    ).all()
    assert posted(session) == before
    assert [(line.details["stage"], line.mass, line.facility_code) for line in lines] == [
        ("in", 1_500_000, "TS002"),
        ("in", 2_000_000, "TS002"),
        ("out", 1_000_000, "TS002"),
    ]
    proved(office.database)


def test_the_yearly_list_fills_in_what_nobody_has_said(office: Office, session):
    office.imports(book(二=TABLES["二"]))
    office.imports(
        book(一=[G1, listed(类别="第Ⅱ类"), listed(代码="900-005-S17", 名称="废木材", 物理性状="固态")])
    )

    streams = {stream.waste_code: stream for stream in session.scalars(select(WasteStream))}
    assert streams[CODE].properties == {"class": "I"}  # table 2 said so before
    assert (streams[CODE].form.value, streams[CODE].main_components) == ("S", "聚丙烯")
    assert streams["900-005-S17"].properties == {"class": "I"}
    assert posted(session, source=PlaceKind.GENERATION) == 30 * T
    with office.database.reading(somebody(organisation_id=office.producer.organisation_id)) as work:
        books = stock_places(work, organisation_id=office.producer.organisation_id).books
        lines = [
            (line.stream.waste_code, line.step, line.generated) for line in general_list(work, books, 2026)
        ]
    assert lines == [(CODE, "注塑", 30 * T), ("900-005-S17", "注塑", 30 * T)]
    proved(office.database)


def test_loose_lines_name_no_container(office: Office, session):
    office.imports(book(四=TABLES["四"]))

    assert set(session.scalars(select(Posting.container_id))) == {NO_ID}


def test_a_code_that_is_not_on_the_parks_list_is_a_warning_of_the_site(office: Office, session):
    office.imports(book(四=TABLES["四"]))
    producer = office.producer

    def outcome():
        with office.database.reading(somebody(organisation_id=producer.organisation_id)) as work:
            found = site_findings(work, [site_view(work, producer.site_id)])
            return next(one for one in found if one.rule_id == "GISWL-T8").outcome

    before = outcome()
    operator = somebody(Role.PARK_OPERATOR, park_id=producer.park_id)
    with office.database.writing(operator) as work:
        add_general_waste_code(work, AddGeneralWasteCode(CODE, "废塑料"))

    assert (before, outcome()) == (OutcomeKind.FINDING, OutcomeKind.PASS)
