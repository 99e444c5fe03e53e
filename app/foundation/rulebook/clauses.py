"""Clauses that official papers name by words instead of numbers."""

from typing import Final

from app.foundation.core.text import Text, say

WORDS: Final = {
    word.msgid: word
    for word in (
        say("附录"),
        say("五即"),
        say("保存期"),
        say("信息化"),
        say("全过程监管"),
        say("反向联单"),
        say("固体废物部分"),
        say("在线申报"),
        say("地方规定"),
        say("规范化评估"),
        say("填埋占比"),
        say("季度申报"),
        say("年度申报"),
        say("执行报告"),
        say("校验码"),
        say("生态环境法典 532"),
        say("电子台账"),
        say("省级电子联单"),
        say("经营情况年报"),
        say("维护"),
        say("表1"),
        say("表2"),
        say("表3"),
        say("表4–表7"),
        say("表8"),
        say("规范化管理"),
        say("责任人"),
        say("白名单"),
        say("试点对象"),
        say("年经营规模"),
        say("运单"),
        say("运单保存"),
        say("从业资格"),
        say("经营范围"),
        say("核定载质量"),
        say("卫星定位"),
        say("豁免"),
    )
}
"""By their Chinese; a clause that is a number stands for itself in both languages."""


def spoken(clause: str) -> Text | str:
    """A clause as a reader is told it."""
    return WORDS.get(clause, clause)
