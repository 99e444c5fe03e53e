"""Storage facilities and their zones."""

from dataclasses import replace
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp
from app.entry.reply import reply, seen_version
from app.entry.work import reading, unit_of_work
from app.waste.storage.commands import AddFacility, AddZone, ReviseZone
from app.waste.storage.operations.facilities import add_facility, add_zone, revise_zone
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.queries import facilities_with_stock
from app.waste.storage.schemas import (
    AddFacilitySchema,
    AddZoneSchema,
    FacilitiesSchema,
    FacilitySchema,
    ReviseZoneSchema,
    ZoneSchema,
)


@bp.route("/facilities")
@bp.response(200, FacilitiesSchema)
def list_facilities() -> Response:
    """The storage facilities the caller may see, each with its zones and what stands in them now."""
    with reading() as work:
        ensure_may_read(work.actor)
        return reply(work, FacilitiesSchema, {"items": facilities_with_stock(work)})


@bp.route("/facilities", methods=["POST"])
@bp.arguments(AddFacilitySchema)
@bp.response(201, FacilitySchema)
@bp.alt_response(409, description="the site has a facility of that code")
def add(command: AddFacility) -> Response:
    """Register a storage facility or spot of a site."""
    with unit_of_work() as work:
        return reply(work, FacilitySchema, add_facility(work, command), 201)


@bp.route("/zones", methods=["POST"])
@bp.arguments(AddZoneSchema)
@bp.response(201, ZoneSchema)
@bp.alt_response(409, description="the facility has a zone of that code")
def mark_zone(command: AddZone) -> Response:
    """Mark a zone of a facility."""
    with unit_of_work() as work:
        return reply(work, ZoneSchema, add_zone(work, command), 201)


@bp.route("/zones/<uuid:zone_id>", methods=["PUT"])
@bp.arguments(ReviseZoneSchema)
@bp.response(200, ZoneSchema)
@bp.alt_response(412, description="the zone changed since the caller saw it")
@bp.alt_response(428, description="neither If-Match nor seen_version given")
def revise(command: ReviseZone, zone_id: UUID) -> Response:
    """Change what a zone is for. What stands in it already stays, and shows as findings."""
    command = replace(command, seen_version=seen_version(command.seen_version))
    with unit_of_work() as work:
        return reply(work, ZoneSchema, revise_zone(work, zone_id, command))
