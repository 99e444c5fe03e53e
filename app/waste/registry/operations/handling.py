"""What tables B.2 to B.5 of HJ 1259 ask of every movement, written in the transaction that posts it.

The caller posts the mass and appends the event; these functions draw the batch number and add a line a package.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.foundation.catalogue.codes import BatchKind, BatchNumber
from app.foundation.core.bulk import insert_many
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.methods import is_utilisation as is_utilisation
from app.waste.registry.models import LedgerRecord, LedgerTable
from app.waste.registry.numbering import next_serial

LAST_SERIAL = 999


@dataclass(frozen=True)
class Handled:
    """One package, or one batch of general waste, in one movement."""

    posting_id: UUID
    stream_id: UUID
    mass: Grams
    local_name: str
    waste_name: str
    container_id: UUID
    container_code: str
    container_kind: str
    source_batch: str = ""
    """Its generation batch at stock-in, its stock-in batch at stock-out, its stock-out batch when treated."""
    facility_code: str = ""
    facility_type: str = ""


@dataclass(frozen=True)
class Handling:
    """Whose ledger the lines belong to, when it happened, and what all of them say alike."""

    organisation_id: UUID
    site_id: UUID
    happened_at: datetime
    finished_at: datetime | None = None
    mover: str = ""
    """Empty: the person of the event, as for keeper and operator."""
    keeper: str = ""
    operator: str = ""
    destination: str = ""
    method_code: str = ""
    receiver_kind: str = ""
    receiver_name: str = ""
    licence_number: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def record_stock_in(work: Work, handling: Handling, packages: Sequence[Handled]) -> str:
    """Lines of table B.2 under one new batch number HWRK…; gives the number. Two statements."""
    return _record(work, LedgerTable.STOCK_IN, BatchKind.STOCK_IN, handling, packages)


def record_stock_out(work: Work, handling: Handling, packages: Sequence[Handled]) -> str:
    """Lines of table B.3 under one new batch number HWCK…; gives the number. Two statements."""
    return _record(work, LedgerTable.STOCK_OUT, BatchKind.STOCK_OUT, handling, packages)


def record_treatment(work: Work, handling: Handling, packages: Sequence[Handled]) -> str:
    """Lines of table B.4, own use or disposal, under one new batch number; gives the number. Two statements."""
    kind = BatchKind.OWN_USE if is_utilisation(handling.method_code) else BatchKind.OWN_DISPOSAL
    return _record(work, LedgerTable.OWN_TREATMENT, kind, handling, packages)


def record_entrusted(work: Work, handling: Handling, packages: Sequence[Handled]) -> str:
    """Lines of table B.5, entrusted use or disposal, under one new batch number; gives the number. Two statements."""
    kind = BatchKind.ENTRUSTED_USE if is_utilisation(handling.method_code) else BatchKind.ENTRUSTED_DISPOSAL
    return _record(work, LedgerTable.ENTRUSTED, kind, handling, packages)


def handling_series(kind: BatchKind, site_id: UUID, day: date) -> str:
    """The series that batch numbers of a kind are drawn from at a site and day."""
    return f"HW{kind.value}/{site_id}/{day:%Y%m%d}"


@dataclass(frozen=True)
class LastRecord:
    """The newest line of a table about a container."""

    batch_number: str
    facility_code: str
    facility_type: str
    local_name: str


def last_records(
    work: Work, table: LedgerTable, site_id: UUID, container_ids: Collection[UUID]
) -> dict[UUID, LastRecord]:
    """The newest line of a table of a site about each container; one statement."""
    if not container_ids:
        return {}
    rows = work.session.execute(
        select(
            LedgerRecord.container_id,
            LedgerRecord.batch_number,
            LedgerRecord.facility_code,
            LedgerRecord.facility_type,
            LedgerRecord.local_name,
        )
        .where(
            LedgerRecord.table == table,
            LedgerRecord.site_id == site_id,
            LedgerRecord.container_id.in_(container_ids),
        )
        .order_by(LedgerRecord.happened_on, LedgerRecord.id)
    )
    return {row.container_id: LastRecord(*row[1:]) for row in rows}


def _record(
    work: Work, table: LedgerTable, kind: BatchKind, handling: Handling, packages: Sequence[Handled]
) -> str:
    number = _draw(work, kind, handling.site_id)
    shared = {
        "table": table,
        "organisation_id": handling.organisation_id,
        "site_id": handling.site_id,
        "batch_number": number,
        "happened_on": work.today,
        "happened_at": handling.happened_at,
        "finished_at": handling.finished_at,
        "container_count": 1,
        "mover": handling.mover,
        "keeper": handling.keeper,
        "operator": handling.operator,
        "destination": handling.destination,
        "method_code": handling.method_code,
        "receiver_kind": handling.receiver_kind,
        "receiver_name": handling.receiver_name,
        "licence_number": handling.licence_number,
        "details": handling.details,
        "import_id": None,
    }
    insert_many(
        work.session, LedgerRecord, [{"id": new_id(), **vars(package), **shared} for package in packages]
    )
    return number


def _draw(work: Work, kind: BatchKind, site_id: UUID) -> str:
    """A batch may hold many packages, each with a line of its own: the day's last one takes all the rest."""
    serial = next_serial(work, handling_series(kind, site_id, work.today))
    return str(BatchNumber(kind, work.today, min(serial, LAST_SERIAL)))
