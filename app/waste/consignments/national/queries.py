"""Files of the national system that a firm brought in."""

from collections.abc import Sequence

from sqlalchemy import select

from app.foundation.core.work import Work
from app.waste.consignments.models import NationalImport
from app.waste.consignments.national.operations import ensure_may_import


def recent_imports(work: Work, limit: int = 20) -> Sequence[NationalImport]:
    """The newest ones of the actor's firm; one statement.

    Raises:
        NotPermitted: see `ensure_may_import`.
    """
    ensure_may_import(work.actor)
    return work.session.scalars(
        select(NationalImport)
        .where(NationalImport.organisation_id == work.actor.organisation_id)
        .order_by(NationalImport.id.desc())
        .limit(limit)
    ).all()
