"""One's own account: name and phone, password, the sessions that are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Membership, Organisation, Park, User, UserSession
from app.parties.accounts.operations import phone_is_taken
from app.parties.accounts.passwords import MAX_LENGTH, MIN_LENGTH, hash_password, password_fits
from app.parties.accounts.signing_in import hash_of

NAME_LENGTH, PHONE_LENGTH = 60, 40


@dataclass(frozen=True)
class OpenSession:
    """One open session of the actor, and whether it is the one that asks."""

    session: UserSession
    membership: Membership
    place: str
    is_this: bool


def own_user(work: Work) -> User:
    """The signed-in person.

    Raises:
        NotPermitted: nobody's session.
    """
    user = work.session.get(User, work.actor.user_id) if work.actor.user_id else None
    if user is None:
        raise NotPermitted(say("请先登录"))
    return user


def revise_account(work: Work, name: str, phone: str) -> User:
    """Change one's own name and phone. The event tells that, not what.

    Raises:
        InvalidInput: no name, too long, or a number somebody else signs in with.
    """
    user = own_user(work)
    name, phone = name.strip(), phone.strip()
    problems = []
    if not 0 < len(name) <= NAME_LENGTH:
        problems.append(FieldProblem("#/name", say("请填写姓名，最多 {length} 个字", length=NAME_LENGTH)))
    if len(phone) > PHONE_LENGTH:
        problems.append(FieldProblem("#/phone", say("手机号过长")))
    elif phone_is_taken(work, phone, besides=user.id):
        problems.append(FieldProblem("#/phone", say("该手机号已被另一个账号使用")))
    if problems:
        raise InvalidInput(problems)
    if (user.name, user.phone) != (name, phone):
        user.name, user.phone = name, phone
        trace.record(work, "user.revised", user)
    return user


def change_password(work: Work, password: str, repeated: str, keep_token: str) -> User:
    """Take a new password; all other sessions end. The border has confirmed the old one.

    Raises:
        InvalidInput: too short, too long, typed differently the second time, or the old one again.
    """
    user = own_user(work)
    problems = []
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        problems.append(FieldProblem("#/password", say("密码至少 {length} 个字符", length=MIN_LENGTH)))
    elif password_fits(password, user.password_hash):
        problems.append(FieldProblem("#/password", say("新密码不能与原密码相同")))
    elif len(set(password)) < MIN_LENGTH // 2 or user.email.split("@")[0] == password.lower():
        problems.append(FieldProblem("#/password", say("这个密码太容易猜到，请换一个")))
    if password != repeated:
        problems.append(FieldProblem("#/password_again", say("两次输入的密码不一致")))
    if problems:
        raise InvalidInput(problems)
    user.password_hash = hash_password(password)
    ended = _end_others(work, keep_token)
    trace.record(work, "user.password_changed", user, changed=ended)
    return user


def end_other_sessions(work: Work, keep_token: str) -> int:
    """End all of one's own sessions but this one; gives their number."""
    user = own_user(work)
    ended = _end_others(work, keep_token)
    if ended:
        trace.record(work, "user.sessions_ended", user, changed=ended)
    return len(ended)


def sessions_of(work: Work, token: str) -> list[OpenSession]:
    """One's own open sessions, newest first."""
    rows = work.session.execute(
        select(UserSession, Membership, Organisation.short_name, Park.name)
        .join(Membership, Membership.id == UserSession.membership_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Park, Park.id == Membership.park_id)
        .where(
            Membership.user_id == work.actor.user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > work.now,
        )
        .order_by(UserSession.created_at.desc(), UserSession.id)
    ).all()
    own = hash_of(token)
    return [
        OpenSession(
            row.UserSession, row.Membership, row.short_name or row.name, row.UserSession.token_hash == own
        )
        for row in rows
    ]


def end_session(work: Work, session_id: UUID) -> UserSession:
    """End one of one's own sessions.

    Raises:
        NotFound: no such open session of this person.
    """
    found = work.session.scalar(
        select(UserSession)
        .join(Membership, Membership.id == UserSession.membership_id)
        .where(
            UserSession.id == session_id,
            Membership.user_id == work.actor.user_id,
            UserSession.ended_at.is_(None),
        )
        .with_for_update(of=UserSession)
    )
    if found is None:
        raise NotFound(say("没有这个有效会话"))
    found.ended_at = work.now
    trace.record(work, "session.ended", found)
    return found


def _end_others(work: Work, keep_token: str) -> Sequence[UserSession]:
    others = work.session.scalars(
        select(UserSession)
        .join(Membership, Membership.id == UserSession.membership_id)
        .where(
            Membership.user_id == work.actor.user_id,
            UserSession.ended_at.is_(None),
            UserSession.token_hash != hash_of(keep_token),
        )
        .order_by(UserSession.id)
        .with_for_update(of=UserSession)
    ).all()
    for session in others:
        session.ended_at = work.now
    return others
