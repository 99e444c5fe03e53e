"""Containers and packages, and how waste is put into them (GB 18597-2023, 4.9, 7 and 8.1; ECC 535, 538)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, not_evaluable, passed
from app.waste.registry.models import WasteForm
from app.waste.storage.materials import Rating, kind_name, material_name, rating_of
from app.waste.storage.rules.makers import all_hold, last_day, when, within

WITH_HEADSPACE: Final = frozenset({WasteForm.LIQUID.value, WasteForm.SEMI_SOLID.value})


@dataclass(frozen=True, kw_only=True)
class PackageFacts(Facts):
    """A container and the waste in it."""

    subject_kind: str = "container"
    material: Maybe[str] = UNKNOWN
    """A column of the container table."""
    material_groups: Maybe[frozenset[str]] = UNKNOWN
    """The rows of the container table that its waste is in."""
    form: Maybe[str] = UNKNOWN
    fill_percent: Maybe[int] = UNKNOWN
    emits: Maybe[bool] = UNKNOWN
    """Whether the waste easily gives off dust, VOC, acid mist, toxic or irritating gas."""
    is_closed: Maybe[bool] = UNKNOWN
    ambient: Maybe[str] = UNKNOWN
    """stable, stabilised, dangerous_goods (kept as such), or unstable at ambient conditions."""
    has_label: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class CheckedContainerFacts(Facts):
    """What the latest check of a container found; without any check there are no such facts."""

    subject_kind: str = "container"
    on: date
    matches_label: Maybe[bool] = UNKNOWN
    no_leak: Maybe[bool] = UNKNOWN
    no_corrosion: Maybe[bool] = UNKNOWN
    strong_enough: Maybe[bool] = UNKNOWN
    not_deformed: Maybe[bool] = UNKNOWN
    bag_sealed: Maybe[bool] = UNKNOWN
    is_bag: Maybe[bool] = UNKNOWN
    outside_clean: Maybe[bool] = UNKNOWN
    label_legible: Maybe[bool] = UNKNOWN
    label_in_place: Maybe[bool] = UNKNOWN
    old_labels_gone: Maybe[bool] = UNKNOWN
    outer_label: Maybe[bool] = UNKNOWN
    damaged_on: Maybe[date | None] = UNKNOWN
    """The day damage was found in a container that is still in store; None: sound."""
    worn_on: Maybe[date | None] = UNKNOWN
    """The day its label was found illegible, if it wasn't printed anew since; None: legible."""


@dataclass(frozen=True, kw_only=True)
class LooseFacts(Facts):
    """Waste that lies in a zone without a container."""

    subject_kind: str = "zone"
    facility_kind: Maybe[str] = UNKNOWN
    form: Maybe[str] = UNKNOWN
    volatile: Maybe[bool] = UNKNOWN
    """Whether it hydrolyses or evaporates easily."""
    thermoplastic: Maybe[bool] = UNKNOWN
    post_sign: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class KindFacts(Facts):
    """A waste and the kind of store it goes into or lies in."""

    subject_kind: str = "container"
    waste_kind: Maybe[str] = UNKNOWN
    """hazardous or general."""
    is_general_store: Maybe[bool] = UNKNOWN


def suits_the_waste(facts: PackageFacts, _limits: Limits) -> Outcome:
    """GB18597-7.1: the container table has no N for the material. `*` asks the safety data sheet: not evaluable."""
    groups, material = known(facts.material_groups, "material_groups"), known(facts.material, "material")
    ratings = {group: rating_of(group, material) for group in sorted(groups)}
    unfit = [group for group, rating in ratings.items() if rating is Rating.NOT_ADVISED]
    if unfit:
        return finding(observed=material, material=material_name(material), waste=kind_name(unfit[0]))
    if not ratings or Rating.READ_SHEET in ratings.values():
        return not_evaluable(["safety_sheet"])
    return passed(observed=material)


def has_headspace(facts: PackageFacts, limits: Limits) -> Outcome:
    """GB18597-7.5-a and -b: a container of liquid or semi-solid waste is not filled above the limit."""
    if known(facts.form, "form") not in WITH_HEADSPACE:
        return passed()
    return within("fill_percent", "fill")(facts, limits)


def is_stable(facts: PackageFacts, _limits: Limits) -> Outcome:
    """GB18597-4.9: stable at ambient conditions, made so before storage, or stored as dangerous goods."""
    return finding() if known(facts.ambient, "ambient") == "unstable" else passed()


def is_not_overdue(day: str) -> Any:
    """What was found on a day is mended within the limit."""

    def judge(facts: Any, limits: Limits) -> Outcome:
        found, limit = known(getattr(facts, day), day), limits["mend"]
        if found is None or facts.on <= last_day(found, limit):
            return passed()
        return finding(
            observed=(facts.on - found).days, threshold=limit.text, unit=limit.unit, since=found.isoformat()
        )

    return judge


def may_lie_loose(forms: frozenset[str], stores: frozenset[str]) -> Any:
    """Waste of these forms lies loose only in these stores."""

    def judge(facts: LooseFacts, _limits: Limits) -> Outcome:
        if known(facts.form, "form") not in forms or known(facts.facility_kind, "facility_kind") in stores:
            return passed()
        return finding()

    return judge


def is_packed_at_a_spot(facts: LooseFacts, _limits: Limits) -> Outcome:
    """GB18597-8.3.3: nothing lies loose at a spot."""
    return finding() if known(facts.facility_kind, "facility_kind") == "spot" else passed()


def is_not_loose(name: str, forms: frozenset[str]) -> Any:
    """A loose waste of these forms doesn't have this property."""

    def judge(facts: LooseFacts, _limits: Limits) -> Outcome:
        if known(facts.form, "form") not in forms:
            return passed()
        return finding() if known(getattr(facts, name), name) else passed()

    return judge


def is_with_its_kind(facts: KindFacts, _limits: Limits) -> Outcome:
    """ECC-535-2: hazardous waste is not stored among other waste."""
    is_hazardous = known(facts.waste_kind, "waste_kind") == "hazardous"
    if is_hazardous == known(facts.is_general_store, "is_general_store"):
        return finding()
    return passed()


_SOLID: Final = frozenset({WasteForm.SOLID.value})
_ANY_FORM: Final = frozenset(form.value for form in WasteForm)

RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB18597-4.6-c": Predicate(PackageFacts, all_hold("has_label")),
    "GB18597-4.9": Predicate(PackageFacts, is_stable),
    "GB18597-7.1": Predicate(PackageFacts, suits_the_waste),
    "GB18597-7.2": Predicate(CheckedContainerFacts, all_hold("no_leak", "no_corrosion", "strong_enough")),
    "GB18597-7.3": Predicate(
        CheckedContainerFacts, when("is_bag", False, all_hold("not_deformed", "no_leak"))
    ),
    "GB18597-7.4": Predicate(
        CheckedContainerFacts, when("is_bag", True, all_hold("bag_sealed", "not_deformed"))
    ),
    "GB18597-7.5-a": Predicate(PackageFacts, has_headspace),
    "GB18597-7.5-b": Predicate(PackageFacts, has_headspace),
    "GB18597-7.6": Predicate(CheckedContainerFacts, all_hold("outside_clean")),
    "GB18597-8.1.1": Predicate(LooseFacts, is_not_loose("volatile", _SOLID)),
    "GB18597-8.1.2": Predicate(
        LooseFacts, may_lie_loose(frozenset({WasteForm.LIQUID.value}), frozenset({"pool", "tank_farm"}))
    ),
    "GB18597-8.1.3": Predicate(
        LooseFacts, may_lie_loose(frozenset({WasteForm.SEMI_SOLID.value}), frozenset({"pool"}))
    ),
    "GB18597-8.1.4": Predicate(LooseFacts, is_not_loose("thermoplastic", _ANY_FORM)),
    "GB18597-8.1.5": Predicate(PackageFacts, when("emits", True, all_hold("is_closed"))),
    "GB18597-8.2.1": Predicate(CheckedContainerFacts, all_hold("matches_label")),
    "GB18597-8.2.2-b": Predicate(CheckedContainerFacts, is_not_overdue("damaged_on")),
    "GB18597-8.3.3": Predicate(LooseFacts, is_packed_at_a_spot),
    "HJ1276-L-bulk": Predicate(LooseFacts, all_hold("post_sign")),
    "HJ1276-L-wear": Predicate(CheckedContainerFacts, is_not_overdue("worn_on")),
    "HJ1276-L-pos": Predicate(CheckedContainerFacts, all_hold("label_in_place")),
    "HJ1276-L-combi": Predicate(CheckedContainerFacts, all_hold("outer_label")),
    "HJ1276-L-reuse": Predicate(CheckedContainerFacts, all_hold("old_labels_gone")),
    "ECC-535-2": Predicate(KindFacts, is_with_its_kind),
}
