"""A consignment on its way: what happened, and where its vehicle was. Acts stand with the consignment itself."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.spec import blueprint
from app.entry.reply import page_of, reply
from app.entry.work import reading, unit_of_work
from app.waste.consignments.queries import papers_for
from app.waste.consignments.queries.way import way_of
from app.waste.consignments.schemas import road as schemas
from app.waste.consignments.track import keep_positions, track_of

bp = blueprint("road", "Consignments on their way")

PATH = "/consignments/<uuid:consignment_id>"


@bp.route(f"{PATH}/way")
@bp.response(200, schemas.WaySchema)
def way(consignment_id: UUID) -> Response:
    """Incidents and diversions of a consignment; its legs stand with the consignment."""
    with reading() as work:
        return reply(work, schemas.WaySchema, way_of(work, papers_for(work, consignment_id)))


@bp.route(f"{PATH}/track")
@bp.arguments(schemas.TrackListSchema, location="query")
@bp.response(200, schemas.TrackPageSchema)
def track(query: dict[str, Any], consignment_id: UUID) -> Response:
    """Where the vehicle was, in order of time."""
    with reading() as work:
        points = track_of(work, consignment_id, after=query["after"], limit=query["limit"])
        is_full = len(points) == query["limit"]
        cursor = points[-1].at.isoformat() if is_full else None
        return reply(work, schemas.TrackPageSchema, page_of(points, cursor))


@bp.route(f"{PATH}/track", methods=["POST"])
@bp.arguments(schemas.TrackSchema)
@bp.response(200, schemas.TrackKeptSchema)
def keep_track(data: dict[str, Any], consignment_id: UUID) -> Response:
    """Keep a batch of positions; those of an instant that is known already change nothing."""
    with unit_of_work() as work:
        kept = keep_positions(work, consignment_id, data["points"])
        return reply(work, schemas.TrackKeptSchema, kept)
