"""Confirming a person by their second factor."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from app.foundation.core.database import Database
from app.foundation.core.errors import NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.models import EnrolledFactor, FactorKind
from app.parties.accounts.confirming.six_digits import is_six_digits, pin_fits, totp_step
from app.parties.accounts.confirming.tries import WrongSecondFactor, count_try, forget_tries
from app.parties.accounts.models import User
from app.parties.accounts.passwords import password_fits


class NoSecondFactor(NotPermitted):
    """The signed-in person has none yet and is told to set one up."""

    def __init__(self) -> None:
        super().__init__(say("请先在“我的账户”设置签名 PIN 或动态码，再回来确认"))


@dataclass(frozen=True)
class SecondFactor:
    """Six digits a person typed: a PIN or an authenticator's code, or either where `kind` is left open."""

    code: str = field(repr=False)
    kind: FactorKind | None = None


def factors_of(work: Work, user_id: UUID) -> Sequence[EnrolledFactor]:
    """The factors a person can confirm with now, the PIN first."""
    return work.session.scalars(
        select(EnrolledFactor)
        .where(
            EnrolledFactor.user_id == user_id,
            EnrolledFactor.confirmed_at.is_not(None),
            EnrolledFactor.ended_at.is_(None),
        )
        .order_by(EnrolledFactor.kind)
    ).all()


def confirm_person(database: Database, keyring: Keyring, user_id: UUID, factor: SecondFactor) -> FactorKind:
    """Confirm the signed-in person at the moment of an act, and give what confirmed them.

    Has transactions of its own: call it before the act's unit of work, never inside. A wrong try is counted though
    nothing else happens. An authenticator's code confirms once; a PIN as often as wanted.

    Raises:
        NoSecondFactor: nothing is enrolled.
        WrongSecondFactor: none fits. TooManyTries: five didn't within 15 minutes.
    """
    with database.reading(Actor(user_id=user_id, via="web")) as work:
        factors = factors_of(work, user_id)
    if not factors:
        raise NoSecondFactor
    return _confirm(database, keyring, user_id, factors, factor)


def confirm_named(
    database: Database, keyring: Keyring, login: str, factor: SecondFactor
) -> tuple[UUID, FactorKind]:
    """Confirm another person than the one signed in, named by e-mail address or phone, on this device.

    Raises:
        WrongSecondFactor: nobody has that address, they have no factor, or none fits: the words are the same.
        TooManyTries: five didn't within 15 minutes, whether the address is known or not.
    """
    address = login.strip().lower()
    with database.reading(Actor(via="web")) as work:
        user_id = person_of(work, address)
        factors = factors_of(work, user_id) if user_id else ()
    return user_id or UUID(int=0), _confirm(database, keyring, user_id or address, factors, factor)


def confirm_password(database: Database, user_id: UUID, password: str) -> bool:
    """Whether this is the signed-in person's password; wrong ones are counted as wrong second factors are.

    Raises:
        TooManyTries: five were wrong within 15 minutes.
    """
    with database.writing(Actor(user_id=user_id, via="web")) as work:
        count_try(work, str(user_id))
        password_hash = work.session.scalar(select(User.password_hash).where(User.id == user_id))
    if not password_fits(password, password_hash):
        return False
    with database.writing(Actor(user_id=user_id, via="web")) as work:
        forget_tries(work, str(user_id))
    return True


def person_of(work: Work, address: str) -> UUID | None:
    """The one enabled person of an e-mail address or phone number; None where nobody or more than one has it."""
    chosen = select(User.id, User.email == address).where(
        or_(User.email == address, User.phone == address), User.disabled_at.is_(None)
    )
    found = work.session.execute(chosen).all() if address else []
    by_email = [user_id for user_id, is_email in found if is_email]
    if by_email:
        return by_email[0]
    return found[0][0] if len(found) == 1 else None


def _confirm(
    database: Database,
    keyring: Keyring,
    who: UUID | str,
    factors: Sequence[EnrolledFactor],
    given: SecondFactor,
) -> FactorKind:
    actor = Actor(user_id=who if isinstance(who, UUID) else None, via="web")
    with database.writing(actor) as work:
        count_try(work, str(who))
        now = work.now
    fitting = _fitting(keyring, factors, given, now)
    if fitting is None:
        raise WrongSecondFactor
    with database.writing(actor) as work:
        if not _use(work, *fitting):
            raise WrongSecondFactor  # the same code confirmed something else meanwhile
        forget_tries(work, str(who))
    return fitting[0].kind


def _fitting(
    keyring: Keyring, factors: Sequence[EnrolledFactor], given: SecondFactor, now: datetime
) -> tuple[EnrolledFactor, int | None] | None:
    """The factor that fits, with the step if it is an authenticator's; takes as long where there is none."""
    if not is_six_digits(given.code):
        return None
    by_kind = {factor.kind: factor for factor in factors if given.kind in (None, factor.kind)}
    totp, pin = by_kind.get(FactorKind.TOTP), by_kind.get(FactorKind.PIN)
    if totp is not None:
        secret = open_totp_secret(keyring, totp)
        if (step := totp_step(secret, given.code, now, totp.last_step)) is not None:
            return totp, step
    fits = pin_fits(keyring, pin.user_id if pin else None, given.code, pin.pin_hash if pin else None)
    return (pin, None) if pin is not None and fits else None


def open_totp_secret(keyring: Keyring, factor: EnrolledFactor) -> str:
    """The secret of an authenticator app, in base 32."""
    return keyring.open_secret(f"totp:{factor.id}", factor.sealed_secret or b"").decode()


def _use(work: Work, factor: EnrolledFactor, step: int | None) -> bool:
    """Note the step, if it is still unused; a PIN needs no note, but must still be the one that was compared."""
    still = [EnrolledFactor.id == factor.id, EnrolledFactor.ended_at.is_(None)]
    if step is None:
        return work.session.scalar(select(EnrolledFactor.id).where(*still)) is not None
    unused = or_(EnrolledFactor.last_step.is_(None), EnrolledFactor.last_step < step)
    noted = update(EnrolledFactor).where(*still, unused).values(last_step=step).returning(EnrolledFactor.id)
    return work.session.scalar(noted) is not None
