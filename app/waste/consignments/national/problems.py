"""What can be wrong with a line of the file, or not agree with our consignments: in words, with a mend."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.foundation.core.text import Text, say
from app.waste.consignments.national.columns import COLUMN_WORDS, Column


class Reason(enum.StrEnum):
    """Why a line is not, or not silently, taken."""

    NUMBER_INVALID = "number_invalid"
    STAGE_UNKNOWN = "stage_unknown"
    DATE_INVALID = "date_invalid"
    MASS_INVALID = "mass_invalid"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"
    TOO_LITTLE = "too_little"
    AMBIGUOUS = "ambiguous"
    NUMBER_TAKEN = "number_taken"
    NUMBER_SEALED = "number_sealed"
    NUMBER_DIFFERS = "number_differs"
    NOT_YOURS = "not_yours"
    DAY_MISSING = "day_missing"
    DAY_OUT_OF_ORDER = "day_out_of_order"
    VOID_DIFFERS = "void_differs"
    STATE_DIFFERS = "state_differs"
    MASS_DIFFERS = "mass_differs"
    PARTY_DIFFERS = "party_differs"
    CODE_DIFFERS = "code_differs"
    DISCREPANCY_DIFFERS = "discrepancy_differs"


R = Reason
DIFFERENCES: Final = frozenset(
    {R.STATE_DIFFERS, R.MASS_DIFFERS, R.PARTY_DIFFERS, R.CODE_DIFFERS, R.DISCREPANCY_DIFFERS, R.VOID_DIFFERS}
)
"""The two systems say different things of one consignment."""

_WORDS: Final[Mapping[Reason, tuple[Text, Text]]] = {
    R.NUMBER_INVALID: (say("“{value}”不是国家联单编号"), say("应为 14 位数字；请从国家系统重新导出，勿手工改写")),
    R.STAGE_UNKNOWN: (say("看不懂阶段“{value}”"), say("请填写待发运、运输中、已接收或已完结")),
    R.DATE_INVALID: (say("日期“{value}”不存在，或晚于今天"), say("请写成 2026-10-01")),
    R.MASS_INVALID: (say("数量“{value}”不是一个大于零的数"), say("请填写一个数，例如 1.250")),
    R.DUPLICATE: (say("同一联单的同一废物在此文件中已有一行"), say("请删去重复的一行")),
    R.UNKNOWN: (say("没有与此行相符的联单"), say("请核对单位、车牌、日期、代码和数量；本平台没有起草的联单请先起草")),
    R.TOO_LITTLE: (
        say("此编号不在本平台的联单上，凭此行又无法认出是哪一份"),
        say("请补齐移出单位、接受单位、车牌号、转移日期、废物代码和计划数量"),
    ),
    R.AMBIGUOUS: (say("有 {count} 份联单与此行相符：{ours}"), say("请在其中一份联单上直接填写国家联单编号")),
    R.NUMBER_TAKEN: (say("编号 {value} 已用于另一份联单"), say("一个编号只属于一份联单；请核对编号")),
    R.NUMBER_SEALED: (
        say("{number} 在移出人签署时没有国家联单编号，现已封存"),
        say("请在联单页面申请更正，经各方同意后补填编号"),
    ),
    R.NUMBER_DIFFERS: (say("{number} 上的国家联单编号是 {ours}"), say("请核对哪一个正确；平台上的写错了，请在联单页面更正")),
    R.NOT_YOURS: (say("{number} 的这一项不由你的单位登记"), say("请移出人填写编号、接受人登记确认")),
    R.DAY_MISSING: (say("国家系统已接收，但此行没有接收日期"), say("请补上接收日期，或在联单页面登记确认")),
    R.DAY_OUT_OF_ORDER: (say("接收日期不在签收日 {ours} 与今天之间"), say("请核对接收日期")),
    R.VOID_DIFFERS: (say("作废与否不一致：平台上的 {number} 为“{ours}”"), say("请核对是否应作废；两边应一致")),
    R.STATE_DIFFERS: (say("阶段不一致：平台上的 {number} 为“{ours}”"), say("请在落后的一方办理下一步")),
    R.MASS_DIFFERS: (say("数量不一致：平台上的 {number} 为 {ours} t"), say("请核对磅单；签署后的数量须申请更正")),
    R.PARTY_DIFFERS: (say("与平台上的 {number} 不一致：{ours}"), say("请核对编号是否填在了别的联单上")),
    R.CODE_DIFFERS: (say("平台上的 {number} 没有这种废物"), say("请核对编号与废物代码")),
    R.DISCREPANCY_DIFFERS: (say("国家系统有重大差异，平台上的 {number} 没有"), say("请接受人在联单页面登记重大差异")),
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One cell that stops its line, or says something else than our consignment."""

    reason: Reason
    column: Column
    cell: str
    """As a spreadsheet names it, such as C7."""
    value: str
    """What stands there."""
    number: str = ""
    """Our consignment."""
    ours: str | Text = ""
    """What stands on it."""
    count: int = 0

    @property
    def is_difference(self) -> bool:
        """The line is understood and its consignment found, they only don't agree."""
        return self.reason in DIFFERENCES

    @property
    def column_name(self) -> Text:
        return COLUMN_WORDS[self.column]

    @property
    def text(self) -> Text:
        """What is wrong."""
        return self._filled(_WORDS[self.reason][0])

    @property
    def mend(self) -> Text:
        """What to do about it."""
        return self._filled(_WORDS[self.reason][1])

    def _filled(self, text: Text) -> Text:
        values = {"value": self.value, "number": self.number, "ours": self.ours, "count": self.count}
        return Text(text.msgid, {name: values[name] for name in values if f"{{{name}}}" in text.msgid})
