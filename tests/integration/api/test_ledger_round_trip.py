"""What was brought in comes out in the official layouts and is known again; the books stay proved."""

import json

import pytest

from app.waste.registry.ledger_files.reading import read_ledger
from tests.integration.api.test_registry import upload
from tests.integration.ledger_files import CLEAN, GENERAL, STOCK, a_producer, a_store, expected
from tests.unit.waste.registry import ledger_books as tables
from tests.unit.waste.registry.ledgers import a_context


@pytest.fixture
def client(client_of, database):
    producer = a_producer(database)
    a_store(database, producer)
    client = client_of(producer.member)
    for file in (CLEAN, STOCK, GENERAL):
        assert upload(client, file).status_code == 201
    return client


def export(client, table):
    answer = client.get(f"/api/v1/ledger/tables.xlsx?table={table}")
    assert answer.status_code == 200
    return answer.data


def of_table(file, table):
    return next(one for one in expected(file)["totals"] if one["table"] == table)


@pytest.mark.parametrize(
    ("file", "table"), [(CLEAN, "B.1"), (STOCK, "B.2"), (STOCK, "B.3"), (GENERAL, "GISW.3")]
)
def test_an_exported_table_is_known_again_row_by_row(client, file, table):
    again = upload(client, "export.xlsx", export(client, table), accept_good="true").json

    assert again["accepted"] == []
    assert [len(again["refused"]), again["sheets"][0]["table"]] == [of_table(file, table)["rows"], table]
    assert {p["reason"] for row in again["refused"] for p in row["problems"]} == {"duplicate"}
    assert all(row["same_as"] == {"ledger": True} for row in again["refused"])


@pytest.mark.parametrize(("file", "table"), [(CLEAN, "B.1"), (GENERAL, "GISW.2"), (GENERAL, "GISW.3")])
def test_an_exported_table_says_what_was_brought_in(client, file, table):
    reading = read_ledger(export(client, table), "export.xlsx", a_context())

    def told(rows):
        lines = [{k: v for k, v in row.items() if k not in ("sheet", "row")} for row in rows]
        return sorted(json.dumps(line, sort_keys=True) for line in lines)

    sheet = next(one["sheet"] for one in expected(file)["sheets"] if one["table"] == table)
    wanted = [row for row in expected(file)["accepted"] if row["sheet"] == sheet]
    shown = [row.as_json() for row in reading.accepted]
    if table == "GISW.2":  # the export goes on to the present month, with what is still there
        shown = [row for row in shown if row["month"] <= "2026-10"]
    assert not reading.refused and not reading.warnings
    assert told(shown) == told(wanted)


GENERAL_BOOK = {
    "一": [tables.G1, tables.listed()],
    "四": [tables.G4, tables.made(), tables.made(产生时间="2026-10-06", 批次编码="GW20261006001")],
    "五": [tables.G5, tables.kept()],
    "六": [tables.G6, tables.used()],
    "七": [tables.G7, tables.buried()],
}


@pytest.mark.parametrize(
    ("table", "lines", "grams"),
    [
        ("GISW.1", 1, 3_000_000), ("GISW.4", 2, 3_000_000), ("GISW.5", 2, 1_500_000), ("GISW.6", 1, 1_000_000),
        ("GISW.7", 1, 500_000),
    ],
)  # fmt: skip
def test_tables_of_shifts_and_days_come_out_as_they_went_in(client_of, database, table, lines, grams):
    producer = a_producer(database)
    client = client_of(producer.member)
    assert upload(client, "book.xlsx", tables.book(**GENERAL_BOOK)).status_code == 201

    again = upload(client, "export.xlsx", export(client, table)).json
    elsewhere = read_ledger(export(client, table), "export.xlsx", a_context())

    assert again["accepted"] == []
    assert {p["reason"] for row in again["refused"] for p in row["problems"]} == {"duplicate"}
    assert (len(elsewhere.accepted), elsewhere.refused, elsewhere.warnings) == (lines, (), ())
    assert sum(row.grams for row in elsewhere.accepted) == grams


def test_a_page_of_generation_has_lines_of_both_kinds(client):
    book = tables.book(四=GENERAL_BOOK["四"])
    assert upload(client, "book.xlsx", book).status_code == 201

    first = client.get("/api/v1/ledger/official-lines?table=GISW.4&limit=1").json
    second = client.get(
        f"/api/v1/ledger/official-lines?table=GISW.4&limit=1&cursor={first['next_cursor']}"
    ).json

    days = [page["items"][0]["on"] for page in (first, second)]
    assert days == ["2026-10-06", "2026-10-05"]
    assert second["next_cursor"] is None


def test_the_proofs_hold_after_everything_is_in(client, app):
    run = app.test_cli_runner().invoke

    verified = run(args=["registry", "verify"])
    rebuilt = run(args=["trace", "rebuild", "--check"])

    assert (verified.exit_code, verified.output.strip()) == (0, "ok: balances equal the postings")
    # The firm, its people and its store are written by the fixture, without events.
    assert [line for line in rebuilt.output.splitlines() if line.split(" ")[0] in MADE] == []


MADE = ("container", "zone", "ledger_import", "waste_stream", "waste_batch")
