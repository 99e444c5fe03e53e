"""Finding one consignment, and whether the actor may know of it."""

import re
from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, true

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.documents.qr import ConsignmentClaim, ShortCodeClaim, parse
from app.foundation.documents.short_code import read_short_code
from app.waste.consignments.models import Consignment, ConsignmentViewer
from app.waste.consignments.policy import ensure_may_read
from app.waste.consignments.workflow import ConsignmentState

NOBODY = UUID(int=0)
"""The viewer of nothing."""
_OWN_NUMBER = re.compile(r"M-[0-9]{4}-[0-9]{4,}")


def consignments_seen(actor: Actor) -> ColumnElement[bool]:
    """What an actor may know of: consignments its firm is or was a party of, drafts only as consignor; park staff
    those that touch their park, once submitted. `ConsignmentViewer` holds it."""
    viewer = viewer_of(actor)
    if viewer is None:
        return true()
    known = select(ConsignmentViewer.consignment_id).where(ConsignmentViewer.viewer_id == viewer)
    return and_(Consignment.id.in_(known), is_open_to(actor))


def viewer_of(actor: Actor) -> UUID | None:
    """As whom the actor stands among the viewers of a consignment; None: the deployment itself, which sees all."""
    if actor.is_deployment:
        return None
    return (actor.park_id if actor.is_park_staff else actor.organisation_id) or NOBODY


def is_open_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that a consignment whose viewer the actor is may be seen as it is now: drafts by their consignor."""
    is_open_to_others = Consignment.state != ConsignmentState.DRAFT
    return or_(is_open_to_others, Consignment.consignor_id == actor.organisation_id)


IS_SEEN: Final = and_(
    Consignment.id.in_(
        select(ConsignmentViewer.consignment_id).where(ConsignmentViewer.viewer_id == bindparam("viewer"))
    ),
    or_(Consignment.state != ConsignmentState.DRAFT, Consignment.consignor_id == bindparam("firm")),
)
"""`consignments_seen` for statements that are built once: of everybody but the deployment itself. `seen_by` tells it who."""


def seen_by(actor: Actor) -> dict[str, UUID | None]:
    """What `IS_SEEN` asks."""
    return {"viewer": viewer_of(actor), "firm": actor.organisation_id}


def consignment_for(work: Work, key: UUID | str, *, lock: bool = False) -> Consignment:
    """A consignment the actor may know of, by id, own number, national number or short code.

    With `lock` its row stays locked until the transaction ends.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    chosen = select(Consignment).where(is_named(key), consignments_seen(work.actor))
    consignment = work.session.scalar(chosen.with_for_update() if lock else chosen)
    if consignment is None:
        raise no_such_consignment()
    return consignment


def is_named(key: UUID | str) -> ColumnElement[bool]:
    """The condition that a consignment bears this id, number or code."""
    column, value = named_in(key)
    condition: ColumnElement[bool] = getattr(Consignment, column) == value
    return condition


def named_in(key: UUID | str) -> tuple[str, UUID | str]:
    """The column that such an id, number or code stands in, and how it stands there.

    Own numbers come first: without its dashes one in a few dozen of them passes for a short code.
    """
    if isinstance(key, UUID):
        return "id", key
    if _OWN_NUMBER.fullmatch(key.upper()):
        return "number", key.upper()
    if short := read_short_code(key):
        return "short_code", short
    if key.isascii() and key.isdigit():
        return "national_number", key
    return "number", key.upper()


def no_such_consignment() -> NotFound:
    return NotFound(say("没有这份联单，或它不属于你的单位"))


def consignment_number_of(work: Work, text: str) -> str | None:
    """The own number of the consignment that a scanned or typed text names, if the actor may know of it.

    Takes own and national numbers, short codes and the texts of our QR codes.
    """
    match parse(text):
        case ConsignmentClaim(number=key) | ShortCodeClaim(short_code=key):
            return work.session.scalar(
                select(Consignment.number).where(is_named(key), consignments_seen(work.actor))
            )
    return None


def numbers_of(work: Work, consignment_ids: Collection[UUID]) -> dict[UUID, str]:
    """Own numbers by id, of those the actor may know of; one statement, none for no ids."""
    if not consignment_ids:
        return {}
    rows = work.session.execute(
        select(Consignment.id, Consignment.number).where(
            Consignment.id.in_(consignment_ids), consignments_seen(work.actor)
        )
    )
    return {row.id: row.number for row in rows}
