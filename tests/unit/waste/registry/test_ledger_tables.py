"""Tables after B.1 as people keep them: merged headers, other orders, hidden parts, units in cells, broken chains."""

import io
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.general_rows import DispatchRow, SummaryRow
from app.waste.registry.ledger_files.ledger import Source
from app.waste.registry.ledger_files.ledger_rows import EntrustedRow, OwnTreatmentRow, StockInRow, StockOutRow
from app.waste.registry.ledger_files.vocabulary import Table
from tests.unit.waste.registry.ledger_books import (
    B2,
    B3,
    B4,
    B5,
    DRUM,
    G2,
    G3,
    book,
    entrusted,
    load,
    month,
    read,
    rows,
    stock_in,
    stock_out,
    treated,
)
from tests.unit.waste.registry.ledgers import (
    cautions,
    reasons,
    skipped,
)

# --- the chain ---


def test_the_order_of_the_sheets_does_not_matter() -> None:
    reading = read(book(出库=[B3, stock_out(1)], 入库=[B2, stock_in(1)]))

    assert [type(row) for row in reading.accepted] == [StockOutRow, StockInRow]
    assert reading.tables == (Table.B2, Table.B3)
    assert not reading.refused and reading.stock_left == {}


def test_a_source_that_was_refused_is_no_source() -> None:
    reading = read(book(入库=[B2, stock_in(1, 贮存部门经办人="")], 出库=[B3, stock_out(1)]))

    assert reasons(reading) == [(2, "keeper", "required_missing"), (2, "in_batch", "batch_unknown")]


@pytest.mark.parametrize(
    ("mass", "wrong"), [("0.201", []), ("0.2011", ["quantity_exceeds_source"]), ("0.199", [])]
)
def test_half_a_percent_more_than_the_source_is_the_scales(mass: str, wrong: list[str]) -> None:
    reading = read(rows(B2, stock_in(入库量=mass)), "x.csv")

    assert [reason for _, _, reason in reasons(reading)] == wrong
    if not wrong:
        assert cautions(reading) == [(3, "quantity", "quantity_differs_source")]


def test_more_out_than_in_is_refused_with_the_cell() -> None:
    content = book(入库=[B2, stock_in(1)], 出库=[B3, stock_out(1, 出库量="0.3")])

    reading = read(content)

    problem = reading.refused[0].problems[0]
    assert (problem.cell, problem.reason, problem.value) == ("K2", "quantity_exceeds_source", "0.3")


def test_a_batch_that_holds_another_drum_is_a_mismatch() -> None:
    reading = read(rows(B2, stock_in(1, 产生批次编码="HWCS20261001002")), "x.csv")

    assert reasons(reading) == [(3, "gen_batch", "source_mismatch")]


@pytest.mark.parametrize(
    ("moment", "wrong"),
    [
        ("2026-09-30 09:00", True),
        ("2026-10-01 07:59", True),
        ("2026-10-01 08:00", False),
        ("2026-10-01", False),
    ],
)
def test_nothing_comes_into_store_before_it_was_made(moment: str, wrong: bool) -> None:
    reading = read(rows(B2, stock_in(入库时间=moment, 入库批次编码="HWRK20261001001"), title="台账"), "x.csv")

    assert [reason for _, _, reason in reasons(reading)] == ["date_order"] * wrong


def test_everything_wrong_with_a_row_is_named_at_once() -> None:
    row = stock_in(入库时间="2026-09-01", 入库量="9", 运送部门经办人="", 贮存设施编码="TS009")

    reading = read(rows(B2, row), "x.csv", facilities={"TS001"})

    assert {reason for _, _, reason in reasons(reading)} == {
        "date_order", "quantity_exceeds_source", "required_missing", "facility_unknown",
    }  # fmt: skip


def test_the_same_drum_twice_keeps_the_first_and_says_where_they_differ() -> None:
    reading = read(rows(B2, stock_in(1), stock_in(1, 入库批次编码="HWRK20261002009", 入库量="0.19")), "x.csv")

    assert reasons(reading) == [(4, "container_code", "duplicate")]
    assert reading.refused[0].as_json()["same_as"] == {"row": 3}
    assert reading.refused[0].differs == ("batch_no", "quantity")


def test_a_drum_that_came_into_store_by_an_earlier_file_is_a_duplicate() -> None:
    known = lambda table, keys: {DRUM} & set(keys) if table is Table.B2 else ()  # noqa: E731

    reading = read(rows(B2, stock_in(1), stock_in(2)), "x.csv", known_rows=known)

    assert reasons(reading) == [(3, "container_code", "duplicate")]
    assert reading.refused[0].as_json()["same_as"] == {"ledger": True}


def test_a_refused_row_takes_no_code() -> None:
    reading = read(rows(B2, stock_in(1, 入库量="九"), stock_in(1)), "x.csv")

    assert reasons(reading) == [(3, "quantity", "mass_not_a_number")]
    assert len(reading.accepted) == 1


def test_a_batch_number_of_another_table_is_no_batch_number_here() -> None:
    content = rows(
        B3,
        stock_out(1, 出库批次编码="HWCKLY20261003001"),
        stock_out(2, 出库批次编码="HWRK20261003001", 入库批次编码="HWCS20261001002"),
        stock_out(3, 出库批次编码="HWCK2O261003001"),
    )

    reading = read(content, "x.csv", held={Table.B2: {}})

    assert [(row, field) for row, field, reason in reasons(reading) if reason == "batch_format"] == [
        (3, "batch_no"), (4, "batch_no"), (4, "in_batch"), (5, "batch_no"),
    ]  # fmt: skip


def test_an_export_for_use_is_read_as_one() -> None:
    reading = read(rows(B5, entrusted(**{"委外利用/处置批次编码": "hwckly20261004001"})), "x.csv")

    assert [row.batch_no for row in reading.rows_of(EntrustedRow)] == ["HWCKLY20261004001"]


# --- how tables look ---


def test_a_header_of_two_lines_with_merged_groups() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as file:
        sheet = file.add_worksheet("入库")
        sheet.merge_range(0, 0, 0, 16, "危险废物入库环节记录表（2026年10月）")
        for column, title in enumerate(B2):
            if column in (6, 12, 14):
                continue
            if column in (7, 13, 15):
                continue
            sheet.merge_range(1, column, 2, column, title)
        for first, group, subs in (
            (6, "危险废物名称", ("行业俗称/单位内部名称", "国家危险废物名录名称")),
            (12, "贮存设施", ("编码", "类型")),
            (14, "经办人", ("运送部门经办人", "贮存部门经办人")),
        ):
            sheet.merge_range(1, first, 1, first + 1, group)
            for place, sub in enumerate(subs):
                sheet.write(2, first + place, sub)
        for column, value in enumerate(stock_in()):
            sheet.write(3, column, value)

    reading = read(stream.getvalue())

    row = reading.rows_of(StockInRow)[0]
    assert not reading.refused
    assert (row.local_name, row.waste_name) == ("废机油", "废矿物油与含矿物油废物")
    assert (row.storage_facility, row.storage_type, row.mover, row.keeper) == (
        "TS001", "贮存库", "钱例二", "何库管例",
    )  # fmt: skip
    assert skipped(reading) == [(1, "title"), (2, "header"), (3, "header")]


def test_columns_in_any_order_among_others() -> None:
    order = [*reversed(B3), "填报人", "备注", "称重单号"]
    values = dict(zip(B3, stock_out(), strict=True)) | {"填报人": "某某", "备注": "合计", "称重单号": "7"}

    reading = read(
        rows(order, [values[title] for title in order]),
        "x.csv",
        held={
            Table.B2: {
                "HWRK20261002001": [Source(DRUM, date(2026, 10, 2), None, Grams(200_000), Grams(200_000))]
            }
        },
    )

    assert [row.grams for row in reading.rows_of(StockOutRow)] == [200_000]


@pytest.mark.parametrize(
    ("written", "unit", "grams"),
    [
        ("400斤", "", 200_000), ("200 kg", "", 200_000), ("０．２吨", "", 200_000), ("200", "公斤", 200_000),
        ("200,000", "克", 200_000), ("0.2t", "T", 200_000),
    ],
)  # fmt: skip
def test_units_stand_in_the_cell_or_beside_it(written: str, unit: str, grams: int) -> None:
    reading = read(rows(B2, stock_in(入库量=written, 计量单位=unit)), "x.csv")

    assert [row.grams for row in reading.accepted] == [grams]


def test_a_unit_in_the_cell_against_the_unit_column_is_refused() -> None:
    reading = read(rows(B2, stock_in(入库量="200kg", 计量单位="吨")), "x.csv")

    assert reasons(reading) == [(3, "quantity", "unit_conflict")]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-10-02T01:00:00Z", "2026-10-02 09:00+08:00", "2026年10月2日 上午9:00", "2026/10/2 9:00:00", "２０２６．１０．２　０９：００",
        datetime(2026, 10, 2, 9, 0),
    ],
)  # fmt: skip
def test_a_moment_in_any_dress_and_zone_is_local(moment: Any) -> None:
    reading = read(book(入库=[B2, stock_in(入库时间=moment)]))

    assert [(row.event_date, row.event_time) for row in reading.rows_of(StockInRow)] == [
        (date(2026, 10, 2), time(9))
    ]


@pytest.mark.parametrize("starts_1904", [False, True])
def test_serial_days_of_both_systems(starts_1904: bool) -> None:
    stream = io.BytesIO()
    serial = 46297.375 - (1462 if starts_1904 else 0)  # 2026-10-02 09:00
    with xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": starts_1904}) as file:
        sheet = file.add_worksheet("入库")
        sheet.write_row(0, 0, B2)
        sheet.write_row(1, 0, stock_in(入库时间=serial))

    reading = read(stream.getvalue())

    assert [row.event_date for row in reading.rows_of(StockInRow)] == [date(2026, 10, 2)]
    assert cautions(reading) == [(2, "event_at", "date_serial")]


def test_sums_openings_and_repeated_headers_between_rows_are_no_data() -> None:
    content = rows(
        B2,
        ["期初结存", *[""] * 9, "12.5", "吨"],
        stock_in(1),
        ["本页小计", *[""] * 9, "0.2", "吨"],
        ["过次页", *[""] * 9, "0.2", "吨"],
        B2,
        ["承前页", *[""] * 9, "0.2", "吨"],
        stock_in(2),
        ["合计", *[""] * 9, "0.5", "吨"],
        ["审核人：郑虚七"],
    )

    reading = read(content, "x.csv")

    assert len(reading.accepted) == 2 and not reading.refused
    assert [kind for _, kind in skipped(reading)] == [
        "title", "header", "subtotal", "subtotal", "subtotal", "header_repeat", "subtotal", "total", "note",
    ]  # fmt: skip
    assert cautions(reading) == [(10, "quantity", "total_mismatch")]


def test_hidden_sheets_are_named_and_hidden_rows_are_data() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as file:
        for name in ("入库", "旧入库"):
            sheet = file.add_worksheet(name)
            sheet.write_row(0, 0, B2)
            sheet.write_row(1, 0, stock_in(1 if name == "入库" else 2))
            sheet.set_row(1, None, None, {"hidden": True})
        sheet.hide()

    reading = read(stream.getvalue())

    assert len(reading.accepted) == 1
    assert cautions(reading) == [(2, None, "row_hidden"), (None, None, "sheet_hidden")]


def test_merged_cells_count_for_every_row_they_cover() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as file:
        sheet = file.add_worksheet("入库")
        sheet.write_row(0, 0, B2)
        sheet.write_row(1, 0, stock_in(1))
        sheet.write_row(2, 0, stock_in(2))
        sheet.merge_range(1, 12, 2, 12, "TS001")
        sheet.merge_range(1, 2, 2, 2, "2026-10-02")

    reading = read(stream.getvalue())

    assert [row.storage_facility for row in reading.rows_of(StockInRow)] == ["TS001", "TS001"]


def test_two_tables_below_each_other_in_one_sheet() -> None:
    reading = read(rows(B2, stock_in(1), ["出库环节记录表"], B3, stock_out(1)), "x.csv")

    assert [row.table for row in reading.accepted] == [Table.B2, Table.B3]
    assert not reading.refused


def test_formulas_count_as_calculated_and_without_a_result_they_are_refused() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as file:
        sheet = file.add_worksheet("入库")
        sheet.write_row(0, 0, B2)
        sheet.write_row(1, 0, stock_in(1))
        sheet.write_formula(1, 10, "=0.1+0.1", None, 0.2)
        sheet.write_row(2, 0, stock_in(2))
        sheet.write_formula(2, 10, "=0.1+0.1", None, "")

    reading = read(stream.getvalue())

    assert [row.grams for row in reading.accepted] == [200_000]
    assert [(row, field) for row, field, _ in reasons(reading)] == [(3, "quantity")]


# --- B.4 and B.5 ---


def test_own_use_with_all_its_columns() -> None:
    reading = read(rows(B4, treated()), "x.csv")

    row = reading.rows_of(OwnTreatmentRow)[0]
    assert (row.method_code, row.treatment_facility, row.finished_date, row.finished_time) == (
        "R9", "TS005", date(2026, 10, 4), time(18),
    )  # fmt: skip
    assert row.as_json()["out_batch"] == "HWCK20261003001" and row.as_json()["gen_batch"] is None


def test_what_ends_before_it_begins_is_refused() -> None:
    reading = read(rows(B4, treated(**{"自行利用/处置完毕时间": "2026-10-04 07:00"})), "x.csv")

    assert reasons(reading) == [(3, "finished_at", "date_order")]


def test_own_use_of_what_was_never_stored_names_its_generation() -> None:
    reading = read(rows(B4, treated(**{"产生批次编码/出库批次编码": "HWCS20261001001"})), "x.csv")

    assert [row.as_json()["gen_batch"] for row in reading.accepted] == ["HWCS20261001001"]


def test_one_drum_is_used_in_two_batches_and_no_further() -> None:
    parts = [
        treated(1, **{"自行利用/处置批次编码": f"HWZXLY2026100400{n}", "自行利用/处置量": "0.1"})
        for n in (1, 2, 3)
    ]

    reading = read(rows(B4, *parts), "x.csv")

    assert len(reading.accepted) == 2
    assert reasons(reading) == [(5, "quantity", "quantity_exceeds_source")]


@pytest.mark.parametrize(
    ("written", "code"),
    [("D10焚烧", "D10"), ("利用（R04）", "R4"), ("ｒ９", "R9"), ("C1 水泥窑协同处置", "C1")],
)
def test_a_method_stands_beside_its_words(written: str, code: str) -> None:
    reading = read(rows(B4, treated(**{"自行利用/处置方式": written})), "x.csv")

    assert [row.method_code for row in reading.rows_of(OwnTreatmentRow)] == [code]


@pytest.mark.parametrize("written", ["焚烧", "R99", "R9/D10"])
def test_a_method_that_is_none_or_two_is_refused(written: str) -> None:
    reading = read(rows(B4, treated(**{"自行利用/处置方式": written})), "x.csv")

    assert reasons(reading) == [(3, "method_code", "method_unknown")]


def test_the_three_kinds_of_receiver_stand_in_columns_of_their_own() -> None:
    top = [
        *B5[:13],
        "接收单位类型",
        "危险废物经营许可证持有单位",
        "",
        "危险废物利用处置环节豁免管理单位",
        "境外利用处置单位",
        "",
        B5[16],
    ]
    sub = [*[""] * 14, "单位名称", "许可证编码", "单位名称", "单位名称", "出口核准通知单编号", ""]
    head = entrusted()[:13]
    licensed = [*head, "许可证持有单位", "碧汀环保", "9900000001", "", "", "", "HWCK20261003001"]
    exempt = [*entrusted(2)[:13], "豁免管理单位", "", "", "青屿再生", "", "", "HWCK20261003002"]
    abroad = [*entrusted(3)[:13], "境外单位", "", "", "", "海外公司", "EX-7", "HWCK20261003003"]

    reading = read(book(委外=[top, sub, licensed, exempt, abroad]))

    assert not reading.refused
    assert [(row.receiver_name, row.licence_no) for row in reading.rows_of(EntrustedRow)] == [
        ("碧汀环保", "9900000001"), ("青屿再生", ""), ("海外公司", "EX-7"),
    ]  # fmt: skip


def test_a_licence_is_needed_except_by_the_exempt() -> None:
    reading = read(rows(B5, entrusted(**{"许可证编码/出口核准通知单编号": "/"})), "x.csv")

    assert reasons(reading) == [(3, "licence_no", "required_missing")]


# --- general waste ---


def test_months_out_of_order_are_compared_in_their_own() -> None:
    content = rows(
        G2,
        month("2026-10", **{"累计贮存量（吨）": "3"}),
        month("2026年8月"),
        month("202609", **{"累计贮存量（吨）": "2"}),
        title="一般工业固体废物流向汇总表 2026年",
    )

    reading = read(content, "x.csv")

    assert [row.month.month for row in reading.rows_of(SummaryRow)] == [10, 8, 9]
    assert cautions(reading) == []


@pytest.mark.parametrize(("stock", "warned"), [("2.01", False), ("2.011", True), ("1.5", True)])
def test_a_balance_that_does_not_close_is_a_warning(stock: str, warned: bool) -> None:
    content = rows(G2, month("2026年9月"), month("2026年10月", **{"累计贮存量（吨）": stock}), title="")

    reading = read(content, "x.csv")

    assert len(reading.accepted) == 2
    assert cautions(reading) == [(3 + (not content.startswith(b"\r")), "cumulative", "balance")] * warned


def test_the_month_before_may_be_in_the_ledger() -> None:
    stocks = lambda codes: {("900-003-S17", date(2026, 9, 1)): Grams(9_000_000)}  # noqa: E731

    reading = read(rows(G2, month()), "x.csv", stocks=stocks)

    assert cautions(reading) == [(3, "cumulative", "balance")]


def test_a_waste_stands_once_a_month_however_its_code_is_written() -> None:
    reading = read(rows(G2, month(), month("2026-10", 代码="９００００３Ｓ１７", 名称="塑料")), "x.csv")

    assert reasons(reading) == [(4, "waste_code", "duplicate")]
    assert [field.value for field in reading.refused[0].differs] == ["waste_name"]


@pytest.mark.parametrize(
    ("written", "code", "warned"),
    [
        ("900003S17", "900-003-S17", []), ("900-003-SW17", "900-003-S17", []),
        ("9OO-003-S17", "900-003-S17", [(3, "waste_code", "code_corrected")]),
    ],
)  # fmt: skip
def test_general_codes_as_people_write_them(written: str, code: str, warned: list[Any]) -> None:
    reading = read(rows(G2, month(代码=written)), "x.csv")

    assert [row.waste_code for row in reading.accepted] == [code]
    assert cautions(reading) == warned


def test_a_code_of_no_known_class_is_accepted_and_named() -> None:
    reading = read(rows(G2, month(代码="900-003-S33")), "x.csv", is_listed_general=lambda code: False)

    assert cautions(reading) == [(3, "waste_code", "code_not_listed")]


@pytest.mark.parametrize("written", ["HW08", "900-249-08", "SW17", ""])
def test_what_is_no_general_code_is_refused(written: str) -> None:
    reading = read(rows(G2, month(代码=written)), "x.csv")

    assert {reason for _, _, reason in reasons(reading)} <= {"code_unknown", "required_missing"}
    assert not reading.accepted


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ⅰ", "第Ⅰ类"),
        ("第I类", "第Ⅰ类"),
        ("一类", "第Ⅰ类"),
        ("II类", "第Ⅱ类"),
        ("第2类", "第Ⅱ类"),
        ("第二类", "第Ⅱ类"),
    ],
)
def test_classes_as_people_write_them(written: str, name: str) -> None:
    reading = read(rows(G2, month(类别=written)), "x.csv")

    assert [row.waste_class for row in reading.rows_of(SummaryRow)] == [name]


@pytest.mark.parametrize("written", ["2026-12", "2027年1月"])
def test_a_month_that_has_not_begun_is_refused(written: str) -> None:
    reading = read(rows(G2, month(written), title=""), "x.csv")

    assert [reason for _, _, reason in reasons(reading)] == ["date_future"]


def test_a_month_without_its_year_takes_the_titles() -> None:
    reading = read(rows(G2, month("3月"), title="流向汇总表 年度：2026"), "x.csv")

    assert [row.month for row in reading.rows_of(SummaryRow)] == [date(2026, 3, 1)]
    assert cautions(reading) == [(3, "month", "date_year_from_title")]


def test_sums_of_every_column_are_compared() -> None:
    total = ["合计", "", "", "", "5", "", "", "", "", "", "4.5", "", "", "", ""]

    reading = read(rows(G2, month(), total), "x.csv")

    assert cautions(reading) == [(4, "out_use", "total_mismatch")]


def test_negative_flows_are_refused_and_empty_ones_are_nothing() -> None:
    reading = read(rows(G2, month(**{"委托利用数量（吨）": "-4", "自行利用数量（吨）": "/"})), "x.csv")

    assert reasons(reading) == [(3, "out_use", "mass_negative")]


def test_a_load_with_all_its_columns() -> None:
    reading = read(rows(G3, load(出厂数量="4000公斤", 计量单位="", 流向类型="综合利用")), "x.csv")

    row = reading.rows_of(DispatchRow)[0]
    assert (row.grams, row.flow_type, row.event_time, row.plate) == (
        4_000_000, "委托利用", time(13, 50), "浙X10001",
    )  # fmt: skip


def test_a_load_that_goes_neither_way_is_refused() -> None:
    reading = read(rows(G3, load(流向类型="外运")), "x.csv")

    assert reasons(reading) == [(3, "flow_type", "flow_unknown")]


def test_a_summary_and_its_loads_in_one_book() -> None:
    reading = read(book(附表3=[G3, load()], 附表2=[G2, month()]))

    assert [(total["table"], total["grams"]) for total in reading.as_json()["totals"]] == [
        ("GISW.2", 5_000_000), ("GISW.3", 4_000_000),
    ]  # fmt: skip
