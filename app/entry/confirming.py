"""Confirming people in a request: before the act's unit of work begins, since wrong tries have to count though it fails."""

from app.entry.work import caller, house
from app.foundation.core.errors import NotPermitted
from app.foundation.core.text import say
from app.parties.accounts.confirming.checking import SecondFactor, confirm_person
from app.parties.accounts.confirming.models import FactorKind


def confirm_caller(code: str) -> FactorKind:
    """Confirm the signed-in person by the PIN or authenticator code they typed, and give which it was.

    Raises:
        NotPermitted: nobody is signed in. Else as `confirm_person`.
    """
    known = caller()
    if known is None or known.actor.user_id is None:
        raise NotPermitted(say("请先登录"))
    given = SecondFactor("".join(code.split()))
    return confirm_person(house().database, house().keyring, known.actor.user_id, given)
