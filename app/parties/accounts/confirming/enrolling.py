"""Setting up, changing and removing one's own PIN and authenticator app."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.checking import open_totp_secret
from app.parties.accounts.confirming.models import EnrolledFactor, FactorKind
from app.parties.accounts.confirming.six_digits import (
    hash_pin,
    new_totp_secret,
    pin_problem,
    totp_step,
    totp_uri,
)
from app.parties.accounts.models import User


@dataclass(frozen=True)
class TotpOffer:
    """A secret to put into an authenticator app: as text to type and as the content of a QR."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def set_pin(work: Work, keyring: Keyring, pin: str, repeated: str) -> EnrolledFactor:
    """Set the actor's own PIN, or put a new one in place of the old. The border asks for the password first.

    Raises:
        InvalidInput: not six digits, easy to guess, or typed differently the second time.
    """
    user = _self(work)
    problems = []
    if problem := pin_problem(pin, user.phone):
        problems.append(FieldProblem("#/pin", problem))
    if pin != repeated:
        problems.append(FieldProblem("#/pin_again", say("两次输入的 PIN 不一致")))
    if problems:
        raise InvalidInput(problems)
    before = _open(work, user.id, FactorKind.PIN)
    if before is not None:
        before.end(work.now)
        work.session.flush()
    row = EnrolledFactor(
        user_id=user.id,
        kind=FactorKind.PIN,
        pin_hash=hash_pin(keyring, user.id, pin),
        created_at=work.now,
        confirmed_at=work.now,
    )
    work.session.add(row)
    name = "second_factor.changed" if before else "second_factor.enrolled"
    trace.record(work, name, row, about=[("user", user.id)], changed=[before] if before else [])
    return row


def offer_totp(work: Work, keyring: Keyring) -> TotpOffer:
    """Begin with an authenticator app: a new secret, which confirms nothing until `confirm_totp`.

    Raises:
        Conflict: there is a confirmed one; it is removed first.
    """
    user = _self(work)
    before = _open(work, user.id, FactorKind.TOTP)
    if before is not None and before.confirmed_at is not None:
        raise Conflict(say("已绑定动态码，请先移除再重新绑定"))
    if before is not None:
        before.end(work.now)
        work.session.flush()
    secret, row_id = new_totp_secret(), new_id()
    row = EnrolledFactor(
        id=row_id,
        user_id=user.id,
        kind=FactorKind.TOTP,
        sealed_secret=keyring.seal_secret(f"totp:{row_id}", secret.encode()),
        created_at=work.now,
    )
    work.session.add(row)
    trace.record(
        work, "second_factor.offered", row, about=[("user", user.id)], changed=[before] if before else []
    )
    return TotpOffer(secret, totp_uri(secret, user.email))


def open_offer(work: Work, keyring: Keyring) -> TotpOffer | None:
    """The offer the actor has not confirmed yet, to show it again; None where there is none."""
    user = _self(work)
    row = _open(work, user.id, FactorKind.TOTP, lock=False)
    if row is None or row.confirmed_at is not None:
        return None
    secret = open_totp_secret(keyring, row)
    return TotpOffer(secret, totp_uri(secret, user.email))


def confirm_totp(work: Work, keyring: Keyring, code: str) -> EnrolledFactor:
    """Finish with a first code of the app. The offer belongs to the actor alone, so tries at it are not counted.

    Raises:
        NotFound: nothing was offered.
        InvalidInput: not its code of now.
    """
    user = _self(work)
    row = _open(work, user.id, FactorKind.TOTP)
    if row is None or row.confirmed_at is not None:
        raise NotFound(say("没有待确认的动态码，请重新绑定"))
    step = totp_step(open_totp_secret(keyring, row), code.strip(), work.now, None)
    if step is None:
        raise InvalidInput([FieldProblem("#/code", say("动态码不正确；请核对手机时间后再试"))])
    row.confirmed_at, row.last_step = work.now, step
    trace.record(work, "second_factor.enrolled", row, about=[("user", user.id)])
    return row


def remove_factor(work: Work, kind: FactorKind) -> EnrolledFactor:
    """Remove one's PIN or authenticator. What it signed keeps saying so.

    Raises:
        NotFound: there is none.
    """
    user = _self(work)
    row = _open(work, user.id, kind)
    if row is None:
        raise NotFound(say("没有设置过这种第二因素"))
    row.end(work.now)
    trace.record(work, "second_factor.removed", row, about=[("user", user.id)])
    return row


def _self(work: Work) -> User:
    user = work.session.get(User, work.actor.user_id) if work.actor.user_id else None
    if user is None or work.actor.via not in ("web", "demo"):
        raise NotPermitted(say("第二因素只能由本人登录后设置"))
    return user


def _open(work: Work, user_id: UUID, kind: FactorKind, *, lock: bool = True) -> EnrolledFactor | None:
    chosen = select(EnrolledFactor).where(
        EnrolledFactor.user_id == user_id, EnrolledFactor.kind == kind, EnrolledFactor.ended_at.is_(None)
    )
    return work.session.scalar(chosen.with_for_update() if lock else chosen)
