"""General-waste tables 1 and 4 to 7: known by their titles, every row judged."""

from datetime import date, time

import pytest

from app.waste.registry.ledger_files.general_rows import (
    DisposalRow,
    GeneralGenerationRow,
    GeneralStorageRow,
    ListRow,
    UtilisationRow,
)
from app.waste.registry.ledger_files.vocabulary import Table
from tests.unit.waste.registry.ledger_books import (
    B2,
    G1,
    G2,
    G4,
    G5,
    G6,
    G7,
    book,
    buried,
    kept,
    listed,
    made,
    month,
    read,
    rows,
    stock_in,
    used,
)  # fmt: skip
from tests.unit.waste.registry.ledgers import cautions, reasons, skipped


def test_each_table_is_known_by_its_titles() -> None:
    reading = read(
        book(
            一=[G1, listed()],
            二=[G2, month()],
            四=[G4, made()],
            五=[G5, kept()],
            六=[G6, used()],
            七=[G7, buried()],
        )
    )

    assert reasons(reading) == []
    assert reading.tables == (
        Table.GISW1, Table.GISW2, Table.GISW4, Table.GISW5, Table.GISW6, Table.GISW7,
    )  # fmt: skip
    assert {type(row) for row in reading.accepted} >= {
        ListRow, GeneralGenerationRow, GeneralStorageRow, UtilisationRow, DisposalRow,
    }  # fmt: skip


def test_hazardous_tables_stay_what_they_are() -> None:
    assert read(rows(B2, stock_in(1))).sheets[0].table is Table.B2


@pytest.mark.parametrize(
    ("header", "table"),
    [
        (
            (
                "代码",
                "名称",
                "产生时间",
                "产生数量（吨）",
                "转移时间",
                "转移去向",
                "产生部门经办人",
                "运输经办人",
            ),
            "GISW.4",
        ),
        (("废物名称", "废物代码", "入库时间", "入库数量(t)", "出库时间", "出库数量(t)", "经办人"), "GISW.5"),
        (("代码", "名称", "自行利用时间", "自行利用数量（吨）", "自行利用方式", "经办人"), "GISW.6"),
        (("代码", "名称", "接收日期", "接收数量（吨）", "处置方式", "处置完毕日期", "经办人"), "GISW.7"),
        (
            ("代码", "名称", "类别", "产生环节", "物理性状", "主要成分", "污染特性", "产废系数/年产生量"),
            "GISW.1",
        ),
    ],
)
def test_firms_titles_differ(header: tuple[str, ...], table: str) -> None:
    reading = read(rows(header, ["x"] * len(header)))

    assert reading.sheets[0].table == table


def test_the_yearly_list_tells_the_waste() -> None:
    row = read(rows(G1, listed(物理性状="半固态（泥状）"))).rows_of(ListRow)[0]

    assert (row.year, row.waste_code, row.step, row.form) == (2026, "900-003-S17", "注塑", "SS")
    assert (row.main_components, row.harmful_components, row.annual) == ("聚丙烯", "", 30_000_000)


def test_the_year_may_stand_in_the_title() -> None:
    header = G1[1:]
    reading = read(rows(header, listed()[1:], title="一般工业固体废物产生清单 2026年度"))

    assert reading.rows_of(ListRow)[0].year == 2026


def test_a_list_of_next_year_is_refused() -> None:
    assert reasons(read(rows(G1, listed(年份="2027")))) == [(3, "year", "date_future")]


def test_a_row_of_generation_is_read_whole() -> None:
    row = read(rows(G4, made(产生数量="120吨", 计量单位=""))).rows_of(GeneralGenerationRow)[0]

    assert (row.event_date, row.event_time, row.grams) == (date(2026, 10, 5), time(18), 120_000_000)
    assert (row.moved_date, row.destination, row.operator, row.mover) == (
        date(2026, 10, 6), "废塑料库", "周例一", "吴例二",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"产生数量": "0"}, [("quantity", "mass_zero")]),
        ({"产生数量": ""}, [("quantity", "required_missing")]),
        ({"产生数量": "-1"}, [("quantity", "mass_negative")]),
        ({"计量单位": "桶"}, [("unit", "unit_unknown")]),
        ({"转移时间": "2026-10-04"}, [("moved_at", "date_order")]),
        ({"产生时间": "2027-01-01", "转移时间": ""}, [("event_at", "date_future")]),
        ({"产生部门经办人": ""}, [("operator", "required_missing")]),
        ({"批次编码": "X" * 25}, [("batch_no", "text_too_long")]),
        ({"代码": "HW08"}, [("waste_code", "code_unknown")]),
    ],
)
def test_a_wrong_row_of_generation_says_what_is_wrong(
    changes: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    found = [(field, reason) for _, field, reason in reasons(read(rows(G4, made(**changes))))]

    assert found == expected


def test_a_row_of_the_store_may_tell_one_movement_or_both() -> None:
    both, only_in, only_out = read(
        rows(
            G5,
            kept(),
            kept(出库时间="", 出库数量=""),
            kept(入库时间="", 入库数量="", 出库数量="0.5"),
        )
    ).rows_of(GeneralStorageRow)

    assert (both.in_quantity, both.out_quantity) == (1_500_000, 1_000_000)
    assert (only_in.out_date, only_in.out_quantity) == (None, 0)
    assert (only_out.in_date, only_out.out_quantity, only_out.grams) == (None, 500_000, 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"入库数量": ""}, [("in_quantity", "required_missing")]),
        ({"出库时间": ""}, [("out_at", "required_missing")]),
        ({"出库时间": "2026-10-05"}, [("out_at", "date_order")]),
        ({"入库时间": "", "入库数量": "", "出库时间": "", "出库数量": ""}, [("in_at", "required_missing")]),
    ],
)
def test_half_a_movement_is_refused(changes: dict[str, str], expected: list[tuple[str, str]]) -> None:
    found = [(field, reason) for _, field, reason in reasons(read(rows(G5, kept(**changes))))]

    assert found == expected


def test_own_use_may_not_end_before_it_begins() -> None:
    assert reasons(read(rows(G6, used(利用完毕时间="2026-10-08")))) == [(3, "finished_at", "date_order")]


def test_a_row_that_stands_twice_counts_once() -> None:
    reading = read(rows(G4, made(), made(), made(产生时间="2026-10-05 06:00")))

    assert len(reading.accepted) == 2
    assert reasons(reading) == [(4, "waste_code", "duplicate")]


def test_totals_are_no_data_and_are_compared() -> None:
    total = ["合计", "", "", "9", "", "", "", "", "", ""]
    reading = read(rows(G4, made(), total))

    assert (4, "total") in skipped(reading)
    assert ("quantity", "total_mismatch") in [(field, code) for _, field, code in cautions(reading)]
