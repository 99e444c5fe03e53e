"""Ways to sign: one-time links, standing consents, and many consignments with one confirmation."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Response, request

from app.api.consignments import versioned
from app.api.spec import blueprint
from app.entry.language import rendered
from app.entry.reply import reply, seen_version
from app.entry.signing import sign_many
from app.entry.work import house, reading, unit_of_work
from app.waste.consignments.operations.consenting import EndConsent, GiveConsent, end_consent, give_consent
from app.waste.consignments.operations.link_signing import IssueSigningLink, issue_signing_link
from app.waste.consignments.queries.consents import consents_seen
from app.waste.consignments.schemas import signing as schemas

bp = blueprint("signing", "Signing links, standing consents, signing many at once")


@dataclass(frozen=True)
class _Link:
    url: str
    expires_at: Any
    needs_code: bool


@bp.route("/consignments/<uuid:consignment_id>/signing-links", methods=["POST"])
@versioned
@bp.arguments(schemas.IssueSigningLinkSchema)
@bp.response(201, schemas.SigningLinkSchema)
def issue_link(command: IssueSigningLink, consignment_id: UUID) -> Response:
    """A one-time link by which a named person without an account gives the signature that is due."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        made = issue_signing_link(
            work, house().keyring, consignment_id, command, with_code=house().sends_codes
        )
        url = f"{house().config.public_url.rstrip('/')}{made.path}"
        shown = _Link(url, made.link.expires_at, made.link.needs_code)
        return reply(work, schemas.SigningLinkSchema, shown, 201)


@bp.route("/standing-consents")
@bp.response(200, schemas.StandingConsentsSchema)
def consents() -> Response:
    """The standing consents that the caller's firm gave or was given, newest first."""
    with reading() as work:
        found = [consent for consent, _giver, _partner in consents_seen(work)]
        return reply(work, schemas.StandingConsentsSchema, {"items": found})


@bp.route("/standing-consents", methods=["POST"])
@bp.arguments(schemas.GiveConsentSchema)
@bp.response(201, schemas.StandingConsentSchema)
def give(command: GiveConsent) -> Response:
    """Let a carrier's departure carry the caller's signature as consignor too."""
    with unit_of_work() as work:
        return reply(work, schemas.StandingConsentSchema, give_consent(work, command), 201)


@bp.route("/standing-consents/<uuid:consent_id>/end", methods=["POST"])
@versioned
@bp.arguments(schemas.EndConsentSchema)
@bp.response(200, schemas.StandingConsentSchema)
def end(command: EndConsent, consent_id: UUID) -> Response:
    """Take a standing consent back; what it signed stays signed."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return reply(work, schemas.StandingConsentSchema, end_consent(work, consent_id, command))


@bp.route("/consignments/signatures", methods=["POST"])
@bp.arguments(schemas.SignManySchema)
@bp.response(200, schemas.SignedManySchema)
def sign_all(data: dict[str, Any]) -> Response:
    """Sign several consignments with one confirmation, each in its own transaction; says of each how it went."""
    outcomes = sign_many(data["items"], request.get_json())
    items = [
        {
            "id": one.id,
            "is_signed": one.problem is None,
            "state": one.state,
            "problem": rendered(one.problem) if one.problem else "",
        }
        for one in outcomes
    ]
    with reading() as work:
        return reply(work, schemas.SignedManySchema, {"items": items})
