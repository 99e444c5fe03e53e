"""Where everything on a label goes: the largest text that fits, else narrower, else more lines, else no label.

Lengths are points. A label is, from the top: title; fields beside the column of hazard symbols; precautions;
digital code; fields beside the white field with the QR code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.foundation.documents.fonts import HAN_INK, clean
from app.foundation.documents.label_content import LabelContent, LabelSize, TextTooLong, weight_text
from app.foundation.documents.typesetting import MM, width_of, wrap
from app.foundation.documents.waste_words import FORM_WORDS, ordered_hazards

NARROWEST = 0.84
"""How far a line may be condensed; its height, which the standard rules, stays."""

ENGLISH = 0.48
"""Size of the English beside a Chinese row name, over the size of the row."""

_PAIR_GAP = 0.9


@dataclass(frozen=True)
class Step:
    """One try at fitting: text size over the smallest lawful one, whether lines may be condensed and wrapped,
    line height and space above and below a row (both over the text size).
    """

    factor: float
    tight: bool
    leading: float
    row_padding: float


STEPS = (
    Step(1.18, False, 1.26, 0.16),
    Step(1.1, False, 1.26, 0.16),
    Step(1.0, False, 1.26, 0.16),
    Step(1.0, True, 1.26, 0.16),
    Step(1.0, True, 1.15, 0.08),
)
"""From comfortable to dense; the height of the text never falls below the lawful one."""

_ENGLISH_NAMES = {
    "waste_name": "Name",
    "category": "Category",
    "waste_code": "Code",
    "form": "Form",
    "main_components": "Contains",
    "harmful_components": "Harmful",
    "precautions": "Precautions",
    "digital_code": "ID code",
    "unit_name": "Producer",
    "contact": "Contact",
    "generated_on": "Date",
    "weight_grams": "Weight",
    "remarks": "Remarks",
}
_CHINESE_NAMES = {
    "waste_name": "废物名称",
    "category": "废物类别",
    "waste_code": "废物代码",
    "form": "废物形态",
    "main_components": "主要成分",
    "harmful_components": "有害成分",
    "precautions": "注意事项",
    "digital_code": "数字识别码",
    "unit_name": "产生/收集单位",
    "contact": "联系人和联系方式",
    "generated_on": "产生日期",
    "weight_grams": "废物重量",
    "remarks": "备注",
}


@dataclass(frozen=True)
class Metrics:
    """Fixed lengths of one label class."""

    side: float
    margin: float
    border: float
    inner: float
    smallest: float
    title_height: float
    hazard_width: float
    qr_side: float
    qr_width: float
    padding: float


@dataclass(frozen=True)
class SetField:
    """One field ready to draw: name, English name, lines of its value, how much narrower they are set."""

    key: str
    name: str
    english: str
    lines: tuple[str, ...]
    stretch: float = 1.0
    x: float = 0.0


@dataclass(frozen=True)
class Row:
    """Fields side by side."""

    fields: tuple[SetField, ...]

    @property
    def lines(self) -> int:
        return max(len(field.lines) for field in self.fields)


@dataclass(frozen=True)
class Layout:
    """All rows of a label at one text size. `spare` is the height that is left to give to the rows."""

    metrics: Metrics
    size: float
    step: Step
    upper: tuple[Row, ...]
    precautions: Row
    code: Row
    lower: tuple[Row, ...]
    hazards: tuple[str, ...]
    upper_height: float
    lower_height: float
    spare: float

    def row_height(self, row: Row) -> float:
        return self.size * (row.lines * self.step.leading + 2 * self.step.row_padding)

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.upper, self.precautions, self.code, *self.lower)


def metrics_of(size: LabelSize) -> Metrics:
    """Lengths of a label class: margin at least 3 mm, border at least 1 mm (HJ 1276-2022, 4.1)."""
    side = size.side_mm * MM
    margin = max(3 * MM, 0.02 * side)
    border = max(1 * MM, 0.007 * side)
    return Metrics(
        side=side,
        margin=margin,
        border=border,
        inner=side - 2 * (margin + border),
        smallest=size.text_mm * MM / HAN_INK,
        title_height=0.102 * side,
        hazard_width=0.24 * side,
        qr_side=size.qr_mm * MM,
        qr_width=max(0.25 * side, size.qr_mm * MM),
        padding=0.016 * side,
    )


def lay_out(content: LabelContent, *, english: bool = False) -> Layout:
    """Find the largest text that fits without wrapping (precautions may), else condense and wrap.

    English row names are left out where they would keep the label from fitting.

    Raises:
        TextTooLong: it does not fit at the smallest lawful text height; names the field to shorten.
    """
    metrics = metrics_of(content.size)
    for with_english in (True, False) if english else (False,):
        for step in STEPS:
            layout = _set_at(content, metrics, step, with_english)
            if layout.spare >= 0 and (step.tight or not _wraps(layout)):
                return layout
    raise TextTooLong(_longest(layout))


def _wraps(layout: Layout) -> bool:
    return any(row.lines > (2 if row is layout.precautions else 1) for row in layout.rows)


def _longest(layout: Layout) -> str:
    """The field with most lines; of equals the one with the longest text."""
    fields = [field for row in layout.rows for field in row.fields if field.key != "digital_code"]
    return max(fields, key=lambda field: (len(field.lines), sum(map(len, field.lines)))).key


def _set_at(content: LabelContent, metrics: Metrics, step: Step, english: bool) -> Layout:
    size = metrics.smallest * step.factor
    setter = _Setter(content, size, step.tight, english)
    beside_symbols = metrics.inner - metrics.hazard_width - 2 * metrics.padding
    beside_qr = metrics.inner - metrics.qr_width - 2 * metrics.padding
    whole = metrics.inner - 2 * metrics.padding
    layout = Layout(
        metrics=metrics,
        size=size,
        step=step,
        upper=(
            setter.row("waste_name", beside_symbols),
            setter.row("category", beside_symbols),
            *setter.pair("waste_code", "form", beside_symbols),
            setter.row("main_components", beside_symbols),
            setter.row("harmful_components", beside_symbols),
        ),
        precautions=setter.row("precautions", whole),
        code=setter.row("digital_code", whole),
        lower=(
            setter.row("unit_name", beside_qr),
            setter.row("contact", beside_qr),
            *setter.pair("generated_on", "weight_grams", beside_qr),
            setter.row("remarks", beside_qr),
        ),
        hazards=tuple(ordered_hazards(content.hazards)),
        upper_height=0,
        lower_height=0,
        spare=0,
    )
    return _with_heights(layout, english)


def _with_heights(layout: Layout, english: bool) -> Layout:
    metrics = layout.metrics
    upper = max(sum(map(layout.row_height, layout.upper)), _symbols_height(layout, english))
    lower = max(sum(map(layout.row_height, layout.lower)), qr_block_height(metrics))
    used = metrics.title_height + upper + lower
    used += layout.row_height(layout.precautions) + layout.row_height(layout.code)
    return replace(layout, upper_height=upper, lower_height=lower, spare=metrics.inner - used)


def _symbols_height(layout: Layout, english: bool) -> float:
    """Least height of the hazard column: heading and diamonds of at least 6 % of the label with their words."""
    word = layout.metrics.smallest * (1.75 if english else 1.25)
    return layout.size * 1.45 + symbol_rows(len(layout.hazards)) * (0.06 * layout.metrics.side + word)


def symbol_rows(count: int) -> int:
    """Rows of symbols: one or two stand below each other, more stand in pairs."""
    return count if count <= 2 else (count + 1) // 2


def qr_block_height(metrics: Metrics) -> float:
    """Height of the white field: QR with its quiet zone and the short code under it."""
    return metrics.qr_side + metrics.smallest * 1.55


def english_width(english: str, size: float) -> float:
    """Width of the English row name with its space; 0 without one."""
    return width_of(f" {english}", size * ENGLISH) if english else 0.0


class _Setter:
    """Sets the fields of one label at one text size."""

    def __init__(self, content: LabelContent, size: float, tight: bool, english: bool) -> None:
        self.values = _values(content, english)
        self.size = size
        self.tight = tight
        self.english = english

    def row(self, key: str, width: float) -> Row:
        """One field in one line if it fits, condensed if it may be, else in several lines."""
        field = self._unset(key)
        head = self._head_width(field)
        value = self.values[key]
        natural = head + width_of(value, self.size)
        if natural <= width:
            return Row((replace(field, lines=(value,)),))
        if self.tight and natural * NARROWEST <= width:
            return Row((replace(field, lines=(value,), stretch=width / natural),))
        return Row((self._wrapped(field, value, width, head),))

    def _wrapped(self, field: SetField, value: str, width: float, head: float) -> SetField:
        """Several lines, as few as can be and no narrower than that needs."""
        tries: list[SetField] = []
        for stretch in (1.0, (1.0 + NARROWEST) / 2, NARROWEST) if self.tight else (1.0,):
            room = width / stretch
            lines = wrap(value, self.size, room, first=room - head)
            tries.append(replace(field, lines=tuple(lines), stretch=stretch))
        return min(tries, key=lambda tried: len(tried.lines))

    def pair(self, left_key: str, right_key: str, width: float) -> tuple[Row, ...]:
        """Two short fields in one row, or in two rows if they need more width."""
        left, right = (replace(self._unset(key), lines=(self.values[key],)) for key in (left_key, right_key))
        left_width, right_width = (
            self._head_width(field) + width_of(field.lines[0], self.size) for field in (left, right)
        )
        gap = _PAIR_GAP * self.size
        natural = left_width + gap + right_width
        if natural > width / (NARROWEST if self.tight else 1.0):
            return self.row(left_key, width), self.row(right_key, width)
        stretch = min(1.0, width / natural)
        x = max((left_width + gap) * stretch, min(width * 0.54, width - right_width * stretch))
        return (Row((replace(left, stretch=stretch), replace(right, stretch=stretch, x=x))),)

    def _unset(self, key: str) -> SetField:
        return SetField(key, _CHINESE_NAMES[key], _ENGLISH_NAMES[key] if self.english else "", ())

    def _head_width(self, field: SetField) -> float:
        return width_of(f"{field.name}：", self.size, bold=True) + english_width(field.english, self.size)


def _values(content: LabelContent, english: bool) -> dict[str, str]:
    """Every field as it is printed."""
    values = {key: clean(str(getattr(content, key))) for key in _CHINESE_NAMES}
    form = FORM_WORDS.get(content.form)
    if form:
        values["form"] = f"{form[0]} {form[1]}" if english else form[0]
    values["digital_code"] = grouped_code(values["digital_code"])
    values["weight_grams"] = weight_text(content.weight_grams)
    if content.print_number > 1:
        note = f"第 {content.print_number} 次打印" + (f" (print {content.print_number})" if english else "")
        values["remarks"] = " · ".join(filter(None, (values["remarks"], note)))
    return values


def grouped_code(code: str) -> str:
    """The 37 characters in their four segments: credit code, waste code, day, serial."""
    parts: Sequence[str] = (code[:18], code[18:26], code[26:34], code[34:])
    return " ".join(filter(None, parts))
