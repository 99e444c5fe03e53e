"""Signing without an account: a one-time link bound to the very document, for the party whose signature is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Confirmation, Work
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.links import (
    Contact,
    IssueLink,
    NewLink,
    issue_link,
    open_link,
    spend_link,
)
from app.parties.accounts.confirming.models import FactorKind
from app.waste.consignments.commands import AcceptConsignment, SignConsignment
from app.waste.consignments.models import AcceptanceCheck, Consignment
from app.waste.consignments.operations.dispatch import sign_as_carrier, sign_as_consignor
from app.waste.consignments.operations.receipt import accept_consignment
from app.waste.consignments.policy import due_act, ensure_unchanged, parties_of
from app.waste.consignments.queries import Papers, papers_for
from app.waste.consignments.queries.links import PURPOSE, party_of
from app.waste.consignments.signing import document_hash
from app.waste.consignments.workflow import PARTY_WORDS, RIGHTS, ConsignmentAct, Party

MAX_NAME: Final = 60
ACTS: Final[Mapping[Party, tuple[ConsignmentAct, Callable[..., Consignment]]]] = {
    Party.CONSIGNOR: (ConsignmentAct.SIGN_AS_CONSIGNOR, sign_as_consignor),
    Party.CARRIER: (ConsignmentAct.SIGN_AS_CARRIER, sign_as_carrier),
    Party.CONSIGNEE: (ConsignmentAct.ACCEPT, accept_consignment),
}


@dataclass(frozen=True)
class IssueSigningLink:
    """A link by which a named person signs as a party; a code goes to the phone that is on record for that party."""

    party: Party
    name: str
    seen_version: int


def issue_signing_link(
    work: Work, keyring: Keyring, key: UUID | str, command: IssueSigningLink, *, with_code: bool
) -> NewLink:
    """Make a link for the signature that is due, for a person of that party without an account.

    The party itself may ask for it, and the consignor for its driver. `with_code`: a code goes to the phone on record
    too; a deployment that sends none relies on the link alone, and the signature says so.

    Raises:
        NotFound, VersionConflict: as every act on a consignment.
        NotPermitted: the actor is neither that party nor the consignor.
        InvalidInput: no name, or a party that doesn't sign this way.
        Conflict: that signature is not due now.
    """
    papers = papers_for(work, key, lock=True)
    consignment = papers.consignment
    held = parties_of(work.actor, consignment)
    if not {command.party, Party.CONSIGNOR} & held or not any(work.actor.may(RIGHTS[one]) for one in held):
        raise NotPermitted(say("只有移出人或该方自己可以发出签署链接"))
    ensure_unchanged(consignment, command.seen_version)
    problems = []
    if command.party not in ACTS:
        problems.append(FieldProblem("#/party", say("请选择移出人、承运人或接受人")))
    if not 0 < len(command.name.strip()) <= MAX_NAME:
        problems.append(
            FieldProblem("#/name", say("请填写签署人姓名，最多 {longest} 个字", longest=MAX_NAME))
        )
    if problems:
        raise InvalidInput(problems)
    _ensure_due(consignment, command.party)
    return issue_link(
        work,
        keyring,
        IssueLink(
            purpose=f"{PURPOSE}{command.party.value}",
            subject_id=consignment.id,
            document_hash=document_hash(papers),
            contact=Contact(command.name.strip(), _phone(papers, command.party) if with_code else ""),
        ),
    )


def sign_by_link(
    work: Work,
    token: str,
    confirmed: FactorKind | None,
    *,
    checks: frozenset[AcceptanceCheck] = frozenset(),
) -> Consignment:
    """Spend the link and sign with it, in one act; `work` is of `link_actor`.

    Raises:
        NotFound, LinkEnded, WrongCode, Conflict: see `spend_link`; also whatever the signature itself refuses.
    """
    link = open_link(work, token)
    party = party_of(link)
    papers = papers_for(work, link.subject_id, lock=True)
    _ensure_due(papers.consignment, party)
    spent = spend_link(
        work, token, purpose=link.purpose, document_hash=document_hash(papers), confirmed=confirmed
    )
    confirmation = replace(work.actor.confirmation or Confirmation(), proof=spent)
    signer = replace(work, actor=replace(work.actor, confirmation=confirmation))
    _act, operation = ACTS[party]
    version = papers.consignment.version
    command: Any = (
        AcceptConsignment(version, checks=checks) if party is Party.CONSIGNEE else SignConsignment(version)
    )
    return operation(signer, link.subject_id, command)


def _ensure_due(consignment: Consignment, party: Party) -> None:
    due = due_act(consignment)
    if due is not ACTS[party][0]:
        raise Conflict(say("现在不该由{party}签署", party=PARTY_WORDS[party]))


def _phone(papers: Papers, party: Party) -> str:
    """The phone on record: the driver's for the carrier, else the firm's own."""
    match party:
        case Party.CARRIER if papers.driver is not None:
            return papers.driver.phone
        case Party.CARRIER:
            return papers.carrier.phone if papers.carrier else ""
        case Party.CONSIGNEE:
            return papers.consignee.phone if papers.consignee else ""
    return papers.consignor.phone
