"""What to call consignments that other records name by id."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.waste.consignments.models import Consignment
from app.waste.consignments.queries.finding import consignments_seen


@dataclass(frozen=True)
class ConsignmentReference:
    """A consignment's number and its two ends."""

    number: str
    consignor_name: str
    consignee_name: str | None


def consignment_references(work: Work, ids: Collection[UUID]) -> Mapping[UUID, ConsignmentReference]:
    """Number and parties of those consignments the actor may know of, in one statement."""
    if not ids:
        return {}
    consignor, consignee = aliased(Organisation), aliased(Organisation)
    rows = work.session.execute(
        select(Consignment.id, Consignment.number, consignor.short_name, consignee.short_name)
        .join(consignor, consignor.id == Consignment.consignor_id)
        .outerjoin(consignee, consignee.id == Consignment.consignee_id)
        .where(Consignment.id.in_(ids), consignments_seen(work.actor))
    )
    return {row[0]: ConsignmentReference(row[1], row[2], row[3]) for row in rows}
