"""What one row of table B.1 may say, and every reason to refuse it."""

from datetime import date, time
from typing import Any

import pytest

from tests.unit.waste.registry.ledgers import (
    HEADERS,
    OTHER_CREDIT_CODE,
    TITLE,
    a_row,
    cautions,
    container_code,
    csv_bytes,
    read_bytes,
    read_csv_rows,
    read_one,
    reasons,
    with_wrong_check_digit,
)

GRAMS = 123_400


def accepted_grams(**changes: Any) -> int:
    reading = read_one(**changes)
    assert reasons(reading) == []
    return reading.accepted[0].grams


def test_a_right_row_is_accepted_without_a_word() -> None:
    reading = read_one()

    assert reading.result == "accepted"
    assert (reasons(reading), cautions(reading)) == ([], [])
    row = reading.accepted[0]
    assert (row.row, row.grams, row.container_kind, row.container_count) == (3, GRAMS, "桶", 1)
    assert (row.event_date, row.event_time) == (date(2026, 10, 1), None)


# --- required ---


@pytest.mark.parametrize("empty", ["", " ", "/", "-", "—", "——", "／", "－", "\u3000", "\u200b", "\xa0"])
def test_what_means_nothing_is_missing(empty: str) -> None:
    assert reasons(read_one(producer_operator=empty)) == [(3, "producer_operator", "required_missing")]


@pytest.mark.parametrize(
    "field",
    [
        "batch_no", "event_at", "local_name", "waste_name", "quantity", "unit", "container_code", "container_kind",
        "container_count", "source_facility", "producer_operator", "destination",
    ],
)  # fmt: skip
def test_every_field_but_the_category_is_required(field: str) -> None:
    assert reasons(read_one(**{field: ""})) == [(3, field, "required_missing")]


def test_a_missing_code_is_both_missing_and_unknown() -> None:
    problems = reasons(read_one(waste_code=""))

    assert problems == [(3, "waste_code", "required_missing"), (3, "waste_code", "code_unknown")]


def test_all_problems_of_a_row_are_told_at_once_with_cell_and_value() -> None:
    reading = read_one(event_at="2026-10-32", quantity="满桶", container_count="一", destination="")

    assert [(p.field, p.cell, p.reason, p.value) for p in reading.refused[0].problems] == [
        ("event_at", "C3", "date_invalid", "2026-10-32"),
        ("quantity", "H3", "mass_not_a_number", "满桶"),
        ("container_count", "L3", "count_invalid", "一"),
        ("destination", "O3", "required_missing", ""),
    ]
    assert all(
        str(p.text) and str(p.mend) and "{" not in f"{p.text}{p.mend}" for p in reading.refused[0].problems
    )


# --- waste codes ---


@pytest.mark.parametrize(
    "code",
    [
        "900-249-08", "90024908", "HW08 900-249-08", "HW08(900-249-08)", "900-249-08（HW08）", "９００－２４９－０８",
        "900 - 249 - 08", "900—249—08", "900‑249‑08", "【900-249-08】", "HW08-900-249-08", "HW08/900-249-08",
        "HW0890024908", "hw08 90024908", "900-249-08 废矿物油", "900-249-\n08", "90024908.0", "'90024908",
        "900-249-08/900-249-08", "HW08900-249-08", "900249-08", "900-24908",
    ],
)  # fmt: skip
def test_one_code_however_it_is_written(code: str) -> None:
    reading = read_one(waste_code=code)

    assert (reasons(reading), cautions(reading)) == ([], [])
    assert reading.accepted[0].waste_code == "900-249-08"


@pytest.mark.parametrize("code", ["9OO-249-08", "900-249-O8", "9oo-249-o8", "HWO8 900-249-08", "900-249-8"])
def test_a_mended_code_is_warned_of(code: str) -> None:
    reading = read_one(waste_code=code)

    assert reasons(reading) == []
    assert cautions(reading) == [(3, "waste_code", "code_corrected")]


@pytest.mark.parametrize(
    ("written", "code"), [("7200102", "072-001-02"), ("72-001-02", "072-001-02"), ("7l-002-0l", "")]
)
def test_a_leading_zero_is_put_back_only_for_listed_codes(written: str, code: str) -> None:
    reading = read_one(
        waste_code=written,
        category="",
        container_code=container_code(code=code or "900-249-08"),
        waste_name="x",
    )

    listed = code in ("072-001-02",) and not reasons(reading)
    assert listed or (3, "waste_code", "code_unknown") in reasons(reading)


@pytest.mark.parametrize(
    "code", ["900-001-17", "900-249-8O8", "废机油", "12345", "HW08", "2026-10-01", "900-249-089"]
)
def test_a_code_that_is_not_in_the_list_is_unknown(code: str) -> None:
    assert (3, "waste_code", "code_unknown") in reasons(read_one(waste_code=code))


@pytest.mark.parametrize(
    "code", ["900-249-08、900-041-49", "900-249-08 900-041-49", "90024908 90004149", "900-249-08、90004149"]
)
def test_two_codes_in_a_cell_are_ambiguous(code: str) -> None:
    assert reasons(read_one(waste_code=code)) == [(3, "waste_code", "code_ambiguous")]


def test_the_list_of_the_day_of_the_event_counts() -> None:
    asked: list[tuple[str, date]] = []

    read_csv_rows(a_row(event_at="2026-10-05"), find_waste=lambda code, day: asked.append((code, day)))

    assert asked == [("900-249-08", date(2026, 10, 5))]


def test_the_code_of_unlisted_waste_is_right_for_every_category() -> None:
    code = container_code(code="900-000-08")

    assert reasons(read_one(waste_code="900-000-08", container_code=code)) == []
    wrong = container_code(code="900-000-42")
    assert (3, "waste_code", "code_unknown") in reasons(
        read_one(waste_code="900-000-42", category="HW42", container_code=wrong)
    )


# --- categories ---


@pytest.mark.parametrize(
    "category",
    ["HW08", "hw08", "ＨＷ０８", "HW 08", "HW8", "08", "8", "HW08 废矿物油", "废矿物油与含矿物油废物"],
)
def test_a_category_however_it_is_written(category: str) -> None:
    reading = read_one(category=category)

    assert (reasons(reading), cautions(reading)) == ([], [])


@pytest.mark.parametrize("category", ["HW09", "49", "其他废物", "随便", "HW08、HW49"])
def test_a_category_that_contradicts_the_code(category: str) -> None:
    assert reasons(read_one(category=category)) == [(3, "category", "code_category_mismatch")]


def test_a_category_in_the_code_cell_counts_too() -> None:
    assert reasons(read_one(waste_code="HW49 900-249-08")) == [(3, "waste_code", "code_category_mismatch")]


def test_an_empty_category_follows_from_the_code() -> None:
    reading = read_one(category="")

    assert cautions(reading) == [(3, "category", "category_from_code")]
    assert reading.accepted[0].category == "HW08"


# --- masses and units ---


@pytest.mark.parametrize(
    ("quantity", "unit", "grams"),
    [
        ("0.5", "吨", 500_000), ("0.5", "t", 500_000), ("0.5", "T", 500_000), ("0.5", "公吨", 500_000),
        ("12.5", "kg", 12_500), ("12.5", "KG", 12_500), ("12.5", "千克", 12_500), ("12.5", "公斤", 12_500),
        ("12.5", "ｋｇ", 12_500), ("12.5", "㎏", 12_500), ("850", "克", 850), ("850", "g", 850), ("3", "斤", 1_500),
        ("0.5", "吨（t）", 500_000), ("1,250", "kg", 1_250_000), ("1，250", "kg", 1_250_000), ("12,345.5", "kg", 12_345_500),
        ("０．５", "吨", 500_000), (" 0.5 ", " 吨 ", 500_000), ("675公斤", "公斤", 675_000), ("675 kg", "", 675_000),
        ("0.5t", "吨", 500_000), ("500斤", "", 250_000), ("+0.5", "吨", 500_000), (".5", "吨", 500_000),
        ("1.5E-2", "吨", 15_000), ("0.084000000000000005", "吨", 84_000), ("60", "吨", 60_000_000),
    ],
)  # fmt: skip
def test_a_mass_in_grams(quantity: str, unit: str, grams: int) -> None:
    assert accepted_grams(quantity=quantity, unit=unit) == grams


@pytest.mark.parametrize(
    "quantity",
    [
        "满桶", "0.5-0.6", "0.5~0.6", "0.3+0.2", "≥0.5", "<0.5", "1,25", "12,34", "0,250", "1.250,5", "1.2.3", "半吨",
        "0.5吨多", "5e", "--5", "约", "0.5/0.6", "2*0.5", "一百",
    ],
)  # fmt: skip
def test_what_is_no_number(quantity: str) -> None:
    assert (3, "quantity", "mass_not_a_number") in reasons(read_one(quantity=quantity))


@pytest.mark.parametrize("quantity", ["-0.5", "－0.5", "−0.5", "(0.5)"])
def test_a_negative_mass(quantity: str) -> None:
    assert reasons(read_one(quantity=quantity)) == [(3, "quantity", "mass_negative")]


@pytest.mark.parametrize("quantity", ["0", "0.00", "0.0000000001", "-0.00000000001"])
def test_no_mass_or_only_the_noise_of_binary_fractions(quantity: str) -> None:
    assert reasons(read_one(quantity=quantity)) == [(3, "quantity", "mass_zero")]


@pytest.mark.parametrize("quantity", ["60.000001", "850", "1e300"])
def test_more_than_sixty_tonnes_in_one_container(quantity: str) -> None:
    assert reasons(read_one(quantity=quantity)) == [(3, "quantity", "over_limit")]


@pytest.mark.parametrize("quantity", ["约0.5", "0.5左右", "约0.5吨", "约 0.5 吨左右", "≈0.5", "大约0.5"])
def test_an_approximate_mass_is_warned_of(quantity: str) -> None:
    reading = read_one(quantity=quantity)

    assert reading.accepted[0].grams == 500_000
    assert cautions(reading) == [(3, "quantity", "mass_approximate")]


@pytest.mark.parametrize(("quantity", "grams"), [("12.3455", 12_346), ("12.3454", 12_345), ("0.0005", 1)])
def test_finer_than_a_gram_is_rounded_half_up_and_warned_of(quantity: str, grams: int) -> None:
    reading = read_one(quantity=quantity, unit="kg")

    assert reading.accepted[0].grams == grams
    assert cautions(reading) == [(3, "quantity", "mass_rounded")]


@pytest.mark.parametrize("unit", ["升", "L", "m³", "立方米", "桶", "个", "毫克", "磅", "公司", "kg/m"])
def test_a_unit_that_is_no_mass(unit: str) -> None:
    assert reasons(read_one(unit=unit)) == [(3, "unit", "unit_unknown")]


@pytest.mark.parametrize("quantity", ["85升", "2桶", "85L"])
def test_a_unit_that_is_no_mass_in_the_cell(quantity: str) -> None:
    assert (3, "quantity", "unit_unknown") in reasons(read_one(quantity=quantity, unit=""))


def test_the_cell_contradicts_the_unit_column() -> None:
    assert reasons(read_one(quantity="675kg")) == [(3, "quantity", "unit_conflict")]


def read_under(title: str, quantity_header: str, quantity: str, unit: str | None = "") -> Any:
    headers = list(HEADERS)
    headers[7] = quantity_header
    row = a_row(quantity=quantity, unit=unit)
    if unit is None:
        del headers[8], row[8]
    return read_bytes(csv_bytes([[title], headers, row]), "x.csv")


@pytest.mark.parametrize(
    "header",
    ["产生量(kg)", "产生量（千克）", "产生量/kg", "产生量（单位：公斤）", "产生量kg", "产生量\n（KG）"],
)
@pytest.mark.parametrize("unit", ["", None])
def test_the_header_names_the_unit(header: str, unit: str | None) -> None:
    assert read_under(TITLE, header, "12.5", unit).accepted[0].grams == 12_500


@pytest.mark.parametrize("line", ["单位：吨", "产生台账 2026年10月（单位：t）", "2026年10月 计量单位:公吨"])
def test_a_line_above_the_table_names_the_unit(line: str) -> None:
    assert read_under(line, "产生量", "0.5").accepted[0].grams == 500_000


def test_the_name_of_the_firm_is_no_unit() -> None:
    assert reasons(read_under("单位：吨位公司", "产生量", "0.5")) == [(3, "unit", "required_missing")]


def test_the_nearest_unit_wins() -> None:
    assert read_under("单位：吨", "产生量(kg)", "500", "克").accepted[0].grams == 500
    reading = read_under("单位：吨", "产生量(吨)", "12.5kg")
    assert reading.accepted[0].grams == 12_500
    assert cautions(reading) == [(3, "quantity", "unit_overrides_header")]


def test_a_header_in_cubic_metres_gives_no_mass() -> None:
    assert reasons(read_under(TITLE, "产生量(m³)", "0.5")) == [(3, "unit", "unit_unknown")]


# --- dates ---


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2026-10-05", None), ("2026/10/5", None), ("2026.10.05", None), ("2026年10月5日", None), ("20261005", None),
        ("２０２６－１０－０５", None), ("2026 年 10 月 5 日", None), ("2026-10-05 08:30", time(8, 30)),
        ("2026/10/5 8:30:15", time(8, 30, 15)), ("2026年10月5日8时30分", time(8, 30)), ("2026-10-05T08:30:00", time(8, 30)),
        ("2026-10-05T08:30:00+08:00", time(8, 30)), ("2026-10-05T00:30Z", time(8, 30)), ("2026-10-04T19:30-05:00", time(8, 30)),
        ("20261005 08:30", time(8, 30)), ("2026-10-05 下午2:30", time(14, 30)), ("2026-10-05 2:30 PM", time(14, 30)),
        ("2026-10-05\n08：30", time(8, 30)), ("2026-10-05（周一）", None), ("2026-10-05 08:30 UTC+8", time(8, 30)),
        ("二〇二六年十月五日", None), ("20261005083000", time(8, 30)), ("2026年10月5日 8点", time(8, 0)),
    ],
)  # fmt: skip
def test_a_date_however_it_is_written(written: str, clock: time | None) -> None:
    reading = read_one(event_at=written)

    assert reasons(reading) == []
    assert (reading.accepted[0].event_date, reading.accepted[0].event_time) == (date(2026, 10, 5), clock)


def test_a_time_with_a_zone_may_fall_on_the_next_day() -> None:
    row = read_one(event_at="2026-09-30T23:30:00Z").accepted[0]

    assert (row.event_date, row.event_time) == (date(2026, 10, 1), time(7, 30))


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-32", "2026-13-01", "2026-02-29", "10/11/2026", "01-10-2026", "2026年10月", "10月", "昨天", "2026-10-01~03",
        "2026-10-01 25:00", "2026-10-01 08:30 火星", "2026-10-1-2", "999", "99999999", "10/11/26", "2026", "2026-10-01、02",
    ],
)  # fmt: skip
def test_no_such_date_or_more_than_one(written: str) -> None:
    assert reasons(read_one(event_at=written)) == [(3, "event_at", "date_invalid")]


def test_a_day_after_today() -> None:
    assert reasons(read_one(event_at="2062-10-01")) == [(3, "event_at", "date_future")]
    assert reasons(read_csv_rows(a_row(), today=date(2026, 9, 30))) == [(3, "event_at", "date_future")]


@pytest.mark.parametrize("written", ["10月5日", "10-05", "10/5", "10.5", "10月5号 8:30"])
def test_a_year_from_the_title(written: str) -> None:
    reading = read_one(event_at=written)

    assert reading.accepted[0].event_date == date(2026, 10, 5)
    assert (3, "event_at", "date_year_from_title") in cautions(reading)


def test_a_date_without_a_year_needs_a_title_with_one() -> None:
    assert reasons(read_one(title="产生台账", event_at="10月5日")) == [(3, "event_at", "date_invalid")]


def test_a_day_and_a_month_that_could_be_turned() -> None:
    assert reasons(read_one(title="2026年产生台账", event_at="3/4")) == [(3, "event_at", "date_invalid")]
    assert reasons(read_one(title="2026年产生台账", event_at="3月4日")) == []


@pytest.mark.parametrize("written", ["26-10-05", "26年10月5日", "26.10.5", "26/10/05"])
def test_a_year_of_two_digits_is_warned_of(written: str) -> None:
    reading = read_one(event_at=written)

    assert reading.accepted[0].event_date == date(2026, 10, 5)
    assert (3, "event_at", "date_two_digit_year") in cautions(reading)


@pytest.mark.parametrize(("written", "clock"), [("46300", None), ("46300.5", time(12, 0))])
def test_a_bare_serial_number_is_warned_of(written: str, clock: time | None) -> None:
    reading = read_one(event_at=written)

    assert (reading.accepted[0].event_date, reading.accepted[0].event_time) == (date(2026, 10, 5), clock)
    assert (3, "event_at", "date_serial") in cautions(reading)


@pytest.mark.parametrize(
    ("title", "outside"),
    [
        ("2026年10月台账", False), ("2026年9月台账", True), ("2026年9月-10月台账", False), ("2026年第四季度", False),
        ("2026年三季度", True), ("2025年度台账", True), ("2026年度台账", False), ("台账", False), ("二〇二六年九月台账", True),
        ("2026-10 台账", False), ("2026.09台账", True), ("台账 填表日期：2026年11月3日", False), ("2026年9月1日至2026年10月31日", False),
        ("2026-09-01至2026-10-31", False), ("台账202609", True), ("2026年10月1日-10月31日", False),
    ],
)  # fmt: skip
def test_a_day_outside_the_period_of_the_title(title: str, outside: bool) -> None:
    expected = [(3, "event_at", "date_outside_period")] if outside else []

    assert cautions(read_one(title=title)) == expected


def test_dates_in_codes_that_differ_are_warned_of() -> None:
    reading = read_one(batch_no="HWCS20261002001", container_code=container_code(day="20261003"))

    assert cautions(reading) == [
        (3, "batch_no", "batch_date_differs"),
        (3, "container_code", "container_date_differs"),
    ]


# --- batches and containers ---


@pytest.mark.parametrize(
    "batch",
    ["HWCS20261001001", "hwcs20261001001", "ＨＷＣＳ20261001001", "HWCS 20261001 001", "HWCS-20261001-001"],
)
def test_a_batch_number_however_it_is_written(batch: str) -> None:
    assert read_one(batch_no=batch).accepted[0].batch_no == "HWCS20261001001"


@pytest.mark.parametrize(
    "batch",
    [
        "CS20261001-1",
        "HWRK20261001001",
        "HWCS20261301001",
        "HWCS18000101001",
        "HWCS2026100101",
        "HWCK20261001001",
    ],
)
def test_a_batch_number_of_another_form(batch: str) -> None:
    assert reasons(read_one(batch_no=batch)) == [(3, "batch_no", "batch_format")]


def test_a_container_code_however_it_is_written() -> None:
    code = container_code()
    written = f" {code[:18].lower()} {code[18:26]}－{code[26:34]}\u200b-{code[34:]}"

    assert read_one(container_code=written).accepted[0].container_code == code


@pytest.mark.parametrize(
    "code",
    [
        container_code()[:-1], container_code() + "1", container_code(day="20260931"), container_code(serial=0),
        "9.1339901E+36", container_code().replace("M", "O"), "桶1",
    ],
)  # fmt: skip
def test_a_container_code_of_another_form(code: str) -> None:
    assert reasons(read_one(container_code=code)) == [(3, "container_code", "container_code_invalid")]


def test_a_wrong_check_digit() -> None:
    code = with_wrong_check_digit(container_code())

    assert reasons(read_one(container_code=code)) == [(3, "container_code", "check_digit")]


@pytest.mark.parametrize("code", [container_code(owner=OTHER_CREDIT_CODE), container_code(code="900-214-08")])
def test_a_container_of_another_firm_or_waste(code: str) -> None:
    assert reasons(read_one(container_code=code)) == [(3, "container_code", "container_code_mismatch")]


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "一", "1个", "许多"])
def test_a_count_that_is_none(count: str) -> None:
    assert reasons(read_one(container_count=count)) == [(3, "container_count", "count_invalid")]


@pytest.mark.parametrize(("count", "number"), [("1", 1), ("1.0", 1), ("１２", 12), (" 3 ", 3)])
def test_a_count(count: str, number: int) -> None:
    assert read_one(container_count=count).accepted[0].container_count == number


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("200L铁桶", "桶"), ("吨桶(IBC)", "桶"), ("IBC", "桶"), ("编织袋", "袋"), ("吨袋", "袋"), ("内衬袋铁桶", "桶"),
        ("铁桶（内衬袋）", "桶"), ("槽罐车", "槽罐"), ("储罐", "槽罐"), ("纸箱", "其他"), ("散装", "其他"),
    ],
)  # fmt: skip
def test_the_kind_of_a_container(written: str, kind: str) -> None:
    assert read_one(container_kind=written).accepted[0].container_kind == kind


def test_names_keep_their_characters_and_lose_their_white_space() -> None:
    row = read_one(
        local_name=" 废机油\u200b（车间\n 2） ", destination="ｔｓ００１", producer_operator="吴设六\u3000"
    ).accepted[0]

    assert (row.local_name, row.destination, row.operator) == ("废机油（车间 2）", "TS001", "吴设六")


def test_characters_no_database_takes_are_dropped() -> None:
    assert read_one(local_name="废\x01机\x7f油").accepted[0].local_name == "废机油"


# --- duplicates ---


def test_the_second_row_of_a_container_changes_nothing() -> None:
    again = a_row(2, container_code=container_code(1).lower(), quantity="0.9", destination="TS002")

    reading = read_csv_rows(a_row(1), again)

    assert reasons(reading) == [(4, "container_code", "duplicate")]
    refusal = reading.refused[0].as_json()
    assert refusal["same_as"] == {"row": 3}
    assert refusal["differs"] == ["batch_no", "quantity", "destination"]


def test_a_refused_row_takes_no_container() -> None:
    reading = read_csv_rows(a_row(1, quantity="满桶"), a_row(2, container_code=container_code(1)))

    assert [row.row for row in reading.accepted] == [4]


def test_a_duplicate_with_other_faults_has_them_all_named() -> None:
    reading = read_csv_rows(a_row(1), a_row(2, container_code=container_code(1), unit=""))

    assert reasons(reading) == [(4, "unit", "required_missing"), (4, "container_code", "duplicate")]


def test_a_container_imported_before_is_a_duplicate() -> None:
    reading = read_csv_rows(
        a_row(1, category=""), a_row(2), a_row(3, unit="x"), known=[container_code(1), container_code(9)]
    )

    assert reasons(reading) == [(3, "container_code", "duplicate"), (5, "unit", "unit_unknown")]
    assert reading.refused[0].as_json()["same_as"] == {"ledger": True}
    assert reading.refused[0].problems[0].cell == "J3"
    assert cautions(reading) == []


# --- shape ---


def test_a_line_with_more_or_fewer_cells_than_the_header() -> None:
    reading = read_csv_rows([*a_row(1), "x"], a_row(2)[:-1], [*a_row(3), "", ""])

    assert reasons(reading) == [(3, "row", "row_shape"), (4, "row", "row_shape")]
    assert [row.row for row in reading.accepted] == [5]


@pytest.mark.parametrize("field", ["local_name", "waste_name", "producer_operator", "destination"])
def test_a_text_is_at_most_two_hundred_characters(field: str) -> None:
    assert reasons(read_one(**{field: "废" * 200})) == []
    assert reasons(read_one(**{field: "废" * 201})) == [(3, field, "text_too_long")]
