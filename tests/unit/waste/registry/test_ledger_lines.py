"""Which lines are data: headers in any order and shape, totals, carry-overs, notes, pages, blanks."""

from typing import Any

import pytest

from tests.unit.waste.registry.ledgers import (
    HEADERS,
    TITLE,
    a_row,
    cautions,
    container_code,
    csv_bytes,
    file_problems,
    read_bytes,
    read_csv_rows,
    reasons,
    skipped,
)

SYNONYMS = (
    "No.", "批次号", "产生日期", "俗称", "名录名称", "类别", "危废代码", "重量(kg)", "单位", "容器编号", "包装形式", "件数",
    "产废设施编号", "经办人", "流向",
)  # fmt: skip
GROUPS = (
    "序号", "产生批次编码", "产生时间", "危险废物名称", "", "危险废物", "", "产生情况", "", "容器/包装", "", "", "产生危险废物设施编码",
    "产生部门经办人", "去向",
)  # fmt: skip
SUBS = (
    "",
    "",
    "",
    "行业俗称/单位内部名称",
    "国家危险废物名录名称",
    "类别",
    "代码",
    "数量",
    "计量单位",
    "编码",
    "类型",
    "数量",
    "",
    "",
    "",
)


def total(label: str, quantity: str = "", unit: str = "吨", at: int = 0) -> list[str]:
    """A sum line with its label in column `at`."""
    line = [""] * len(HEADERS)
    line[at], line[7], line[8] = label, quantity, unit
    return line


def read_lines(*lines: Any) -> Any:
    return read_bytes(csv_bytes(lines), "x.csv")


# --- headers ---


def test_headers_decide_not_positions() -> None:
    order = [9, 14, 2, 7, 0, 13, 5, 3, 12, 1, 8, 6, 11, 4, 10]
    row = a_row()

    reading = read_lines([TITLE], [HEADERS[i] for i in order], [row[i] for i in order])

    assert reading.accepted == read_csv_rows(row).accepted


def test_other_words_for_the_same_columns() -> None:
    reading = read_lines([TITLE], SYNONYMS, a_row(unit="kg"))

    assert reasons(reading) == []
    assert reading.accepted[0].grams == 123


def test_columns_of_no_use_are_left_alone() -> None:
    headers = [*HEADERS[:3], "备注", *HEADERS[3:], "照片编号"]
    row = a_row()

    assert reasons(read_lines([TITLE], headers, [*row[:3], "随便", *row[3:], "1.jpg"])) == []


def test_a_header_of_two_lines() -> None:
    reading = read_lines([TITLE], GROUPS, SUBS, a_row())

    assert reasons(reading) == []
    assert skipped(reading) == [(1, "title"), (2, "header"), (3, "header")]
    assert reading.sheets[0].first_data_row == 4


def test_a_second_header_line_with_units_only() -> None:
    headers = [*HEADERS[:8], *HEADERS[9:]]
    units = ["" if title != "产生量" else "（kg）" for title in headers]
    row = a_row(quantity="12.5")
    del row[8]

    reading = read_lines([TITLE], headers, units, row)

    assert reading.accepted[0].grams == 12_500
    assert skipped(reading) == [(1, "title"), (2, "header"), (3, "header")]


def test_day_and_time_of_day_in_two_columns() -> None:
    headers = [*HEADERS[:2], "产生日期", "产生时间", *HEADERS[3:]]
    row = a_row()

    reading = read_lines(
        [TITLE], headers, [*row[:3], "8:30", *row[3:]], [*a_row(2)[:3], "25:00", *a_row(2)[3:]]
    )

    assert f"{reading.accepted[0].event_time:%H:%M}" == "08:30"
    assert reasons(reading) == [(4, "event_clock", "date_invalid")]


@pytest.mark.parametrize("title", ["废物类别及代码", "类别/代码"])
def test_one_column_for_category_and_code(title: str) -> None:
    headers, row = [*HEADERS[:5], title, *HEADERS[7:]], a_row(category="HW08 900-249-08")

    reading = read_lines([TITLE], headers, [*row[:6], *row[7:]])

    assert reading.accepted[0].waste_code == "900-249-08"


@pytest.mark.parametrize("title", ["去向（贮存设施编码）", "去向/贮存设施编码", "转移去向"])
def test_the_destination_may_name_the_store(title: str) -> None:
    assert reasons(read_lines([TITLE], [*HEADERS[:-1], title], a_row())) == []


def test_a_header_with_two_units_names_none() -> None:
    headers = [*HEADERS[:7], "产生量（吨/kg）", *HEADERS[8:]]

    assert reasons(read_lines([TITLE], headers, a_row(unit=""))) == [(3, "unit", "required_missing")]


def test_the_day_somebody_wrote_the_line_is_not_the_day_of_the_event() -> None:
    reading = read_lines([TITLE], [*HEADERS, "登记日期"], [*a_row(), "2026-11-03"])

    assert reading.accepted[0].event_date.isoformat() == "2026-10-01"


def test_one_name_column_serves_for_both_names() -> None:
    headers, row = [*HEADERS[:3], "危险废物名称", *HEADERS[5:]], a_row()

    reading = read_lines([TITLE], headers, [*row[:4], *row[5:]])

    assert (reading.accepted[0].local_name, reading.accepted[0].waste_name) == ("废机油", "废机油")


def test_a_missing_column_is_missing_in_every_row() -> None:
    reading = read_lines([TITLE], HEADERS[:-1], a_row()[:-1])

    assert reasons(reading) == [(3, "destination", "required_missing")]
    assert reading.refused[0].problems[0].cell == ""


def test_lines_above_the_table_are_title_and_information() -> None:
    reading = read_lines(
        ["单位名称：某厂"], [""], ["表B.1 危险废物产生环节记录表"], ["月份", "2026年10月"], HEADERS, a_row()
    )

    assert skipped(reading) == [(1, "info"), (2, "blank"), (3, "title"), (4, "info"), (5, "header")]


def test_information_in_several_cells_is_no_group_of_the_header() -> None:
    reading = read_lines([TITLE], ["单位名称：某厂", "", "", "记录月份：2026年10月"], HEADERS, a_row())

    assert skipped(reading) == [(1, "title"), (2, "info"), (3, "header")]


@pytest.mark.parametrize(
    "lines", [[["一", "二"], ["三", "四"]], [["产生批次编码", "产生量"], ["HWCS20261001001", "1"]]]
)
def test_a_file_without_the_table(lines: Any) -> None:
    assert file_problems(read_lines(*lines)) == ["file_no_table"]


def test_a_table_without_rows() -> None:
    assert file_problems(read_lines([TITLE], HEADERS)) == ["file_no_rows"]
    assert file_problems(read_lines([TITLE], HEADERS, [""] * 15, total("合计"))) == ["file_no_rows"]


# --- what is no data ---


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("小计", "subtotal"), ("合计", "total"), ("合 计", "total"), ("总计：", "total"), ("累计", "total"), ("共计", "total"),
        ("10月合计", "total"), ("本页小计", "subtotal"), ("过次页", "subtotal"), ("承前页", "subtotal"), ("转下页", "subtotal"),
        ("HW08小计", "subtotal"), ("本月合计（吨）", "total"), ("本年累计", "total"), ("上页结转", "subtotal"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [0, 3])
def test_sums_and_carry_overs_are_no_data(label: str, kind: str, at: int) -> None:
    reading = read_csv_rows(a_row(1), total(label, at=at), a_row(2))

    assert (reading.result, len(reading.accepted)) == ("accepted", 2)
    assert skipped(reading)[-1] == (4, kind)


def test_a_repeated_header_is_no_data_and_may_change_the_order() -> None:
    turned = list(reversed(HEADERS))

    reading = read_csv_rows(a_row(1), HEADERS, a_row(2), [TITLE], turned, list(reversed(a_row(3))))

    assert [row.grams for row in reading.accepted] == [123_400] * 3
    assert skipped(reading)[2:] == [(4, "header_repeat"), (6, "title"), (7, "header_repeat")]


def test_both_lines_of_a_header_may_be_repeated() -> None:
    reading = read_lines([TITLE], GROUPS, SUBS, a_row(1), GROUPS, SUBS, a_row(2))

    assert reading.result == "accepted"
    assert skipped(reading)[3:] == [(5, "header_repeat"), (6, "header_repeat")]


def test_the_title_of_a_further_page_names_another_month() -> None:
    later = a_row(
        2, batch_no="HWCS20261105001", event_at="11月5日", container_code=container_code(2, day="20261105")
    )

    reading = read_csv_rows(a_row(1), ["2026年11月台账"], HEADERS, later)

    assert reading.accepted[1].event_date.isoformat() == "2026-11-05"
    assert cautions(reading) == [(6, "event_at", "date_year_from_title")]


@pytest.mark.parametrize(
    "note",
    [
        ["填表人：郑虚七", "审核：周假五"],
        ["备注：以上为全部"],
        ["以下空白"],
        ["注：每件一行"],
        ["第1页 共2页"],
    ],
)
def test_notes_are_no_data(note: list[str]) -> None:
    reading = read_csv_rows(a_row(), note)

    assert reading.result == "accepted"
    assert skipped(reading)[-1] == (4, "note")


def test_blank_lines_and_lines_numbered_in_advance_are_blank() -> None:
    numbered = ["2", *[""] * 14]

    reading = read_csv_rows(a_row(), [""] * 15, [], numbered, ["/"] * 15, a_row(2))

    assert reading.result == "accepted"
    assert skipped(reading)[2:] == [(4, "blank"), (5, "blank"), (6, "blank"), (7, "blank")]


def test_a_row_of_data_called_like_a_sum_stays_data() -> None:
    assert reasons(read_csv_rows(a_row(local_name="累计", quantity="x"))) == [
        (3, "quantity", "mass_not_a_number")
    ]


def test_a_row_with_almost_nothing_is_still_data() -> None:
    row = ["2", "", "2026-10-01", "废机油", *[""] * 11]

    assert (4, "batch_no", "required_missing") in reasons(read_csv_rows(a_row(), row))


# --- printed sums ---


@pytest.mark.parametrize(
    ("quantity", "unit", "wrong"),
    [
        ("0.2468", "吨", False), ("0.2468吨", "", False), ("246.8", "kg", False), ("0.25", "吨", False), ("0.3702", "吨", False),
        ("0.24", "吨", True), ("0.3", "吨", True), ("", "吨", False), ("见附表", "吨", False), ("0.2468", "", False),
    ],
)  # fmt: skip
def test_a_total_fits_the_rows_accepted_or_all_that_can_be_read(
    quantity: str, unit: str, wrong: bool
) -> None:
    reading = read_csv_rows(a_row(1), a_row(2), a_row(3, destination=""), total("合计", quantity, unit))

    assert cautions(reading) == ([(6, "quantity", "total_mismatch")] if wrong else [])


def test_subtotals_count_from_the_one_before_and_totals_from_the_start() -> None:
    reading = read_csv_rows(
        a_row(1, quantity="1"), a_row(2, quantity="2"), total("小计", "3"), a_row(3, quantity="4"), total("小计", "7"),
        total("合计", "7"), a_row(4, quantity="5"), total("小计", "5"), total("合计", "5"), total("总计", "12"),
    )  # fmt: skip

    assert cautions(reading) == [(7, "quantity", "total_mismatch")]


def test_pages_carry_their_sum_over() -> None:
    reading = read_csv_rows(
        a_row(1, quantity="1"), total("过次页", "1"), HEADERS, total("承前页", "1"), a_row(2, quantity="2"),
        total("过次页", "3"), total("承前页", "3"), a_row(3, quantity="4"), total("合计", "7"), total("本年累计", "99"),
    )  # fmt: skip

    assert (reading.result, cautions(reading)) == ("accepted", [])


def test_a_label_and_its_sum_in_one_cell() -> None:
    reading = read_csv_rows(a_row(1), ["合计：0.5吨"])

    assert cautions(reading) == [(4, "quantity", "total_mismatch")]
