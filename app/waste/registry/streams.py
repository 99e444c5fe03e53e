"""Reads of waste streams."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.models import WasteStream
from app.waste.registry.policy import sites_seen

MAX_PAGE = 100


def streams_page(
    work: Work, *, site_id: UUID | None = None, limit: int = 50, before: UUID | None = None
) -> tuple[Sequence[WasteStream], UUID | None]:
    """A page of the streams of sites the actor may see, newest first, and the cursor of the next; one statement."""
    limit = min(limit, MAX_PAGE)
    chosen = (
        select(WasteStream)
        .join(Site, Site.id == WasteStream.site_id)
        .where(sites_seen(work.actor), WasteStream.ended_at.is_(None))
    )
    if site_id is not None:
        chosen = chosen.where(WasteStream.site_id == site_id)
    if before is not None:
        chosen = chosen.where(WasteStream.id < before)
    rows = work.session.scalars(chosen.order_by(WasteStream.id.desc()).limit(limit + 1)).all()
    page = rows[:limit]
    return page, page[-1].id if len(rows) > limit else None


def sites_of_actor(work: Work) -> Sequence[Site]:
    """The sites the actor may see, oldest first; one statement."""
    return work.session.scalars(select(Site).where(sites_seen(work.actor)).order_by(Site.id)).all()
