"""Loads all that the rules ask of facilities, in a fixed number of statements for one facility or a thousand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select

from app.foundation.core.ids import NO_ID
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.parties.licences.models import LicenceKind, LicenceState, Mode, OperatingLicence
from app.waste.registry.models import Balance, WasteStream
from app.waste.storage.facts import Package
from app.waste.storage.models import IN_PLACE, Container, Facility, Zone
from app.waste.storage.upkeep.models import StorageDocument, UpkeepRecord
from app.waste.storage.upkeep.queries import Upkeep, latest_upkeep

NO_UPKEEP = Upkeep({}, False)


@dataclass(frozen=True)
class Packages:
    """Containers of one stream in one zone whose packages are alike."""

    zone_id: UUID
    stream_id: UUID
    package: Package
    was_accepted: bool
    """Taken over from another firm, rather than made here."""
    count: int
    mass: Grams
    since: date
    """Since when the oldest of them has lain at its holder's."""


@dataclass(frozen=True)
class Loose:
    """Mass of one stream that lies in a zone without container or batch."""

    zone_id: UUID
    stream: WasteStream
    mass: Grams


@dataclass(frozen=True)
class Collector:
    """A holder whose licence is for collection only."""

    may_store: bool


@dataclass(frozen=True)
class FacilityState:
    """What is known of one facility beyond its own row."""

    packages: Sequence[Packages] = ()
    loose: Sequence[Loose] = ()
    upkeep: Upkeep = NO_UPKEEP
    documents: Maybe[frozenset[str]] = UNKNOWN
    """Kinds on file and not expired, the whole site's included; UNKNOWN while the site keeps no documents here."""
    extended_to: Maybe[date | None] = UNKNOWN
    checks: Sequence[tuple[UpkeepRecord, Container]] = ()
    """The latest check of each container that was ever checked."""
    collector: Collector | None = None
    streams: Mapping[UUID, WasteStream] = field(default_factory=dict)


def facility_states(work: Work, facilities: Sequence[Facility]) -> dict[UUID, FacilityState]:
    """Everything by facility; six statements."""
    if not facilities:
        return {}
    ids = [facility.id for facility in facilities]
    packages, streams = _packages(work, ids)
    loose, upkeep = _loose(work, ids), latest_upkeep(work, facilities)
    documents, checks = _documents(work, facilities), _checks(work, ids)
    collectors = _collectors(work, facilities)
    return {
        facility.id: FacilityState(
            packages=packages[facility.id],
            loose=loose[facility.id],
            upkeep=upkeep[facility.id],
            documents=_kinds_of(documents, facility, work.today),
            extended_to=_extension_of(documents, facility),
            checks=checks[facility.id],
            collector=collectors.get(facility.organisation_id),
            streams=streams,
        )
        for facility in facilities
    }


def _packages(work: Work, ids: Sequence[UUID]) -> tuple[dict[UUID, list[Packages]], dict[UUID, WasteStream]]:
    is_labelled, was_accepted = Container.label_prints > 0, Container.accepted_on.is_not(None)
    alike = (
        Zone.facility_id,
        Container.zone_id,
        Container.stream_id,
        Container.material,
        Container.is_closed,
        Container.fill_percent,
        Container.volume_ml,
        is_labelled,
        was_accepted,
    )
    counted = (
        select(
            *alike[:7],
            is_labelled.label("is_labelled"),
            was_accepted.label("was_accepted"),
            func.count(Container.id).label("containers"),
            func.sum(Container.net).label("mass"),
            func.min(func.coalesce(Container.accepted_on, Container.generated_on)).label("since"),
        )
        .join(Zone, Zone.id == Container.zone_id)
        .where(Zone.facility_id.in_(ids), Container.state.in_(IN_PLACE))
        .group_by(*alike)
        .subquery()
    )
    rows = work.session.execute(
        select(counted, WasteStream).join(WasteStream, WasteStream.id == counted.c.stream_id)
    )
    found: dict[UUID, list[Packages]] = defaultdict(list)
    streams = {}
    for row in rows:
        package = Package(row.material, row.is_closed, row.fill_percent, row.volume_ml, bool(row.is_labelled))
        since = row.since if isinstance(row.since, date) else date.fromisoformat(row.since)
        found[row.facility_id].append(
            Packages(
                row.zone_id, row.stream_id, package, bool(row.was_accepted), int(row.containers),
                Grams(int(row.mass or 0)), since,
            )
        )  # fmt: skip
        streams[row.stream_id] = row.WasteStream
    return found, streams


def _loose(work: Work, ids: Sequence[UUID]) -> dict[UUID, list[Loose]]:
    rows = work.session.execute(
        select(Zone.facility_id, Zone.id, WasteStream, Balance.mass)
        .join(Balance, Balance.place_id == Zone.id)
        .join(WasteStream, WasteStream.id == Balance.stream_id)
        .where(Zone.facility_id.in_(ids), Balance.container_id == NO_ID, Balance.mass > 0)
        .order_by(Zone.code, WasteStream.waste_code, WasteStream.id)
    )
    found: dict[UUID, list[Loose]] = defaultdict(list)
    for facility_id, zone_id, stream, mass in rows:
        found[facility_id].append(Loose(zone_id, stream, mass))
    return found


def _documents(work: Work, facilities: Sequence[Facility]) -> Sequence[StorageDocument]:
    sites = {facility.site_id for facility in facilities}
    return work.session.scalars(
        select(StorageDocument).where(StorageDocument.site_id.in_(sites), StorageDocument.ended_at.is_(None))
    ).all()


def _kinds_of(documents: Sequence[StorageDocument], facility: Facility, today: date) -> Maybe[frozenset[str]]:
    of_site = [document for document in documents if document.site_id == facility.site_id]
    if not of_site:
        return UNKNOWN
    return frozenset(
        document.kind
        for document in of_site
        if document.facility_id in (None, facility.id)
        and (document.valid_to is None or today <= document.valid_to)
    )


def _extension_of(documents: Sequence[StorageDocument], facility: Facility) -> date | None:
    """The last day of the latest approved extension; None when none is on file."""
    days = [
        document.valid_to
        for document in documents
        if document.kind == "storage_extension"
        and document.site_id == facility.site_id
        and document.facility_id in (None, facility.id)
        and document.valid_to is not None
    ]
    return max(days, default=None)


def _checks(work: Work, ids: Sequence[UUID]) -> dict[UUID, list[tuple[UpkeepRecord, Container]]]:
    place = func.row_number().over(
        partition_by=UpkeepRecord.container_id,
        order_by=(UpkeepRecord.done_on.desc(), UpkeepRecord.id.desc()),
    )
    ranked = (
        select(UpkeepRecord.id, place.label("place"))
        .join(Container, Container.id == UpkeepRecord.container_id)
        .join(Zone, Zone.id == Container.zone_id)
        .where(
            Zone.facility_id.in_(ids),
            Container.state.in_(IN_PLACE),
            UpkeepRecord.kind == "container_check",
        )
        .subquery()
    )
    rows = work.session.execute(
        select(Zone.facility_id, UpkeepRecord, Container)
        .join(ranked, ranked.c.id == UpkeepRecord.id)
        .join(Container, Container.id == UpkeepRecord.container_id)
        .join(Zone, Zone.id == Container.zone_id)
        .where(ranked.c.place == 1)
        .order_by(Container.code)
    )
    found: dict[UUID, list[tuple[UpkeepRecord, Container]]] = defaultdict(list)
    for facility_id, record, container in rows:
        found[facility_id].append((record, container))
    return found


def _collectors(work: Work, facilities: Sequence[Facility]) -> dict[UUID, Collector]:
    """Holders all of whose licences in force are for collection only."""
    rows = work.session.scalars(
        select(OperatingLicence).where(
            OperatingLicence.organisation_id.in_({facility.organisation_id for facility in facilities}),
            OperatingLicence.state == LicenceState.VALID,
            or_(OperatingLicence.valid_from.is_(None), OperatingLicence.valid_from <= work.today),
            OperatingLicence.valid_to >= work.today,
        )
    ).all()
    by_holder: dict[UUID, list[OperatingLicence]] = defaultdict(list)
    for licence in rows:
        by_holder[licence.organisation_id].append(licence)
    return {
        holder: Collector(any(Mode.STORAGE.value in licence.modes for licence in licences))
        for holder, licences in by_holder.items()
        if all(licence.kind is LicenceKind.COLLECTION for licence in licences)
    }
