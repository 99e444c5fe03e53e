"""Texts are kept apart from languages."""

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say

ENGLISH = {"库存 {held} kg": "{held} kg in stock", "分区 {zone}": "zone {zone}", "在 {where}": "in {where}"}


def test_a_text_is_chinese_unless_translated():
    text = say("库存 {held} kg", held="1.000")

    assert str(text) == "库存 1.000 kg"
    assert text.render(lambda msgid: ENGLISH[msgid]) == "1.000 kg in stock"


def test_texts_inside_texts_are_translated_too():
    text = say("在 {where}", where=say("分区 {zone}", zone="A1"))

    assert text.render(lambda msgid: ENGLISH[msgid]) == "in zone A1"


def test_lists_become_an_enumeration_of_the_language():
    text = say("库存 {held} kg", held=["1", "2"])

    assert str(text) == "库存 1、2 kg"
    assert text.render(lambda msgid: {"、": ", "}.get(msgid, ENGLISH.get(msgid, ""))) == "1, 2 kg in stock"


def test_braces_that_people_wrote_stay_as_they_are():
    assert str(say("库存 {held} kg", held="{x}")) == "库存 {x} kg"
    assert str(say("只有 { 和 }")) == "只有 { 和 }"


def test_invalid_input_carries_every_problem_and_says_the_first():
    problems = [FieldProblem("#/a", say("甲错了")), FieldProblem("#/b", say("乙错了"))]

    error = InvalidInput(problems)

    assert error.problems == tuple(problems)
    assert str(error) == "甲错了"
    assert str(InvalidInput([])) == "输入有误"


def test_ids_made_later_sort_later():
    ids = [new_id() for _ in range(1_000)]

    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}
    assert len(set(ids)) == 1_000
