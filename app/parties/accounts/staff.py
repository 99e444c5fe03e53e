"""Who works for a firm or a park: invitations, requests to join, standing in for somebody, roles that end."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, NotPermitted
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.confirming.models import EnrolledFactor
from app.parties.accounts.models import (
    Invitation,
    JoinOutcome,
    JoinRequest,
    Membership,
    Organisation,
    Site,
)
from app.parties.accounts.operations import add_user, grant_role
from app.parties.accounts.permissions import PARK_ROLES, Permission, Role
from app.parties.accounts.queries import organisation_of
from app.parties.accounts.signing_in import hash_of

INVITED_FOR = timedelta(days=7)
LONGEST_DELEGATION = timedelta(days=366)


@dataclass(frozen=True)
class Invite:
    """A role offered to whoever gets the link. A firm only where the park's operator invites for it."""

    recipient: str
    role: Role
    job_title: str = ""
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class NewInvitation:
    """An invitation as it is shown once: only the token's hash is kept."""

    invitation: Invitation
    token: str = field(repr=False)


@dataclass(frozen=True)
class Delegate:
    """A role somebody of the firm or park holds besides, between two instants."""

    user_id: UUID
    role: Role
    valid_from: datetime
    valid_until: datetime


def ensure_manages_staff(work: Work) -> None:
    """Raises NotPermitted for everybody but staff managers, as people: a token's scopes never hold it."""
    if not work.actor.may(Permission.STAFF_MANAGE):
        raise NotPermitted(say("只有员工管理员可以管理员工与权限"))


def roles_to_give(work: Work, organisation: Organisation | None) -> list[Role]:
    """The roles a firm's or, without one, the park's people may have."""
    if organisation is None:
        return sorted(PARK_ROLES) if work.actor.is_park_staff else []
    chosen = {
        Role.PRODUCER: organisation.is_producer,
        Role.RECYCLER: organisation.is_recycler,
        Role.CARRIER: organisation.is_carrier,
        Role.DRIVER: organisation.is_carrier,
    }
    return [role for role, is_given in chosen.items() if is_given]


def invite(work: Work, command: Invite) -> NewInvitation:
    """Offer a role to somebody by a link that ends after seven days or its first use.

    Raises:
        NotPermitted: the actor manages no staff. NotFound: not a firm of the actor's park.
        InvalidInput: no recipient, or a role that people there can't have.
    """
    ensure_manages_staff(work)
    organisation = _organisation(work, command.organisation_id)
    recipient = command.recipient.strip()
    problems = []
    if not 3 <= len(recipient) <= 200:
        problems.append(FieldProblem("#/recipient", say("请填写对方的邮箱或手机号")))
    problems += _role_problems(work, organisation, command.role, command.job_title)
    if problems:
        raise InvalidInput(problems)
    token = secrets.token_urlsafe(24)
    row = Invitation(
        token_hash=hash_of(token),
        recipient=recipient,
        role=command.role,
        organisation_id=organisation.id if organisation else None,
        park_id=work.actor.park_id,
        job_title=command.job_title.strip(),
        invited_by_id=work.actor.user_id,
        created_at=work.now,
        expires_at=work.now + INVITED_FOR,
    )
    work.session.add(row)
    trace.record(work, "invitation.sent", row)
    return NewInvitation(row, token)


def revoke_invitation(work: Work, invitation_id: UUID) -> Invitation:
    """Take an invitation back.

    Raises:
        NotPermitted, NotFound: not the actor's to take back. Conflict: it has been used.
    """
    ensure_manages_staff(work)
    row = work.session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
    if row is None or not _is_of_actor(work, row.organisation_id, row.park_id):
        raise NotFound(say("没有这个邀请"))
    if why := why_over(row, work.now):
        raise Conflict(why)
    row.revoked_at = work.now
    trace.record(work, "invitation.revoked", row)
    return row


def open_invitation(work: Work, token: str) -> Invitation:
    """The invitation of a token.

    Raises:
        NotFound: there never was one. Conflict: it was used, taken back or is too old.
    """
    row = work.session.scalar(select(Invitation).where(Invitation.token_hash == hash_of(token)))
    if row is None:
        raise NotFound(say("邀请链接无效，请核对是否完整"))
    if why := why_over(row, work.now):
        raise Conflict(why)
    return row


def why_over(row: Invitation, now: datetime) -> Text | None:
    """Why an invitation can't be taken any more, or None."""
    if row.accepted_at is not None:
        return say("此邀请已被接受")
    if row.revoked_at is not None:
        return say("此邀请已被撤回，请联系邀请人")
    return say("此邀请已过期，请联系邀请人重新发送") if row.expires_at <= now else None


def accept_as_self(work: Work, token: str) -> Membership:
    """The signed-in person takes the role.

    Raises:
        NotFound, Conflict: as `open_invitation`; also where they have that role already.
        NotPermitted: nobody is signed in.
    """
    if work.actor.user_id is None:
        raise NotPermitted(say("请先登录"))
    return _accept(work, token, work.actor.user_id)


def accept_as_new(work: Work, token: str, person: AddUser) -> Membership:
    """Somebody without an account makes one and takes the role.

    Raises:
        NotFound, Conflict: as `open_invitation`; also where address or phone are known.
        InvalidInput: no name, no such address, too short a password.
    """
    open_invitation(work, token)
    if not person.name.strip():
        raise InvalidInput([FieldProblem("#/name", say("请填写姓名"))])
    return _accept(work, token, add_user(work, person).id)


def ask_to_join(work: Work, credit_code: str, role: Role, job_title: str) -> JoinRequest:
    """Ask a firm, by its credit code, for a role in it; its staff manager decides.

    Raises:
        NotFound: no such firm. NotPermitted: nobody is signed in.
        InvalidInput: a role people of that firm can't have. Conflict: asked already.
    """
    if work.actor.user_id is None:
        raise NotPermitted(say("请先登录"))
    organisation = organisation_of(work, credit_code)
    if problems := _role_problems(work, organisation, role, job_title):
        raise InvalidInput(problems)
    asked = select(JoinRequest.id).where(
        JoinRequest.user_id == work.actor.user_id,
        JoinRequest.organisation_id == organisation.id,
        JoinRequest.decided_at.is_(None),
    )
    if work.session.scalar(asked):
        raise Conflict(say("你已向该单位提出申请，请等待对方处理"))
    row = JoinRequest(
        user_id=work.actor.user_id,
        organisation_id=organisation.id,
        role=role,
        job_title=job_title.strip(),
        created_at=work.now,
    )
    work.session.add(row)
    trace.record(work, "join_request.made", row, about=[("organisation", organisation.id)])
    return row


def decide_join(work: Work, request_id: UUID, *, approve: bool) -> JoinRequest:
    """Let somebody in, or not.

    Raises:
        NotPermitted: the actor manages no staff. NotFound: not asked of the actor's firm. Conflict: decided already.
    """
    ensure_manages_staff(work)
    row = work.session.scalar(select(JoinRequest).where(JoinRequest.id == request_id).with_for_update())
    if row is None or not _manages_firm(work, row.organisation_id):
        raise NotFound(say("没有这个申请"))
    if row.decided_at is not None:
        raise Conflict(say("此申请已处理"))
    row.outcome = JoinOutcome.APPROVED if approve else JoinOutcome.REFUSED
    row.decided_at = work.now
    about = [("organisation", row.organisation_id), ("user", row.user_id)]
    if not approve:
        trace.record(work, "join_request.refused", row, about=about)
        return row
    park_id = _park_of_firm(work, row.organisation_id)
    given = GrantRole(row.user_id, row.role, row.organisation_id, park_id, row.job_title)
    grant_role(work, given, changed=[row])
    return row


def delegate_role(work: Work, command: Delegate) -> Membership:
    """Let somebody who works here hold another role between two instants: to stand in for who is away.

    Raises:
        NotPermitted: the actor manages no staff. NotFound: not somebody of the actor's firm or park.
        InvalidInput: days out of order or more than a year, or a role people here can't have.
        Conflict: they have that role already.
    """
    ensure_manages_staff(work)
    organisation = _organisation(work, None)
    problems = _role_problems(work, organisation, command.role, "")
    if command.valid_until <= max(command.valid_from, work.now):
        problems.append(FieldProblem("#/until", say("结束日期须晚于开始日期，且不早于今天")))
    elif command.valid_until - command.valid_from > LONGEST_DELEGATION:
        problems.append(FieldProblem("#/until", say("代理最长一年")))
    if problems:
        raise InvalidInput(problems)
    is_here = select(Membership.id).where(
        Membership.user_id == command.user_id, _here(work), Membership.holds_at(work.now)
    )
    if work.session.scalar(is_here.limit(1)) is None:
        raise NotFound(say("此人不在你的单位"))
    given = GrantRole(
        command.user_id, command.role, work.actor.organisation_id, work.actor.park_id, valid_from=command.valid_from,
        valid_until=command.valid_until,
    )  # fmt: skip
    return grant_role(work, given)


def reset_factors(work: Work, user_id: UUID) -> int:
    """Remove PIN and authenticator of somebody who lost their phone; they set up new ones with their password.

    Raises:
        NotPermitted: the actor manages no staff, or the person also works elsewhere: then the park's operator
            or the deployment does it.
        NotFound: nobody of the actor's, or nothing is set up.
    """
    ensure_manages_staff(work)
    held = work.session.scalars(
        select(Membership).where(Membership.user_id == user_id, Membership.ended_at.is_(None))
    ).all()
    own = [row for row in held if _is_of_actor(work, row.organisation_id, row.park_id)]
    factors = work.session.scalars(
        select(EnrolledFactor)
        .where(EnrolledFactor.user_id == user_id, EnrolledFactor.ended_at.is_(None))
        .order_by(EnrolledFactor.id)
        .with_for_update()
    ).all()
    if not (own or work.actor.is_deployment) or not factors:
        raise NotFound(say("此人没有设置第二因素"))
    if len(own) < len(held):
        raise NotPermitted(say("此人还在其他单位任职，请园区或系统管理员重置"))
    for factor in factors:
        factor.end(work.now)
    first, *others = factors
    trace.record(work, "second_factor.reset", first, about=[("user", user_id)], changed=others)
    return len(factors)


def _accept(work: Work, token: str, user_id: UUID) -> Membership:
    row = work.session.scalar(
        select(Invitation).where(Invitation.id == open_invitation(work, token).id).with_for_update()
    )
    if row is None or row.accepted_at is not None or row.revoked_at is not None:
        raise Conflict(say("此邀请已被接受"))
    row.accepted_at = work.now
    given = GrantRole(user_id, row.role, row.organisation_id, row.park_id, row.job_title)
    return grant_role(work, given, changed=[row])


def _organisation(work: Work, organisation_id: UUID | None) -> Organisation | None:
    """The firm people are taken into: the actor's own, or one of the park's where its operator names one."""
    wanted = organisation_id or work.actor.organisation_id
    if wanted is None:
        return None
    if not _manages_firm(work, wanted):
        raise NotFound(say("没有这家单位"))
    return work.session.get_one(Organisation, wanted)


def _manages_firm(work: Work, organisation_id: UUID) -> bool:
    if work.actor.is_deployment or organisation_id == work.actor.organisation_id:
        return True
    in_park = select(Site.id).where(
        Site.organisation_id == organisation_id, Site.park_id == work.actor.park_id
    )
    return work.actor.is_park_staff and work.session.scalar(in_park.limit(1)) is not None


def _park_of_firm(work: Work, organisation_id: UUID) -> UUID | None:
    """The park its people work in: the actor's, if the firm has a site there."""
    sites = select(Site.park_id).where(Site.organisation_id == organisation_id, Site.park_id.is_not(None))
    parks = set(work.session.scalars(sites))
    return work.actor.park_id if work.actor.park_id in parks else min(parks, default=None, key=str)


def _is_of_actor(work: Work, organisation_id: UUID | None, park_id: UUID | None) -> bool:
    if organisation_id is not None:
        return _manages_firm(work, organisation_id)
    return work.actor.is_deployment or (work.actor.is_park_staff and park_id == work.actor.park_id)


def _here(work: Work) -> ColumnElement[bool]:
    """The condition on `Membership`: of the actor's own firm, or of the park's own staff."""
    if work.actor.organisation_id is not None:
        return Membership.organisation_id == work.actor.organisation_id
    return Membership.organisation_id.is_(None) & (Membership.park_id == work.actor.park_id)


def _role_problems(
    work: Work, organisation: Organisation | None, role: Role, job_title: str
) -> list[FieldProblem]:
    problems = []
    if role not in roles_to_give(work, organisation):
        problems.append(FieldProblem("#/role", say("请选择该单位可以有的角色")))
    if len(job_title.strip()) > 40:
        problems.append(FieldProblem("#/job_title", say("职务最多 40 个字")))
    return problems
