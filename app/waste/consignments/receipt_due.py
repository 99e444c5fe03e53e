"""What is due after a receipt (domain-rules 7.5): T3 the confirmation in the national system, T5 the result."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from app.foundation.core.due import Due
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import Consignment
from app.waste.consignments.queries.finding import consignments_seen
from app.waste.consignments.queries.results import accepted_on, confirmation_due
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry.models import WasteKind

S = ConsignmentState
RESULT_DAYS: Final = 30
"""T5 (P): a result is asked about 30 days after the acceptance."""
MOST: Final = 500


def due(work: Work, until: date) -> Sequence[Due]:
    """Confirmations and results that are due up to a day, of consignments the actor may know of; one statement."""
    return [one for one in _after_receipt(work) if one.on <= until]


def _after_receipt(work: Work) -> Iterator[Due]:
    c = Consignment
    rows = work.session.scalars(
        select(c)
        .where(
            consignments_seen(work.actor),
            c.kind == WasteKind.HAZARDOUS,
            c.state.in_((S.ACCEPTED, S.PARTLY_ACCEPTED, S.CONFIRMED)),
        )
        .order_by(c.id)
        .limit(MOST)
    )
    for consignment in rows:
        accepted = accepted_on(work, consignment)
        if consignment.state is S.CONFIRMED:
            title = say("{number} 上报利用处置结果", number=consignment.number)
            yield _due(consignment, "T5", title, accepted + timedelta(days=RESULT_DAYS), accepted)
        else:
            title = say("{number} 在国家系统确认", number=consignment.number)
            yield _due(consignment, "T3", title, confirmation_due(work, consignment), accepted)


def _due(consignment: Consignment, timer: str, title: Text, on: date, opens_on: date) -> Due:
    assert consignment.consignee_id is not None  # accepted by somebody
    return Due(
        kind="consignment",
        title=title,
        on=on,
        opens_on=opens_on,
        permission=Permission.CONSIGNMENTS_RECEIVE,
        organisation_id=consignment.consignee_id,
        subject_kind="consignment",
        subject_id=consignment.number,
        source=timer,
    )
