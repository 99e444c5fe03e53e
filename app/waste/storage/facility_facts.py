"""The facts of a facility, its zones and what stands in them, by theme, out of what `facility_state` loaded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

from app.foundation.core.units import GRAMS_PER_TONNE, Grams
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.waste.registry.models import WasteForm, WasteKind, WasteStream
from app.waste.registry.rules.general import GeneralStoreFacts
from app.waste.registry.rules.plans import CapacityFacts
from app.waste.storage.compatibility import answers_of, groups_of, meeting
from app.waste.storage.facility_state import FacilityState, Packages
from app.waste.storage.facts import (
    Standing,
    StandingSubject,
    flag_of,
    kind_facts,
    nature_of,
    package_facts_of,
)
from app.waste.storage.models import Container, Facility, FacilityType, Zone
from app.waste.storage.rules.construction import (
    BaseFacts,
    BuildingFacts,
    PoolFacts,
    ShelterFacts,
    TankFarmFacts,
    YardFacts,
    ZoneBarrierFacts,
    ZoneSeparationFacts,
)
from app.waste.storage.rules.containers import CheckedContainerFacts, LooseFacts
from app.waste.storage.rules.containment import LeachateFacts, LeakContainmentFacts
from app.waste.storage.rules.general_sites import (
    BackfillFacts,
    ClassOneFacts,
    ClassTwoFacts,
    ClosedFacts,
    ClosingFacts,
    GeneralWarehouseFacts,
    SiteMonitoringFacts,
    SiteOperationFacts,
    SitePlaceFacts,
)
from app.waste.storage.rules.process import (
    EventFacts,
    GasFacts,
    OperationFacts,
    OwnerFacts,
    RetiredFacts,
    SpotFacts,
    VideoFacts,
)
from app.waste.storage.rules.signs import FacilitySignFacts, ZoneSignFacts
from app.waste.storage.rules.siting import SitingFacts
from app.waste.storage.rules.time import (
    CollectorAgeFacts,
    OperatorAgeFacts,
    ProducerAgeFacts,
    SpotAgeFacts,
)
from app.waste.storage.upkeep.kinds import document_kinds, record_kinds
from app.waste.storage.upkeep.models import CheckResult

T = FacilityType
WITH_ZONES: Final = frozenset({T.WAREHOUSE, T.YARD, T.POOL, T.TANK_FARM})
BY_TYPE: Final[Mapping[FacilityType, tuple[type[Facts], ...]]] = {
    T.WAREHOUSE: (GasFacts,),
    T.YARD: (YardFacts,),
    T.POOL: (PoolFacts,),
    T.TANK_FARM: (TankFarmFacts,),
    T.SPOT: (SpotFacts,),
    T.GENERAL_WAREHOUSE: (GeneralWarehouseFacts,),
    T.CLASS_I_SITE: (ClassOneFacts,),
    T.CLASS_II_SITE: (ClassTwoFacts,),
}
"""What each type is asked besides what all of its family are (domain-rules.md 9.3: a warehouse is outside GB 18599)."""
F = TypeVar("F", bound=Facts)
COLLECTED_KINDS: Final = frozenset({"HW08", "900-044-49"})
"""What collection licences are given for: waste mineral oil and nickel-cadmium batteries (HWLM 20)."""


def state_facts(
    facility: Facility, zones: Sequence[Zone], standing: Sequence[Standing], state: FacilityState, today: date
) -> list[StandingSubject]:
    """The facts of the facility as it is kept, of its zones, and of the packages in them."""
    known = _inputs(facility, zones, standing, state, today)
    subjects = [StandingSubject(tuple(_facility_facts(facility, known, today)))]
    if facility.type in WITH_ZONES or facility.type is T.SPOT:
        subjects += [
            StandingSubject(tuple(_zone_facts(facility, zone, zones, standing, state)), zone)
            for zone in zones
        ]
    subjects += _stream_subjects(facility, zones, state, today)
    subjects += _misplaced_subjects(facility, zones, standing)
    return subjects


def _misplaced_subjects(
    facility: Facility, zones: Sequence[Zone], standing: Sequence[Standing]
) -> Iterator[StandingSubject]:
    """General waste in a store for hazardous waste: batches, which no package tells of."""
    by_id = {zone.id: zone for zone in zones}
    for item in standing:
        if item.stream.kind is WasteKind.GENERAL and not facility.type.is_general:
            zone = by_id[item.zone_id]
            yield StandingSubject((kind_facts("zone", zone.id, item.stream, facility),), zone, item.stream)


def _made(facts: type[F], subject_id: UUID, known: Mapping[str, Any], **more: Any) -> F:
    """Facts with those of their fields that are known."""
    own = {field.name for field in fields(facts)} - {"subject_kind", "subject_id"}
    return facts(subject_id=subject_id, **{name: known[name] for name in own if name in known} | more)


def _inputs(
    facility: Facility, zones: Sequence[Zone], standing: Sequence[Standing], state: FacilityState, today: date
) -> dict[str, Any]:
    """Every known input of the facility's rules by name: the register, documents, records, and what stands there."""
    streams = [item.stream for item in standing] + [item.stream for item in state.loose]
    known: dict[str, Any] = {name: _stored(name, value) for name, value in facility.register.items()}
    known |= _document_inputs(facility, state) | _record_inputs(facility, state)
    if "permitted_capacity" in facility.register:
        tonnes = Decimal(str(facility.register["permitted_capacity"]))
        known["permitted_capacity"] = Grams(int(tonnes * GRAMS_PER_TONNE))
    known |= {
        "on": today,
        "capacity": facility.capacity,
        "hazardous_kinds": len({stream.id for stream in streams if stream.kind is WasteKind.HAZARDOUS}),
        "zone_count": len(zones),
        "group_count": len({group for stream in streams for group in groups_of(nature_of(stream)).certain}),
        "emits": _any_emits(streams),
        "base_needed": True
        if facility.type in (T.POOL, T.TANK_FARM)
        else facility.register.get("touches_ground", UNKNOWN),
        "stock": Grams(sum(item.mass for item in standing)),
        "remaining": Grams(sum(item.mass for item in standing) + sum(item.mass for item in state.loose)),
        "is_closed_site": "closed_on" in facility.register,
        "closure_started_on": known.get("closure_started_on"),
        "leachate_stopped_on": known.get("leachate_stopped_on"),
        "leachate_clean_since": known.get("leachate_clean_since"),
        "within_background_since": known.get("within_background_since"),
    }
    return known


def _stored(name: str, value: Any) -> Any:
    """A value of the register; days are stored as ISO texts."""
    return date.fromisoformat(value) if name.endswith(("_on", "_since")) else value


def _any_emits(streams: Sequence[WasteStream]) -> Maybe[bool]:
    """Whether anything there gives off gas or dust; certain only when each stream's answer is known."""
    answers = [flag_of(answers_of(nature_of(stream)), "emits") for stream in streams]
    if any(answer is True for answer in answers):
        return True
    return UNKNOWN if any(answer is UNKNOWN for answer in answers) else False


def _document_inputs(facility: Facility, state: FacilityState) -> dict[str, bool]:
    if state.documents is UNKNOWN:
        return {}
    on_file = state.documents
    return {
        kind.key: kind.key in on_file for kind in document_kinds().values() if facility.type in kind.types
    }


def _record_inputs(facility: Facility, state: FacilityState) -> dict[str, Any]:
    """The latest day of each kind of record; None: never, where records are kept at all."""
    if not state.upkeep.is_kept:
        return {}
    known: dict[str, Any] = {}
    for kind in record_kinds().values():
        if facility.type in kind.types and not kind.of_container:
            record = state.upkeep.latest(kind.key)
            known[kind.key] = record.done_on if record else None
    for name in ("routine_check", "weather_alert", "accident"):
        if record := state.upkeep.latest(name):
            known |= {key: value for key, value in record.readings.items() if isinstance(value, bool)}
    groundwater = state.upkeep.by_kind.get("groundwater_sample", ())
    if groundwater:
        known["items"] = frozenset(groundwater[0].readings)
    known["sample_before"] = groundwater[1].done_on if len(groundwater) > 1 else None
    return known | _air_inputs(state)


def _air_inputs(state: FacilityState) -> dict[str, Any]:
    """The latest abnormal air result of the last two, and the sample after it."""
    later: date | None = None
    for record in state.upkeep.by_kind.get("air_sample", ()):
        if record.result is CheckResult.NOT_IN_ORDER:
            return {"abnormal_on": record.done_on, "recheck_on": later}
        later = record.done_on
    return {"abnormal_on": None, "recheck_on": None}


def _facility_facts(facility: Facility, known: Mapping[str, Any], today: date) -> Iterator[Facts]:
    kinds: list[type[Facts]] = list(BY_TYPE[facility.type])
    if facility.type in WITH_ZONES:
        kinds += [SitingFacts, BuildingFacts, BaseFacts, OperationFacts]
    if not facility.type.is_general:
        kinds += [ShelterFacts, OwnerFacts, VideoFacts, FacilitySignFacts, CapacityFacts]
        if "alert_answered" in known or "reported_at_once" in known:
            kinds.append(EventFacts)
    else:
        kinds.append(GeneralStoreFacts)
    if facility.type.is_general and facility.type is not T.GENERAL_WAREHOUSE:
        kinds += [SitePlaceFacts, SiteOperationFacts, SiteMonitoringFacts]
        if known.get("is_backfill") is True:
            kinds.append(BackfillFacts)
        if "stopped_accepting_on" in known:
            kinds.append(ClosingFacts)
        if known["is_closed_site"]:
            kinds.append(ClosedFacts)
    yield from (_made(kind, facility.id, known) for kind in kinds)
    if "retired_on" in known and known["retired_on"] <= today:
        yield _made(RetiredFacts, facility.id, known)


def _zone_facts(
    facility: Facility,
    zone: Zone,
    zones: Sequence[Zone],
    standing: Sequence[Standing],
    state: FacilityState,
) -> Iterator[Facts]:
    known = dict(zone.register)
    if facility.type is not T.SPOT:
        yield _made(ZoneSignFacts, zone.id, known)
        yield _made(ZoneBarrierFacts, zone.id, known)
        yield _made(LeachateFacts, zone.id, known)
    if facility.type is T.WAREHOUSE:
        yield _made(ZoneSeparationFacts, zone.id, known, neighbour_count=len(zones) - 1)
    if facility.type is T.WAREHOUSE and _may_hold_liquid(zone, standing):
        yield _made(LeakContainmentFacts, zone.id, known, **_liquids(zone, standing, state))


def _may_hold_liquid(zone: Zone, standing: Sequence[Standing]) -> bool:
    is_assigned = WasteForm.LIQUID.value in zone.forms
    return is_assigned or any(
        item.zone_id == zone.id and item.stream.form is WasteForm.LIQUID for item in standing
    )


def _liquids(zone: Zone, standing: Sequence[Standing], state: FacilityState) -> dict[str, Any]:
    """Volumes of liquid containers; with a shared containment those of the zones it is shared with as well."""
    is_shared = zone.register.get("containment_shared", UNKNOWN)
    inside = [item for item in standing if item.zone_id == zone.id]
    near = [item for item in standing if item.is_near(zone)] if is_shared is True else inside
    zone_ids = {zone.id, *(item.zone_id for item in near)}
    volumes = [
        (packages.package.volume_ml, packages.count)
        for packages in state.packages
        if packages.zone_id in zone_ids and state.streams[packages.stream_id].form is WasteForm.LIQUID
    ]
    clash: Maybe[bool] = UNKNOWN if is_shared is UNKNOWN else bool(is_shared) and _clash_among(near)
    found: dict[str, Any] = {"shared_with_incompatible": clash}
    sizes = [(volume, count) for volume, count in volumes if volume is not None]
    if len(sizes) == len(volumes):
        found["largest_ml"] = max((volume for volume, _ in sizes), default=0)
        found["liquid_ml"] = sum(volume * count for volume, count in sizes)
    return found


def _clash_among(near: Sequence[Standing]) -> bool:
    groups = [groups_of(nature_of(item.stream)) for item in near]
    return any(meeting(one, other).clash for place, one in enumerate(groups) for other in groups[place + 1 :])


def _stream_subjects(
    facility: Facility, zones: Sequence[Zone], state: FacilityState, today: date
) -> Iterator[StandingSubject]:
    by_id = {zone.id: zone for zone in zones}
    for packages in state.packages:
        zone, stream = by_id.get(packages.zone_id), state.streams[packages.stream_id]
        if zone is None:
            continue
        facts = [
            package_facts_of("zone", zone.id, stream, packages.package),
            kind_facts("zone", zone.id, stream, facility),
            *age_facts("zone", zone.id, stream, packages, facility, state, today),
        ]
        yield StandingSubject(tuple(facts), zone, stream)
    for loose in state.loose:
        zone = by_id.get(loose.zone_id)
        if zone is not None and not facility.type.is_general:
            yield StandingSubject((_loose_facts(facility, zone, loose.stream),), zone, loose.stream)
    for record, container in state.checks:
        zone = by_id.get(container.zone_id) if container.zone_id else None
        yield StandingSubject((check_facts(container, record, today),), zone)


def age_facts(
    kind: str,
    subject_id: UUID,
    stream: WasteStream,
    packages: Packages,
    facility: Facility,
    state: FacilityState,
    today: date,
) -> Iterator[Facts]:
    """How long a container, or the oldest of those alike, has lain; hazardous waste only."""
    if facility.type.is_general:
        return
    common: dict[str, Any] = {
        "subject_kind": kind, "subject_id": subject_id, "on": today, "since": packages.since,
        "category": stream.category,
    }  # fmt: skip
    if packages.was_accepted:
        yield OperatorAgeFacts(**common, extended_to=state.extended_to)
    else:
        yield ProducerAgeFacts(**common)
    if facility.type is T.SPOT:
        yield SpotAgeFacts(**common)
    if packages.was_accepted and state.collector is not None:
        must = not COLLECTED_KINDS.isdisjoint({stream.category, stream.waste_code})
        yield CollectorAgeFacts(
            **common, must_be_handed_over=must, may_store=state.collector.may_store, mass=packages.mass
        )


def _loose_facts(facility: Facility, zone: Zone, stream: WasteStream) -> LooseFacts:
    answers = answers_of(nature_of(stream))
    return LooseFacts(
        subject_id=zone.id,
        facility_kind=facility.type.value,
        form=stream.form.value if stream.form else UNKNOWN,
        volatile=flag_of(answers, "volatile"),
        thermoplastic=flag_of(answers, "thermoplastic"),
        post_sign=facility.register.get("post_sign", UNKNOWN),
    )


def check_facts(container: Container, record: Any, today: date) -> CheckedContainerFacts:
    """What the latest check of a container found."""
    found = {key: value for key, value in record.readings.items() if isinstance(value, bool)}
    sound = [
        found[key] for key in ("no_leak", "no_corrosion", "strong_enough", "not_deformed") if key in found
    ]
    printed_since = (
        container.label_printed_at is not None and container.label_printed_at.date() > record.done_on
    )
    worn = found.get("label_legible") is False and not printed_since
    return _made(
        CheckedContainerFacts,
        container.id,
        found,
        on=today,
        is_bag=container.package == "袋",
        damaged_on=record.done_on if False in sound else None if sound else UNKNOWN,
        worn_on=record.done_on if worn else None if "label_legible" in found else UNKNOWN,
    )
