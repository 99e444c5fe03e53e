"""Codes and numbers as people, labels and official forms write them (domain-rules.md 14): read, checked, normalised.

Everything here looks at the characters alone. Whether a waste code is *listed* on a day is asked of `queries`.
Full-width characters, lower case and surrounding space are mended; anything else wrong is told as a `Text`.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.foundation.core.text import Text, say

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capitals without I, O, S, V, Z."""

CREDIT_CODE: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
WASTE_CODE: Final = re.compile(r"[0-9]{3}-[0-9]{3}-(0[1-9]|[1-3][0-9]|40|4[5-9]|50)")
"""Hazardous waste (14.5): industry, sequence, category. Use with `fullmatch`."""
GENERAL_WASTE_CODE: Final = re.compile(r"([0-9]{3})-(0[0-9]{2})-S([0-9]{2})")
"""General waste (14.6; 公告2024年第4号 art. 5): industry, serial 001-099, class. Use with `fullmatch`."""
BATCH_NUMBER: Final = re.compile(r"HW(CS|RK|ZXLY|ZXCZ|WWLY|WWCZ|CKLY|CKCZ|CK)([0-9]{8})([0-9]{3})")
"""14.4: HWCK is a prefix of HWCKLY and HWCKCZ, so the longer ones come first."""
NATIONAL_MANIFEST_NUMBER: Final = re.compile(
    r"20[0-9]{2}(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-6])[0-9]{2}[0-9]{6}"
)
"""HWTM 15: year, province (66 is the Xinjiang Corps), city of departure, serial of that city."""
DEMO_MANIFEST_NUMBER: Final = re.compile(r"20[0-9]{2}99[0-9]{8}")
PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂]"
)
DEMO_PLATE: Final = re.compile(r"演[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂]")
FACILITY_NUMBER: Final = re.compile(r"MF[0-9]{4}|T[AWNS][0-9]{3}|D[AW][0-9]{3}")
"""HJ 608: production facility, treatment or storage facility, outlet."""

MAX_SERIAL: Final = 999
"""HJ 1276: at most 999 containers of one waste on one day under one credit code."""
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099

_MENDS: Final[dict[int, int | str]] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3000: " ",
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
}
_CAPITALS: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SPACE: Final = re.compile(r"\s+")
_PLATE_FILLING: Final = re.compile(r"[\s·•・･.\-]+")


class CodeProblem(ValueError):
    """A code that can't be right; `text` says what is wrong with it."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def tidy(text: str) -> str:
    """The code as typed, with full-width characters, dashes and lower case mended and white space removed."""
    return _SPACE.sub("", text.translate(_MENDS)).translate(_CAPITALS)


# --- Unified social credit code (GB 32100-2015) ---


def credit_code_check_character(body: str) -> str:
    """The 18th character of a credit code from its first 17: weights 3^(i-1) mod 31.

    Raises:
        ValueError: not 17 characters of `CREDIT_ALPHABET`.
    """
    if len(body) != 17:
        raise ValueError("a credit code has 17 characters before its check character")
    total = sum(CREDIT_ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(body))
    return CREDIT_ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """Whether `text` is exactly a unified social credit code in its normal form."""
    return credit_code_problem(text) is None


def credit_code_problem(text: str) -> Text | None:
    """What is wrong with a credit code in its normal form (see `tidy`); None when nothing is."""
    if len(text) != 18:
        return say("统一社会信用代码应为18位，现为{length}位", length=len(text))
    if not CREDIT_CODE.fullmatch(text):
        return say("统一社会信用代码只能含数字和大写字母，且不含 I、O、S、V、Z")
    if credit_code_check_character(text[:17]) != text[17]:
        return say("统一社会信用代码校验位不符，请核对是否抄错")
    return None


def is_pollutant_source_number(text: str) -> bool:
    """Whether `text` looks like a permit number (HJ 608): credit code, three digits, one check character."""
    return re.fullmatch(r"[0-9]{3}[0-9A-Z]", text[18:]) is not None and is_credit_code(text[:18])


# --- Hazardous waste codes (14.5) ---


def is_waste_code(text: str) -> bool:
    """Whether `text` is a hazardous-waste code in its normal form; it may still not be listed."""
    return WASTE_CODE.fullmatch(text) is not None


def waste_code_problem(text: str) -> Text | None:
    """What is wrong with the form of a hazardous-waste code; None when nothing is."""
    if is_waste_code(text):
        return None
    return say("危险废物代码应为 NNN-NNN-NN，末两位是类别 01-40、45-50，例如 900-402-06")


def normal_waste_code(text: str) -> str:
    """The normal form of a code typed with or without hyphens, with or without a leading HW.

    Raises:
        CodeProblem: it isn't the form of a hazardous-waste code.
    """
    digits = tidy(text).removeprefix("HW").replace("-", "")
    return waste_code_from_digits(digits)


def waste_code_from_digits(digits: str) -> str:
    """`90040206` -> `900-402-06`.

    Raises:
        CodeProblem: not eight digits that end in a category.
    """
    code = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    if problem := waste_code_problem(code):
        raise CodeProblem(problem)
    return code


def waste_code_digits(code: str) -> str:
    """`900-402-06` -> `90040206`, the form inside a container code."""
    return code.replace("-", "")


def category_of(code: str) -> str:
    """The category of a hazardous-waste code: `900-402-06` -> `HW06`.

    Raises:
        CodeProblem: not the normal form of a hazardous-waste code.
    """
    if problem := waste_code_problem(code):
        raise CodeProblem(problem)
    return f"HW{code[-2:]}"


# --- General waste codes (14.6) ---


def is_general_waste_code(text: str) -> bool:
    """Whether `text` is a general-waste code in its normal form. The official table isn't complete here, so
    nothing tells whether such a code exists."""
    return general_waste_code_problem(text) is None


def general_waste_code_problem(text: str) -> Text | None:
    """What is wrong with the form of a general-waste code; None when nothing is."""
    match = GENERAL_WASTE_CODE.fullmatch(text)
    if match is None or match[2] == "000":
        return say("一般固体废物代码应为 NNN-NNN-SNN，中间三位是 001-099，例如 900-003-S17")
    if match[3] in ("00", "08"):
        return say("一般固体废物没有 S{class_digits} 这一类", class_digits=match[3])
    return None


def general_waste_class_of(code: str) -> str:
    """The class of a general-waste code: `900-003-S17` -> `SW17`.

    Raises:
        CodeProblem: not the normal form of a general-waste code.
    """
    if problem := general_waste_code_problem(code):
        raise CodeProblem(problem)
    return f"SW{code[-2:]}"


def is_industrial_general_waste_code(code: str) -> bool:
    """Whether the code lies in S01-S59, industrial solid waste; the others are household, building, farm waste."""
    return is_general_waste_code(code) and code[-2:] <= "59"


# --- Container code, 数字识别码 (HJ 1276, 14.2) ---


@dataclass(frozen=True, order=True)
class ContainerCode:
    """The 37-character identification code of one container. Every instance is valid in all its parts.

    Raises:
        CodeProblem: when made of parts of which one is wrong; says which.
    """

    credit_code: str
    waste_code: str
    """Normal form with hyphens."""
    day: date
    """Generation or collection day."""
    serial: int
    """1-999 for that firm, waste and day."""

    def __post_init__(self) -> None:
        problem = (
            credit_code_problem(self.credit_code)
            or waste_code_problem(self.waste_code)
            or _day_problem(self.day)
            or _serial_problem(self.serial)
        )
        if problem:
            raise CodeProblem(problem)

    def __str__(self) -> str:
        return f"{self.credit_code}{waste_code_digits(self.waste_code)}{self.day:%Y%m%d}{self.serial:03d}"


def parse_container_code(text: str) -> ContainerCode:
    """Read a 37-character container code.

    Raises:
        CodeProblem: wrong length, character, check digit, waste code form, day or serial; says which.
    """
    code = tidy(text)
    if len(code) != 37:
        raise CodeProblem(say("容器数字识别码应为37位，现为{length}位", length=len(code)))
    if problem := credit_code_problem(code[:18]):
        raise CodeProblem(problem)
    if not re.fullmatch(r"[0-9]{19}", code[18:]):
        raise CodeProblem(say("容器数字识别码第19至37位只能是数字"))
    return ContainerCode(code[:18], waste_code_from_digits(code[18:26]), _day(code[26:34]), int(code[34:]))


def _day(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise CodeProblem(say("编码中的日期 {digits} 不存在", digits=digits)) from None


def _day_problem(day: date) -> Text | None:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return say("编码中的年份 {year} 不合理", year=day.year)


def _serial_problem(serial: int) -> Text | None:
    if 1 <= serial <= MAX_SERIAL:
        return None
    return say("容器序号应为 001-999")


# --- Batch numbers (HJ 1259 B.1-B.5, 14.4) ---


class BatchKind(StrEnum):
    """The ledger table a batch number belongs to; values are the letters after HW."""

    GENERATION = "CS"
    STOCK_IN = "RK"
    STOCK_OUT = "CK"
    OWN_USE = "ZXLY"
    OWN_DISPOSAL = "ZXCZ"
    ENTRUSTED_USE = "WWLY"
    ENTRUSTED_DISPOSAL = "WWCZ"
    EXPORT_USE = "CKLY"
    EXPORT_DISPOSAL = "CKCZ"


@dataclass(frozen=True, order=True)
class BatchNumber:
    """A batch number of the hazardous-waste ledger, unique within one site."""

    kind: BatchKind
    day: date
    serial: int

    def __str__(self) -> str:
        return f"HW{self.kind.value}{self.day:%Y%m%d}{self.serial:03d}"


def parse_batch_number(text: str) -> BatchNumber:
    """Read a batch number: `HWCKLY20260101001` is an export for use, not a stock-out.

    Raises:
        CodeProblem: unknown kind, wrong length or a day that doesn't exist.
    """
    match = BATCH_NUMBER.fullmatch(tidy(text))
    if match is None:
        raise CodeProblem(say("批次编号应为 HW + 环节字母 + 8位日期 + 3位序号，例如 HWCS20211031001"))
    day = _day(match[2])
    if problem := _day_problem(day):
        raise CodeProblem(problem)
    return BatchNumber(BatchKind(match[1]), day, int(match[3]))


# --- National manifest number (HWTM 15, 14.1) ---


def national_manifest_number_problem(number: str, *, demo: bool) -> Text | None:
    """What is wrong with a national manifest number; None when nothing is.

    Args:
        demo: the park is a demo park, where the unassigned province 99 is valid as well.
    """
    if not re.fullmatch(r"[0-9]{14}", number):
        return say("国家联单编号应为14位数字：年份4位、移出地省市4位、流水号6位")
    if NATIONAL_MANIFEST_NUMBER.fullmatch(number):
        return None
    if DEMO_MANIFEST_NUMBER.fullmatch(number):
        return None if demo else say("省级代码 99 只能在演示园区使用")
    if not number.startswith("20"):
        return say("国家联单编号的年份 {year} 不合理", year=number[:4])
    return say("国家联单编号中的省级代码 {province} 不存在", province=number[4:6])


def manifest_departure_city(number: str) -> str:
    """The first four digits of the division code of the place of departure: `20263301000123` -> `3301`."""
    return number[4:8]


# --- Vehicle plates (14.8) ---


def normal_plate(text: str) -> str:
    """The plate without dots, spaces and dashes, in half-width capitals: `浙A·12345` -> `浙A12345`."""
    return _PLATE_FILLING.sub("", tidy(text))


def printed_plate(plate: str) -> str:
    """A plate in its normal form as it stands on the vehicle: `浙A12345` -> `浙A·12345`."""
    return f"{plate[:2]}·{plate[2:]}"


def plate_problem(text: str, *, demo: bool) -> Text | None:
    """What is wrong with a plate in its normal form; None when nothing is.

    Args:
        demo: the park is a demo park, where plates beginning with 演 are valid as well.
    """
    if PLATE.fullmatch(text):
        return None
    if DEMO_PLATE.fullmatch(text):
        return None if demo else say("以“演”开头的车牌只能在演示园区使用")
    return say("车牌应为省份简称、一个字母和5位（新能源6位）字母或数字，例如 浙A12345，挂车以“挂”结尾")


def is_plate(text: str, *, demo: bool = False) -> bool:
    """Whether `text` is a plate in its normal form (see `normal_plate`)."""
    return plate_problem(text, demo=demo) is None
