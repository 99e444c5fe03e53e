"""What is due about corrections after signing: answers to those others ask for, and what the park asked for."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, true

from app.foundation.core.clock import local_day
from app.foundation.core.due import Due
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.core.working_days import add_working_days
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import (
    Consignment,
    CorrectionRequest,
    RequestState,
    Revision,
    RevisionConsent,
    RevisionState,
)
from app.waste.consignments.models.signatures import Answer
from app.waste.consignments.queries.finding import consignments_seen
from app.waste.consignments.revisions.policy import SIGNING
from app.waste.consignments.workflow import RIGHTS, Party

ANSWER_WORKING_DAYS: Final = 5
"""A correction is answered before the confirmation that would seal the manifest (HWTM 18) is due."""
REQUEST_WINDOW: Final = timedelta(days=7)
MOST: Final = 500


def due(work: Work, until: date) -> Sequence[Due]:
    """Corrections that wait for the actor's firm, or for any of the park's firms; two statements."""
    return [*(one for one in _answers(work) if one.on <= until), *_requests(work, until)]


def _answers(work: Work) -> Iterator[Due]:
    own = RevisionConsent.organisation_id == work.actor.organisation_id
    rows = work.session.execute(
        select(Consignment, Revision, RevisionConsent.organisation_id)
        .join(Revision, Revision.consignment_id == Consignment.id)
        .join(RevisionConsent, RevisionConsent.revision_id == Revision.id)
        .where(
            consignments_seen(work.actor),
            Revision.state == RevisionState.OPEN,
            RevisionConsent.answer == Answer.WAITING,
            true() if work.actor.is_park_staff else own,
        )
        .order_by(Revision.requested_at, Revision.id)
        .limit(MOST)
    )
    for consignment, revision, firm in rows:
        asked = local_day(revision.requested_at, work.actor.zone)
        yield Due(
            kind="consignment",
            title=say(
                "答复联单 {number} 的第 {count} 项更正", number=consignment.number, count=revision.number
            ),
            note=say("同意或说明理由后拒绝；不答复则联单保持原样"),
            on=add_working_days(asked, ANSWER_WORKING_DAYS),
            opens_on=asked,
            permission=_right(consignment, firm),
            organisation_id=firm,
            subject_kind="consignment",
            subject_id=consignment.number,
        )


def _requests(work: Work, until: date) -> Iterator[Due]:
    rows = work.session.execute(
        select(Consignment, CorrectionRequest)
        .join(CorrectionRequest, CorrectionRequest.consignment_id == Consignment.id)
        .where(
            consignments_seen(work.actor),
            CorrectionRequest.state == RequestState.OPEN,
            CorrectionRequest.due_on <= until,
        )
        .order_by(CorrectionRequest.due_on, CorrectionRequest.id)
        .limit(MOST)
    )
    for consignment, request in rows:
        firm = _firms(consignment)[request.party]
        if firm is None or not (work.actor.is_park_staff or firm == work.actor.organisation_id):
            continue
        yield Due(
            kind="consignment",
            title=say("按园区要求更正联单 {number}", number=consignment.number),
            note=say("在联单页面申请更正，或与园区说明"),
            on=request.due_on,
            opens_on=request.due_on - REQUEST_WINDOW,
            permission=RIGHTS[request.party],
            organisation_id=firm,
            subject_kind="consignment",
            subject_id=consignment.number,
        )


def _firms(consignment: Consignment) -> dict[Party, UUID | None]:
    return {
        Party.CONSIGNOR: consignment.consignor_id,
        Party.CARRIER: consignment.carrier_id,
        Party.CONSIGNEE: consignment.consignee_id,
    }


def _right(consignment: Consignment, firm: UUID) -> Permission:
    """What a firm answers with: that of the first party it is."""
    firms = _firms(consignment)
    return next(RIGHTS[party] for party in SIGNING if firms[party] == firm)
