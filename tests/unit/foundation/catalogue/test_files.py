"""The shipped reference files are what their documents say (domain-rules.md 14.9)."""

from collections import Counter

import pytest

from app.foundation.catalogue import files


def test_the_list_of_2025_is_whole():
    rows = files.waste_rows()

    assert len(rows) == 470
    assert len({row["category_code"] for row in rows}) == 46
    assert Counter(row["change_from_2021"] for row in rows) == {
        "same": 408,
        "wording": 27,
        "revised": 30,
        "new": 5,
    }


def test_every_name_has_pinyin_initials():
    initials = files.pinyin_initials()
    codes = {row["waste_code"] for row in files.read_rows(files.WASTES) + files.read_rows(files.REMOVED)}
    categories = {row["category_code"] for row in files.read_rows(files.WASTES)}
    classes = {row["class_code"] for row in files.read_rows(files.GENERAL_CLASSES)}

    industries = {row["code"] for row in files.read_rows(files.INDUSTRIES) if row["level"] == "class"}

    assert set(initials) == codes | categories | classes | industries
    assert initials["HW06"] == "fyjrjyhyjrjfw"


def test_the_initials_are_those_the_build_script_writes():
    from scripts.build_pinyin import initials, named_texts

    assert files.pinyin_initials() == {code: initials(text) for code, text in named_texts()}


def test_words_with_two_readings_have_the_right_one():
    from scripts.build_pinyin import initials

    assert initials("重铬酸钠") == "cgsn"
    assert initials("重馏分") == "zlf"
    assert initials("粘合剂、密封剂") == "zhj mfj"


def test_every_category_has_an_english_name():
    named = {row["category_code"] for row in files.read_rows(files.CATEGORY_NAMES)}

    assert named == {row["category_code"] for row in files.waste_rows()}


def test_only_the_rows_of_the_chinese_standard_are_here():
    assert [row["rule_id"] for row in files.read_rows(files.INCOMPATIBILITIES)] == [
        f"GB-{n}" for n in range(1, 7)
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"waste_code": "900-402-43"}, "category"),
        ({"category_code": "HW07"}, "category"),
        ({"hazard_properties": "X"}, "hazard"),
        ({"waste_code": "841-002-01"}, "twice"),
    ],
)
def test_invented_codes_are_noticed(monkeypatch, change, words):
    rows = [dict(row) for row in files.read_rows(files.WASTES)]
    rows[0].update(change)
    monkeypatch.setattr(files, "read_rows", lambda name: rows)

    with pytest.raises(files.DamagedFile, match=words):
        files.waste_rows()


def test_a_list_that_lacks_a_row_is_noticed(monkeypatch):
    rows = files.read_rows(files.WASTES)[:-1]
    monkeypatch.setattr(files, "read_rows", lambda name: rows)

    with pytest.raises(files.DamagedFile, match="469"):
        files.waste_rows()
