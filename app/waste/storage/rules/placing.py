"""Rules on a container where it is put, and on its code and label (domain-rules.md 3.2, 3.5, 3.6, 4.6, 14.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.catalogue.codes import CodeProblem, category_of, parse_container_code
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.rulebook.assessment import Facts, Predicate, missing_text
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import (
    UNKNOWN,
    Maybe,
    Outcome,
    finding,
    known,
    listed,
    not_evaluable,
    passed,
)
from app.waste.registry.models import WasteForm
from app.waste.storage.compatibility import Clash, WasteGroups, group_name, meeting
from app.waste.storage.models import FacilityType

SUITABLE_FORMS: Final[Mapping[FacilityType, frozenset[WasteForm]]] = {
    FacilityType.WAREHOUSE: frozenset(WasteForm),
    FacilityType.SPOT: frozenset(WasteForm),
    FacilityType.YARD: frozenset({WasteForm.SOLID}),
    FacilityType.POOL: frozenset({WasteForm.LIQUID, WasteForm.SEMI_SOLID}),
    FacilityType.TANK_FARM: frozenset({WasteForm.LIQUID, WasteForm.SEMI_SOLID}),
    FacilityType.GENERAL_WAREHOUSE: frozenset(WasteForm),
    FacilityType.CLASS_I_SITE: frozenset({WasteForm.SOLID, WasteForm.SEMI_SOLID}),
    FacilityType.CLASS_II_SITE: frozenset({WasteForm.SOLID, WasteForm.SEMI_SOLID}),
}
"""What each type of facility may hold (domain-rules.md 3.1); for general waste our reading."""

LABEL_FIELDS: Final[Mapping[str, Text]] = {
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
}
"""The fields of a label that are always required (domain-rules.md 15.1), as they are printed."""


@dataclass(frozen=True, kw_only=True)
class ContainerCodeFacts(Facts):
    """The 37-character code of a container."""

    subject_kind: str = "container"
    digital_code: Maybe[str] = UNKNOWN
    is_listed: Maybe[bool] = UNKNOWN
    """Whether its waste code is on the list in force on its day, or is 900-000-XX."""
    is_taken: Maybe[bool] = UNKNOWN
    """Whether another container bears the same code."""
    printed_on: Maybe[date] = UNKNOWN
    """The day of the print, or of the check when nothing is printed yet."""


@dataclass(frozen=True, kw_only=True)
class LabelFacts(Facts):
    """What stands on a label. Empty text, empty set or None: the field is blank; UNKNOWN: nobody has looked."""

    subject_kind: str = "container"
    waste_name: Maybe[str] = UNKNOWN
    category: Maybe[str] = UNKNOWN
    waste_code: Maybe[str] = UNKNOWN
    form: Maybe[str | None] = UNKNOWN
    hazards: Maybe[frozenset[str]] = UNKNOWN
    main_components: Maybe[str] = UNKNOWN
    harmful_components: Maybe[str] = UNKNOWN
    precautions: Maybe[str] = UNKNOWN
    digital_code: Maybe[str] = UNKNOWN
    unit_name: Maybe[str] = UNKNOWN
    contact: Maybe[str] = UNKNOWN
    generated_on: Maybe[date | None] = UNKNOWN
    weight: Maybe[Grams | None] = UNKNOWN
    is_weight_due: Maybe[bool] = UNKNOWN
    """From sealing or moving on the weight must be there."""


@dataclass(frozen=True, kw_only=True)
class ZoneAssignmentFacts(Facts):
    """A container and the zone it stands in or is going to."""

    subject_kind: str = "container"
    waste_code: Maybe[str] = UNKNOWN
    form: Maybe[str] = UNKNOWN
    assigned_codes: Maybe[frozenset[str]] = UNKNOWN
    """Of the zone: `HW08` is the whole category, `900-249-08` that code alone."""
    assigned_forms: Maybe[frozenset[str]] = UNKNOWN


@dataclass(frozen=True)
class Occupant:
    """A waste that stands in the same zone, or in a neighbouring one with no separation between."""

    label: str
    """What people call it: a container's short name, or the waste."""
    stream: str
    """Identity of its waste stream; one stream is compatible with itself."""
    groups: Maybe[WasteGroups]


@dataclass(frozen=True, kw_only=True)
class CompatibilityFacts(Facts):
    """A container and everything it would stand beside. One occupant for each stream is enough."""

    subject_kind: str = "container"
    stream: str
    groups: Maybe[WasteGroups] = UNKNOWN
    occupants: Maybe[Sequence[Occupant]] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class MixingFacts(CompatibilityFacts):
    """A waste and those it would be mixed with, in one container or in one pool."""


@dataclass(frozen=True, kw_only=True)
class StockFacts(Facts):
    """What a facility (or a zone of it) holds, and what is coming in with this act."""

    subject_kind: str = "facility"
    facility_kind: Maybe[FacilityType] = UNKNOWN
    stock: Maybe[Grams] = UNKNOWN
    """Live stock without the inbound container."""
    inbound: Maybe[Grams] = UNKNOWN
    """0 for a standing check."""
    form: Maybe[str | None] = UNKNOWN
    """Of the inbound waste; None for a standing check, which asks the size only."""
    capacity: Maybe[Grams] = UNKNOWN


def has_valid_code(facts: ContainerCodeFacts, _limits: Limits) -> Outcome:
    """HJ1276-L-code: 37 characters, check digit, waste code on the list, a day that has come, serial, used once."""
    text = known(facts.digital_code, "digital_code")
    try:
        code = parse_container_code(text)
    except CodeProblem as problem:
        return finding(observed=text, reason=problem.text)
    if str(code) != text:
        return finding(observed=text, reason=say("只能用半角大写字母和数字，中间无空格"))
    if not known(facts.is_listed, "is_listed"):
        return finding(observed=text, reason=say("废物代码 {code} 不在名录中", code=code.waste_code))
    if code.day > known(facts.printed_on, "printed_on"):
        return finding(observed=text, reason=say("日期 {day} 晚于打印日期", day=code.day.isoformat()))
    if known(facts.is_taken, "is_taken"):
        return finding(observed=text, reason=say("已被另一容器使用"))
    return passed(observed=text)


def is_label_complete(facts: LabelFacts, _limits: Limits) -> Outcome:
    """HJ1276-L-fields: no required field of 15.1 is blank; the weight is required from sealing or moving on."""
    blank = [name for name, field in LABEL_FIELDS.items() if _is_blank(known(getattr(facts, name), name))]
    fields = [LABEL_FIELDS[name] for name in blank]
    if known(facts.is_weight_due, "is_weight_due") and known(facts.weight, "weight") is None:
        fields.append(say("废物重量"))
    return finding(observed=len(fields), fields=listed(fields)) if fields else passed()


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == frozenset()


def is_in_its_zone(facts: ZoneAssignmentFacts, _limits: Limits) -> Outcome:
    """GB18597-4.3-a: the zone is assigned to the waste's code (or category) and to its form."""
    code, form = known(facts.waste_code, "waste_code"), known(facts.form, "form")
    codes = known(facts.assigned_codes, "assigned_codes")
    forms = known(facts.assigned_forms, "assigned_forms")
    if code not in codes and category_of(code) not in codes:
        return finding(observed=code, reason=say("分区不接收代码 {code}", code=code))
    if form not in forms:
        return finding(observed=form, reason=say("分区不接收形态 {form}", form=form))
    return passed(observed=code)


def is_kept_apart(facts: CompatibilityFacts, _limits: Limits) -> Outcome:
    """GB18597-4.3-b: beside no waste of an incompatible group. What might clash but isn't known is not evaluable."""
    groups, occupants = known(facts.groups, "groups"), known(facts.occupants, "occupants")
    own: set[str] = set()
    others: dict[str, set[str]] = {}
    for occupant in occupants:
        if occupant.stream == facts.stream:
            continue
        if occupant.groups is UNKNOWN:
            others[occupant.label] = {"groups"}
            continue
        met = meeting(groups, occupant.groups)
        if met.clash:
            return _clash_found(met.clash, occupant)
        own |= met.asked_of_one
        if met.asked_of_other:
            others.setdefault(occupant.label, set()).update(met.asked_of_other)
    return _questions(own, others) if own or others else passed()


def _questions(own: set[str], others: Mapping[str, set[str]]) -> Outcome:
    """Not evaluable until these properties are entered, of the container itself and of wastes beside it."""
    missing = own.union(*others.values())
    asked = [say("本容器的{inputs}", inputs=missing_text(sorted(own)))] if own else []
    asked += [
        say("{other} 的{inputs}", other=label, inputs=missing_text(sorted(names)))
        for label, names in sorted(others.items())
    ]
    return not_evaluable(sorted(missing), listed(asked))


def _clash_found(clash: Clash, occupant: Occupant) -> Outcome:
    return finding(
        observed=f"{clash.group} × {clash.other_group}",
        group=group_name(clash.group),
        other=occupant.label,
        other_group=group_name(clash.other_group),
        danger=clash.danger,
    )


def fits_facility(facts: StockFacts, _limits: Limits) -> Outcome:
    """GB18597-4.2: the stock with the inbound stays within the capacity, and the type suits the form of the waste."""
    capacity = known(facts.capacity, "capacity")
    total = known(facts.stock, "stock") + known(facts.inbound, "inbound")
    observed, threshold = tonnes_text(total), tonnes_text(capacity)
    if total > capacity:
        reason = say("库存将达 {total} 吨，贮存能力 {capacity} 吨", total=observed, capacity=threshold)
        return finding(observed=observed, threshold=threshold, unit="t", reason=reason)
    kind, form = known(facts.facility_kind, "facility_kind"), known(facts.form, "form")
    if form is not None and form not in SUITABLE_FORMS[kind]:
        return finding(observed=form, reason=say("此类设施不适合形态 {form}", form=form))
    return passed(observed=observed, threshold=threshold, unit="t")


def holds_no_more_than_a_spot_may(facts: StockFacts, limits: Limits) -> Outcome:
    """GB18597-8.3.5-a: the live stock of a storage spot is at most 3 t at any moment. Other facilities pass, and so do
    single zones: the limit is the whole spot's."""
    if (
        facts.subject_kind != "facility"
        or known(facts.facility_kind, "facility_kind") is not FacilityType.SPOT
    ):
        return passed()
    total, limit = known(facts.stock, "stock") + known(facts.inbound, "inbound"), limits["stock"]
    observed, threshold = limit.shown(total), limit.text
    if limit.is_kept_by(total):
        return passed(observed=observed, threshold=threshold, unit=limit.unit)
    return finding(observed=observed, threshold=threshold, unit=limit.unit)


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HJ1276-L-code": Predicate(ContainerCodeFacts, has_valid_code),
    "HJ1276-L-fields": Predicate(LabelFacts, is_label_complete),
    "GB18597-4.2": Predicate(StockFacts, fits_facility),
    "GB18597-4.3-a": Predicate(ZoneAssignmentFacts, is_in_its_zone),
    "GB18597-4.3-b": Predicate(CompatibilityFacts, is_kept_apart),
    "ECC-535-1": Predicate(MixingFacts, is_kept_apart),
    "GB18597-8.3.5-a": Predicate(StockFacts, holds_no_more_than_a_spot_may),
}
