"""The codes of domain-rules.md 14 with their test vectors (14.x, 16.4)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.catalogue import codes
from app.foundation.catalogue.codes import BatchKind, CodeProblem, ContainerCode

VALID_CREDIT_CODES = ["91420114303563353A", "91130200699229617X", "91330100MA2DEMK01D"]
EXAMPLE_CONTAINER = "91420114303563353A9000060920240701001"

credit_codes = st.text(codes.CREDIT_ALPHABET, min_size=17, max_size=17).map(
    lambda body: body + codes.credit_code_check_character(body)
)
categories = st.sampled_from([*range(1, 41), *range(45, 51)])
waste_codes = st.builds(
    lambda industry, sequence, category: f"{industry:03d}-{sequence:03d}-{category:02d}",
    st.integers(0, 999),
    st.integers(0, 999),
    categories,
)
container_codes = st.builds(
    ContainerCode,
    credit_codes,
    waste_codes,
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, 999),
)


@pytest.mark.parametrize("code", VALID_CREDIT_CODES)
def test_the_known_credit_codes_are_valid(code):
    assert codes.is_credit_code(code)


@pytest.mark.parametrize("code", VALID_CREDIT_CODES)
def test_any_other_last_character_makes_a_credit_code_invalid(code):
    others = set(codes.CREDIT_ALPHABET) - {code[-1]}

    assert not any(codes.is_credit_code(code[:-1] + other) for other in others)


@given(credit_codes, st.integers(0, 17), st.sampled_from(codes.CREDIT_ALPHABET))
def test_one_changed_character_of_a_credit_code_is_noticed(code, position, character):
    changed = code[:position] + character + code[position + 1 :]

    assert codes.is_credit_code(changed) == (changed == code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("9142011430356335", "16位"),
        ("9142011430356335IA", "不含 I"),
        ("91420114303563353a", "大写字母"),
        ("９１４２０１１４３０３５６３３５３Ａ", "大写字母"),
        ("91420114303563353B", "校验位"),
        ("", "0位"),
    ],
)
def test_a_wrong_credit_code_is_told_why(code, words):
    assert words in str(codes.credit_code_problem(code))


def test_tidying_mends_width_case_and_spaces():
    assert codes.tidy(" ９１４２０１１４ 303563353a\n") == "91420114303563353A"


@pytest.mark.parametrize("number", ["91130200699229617X001P"])
def test_a_permit_number_begins_with_a_credit_code(number):
    assert codes.is_pollutant_source_number(number)
    assert not codes.is_pollutant_source_number(number[:-1])
    assert not codes.is_pollutant_source_number("X" + number[1:])


@pytest.mark.parametrize("code", ["MF0001", "TS001", "DA001", "DW001"])
def test_facility_numbers_of_the_permit_are_known(code):
    assert codes.FACILITY_NUMBER.fullmatch(code)


@pytest.mark.parametrize("code", ["900-402-06", "900-000-49", "841-001-01", "900-001-17", "772-006-50"])
def test_waste_codes_of_the_right_form_pass(code):
    assert codes.is_waste_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "900-402-00",
        "900-402-41",
        "900-402-44",
        "900-402-51",
        "90040206",
        "900-402-06 ",
        "900-402-6",
        "९00-402-06",
    ],
)
def test_waste_codes_of_a_wrong_form_fail(code):
    assert not codes.is_waste_code(code)
    assert codes.waste_code_problem(code) is not None


@pytest.mark.parametrize(
    "typed", ["90040206", "900-402-06", "９００－４０２－０６", " 900 402 06 ", "HW900-402-06", "900–402–06"]
)
def test_waste_codes_are_brought_to_one_form(typed):
    assert codes.normal_waste_code(typed) == "900-402-06"


@pytest.mark.parametrize("digits", ["", "9004020", "900402061", "90040243", "9004020a"])
def test_digits_that_are_no_waste_code_are_refused(digits):
    with pytest.raises(CodeProblem):
        codes.waste_code_from_digits(digits)


def test_the_category_is_the_last_two_digits():
    assert codes.category_of("900-402-06") == "HW06"


def test_a_malformed_code_has_no_category():
    with pytest.raises(CodeProblem):
        codes.category_of("900-402-43")


@pytest.mark.parametrize("code", ["900-003-S17", "900-099-S15", "900-001-S17", "900-099-S59"])
def test_general_waste_codes_of_the_right_form_pass(code):
    assert codes.is_general_waste_code(code)
    assert codes.is_industrial_general_waste_code(code)


@pytest.mark.parametrize(
    "code",
    ["900-003-17", "900-003-S8", "900-000-S17", "900-100-S17", "900-003-S08", "900-003-S00", "900-003-s17"],
)
def test_general_waste_codes_of_a_wrong_form_fail(code):
    assert codes.general_waste_code_problem(code) is not None


def test_household_waste_is_not_industrial():
    assert codes.is_general_waste_code("900-001-S62")
    assert not codes.is_industrial_general_waste_code("900-001-S62")


def test_the_class_of_general_waste():
    assert codes.general_waste_class_of("900-003-S17") == "SW17"


def test_the_example_container_code_is_read():
    assert codes.parse_container_code(EXAMPLE_CONTAINER) == ContainerCode(
        "91420114303563353A", "900-006-09", date(2024, 7, 1), 1
    )


@given(container_codes)
def test_writing_and_reading_a_container_code_gives_it_back(code):
    assert len(str(code)) == 37
    assert codes.parse_container_code(str(code)) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (EXAMPLE_CONTAINER[:-1], "36位"),
        ("91420114303563353B" + EXAMPLE_CONTAINER[18:], "校验位"),
        ("91420114303563353A9000064120240701001", "类别"),
        ("91420114303563353A9000060920240230001", "20240230"),
        ("91420114303563353A9000060900010101001", "年份"),
        ("91420114303563353A9000060920240701000", "001-999"),
        ("91420114303563353A90000609202407010A1", "只能是数字"),
    ],
)
def test_a_wrong_container_code_is_told_why(text, words):
    with pytest.raises(CodeProblem, match=words):
        codes.parse_container_code(text)


def test_a_thousandth_container_has_no_code():
    with pytest.raises(CodeProblem):
        ContainerCode("91420114303563353A", "900-006-09", date(2024, 7, 1), 1000)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("HWCS20211031001", BatchKind.GENERATION),
        ("HWRK20211031001", BatchKind.STOCK_IN),
        ("HWCK20211031001", BatchKind.STOCK_OUT),
        ("HWZXLY20211031001", BatchKind.OWN_USE),
        ("HWZXCZ20211031001", BatchKind.OWN_DISPOSAL),
        ("HWWWLY20211031001", BatchKind.ENTRUSTED_USE),
        ("HWWWCZ20211031001", BatchKind.ENTRUSTED_DISPOSAL),
        ("HWCKLY20260101001", BatchKind.EXPORT_USE),
        ("HWCKCZ20211031001", BatchKind.EXPORT_DISPOSAL),
    ],
)
def test_batch_numbers_tell_their_table(text, kind):
    batch = codes.parse_batch_number(text)

    assert batch.kind is kind
    assert str(batch) == text


@pytest.mark.parametrize(
    "text",
    [
        "HWXX20211031001",
        "HWCS2021103100",
        "HWCS20211331001",
        "HWCS202110310011",
        "CS20211031001",
        "HWCS00010101001",
    ],
)
def test_wrong_batch_numbers_are_refused(text):
    with pytest.raises(CodeProblem):
        codes.parse_batch_number(text)


@pytest.mark.parametrize("number", ["20263301000123", "20266600000001"])
def test_national_manifest_numbers_pass_everywhere(number):
    assert codes.national_manifest_number_problem(number, demo=False) is None
    assert codes.national_manifest_number_problem(number, demo=True) is None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("2026330100123", "14位"),
        ("20261901000123", "19"),
        ("19263301000123", "年份"),
        ("2026330100012A", "14位"),
        ("20269901000123", "演示"),
    ],
)
def test_wrong_national_manifest_numbers_are_told_why(number, words):
    assert words in str(codes.national_manifest_number_problem(number, demo=False))


def test_province_99_is_valid_in_demo_parks_only():
    assert codes.national_manifest_number_problem("20269901000123", demo=True) is None


def test_a_manifest_number_names_its_city_of_departure():
    assert codes.manifest_departure_city("20263301000123") == "3301"


@pytest.mark.parametrize("typed", ["浙A·12345", "浙Ａ１２３４５", "浙a 12345", " 浙A-12345", "浙A•12345"])
def test_plates_are_brought_to_one_form(typed):
    assert codes.normal_plate(typed) == "浙A12345"


@pytest.mark.parametrize("plate", ["浙A12345", "浙AD12345", "浙A1234挂", "京AF0001"])
def test_plates_pass(plate):
    assert codes.is_plate(plate)


@pytest.mark.parametrize(
    "plate", ["浙I12345", "浙A1234", "浙A1234567", "A12345", "学A12345", "浙A1O345", "演A12345", ""]
)
def test_wrong_plates_fail(plate):
    assert not codes.is_plate(plate)


def test_demo_plates_are_valid_in_demo_parks_only():
    assert codes.is_plate("演A12345", demo=True)
    assert "演示" in str(codes.plate_problem("演A12345", demo=False))
