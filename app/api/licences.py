"""Operating licences, and what carriers drive with: to be read by whoever plans a transfer."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.spec import blueprint
from app.entry.reply import reply
from app.entry.work import reading
from app.parties.licences import queries
from app.parties.licences.schemas import (
    FleetListSchema,
    FleetsSchema,
    LicenceListSchema,
    LicenceSchema,
    LicencesSchema,
    VehiclesSchema,
)

bp = blueprint("licences", "Operating licences of recyclers; permits, vehicles and crew of carriers")


@bp.route("/licences")
@bp.arguments(LicenceListSchema, location="query")
@bp.response(200, LicencesSchema)
def licences(query: dict[str, Any]) -> Response:
    """All operating licences, or one firm's, with what is used of this year."""
    with reading() as work:
        found = queries.licences(work, query["organisation_id"])
        return reply(work, LicencesSchema, {"items": found})


@bp.route("/licences/<uuid:licence_id>")
@bp.response(200, LicenceSchema)
def licence(licence_id: UUID) -> Response:
    """One operating licence with its lines and this year's use."""
    with reading() as work:
        return reply(work, LicenceSchema, queries.licence_for(work, licence_id))


@bp.route("/carriers")
@bp.arguments(FleetListSchema, location="query")
@bp.response(200, FleetsSchema)
def carriers(query: dict[str, Any]) -> Response:
    """All carriers, or one, each with its permit, vehicles and crew."""
    with reading() as work:
        return reply(work, FleetsSchema, {"items": queries.fleets(work, query["carrier_id"])})


@bp.route("/vehicles")
@bp.arguments(FleetListSchema, location="query")
@bp.response(200, VehiclesSchema)
def vehicles(query: dict[str, Any]) -> Response:
    """The vehicles of all carriers, or of one."""
    with reading() as work:
        fleets = queries.fleets(work, query["carrier_id"])
        return reply(
            work, VehiclesSchema, {"items": [vehicle for fleet in fleets for vehicle in fleet.vehicles]}
        )
