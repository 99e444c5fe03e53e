"""Who may touch which ledger."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, true

from app.foundation.core.errors import Conflict, NotFound, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import PlaceKind, Posting

FIXED_KINDS: Final = frozenset({PlaceKind.CONSIGNMENT, PlaceKind.WEIGHING_DIFFERENCE, PlaceKind.REGROUPED})
"""Ends of postings that are corrected where they were made: on the manifest, or by splitting and merging."""


def ensure_may(actor: Actor, permission: Permission) -> None:
    """Pass if the actor has the permission.

    Raises:
        NotPermitted: the actor's role doesn't hold it.
    """
    if actor.may(permission):
        return
    raise NotPermitted(say("你的角色没有此操作的权限（{permission}）", permission=permission.value))


def sites_seen(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Site` for what an actor may see: the firm's own, or all of a park for its staff."""
    if actor.is_deployment:
        return true()
    if actor.is_park_staff:
        return Site.park_id == actor.park_id
    return Site.organisation_id == actor.organisation_id


def site_for(work: Work, site_id: UUID) -> Site:
    """A site the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    site = work.session.scalar(select(Site).where(Site.id == site_id, sites_seen(work.actor)))
    if site is None:
        raise NotFound(say("没有这个生产经营场所"))
    return site


def ensure_may_be_corrected(posting: Posting) -> None:
    """Pass for what may be corrected in the ledger itself.

    Raises:
        Conflict: it is a correction itself, or made by a manifest, or by splitting or merging.
    """
    if posting.corrects_id is not None:
        raise Conflict(say("这条记录本身是冲正，不能再更正；请更正它之后的有效记录"))
    if {posting.from_kind, posting.to_kind} & FIXED_KINDS:
        raise Conflict(say("这条记录由联单或分装合并产生，请在那里处理差异"))
