"""Ways in: sign-in with lockout, sessions, API tokens, and what a caller is."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select

from app.foundation import trace
from app.foundation.core.clock import DEFAULT_ZONE
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.lookup import Lookup
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor, Work
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.confirming.checking import factors_of
from app.parties.accounts.confirming.models import FactorKind
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
SHARED_AT_MOST = 5
"""People who gave one phone number; new ones are refused a number that somebody has."""
NOTED_EVERY = timedelta(hours=1)
"""How often the use of a token is noted at most."""
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
    networks: tuple[str, ...] = ()
    """Networks that staff of a park may come in from; from anywhere if there are none."""
    token_hash: str | None = None
    """Of the API token it came with, where its last use was noted long ago."""


@dataclass(frozen=True)
class SignIn:
    """How a sign-in ended: a session token, or why not, or that the authenticator's code is still wanted."""

    token: str | None
    refusal: Text | None = None
    waits_for_code: bool = False


def check_password(work: Work, account: str, password: str) -> UUID | None:
    """Whose account and password these are: an e-mail address or a phone number, and the person's id or None.

    A phone number that several people gave counts for the one whose password it is. Takes as long for nobody as for
    somebody. Made for a reading unit of work: no writer waits for it.
    """
    address = account.strip().lower()
    by_email = [(User.email == address).desc(), User.id]
    found = (
        work.session.execute(
            select(User.id, User.email, User.password_hash)
            .where(or_(User.email == address, User.phone == address), User.disabled_at.is_(None))
            .order_by(*by_email)
            .limit(SHARED_AT_MOST)
        ).all()
        if address
        else []
    )
    if found and found[0].email == address:
        found = found[:1]
    fitting = [user.id for user in found if password_fits(password, user.password_hash)]
    if not found:
        password_fits(password, None)
    return fitting[0] if len(fitting) == 1 else None


def sign_in(work: Work, account: str, user_id: UUID | None, lifetime: timedelta) -> SignIn:
    """Open a session in a person's first open role, after `check_password` said who it is, or that it is nobody.

    Five failures lock the address for 15 minutes, whether it is known or not. Returns a refusal
    instead of raising, so that the count of failures is kept. Who has an authenticator types its code next
    (`confirm_person`), and then `open_session` opens the session.
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
    if any(factor.kind == FactorKind.TOTP for factor in factors_of(work, user_id)):
        return SignIn(None, waits_for_code=True)
    return open_session(work, user_id, lifetime)


def open_session(work: Work, user_id: UUID, lifetime: timedelta) -> SignIn:
    """Open a session in a person's first open role, after `sign_in` or, where it asked for it, their code."""
    roles = roles_of(work, user_id)
    if not roles:
        return SignIn(None, say("该账号当前没有任何角色，请联系单位或园区管理员"))
    membership = roles[0].membership
    token = secrets.token_urlsafe(32)
    opened = UserSession(
        token_hash=hash_of(token),
        membership_id=membership.id,
        created_at=work.now,
        expires_at=work.now + lifetime,
        ended_at=None,
    )
    work.session.add(opened)
    trace.record(work, "session.opened", opened, about=[("user", user_id)], park_id=membership.park_id)
    return SignIn(token)


@dataclass(frozen=True)
class HeldRole:
    """A role a person may act in now, with the names of where."""

    membership: Membership
    organisation: Organisation | None
    park: Park | None


def roles_of(work: Work, user_id: UUID) -> list[HeldRole]:
    """The roles a person may act in now, oldest first."""
    rows = work.session.execute(
        select(Membership, Organisation, Park)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Park, Park.id == Membership.park_id)
        .where(
            Membership.user_id == user_id, Membership.holds_at(work.now), Organisation.suspended_at.is_(None)
        )
        .order_by(Membership.created_at, Membership.id)
    )
    return [HeldRole(*row) for row in rows]


def switch_role(work: Work, token: str, membership_id: UUID) -> UserSession:
    """Go on in another of one's own roles, in the same session.

    Raises:
        NotFound: no open session, or no such role of this person.
    """
    opened = work.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == hash_of(token), UserSession.ended_at.is_(None))
        .with_for_update()
    )
    held = {role.membership.id: role.membership for role in roles_of(work, work.actor.user_id or UUID(int=0))}
    if opened is None or opened.membership_id not in held or membership_id not in held:
        raise NotFound(say("没有这个有效角色"))
    if opened.membership_id != membership_id:
        opened.membership_id = membership_id
        trace.record(work, "session.role_chosen", opened, park_id=held[membership_id].park_id)
    return opened


def sign_out(work: Work, token: str) -> None:
    """End a session at once."""
    opened = work.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == hash_of(token), UserSession.ended_at.is_(None))
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
        .where(User.email == command.email.strip().lower(), Membership.holds_at(work.now))
        .order_by(Membership.created_at, Membership.id)
        .limit(1)
    )
    if membership is None:
        raise NotFound(say("没有使用 {email} 且有有效角色的用户", email=command.email))
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        token_hash=hash_of(token),
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
    return _caller(work, _CALLER_OF_SESSION, token, via="web")


def caller_of_token(work: Work, token: str) -> Caller | None:
    """Who an API token belongs to, in one statement; None when it is unknown, expired or revoked."""
    return _caller(work, _CALLER_OF_TOKEN, token, via="api")


def caller_of_membership(work: Work, membership_id: UUID, *, via: str) -> Caller | None:
    """Who acts in a role, in one statement; None when the role or the person has ended. For ways in that name
    the role themselves, such as a calendar feed."""
    row = work.session.execute(_CALLER.where(Membership.id == membership_id)).first()
    return _made(row, None, via) if row is not None and _is_valid(row, work.now) else None


_CALLER = (
    select(
        Membership.user_id,
        Membership.organisation_id,
        Membership.park_id,
        Membership.role,
        Membership.job_title,
        Membership.valid_from,
        Membership.valid_until,
        User.name.label("user_name"),
        User.locale,
        Organisation.short_name.label("organisation_name"),
        Park.name.label("park_name"),
        Park.name_en.label("park_name_en"),
        Park.zone,
        Park.is_demo,
        Park.staff_networks,
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
_CALLER_OF_SESSION = Lookup(
    _CALLER.add_columns(UserSession.expires_at)
    .join(UserSession, UserSession.membership_id == Membership.id)
    .where(UserSession.ended_at.is_(None), UserSession.token_hash == bindparam("token_hash"))
)
_CALLER_OF_TOKEN = Lookup(
    _CALLER.add_columns(ApiToken.expires_at, ApiToken.scopes, ApiToken.last_used_at, ApiToken.token_hash)
    .join(ApiToken, ApiToken.membership_id == Membership.id)
    .where(ApiToken.revoked_at.is_(None), ApiToken.token_hash == bindparam("token_hash"))
)
"""Built once: every call of the house begins with one of them."""


def _caller(work: Work, chosen: Lookup, token: str, via: str) -> Caller | None:
    row = chosen.first(work, token_hash=hash_of(token))
    if row is None or row.expires_at <= work.now or not _is_valid(row, work.now):
        return None
    if via != "api":
        return _made(row, None, via)
    found = _made(row, tuple(row.scopes), via)
    is_noted = row.last_used_at is not None and row.last_used_at > work.now - NOTED_EVERY
    return found if is_noted else replace(found, token_hash=row.token_hash)


def _is_valid(row: Any, now: datetime) -> bool:
    """Whether a delegated role has begun and not run out; all others hold until they are ended."""
    has_begun = row.valid_from is None or row.valid_from <= now
    return has_begun and (row.valid_until is None or now < row.valid_until)


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
        networks=tuple(row.staff_networks or ()) if row.organisation_id is None else (),
    )


def set_locale(work: Work, user_id: UUID, locale: str) -> None:
    """Remember the language a person chose."""
    user = work.session.get_one(User, user_id)
    if user.locale != locale:
        user.locale = locale
        trace.record(work, "user.language_chosen", user)


def _attempts(work: Work, address: str) -> SignInAttempts:
    row = work.session.scalar(
        select(SignInAttempts).where(SignInAttempts.email_hash == hash_of(address)).with_for_update()
    )
    if row is None:
        row = SignInAttempts(email_hash=hash_of(address), failures=0, locked_until=None)
        work.session.add(row)
    return row


def hash_of(secret: str) -> str:
    """What is stored of a session or API token."""
    return hashlib.sha256(secret.encode()).hexdigest()
