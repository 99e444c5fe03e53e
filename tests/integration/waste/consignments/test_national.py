"""Files of the national system: numbers are written, receipts confirmed, conflicts told with cell and mend."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import update

from app.foundation.core.errors import InvalidInput, NotPermitted
from app.foundation.documents.spreadsheet import csv_bytes, xlsx_bytes
from app.foundation.trace.queries import timeline_of
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    ArriveConsignment,
    CancelConsignment,
    LoadContainer,
    RecordNationalNumber,
    SignConsignment,
    StartLoading,
)
from app.waste.consignments.models import Consignment
from app.waste.consignments.national.error_file import national_error_file
from app.waste.consignments.national.matching import Effect
from app.waste.consignments.national.operations import ImportNational, import_national, judge_national
from app.waste.consignments.national.problems import Reason
from tests.integration.waste.consignments.test_paper import depart, on_paper
from tests.integration.waste.consignments.world import DRUM, TODAY, build

HEADER = (
    "序号", "省联单号", "国家联单编号", "当前阶段", "补录类型", "是否作废", "移出单位", "接受单位", "废物代码", "计划数量（吨）",
    "确认数量（吨）", "重大差异简述", "车牌号", "转移日期", "接收日期",
)  # fmt: skip
NUMBER = "20269901000017"
TWO = "0.3728"


@pytest.fixture
def world(database):
    """Consignments whose numbers the national system has not told yet; those that departed did so on an override."""
    made = build(database)
    complete, departed = made.order, made.departed

    def without_number(drums, **changes):
        return complete(drums, **({"national_number": None} | changes))

    def on_an_override(drums=None):
        made.order = complete
        trip = departed(drums)
        made.order = without_number
        with made.doing(made.operator) as work:
            gone = update(Consignment).where(Consignment.id == trip.id).values(national_number=None)
            work.session.execute(gone)
        return trip

    made.order, made.departed = without_number, on_an_override
    return made


def a_row(**changes):
    values = {
        "no": "1", "province": "44010020260001", "number": NUMBER, "stage": "待发运", "backfill": "", "void": "否",
        "consignor": "青梧涂料有限公司", "consignee": "云栈溶剂再生", "code": "900-402-06", "planned": TWO, "confirmed": "",
        "discrepancy": "", "plate": "演A·D0712", "day": TODAY.isoformat(), "received": "",
    } | changes  # fmt: skip
    return tuple(values.values())


def a_file(*rows, header=HEADER, as_csv=False):
    write = csv_bytes if as_csv else xlsx_bytes
    return ImportNational("联单.csv" if as_csv else "联单.xlsx", write(header, rows))


def judged(world, actor, *rows, **how):
    with world.seeing(actor) as work:
        return judge_national(work, a_file(*rows, **how))


def problems(verdict):
    return [
        (match.row.row, problem.cell, problem.reason)
        for match in verdict.matches
        for problem in match.problems
    ]


def numbered(world, trip, number=NUMBER):
    return world.do(
        world.consignor, operations.record_national_number, trip, RecordNationalNumber, national_number=number
    )


def accepted(world, drums, trip):
    """From the submission to the consignee's signature."""
    trip = world.do(world.consignor, operations.start_loading, world.with_waybill(trip), StartLoading)
    for drum in drums:
        trip = world.do(world.carrier, operations.load_container, trip, LoadContainer, code=drum.short_code)
    trip = world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
    trip = world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)
    trip = world.do(world.consignee, operations.arrive, trip, ArriveConsignment, gate_gross=9_000_000)
    for drum in drums:
        trip = world.weigh(trip, drum, DRUM)
    return world.accept(trip)


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_number_is_written_on_the_one_consignment_that_fits(world, as_csv):
    trip = world.submitted()
    file = a_file(a_row(), as_csv=as_csv)

    with world.doing(world.consignor) as work:
        imported, verdict = import_national(work, file)

    assert verdict.conflicts == []
    assert (imported.number_count, imported.confirmed_count, imported.row_count) == (1, 0, 1)
    with world.seeing(world.consignor) as work:
        assert work.session.get_one(Consignment, trip.id).national_number == NUMBER
        assert {entry.name for entry in timeline_of(work, trip.id)} >= {
            "consignment.national_number_recorded",
            "national_import.stored",
        }
    with world.seeing(world.consignor) as work:  # and the same file again changes nothing
        again = judge_national(work, file)
    assert [match.effect for match in again.matches] == [Effect.NOTHING] and again.conflicts == []
    with pytest.raises(InvalidInput), world.doing(world.consignor) as work:
        import_national(work, file)


def test_an_accepted_receipt_is_confirmed_on_the_day_of_the_file(world):
    drums = world.drums()
    trip = world.submitted(drums)
    numbered(world, trip)
    trip = accepted(world, drums, trip)
    row = a_row(stage="已接收", confirmed=TWO, received=TODAY.isoformat())

    of_consignor = judged(world, world.consignor, row)
    dayless = judged(world, world.consignee, a_row(stage="已接收"))
    early = judged(world, world.consignee, a_row(stage="已接收", received="2026-11-01"))
    with world.doing(world.consignee) as work:
        imported, _ = import_national(work, a_file(row))

    assert problems(of_consignor) == [(2, "D2", Reason.NOT_YOURS)]
    assert problems(dayless) == [(2, "O2", Reason.DAY_MISSING)]
    assert problems(early) == [(2, "O2", Reason.DAY_OUT_OF_ORDER)]
    assert imported.confirmed_count == 1
    with world.seeing(world.consignee) as work:
        assert work.session.get_one(Consignment, trip.id).state == "confirmed"


def test_what_went_with_a_paper_manifest_gets_its_number_afterwards(world):
    trip = depart(world, on_paper(world, world.submitted(world.drums(2))))
    row = a_row(stage="运输中", backfill="纸质补录")

    with world.doing(world.consignor) as work:
        _, verdict = import_national(work, a_file(row))

    assert [match.effect for match in verdict.matches] == [Effect.NUMBER]
    with world.seeing(world.consignor) as work:
        found = work.session.get_one(Consignment, trip.id)
        assert found.national_number == NUMBER
        assert found.backfilled_at is not None


def test_each_conflict_is_told_with_its_cell_and_nothing_is_written(world):
    signed = world.departed()
    rows = [
        a_row(),
        a_row(number="20269901000018", consignor="别的公司"),
        a_row(number="20269901000019", plate=""),
        a_row(number="123"),
        a_row(number="20269901000020", stage="在路上"),
        a_row(number="20269901000021", day="2026-13-01"),
        a_row(number="20269901000022", planned="两桶"),
    ]

    verdict = judged(world, world.consignor, *rows)

    assert problems(verdict) == [
        (2, "C2", Reason.NUMBER_SEALED),
        (2, "D2", Reason.STATE_DIFFERS),
        (3, "C3", Reason.UNKNOWN),
        (4, "C4", Reason.TOO_LITTLE),
        (5, "C5", Reason.NUMBER_INVALID),
        (6, "D6", Reason.STAGE_UNKNOWN),
        (7, "N7", Reason.DATE_INVALID),
        (8, "J8", Reason.MASS_INVALID),
    ]
    assert signed.number in str(verdict.matches[0].problems[0].text)
    assert all(
        str(problem.text) and str(problem.mend) for match in verdict.matches for problem in match.problems
    )
    with pytest.raises(InvalidInput), world.doing(world.consignor) as work:
        import_national(work, a_file(*rows))


def test_what_the_two_systems_say_otherwise_is_told_of_each_cell(world):
    numbered(world, world.submitted())

    verdict = judged(
        world,
        world.consignor,
        a_row(stage="已完结", planned="9.9", consignee="别的公司", plate="演A·D0713"),
        a_row(code="900-041-49"),
        a_row(code="900-404-06", void="是"),
        a_row(),
        a_row(),
    )

    assert problems(verdict) == [
        (2, "D2", Reason.STATE_DIFFERS),
        (2, "H2", Reason.PARTY_DIFFERS),
        (2, "M2", Reason.PARTY_DIFFERS),
        (2, "J2", Reason.MASS_DIFFERS),
        (3, "I3", Reason.CODE_DIFFERS),
        (4, "F4", Reason.VOID_DIFFERS),
        (4, "I4", Reason.CODE_DIFFERS),
        (5, "C5", Reason.DUPLICATE),
        (6, "C6", Reason.DUPLICATE),
    ]


def test_two_that_fit_are_left_to_people_and_one_number_goes_to_one_consignment(world):
    first, second = world.submitted(), world.submitted()

    both = judged(world, world.consignor, a_row())
    world.do(world.consignor, operations.cancel_consignment, second, CancelConsignment, reason="改期")
    one = judged(world, world.consignor, a_row(), a_row(number="20269901000099"))

    assert problems(both) == [(2, "C2", Reason.AMBIGUOUS)]
    assert {first.number, second.number} <= set(str(both.matches[0].problems[0].ours).split("、"))
    assert [match.effect for match in one.matches] == [Effect.NUMBER, Effect.NOTHING]
    assert problems(one)[0] == (3, "C3", Reason.NUMBER_DIFFERS)


def test_the_error_file_can_be_mended_and_brought_in_as_it_is(world):
    trip = world.submitted()
    verdict = judged(world, world.consignor, a_row(stage="在路上"))

    body = national_error_file(verdict, str)
    book = openpyxl.load_workbook(BytesIO(body))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][-2:] == ["原因", "怎么改"]
    assert "在路上" in sheet.cell(2, len(HEADER) + 1).value
    sheet["D2"] = "待发运"
    mended = BytesIO()
    book.save(mended)
    with world.doing(world.consignor) as work:
        import_national(work, ImportNational("改好.xlsx", mended.getvalue()))

    with world.seeing(world.consignor) as work:
        assert work.session.get_one(Consignment, trip.id).national_number == NUMBER


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.xlsx", b"", "file_empty"),
        ("大.csv", b"a" * (51 << 20), "file_too_large"),
        ("别的.csv", "姓名,电话\n甲,1\n".encode(), "file_no_table"),
        ("只有表头.csv", ",".join(HEADER).encode(), "file_no_rows"),
        ("图.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200), "file_type_mismatch"),
        ("坏.xlsx", b"PK\x03\x04" + b"\x01" * 500, "file_damaged"),
        ("长.csv", "\n".join([",".join(HEADER[2:4] + HEADER[6:8]), *["20269901000001,待发运,甲,乙"] * 5_001]).encode(), "file_too_large"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_whole_with_a_mend(world, name, content, reason):
    with world.seeing(world.consignor) as work:
        verdict = judge_national(work, ImportNational(name, content))

    assert verdict.fault is not None and verdict.fault.reason == reason
    assert str(verdict.fault.text) and str(verdict.fault.mend)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_only_those_who_send_or_receive_bring_files_in(world):
    with pytest.raises(NotPermitted):
        judged(world, world.carrier, a_row())
    with pytest.raises(NotPermitted):
        judged(world, world.operator, a_row())


def test_many_lines_take_as_many_statements_as_one(world, count_statements):
    for _ in range(3):
        world.submitted(world.drums(1))
    rows = [a_row(number=f"202699010001{n:02}", planned="0.1864") for n in range(60)]

    with world.seeing(world.consignor) as work, count_statements() as few:
        judge_national(work, a_file(rows[0]))
    with world.seeing(world.consignor) as work, count_statements() as many:
        judge_national(work, a_file(*rows))

    assert len(many) == len(few) <= 6


def test_the_page_compares_first_and_writes_when_told(world, client_of):
    trip, sealed = world.submitted(world.drums(2)), world.departed(world.drums(1))
    browser = client_of(world.consignor.user_id)
    rows = [a_row(), a_row(number="20269901000018", planned="0.1864")]

    sent = browser.post(
        "/consignments/national-import", data={"file": (BytesIO(a_file(*rows).content), "国家.xlsx")}
    )
    page = browser.get(sent.location)
    errors = browser.get(f"{sent.location}/errors.xlsx")
    stored = browser.post(sent.location)
    after = browser.get("/consignments/national-import")

    assert sent.status_code == 303 and page.status_code == 200
    assert trip.number in page.text and sealed.number in page.text and "C3" in page.text
    assert openpyxl.load_workbook(BytesIO(errors.data)).worksheets[0].cell(2, 3).value == "20269901000018"
    assert stored.status_code == 303
    assert "国家.xlsx" in after.text
    with world.seeing(world.consignor) as work:
        assert work.session.get_one(Consignment, trip.id).national_number == NUMBER
        assert work.session.get_one(Consignment, sealed.id).national_number is None
    assert browser.post("/consignments/national-import", data={}).status_code == 422
    assert client_of(world.carrier.user_id).get("/consignments/national-import").status_code == 403


def test_the_api_judges_and_writes_only_when_told(world, client_of):
    world.submitted()
    client = client_of(world.consignor.user_id)

    def sent(**fields):
        file = (BytesIO(a_file(a_row()).content), "a.xlsx")
        return client.post("/api/v1/national-imports", data={"file": file, **fields})

    looked, stored, again = sent(), sent(accept="true"), sent(accept="true")

    assert (looked.status_code, looked.json["stored"], looked.json["number_count"]) == (200, False, 1)
    assert (stored.status_code, stored.json["stored"]) == (201, True)
    assert (again.status_code, again.json["same_count"]) == (200, 1)
    (item,) = client.get("/api/v1/national-imports").json["items"]
    assert item["id"] == stored.json["import_id"] and item["number_count"] == 1


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_command_writes_and_says_what_does_not_agree(world, app, tmp_path):
    world.submitted()
    path = tmp_path / "国家.csv"
    path.write_bytes(a_file(a_row(), a_row(number="123"), as_csv=True).content)

    told = app.test_cli_runner().invoke(
        args=["national", "import", str(path), "--organisation", "91330100MA2DEMK01D", "--accept"]
    )

    assert told.exit_code == 1
    assert "1 numbers and 0 confirmations written, 0 lines agree, 1 don't" in told.output
    assert "C3" in told.output
