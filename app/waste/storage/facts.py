"""Loads what the storage rules need to know, in a fixed number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, union_all

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.accounts.models import Park, Site
from app.waste.registry.models import Balance, WasteBatch, WasteForm, WasteKind, WasteStream
from app.waste.storage.compatibility import WasteNature, answers_of, groups_of
from app.waste.storage.materials import kinds_of
from app.waste.storage.models import IN_PLACE, Container, Facility, Zone
from app.waste.storage.queries import container_for, containers_seen, facilities_seen, is_container
from app.waste.storage.rules import CompatibilityFacts, Occupant, StockFacts, ZoneAssignmentFacts
from app.waste.storage.rules.containers import KindFacts, PackageFacts

T = TypeVar("T")
ALL_FORMS = frozenset(form.value for form in WasteForm)


@dataclass(frozen=True)
class Standing:
    """All that stands of one stream in one zone."""

    zone_id: UUID
    zone_code: str
    zone_open_to: frozenset[str]
    stream: WasteStream
    mass: Grams
    container_count: int

    def is_near(self, zone: Zone) -> bool:
        """In the zone, or in one that either side calls open to the other: a gap has two sides."""
        return self.zone_code == zone.code or self.zone_code in zone.open_to or zone.code in self.zone_open_to


@dataclass(frozen=True)
class ZoneView:
    """A zone, its facility, where that lies, and everything that stands in the facility."""

    zone: Zone
    facility: Facility
    jurisdiction: Jurisdiction
    standing: tuple[Standing, ...]

    def mass_in(self, zone_id: UUID | None = None) -> Grams:
        """Live stock of the facility, or of one zone of it."""
        return Grams(sum(s.mass for s in self.standing if zone_id in (None, s.zone_id)))


def zone_view(work: Work, zone_id: UUID, *, lock: bool = False) -> ZoneView:
    """A zone of the actor's with its surroundings, in two statements. `lock`: nobody else may fill the
    facility until this transaction ends, so that two can't both take the last of its capacity.

    Raises:
        NotFound: no such zone, or not theirs.
    """
    chosen = _ZONES.where(Zone.id == zone_id, facilities_seen(work.actor))
    if lock:
        chosen = chosen.with_for_update(of=Facility, key_share=True)
    row = work.session.execute(chosen).first()
    if row is None:
        raise NotFound(say("没有这个贮存分区"))
    return _view(work, *row)


def container_and_zone(work: Work, key: UUID | str, zone_id: UUID) -> tuple[Container, WasteStream, ZoneView]:
    """A container of the actor's and a zone it shall go to, both as `zone_view` locks them; in two statements.

    Raises:
        NotFound: no such container or zone, or not theirs.
    """
    row = work.session.execute(
        _CONTAINER_AND_ZONE.where(
            is_container(key), containers_seen(work.actor), Zone.id == zone_id, facilities_seen(work.actor)
        )
    ).first()
    if row is None:
        container_for(work, key)  # which of the two it is
        raise NotFound(say("没有这个贮存分区"))
    container, stream, zone, facility, province, city, park = row
    return container, stream, _view(work, zone, facility, province, city, park)


def _view(
    work: Work, zone: Zone, facility: Facility, province: str | None, city: str | None, park: str | None
) -> ZoneView:
    where = Jurisdiction(province=province, city=city, park=park)
    return ZoneView(zone, facility, where, standing_in(work, facility.id))


_ZONES = (
    select(Zone, Facility, Site.province, Site.city, Park.slug)
    .join(Facility, Facility.id == Zone.facility_id)
    .join(Site, Site.id == Facility.site_id)
    .outerjoin(Park, Park.id == Site.park_id)
    .where(Zone.ended_at.is_(None))
)
_CONTAINER_AND_ZONE = (
    select(Container, WasteStream, Zone, Facility, Site.province, Site.city, Park.slug)
    .select_from(Container)
    .join(WasteStream, WasteStream.id == Container.stream_id)
    .join(Zone, Zone.ended_at.is_(None))
    .join(Facility, Facility.id == Zone.facility_id)
    .join(Site, Site.id == Facility.site_id)
    .outerjoin(Park, Park.id == Site.park_id)
    .with_for_update(of=(Container, Facility), key_share=True)
)
"""Statements of every act are built once; each call adds only whose and which."""


def jurisdiction_of(work: Work, site_id: UUID) -> Jurisdiction:
    """Where a site lies, as values for the rulebook."""
    row = work.session.execute(
        select(Site.province, Site.city, Park.slug)
        .outerjoin(Park, Park.id == Site.park_id)
        .where(Site.id == site_id)
    ).one()
    return Jurisdiction(province=row.province, city=row.city, park=row.slug)


def standing_in(work: Work, facility_id: UUID) -> tuple[Standing, ...]:
    """What stands in a facility's zones, by zone and stream, in one statement."""
    return standing_by_facility(work, [facility_id])[facility_id]


def standing_by_facility(work: Work, facility_ids: Collection[UUID]) -> dict[UUID, tuple[Standing, ...]]:
    """What stands in the zones of facilities, containers and batches, by zone and stream, in one statement."""
    rows = work.session.execute(_STANDING, {"facility_ids": list(facility_ids)})
    found: dict[UUID, list[Standing]] = {facility_id: [] for facility_id in facility_ids}
    for facility_id, zone_id, code, open_to, stream, mass, count in rows:
        item = Standing(zone_id, code, frozenset(open_to), stream, Grams(int(mass or 0)), int(count))
        found[facility_id].append(item)
    return {facility_id: tuple(items) for facility_id, items in found.items()}


def _standing() -> Select[Any]:
    """Sums of containers and of batches in the zones of `facility_ids`, beside zone and stream."""
    in_them = Zone.facility_id.in_(bindparam("facility_ids", expanding=True))
    containers = (
        select(
            Container.zone_id,
            Container.stream_id,
            func.sum(Container.net).label("mass"),
            func.count(Container.id).label("containers"),
        )
        .join(Zone, Zone.id == Container.zone_id)
        .where(in_them, Container.state.in_(IN_PLACE))
        .group_by(Container.zone_id, Container.stream_id)
    )
    batches = (
        select(WasteBatch.zone_id, WasteBatch.stream_id, func.sum(Balance.mass), func.count(WasteBatch.id))
        .join(Zone, Zone.id == WasteBatch.zone_id)
        .join(Balance, (Balance.container_id == WasteBatch.id) & (Balance.place_id == WasteBatch.zone_id))
        .where(in_them)
        .group_by(WasteBatch.zone_id, WasteBatch.stream_id)
    )
    totals = union_all(containers, batches).subquery()
    return (
        select(
            Zone.facility_id,
            Zone.id,
            Zone.code,
            Zone.open_to,
            WasteStream,
            totals.c.mass,
            totals.c.containers,
        )
        .select_from(totals)
        .join(Zone, Zone.id == totals.c.zone_id)
        .join(WasteStream, WasteStream.id == totals.c.stream_id)
        .order_by(Zone.code, WasteStream.waste_code, WasteStream.id)
    )


_STANDING = _standing()


def nature_of(stream: WasteStream) -> WasteNature:
    """What decides a stream's compatibility groups."""
    return WasteNature(
        waste_code=stream.waste_code,
        form=stream.form if stream.form is not None else UNKNOWN,
        hazards=frozenset(stream.hazards),
        properties=stream.properties,
    )


def put_away_facts(
    container: Container, stream: WasteStream, view: ZoneView, *, inbound: bool
) -> Sequence[Facts]:
    """The facts of a container standing in the view's zone. `inbound`: its mass is not counted there yet."""
    zone, facility = view.zone, view.facility
    mass: Maybe[Grams] = container.net if container.net is not None else UNKNOWN
    comes_from_outside = inbound and container.zone_id not in {s.zone_id for s in view.standing}
    stock = StockFacts(
        subject_id=facility.id,
        facility_kind=facility.type,
        stock=view.mass_in(),
        inbound=mass if comes_from_outside else Grams(0),
        form=_form(stream),
        capacity=facility.capacity,
    )
    zone_stock = StockFacts(
        subject_kind="zone",
        subject_id=zone.id,
        facility_kind=facility.type,
        stock=view.mass_in(zone.id),
        inbound=mass if inbound else Grams(0),
        form=_form(stream),
        capacity=zone.capacity,
    )
    return (
        _assignment("container", container.id, stream, zone),
        _compatibility("container", container.id, stream, zone, view.standing),
        stock,
        zone_stock,
        kind_facts("container", container.id, stream, facility),
        package_facts(container, stream),
    )


def kind_facts(kind: str, subject_id: UUID, stream: WasteStream, facility: Facility) -> KindFacts:
    """A waste beside what its store is for."""
    return KindFacts(
        subject_kind=kind,
        subject_id=subject_id,
        waste_kind=stream.kind.value,
        is_general_store=facility.type.is_general,
    )


def package_facts(container: Container, stream: WasteStream) -> PackageFacts:
    """A container and the waste in it, of rows that are loaded already."""
    return package_facts_of("container", container.id, stream, package_of(container))


@dataclass(frozen=True)
class Package:
    """What rules ask of a container's package; alike ones are judged together."""

    material: str
    is_closed: bool | None
    fill_percent: int | None
    volume_ml: int | None
    is_labelled: bool
    """Whether its label was printed with us."""


def package_of(container: Container) -> Package:
    """The package of a container; one that isn't in the database yet has only what was said of it."""
    return Package(
        container.material or "",
        container.is_closed,
        container.fill_percent,
        container.volume_ml,
        (container.label_prints or 0) > 0,
    )


def package_facts_of(kind: str, subject_id: UUID, stream: WasteStream, package: Package) -> PackageFacts:
    """The facts of one package, or of all that are alike in a zone.

    A package without a volume came by import, with a label of another system: whether it has one isn't known here.
    """
    nature = nature_of(stream)
    answers = answers_of(nature)
    return PackageFacts(
        subject_kind=kind,
        subject_id=subject_id,
        material=package.material or UNKNOWN,
        material_groups=kinds_of(nature),
        form=_form(stream),
        fill_percent=_known(package.fill_percent),
        emits=flag_of(answers, "emits"),
        is_closed=_known(package.is_closed),
        ambient=answers.get("ambient", UNKNOWN),
        has_label=True if package.is_labelled else UNKNOWN if package.volume_ml is None else False,
    )


def flag_of(answers: Mapping[str, str], name: str) -> Maybe[bool]:
    """An answer of yes or no; anything else isn't known."""
    return {"yes": True, "no": False}.get(answers.get(name, ""), UNKNOWN)


def _known(value: T | None) -> Maybe[T]:
    return UNKNOWN if value is None else value


@dataclass(frozen=True)
class StandingSubject:
    """What a standing check looks at: the facility, one zone of it, or one stream in one zone."""

    facts: tuple[Facts, ...]
    zone: Zone | None = None
    stream: WasteStream | None = None


def standing_facts(
    facility: Facility, zones: Sequence[Zone], standing: Sequence[Standing]
) -> list[StandingSubject]:
    """The facts of what stands in a facility now: of the whole, of each zone, and of each stream of each zone."""
    by_id = {zone.id: zone for zone in zones}

    def stock_of(thing: Facility | Zone, items: Sequence[Standing]) -> StockFacts:
        return StockFacts(
            subject_kind=thing.trace_kind,
            subject_id=thing.id,
            facility_kind=facility.type,
            stock=Grams(sum(item.mass for item in items)),
            inbound=Grams(0),
            form=None,
            capacity=thing.capacity,
        )

    subjects = [StandingSubject((stock_of(facility, standing),))]
    for zone in zones:
        inside = [item for item in standing if item.zone_id == zone.id]
        subjects.append(StandingSubject((stock_of(zone, inside),), zone))
    for item in standing:
        zone, stream = by_id[item.zone_id], item.stream
        if stream.kind is WasteKind.GENERAL:
            continue  # GB 18597 is about hazardous waste
        facts = (
            _assignment("zone", zone.id, stream, zone),
            _compatibility("zone", zone.id, stream, zone, standing),
        )
        subjects.append(StandingSubject(facts, zone, stream))
    return subjects


def _form(stream: WasteStream) -> Maybe[str]:
    return stream.form.value if stream.form else UNKNOWN


def _assignment(kind: str, subject_id: UUID, stream: WasteStream, zone: Zone) -> ZoneAssignmentFacts:
    return ZoneAssignmentFacts(
        subject_kind=kind,
        subject_id=subject_id,
        waste_code=stream.waste_code,
        form=_form(stream),
        assigned_codes=frozenset(zone.allowed),
        assigned_forms=frozenset(zone.forms) or ALL_FORMS,
    )


def _compatibility(
    kind: str, subject_id: UUID, stream: WasteStream, zone: Zone, standing: Sequence[Standing]
) -> CompatibilityFacts:
    """A stream beside everything in its zone and in neighbours with no separation between."""
    return CompatibilityFacts(
        subject_kind=kind,
        subject_id=subject_id,
        stream=str(stream.id),
        groups=groups_of(nature_of(stream)),
        occupants=[
            Occupant(
                label=f"{other.stream.local_name} {other.stream.waste_code}",
                stream=str(other.stream.id),
                groups=groups_of(nature_of(other.stream)),
            )
            for other in standing
            if other.is_near(zone)
        ],
    )
