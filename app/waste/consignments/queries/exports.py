"""A list of consignments with all their lines, for files: a batch at a time, whatever its length."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.parties.licences.models import OperatingLicence, Vehicle
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.policy import ensure_may_read
from app.waste.consignments.queries.filters import EVERYTHING, ConsignmentFilter
from app.waste.consignments.queries.finding import consignments_seen
from app.waste.consignments.queries.lists import Bucket, is_in_bucket

BATCH: Final = 500


@dataclass(frozen=True)
class ExportedLine:
    """One waste of a consignment; the consignment itself stands beside each of them."""

    consignment: Consignment
    consignor_name: str
    carrier_name: str | None
    consignee_name: str | None
    plate: str | None
    licence_number: str | None
    line: ConsignmentLine | None
    """None: a draft without lines."""


def exported_count(
    work: Work, most: int, bucket: Bucket | None = None, wanted: ConsignmentFilter = EVERYTHING
) -> int:
    """How many lines an export has, none counted beyond `most` and one; one statement.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
    """
    ensure_may_read(work.actor)
    lines = (
        select(ConsignmentLine.id)
        .join(Consignment, Consignment.id == ConsignmentLine.consignment_id)
        .where(*_conditions(work, bucket, wanted))
        .limit(most + 1)
        .subquery()
    )
    return work.session.scalar(select(func.count()).select_from(lines)) or 0


def exported_lines(
    work: Work, bucket: Bucket | None = None, wanted: ConsignmentFilter = EVERYTHING
) -> Iterator[ExportedLine]:
    """Every line of every consignment the actor may know of, newest first; two statements for 500 consignments.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
    """
    ensure_may_read(work.actor)
    consignor, carrier, consignee = (aliased(Organisation) for _ in range(3))
    chosen = (
        select(
            Consignment, consignor.name, carrier.name, consignee.name, Vehicle.plate, OperatingLicence.number
        )
        .join(consignor, consignor.id == Consignment.consignor_id)
        .outerjoin(carrier, carrier.id == Consignment.carrier_id)
        .outerjoin(consignee, consignee.id == Consignment.consignee_id)
        .outerjoin(Vehicle, Vehicle.id == Consignment.vehicle_id)
        .outerjoin(OperatingLicence, OperatingLicence.id == Consignment.licence_id)
        .where(*_conditions(work, bucket, wanted))
        .order_by(Consignment.id.desc())
        .limit(BATCH)
    )
    below: UUID | None = None
    while True:
        batch = chosen if below is None else chosen.where(Consignment.id < below)
        rows = work.session.execute(batch).all()
        lines = _lines_of(work, [row[0].id for row in rows])
        for row in rows:
            for line in lines[row[0].id] or [None]:
                yield ExportedLine(row[0], row[1], row[2], row[3], row[4], row[5], line)
        if len(rows) < BATCH:
            return
        below = rows[-1][0].id
        work.session.expunge_all()


def _conditions(work: Work, bucket: Bucket | None, wanted: ConsignmentFilter) -> list[Any]:
    conditions: list[Any] = [consignments_seen(work.actor), *wanted.conditions(work.actor.zone)]
    return conditions if bucket is None else [*conditions, is_in_bucket(work.actor, bucket)]


def _lines_of(work: Work, ids: list[UUID]) -> defaultdict[UUID, list[ConsignmentLine | None]]:
    grouped: defaultdict[UUID, list[ConsignmentLine | None]] = defaultdict(list)
    chosen = select(ConsignmentLine).where(ConsignmentLine.consignment_id.in_(ids))
    for line in work.session.scalars(chosen.order_by(ConsignmentLine.line_number)):
        grouped[line.consignment_id].append(line)
    return grouped
