"""What the forms of contracts and crossings offer."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.accounts.queries import sites_of

MAX_CHOICES = 300


def partners(work: Work) -> Sequence[Organisation]:
    """Other firms that carry, use or dispose of waste, by name."""
    return work.session.scalars(
        select(Organisation)
        .where(
            or_(Organisation.is_recycler, Organisation.is_carrier),
            Organisation.suspended_at.is_(None),
            Organisation.id != work.actor.organisation_id,
        )
        .order_by(Organisation.short_name)
        .limit(MAX_CHOICES)
    ).all()


def own_sites(work: Work) -> Sequence[Site]:
    """The sites of the acting firm."""
    return sites_of(work, work.actor.organisation_id) if work.actor.organisation_id else ()


def receiving_sites(work: Work) -> Sequence[tuple[Site, Organisation]]:
    """Places of other firms that take waste, in other provinces than all of the acting firm's sites, by name."""
    provinces = {site.province for site in own_sites(work)}
    chosen = select(Site, Organisation).join(Organisation, Organisation.id == Site.organisation_id)
    rows = work.session.execute(
        chosen.where(
            Organisation.is_recycler,
            Organisation.suspended_at.is_(None),
            Organisation.id != work.actor.organisation_id,
        )
        .order_by(Organisation.short_name, Site.name)
        .limit(MAX_CHOICES)
    )
    return [(site, firm) for site, firm in rows if {site.province} != provinces]
