"""Messages of marshmallow reach people in their own language."""

import inspect
import re

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from app.entry.problems import flat_messages
from app.entry.shape_words import spoken
from app.foundation.core.text import Text, say

CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNUSED = {
    "IP",
    "IPInterface",
    "IPv4",
    "IPv4Interface",
    "IPv6",
    "IPv6Interface",
    "TimeDelta",
    "ContainsNoneOf",
}
"""Fields and validators that no schema of ours has."""


class Line(Schema):
    code = fields.String(required=True)


class Everything(Schema):
    day = fields.Date()
    year = fields.Integer(validate=validate.Range(min=2000, max=2100))
    lines = fields.List(fields.Nested(Line), validate=validate.Length(max=2))
    language = fields.String(validate=validate.OneOf(["zh", "en"]))


def refused(**given: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        Everything().load(given)
    return flat_messages(caught.value.messages, render=str)


def test_every_wrong_field_is_told_at_once_in_chinese():
    found = refused(day="20.11.2026", year=1999, lines=[{"code": "a"}, {}], language="fr", more=1)

    assert dict(found) == {
        "#/day": "日期应写成 2026-11-20",
        "#/year": "应在 2000 至 2100 之间",
        "#/lines/1/code": "必填，请填写",
        "#/language": "只能是：zh、en",
        "#/more": "没有这个字段",
    }


def test_a_limit_keeps_its_number():
    assert refused(lines=[{"code": "a"}] * 3) == [("#/lines", "太长：最多 2 个")]


def test_sentences_of_ours_and_unknown_ones_stay():
    ours = say("毛重要大于皮重 {tare} kg", tare="18.2")

    assert spoken(ours) is ours
    assert spoken("Something else.") == Text("Something else.")


def standard_messages() -> list[str]:
    """All that marshmallow's fields and validators may say, with values in their places."""
    found = list(Schema._default_error_messages.values())
    for name, field in inspect.getmembers(fields, inspect.isclass):
        if name not in UNUSED and not name.startswith("_"):
            found += getattr(field, "default_error_messages", {}).values()
    for validator in (
        validate.Length(min=1), validate.Length(max=2), validate.Length(min=1, max=2), validate.Length(equal=3),
        validate.Range(min=1), validate.Range(max=1), validate.Range(min=1, max=2),
        validate.Range(min=1, min_inclusive=False), validate.Range(max=0, max_inclusive=False),
        validate.OneOf("ab"), validate.ContainsOnly("ab"), validate.NoneOf("x"), validate.Regexp("a"),
        validate.Equal(7), validate.Email(), validate.URL(),
    ):  # fmt: skip
        found += _said_by(validator)
    return found


def _said_by(validator: validate.Validator) -> list[str]:
    said = []
    for value in ("", "xx", "xxxx", 0, 1, 3):
        try:
            validator(value)
        except ValidationError as refusal:
            said += refusal.messages
        except TypeError:
            continue
    return said


def test_every_standard_message_has_a_sentence():
    words = {"awareness": "aware", "obj_type": "datetime", "input": "x", "input!r": "x", "choices": "a, b"}
    filled = [re.sub(r"\{([^}]*)\}", lambda name: words[name[1]], text) for text in standard_messages()]

    assert [message for message in filled if not CHINESE.search(str(spoken(message)))] == []
