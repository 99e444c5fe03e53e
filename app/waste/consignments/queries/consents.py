"""Standing consents: who lets its signature be given by itself, on whose consignments."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.waste.consignments.models import StandingConsent
from app.waste.consignments.workflow import Party


def consent_in_force(
    work: Work, organisation_id: UUID, partner_id: UUID | None, party: Party, on: date
) -> StandingConsent | None:
    """The consent under which a firm signs as a party on another's consignments on a day; one statement."""
    return work.session.scalar(
        select(StandingConsent)
        .where(
            StandingConsent.organisation_id == organisation_id,
            StandingConsent.partner_id == partner_id,
            StandingConsent.party == party,
            StandingConsent.ended_at.is_(None),
            StandingConsent.valid_from <= on,
            StandingConsent.valid_to >= on,
        )
        .order_by(StandingConsent.valid_to.desc())
        .limit(1)
    )


def consents_seen(work: Work) -> Sequence[tuple[StandingConsent, str, str]]:
    """The consents that the actor's firm gave or was given, newest first, with both firms' names."""
    giver, partner = aliased(Organisation), aliased(Organisation)
    firm = work.actor.organisation_id
    rows = work.session.execute(
        select(StandingConsent, giver.short_name, partner.short_name)
        .join(giver, giver.id == StandingConsent.organisation_id)
        .join(partner, partner.id == StandingConsent.partner_id)
        .where(or_(StandingConsent.organisation_id == firm, StandingConsent.partner_id == firm))
        .order_by(StandingConsent.created_at.desc(), StandingConsent.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def possible_partners(work: Work) -> Sequence[Organisation]:
    """Carriers that a standing consent may name, by name."""
    return work.session.scalars(
        select(Organisation)
        .where(
            Organisation.is_carrier,
            Organisation.suspended_at.is_(None),
            Organisation.id != work.actor.organisation_id,
        )
        .order_by(Organisation.short_name)
    ).all()
