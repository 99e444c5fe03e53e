"""Bringing in tables B.2 to B.5: containers go into store, leave it, and are used, as the firm's own ledger tells."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.catalogue.codes import BatchKind, parse_batch_number
from app.foundation.core.bulk import insert_many
from app.foundation.core.clock import instant_at
from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.ledger_files.ledger_rows import (
    EntrustedRow,
    OwnTreatmentRow,
    PackageRow,
    StockInRow,
    StockOutRow,
)
from app.waste.registry.ledger_files.settling import TOLERANCE_PER_MILLE
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import LedgerImport, LedgerRecord, LedgerTable, PlaceKind
from app.waste.registry.numbering import lift_serials
from app.waste.registry.operations.handling import handling_series, is_utilisation
from app.waste.registry.operations.imports import event_instant, new_import
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.models import ContainerState, Facility, Zone
from app.waste.storage.operations.imports_drums import Drum, drums_of, keep_drums, with_events

UNDIVIDED: Final = "0"
"""Code of the zone of a facility whose ledger names no zones: 未分区."""

S = ContainerState


@dataclass
class _Plan:
    """What the rows of one table do: postings, lines of the ledger, containers changed."""

    work: Work
    site: Site
    drums: dict[str, Drum]
    zones: dict[str, Zone]
    """Where each facility's containers go, by facility code."""
    moves: list[Move] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)

    def move(self, drum: Drum, mass: int, source: Place, target: Place, on: date) -> UUID:
        """Plan a posting; gives its id."""
        posting_id = new_id()
        self.moves.append(Move(drum.stream_id, Grams(mass), source, target, on, drum.id, id=posting_id))
        self.touched.add(drum.id)
        return posting_id

    def level(self, drum: Drum, place: Place, lies: int, wanted: int, on: date) -> None:
        """Weighed again, it is a little more or less: a difference at that place, to be explained."""
        between = Place(PlaceKind.WEIGHING_DIFFERENCE, self.site.id)
        if wanted > lies:
            self.move(drum, wanted - lies, between, place, on)
        elif wanted < lies:
            self.move(drum, lies - wanted, place, between, on)


def import_packages(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, table: Table, file_id: UUID | None
) -> LedgerImport:
    """Store the rows of one of the tables B.2 to B.5: a posting and a line each, the containers moved on, one event.

    Raises:
        Conflict: a container was moved otherwise since the file was read, or a period is declared.
    """
    rows = [row for row in reading.accepted if isinstance(row, PackageRow) and row.table is table]
    codes = list(dict.fromkeys(row.container_code for row in rows))
    drums = drums_of(work, site, codes)
    zones, new_zones = _zones(work, site, rows)
    plan = _Plan(work, site, drums, zones)
    imported = new_import(work, site, command, reading, table, file_id)
    for row in rows:
        if row.container_code not in drums:
            raise Conflict(say("容器 {code} 不在本单位，请重新读取文件", code=row.container_code))
        _plan_row(plan, row, imported)
    changed = [drum for drum in drums.values() if drum.id in plan.touched]
    keep_drums(work, changed)
    traced: list[Traced] = [*new_zones, *with_events(work, [drum.id for drum in changed])]
    event_id = trace.record(
        work,
        "ledger.imported",
        imported,
        about=[("site", site.id)],
        changed=traced,
        park_id=site.park_id,
    )
    post(work, plan.moves, event_id=event_id, import_id=imported.id)
    insert_many(work.session, LedgerRecord, plan.records)
    _lift_serials(work, site, rows)
    return imported


def _plan_row(plan: _Plan, row: PackageRow, imported: LedgerImport) -> None:
    drum = plan.drums[row.container_code]
    if isinstance(row, StockInRow):
        posting_id = _put_in(plan, row, drum)
    elif isinstance(row, StockOutRow):
        posting_id = _take_out(plan, row, drum)
    else:
        assert isinstance(row, OwnTreatmentRow | EntrustedRow)
        posting_id = _use(plan, row, drum)
    plan.records.append(_record(plan, row, drum, posting_id, imported))


def _put_in(plan: _Plan, row: StockInRow, drum: Drum) -> UUID:
    drum.expect(S.WEIGHED)
    zone, unplaced = plan.zones[row.storage_facility], Place(PlaceKind.UNPLACED, plan.site.id)
    plan.level(drum, unplaced, drum.net, row.grams, row.event_date)
    posting_id = plan.move(drum, row.grams, unplaced, Place(PlaceKind.ZONE, zone.id), row.event_date)
    drum.weigh(row.grams)
    drum.state, drum.zone_id = S.STORED, zone.id
    clock = row.event_time or time()
    drum.stored_at = instant_at(row.event_date, clock.hour, clock.minute, plan.work.actor.zone)
    return posting_id


def _take_out(plan: _Plan, row: StockOutRow, drum: Drum) -> UUID:
    """A container, or a part of it: what is left stays where it is, as old as it was."""
    drum.expect(S.STORED)
    assert drum.zone_id is not None
    zone, outbound = Place(PlaceKind.ZONE, drum.zone_id), Place(PlaceKind.OUTBOUND, plan.site.id)
    leaves_whole = _is_all(row.grams, drum.net)
    if leaves_whole:
        plan.level(drum, zone, drum.net, row.grams, row.event_date)
    posting_id = plan.move(drum, row.grams, zone, outbound, row.event_date)
    drum.outbound += row.grams
    if leaves_whole:
        drum.weigh(row.grams)
        drum.state, drum.zone_id = S.OUTBOUND, None
    else:
        drum.weigh(drum.net - row.grams)
    return posting_id


def _use(plan: _Plan, row: OwnTreatmentRow | EntrustedRow, drum: Drum) -> UUID:
    kind = PlaceKind.UTILISED if is_utilisation(row.method_code) else PlaceKind.DISPOSED
    end = Place(kind, plan.site.id)
    if not row.source_batch.startswith("HWCS"):
        drum.expect(S.OUTBOUND, S.STORED)
        outbound = Place(PlaceKind.OUTBOUND, plan.site.id)
        if used_up := _is_all(row.grams, drum.outbound):
            plan.level(drum, outbound, drum.outbound, row.grams, row.event_date)
        drum.outbound = 0 if used_up else drum.outbound - row.grams
        if used_up and drum.state is S.OUTBOUND:
            drum.state = S.CONSUMED
        return plan.move(drum, row.grams, outbound, end, row.event_date)
    drum.expect(S.WEIGHED, S.STORED)
    zone_id = drum.zone_id
    place = Place(PlaceKind.ZONE, zone_id) if zone_id else Place(PlaceKind.UNPLACED, plan.site.id)
    if _is_all(row.grams, drum.net):
        plan.level(drum, place, drum.net, row.grams, row.event_date)
        drum.weigh(row.grams)
        drum.state, drum.zone_id = S.CONSUMED, None
    else:
        drum.weigh(drum.net - row.grams)
    return plan.move(drum, row.grams, place, end, row.event_date)


def _is_all(mass: int, lies: int) -> bool:
    """Within the tolerance of scales (HJ1259-6.3-qty) the whole of it was taken."""
    return abs(lies - mass) * 1_000 <= lies * TOLERANCE_PER_MILLE or mass > lies


def _record(
    plan: _Plan, row: PackageRow, drum: Drum, posting_id: UUID, imported: LedgerImport
) -> dict[str, Any]:
    zone = plan.work.actor.zone
    record: dict[str, Any] = {
        "id": new_id(),
        "posting_id": posting_id,
        "table": LedgerTable(row.table.value),
        "organisation_id": imported.organisation_id,
        "site_id": imported.site_id,
        "stream_id": drum.stream_id,
        "batch_number": row.batch_no,
        "source_batch": row.source_batch,
        "happened_on": row.event_date,
        "happened_at": event_instant(row.event_date, row.event_time, zone),
        "finished_at": None,
        "mass": row.grams,
        "local_name": row.local_name,
        "waste_name": row.waste_name,
        "container_id": drum.id,
        "container_code": row.container_code,
        "container_kind": row.container_kind,
        "container_count": row.container_count,
        **dict.fromkeys(TEXTS, ""),
        "details": {},
        "import_id": imported.id,
    }
    return record | _own_columns(row, zone)


TEXTS: Final = (
    "facility_code", "facility_type", "mover", "keeper", "operator", "destination", "method_code", "receiver_kind",
    "receiver_name", "licence_number",
)  # fmt: skip


def _own_columns(row: PackageRow, zone: str) -> dict[str, Any]:
    match row:
        case StockInRow():
            return {
                "facility_code": row.storage_facility[:60],
                "facility_type": row.storage_type[:60],
                "mover": row.mover,
                "keeper": row.keeper,
            }
        case StockOutRow():
            return {
                "facility_code": row.storage_facility[:60],
                "facility_type": row.storage_type[:60],
                "mover": row.mover,
                "keeper": row.keeper,
                "destination": row.destination,
            }
        case OwnTreatmentRow():
            clock = row.finished_time or time()
            return {
                "facility_code": row.treatment_facility[:60],
                "method_code": row.method_code,
                "operator": row.treatment_operator,
                "finished_at": instant_at(row.finished_date, clock.hour, clock.minute, zone),
            }
        case EntrustedRow():
            return {
                "method_code": row.method_code,
                "receiver_kind": row.receiver_kind[:60],
                "receiver_name": row.receiver_name,
                "licence_number": row.licence_no,
            }
    raise ValueError("no row of tables B.2 to B.5")


def _zones(work: Work, site: Site, rows: Sequence[PackageRow]) -> tuple[dict[str, Zone], list[Zone]]:
    """The zone of each facility that rows put containers into: its only one, or 未分区, made when missing."""
    wanted = {row.storage_facility for row in rows if isinstance(row, StockInRow)}
    if not wanted:
        return {}, []
    found = work.session.execute(
        select(Facility, Zone)
        .outerjoin(Zone, (Zone.facility_id == Facility.id) & Zone.ended_at.is_(None))
        .where(Facility.site_id == site.id, Facility.code.in_(wanted), Facility.ended_at.is_(None))
        .order_by(Zone.id)
    )
    open_zones: defaultdict[str, list[Zone]] = defaultdict(list)
    facilities: dict[str, Facility] = {}
    for facility, zone in found:
        facilities[facility.code] = facility
        if zone is not None:
            open_zones[facility.code].append(zone)
    if missing := sorted(wanted - facilities.keys()):
        raise Conflict(say("本场所没有编码为 {code} 的贮存设施", code=missing[0]))
    chosen: dict[str, Zone] = {}
    made = []
    for code, facility in facilities.items():
        zones = open_zones[code]
        chosen[code] = next((zone for zone in zones if len(zones) == 1 or zone.code == UNDIVIDED), None) or (
            _undivided(work, facility)
        )
        if chosen[code] not in zones:
            made.append(chosen[code])
    return chosen, made


def _undivided(work: Work, facility: Facility) -> Zone:
    """A zone for what the ledger puts into a facility without saying where; nothing is assigned to it."""
    zone = Zone(
        id=new_id(), facility_id=facility.id, code=UNDIVIDED, name="未分区", capacity=facility.capacity, allowed=[],
        forms=[], open_to=[], ended_at=None,
    )  # fmt: skip
    work.session.add(zone)
    work.session.flush()
    return zone


def _lift_serials(work: Work, site: Site, rows: Sequence[PackageRow]) -> None:
    highest: defaultdict[tuple[BatchKind, date], int] = defaultdict(int)
    for row in rows:
        batch = parse_batch_number(row.batch_no)
        highest[batch.kind, batch.day] = max(highest[batch.kind, batch.day], batch.serial)
    lift_serials(
        work, {handling_series(kind, site.id, day): serial for (kind, day), serial in highest.items()}
    )
