"""Another person than the one signed in acts on this device: a driver signs on the producer's phone with their own PIN."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.database import Database
from app.foundation.core.errors import NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.checking import SecondFactor, confirm_named
from app.parties.accounts.confirming.models import FactorKind
from app.parties.accounts.models import Membership
from app.parties.accounts.permissions import MATRIX, Permission
from app.parties.accounts.signing_in import Caller, caller_of_membership


@dataclass(frozen=True)
class ConfirmedPerson:
    """Who confirmed themselves beside the signed-in person, in which role, and how."""

    caller: Caller
    factor: FactorKind

    @property
    def actor(self) -> Actor:
        return self.caller.actor


def person_by_pin(
    database: Database,
    keyring: Keyring,
    login: str,
    factor: SecondFactor,
    organisation_id: UUID,
    permission: Permission | None = None,
) -> ConfirmedPerson:
    """Confirm a named person on somebody else's device, in their role in an organisation.

    Has transactions of its own: call it before the act's unit of work, then open that one with
    `database.writing(person.actor)`. Where they hold several roles there, the first that has `permission` counts.

    Raises:
        WrongSecondFactor: unknown address, nothing enrolled, or a wrong code: one answer for all of them.
        TooManyTries: five wrong ones within 15 minutes.
        NotPermitted: they are who they say, but have no such role in that organisation.
    """
    user_id, kind = confirm_named(database, keyring, login, factor)
    with database.reading(Actor(user_id=user_id, via="web")) as work:
        held = work.session.execute(
            select(Membership.id, Membership.role)
            .where(
                Membership.user_id == user_id,
                Membership.organisation_id == organisation_id,
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.created_at, Membership.id)
        ).all()
        fitting = [row.id for row in held if permission is None or permission in MATRIX[row.role]]
        callers = (caller_of_membership(work, membership_id, via="web") for membership_id in fitting)
        caller = next((found for found in callers if found is not None), None)
    if caller is None:
        raise NotPermitted(say("此人在该单位没有可以执行本操作的有效角色"))
    return ConfirmedPerson(caller, kind)
