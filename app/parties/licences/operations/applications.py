"""Handing in a licence, checking it field by field, and what comes of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.parties.accounts.models import Organisation
from app.parties.licences.charge import checking_park, ensure_in_charge
from app.parties.licences.commands import AnswerQueries, ApplyForLicence, JudgeField, RegisterLicence
from app.parties.licences.events import LicenceEvent
from app.parties.licences.models import (
    OPEN_APPLICATIONS,
    ApplicationKind,
    ApplicationState,
    LicenceApplication,
    OperatingLicence,
)
from app.parties.licences.operations.licences import add_licence, locked_licence
from app.parties.licences.policy import ensure_may_apply, ensure_may_manage
from app.parties.licences.queries import application_for, licence_command
from app.parties.licences.review import (
    FIELDS,
    REVIEW,
    application_problems,
    change_problems,
    changed_fields,
    details_of,
    licence_of,
)

ACCEPTED, QUERIED = "accepted", "queried"
LONGEST_TEXT = 500


def apply_for_licence(work: Work, command: ApplyForLicence) -> LicenceApplication:
    """Hand in a licence document with what it says.

    Raises:
        NotPermitted: the actor's role hands in no licences.
        NotFound: no such file of the firm's, or no such licence to renew or change.
        InvalidInput: something is missing or can't be right; a change touches what needs a new licence (HWLM 12);
            no park is named to check it where the firm may ask several.
        Conflict: the firm has an open application already.
    """
    own = ensure_may_apply(work.actor)
    licence = _of_firm(command.licence, own, command)
    problems = application_problems(licence)
    if command.kind is not ApplicationKind.NEW and command.licence_id is None:
        problems.append(FieldProblem("#/licence_id", say("请选择要换证或变更的许可证")))
    if problems:
        raise InvalidInput(problems)
    _check_before(work, own, command, licence)
    park_id = checking_park(work, own, command.park_id)
    file_for(work, command.file_id).park_id = park_id
    _ensure_none_open(work, own)
    id_ = new_id()
    application = LicenceApplication(
        id=id_,
        organisation_id=own,
        park_id=park_id,
        number=f"XK-{work.today:%y%m}-{id_.hex[-6:].upper()}",
        kind=command.kind,
        licence_id=command.licence_id,
        details=details_of(licence),
        verdicts={},
        rounds=[],
        file_id=command.file_id,
        round=1,
        submitted_by=work.actor.user_id,
        submitted_at=work.now,
        decided_by=None,
        decided_at=None,
    )
    work.session.add(application)
    _record(work, LicenceEvent.APPLICATION_SUBMITTED, application)
    return application


def _of_firm(licence: RegisterLicence, own: UUID, command: ApplyForLicence) -> RegisterLicence:
    replaces = command.licence_id if command.kind is ApplicationKind.RENEWAL else None
    return RegisterLicence(**vars(licence) | {"organisation_id": own, "replaces_id": replaces})


def _check_before(work: Work, own: UUID, command: ApplyForLicence, licence: RegisterLicence) -> None:
    """What is renewed or changed is the firm's; a change keeps to what may be changed."""
    if command.licence_id is None:
        return
    before = locked_licence(work, command.licence_id)
    if before.organisation_id != own:
        raise NotFound(say("没有这张经营许可证"))
    if command.kind is ApplicationKind.CHANGE and (
        problems := change_problems(licence_command(work, before), licence)
    ):
        raise InvalidInput(problems)


def _ensure_none_open(work: Work, own: UUID) -> None:
    """Of two who hand in at once, the second waits here for the first and is told of it."""
    work.session.execute(
        select(Organisation.id).where(Organisation.id == own).with_for_update(key_share=True)
    )
    is_open = select(LicenceApplication.number).where(
        LicenceApplication.organisation_id == own, LicenceApplication.state.in_(OPEN_APPLICATIONS)
    )
    if number := work.session.scalar(is_open):
        raise Conflict(say("{number} 还没有核对完，请在其中补充", number=number))


def answer_queries(work: Work, key: UUID, command: AnswerQueries) -> LicenceApplication:
    """Answer all queries of a round at once; fields that changed are checked again, the others stay accepted.

    Raises:
        NotFound: no such application of the firm's, or no such file.
        VersionConflict, Conflict: changed meanwhile; no queries wait for an answer.
        InvalidInput: as when it was handed in; or a query is neither answered in words nor by another value.
    """
    own = ensure_may_apply(work.actor)
    application = _opened(work, key, command.seen_version, ApplicationState.QUERIED)
    before = licence_of(application.details)
    licence = RegisterLicence(
        **vars(command.licence) | {"organisation_id": own, "replaces_id": before.replaces_id}
    )
    details = details_of(licence)
    changed = set(changed_fields(application.details, details))
    answers = {
        name: text.strip() for name, text in command.answers.items() if text.strip() and name in FIELDS
    }
    queried = [name for name, verdict in application.verdicts.items() if verdict["verdict"] == QUERIED]
    problems = application_problems(licence) + [
        FieldProblem(f"#/answers/{name}", say("{label}：请改正或写明理由", label=FIELDS[name].label))
        for name in queried
        if name not in changed and name not in answers and command.file_id is None
    ]
    if problems:
        raise InvalidInput(problems)
    if command.file_id is not None:
        file_for(work, command.file_id).park_id = application.park_id
        application.file_id = command.file_id
    reopened = changed | set(queried)
    application.verdicts = {
        name: verdict for name, verdict in application.verdicts.items() if name not in reopened
    }
    said = {"at": work.now.isoformat(), "answers": answers, "changed": sorted(changed)}
    application.rounds = [*application.rounds[:-1], {**application.rounds[-1], "answer": said}]
    application.details = details
    application.round += 1
    application.state = ApplicationState.SUBMITTED
    _record(work, LicenceEvent.APPLICATION_ANSWERED, application, changed_fields=sorted(changed))
    return application


def judge_field(work: Work, key: UUID, command: JudgeField) -> LicenceApplication:
    """Accept one field, or query it; a verdict may be changed until the application goes back or is approved.

    Raises:
        NotPermitted, NotFound, VersionConflict, Conflict: not the park's to check; changed; not its turn.
        InvalidInput: no such field, or a query without text.
    """
    application = _to_check(work, key, command.seen_version)
    text = command.text.strip()
    if command.field not in FIELDS:
        raise InvalidInput([FieldProblem("#/field", say("没有这个核对项"))])
    if not command.is_accepted and not text:
        raise InvalidInput([FieldProblem("#/text", say("请写明质疑什么、要怎么改"))])
    if len(text) > LONGEST_TEXT:
        raise InvalidInput([FieldProblem("#/text", say("质疑不能超过 {n} 个字", n=LONGEST_TEXT))])
    verdict = {"verdict": ACCEPTED} if command.is_accepted else {"verdict": QUERIED, "text": text}
    application.verdicts = {**application.verdicts, command.field: verdict}
    _record(
        work,
        LicenceEvent.APPLICATION_FIELD_JUDGED,
        application,
        field=command.field,
        is_accepted=command.is_accepted,
    )
    return application


def send_queries(work: Work, key: UUID, seen_version: int) -> LicenceApplication:
    """Give the application back to the firm with all queries as one message.

    Raises:
        NotPermitted, NotFound, VersionConflict: see `judge_field`.
        Conflict: nothing is queried, or it is not the park's turn.
    """
    application = _to_check(work, key, seen_version)
    queries = {
        name: verdict["text"]
        for name, verdict in application.verdicts.items()
        if verdict["verdict"] == QUERIED
    }
    if not queries:
        raise Conflict(say("还没有质疑任何一项"))
    application.rounds = [*application.rounds, {"at": work.now.isoformat(), "queries": queries}]
    application.state = ApplicationState.QUERIED
    _record(work, LicenceEvent.APPLICATION_QUERIED, application, fields=sorted(queries))
    return application


def approve_application(work: Work, key: UUID, seen_version: int) -> LicenceApplication:
    """Approve what is accepted in every field: a new licence, a new edition, or the licence changed.

    Raises:
        NotPermitted, NotFound, VersionConflict: see `judge_field`.
        Conflict: a field is open or queried; or the licence is entered already.
    """
    application = _to_check(work, key, seen_version)
    accepted = {name for name, verdict in application.verdicts.items() if verdict["verdict"] == ACCEPTED}
    if left := len(REVIEW) - len(accepted):
        raise Conflict(say("还有 {n} 项没有接受", n=left))
    command = licence_of(application.details)
    if application.kind is ApplicationKind.CHANGE and application.licence_id is not None:
        licence = _changed(work, application.licence_id, command, application.file_id)
    else:
        licence = add_licence(work, command, application.file_id)
    application.licence_id = licence.id
    application.state = ApplicationState.APPROVED
    application.decided_by, application.decided_at = work.actor.user_id, work.now
    work.session.flush()
    _record(
        work,
        LicenceEvent.APPLICATION_APPROVED,
        application,
        changed=[licence],
        lines=[vars(line) for line in command.lines],
    )
    return application


def _changed(work: Work, licence_id: UUID, command: RegisterLicence, file_id: UUID) -> OperatingLicence:
    licence = locked_licence(work, licence_id)
    licence.legal_name, licence.legal_rep = command.legal_name, command.legal_rep
    licence.domicile, licence.issued_on, licence.file_id = command.domicile, command.issued_on, file_id
    return licence


def withdraw_application(work: Work, key: UUID, seen_version: int) -> LicenceApplication:
    """Take an application back, by the firm.

    Raises:
        NotPermitted, NotFound, VersionConflict: not the firm's; changed meanwhile.
        Conflict: it is decided already.
    """
    ensure_may_apply(work.actor)
    application = _opened(work, key, seen_version, *OPEN_APPLICATIONS)
    application.state = ApplicationState.WITHDRAWN
    application.decided_by, application.decided_at = work.actor.user_id, work.now
    _record(work, LicenceEvent.APPLICATION_WITHDRAWN, application)
    return application


def _to_check(work: Work, key: UUID, seen_version: int) -> LicenceApplication:
    """An application whose turn it is to be checked, by the staff of the park that is in charge of its firm."""
    ensure_may_manage(work.actor)
    application = _opened(work, key, seen_version, ApplicationState.SUBMITTED)
    ensure_in_charge(work, application.organisation_id)
    return application


def _opened(work: Work, key: UUID, seen_version: int, *states: ApplicationState) -> LicenceApplication:
    """An application the actor may know of, locked, in one of these states."""
    application = application_for(work, key, lock=True)
    if application.version != seen_version:
        raise VersionConflict(say("申请已被他人改动，请刷新后重试"))
    if application.state not in states:
        raise Conflict(say("申请现在的状态不允许此操作"))
    return application


def _record(
    work: Work,
    event: LicenceEvent,
    application: LicenceApplication,
    changed: list[OperatingLicence] | None = None,
    **facts: Any,
) -> None:
    trace.record(
        work,
        event,
        application,
        about=[("organisation", application.organisation_id)],
        changed=changed or [],
        park_id=application.park_id,
        **facts,
    )
