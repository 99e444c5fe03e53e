"""Calendar feeds: giving a person an address of their own, and taking it back."""

import secrets
from hashlib import sha256

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.oversight.agenda.models import CalendarFeed
from app.parties.accounts.models import Membership
from app.parties.accounts.signing_in import Caller, caller_of_membership


def issue_feed(work: Work) -> str:
    """Give the actor a calendar address in the present role; one they had before ends. Gives the token.

    Raises:
        NotPermitted: nobody's own role, such as the deployment's.
    """
    membership = _membership(work)
    _revoke(work, membership)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        id=new_id(),
        membership_id=membership.id,
        token_hash=_hash(token),
        created_at=work.now,
        revoked_at=None,
    )
    work.session.add(feed)
    trace.record(work, "calendar_feed.issued", feed, park_id=membership.park_id)
    return token


def revoke_feed(work: Work) -> bool:
    """Take the actor's calendar address back; False when there is none.

    Raises:
        NotPermitted: nobody's own role, such as the deployment's.
    """
    return _revoke(work, _membership(work))


def feed_of(work: Work) -> CalendarFeed | None:
    """The actor's open calendar address, without its token, which nobody knows any more."""
    membership = _membership(work)
    return work.session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.membership_id == membership.id, CalendarFeed.revoked_at.is_(None)
        )
    )


def caller_of_feed(work: Work, token: str) -> Caller | None:
    """Whose calendar a token opens; None when it is unknown or taken back, or the role has ended. Two statements."""
    membership_id = work.session.scalar(
        select(CalendarFeed.membership_id).where(
            CalendarFeed.token_hash == _hash(token), CalendarFeed.revoked_at.is_(None)
        )
    )
    return caller_of_membership(work, membership_id, via="calendar") if membership_id else None


def _membership(work: Work) -> Membership:
    actor = work.actor
    mine = Membership.organisation_id == actor.organisation_id
    if actor.organisation_id is None:
        mine = Membership.organisation_id.is_(None) & (Membership.park_id == actor.park_id)
    membership = work.session.scalar(
        select(Membership)
        .where(Membership.user_id == actor.user_id, mine, Membership.ended_at.is_(None))
        .order_by(Membership.created_at, Membership.id)
        .limit(1)
    )
    if membership is None:
        raise NotPermitted(say("日历订阅属于个人，请用自己的账号登录"))
    return membership


def _revoke(work: Work, membership: Membership) -> bool:
    feeds = work.session.scalars(
        select(CalendarFeed).where(
            CalendarFeed.membership_id == membership.id, CalendarFeed.revoked_at.is_(None)
        )
    ).all()
    for feed in feeds:
        feed.revoked_at = work.now
        trace.record(work, "calendar_feed.revoked", feed, park_id=membership.park_id)
    return bool(feeds)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
