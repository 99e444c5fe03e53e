"""What is due after a transfer (domain-rules 7.5): T3 the confirmation in the national system, T4 the paper manifest
entered there, T5 the result."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from app.foundation.core.clock import local_day
from app.foundation.core.due import Due
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.core.working_days import add_working_days
from app.foundation.rulebook.loader import limits_of
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
    """Confirmations, paper manifests and results that are due up to a day, of consignments the actor may know of; two
    statements."""
    return [one for one in (*_after_receipt(work), *_on_paper(work)) if one.on <= until]


def _after_receipt(work: Work) -> Iterator[Due]:
    c = Consignment
    rows = work.session.scalars(
        select(c)
        .where(
            consignments_seen(work.actor),
            c.state.in_((S.ACCEPTED, S.PARTLY_ACCEPTED, S.CONFIRMED)),
        )
        .order_by(c.id)
        .limit(MOST)
    )
    for consignment in rows:
        accepted = accepted_on(work, consignment)
        if consignment.kind is WasteKind.GENERAL:
            yield _verification(consignment, accepted)
        elif consignment.state is S.CONFIRMED:
            title = say("{number} 上报利用处置结果", number=consignment.number)
            yield _due(consignment, "T5", title, accepted + timedelta(days=RESULT_DAYS), accepted)
        else:
            title = say("{number} 在国家系统确认", number=consignment.number)
            yield _due(consignment, "T3", title, confirmation_due(work, consignment), accepted)


def _verification(consignment: Consignment, accepted: date) -> Due:
    """The consignor of general waste hears what became of it and closes the transfer (ECC 490; 30 days are ours)."""
    return Due(
        kind="consignment",
        title=say("核实 {number} 的利用处置情况并完结", number=consignment.number),
        note=say("受托方应告知运输、利用、处置情况"),
        on=accepted + timedelta(days=limits_of("ECC-490-b")["feedback"].count),
        opens_on=accepted,
        permission=Permission.CONSIGNMENTS_SEND,
        organisation_id=consignment.consignor_id,
        subject_kind="consignment",
        subject_id=consignment.number,
        source="ECC-490-b",
    )


def _on_paper(work: Work) -> Iterator[Due]:
    c, within = Consignment, limits_of("HWTM-20-b")["within"].count
    rows = work.session.scalars(
        select(c)
        .where(
            consignments_seen(work.actor),
            c.paper_number != "",
            c.national_number.is_(None),
            c.closed_at.is_not(None),
            c.state != S.CANCELLED,
        )
        .order_by(c.id)
        .limit(MOST)
    )
    for consignment in rows:
        assert consignment.closed_at is not None  # as asked for
        ended = local_day(consignment.closed_at, work.actor.zone)
        yield Due(
            kind="consignment",
            title=say("{number} 的纸质联单补录到国家系统", number=consignment.number),
            note=say("转移活动完成后 10 个工作日内"),
            on=add_working_days(ended, within),
            opens_on=ended,
            permission=Permission.CONSIGNMENTS_SEND,
            organisation_id=consignment.consignor_id,
            subject_kind="consignment",
            subject_id=consignment.number,
            source="T4",
        )


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
