"""Looking codes up and searching them, over the loaded list."""

from datetime import date

import pytest
from sqlalchemy import event

from app.foundation.catalogue import queries
from app.foundation.core.errors import InvalidInput, NotFound
from app.foundation.core.work import Actor

TODAY = date(2026, 11, 22)


@pytest.fixture
def work(loaded):
    with loaded.reading(Actor.system()) as work:
        yield work


def codes(work, text, on=TODAY, limit=1000):
    return [entry.code for entry in queries.search_waste(work, text, on=on, limit=limit).items]


def test_the_list_in_memory_is_the_list_in_the_database(work):
    catalogue = queries.catalogue_of(work)

    assert len([entry for entry in catalogue.entries.values() if entry.is_listed_on(TODAY)]) == 470
    assert len(catalogue.categories) == len(catalogue.identified) == 46


@pytest.mark.parametrize(
    ("code", "day", "valid"),
    [
        ("336-100-21", date(2024, 12, 31), True),
        ("336-100-21", date(2025, 1, 1), False),
        ("261-100-11", date(2024, 12, 31), True),
        ("261-100-11", date(2025, 1, 1), False),
        *[
            (code, day, day.year == 2025)
            for code in ("900-054-29", "321-035-48", "321-036-48", "321-037-48", "321-038-48")
            for day in (date(2024, 12, 31), date(2025, 1, 1))
        ],
        ("900-402-06", date(2022, 5, 1), True),
        ("900-000-49", TODAY, True),
        ("900-001-17", TODAY, False),
    ],
)
def test_codes_are_valid_by_the_list_of_their_day(work, code, day, valid):
    assert (queries.find_waste(work, code, day) is not None) == valid


def test_an_entry_carries_what_the_list_prints(work):
    entry = queries.find_waste(work, "900-402-06", TODAY)

    assert entry.category.code == "HW06"
    assert entry.category.name == "废有机溶剂与含有机溶剂废物"
    assert entry.hazards == ("T", "I", "R")
    assert entry.hazard_expression == "T，I，R"
    assert entry.industry == "非特定行业"


@pytest.mark.parametrize(
    "typed", ["900-402-06", "90040206", "900 402 06", "９００－４０２－０６", "HW06 900-402-06"]
)
def test_a_code_is_found_however_it_is_written(work, typed):
    assert codes(work, typed)[0] == "900-402-06"


@pytest.mark.parametrize("part", ["402-06", "40206", "0402", "900-402", "900402"])
def test_part_of_a_code_is_enough(work, part):
    assert "900-402-06" in codes(work, part)


def test_the_beginning_of_a_code_comes_before_its_middle(work):
    found = codes(work, "402")

    assert "900-402-06" in found
    starts = [code.startswith("402") for code in found]
    assert starts == sorted(starts, reverse=True)


@pytest.mark.parametrize("category", ["HW06", "hw06", "ＨＷ06"])
def test_a_category_gives_its_codes_and_the_one_by_identification_last(work, category):
    assert codes(work, category) == [
        "900-401-06",
        "900-402-06",
        "900-404-06",
        "900-405-06",
        "900-407-06",
        "900-409-06",
        "900-000-06",
    ]


def test_one_chinese_character_is_enough(work):
    found = queries.search_waste(work, "氰", on=TODAY, limit=100).items

    assert len(found) > 20
    assert all("氰" in entry.name + entry.category.name for entry in found)


def test_two_characters_are_found_as_a_phrase(work):
    found = queries.search_waste(work, "污泥", on=TODAY, limit=1000).items

    assert len(found) > 80
    assert all("污泥" in entry.name for entry in found)


def test_a_word_that_is_nowhere_whole_is_found_in_pieces(work):
    found = queries.search_waste(work, "电镀污泥", on=TODAY).items

    assert found
    assert all("电镀" in entry.name and "污泥" in entry.name for entry in found)
    assert found[0].category.code == "HW17"


def test_several_words_must_all_fit(work):
    found = queries.search_waste(work, "HW17 污泥 镀镍", on=TODAY).items

    assert found
    assert all(entry.category.code == "HW17" and "镀镍" in entry.name for entry in found)


@pytest.mark.parametrize(("initials", "category"), [("fyjrj", "HW06"), ("ylfw", "HW01"), ("jzlcz", "HW11")])
def test_pinyin_initials_find_a_category(work, initials, category):
    assert queries.search_waste(work, initials, on=TODAY).items[0].category.code == category


def test_pinyin_initials_find_a_wording(work):
    assert "900-039-49" in codes(work, "fhxt")


def test_an_english_reader_finds_a_category(work):
    assert queries.search_waste(work, "solvent", on=TODAY).items[0].category.code == "HW06"


def test_what_is_thrown_away_comes_before_where_it_comes_from(work):
    found = queries.search_waste(work, "废活性炭", on=TODAY, limit=100).items

    places = ["废活性炭" in entry.name.rpartition("产生的")[2] for entry in found]
    assert places == sorted(places, reverse=True)


def test_a_code_by_identification_is_found_by_its_code_only(work):
    assert codes(work, "900-000-49") == ["900-000-49"]
    assert "900-000-49" not in codes(work, "其他废物")


def test_a_removed_code_is_found_on_days_of_its_list_only(work):
    assert codes(work, "336-100-21", on=date(2024, 6, 1)) == ["336-100-21"]
    assert codes(work, "336-100-21") == []


@pytest.mark.parametrize(
    "text", ["没有这种废物啊", "zzzzzz", "999-999-99", "%", '"', "\x00", "😀", "x" * 500]
)
def test_what_fits_nothing_gives_nothing(work, text):
    assert codes(work, text) == []


def test_no_words_give_the_whole_list(work):
    assert len(codes(work, "  ")) == 470


def test_pages_join_without_gap_or_double(work):
    pages, cursor = [], None
    while True:
        page = queries.search_waste(work, "污泥", on=TODAY, limit=20, cursor=cursor)
        pages += [entry.code for entry in page.items]
        if (cursor := page.next_cursor) is None:
            break

    assert pages == codes(work, "污泥")


def test_a_cursor_of_another_search_is_refused(work):
    with pytest.raises(InvalidInput):
        queries.search_waste(work, "污泥", on=TODAY, cursor="841-001-01")


def test_a_code_no_longer_listed_names_its_successor(work):
    with pytest.raises(NotFound, match="336-100-17"):
        queries.waste_entry(work, "33610021")


@pytest.mark.parametrize("code", ["900-001-17", "900-402-43", "", "no code"])
def test_a_code_that_is_not_listed_is_not_found(work, code):
    with pytest.raises(NotFound):
        queries.waste_entry(work, code)


def test_exemptions_are_found_by_code_in_a_list_and_by_category(work):
    assert {row.item for row in queries.exemptions_for(work, "900-006-09")} == {9}
    assert {row.item for row in queries.exemptions_for(work, "900-300-34")} == {20}
    assert {row.item for row in queries.exemptions_for(work, "900-042-49")} == {24}


def test_the_other_tables_can_be_asked(work):
    assert queries.industry(work, "2614").name
    assert queries.industry(work, "9999") is None
    assert queries.container_ratings(work)["酸（非氧化）如硼酸、盐酸", "软碳钢"] == "N"
    assert len(queries.incompatibilities(work)) == 6
    assert len(queries.waste_notes(work)) == 8
    assert queries.general_waste_classes(work)[0].name == "冶炼废渣"


def test_looking_up_costs_no_statement_once_the_list_is_read(loaded, work):
    queries.catalogue_of(work)
    statements = []
    connection = work.session.connection()
    listener = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(connection, "before_cursor_execute", listener)

    queries.find_waste(work, "900-402-06", TODAY)
    queries.search_waste(work, "污泥", on=TODAY)

    event.remove(connection, "before_cursor_execute", listener)
    assert statements == []


def test_without_a_list_nothing_is_guessed(throwaway_database):
    with throwaway_database.reading(Actor.system()) as work, pytest.raises(queries.CatalogueNotLoaded):
        queries.catalogue_of(work)
