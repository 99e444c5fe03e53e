"""Waste streams: one kind of waste from one site each."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp
from app.entry.reply import page_of, reply
from app.entry.work import reading, unit_of_work
from app.waste.registry.commands import AddStream, ReviseStream
from app.waste.registry.operations.streams import add_stream, revise_stream, stream_for
from app.waste.registry.schemas import StreamPageSchema, StreamSchema, StreamsQuerySchema
from app.waste.registry.streams import streams_page
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.schemas import AddStreamSchema, ReviseStreamSchema


@bp.route("/waste-streams")
@bp.arguments(StreamsQuerySchema, location="query")
@bp.response(200, StreamPageSchema)
def list_streams(query: dict[str, Any]) -> Response:
    """The waste streams of the caller's sites, newest first."""
    with reading() as work:
        ensure_may_read(work.actor)
        items, cursor = streams_page(
            work, site_id=query["site_id"], limit=query["limit"], before=query["cursor"]
        )
        return reply(work, StreamPageSchema, page_of(items, str(cursor) if cursor else None))


@bp.route("/waste-streams", methods=["POST"])
@bp.arguments(AddStreamSchema)
@bp.response(201, StreamSchema)
@bp.alt_response(409, description="the site has this stream already")
def add(command: AddStream) -> Response:
    """Add a kind of waste to a site, named and with hazards as the list in force says."""
    with unit_of_work() as work:
        stream = add_stream(work, command)
        return reply(work, StreamSchema, stream, 201, location=f"/api/v1/waste-streams/{stream.id}")


@bp.route("/waste-streams/<uuid:stream_id>")
@bp.response(200, StreamSchema)
def show_stream(stream_id: UUID) -> Response:
    """One waste stream."""
    with reading() as work:
        ensure_may_read(work.actor)
        return reply(work, StreamSchema, stream_for(work, stream_id))


@bp.route("/waste-streams/<uuid:stream_id>", methods=["PUT"])
@bp.arguments(ReviseStreamSchema)
@bp.response(200, StreamSchema)
def revise(command: ReviseStream, stream_id: UUID) -> Response:
    """Change the texts and properties of a stream; labels printed before stay as they are."""
    with unit_of_work() as work:
        return reply(work, StreamSchema, revise_stream(work, stream_id, command))
