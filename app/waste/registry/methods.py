"""How waste is used or disposed of: the codes of HJ 1033 annex F (domain-rules 14.7) and their words."""

from collections.abc import Mapping
from typing import Final

from app.foundation.core.text import Text, say

METHODS: Final[Mapping[str, Text]] = {
    "R1": say("用作燃料或产生能量"),
    "R2": say("溶剂回收/再生"),
    "R3": say("回收有机物"),
    "R4": say("回收金属"),
    "R5": say("回收无机物"),
    "R6": say("再生酸或碱"),
    "R7": say("回收污染减除组分"),
    "R8": say("再生催化剂"),
    "R9": say("废油再提炼"),
    "R15": say("其他利用方式"),
    "D1": say("填埋"),
    "D9": say("物理化学处理"),
    "D10": say("焚烧"),
    "D16": say("其他处置方式"),
    "C1": say("水泥窑协同处置"),
    "C2": say("生产建筑材料"),
    "C3": say("清洗包装容器"),
    "Y10": say("医疗废物焚烧"),
    "Y11": say("医疗废物高温蒸汽处理"),
    "Y12": say("医疗废物化学消毒"),
    "Y13": say("医疗废物微波消毒"),
    "Y16": say("医疗废物其他处置方式"),
    "G21": say("收集废矿物油"),
    "G22": say("收集废镍镉电池"),
    "G29": say("收集其他废物"),
    "S": say("贮存"),
}


def method_text(code: str) -> Text:
    """Code and word of a method; the code alone when it is none of ours."""
    return say("{code} {word}", code=code, word=METHODS[code]) if code in METHODS else Text(code)


def is_utilisation(method_code: str) -> bool:
    """Whether a method of domain-rules 14.7 makes something of the waste: R1 to R15, and C1 to C3."""
    return method_code.startswith(("R", "C"))
