"""The people of a firm or park as its staff manager sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.foundation.core.work import Work
from app.parties.accounts.confirming.models import EnrolledFactor
from app.parties.accounts.models import Invitation, JoinRequest, Membership, Organisation, Site, User
from app.parties.accounts.staff import ensure_manages_staff

SHOWN_AT_MOST = 500


@dataclass(frozen=True)
class Member:
    """One role of one person, as the list shows it."""

    membership: Membership
    user: User
    organisation_name: str | None
    has_factor: bool

    def holds(self, now: datetime) -> bool:
        """Whether the role counts now; a delegated one may be still to come, or over."""
        row = self.membership
        return (row.valid_from is None or row.valid_from <= now) and (
            row.valid_until is None or now < row.valid_until
        )


def members(work: Work) -> Sequence[Member]:
    """The open roles of the actor's firm, or of the park's staff and its firms, by firm and person.

    Raises:
        NotPermitted: the actor manages no staff.
    """
    ensure_manages_staff(work)
    has_factor = exists().where(
        EnrolledFactor.user_id == User.id,
        EnrolledFactor.confirmed_at.is_not(None),
        EnrolledFactor.ended_at.is_(None),
    )
    rows = work.session.execute(
        select(Membership, User, Organisation.short_name, has_factor)
        .join(User, User.id == Membership.user_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(_visible(work, Membership), Membership.ended_at.is_(None), User.disabled_at.is_(None))
        .order_by(
            Organisation.short_name.is_not(None), Organisation.short_name, User.id, Membership.created_at
        )
        .limit(SHOWN_AT_MOST)
    )
    return [Member(*row) for row in rows]


def open_invitations(work: Work) -> Sequence[tuple[Invitation, str | None]]:
    """Invitations nobody has taken yet, newest first, with the firm's name."""
    ensure_manages_staff(work)
    rows = work.session.execute(
        select(Invitation, Organisation.short_name)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            _visible(work, Invitation),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > work.now,
        )
        .order_by(Invitation.id.desc())
        .limit(SHOWN_AT_MOST)
    )
    return [(row[0], row[1]) for row in rows]


def open_join_requests(work: Work) -> Sequence[tuple[JoinRequest, User, str]]:
    """Requests to decide, oldest first: who asks, and for which firm."""
    ensure_manages_staff(work)
    in_park = select(Site.organisation_id).where(Site.park_id == work.actor.park_id)
    own = (
        JoinRequest.organisation_id.in_(in_park)
        if work.actor.is_park_staff
        else JoinRequest.organisation_id == work.actor.organisation_id
    )
    rows = work.session.execute(
        select(JoinRequest, User, Organisation.short_name)
        .join(User, User.id == JoinRequest.user_id)
        .join(Organisation, Organisation.id == JoinRequest.organisation_id)
        .where(own, JoinRequest.decided_at.is_(None))
        .order_by(JoinRequest.id)
        .limit(SHOWN_AT_MOST)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _visible(work: Work, model: type[Membership] | type[Invitation]) -> ColumnElement[bool]:
    actor = work.actor
    if not actor.is_park_staff:
        return model.organisation_id == actor.organisation_id
    in_park = select(Site.organisation_id).where(Site.park_id == actor.park_id)
    return or_(
        and_(model.organisation_id.is_(None), model.park_id == actor.park_id),
        model.organisation_id.in_(in_park),
    )
