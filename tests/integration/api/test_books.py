"""Official tables go out in the standard's layout and come in again the same; totals are the mass balance."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.parties.accounts.models import Site
from app.waste.registry.models import LedgerTable, WasteKind
from app.waste.registry.queries import Period, period_balance
from app.waste.registry.queries.general import general_balance, general_summary, months_since
from app.waste.registry.queries.official import OfficialFilter, official_lines
from app.waste.registry.queries.stock import stock_on
from app.waste.storage.models import Facility, FacilityType
from app.waste.storage.places import stock_places
from tests.factories import somebody
from tests.integration.ledger_files import CLEAN, SAMPLES, a_producer
from tests.integration.waste.storage.test_import_tables import GENERAL, STOCK, Office

HAZARDOUS = ("B.1", "B.2", "B.3")


def an_office(database: Any, folder: Path) -> Office:
    producer = a_producer(database, CLEAN)
    with database.writing(Actor.system()) as work:
        site = work.session.get_one(Site, producer.site_id)
        work.session.add(
            Facility(
                organisation_id=site.organisation_id, site_id=site.id, park_id=site.park_id, code="TS001",
                name="危废贮存库", type=FacilityType.WAREHOUSE, capacity=Grams(60_000_000), keeper="", ended_at=None,
            )
        )  # fmt: skip
    return Office(database, producer, FileStore(folder))


@pytest.fixture
def office(database, tmp_path) -> Office:
    office = an_office(database, tmp_path / "here")
    for name in (CLEAN, STOCK, GENERAL):
        office.imports((SAMPLES / name).read_bytes(), name)
    return office


@pytest.fixture
def client(client_of, office):
    return client_of(office.producer.member)


def table(client, name: str, suffix: str = "xlsx", **query: str) -> bytes:
    answer = client.get(f"/api/v1/ledger/tables.{suffix}", query_string={"table": name, **query})
    assert answer.status_code == 200, answer.json
    return answer.data


def sheet_rows(body: bytes) -> list[tuple[Any, ...]]:
    sheet = load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def balances(office: Office, database: Any) -> list[Any]:
    """Every balance of both kinds of waste by code, in that database."""
    with database.reading(somebody(organisation_id=office.producer.organisation_id)) as work:
        books = stock_places(work).books
        october = Period.month(work.today.replace(year=2026, month=10, day=1))
        hazardous = period_balance(work, books, october)
        general = general_balance(work, books, october)
        return [
            (one.waste_code, one.local_name, vars(one.balance))
            for balance in (hazardous, general)
            for one in balance.streams
        ]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_goes_out_comes_in_again_in_an_empty_park_with_the_same_totals(
    client, office, database, throwaway_database, tmp_path, suffix
):
    elsewhere = an_office(throwaway_database, tmp_path / "there")

    for name in (*HAZARDOUS, "GISW.2", "GISW.3"):
        reading = elsewhere.reads(table(client, name, suffix), f"{name}.{suffix}")
        assert (*reading.file_problems, *reading.refused) == (), name
        elsewhere.imports(table(client, name, suffix), f"{name}.{suffix}")

    assert balances(elsewhere, throwaway_database) == balances(office, database)


def test_the_total_of_a_table_is_the_mass_balance(client, office, database):
    rows = sheet_rows(table(client, "B.1", month="2026-10"))
    header = next(index for index, row in enumerate(rows) if "产生量" in row)
    at = rows[header].index("产生量")
    with database.reading(somebody(organisation_id=office.producer.organisation_id)) as work:
        generated = period_balance(
            work, stock_places(work).books, Period.month(work.today.replace(month=10, day=1))
        ).total.generated

    total = rows[-1]
    assert total[0] == "合计"
    assert Decimal(str(total[at])) * 1_000_000 == generated
    assert sum(Decimal(str(row[at])) for row in rows[header + 1 : -1]) == Decimal(str(total[at]))


def test_the_balance_goes_out_as_it_is_shown(client):
    shown = client.get("/api/v1/ledger/balance", query_string={"month": "2026-10"}).json["total"]
    body = client.get("/api/v1/ledger/balance.csv", query_string={"month": "2026-10"}).data
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    header = next(row for row in rows if row[0] == "废物代码")
    total = dict(zip(header, rows[-1], strict=True))

    for column, name in (("产生 t", "generated_kg"), ("出库待用 t", "outbound_kg"), ("期末 t", "closing_kg")):
        assert Decimal(total[column]) * 1000 == Decimal(shown[name])


@pytest.mark.parametrize("name", [*HAZARDOUS, "GISW.1", "GISW.2", "GISW.3"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_paper_has_title_and_page_numbers(client, name, language):
    answer = client.get(
        "/api/v1/ledger/tables.pdf", query_string={"table": name}, headers={"Accept-Language": language}
    )

    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    width, height = (float(side) for side in pages[0].mediabox[2:])
    assert width > height
    assert f"{len(pages)}" in pages[-1].extract_text()


def test_lines_of_a_table_come_page_by_page_with_their_corrections(client, office, database):
    first = client.get("/api/v1/ledger/official-lines", query_string={"table": "B.1", "limit": "50"}).json
    line = first["items"][0]
    answer = client.post(
        f"/api/v1/postings/{line['posting_id']}/correction", json={"new_mass_kg": "1.000", "reason": "读错"}
    )
    seen, cursor = [], None
    while True:
        query = {"table": "B.1", "limit": "50"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/ledger/official-lines", query_string=query).json
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len({one["id"] for one in seen}) == len(seen) == 120
    if answer.status_code == 201:  # a drum that hasn't left may be corrected
        assert (seen[0]["mass_kg"], seen[0]["current_mass_kg"]) == (line["mass_kg"], "1.000")
        assert [one["reason"] for one in seen[0]["corrections"]] == ["读错"]


def test_the_stock_of_a_day_long_ago_is_what_lay_there(client, office, database):
    before = client.get("/api/v1/stock", query_string={"on": "2026-09-30", "kind": "hazardous"}).json
    middle = client.get("/api/v1/stock", query_string={"on": "2026-10-15", "kind": "hazardous"}).json
    end = client.get("/api/v1/stock", query_string={"on": "2026-10-31", "kind": "hazardous"}).json

    assert (before["total_kg"], before["items"]) == ("0.000", [])
    with database.reading(somebody(organisation_id=office.producer.organisation_id)) as work:
        balance = period_balance(
            work, stock_places(work).books, Period.month(work.today.replace(month=10, day=1))
        ).total
    assert Decimal(end["total_kg"]) * 1000 == balance.closing + balance.outbound_closing
    assert Decimal("0") < Decimal(middle["total_kg"]) < Decimal(end["total_kg"])
    assert {item["facility"] for item in end["items"]} >= {"危废贮存库"}


def test_general_waste_of_an_imported_year_adds_up(office, database):
    expected = json.loads((SAMPLES / GENERAL.replace(".xlsx", ".expected.json")).read_text("utf-8"))
    rows = {(row["month"], row["waste_code"]): row for row in expected["accepted"] if "month" in row}
    with database.reading(somebody(organisation_id=office.producer.organisation_id)) as work:
        books = stock_places(work).books
        months = months_since(work.today.replace(month=1), work.today.replace(month=10))
        lines = general_summary(work, books, months)

    assert len(lines) == 80
    for line in lines:
        row = rows[f"{line.period.first:%Y-%m}", line.stream.waste_code]
        told = (line.account.generated, line.account.closing, line.own_use.mass, line.entrusted_use.mass)
        assert told == (row["generated_g"], row["cumulative_g"], row["own_use_g"], row["out_use_g"])
        assert line.entrusted_disposal.mass == row["out_disposal_g"]
        assert (line.entrusted_use.methods or (None,))[0] == row["out_use_method"]


def test_tables_cost_the_same_for_few_and_many_lines(office, database, count_statements):
    with database.reading(somebody(organisation_id=office.producer.organisation_id)) as work:
        books = stock_places(work).books
        costs = []
        for text in ("900-041-49", ""):
            with count_statements() as sent:
                list(official_lines(work, books, OfficialFilter(LedgerTable.STOCK_OUT, None, text)))
                stock_on(work, books, work.today, kind=WasteKind.HAZARDOUS, text=text)
            costs.append(len(sent))

    assert costs[0] == costs[1] <= 4


def test_strangers_and_drivers_read_nothing(client_of, office, database):
    inspector = client_of(office.producer.inspector)

    assert inspector.get("/api/v1/stock").status_code == 200
    answer = inspector.post("/api/v1/ledger/differences/explanations", json={"key": "x", "reason": "y"})
    assert answer.status_code == 403
