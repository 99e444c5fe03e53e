"""Field types of the border schemas, and their base: strict shapes, and sentences that both languages know.

A schema field here refuses what it can't keep exactly: masses are decimal strings (a JSON number may have been a
float on the way), texts are tidied and have a longest length, enums are closed.
"""

import enum
import re
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields

from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, grams_from_kg, kg_text

MAX_MASS_TEXT = 24

COMMON: Mapping[str, Text] = {
    "required": say("必填，请填写"),
    "null": say("不能为空，请填写"),
    "validator_failed": say("填写的值不对，请改正"),
}


def messages(**special: Text) -> dict[str, Any]:
    """The error messages of a field: those of every field and its own."""
    return {**COMMON, **special}


class _Spoken:
    """Errors of a field as `Text`, so that the border renders them in the reader's language."""

    error_messages: dict[str, Any]

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        message = self.error_messages[key]
        if isinstance(message, Text):
            return ValidationError([Text(message.msgid, kwargs)])
        return ValidationError([str(message).format(**kwargs)])


class KilogramsField(_Spoken, fields.Field[Grams]):
    """Kilograms as a decimal string, `"186.400"`; exact grams inside. Never a JSON number."""

    default_error_messages = messages(
        not_text=say('质量以字符串填写千克数，如 "186.400"'),
        invalid=say("请填写千克数，如 186.4"),
        negative=say("质量不能为负"),
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {})
        kwargs["metadata"] = {
            "type": "string",
            "pattern": r"^[0-9]{1,12}(\.[0-9]{1,6})?$",
            "example": "186.400",
            "description": "Kilograms as a decimal string",
            **kwargs["metadata"],
        }
        super().__init__(**kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else kg_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Grams:
        if not isinstance(value, str):
            raise self.make_error("not_text")
        try:
            grams = grams_from_kg(_number_of(value))
        except ValueError:
            raise self.make_error("invalid") from None
        if grams < 0:
            raise self.make_error("negative")
        return grams


def _number_of(typed: str) -> str:
    """What people paste as a number: `1,234.5 kg` -> `1234.5`.

    Raises:
        ValueError: digits of another script, or longer than any mass.
    """
    text = typed.strip().lower()
    if len(text) > MAX_MASS_TEXT:
        raise ValueError("too long")  # never cut: what is left might pass for a number
    for unit in ("kg", "千克", "公斤"):
        text = text.removesuffix(unit)
    text = text.strip()
    if not text.isascii():
        raise ValueError("ASCII digits expected")
    whole, dot, rest = text.partition(".")
    groups = whole.split(",")
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):
        whole = "".join(groups)
    return whole + dot + rest


class WordsField(_Spoken, fields.String):
    """A text people wrote: trimmed, printable, at most `longest` characters."""

    default_error_messages = messages(
        invalid=say("这里要填文字"),
        invalid_utf8=say("这里要填文字"),
        blank=say("请填写"),
        too_long=say("最多 {longest} 个字"),
        unprintable=say("有无法显示的字符，请删去后重填"),
    )

    def __init__(self, longest: int, *, blank: bool = True, **kwargs: Any) -> None:
        self.longest = longest
        self.blank = blank
        limits = {"maxLength": longest} | ({} if blank else {"minLength": 1})
        super().__init__(**{**kwargs, "metadata": {**limits, **kwargs.get("metadata", {})}})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).replace("\r\n", "\n").strip()
        if not text and not self.blank:
            raise self.make_error("blank")
        if len(text) > self.longest:
            raise self.make_error("too_long", longest=self.longest)
        if not text.replace("\n", "").isprintable():
            raise self.make_error("unprintable")
        return text


class ChoiceField(_Spoken, fields.Field[Any]):
    """One value of a closed enum, by its value."""

    default_error_messages = messages(
        unknown=say("只能是：{choices}"),
    )

    def __init__(self, choices: type[enum.StrEnum], **kwargs: Any) -> None:
        self.choices = choices
        described = {"type": "string", "enum": [choice.value for choice in choices]}
        super().__init__(**{**kwargs, "metadata": {**described, **kwargs.get("metadata", {})}})

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else self.choices(value).value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self.choices(value)
        except ValueError:
            known = [choice.value for choice in self.choices]
            raise self.make_error("unknown", choices=known) from None


class IdField(_Spoken, fields.UUID):
    """The id of a thing."""

    default_error_messages = messages(
        invalid_uuid=say("这不是有效的编号"),
    )

    def _validated(self, value: Any) -> UUID:
        if not isinstance(value, str | UUID):
            raise self.make_error("invalid_uuid")
        validated = super()._validated(value)
        if validated is None:
            raise self.make_error("null")
        return validated


class InstantField(_Spoken, fields.AwareDateTime):
    """An aware instant in ISO 8601, `2026-11-20T13:20:00+08:00`; UTC inside."""

    default_error_messages = messages(
        invalid=say("时间应带时区，如 2026-11-20T13:20:00+08:00"),
        invalid_awareness=say("时间应带时区，如 2026-11-20T13:20:00+08:00"),
        format=say("时间应带时区，如 2026-11-20T13:20:00+08:00"),
    )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        instant: datetime = super()._deserialize(value, attr, data, **kwargs)
        # the first and the last year have days that other zones can't name
        if not MINYEAR < instant.year < MAXYEAR:
            raise self.make_error("invalid")
        return instant.astimezone(UTC)


class DayField(_Spoken, fields.Date):
    """A calendar day, `2026-11-20`, of a year with four digits that people use."""

    default_error_messages = messages(
        invalid=say("日期应写成 2026-11-20"),
        format=say("日期应写成 2026-11-20"),
    )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(
            r"(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}", value.strip()
        ):
            raise self.make_error("invalid")
        day: date = super()._deserialize(value.strip(), attr, data, **kwargs)
        return day


class WholeNumberField(_Spoken, fields.Integer):
    """A whole number from `least` to `most`; never a decimal fraction."""

    default_error_messages = messages(
        invalid=say("请填写整数"),
        too_large=say("请填写整数"),
        out_of_range=say("请填写 {least} 至 {most} 的整数"),
    )

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        described = {"minimum": least, "maximum": most}
        super().__init__(strict=True, **{**kwargs, "metadata": {**described, **kwargs.get("metadata", {})}})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool | float):
            raise self.make_error("invalid")
        if isinstance(value, str) and not (
            value.strip().isascii() and value.strip().isdigit() and len(value) < 20
        ):
            raise self.make_error("invalid")
        number = (
            int(value.strip())
            if isinstance(value, str)
            else super()._deserialize(value, attr, data, **kwargs)
        )
        if number is None or not self.least <= number <= self.most:
            raise self.make_error("out_of_range", least=self.least, most=self.most)
        return number


class FlagField(_Spoken, fields.Boolean):
    """Yes or no."""

    default_error_messages = messages(invalid=say("请选择是或否"))


class InputSchema(Schema):
    """Base of what comes in: unknown fields are refused, and said so in both languages."""

    error_messages = messages(unknown=say("没有这个字段"), type=say("这里要一个对象"))
