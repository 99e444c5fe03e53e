"""Letting parties and parks know of a consignment."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.ids import new_id
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.consignments.models import Consignment, ConsignmentViewer

_ADMIT: Final = {
    name: dialect.insert(ConsignmentViewer.__table__).on_conflict_do_nothing()
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def admit(work: Work, consignment: Consignment, viewers: Iterable[UUID | None]) -> None:
    """From now on these organisations and parks know of the consignment; one statement, none for nobody."""
    rows = [
        {"id": new_id(), "viewer_id": viewer, "consignment_id": consignment.id}
        for viewer in dict.fromkeys(viewers)
        if viewer is not None
    ]
    if not rows:
        return
    work.session.connection().execute(_ADMIT[work.session.get_bind().dialect.name], rows)


def admit_parties(work: Work, consignment: Consignment, *others: UUID | None) -> None:
    """All parties, their parks and the `others` know of it: from the submission on. Two statements."""
    carriers = [
        carrier
        for carrier in (consignment.carrier_id, consignment.next_carrier_id, *others)
        if carrier is not None
    ]
    parks = work.session.scalars(
        select(Site.park_id).distinct().where(Site.organisation_id.in_(carriers), Site.park_id.is_not(None))
    )
    firms = (consignment.consignor_id, consignment.consignee_id, *carriers)
    admit(work, consignment, [*firms, consignment.park_id, consignment.consignee_park_id, *parks])
