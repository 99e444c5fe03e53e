"""Rules on what a manifest says, and whether it fits together (domain-rules.md 7.2, 7.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise
from typing import Any, Final

from app.foundation.catalogue.codes import category_of
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
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
from app.parties.licences.rules import LicenceModeFacts, is_mode_licensed
from app.waste.consignments.rules.checks import complete
from app.waste.consignments.workflow import Party
from app.waste.registry.rules.checks import at_most
from app.waste.storage.compatibility import WasteGroups, group_name, meeting


@dataclass(frozen=True, kw_only=True)
class LineFacts(Facts):
    """One waste on the manifest beside its stream, the list and the labels."""

    subject_kind: str = "consignment_line"
    label: str
    """Its code, for the message."""
    waste_code: Maybe[str] = UNKNOWN
    category: Maybe[str] = UNKNOWN
    hazards: Maybe[frozenset[str]] = UNKNOWN
    listed_hazards: Maybe[frozenset[str]] = UNKNOWN
    """All the list names for the code."""
    certain_hazards: Maybe[frozenset[str]] = UNKNOWN
    """Those it always has: what stands before the comma of the list's expression."""
    label_mass: Maybe[Grams] = UNKNOWN
    """Sum of the weights on its labels."""
    sent_mass: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class PackageFacts(Facts):
    """Containers on the manifest, and labels scanned onto the vehicle."""

    subject_kind: str = "consignment"
    pack_count: Maybe[int] = UNKNOWN
    scanned_count: Maybe[int] = UNKNOWN
    unweighed_count: Maybe[int] = UNKNOWN
    """Containers without a weighing in the ledger."""


@dataclass(frozen=True, kw_only=True)
class TimesFacts(Facts):
    """When the load changed hands; None: not yet."""

    subject_kind: str = "consignment"
    delivered_at: Maybe[datetime | None] = UNKNOWN
    departed_at: Maybe[datetime | None] = UNKNOWN
    arrived_at: Maybe[datetime | None] = UNKNOWN
    accepted_at: Maybe[datetime | None] = UNKNOWN
    confirmed_at: Maybe[datetime | None] = UNKNOWN


TIMES: Final[Mapping[str, Text]] = {
    "delivered_at": say("交付"),
    "departed_at": say("起运"),
    "arrived_at": say("到达"),
    "accepted_at": say("接受"),
    "confirmed_at": say("确认"),
}


@dataclass(frozen=True, kw_only=True)
class EndsFacts(Facts):
    """Who sends from where to whom, and who commissions the transport."""

    subject_kind: str = "consignment"
    consignor_site: Maybe[str] = UNKNOWN
    consignee_site: Maybe[str] = UNKNOWN
    """Empty while none is chosen."""
    shipper: Maybe[Party] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ManifestFacts(Facts):
    """What the consignor's part of the manifest has to say (HWTM 10 item 4)."""

    subject_kind: str = "consignment"
    carrier_name: Maybe[str] = UNKNOWN
    consignee_name: Maybe[str] = UNKNOWN
    waste_names: Maybe[frozenset[str]] = UNKNOWN
    """Empty when any waste has no name."""
    manifest_mass: Maybe[Grams | None] = UNKNOWN
    hazards: Maybe[frozenset[str]] = UNKNOWN
    """Empty when any waste has none."""
    emergency_measures: Maybe[str] = UNKNOWN


@dataclass(frozen=True)
class Loaded:
    """One waste on a vehicle."""

    label: str
    """Code and manifest, for the message."""
    stream: str
    groups: WasteGroups


@dataclass(frozen=True, kw_only=True)
class VehicleLoadFacts(Facts):
    """All wastes that are on one vehicle at the same time, those of other manifests of its round too."""

    subject_kind: str = "consignment"
    load: Maybe[tuple[Loaded, ...]] = UNKNOWN


def is_in_its_category(facts: LineFacts, _limits: Limits) -> Outcome:
    """MAN-X1: the last two digits of the code are the category."""
    code, category = known(facts.waste_code, "waste_code"), known(facts.category, "category")
    if category_of(code) == category:
        return passed(observed=code)
    return finding(observed=code, category=category)


def has_listed_hazards(facts: LineFacts, _limits: Limits) -> Outcome:
    """MAN-X2: within what the list names for the code, with what it always has."""
    hazards, listed_ones = known(facts.hazards, "hazards"), known(facts.listed_hazards, "listed_hazards")
    certain = known(facts.certain_hazards, "certain_hazards")
    observed, threshold = _letters(hazards), _letters(listed_ones)
    if certain <= hazards <= listed_ones:
        return passed(observed=observed, threshold=threshold)
    return finding(observed=observed, threshold=threshold, line=facts.label)


def _letters(hazards: frozenset[str]) -> str:
    return "、".join(sorted(hazards))


def agrees_with_labels(facts: LineFacts, limits: Limits) -> Outcome:
    """MAN-X3: the labels add up to what is sent, within a share of it."""
    sent, labels = known(facts.sent_mass, "sent_mass"), known(facts.label_mass, "label_mass")
    allowed = limits["share"]
    difference, limit = abs(labels - sent), allowed.share_of(sent)
    if difference <= limit:
        return passed(observed=difference, threshold=limit)
    kilograms = "{}.{:03}".format(*divmod(difference, 1000))
    return finding(observed=kilograms, threshold=allowed.text, unit=allowed.unit, line=facts.label)


def is_scanned(facts: PackageFacts, _limits: Limits) -> Outcome:
    """MAN-X4: as many labels scanned onto the vehicle as containers on the manifest."""
    count, scanned = known(facts.pack_count, "pack_count"), known(facts.scanned_count, "scanned_count")
    if scanned == count:
        return passed(observed=scanned, threshold=count)
    return finding(observed=scanned, threshold=count)


def is_weighed(facts: PackageFacts, limits: Limits) -> Outcome:
    """HWTM-10-3: each container was weighed and stands in the ledger with its mass."""
    return at_most(known(facts.unweighed_count, "unweighed_count"), limits["unweighed"])


def is_in_order(facts: TimesFacts, _limits: Limits) -> Outcome:
    """MAN-X5: handed over, departed, arrived, accepted, confirmed: each not before the one before."""
    known_times = {name: known(getattr(facts, name), name) for name in TIMES}
    times = [(TIMES[name], at) for name, at in known_times.items() if at is not None]
    for (name, at), (next_name, next_at) in pairwise(times):
        if next_at < at:
            return finding(observed=_minute(next_at), threshold=_minute(at), earlier=name, later=next_name)
    return passed(observed=len(times))


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def goes_elsewhere(facts: EndsFacts, _limits: Limits) -> Outcome:
    """MAN-X17: from one place of one unit to another place."""
    origin, goal = (
        known(facts.consignor_site, "consignor_site"),
        known(facts.consignee_site, "consignee_site"),
    )
    return passed() if origin != goal else finding()


def is_shipped_by_an_end(facts: EndsFacts, _limits: Limits) -> Outcome:
    """HWTM-31: consignor or consignee commissions the transport, nobody else."""
    shipper = known(facts.shipper, "shipper")
    return passed() if shipper in (Party.CONSIGNOR, Party.CONSIGNEE) else finding(observed=str(shipper))


def is_compatible(facts: VehicleLoadFacts, _limits: Limits) -> Outcome:
    """MAN-X14: no pair of 3.6 A on one vehicle. What might clash but isn't known is not evaluable."""
    asked: dict[str, set[str]] = {}
    for one, other in combinations(known(facts.load, "load"), 2):
        if one.stream == other.stream:
            continue
        met = meeting(one.groups, other.groups)
        if met.clash:
            return finding(
                observed=f"{met.clash.group} × {met.clash.other_group}",
                one=one.label,
                other=other.label,
                group=group_name(met.clash.group),
                other_group=group_name(met.clash.other_group),
                danger=met.clash.danger,
            )
        asked.setdefault(one.label, set()).update(met.asked_of_one)
        asked.setdefault(other.label, set()).update(met.asked_of_other)
    return _open_questions(asked)


def _open_questions(asked: Mapping[str, set[str]]) -> Outcome:
    missing = sorted(set().union(*asked.values()))
    if not missing:
        return passed()
    each = [
        say("{other} 的{inputs}", other=label, inputs=missing_text(sorted(names)))
        for label, names in sorted(asked.items())
        if names
    ]
    return not_evaluable(missing, listed(each))


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWTM-10-3": Predicate(PackageFacts, is_weighed),
    "HWTM-10-4": complete(
        ManifestFacts,
        {
            "carrier_name": say("承运人"),
            "consignee_name": say("接受人"),
            "waste_names": say("废物种类"),
            "manifest_mass": say("重量"),
            "hazards": say("危险特性"),
            "emergency_measures": say("突发环境事件防范措施"),
        },
    ),
    "HWTM-31": Predicate(EndsFacts, is_shipped_by_an_end),
    "MAN-X1": Predicate(LineFacts, is_in_its_category),
    "MAN-X2": Predicate(LineFacts, has_listed_hazards),
    "MAN-X3": Predicate(LineFacts, agrees_with_labels),
    "MAN-X4": Predicate(PackageFacts, is_scanned),
    "MAN-X5": Predicate(TimesFacts, is_in_order),
    "MAN-X12": Predicate(LicenceModeFacts, is_mode_licensed),
    "MAN-X14": Predicate(VehicleLoadFacts, is_compatible),
    "MAN-X17": Predicate(EndsFacts, goes_elsewhere),
}
