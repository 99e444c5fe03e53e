"""Confirming who signs, before the act's own transaction: by a second factor, on one's own or somebody else's device."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE

from app.entry.confirming import confirm_caller
from app.entry.work import actor, house, reading, unit_of_work
from app.foundation.core.errors import DomainError, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor, Confirmation
from app.parties.accounts.confirming.checking import SecondFactor
from app.parties.accounts.on_device import person_by_pin
from app.waste.consignments.operations.dispatch import sign_what_is_due
from app.waste.consignments.queries import consignment_for
from app.waste.consignments.schemas import SignerSchema
from app.waste.consignments.workflow import RIGHTS, SIGNED_BY, ConsignmentAct, ConsignmentState, Party


def signing_actor(act: ConsignmentAct, key: Any, given: Mapping[str, Any]) -> Actor | None:
    """Who signs by this act, confirmed; None where the act is no signature.

    On pages a second factor is always asked for. A token may do without: it was given for such acts, and the
    signature says so.

    Raises:
        InvalidInput: no code was typed, or the drawing is none.
        NoSecondFactor, WrongSecondFactor, TooManyTries: see `confirm_person`.
        NotFound, NotPermitted: the consignment isn't the caller's, or the person named has no part in it.
    """
    party = SIGNED_BY.get(act)
    if party is None:
        return None
    signature = SignerSchema(unknown=EXCLUDE).load(dict(given))
    code, login, drawing = signature["factor_code"], signature["signer"], signature["drawing"]
    if login and code:
        return _other_person(actor(), key, party, login, code, drawing)
    return _confirmed(code, drawing)


def _confirmed(code: str, drawing: str) -> Actor:
    """The caller, confirmed once more."""
    caller = actor()
    if caller.via == "api" and not code:
        return replace(caller, confirmation=Confirmation(drawing=drawing))
    if not code:
        problem = FieldProblem("#/factor_code", say("请输入签署人的 6 位签名 PIN 或动态码"))
        raise InvalidInput([problem])
    return replace(caller, confirmation=Confirmation(how=confirm_caller(code).value, drawing=drawing))


@dataclass(frozen=True)
class Signed:
    """How one of several signatures went."""

    id: UUID
    state: ConsignmentState | None
    problem: Text | None


def sign_many(items: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> list[Signed]:
    """Give the caller's due signature on several consignments, confirmed once; each in its own transaction, so that
    one that is refused keeps none of the others back.

    Raises:
        InvalidInput, NoSecondFactor, WrongSecondFactor: see `signing_actor`; then nothing is signed.
    """
    signature = SignerSchema(unknown=EXCLUDE).load(dict(given))
    signer = _confirmed(signature["factor_code"], signature["drawing"])
    outcomes = []
    for item in items:
        try:
            with unit_of_work(signer) as work:
                signed = sign_what_is_due(work, item["id"], item["seen_version"])
                outcomes.append(Signed(item["id"], signed.state, None))
        except DomainError as refused:
            outcomes.append(Signed(item["id"], None, refused.text))
    return outcomes


def _other_person(caller: Actor, key: Any, party: Party, login: str, code: str, drawing: str) -> Actor:
    """A named person on the caller's device, in their role at the party that signs."""
    with reading() as work:
        consignment = consignment_for(work, key)
        firm = {
            Party.CONSIGNOR: consignment.consignor_id,
            Party.CARRIER: consignment.carrier_id,
            Party.NEXT_CARRIER: consignment.next_carrier_id,
            Party.CONSIGNEE: consignment.consignee_id,
        }[party]
    if firm is None:
        raise InvalidInput([FieldProblem("#/signer", say("联单上还没有这一方"))])
    person = person_by_pin(house().database, house().keyring, login, SecondFactor(code), firm, RIGHTS[party])
    confirmation = Confirmation(
        how=person.factor.value, device="others", device_user_id=caller.user_id, drawing=drawing
    )
    return replace(person.actor, confirmation=confirmation)
