"""The ledger through /api/v1: its lines and balances, its tables as files, and files brought in."""

import io
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.foundation.trace.models import TraceEvent
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.models import LedgerImport, Posting
from tests.integration.ledger_files import (
    CLEAN,
    GENERAL,
    MESSY,
    STOCK,
    a_producer,
    a_store,
    content,
    expected,
    expected_verdict,
    verdict_of,
)
from tests.unit.waste.registry.ledgers import a_context


def upload(client, file, data=None, key=None, **fields):
    headers = {"Idempotency-Key": key} if key else {}
    data = content(file) if data is None else data
    return client.post(
        "/api/v1/ledger-imports", data={"file": (io.BytesIO(data), file), **fields}, headers=headers
    )


def postings(session):
    session.expire_all()
    return session.scalar(select(func.count()).select_from(Posting))


@pytest.fixture
def producer(database):
    return a_producer(database)


@pytest.fixture
def client(client_of, producer):
    return client_of(producer.member)


def test_a_clean_ledger_is_stored_at_once(client, producer, session):
    answer = upload(client, CLEAN)

    assert answer.status_code == 201
    assert verdict_of(answer.json) == expected_verdict(CLEAN)
    assert answer.json["stored"] is True
    assert postings(session) == 120
    shown = client.get(answer.headers["Location"])
    assert (shown.json["accepted_count"], shown.json["total_mass_kg"]) == (120, "18546.500")
    assert client.get("/api/v1/ledger-imports").json["items"] == [shown.json]


def test_stock_books_and_general_waste_are_stored_table_by_table(client, producer, database):
    a_store(database, producer)
    upload(client, CLEAN)

    for file, tables in ((STOCK, ["B.2", "B.3"]), (GENERAL, ["GISW.2", "GISW.3"])):
        answer = upload(client, file)

        assert answer.status_code == 201
        assert verdict_of(answer.json) == expected_verdict(file)
        assert answer.json.get("stock_left") == expected(file).get("stock_left")
        shown = [client.get(f"/api/v1/ledger-imports/{one}").json for one in answer.json["import_ids"]]
        assert [one["table"] for one in shown] == tables
        assert [one["accepted_count"] for one in shown] == [t["rows"] for t in expected(file)["totals"]]


def test_stock_books_before_the_generations_are_refused_and_nothing_is_stored(
    client, producer, database, session
):
    a_store(database, producer)

    answer = upload(client, STOCK, accept_good="true")

    assert (answer.status_code, answer.json["stored"], answer.json["import_ids"]) == (200, False, [])
    assert {p["reason"] for row in answer.json["refused"] for p in row["problems"]} == {"batch_unknown"}
    assert postings(session) == 0


def test_a_messy_ledger_waits_until_its_right_rows_are_wanted(client_of, database, session):
    client = client_of(a_producer(database, MESSY).member)

    judged = upload(client, MESSY)
    assert judged.status_code == 200
    assert verdict_of(judged.json) == expected_verdict(MESSY)
    assert (judged.json["stored"], judged.json["import_id"], postings(session)) == (False, None, 0)
    assert judged.json["refused"][0]["problems"][0]["mend"]

    stored = upload(client, MESSY, accept_good="true")
    assert (stored.status_code, stored.json["stored"], postings(session)) == (201, True, 30)


def test_the_same_file_twice_finds_all_its_rows_there(client, session):
    first = upload(client, CLEAN)

    again = upload(client, CLEAN, accept_good="true")

    assert again.status_code == 200
    assert again.json["counts"]["refused"] == 120
    assert {p["reason"] for line in again.json["refused"] for p in line["problems"]} == {"duplicate"}
    assert again.json["earlier_import_id"] == first.json["import_id"]
    assert postings(session) == 120


def test_the_same_request_twice_gets_the_first_answer(client, session):
    first = upload(client, CLEAN, key="one")
    again = upload(client, CLEAN, key="one")
    other = upload(client, CLEAN, data=content(MESSY), key="one")

    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 409
    assert session.scalar(select(func.count()).select_from(LedgerImport)) == 1


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.xlsx", b"", "file_empty"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 200, "file_type_mismatch"),
        ("notes.csv", "今天下雨\r\n".encode(), "file_no_table"),
        ("broken.xlsx", b"PK\x03\x04" + b"0" * 400, "file_damaged"),
        ("../../etc/passwd", b"root:x:0:0", "file_no_table"),
    ],
)
def test_what_is_no_ledger_is_said_so_and_stored_nowhere(client, session, name, data, reason):
    answer = upload(client, name, data=data, accept_good="true")

    assert answer.status_code == 200
    assert [problem["reason"] for problem in answer.json["file_problems"]] == [reason]
    assert answer.json["file_problems"][0]["mend"]
    assert (answer.json["stored"], postings(session)) == (False, 0)


def test_a_hundred_megabytes_are_refused_before_anything_is_read(client, session):
    body = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n" + bytes(100 * 2**20)

    answer = client.post("/api/v1/ledger-imports", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert answer.json["type"] == "/problems/too-large"
    assert postings(session) == 0


def test_only_those_who_keep_a_ledger_bring_files_in(client_of, producer, session):
    answer = upload(client_of(producer.inspector), CLEAN)

    assert (answer.status_code, postings(session)) == (403, 0)


def test_a_site_of_somebody_else_is_not_there(client, session):
    answer = upload(client, CLEAN, site_id=str(uuid4()))

    assert (answer.status_code, postings(session)) == (404, 0)


def test_a_form_without_a_file_is_told_so(client):
    answer = client.post("/api/v1/ledger-imports", data={"accept_good": "perhaps"})

    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json["errors"]} <= {"#/file", "#/accept_good"}


def test_lines_and_balance_of_an_imported_month(client):
    upload(client, CLEAN)
    totals = expected(CLEAN)["totals"][0]

    page = client.get("/api/v1/ledger/entries", query_string={"month": "2026-10", "limit": 100})
    rest = client.get(
        "/api/v1/ledger/entries",
        query_string={"month": "2026-10", "limit": 100, "cursor": page.json["next_cursor"]},
    )
    balance = client.get("/api/v1/ledger/balance", query_string={"month": "2026-10"})

    lines = page.json["items"] + rest.json["items"]
    assert len({line["id"] for line in lines}) == len(lines) == 120
    assert rest.json["next_cursor"] is None
    assert {line["stage"] for line in lines} == {"generated"}
    assert lines[0]["effective_on"] == "2026-10-31"
    assert lines[0]["source"]["kind"] == "generation"
    total = balance.json["total"]
    assert total["generated_kg"] == total["closing_kg"] == "18546.500"
    by_code = {line["waste_code"]: line["balance"]["closing_kg"] for line in balance.json["streams"]}
    assert {code: int(kg.replace(".", "")) for code, kg in by_code.items()} == totals["by_code"]


def test_the_exported_table_can_be_imported_as_it_is(client, producer):
    """Every row of an import comes out in the columns of HJ 1259 B.1, and in again elsewhere the same."""
    upload(client, CLEAN)

    for suffix in ("xlsx", "csv"):
        exported = client.get(f"/api/v1/ledger/export.{suffix}", query_string={"month": "2026-10"})
        reading = read_ledger(exported.data, f"export.{suffix}", a_context(credit_code=producer.credit_code))

        assert exported.status_code == 200
        assert not reading.refused
        assert _facts(reading.as_json()["accepted"]) == _facts(expected(CLEAN)["accepted"])


def test_every_line_can_be_exported_too(client):
    upload(client, CLEAN)

    exported = client.get("/api/v1/ledger/export.csv", query_string={"table": "entries", "text": "HW08"})

    lines = exported.data.decode("utf-8-sig").splitlines()
    assert "废物代码" in lines[0]
    assert len(lines) - 1 == sum(row["category"] == "HW08" for row in expected(CLEAN)["accepted"])


def test_the_park_reads_the_ledger_of_its_firms_and_strangers_nothing(client, client_of, producer, database):
    upload(client, CLEAN)
    stranger = a_producer(database, MESSY)

    seen = client_of(producer.inspector).get("/api/v1/ledger/balance", query_string={"month": "2026-10"})
    hidden = client_of(stranger.member).get("/api/v1/ledger/balance", query_string={"month": "2026-10"})
    narrowed = client_of(producer.inspector).get(
        "/api/v1/ledger/balance", query_string={"month": "2026-10", "organisation_id": str(uuid4())}
    )

    assert seen.json["total"]["closing_kg"] == "18546.500"
    assert hidden.json["total"]["closing_kg"] == narrowed.json["total"]["closing_kg"] == "0.000"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"month": "2026-13"}, "#/month"),
        ({"stage": "sold"}, "#/stage"),
        ({"limit": "0"}, "#/limit"),
        ({"cursor": "zz"}, "#/cursor"),
        ({"site_id": "1"}, "#/site_id"),
    ],
)
def test_a_wrong_query_is_told_which_part_is_wrong(client, query, pointer):
    answer = client.get("/api/v1/ledger/entries", query_string=query)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_an_import_is_one_event_that_its_firm_can_read(client, client_of, database, session):
    import_id = upload(client, CLEAN).json["import_id"]

    answer = client.get("/api/v1/trace/events", query_string={"thing": import_id})
    hidden = client_of(a_producer(database, MESSY).member).get(
        "/api/v1/trace/events", query_string={"thing": import_id}
    )

    (event,) = answer.json["items"]
    assert (event["name"], event["sequence"]) == ("ledger.imported", 1)
    stored = session.get(TraceEvent, UUID(event["id"]))
    assert (event["hash"], event["envelope"]) == (stored.own_hash, stored.envelope)
    assert hidden.status_code == 404


def _facts(rows):
    own = ("sheet", "row")
    lines = [{key: value for key, value in row.items() if key not in own} for row in rows]
    return sorted(lines, key=lambda line: line["container_code"])
