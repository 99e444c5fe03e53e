"""Files of general-waste codes: which rows are right, and what is said of the others."""

from app.foundation.documents.spreadsheet import xlsx_bytes
from app.waste.registry.code_list import code_error_file, read_code_list


def read(text, known=()):
    return read_code_list(text.encode(), "codes.csv", known)


def test_columns_go_by_their_titles_in_any_order():
    found = read("序号,固体废物名称,类别,固体废物代码\n1,废木材,SW17,900-005-S17\n")

    assert [(one.row, one.code, one.name) for one in found.accepted] == [(2, "900-005-S17", "废木材")]


def test_a_code_that_stands_twice_with_one_name_counts_once():
    found = read("代码,名称\n900-005-S17,废木材\n９００-005-Ｓ17,废木材\n")

    assert (len(found.accepted), len(found.known), found.refused) == (1, 1, ())


def test_a_code_with_two_names_is_told_where_the_first_stands():
    found = read("代码,名称\n900-005-S17,废木材\n900-005-S17,废竹材\n")

    assert [(row.row, problem.cell) for row in found.refused for problem in row.problems] == [(3, "A3")]
    assert "第 2 行" in str(found.refused[0].problems[0].text)


def test_codes_of_the_park_stay_as_they_are():
    found = read("代码,名称\n900-005-S17,废木材料\n", known={"900-005-S17"})

    assert (found.accepted, len(found.known)) == ((), 1)


def test_all_that_is_wrong_in_a_row_is_told():
    found = read(f"代码,名称,类别\n900-000-S17,废木材,SW17\n,废铁,\n900-001-S17,{'废' * 101},SW16\n")

    assert [[problem.cell for problem in row.problems] for row in found.refused] == [
        ["A2"], ["A3"], ["B4", "C4"],
    ]  # fmt: skip


def test_household_and_building_waste_is_left_out_and_counted():
    found = read("代码,名称\n900-001-S60,家庭源\n900-001-S59,其他\n")

    assert (found.not_industrial, len(found.accepted)) == (1, 1)


def test_workbooks_are_read_and_their_error_file_can_be_read_again():
    rows = [("900-005-S17", "废木材"), ("900-5-S17", "废橡胶")]
    found = read_code_list(
        xlsx_bytes(["代码", "名称"], rows, sheet_name="代码", time_zone="UTC"), "c.xlsx", ()
    )
    errors = read_code_list(code_error_file(found, str), "errors.xlsx", ())

    assert [one.code for one in found.accepted] == ["900-005-S17"]
    assert [row.row for row in errors.refused] == [2]
    assert errors.refused[0].cells[:2] == ("900-5-S17", "废橡胶")


def test_what_is_no_list_is_refused_in_words():
    assert "表头" in str(read("x,y\n1,2\n").file_problem)
    assert read("代码,名称\n").file_problem is not None
    assert read_code_list(b"%PDF-1.4", "a.pdf", ()).file_problem is not None
