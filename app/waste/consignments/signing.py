"""What a signature stands for: the manifest's facts as canonical JSON, and their hash."""

import hashlib
from typing import Any, Final

from sqlalchemy import bindparam, select

from app.foundation.core.errors import NotPermitted
from app.foundation.core.lookup import Lookup
from app.foundation.core.text import say
from app.foundation.core.work import Confirmation, Work
from app.foundation.trace.canonical import canonical_text, plain
from app.parties.accounts.models import User
from app.waste.consignments.models import ConsignmentLine, Device, Signature, StandingConsent
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.workflow import Party


def manifest_facts(papers: Papers) -> dict[str, Any]:
    """Everything a signer vouches for, masses in grams; after weighing the received masses too.

    Consignor and carrier sign the same facts, so their hashes agree.
    """
    c = papers.consignment
    return {
        "number": c.number,
        "national_number": c.national_number,
        "consignor": papers.consignor.credit_code,
        "consignor_site": c.consignor_site_id,
        "carrier": papers.carrier.credit_code if papers.carrier else None,
        "plate": papers.vehicle.plate if papers.vehicle else None,
        "driver": papers.driver.certificate if papers.driver else None,
        "escort": papers.escort.certificate if papers.escort else None,
        "consignee": papers.consignee.credit_code if papers.consignee else None,
        "consignee_site": c.consignee_site_id,
        "licence": papers.licence.number if papers.licence else None,
        "planned_method": c.planned_method,
        "emergency_measures": c.emergency_measures,
        "via": c.via,
        "sent_mass": c.sent_mass,
        "waybill": _waybill_facts(papers),
        "discrepancy": c.discrepancy,
        "discrepancy_note": c.discrepancy_note,
        "checks": c.checks,
        "opinion": c.opinion,
        "opinions": [
            {
                "line_number": line.line_number,
                "received_mass": line.received_mass,
                "discrepancy": line.discrepancy,
                "opinion": line.opinion,
                "method": line.method_code,
            }
            for line in papers.lines
            if line.opinion is not None
        ],
        "lines": [_line_facts(line) for line in papers.lines],
        "containers": [
            {
                "code": item.container.code,
                "line": item.line.line_number,
                "sent_mass": item.consigned.sent_mass,
                "received_mass": item.consigned.received_mass,
                "verdict": item.consigned.verdict,
            }
            for item in papers.items
        ],
    }


def _line_facts(line: ConsignmentLine) -> dict[str, Any]:
    return {
        "line_number": line.line_number,
        "waste_code": line.waste_code,
        "waste_name": line.waste_name,
        "hazards": line.hazards,
        "form": line.form,
        "harmful_components": line.harmful_components,
        "package": line.package,
        "container_count": line.container_count,
        "sent_mass": line.sent_mass,
    }


def _waybill_facts(papers: Papers) -> dict[str, Any]:
    """Beside the lines: what the code that travels with the load says stays the same when a waybill is made out."""
    goods = [
        {"line_number": line.line_number, **line.dangerous_goods}
        for line in papers.lines
        if line.dangerous_goods
    ]
    return {"number": papers.consignment.waybill_number, "goods": goods}


def document_hash(papers: Papers) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of the manifest's facts, as lower-case hex."""
    return hash_of(document_text(papers))


def document_text(papers: Papers) -> str:
    """The manifest's facts as canonical JSON: what a signer is shown and what is hashed."""
    return canonical_text(plain(manifest_facts(papers)))


def hash_of(document: str) -> str:
    """SHA-256 of a document's text, as lower-case hex."""
    return hashlib.sha256(document.encode()).hexdigest()


def sign(work: Work, papers: Papers, party: Party, *, consent: StandingConsent | None = None) -> Signature:
    """Add a party's signature: the acting person's, or that of whoever answers for a standing consent.

    The document they were shown is kept with it. Policy has been checked by the caller.

    Raises:
        NotPermitted: nobody is named; a manifest is signed by persons.
    """
    document = document_text(papers)
    signature = Signature(
        consignment_id=papers.consignment.id,
        party=party,
        leg=papers.consignment.leg if party is Party.CARRIER else 1,
        document=document,
        document_hash=hash_of(document),
        signed_at=work.now,
        via=work.actor.via,
        **(_by_consent(consent) if consent else _by_actor(work)),
    )
    work.session.add(signature)
    return signature


_NAME: Final = Lookup(select(User.name).where(User.id == bindparam("key")))


def _by_actor(work: Work) -> dict[str, Any]:
    actor, confirmed = work.actor, work.actor.confirmation or Confirmation()
    name = confirmed.name
    if actor.user_id is not None:
        named = _NAME.first(work, key=actor.user_id)
        name = named.name if named else ""
    if not name or actor.organisation_id is None:
        raise NotPermitted(say("联单须由具名人员签署"))
    return {
        "user_id": actor.user_id,
        "organisation_id": actor.organisation_id,
        "name": name,
        "factor": confirmed.how,
        "device": Device(confirmed.device),
        "device_user_id": confirmed.device_user_id,
        "drawing": confirmed.drawing,
    }


def _by_consent(consent: StandingConsent) -> dict[str, Any]:
    return {
        "user_id": consent.user_id,
        "organisation_id": consent.organisation_id,
        "name": consent.name,
        "device": Device.NONE,
        "consent_id": consent.id,
    }
