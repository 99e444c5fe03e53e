"""Who is there: the organisations and sites an actor may know of, without phones or addresses of people."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true

from app.foundation.core.work import Actor, Work
from app.parties.accounts.models import Organisation, Site

MAX_PAGE = 100


def organisations_known(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Organisation`: the firms of the actor's park, its own, and all that receive or carry waste,
    which stand in public registers and are the counterparties of any consignment."""
    if actor.via in ("system", "cli"):
        return true()
    of_park = select(Site.organisation_id).where(Site.park_id == actor.park_id)
    known = [
        Organisation.id == actor.organisation_id,
        Organisation.is_recycler.is_(True),
        Organisation.is_carrier.is_(True),
    ]
    if actor.park_id is not None:
        known.append(Organisation.id.in_(of_park))
    return or_(*known)


def organisations_page(
    work: Work, *, limit: int = 50, after: UUID | None = None
) -> tuple[Sequence[Organisation], UUID | None]:
    """A page of the organisations the actor may know of, oldest first, and the cursor of the next page."""
    limit = max(1, min(limit, MAX_PAGE))
    chosen = (
        select(Organisation).where(organisations_known(work.actor)).order_by(Organisation.id).limit(limit + 1)
    )
    if after is not None:
        chosen = chosen.where(Organisation.id > after)
    found = work.session.scalars(chosen).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def sites_page(
    work: Work, *, limit: int = 50, after: UUID | None = None, organisation_id: UUID | None = None
) -> tuple[Sequence[Site], UUID | None]:
    """A page of the sites of organisations the actor may know of, oldest first, and the cursor of the next page."""
    limit = max(1, min(limit, MAX_PAGE))
    chosen = (
        select(Site)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(organisations_known(work.actor))
        .order_by(Site.id)
        .limit(limit + 1)
    )
    if organisation_id is not None:
        chosen = chosen.where(Site.organisation_id == organisation_id)
    if after is not None:
        chosen = chosen.where(Site.id > after)
    found = work.session.scalars(chosen).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None
