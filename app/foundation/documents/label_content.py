"""What stands on a container label and when it may be printed (HJ 1276-2022; domain rules 4.1 and 15.1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text
from app.foundation.documents.fonts import unprintable
from app.foundation.documents.hazard_symbols import SYMBOLS
from app.foundation.documents.qr_drawing import Level
from app.foundation.documents.waste_words import HAZARD_WORDS


@dataclass(frozen=True)
class LabelSize:
    """One class of HJ 1276-2022: smallest label, smallest text, our QR with quiet zone (all mm), and copies."""

    name: str
    side_mm: int
    text_mm: int
    qr_mm: int
    copies: int

    @property
    def qr_level(self) -> Level:
        """Q survives more damage; at 24 mm its modules would be under 0.4 mm."""
        return Level.M if self.qr_mm < 36 else Level.Q


L1 = LabelSize("L1", side_mm=100, text_mm=3, qr_mm=24, copies=1)
L2 = LabelSize("L2", side_mm=150, text_mm=5, qr_mm=36, copies=1)
L3 = LabelSize("L3", side_mm=200, text_mm=6, qr_mm=48, copies=2)
"""Two copies, for opposite sides of the container (HJ1276-L-two)."""

_L1_UP_TO_ML = 50_000
_L2_UP_TO_ML = 450_000


def label_size(volume_ml: int) -> LabelSize:
    """Smallest lawful label for a container of `volume_ml` millilitres (HJ 1276-2022, 5).

    Raises:
        ValueError: the volume is not positive.
    """
    if volume_ml <= 0:
        raise ValueError("a container's volume is positive")
    if volume_ml <= _L1_UP_TO_ML:
        return L1
    return L2 if volume_ml <= _L2_UP_TO_ML else L3


SIZES = {size.name: size for size in (L1, L2, L3)}
"""From the smallest to the largest."""


@dataclass(frozen=True)
class LabelContent:
    """The fields of one label, ready to print. Hazards are codes out of T C I R In; form is S, SS, L or G.

    `weight_grams` may be None before sealing: then a line is left to write on. `print_number` counts the
    prints of this label, 1 for the first.
    """

    waste_name: str
    category: str
    waste_code: str
    form: str
    hazards: Collection[str]
    main_components: str
    harmful_components: str
    precautions: str
    digital_code: str
    unit_name: str
    contact: str
    generated_on: date | None
    weight_grams: Grams | None
    volume_ml: int
    qr_text: str
    short_code: str
    remarks: str = ""
    print_number: int = 1
    wanted_size: LabelSize | None = None
    """Larger than the volume asks for, if somebody wants that."""

    @property
    def size(self) -> LabelSize:
        lawful = label_size(self.volume_ml)
        wanted = self.wanted_size
        return wanted if wanted and wanted.side_mm > lawful.side_mm else lawful


FIELD_NAMES: dict[str, Text] = {
    "waste_name": say("废物名称"),
    "category": say("废物类别"),
    "waste_code": say("废物代码"),
    "form": say("废物形态"),
    "hazards": say("危险特性"),
    "main_components": say("主要成分"),
    "harmful_components": say("有害成分"),
    "precautions": say("注意事项"),
    "digital_code": say("数字识别码"),
    "unit_name": say("产生/收集单位"),
    "contact": say("联系人和联系方式"),
    "generated_on": say("产生日期"),
    "weight_grams": say("废物重量"),
    "volume_ml": say("容积"),
    "qr_text": say("二维码"),
    "short_code": say("短码"),
    "remarks": say("备注"),
}
"""Field of `LabelContent` → its name, in the order of the label."""

_TEXT_FIELDS = (
    "waste_name",
    "category",
    "waste_code",
    "form",
    "main_components",
    "harmful_components",
    "precautions",
    "digital_code",
    "unit_name",
    "contact",
    "remarks",
)


class LabelRefused(InvalidInput):
    """A label that must not be printed; `fields` are the fields of `LabelContent` to mend."""

    def __init__(self, fields: Sequence[str], problems: Sequence[Text]) -> None:
        pairs = zip(fields, problems, strict=True)
        super().__init__([FieldProblem(f"#/{field}", problem) for field, problem in pairs])
        self.fields = tuple(fields)


class LabelIncomplete(LabelRefused):
    """Required fields are blank (HJ1276-L-fields) or a hazard has no symbol (HJ1276-L-symbol)."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(fields, [say("标签信息不完整：{field}", field=FIELD_NAMES[name]) for name in fields])


class TextTooLong(LabelRefused):
    """A text does not fit the label even at the smallest lawful height."""

    def __init__(self, field: str) -> None:
        name = FIELD_NAMES[field]
        super().__init__([field], [say("{field}太长，按规定的最小字高放不下，请缩短", field=name)])
        self.field = field


class TextUnprintable(LabelRefused):
    """A text has characters that no font of ours can print."""

    def __init__(self, field: str, characters: str) -> None:
        name = FIELD_NAMES[field]
        super().__init__(
            [field], [say("{field}里的“{characters}”无法打印，请改写", field=name, characters=characters)]
        )


def missing_fields(content: LabelContent, *, sealed: bool = False) -> list[str]:
    """Required fields that are blank, in the order of the label; an empty list means it may be printed.

    The weight is required once the container is `sealed` or moved (HJ1276-L-weight). A hazard that we have
    no symbol for counts as missing hazards (HJ1276-L-symbol).
    """
    blank = {name for name in _TEXT_FIELDS if name != "remarks" and not getattr(content, name).strip()}
    if not content.hazards or any(code not in HAZARD_WORDS for code in content.hazards):
        blank.add("hazards")
    if content.generated_on is None:
        blank.add("generated_on")
    if content.weight_grams is None and sealed:
        blank.add("weight_grams")
    blank |= {name for name in ("qr_text", "short_code") if not getattr(content, name)}
    if content.volume_ml <= 0:
        blank.add("volume_ml")
    return [name for name in FIELD_NAMES if name in blank]


def ensure_printable(content: LabelContent) -> None:
    """Stop a label that lacks a field or holds characters nobody could read.

    Raises:
        LabelIncomplete: required fields are blank (the weight may be).
        TextUnprintable: a field has characters outside our fonts.
    """
    missing = missing_fields(content)
    if missing:
        raise LabelIncomplete(missing)
    for name in _TEXT_FIELDS:
        characters = unprintable(getattr(content, name))
        if characters:
            raise TextUnprintable(name, characters)


def weight_text(grams: Grams | None) -> str:
    """Kilograms, exact, with at least one decimal: 186400 -> "186.4 kg"; a line to write on when not weighed."""
    if grams is None:
        return "________ kg"
    whole, _, decimals = kg_text(grams).partition(".")
    return f"{int(whole):,}.{decimals.rstrip('0') or '0'} kg"


def has_diamond(code: str) -> bool:
    """Whether the hazard has a warning figure; infectious waste has a word box instead."""
    return code in SYMBOLS
