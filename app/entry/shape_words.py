"""What marshmallow says about the shape of input, as sentences of ours: it speaks English only.

Fields of `app.foundation.core.fields` bring their own sentences; this table is for plain fields and validators.
"""

import re
from collections.abc import Sequence
from typing import Final

from app.foundation.core.text import Text, say

_TABLE: Final[Sequence[tuple[str, Text]]] = (
    (r"Missing data for required field\.", say("必填，请填写")),
    (r"Field may not be null\.", say("不能为空，请填写")),
    (r"Unknown field\.", say("没有这个字段")),
    (r"Invalid (?:input )?type\.|Not a valid mapping type\.", say("这里要一个对象")),
    (r"Invalid JSON body\.", say("请求的格式不对，请检查后重发")),
    (r"Not a valid (?:list|tuple)\.", say("这里要一个列表")),
    (r"Not a valid (?:utf-8 )?string\.", say("这里要填文字")),
    (r"Not a valid boolean\.", say("请选择是或否")),
    (r"Not a valid integer\.", say("请填写整数")),
    (r"Not a valid number\.|Special numeric values .*", say("请填写一个数")),
    (r"Number too large\.", say("数太大，请核对")),
    (r'Not a valid date\.|".*" cannot be formatted as a date\.', say("日期应写成 2026-11-20")),
    (
        r'Not a valid (?:aware |naive )?datetime\.|".*" cannot be formatted as a datetime\.',
        say("时间应带时区，如 2026-11-20T13:20:00+08:00"),
    ),
    (r"Not a valid UUID\.", say("这不是有效的编号")),
    (r"Not a valid email address\.", say("请填写有效的邮箱地址")),
    (r"Not a valid URL\.", say("请填写有效的网址")),
    (
        r"(?:Must be one of|One or more of the choices you made was not in): (?P<choices>.*)\.",
        say("只能是：{choices}"),
    ),
    (r"Shorter than minimum length (?P<least>\d+)\.", say("太短：至少 {least} 个")),
    (r"Longer than maximum length (?P<most>\d+)\.", say("太长：最多 {most} 个")),
    (r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.", say("应为 {least} 至 {most} 个")),
    (r"Length must be (?P<length>\d+)\.", say("应为 {length} 个")),
    (
        r"Must be greater than or equal to (?P<least>\S+) and less than or equal to (?P<most>\S+)\.",
        say("应在 {least} 至 {most} 之间"),
    ),
    (r"Must be greater than or equal to (?P<least>\S+)\.", say("不能小于 {least}")),
    (r"Must be less than or equal to (?P<most>\S+)\.", say("不能大于 {most}")),
    (r"Must be greater than (?P<least>\S+)\.", say("应大于 {least}")),
    (r"Must be less than (?P<most>\S+)\.", say("应小于 {most}")),
    (r"Must be equal to (?P<value>.*)\.", say("应等于 {value}")),
    (r"String does not match expected pattern\.", say("格式不对，请核对")),
    (r"Invalid (?:value|input)\.", say("填写的值不对，请改正")),
)
_SENTENCES: Final = [(re.compile(pattern, re.DOTALL), text) for pattern, text in _TABLE]


def spoken(message: Text | str) -> Text:
    """The sentence for a message of a schema; what we don't know stays as it is."""
    if isinstance(message, Text):
        return message
    for pattern, text in _SENTENCES:
        if found := pattern.fullmatch(message):
            return Text(text.msgid, {name: _listed(name, value) for name, value in found.groupdict().items()})
    return Text(message)


def _listed(name: str, value: str) -> str | list[str]:
    return value.split(", ") if name == "choices" else value
