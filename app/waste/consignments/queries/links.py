"""What a one-time link leads to, and who comes in by it."""

from dataclasses import dataclass
from typing import Final

from app.foundation.core.work import Actor, Confirmation, Work
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.links import contact_of, open_link
from app.parties.accounts.confirming.models import FactorKind, OneTimeLink
from app.parties.accounts.permissions import Permission
from app.waste.consignments.queries.papers import Papers, papers_by_id
from app.waste.consignments.workflow import RIGHTS, Party

PURPOSE: Final = "consignment.sign."
"""Before the party: what a link is for."""


@dataclass(frozen=True)
class LinkPapers:
    """What somebody with a link is shown: the papers, whom they sign for, and under which name."""

    link: OneTimeLink
    papers: Papers
    party: Party
    name: str
    phone: str
    """Where the code goes, all but its last four digits hidden; empty where there is no phone on record."""


def papers_of_link(work: Work, keyring: Keyring, token: str) -> LinkPapers:
    """What a link leads to; opening it changes nothing.

    Raises:
        NotFound, LinkEnded: see `open_link`.
    """
    link = open_link(work, token)
    papers = papers_by_id(work, link.subject_id)
    contact = contact_of(keyring, link)
    phone = contact.recipient if contact else ""
    return LinkPapers(
        link, papers, party_of(link), contact.name if contact else "", f"···{phone[-4:]}" if phone else ""
    )


def party_of(link: OneTimeLink) -> Party:
    """For whom the link signs."""
    return Party(link.purpose.removeprefix(PURPOSE))


def link_actor(shown: LinkPapers, drawing: str, confirmed: FactorKind | None) -> Actor:
    """Who signs by a link: a named person of the party, with the rights that the one act takes."""
    consignment = shown.papers.consignment
    firm = {
        Party.CONSIGNOR: consignment.consignor_id,
        Party.CARRIER: consignment.carrier_id,
        Party.CONSIGNEE: consignment.consignee_id,
    }[shown.party]
    rights = (RIGHTS[shown.party], Permission.CONSIGNMENTS_READ)
    return Actor(
        organisation_id=firm,
        park_id=shown.link.park_id,
        permissions=frozenset(right.value for right in rights),
        via="link",
        confirmation=Confirmation(
            how=confirmed.value if confirmed else "", device="link", name=shown.name, drawing=drawing
        ),
    )
