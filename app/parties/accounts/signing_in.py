"""Ways in: sign-in with lockout, sessions, API tokens, and what a caller is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select

from app.foundation import trace
from app.foundation.core.clock import DEFAULT_ZONE
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor, Work
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import (
    ApiToken,
    Membership,
    Organisation,
    Park,
    SignInAttempts,
    User,
    UserSession,
)
from app.parties.accounts.passwords import password_fits
from app.parties.accounts.permissions import SCOPES, Role, permissions_of

MAX_FAILURES = 5
LOCK_FOR = timedelta(minutes=15)
TOKEN_PREFIX = "plk_"  # noqa: S105 - a mark, not a secret


@dataclass(frozen=True)
class Caller:
    """A person or machine that came in: the actor and what pages show of them."""

    actor: Actor
    role: Role
    user_name: str
    job_title: str
    organisation_name: str
    park_name: str
    park_name_en: str
    is_demo: bool
    locale: str


@dataclass(frozen=True)
class SignIn:
    """How a sign-in ended: a session token, or why not."""

    token: str | None
    refusal: Text | None = None


def check_password(work: Work, account: str, password: str) -> UUID | None:
    """Whose account and password these are: an e-mail address or a phone number, and the person's id or None.

    Takes as long for nobody as for somebody. Made for a reading unit of work: no writer waits for it.
    """
    address = account.strip().lower()
    user = (
        work.session.execute(
            select(User.id, User.password_hash)
            .where(or_(User.email == address, User.phone == address), User.disabled_at.is_(None))
            .order_by((User.email == address).desc(), User.id)
            .limit(1)
        ).first()
        if address
        else None
    )
    fits = password_fits(password, user.password_hash if user else None)
    return user.id if user and fits else None


def sign_in(work: Work, account: str, user_id: UUID | None, lifetime: timedelta) -> SignIn:
    """Open a session in a person's first open role, after `check_password` said who it is, or that it is nobody.

    Five failures lock the address for 15 minutes, whether it is known or not. Returns a refusal
    instead of raising, so that the count of failures is kept.
    """
    address = account.strip().lower()
    attempts = _attempts(work, address)
    if attempts.locked_until and attempts.locked_until > work.now:
        return SignIn(None, say("尝试次数过多，请 15 分钟后再试，或联系管理员"))
    if user_id is None:
        attempts.failures += 1
        if attempts.failures >= MAX_FAILURES:
            attempts.locked_until, attempts.failures = work.now + LOCK_FOR, 0
        return SignIn(None, say("账号或密码不正确"))
    attempts.failures = 0
    membership = work.session.scalar(
        select(Membership)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.user_id == user_id,
            Membership.ended_at.is_(None),
            Organisation.suspended_at.is_(None),
        )
        .order_by(Membership.created_at, Membership.id)
        .limit(1)
    )
    if membership is None:
        return SignIn(None, say("该账号当前没有任何角色，请联系单位或园区管理员"))
    token = secrets.token_urlsafe(32)
    opened = UserSession(
        token_hash=_hash(token),
        membership_id=membership.id,
        created_at=work.now,
        expires_at=work.now + lifetime,
        ended_at=None,
    )
    work.session.add(opened)
    trace.record(work, "session.opened", opened, about=[("user", user_id)], park_id=membership.park_id)
    return SignIn(token)


def sign_out(work: Work, token: str) -> None:
    """End a session at once."""
    opened = work.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == _hash(token), UserSession.ended_at.is_(None))
        .with_for_update()
    )
    if opened is not None:
        opened.ended_at = work.now
        trace.record(work, "session.ended", opened)


def forget_old_attempts(work: Work) -> int:
    """Drop counts of failed sign-ins that no lock hangs on any more; gives their number."""
    old = SignInAttempts.locked_until.is_(None) | (SignInAttempts.locked_until < work.now)
    gone = work.session.scalars(delete(SignInAttempts).where(old).returning(SignInAttempts.id))
    return len(gone.all())


def issue_token(work: Work, command: IssueToken) -> str:
    """Make an API token for a person's first open role and give it; only its hash is kept.

    Raises:
        NotFound: no such person, or no open role.
        InvalidInput: an unknown scope.
    """
    unknown = [scope for scope in command.scopes if scope not in SCOPES]
    if unknown or not command.scopes:
        known = ", ".join(SCOPES)
        raise InvalidInput(
            [
                FieldProblem(
                    "#/scopes",
                    say("没有权限范围 {scope}；可用：{known}", scope=", ".join(unknown), known=known),
                )
            ]
        )
    membership = work.session.scalar(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.email == command.email.strip().lower(), Membership.ended_at.is_(None))
        .order_by(Membership.created_at, Membership.id)
        .limit(1)
    )
    if membership is None:
        raise NotFound(say("没有使用 {email} 且有有效角色的用户", email=command.email))
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        token_hash=_hash(token),
        label=command.label,
        membership_id=membership.id,
        scopes=list(command.scopes),
        created_at=work.now,
        expires_at=work.now + command.lifetime,
        revoked_at=None,
    )
    work.session.add(row)
    trace.record(work, "api_token.issued", row, park_id=membership.park_id)
    return token


def revoke_tokens(work: Work, email: str) -> int:
    """Revoke all API tokens of a person that are open; gives their number.

    Raises:
        NotFound: no such person.
    """
    user_id = work.session.scalar(select(User.id).where(User.email == email.strip().lower()))
    if user_id is None:
        raise NotFound(say("没有使用 {email} 的用户", email=email))
    tokens = work.session.scalars(
        select(ApiToken)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .where(Membership.user_id == user_id, ApiToken.revoked_at.is_(None))
    ).all()
    for token in tokens:
        token.revoked_at = work.now
        trace.record(work, "api_token.revoked", token)
    return len(tokens)


def caller_of_session(work: Work, token: str) -> Caller | None:
    """Who a session token belongs to, in one statement; None when it, the role or the person has ended."""
    return _caller(
        work,
        _CALLER_OF_SESSION.where(UserSession.token_hash == _hash(token)),
        via="web",
    )


def caller_of_token(work: Work, token: str) -> Caller | None:
    """Who an API token belongs to, in one statement; None when it is unknown, expired or revoked."""
    return _caller(
        work,
        _CALLER_OF_TOKEN.where(ApiToken.token_hash == _hash(token)),
        via="api",
    )


def caller_of_membership(work: Work, membership_id: UUID, *, via: str) -> Caller | None:
    """Who acts in a role, in one statement; None when the role or the person has ended. For ways in that name
    the role themselves, such as a calendar feed."""
    row = work.session.execute(_CALLER.where(Membership.id == membership_id)).first()
    return _made(row, None, via) if row is not None else None


_CALLER = (
    select(
        Membership.user_id,
        Membership.organisation_id,
        Membership.park_id,
        Membership.role,
        Membership.job_title,
        User.name.label("user_name"),
        User.locale,
        Organisation.short_name.label("organisation_name"),
        Park.name.label("park_name"),
        Park.name_en.label("park_name_en"),
        Park.zone,
        Park.is_demo,
    )
    .select_from(Membership)
    .join(User, User.id == Membership.user_id)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .outerjoin(Park, Park.id == Membership.park_id)
    .where(
        Membership.ended_at.is_(None),
        User.disabled_at.is_(None),
        Organisation.suspended_at.is_(None),
    )
)
_CALLER_OF_SESSION = (
    _CALLER.add_columns(UserSession.expires_at)
    .join(UserSession, UserSession.membership_id == Membership.id)
    .where(UserSession.ended_at.is_(None))
)
_CALLER_OF_TOKEN = (
    _CALLER.add_columns(ApiToken.expires_at, ApiToken.scopes)
    .join(ApiToken, ApiToken.membership_id == Membership.id)
    .where(ApiToken.revoked_at.is_(None))
)
"""Built once: every call of the house begins with one of them."""


def _caller(work: Work, chosen: Any, via: str) -> Caller | None:
    row = work.session.execute(chosen).first()
    if row is None or row.expires_at <= work.now:
        return None
    return _made(row, tuple(row.scopes) if via == "api" else None, via)


def _made(row: Any, scopes: tuple[str, ...] | None, via: str) -> Caller:
    actor = Actor(
        user_id=row.user_id,
        organisation_id=row.organisation_id,
        park_id=row.park_id,
        permissions=permissions_of(row.role, scopes),
        via=via,
        is_park_staff=row.organisation_id is None,
        zone=row.zone or DEFAULT_ZONE,
    )
    return Caller(
        actor=actor,
        role=row.role,
        user_name=row.user_name,
        job_title=row.job_title,
        organisation_name=row.organisation_name or row.park_name,
        park_name=row.park_name or "",
        park_name_en=row.park_name_en or "",
        is_demo=bool(row.is_demo),
        locale=row.locale,
    )


def set_locale(work: Work, user_id: UUID, locale: str) -> None:
    """Remember the language a person chose."""
    user = work.session.get_one(User, user_id)
    if user.locale != locale:
        user.locale = locale
        trace.record(work, "user.language_chosen", user)


def _attempts(work: Work, address: str) -> SignInAttempts:
    row = work.session.scalar(
        select(SignInAttempts).where(SignInAttempts.email_hash == _hash(address)).with_for_update()
    )
    if row is None:
        row = SignInAttempts(email_hash=_hash(address), failures=0, locked_until=None)
        work.session.add(row)
    return row


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
