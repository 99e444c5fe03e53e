"""The trace log: events of things the caller may see, as they were hashed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from app.api.spec import blueprint
from app.entry.reply import page_of, reply
from app.entry.work import reading
from app.foundation.core.errors import NotFound, NotPermitted
from app.foundation.core.fields import IdField, InputSchema, WholeNumberField
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.trace.paging import MAX_PAGE, events_page
from app.parties.accounts.permissions import Permission
from app.waste.consignments.queries import consignment_for
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may, site_for
from app.waste.registry.queries import import_for
from app.waste.storage.facts import zone_view
from app.waste.storage.queries import container_for, facility_for

bp = blueprint("trace", "The trace log: who did what, provable")

FINDERS: tuple[Callable[[Work, UUID], object], ...] = (
    container_for,
    consignment_for,
    facility_for,
    zone_view,
    stream_for,
    import_for,
    site_for,
)
"""The rooms' own queries, each of which hides what the actor may not know."""


class EventsQuerySchema(InputSchema):
    thing = IdField(
        required=True,
        metadata={
            "description": "Id of a container, consignment, facility, zone, stream, ledger import or site"
        },
    )
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class EventSchema(Schema):
    """One event. `hash` is SHA-256 of a zero byte and the envelope's UTF-8 bytes."""

    id = IdField(required=True)
    name = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_id = IdField(required=True)
    sequence = fields.Integer(required=True, metadata={"description": "In the subject's own chain, from 1"})
    occurred_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    previous_hash = fields.String(required=True, allow_none=True)
    hash = fields.String(required=True, attribute="own_hash")
    envelope = fields.String(required=True, metadata={"description": "Canonical JSON (RFC 8785), as hashed"})


class EventPageSchema(Schema):
    items = fields.List(fields.Nested(EventSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


@bp.route("/trace/events")
@bp.arguments(EventsQuerySchema, location="query")
@bp.response(200, EventPageSchema)
@bp.alt_response(404, description="no such thing that the caller may know of")
def events(query: dict[str, Any]) -> Response:
    """Events of a thing or about it, newest first, with what is needed to check them."""
    with reading() as work:
        ensure_may(work.actor, Permission.TRACE_READ)
        ensure_known(work, query["thing"])
        found, cursor = events_page(work, query["thing"], limit=query["limit"], before=query["cursor"])
        return reply(work, EventPageSchema, page_of(found, str(cursor) if cursor else None))


def ensure_known(work: Work, thing_id: UUID) -> None:
    """Pass if one of the rooms shows this thing to the actor.

    Raises:
        NotFound: none does.
    """
    for find in FINDERS:
        try:
            find(work, thing_id)
        except (NotFound, NotPermitted):
            continue
        return
    raise NotFound(say("没有这个对象，或它不属于你的单位"))
