"""The dangerous-goods waybill on the consignment's page, and its form: one group of fields a line."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.waste.consignments.documents import PACKAGE_WORDS
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.goods import (
    CLASS_WORDS,
    MAX_SHIPPING_NAME,
    MAX_WAYBILL,
    DangerousGoods,
    GoodsClass,
    PackingGroup,
)
from app.waste.consignments.models import ConsignmentLine
from app.waste.consignments.queries import Papers
from app.waste.consignments.queries.waybill import known_goods
from app.waste.consignments.workflow import ConsignmentState

SINGLE: Final = ("un_number", "shipping_name", "goods_class", "packing_group", "tunnel_code")
LIST: Final = "subsidiary_hazards"
_FIELD: Final = re.compile(r"goods([0-9]{1,3})-([a-z_]+)")
_SEPARATORS: Final = re.compile(r"[,，、;；\s]+")
NO_GROUP: Final = say("无")


def _name(number: int, field: str) -> str:
    return f"goods{number}-{field}"


def class_text(goods_class: GoodsClass) -> Text:
    """A class with its words, such as 3 易燃液体."""
    return say("{code} {words}", code=goods_class.value, words=CLASS_WORDS[goods_class])


def _group_text(group: PackingGroup) -> Text:
    return NO_GROUP if group is PackingGroup.NONE else Text(group.value)


def waybill_facts(papers: Papers) -> dict[str, Any] | None:
    """What the page shows of the waybill; None for general waste and for a draft, which has none yet."""
    lines = hazardous_lines(papers)
    c = papers.consignment
    if not lines or c.state is ConsignmentState.DRAFT:
        return None
    return {
        "number": c.waybill_number,
        "phone": papers.consignor.emergency_phone,
        "lines": [_row(line) for line in lines],
        "is_complete": bool(c.waybill_number) and all(line.goods for line in lines),
    }


def _row(line: ConsignmentLine) -> dict[str, Any]:
    goods = line.goods
    return {
        "number": line.line_number,
        "name": line.waste_name,
        "code": line.waste_code,
        "package": PACKAGE_WORDS.get(line.package, Text(line.package)),
        "count": line.container_count,
        "mass": line.sent_mass,
        "goods": goods,
        "class": class_text(goods.goods_class) if goods else None,
        "subsidiary": ", ".join(goods.subsidiary_hazards) if goods else "",
        "group": _group_text(goods.packing_group) if goods else None,
    }


def waybill_choices(_work: Work, papers: Papers) -> dict[str, Any]:
    """What the form offers."""
    return {
        "goods_lines": [_row(line) for line in hazardous_lines(papers)],
        "classes": [(one.value, class_text(one)) for one in GoodsClass],
        "groups": [(one.value, _group_text(one)) for one in PackingGroup],
        "longest": {"number": MAX_WAYBILL, "name": MAX_SHIPPING_NAME},
        "phone": papers.consignor.emergency_phone,
    }


def known_waybill(work: Work, papers: Papers) -> dict[str, str]:
    """What the form starts with: what is written, else how the same wastes went last time."""
    values = {"waybill_number": papers.consignment.waybill_number}
    for number, goods in known_goods(work, papers.consignment, hazardous_lines(papers)).items():
        values |= {_name(number, field): text for field, text in _texts(goods).items()}
    return values


def _texts(goods: DangerousGoods) -> dict[str, str]:
    return {field: str(getattr(goods, field)) for field in SINGLE} | {
        LIST: "、".join(goods.subsidiary_hazards)
    }


def _slots(form: Mapping[str, Any]) -> list[int]:
    """Numbers of the lines that the form has fields of, in order."""
    return sorted({int(found[1]) for name in form if (found := _FIELD.fullmatch(name))})


def with_goods(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of the lines as the JSON border would send them."""
    slots = _slots(values)
    if not slots:
        return values
    rest = {name: value for name, value in values.items() if not _FIELD.fullmatch(name)}
    return rest | {"lines": [_line(values, number) for number in slots]}


def _line(form: Mapping[str, Any], number: int) -> dict[str, Any]:
    given: dict[str, Any] = {field: form.get(_name(number, field), "").strip() for field in SINGLE}
    typed = form.get(_name(number, LIST), "")
    given[LIST] = [one for one in _SEPARATORS.split(typed) if one]
    return {"line_number": number} | {field: value for field, value in given.items() if value}


def at_goods(form: Mapping[str, Any], problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    """Problems of `lines/0/un_number` at the field of the line it was typed for."""
    slots = _slots(form)
    found: dict[tuple[str, str], FieldProblem] = {}
    for problem in problems:
        first, *rest = problem.pointer.removeprefix("#/").split("/")
        if first == "lines" and len(rest) > 1 and int(rest[0]) < len(slots):
            first = _name(slots[int(rest[0])], rest[1])
        moved = FieldProblem(f"#/{first}", problem.text)
        found[moved.pointer, str(moved.text)] = moved
    return list(found.values())
