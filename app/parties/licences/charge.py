"""Which park looks after a firm's licences and fleet, and which one checks what it hands in.

A firm belongs to the parks it has a site in. One without a site in any park belongs to the parks it handed a licence
in to, and to every park of the deployment as long as it handed in none: somebody has to enter the first one.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Park, Site
from app.parties.licences.models import LicenceApplication


def is_in_charge(work: Work, organisation_id: UUID) -> bool:
    """Whether the actor is the staff of a park that the firm belongs to, or the deployment itself."""
    actor = work.actor
    if actor.is_deployment:
        return True
    if not actor.is_park_staff:
        return False
    asked = LicenceApplication.organisation_id == organisation_id
    parks = _parks_of_sites(work, organisation_id) or set(
        work.session.scalars(select(LicenceApplication.park_id).where(asked).distinct())
    ) - {None}
    return not parks or actor.park_id in parks


def ensure_in_charge(work: Work, organisation_id: UUID) -> None:
    """Pass for the staff of a park that the firm belongs to, and for the deployment itself.

    Raises:
        NotPermitted: the firm belongs to another park.
    """
    if not is_in_charge(work, organisation_id):
        raise NotPermitted(say("这家单位属于其他园区，请由它所在或提交过许可证的园区登记和核对"))


def parks_to_check(work: Work, organisation_id: UUID) -> Sequence[Park]:
    """The parks a firm may hand a licence in to, by name: those of its sites, or without any all of the deployment."""
    own = _parks_of_sites(work, organisation_id)
    parks = select(Park).order_by(Park.name, Park.id)
    return work.session.scalars(parks.where(Park.id.in_(own)) if own else parks).all()


def name_of_park(work: Work, park_id: UUID | None) -> str:
    """What a park is called; empty for none."""
    return work.session.scalar(select(Park.name).where(Park.id == park_id)) or "" if park_id else ""


def checking_park(work: Work, organisation_id: UUID, asked: UUID | None) -> UUID:
    """The park whose staff checks what a firm hands in: the one asked for, that of the session, or the only one.

    Raises:
        InvalidInput: another park than the firm may ask, none named where there are several, or there is no park.
    """
    parks = {park.id for park in parks_to_check(work, organisation_id)}
    if not parks:
        raise InvalidInput(
            [FieldProblem("#/park_id", say("平台上还没有能核对的园区，请联系平台管理员先登记园区"))]
        )
    if asked is None and work.actor.park_id in parks:
        return work.actor.park_id
    chosen = asked or (next(iter(parks)) if len(parks) == 1 else None)
    if chosen is None:
        raise InvalidInput([FieldProblem("#/park_id", say("请选择由哪个园区核对"))])
    if chosen not in parks:
        raise InvalidInput([FieldProblem("#/park_id", say("请选择本单位场所所在的园区"))])
    return chosen


def _parks_of_sites(work: Work, organisation_id: UUID) -> set[UUID]:
    sites = select(Site.park_id).where(Site.organisation_id == organisation_id, Site.park_id.is_not(None))
    return {park_id for park_id in work.session.scalars(sites.distinct()) if park_id is not None}
