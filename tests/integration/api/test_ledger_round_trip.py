"""What was brought in comes out in the official layouts and is known again; the books stay proved."""

import json

import pytest

from app.waste.registry.ledger_files.reading import read_ledger
from tests.integration.api.test_registry import upload
from tests.integration.ledger_files import CLEAN, GENERAL, STOCK, a_producer, a_store, expected
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
        return sorted(map(json.dumps, lines))

    sheet = next(one["sheet"] for one in expected(file)["sheets"] if one["table"] == table)
    wanted = [row for row in expected(file)["accepted"] if row["sheet"] == sheet]
    shown = [row.as_json() for row in reading.accepted]
    if table == "GISW.2":  # the export goes on to the present month, with what is still there
        shown = [row for row in shown if row["month"] <= "2026-10"]
    assert not reading.refused and not reading.warnings
    assert told(shown) == told(wanted)


def test_the_proofs_hold_after_everything_is_in(client, app):
    run = app.test_cli_runner().invoke

    verified = run(args=["registry", "verify"])
    rebuilt = run(args=["trace", "rebuild", "--check"])

    assert (verified.exit_code, verified.output.strip()) == (0, "ok: balances equal the postings")
    # The firm, its people and its store are written by the fixture, without events.
    assert [line for line in rebuilt.output.splitlines() if line.split(" ")[0] in MADE] == []


MADE = ("container", "zone", "ledger_import", "waste_stream", "waste_batch")
