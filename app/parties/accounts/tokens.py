"""One's own API tokens: made in the role one acts in, seen with their last use, taken back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from app.foundation import trace
from app.foundation.core.database import Database
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.parties.accounts.models import ApiToken, Membership, UserSession
from app.parties.accounts.permissions import MATRIX, SCOPES, Permission
from app.parties.accounts.signing_in import NOTED_EVERY, TOKEN_PREFIX, hash_of

MAX_DAYS = 366
OWN_SCOPES = frozenset(SCOPES) - {Permission.STAFF_MANAGE.value}
"""What people may give a token of theirs: who works here is decided by people."""


@dataclass(frozen=True)
class MakeToken:
    """A token of the actor's own, narrower than their role, for so many days."""

    label: str
    scopes: tuple[str, ...]
    days: int


def make_token(work: Work, session_token: str, command: MakeToken) -> str:
    """Make a token in the role of this session, and give it; only its hash is kept.

    Raises:
        InvalidInput: no label, unknown or no scopes, scopes that give this role nothing, or days out of range.
        NotPermitted: asked for by a token: tokens beget no tokens.
    """
    membership = _own_role(work, session_token)
    problems = []
    if not 0 < len(command.label.strip()) <= 60:
        problems.append(FieldProblem("#/label", say("请写明令牌的用途，最多 60 个字")))
    if not command.scopes or any(scope not in OWN_SCOPES for scope in command.scopes):
        problems.append(FieldProblem("#/scopes", say("请选择权限范围")))
    elif not any(SCOPES[scope] & MATRIX[membership.role] for scope in command.scopes):
        problems.append(FieldProblem("#/scopes", say("你的角色没有所选的权限")))
    if not 1 <= command.days <= MAX_DAYS:
        problems.append(FieldProblem("#/days", say("有效期为 1 至 {days} 天", days=MAX_DAYS)))
    if problems:
        raise InvalidInput(problems)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        token_hash=hash_of(token),
        label=command.label.strip(),
        membership_id=membership.id,
        scopes=list(command.scopes),
        created_at=work.now,
        expires_at=work.now + timedelta(days=command.days),
        revoked_at=None,
    )
    work.session.add(row)
    trace.record(work, "api_token.issued", row)
    return token


def tokens_of(work: Work) -> Sequence[ApiToken]:
    """One's own tokens that are neither revoked nor over for more than 30 days, newest first."""
    return work.session.scalars(
        select(ApiToken)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .where(
            Membership.user_id == work.actor.user_id,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > work.now - timedelta(days=30),
        )
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    ).all()


def revoke_token(work: Work, token_id: UUID) -> ApiToken:
    """Take one of one's own tokens back; it opens nothing from now on.

    Raises:
        NotFound: no such open token of this person.
    """
    row = work.session.scalar(
        select(ApiToken)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .where(
            ApiToken.id == token_id,
            Membership.user_id == work.actor.user_id,
            ApiToken.revoked_at.is_(None),
        )
        .with_for_update(of=ApiToken)
    )
    if row is None:
        raise NotFound(say("没有这个有效令牌"))
    row.revoked_at = work.now
    trace.record(work, "api_token.revoked", row)
    return row


def note_use(database: Database, token_hash: str) -> None:
    """Note that a token was used, once an hour at most; in a transaction of its own."""
    with database.writing(Actor(via="api")) as work:
        long_ago = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= work.now - NOTED_EVERY)
        work.session.execute(
            update(ApiToken).where(ApiToken.token_hash == token_hash, long_ago).values(last_used_at=work.now)
        )


def _own_role(work: Work, session_token: str) -> Membership:
    membership = work.session.scalar(
        select(Membership)
        .join(UserSession, UserSession.membership_id == Membership.id)
        .where(
            UserSession.token_hash == hash_of(session_token),
            UserSession.ended_at.is_(None),
            Membership.user_id == work.actor.user_id,
        )
    )
    if membership is None or work.actor.via != "web":
        raise NotPermitted(say("令牌只能由本人登录后创建"))
    return membership
