"""Standing consents between two organisations: given by a named person, for a time, and taken back."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import (
    Conflict,
    FieldProblem,
    InvalidInput,
    NotFound,
    NotPermitted,
    VersionConflict,
)
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, User
from app.waste.consignments.models import Consignment, Signature, StandingConsent
from app.waste.consignments.policy import ensure_all_loaded, ensure_may_send
from app.waste.consignments.queries import Papers
from app.waste.consignments.queries.consents import consent_in_force
from app.waste.consignments.signing import sign
from app.waste.consignments.workflow import Party

LONGEST = timedelta(days=366)
"""A consent is given anew each year."""


@dataclass(frozen=True)
class GiveConsent:
    """The actor's firm signs as consignor by itself on consignments that this carrier takes over."""

    partner_id: UUID
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class EndConsent:
    seen_version: int


def give_consent(work: Work, command: GiveConsent) -> StandingConsent:
    """Let a carrier's departure carry the consignor's signature too, once everything is loaded.

    Raises:
        NotPermitted: the actor doesn't send waste, or is no person.
        InvalidInput: no such carrier, days out of order, or longer than a year.
        Conflict: one is in force already.
    """
    ensure_may_send(work.actor)
    firm, person = work.actor.organisation_id, work.actor.user_id
    if firm is None or person is None:
        raise NotPermitted(say("联单须由具名人员签署"))
    if problems := _problems(work, command):
        raise InvalidInput(problems)
    if consent_in_force(work, firm, command.partner_id, Party.CONSIGNOR, command.valid_from):
        raise Conflict(say("对这家承运单位的长期授权仍在有效期内"))
    consent = StandingConsent(
        id=new_id(),
        organisation_id=firm,
        partner_id=command.partner_id,
        party=Party.CONSIGNOR,
        user_id=person,
        name=work.session.scalar(select(User.name).where(User.id == person)) or "",
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        created_at=work.now,
    )
    work.session.add(consent)
    trace.record(work, "standing_consent.given", consent, about=[("organisation", command.partner_id)])
    return consent


def end_consent(work: Work, consent_id: UUID, command: EndConsent) -> StandingConsent:
    """Take a consent back; what it signed stays signed.

    Raises:
        NotFound: no such consent of the actor's firm.
        NotPermitted: the actor doesn't send waste.
        VersionConflict: it changed meanwhile. Conflict: it has ended already.
    """
    ensure_may_send(work.actor)
    consent = work.session.get(StandingConsent, consent_id, with_for_update=True)
    if consent is None or consent.organisation_id != work.actor.organisation_id:
        raise NotFound(say("没有这项长期授权"))
    if consent.version != command.seen_version:
        raise VersionConflict(say("这项长期授权在你打开之后已被更新，请核对后重试"))
    if consent.ended_at is not None:
        raise Conflict(say("这项长期授权已经结束"))
    consent.ended_at = work.now
    trace.record(work, "standing_consent.ended", consent, about=[("organisation", consent.partner_id)])
    return consent


def consignor_by_consent(work: Work, papers: Papers) -> Signature:
    """The consignor's signature under its standing consent with the carrier, when the carrier leaves.

    Raises:
        Conflict: the consignor hasn't signed and gave no such consent, or a container is not loaded.
    """
    consignment: Consignment = papers.consignment
    consent = consent_in_force(
        work, consignment.consignor_id, consignment.carrier_id, Party.CONSIGNOR, work.today
    )
    if consent is None:
        raise Conflict(say("移出人尚未签署，承运人不能签署起运"))
    ensure_all_loaded(consignment)
    signature = sign(work, papers, Party.CONSIGNOR, consent=consent)
    consignment.consignor_signed_at = work.now
    return signature


def _problems(work: Work, command: GiveConsent) -> list[FieldProblem]:
    problems = []
    partner = work.session.get(Organisation, command.partner_id)
    if partner is None or not partner.is_carrier or partner.id == work.actor.organisation_id:
        problems.append(FieldProblem("#/partner_id", say("没有这家承运单位")))
    if command.valid_to < max(command.valid_from, work.today):
        problems.append(FieldProblem("#/valid_to", say("截止日应不早于起始日和今天")))
    if command.valid_to - command.valid_from > LONGEST:
        problems.append(FieldProblem("#/valid_to", say("长期授权最长一年，请到期后再授权")))
    return problems
