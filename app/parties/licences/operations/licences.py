"""Entering licences, and what the authority does with them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.parties.licences.charge import ensure_in_charge, is_in_charge
from app.parties.licences.commands import ChangeLicenceState, RecordRenewalFiling, RegisterLicence
from app.parties.licences.events import LicenceEvent
from app.parties.licences.models import FINAL_STATES, LicenceLine, LicenceState, OperatingLicence
from app.parties.licences.policy import ensure_may_manage, may_apply, may_manage
from app.parties.licences.review import licence_problems


def register_licence(work: Work, command: RegisterLicence) -> OperatingLicence:
    """Enter a hazardous-waste operating licence with its scope (HWLM 10).

    Raises:
        NotPermitted: the actor doesn't enter licences, or the firm belongs to another park.
        NotFound: no such firm, or it takes no waste; or no such edition before.
        InvalidInput: days out of order, no scope, or a line that is no category or code.
        Conflict: the licence is entered already.
    """
    ensure_may_manage(work.actor)
    ensure_in_charge(work, command.organisation_id)
    if problems := licence_problems(command):
        raise InvalidInput(problems)
    licence = add_licence(work, command)
    trace.record(
        work,
        LicenceEvent.REGISTERED,
        licence,
        about=[("organisation", licence.organisation_id)],
        lines=[vars(line) for line in command.lines],
    )
    return licence


def add_licence(work: Work, command: RegisterLicence, file_id: UUID | None = None) -> OperatingLicence:
    """Store a licence and its lines; the caller has checked it and records the event.

    Raises:
        NotFound, Conflict: see `register_licence`.
    """
    name = work.session.scalar(
        select(Organisation.name).where(Organisation.id == command.organisation_id, Organisation.is_recycler)
    )
    if name is None:
        raise NotFound(say("没有这家单位，或它没有登记此种身份"))
    same = select(1).where(
        OperatingLicence.number == command.number,
        OperatingLicence.issuer == command.issuer,
        OperatingLicence.valid_from == command.valid_from,
    )
    if work.session.scalar(same):
        raise Conflict(say("编号 {number} 已登记", number=command.number))
    id_ = new_id()
    values: dict[str, Any] = {name: value for name, value in vars(command).items() if name != "lines"}
    values |= {
        "modes": [mode.value for mode in command.modes],
        "legal_name": command.legal_name or name,
        "root_id": _root_of(work, command) or id_,
    }
    licence = OperatingLicence(id=id_, file_id=file_id, **values)
    work.session.add(licence)
    work.session.flush()
    work.session.add_all(LicenceLine(licence_id=licence.id, **vars(line)) for line in command.lines)
    return licence


def _root_of(work: Work, command: RegisterLicence) -> UUID | None:
    """The first edition of the licence renewed; locked, so that reservations see the old lines or the new ones."""
    if command.replaces_id is None:
        return None
    root_id = work.session.scalar(
        select(OperatingLicence.root_id)
        .where(
            OperatingLicence.id == command.replaces_id,
            OperatingLicence.organisation_id == command.organisation_id,
        )
        .with_for_update()
    )
    if root_id is None:
        raise NotFound(say("没有这张经营许可证"))
    return root_id


def locked_licence(work: Work, licence_id: UUID, seen_version: int | None = None) -> OperatingLicence:
    """A licence to be changed.

    Raises:
        NotFound: no such licence.
        VersionConflict: it changed since the actor saw it.
    """
    licence = work.session.scalar(
        select(OperatingLicence).where(OperatingLicence.id == licence_id).with_for_update()
    )
    if licence is None:
        raise NotFound(say("没有这张经营许可证"))
    if seen_version is not None and licence.version != seen_version:
        raise VersionConflict(say("许可证已被他人改动，请刷新后重试"))
    return licence


def change_licence_state(work: Work, licence_id: UUID, command: ChangeLicenceState) -> OperatingLicence:
    """Note that the authority suspended, revoked or cancelled a licence, or lifted a suspension.

    Raises:
        NotPermitted: the actor doesn't enter licences, or the firm belongs to another park.
        NotFound, VersionConflict: see `locked_licence`.
        InvalidInput: the last day of a suspension is before its first.
        Conflict: it was revoked or cancelled, which is final.
    """
    ensure_may_manage(work.actor)
    licence = locked_licence(work, licence_id, command.seen_version)
    ensure_in_charge(work, licence.organisation_id)
    if licence.state in FINAL_STATES:
        raise Conflict(say("许可证已吊销或注销，不能再改变状态"))
    first = command.from_on or work.today
    if command.to_on is not None and command.to_on < first:
        raise InvalidInput([FieldProblem("#/to_on", say("暂停的最后一天不能早于第一天"))])
    is_suspension = command.state is LicenceState.SUSPENDED
    licence.state = command.state
    licence.suspended_from = first if is_suspension else None
    licence.suspended_to = command.to_on if is_suspension else None
    licence.ended_on = first if command.state in FINAL_STATES else None
    licence.state_reason = command.reason.strip()
    trace.record(work, LicenceEvent.STATE_CHANGED, licence, about=[("organisation", licence.organisation_id)])
    return licence


def record_renewal_filing(work: Work, licence_id: UUID, command: RecordRenewalFiling) -> OperatingLicence:
    """Note that the holder asked the authority for the renewal, by the holder itself or its park (HWLM 13).

    Raises:
        NotFound: no such licence, or another firm's.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: the day lies in the future.
    """
    licence = locked_licence(work, licence_id)
    is_own = may_apply(work.actor) and licence.organisation_id == work.actor.organisation_id
    is_parks = may_manage(work.actor) and is_in_charge(work, licence.organisation_id)
    if not (is_own or is_parks):
        raise NotFound(say("没有这张经营许可证"))
    if licence.version != command.seen_version:
        raise VersionConflict(say("许可证已被他人改动，请刷新后重试"))
    if command.filed_on > work.today:
        raise InvalidInput([FieldProblem("#/filed_on", say("申请日期不能晚于今天"))])
    licence.renewal_filed_on = command.filed_on
    trace.record(work, LicenceEvent.RENEWAL_FILED, licence, about=[("organisation", licence.organisation_id)])
    return licence
