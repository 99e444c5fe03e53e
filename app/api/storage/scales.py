"""Scales of a site, and the readings they send."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp, versioned
from app.entry.reply import reply
from app.entry.work import reading, unit_of_work
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.weighing.commands import AddScale, EndScale, ReviseScale, SentReading
from app.waste.storage.weighing.operations import add_scale, end_scale, record_readings, revise_scale
from app.waste.storage.weighing.queries import latest_reading, scale_for, scales_of
from app.waste.storage.weighing.schemas import (
    AddScaleSchema,
    EndScaleSchema,
    LatestQuerySchema,
    LatestReadingSchema,
    ReadingsSchema,
    ReviseScaleSchema,
    ScaleSchema,
    ScalesSchema,
    SentReadingsSchema,
    shown,
)


@bp.route("/scales")
@bp.response(200, ScalesSchema)
def list_scales() -> Response:
    """The scales in use that the caller may see, by name."""
    with reading() as work:
        ensure_may_read(work.actor)
        return reply(work, ScalesSchema, {"items": scales_of(work)})


@bp.route("/scales", methods=["POST"])
@bp.arguments(AddScaleSchema)
@bp.response(201, ScaleSchema)
@bp.alt_response(409, description="the site has a scale of that name")
def add_one_scale(command: AddScale) -> Response:
    """Add a scale of a site, whose readings may then be sent."""
    with unit_of_work() as work:
        scale = add_scale(work, command)
        return reply(work, ScaleSchema, scale, 201, location=f"/api/v1/scales/{scale.id}")


@bp.route("/scales/<uuid:scale_id>")
@bp.response(200, ScaleSchema)
def show_scale(scale_id: UUID) -> Response:
    """One scale."""
    with reading() as work:
        ensure_may_read(work.actor)
        return reply(work, ScaleSchema, scale_for(work, scale_id))


@bp.route("/scales/<uuid:scale_id>", methods=["PUT"])
@bp.arguments(ReviseScaleSchema)
@bp.response(200, ScaleSchema)
@bp.alt_response(409, description="it has ended, or the site has another of that name")
@versioned("scale")
def revise_one_scale(command: ReviseScale, scale_id: UUID) -> Response:
    """Change a scale. Readings keep the calibration they were taken under."""
    with unit_of_work() as work:
        return reply(work, ScaleSchema, revise_scale(work, scale_id, command))


@bp.route("/scales/<uuid:scale_id>/end", methods=["POST"])
@bp.arguments(EndScaleSchema)
@bp.response(200, ScaleSchema)
@bp.alt_response(409, description="it has ended already")
@versioned("scale")
def end_one_scale(command: EndScale, scale_id: UUID) -> Response:
    """Take a scale out of use."""
    with unit_of_work() as work:
        return reply(work, ScaleSchema, end_scale(work, scale_id, command))


@bp.route("/scales/<uuid:scale_id>/readings", methods=["POST"])
@bp.arguments(SentReadingsSchema)
@bp.response(201, ReadingsSchema)
@bp.alt_response(409, description="the scale has ended, or a number was used for another mass")
def send_readings(commands: list[SentReading], scale_id: UUID) -> Response:
    """Send what the scale showed, one reading or up to 500. A number sent before is stored once."""
    with unit_of_work() as work:
        stored = record_readings(work, scale_id, commands)
        return reply(work, ReadingsSchema, {"items": [shown(work, one) for one in stored]}, 201)


@bp.route("/scales/<uuid:scale_id>/readings/latest")
@bp.arguments(LatestQuerySchema, location="query")
@bp.response(200, LatestReadingSchema)
def show_latest(query: dict[str, Any], scale_id: UUID) -> Response:
    """What the scale showed last."""
    with reading() as work:
        ensure_may_read(work.actor)
        scale, found = latest_reading(work, scale_id, stable=query["stable"])
        return reply(work, LatestReadingSchema, {"scale": scale, "reading": shown(work, found)})
