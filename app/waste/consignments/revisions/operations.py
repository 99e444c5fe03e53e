"""Asking for a correction, answering it, and what the park asks for. Every act is one event of the consignment."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import User
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import (
    Answer,
    Consignment,
    CorrectionRequest,
    RequestState,
    Revision,
    RevisionConsent,
    RevisionState,
)
from app.waste.consignments.operations.opening import record, touch
from app.waste.consignments.policy import ensure_unchanged
from app.waste.consignments.queries import Papers, papers_for
from app.waste.consignments.revisions.applying import Printed, applied
from app.waste.consignments.revisions.commands import (
    AnswerRevision,
    RequestCorrection,
    RequestRevision,
    WithdrawCorrectionRequest,
    WithdrawRevision,
)
from app.waste.consignments.revisions.policy import (
    SIGNING,
    asked_organisations,
    ensure_correctable,
    ensure_open,
    ensure_park,
    signing_party,
)
from app.waste.consignments.revisions.queries import consents_of, revision_of
from app.waste.consignments.revisions.values import Change, Unreadable, change_of
from app.waste.consignments.signing import document_text, hash_of


def request_revision(work: Work, key: UUID | str, command: RequestRevision, printed: Printed) -> Revision:
    """Ask for other values of fields that were signed for.

    Everybody whose part they touch has to agree; who asks has agreed by asking. Where nobody else is touched it is
    applied at once.

    Raises:
        NotFound, NotPermitted, VersionConflict: as every act on a consignment.
        InvalidInput: no reason, no change, or a value that can't be; all of them at once.
        Conflict: nothing is signed yet, it is confirmed already, or another correction is open.
    """
    papers = _open(work, key, command.seen_version)
    consignment = papers.consignment
    party = signing_party(work.actor, consignment)
    ensure_correctable(consignment)
    _ensure_none_open(work, consignment)
    changes = _changes(papers, command)
    revision = _add_revision(work, papers, party, changes, command.reason)
    asked = asked_organisations(consignment, [one.rule for one in changes], _firm(work))
    consents = [RevisionConsent(revision_id=revision.id, organisation_id=firm) for firm in sorted(asked)]
    work.session.add_all(consents)
    answered = _answer_requests(work, revision, consignment)
    touched: list[Any] = [revision, *consents, *answered]
    touch(consignment)
    if asked:
        record(work, ConsignmentEvent.REVISION_REQUESTED, consignment, changed=touched)
        return revision
    event_id = new_id()
    touched += applied(work, papers, revision, printed, event_id=event_id)
    record(work, ConsignmentEvent.REVISION_APPLIED, consignment, changed=touched, event_id=event_id)
    return revision


def answer_revision(
    work: Work, key: UUID | str, number: int, command: AnswerRevision, printed: Printed
) -> Revision:
    """Agree to a correction or refuse it, for the actor's organisation, once. With the last consent it is applied.

    Raises:
        NotFound, NotPermitted, VersionConflict: as every act on a consignment; also who isn't asked.
        InvalidInput: refused without a reason.
        Conflict: it is settled or answered already, or can't be applied any more.
    """
    papers = _open(work, key, command.seen_version)
    revision = revision_of(work, papers.consignment, number, lock=True)
    ensure_open(revision)
    signing_party(work.actor, papers.consignment)
    consents = consents_of(work, revision)
    mine = next((one for one in consents if one.organisation_id == work.actor.organisation_id), None)
    if mine is None:
        raise NotPermitted(say("这项更正不需要你的单位答复"))
    if mine.answer is not Answer.WAITING:
        raise Conflict(say("你的单位已经答复过这项更正"))
    if not command.agreed and not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请说明不同意的理由"))])
    _write_answer(work, mine, command)
    touch(papers.consignment)
    if not command.agreed:
        return _settled(work, papers, revision, RevisionState.REFUSED, [mine])
    if any(one.answer is Answer.WAITING for one in consents):
        record(work, ConsignmentEvent.REVISION_AGREED, papers.consignment, changed=[revision, mine])
        return revision
    ensure_correctable(papers.consignment)
    event_id = new_id()
    touched = [revision, mine, *applied(work, papers, revision, printed, event_id=event_id)]
    record(work, ConsignmentEvent.REVISION_APPLIED, papers.consignment, changed=touched, event_id=event_id)
    return revision


def withdraw_revision(work: Work, key: UUID | str, number: int, command: WithdrawRevision) -> Revision:
    """Take a correction back before everybody answered.

    Raises:
        NotFound, VersionConflict: as every act on a consignment.
        NotPermitted: another organisation asked for it.
        Conflict: it is settled already.
    """
    papers = _open(work, key, command.seen_version)
    revision = revision_of(work, papers.consignment, number, lock=True)
    ensure_open(revision)
    signing_party(work.actor, papers.consignment)
    if revision.organisation_id != work.actor.organisation_id:
        raise NotPermitted(say("只有申请更正的单位可以撤回"))
    touch(papers.consignment)
    return _settled(work, papers, revision, RevisionState.WITHDRAWN, [])


def request_correction(work: Work, key: UUID | str, command: RequestCorrection) -> CorrectionRequest:
    """The park asks a party to correct something by a day; the party answers with a correction.

    Raises:
        NotFound, NotPermitted, VersionConflict: as every act on a consignment.
        InvalidInput: no text, or a day that is past.
        Conflict: nothing is signed yet, or it is confirmed already.
    """
    papers = _open(work, key, command.seen_version)
    consignment = papers.consignment
    ensure_park(work.actor, consignment)
    ensure_correctable(consignment)
    problems = []
    if not command.text.strip():
        problems.append(FieldProblem("#/text", say("请说明要更正什么")))
    if command.due_on < work.today:
        problems.append(FieldProblem("#/due_on", say("期限 {day} 已过", day=command.due_on.isoformat())))
    if command.party not in SIGNING:
        problems.append(FieldProblem("#/party", say("请选择移出人、承运人或接受人")))
    if problems:
        raise InvalidInput(problems)
    request = CorrectionRequest(
        id=new_id(),
        consignment_id=consignment.id,
        park_id=work.actor.park_id,
        user_id=work.actor.user_id,
        party=command.party,
        text=command.text.strip(),
        due_on=command.due_on,
        requested_at=work.now,
    )
    work.session.add(request)
    touch(consignment)
    record(work, ConsignmentEvent.CORRECTION_REQUESTED, consignment, changed=[request])
    return request


def withdraw_correction_request(
    work: Work, key: UUID | str, request_id: UUID, command: WithdrawCorrectionRequest
) -> CorrectionRequest:
    """The park takes back what it asked for.

    Raises:
        NotFound, NotPermitted, VersionConflict: as every act on a consignment.
        Conflict: it is answered or withdrawn already.
    """
    papers = _open(work, key, command.seen_version)
    consignment = papers.consignment
    ensure_park(work.actor, consignment)
    request = work.session.get(CorrectionRequest, request_id, with_for_update=True)
    if request is None or request.consignment_id != consignment.id:
        raise NotFound(say("没有这项更正要求"))
    if request.state is not RequestState.OPEN:
        raise Conflict(say("这项更正要求已经有了结果"))
    request.state, request.settled_at = RequestState.WITHDRAWN, work.now
    touch(consignment)
    record(work, ConsignmentEvent.CORRECTION_REQUEST_WITHDRAWN, consignment, changed=[request])
    return request


def _open(work: Work, key: UUID | str, seen_version: int) -> Papers:
    """The papers, locked, if they are still as the actor saw them."""
    papers = papers_for(work, key, lock=True)
    ensure_unchanged(papers.consignment, seen_version)
    return papers


def _firm(work: Work) -> UUID:
    assert work.actor.organisation_id is not None  # a signing party is an organisation
    return work.actor.organisation_id


def _ensure_none_open(work: Work, consignment: Consignment) -> None:
    is_open = select(Revision.id).where(
        Revision.consignment_id == consignment.id, Revision.state == RevisionState.OPEN
    )
    if work.session.scalar(is_open):
        raise Conflict(say("已有一项更正在等待答复，请先等它有结果"))


def _changes(papers: Papers, command: RequestRevision) -> list[Change]:
    problems, changes = [], []
    for path, typed in command.changes.items():
        try:
            changes.append(change_of(papers, path, typed))
        except Unreadable as refused:
            problems.append(FieldProblem(f"#/changes/{path}", refused.text))
    if not command.changes:
        problems.append(FieldProblem("#/changes", say("请至少更正一项")))
    if not command.reason.strip():
        problems.append(FieldProblem("#/reason", say("请填写更正原因")))
    if problems:
        raise InvalidInput(problems)
    return changes


def _add_revision(work: Work, papers: Papers, party: Any, changes: Sequence[Change], reason: str) -> Revision:
    """The row of a new correction, with the document as it stands."""
    if work.actor.user_id is None:
        raise NotPermitted(say("更正须由具名人员申请"))
    consignment_id = papers.consignment.id
    last = work.session.scalar(
        select(func.max(Revision.number)).where(Revision.consignment_id == consignment_id)
    )
    document = document_text(papers)
    revision = Revision(
        id=new_id(),
        consignment_id=consignment_id,
        number=(last or 0) + 1,
        requested_by=party,
        user_id=work.actor.user_id,
        organisation_id=work.actor.organisation_id,
        reason=reason.strip(),
        changes=[one.shown for one in changes],
        private={
            one.path: {"before": one.before, "after": one.after} for one in changes if one.rule.is_free_text
        },
        before_document=document,
        before_hash=hash_of(document),
        requested_at=work.now,
    )
    work.session.add(revision)
    work.session.flush()
    return revision


def _answer_requests(work: Work, revision: Revision, consignment: Consignment) -> Iterable[CorrectionRequest]:
    """What the park asked of this party is answered by its correction."""
    requests = work.session.scalars(
        select(CorrectionRequest).where(
            CorrectionRequest.consignment_id == consignment.id,
            CorrectionRequest.party == revision.requested_by,
            CorrectionRequest.state == RequestState.OPEN,
        )
    ).all()
    for request in requests:
        request.state, request.settled_at = RequestState.ANSWERED, work.now
        request.revision_id = revision.id
    return requests


def _write_answer(work: Work, consent: RevisionConsent, command: AnswerRevision) -> None:
    consent.answer = Answer.AGREED if command.agreed else Answer.REFUSED
    consent.user_id = work.actor.user_id
    consent.name = work.session.scalar(select(User.name).where(User.id == work.actor.user_id)) or ""
    consent.reason = command.reason.strip()
    consent.answered_at = work.now


def _settled(
    work: Work, papers: Papers, revision: Revision, state: RevisionState, changed: Sequence[Any]
) -> Revision:
    revision.state, revision.settled_at = state, work.now
    event = (
        ConsignmentEvent.REVISION_REFUSED
        if state is RevisionState.REFUSED
        else ConsignmentEvent.REVISION_WITHDRAWN
    )
    record(work, event, papers.consignment, changed=[revision, *changed])
    return revision
