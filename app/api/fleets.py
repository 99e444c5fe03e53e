"""What carriers drive with: permits, vehicles and crew, read by whoever plans a transfer, kept by carrier and park."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.spec import blueprint
from app.entry.licence_files import MEDIA_TYPES
from app.entry.licence_lists import vehicles_file
from app.entry.reply import reply, reply_file, seen_version
from app.entry.work import reading, unit_of_work
from app.parties.licences import commands, operations, queries, schemas

bp = blueprint("fleets", "Permits, vehicles and crew of carriers")
BINARY = {"type": "string", "format": "binary"}


@bp.route("/carriers")
@bp.arguments(schemas.FleetListSchema, location="query")
@bp.response(200, schemas.FleetsSchema)
def carriers(query: dict[str, Any]) -> Response:
    """All carriers, or one, each with its permit, vehicles and crew."""
    with reading() as work:
        fleets = queries.fleets(work, query["carrier_id"], with_ended=query["with_ended"])
        return reply(work, schemas.FleetsSchema, {"items": fleets})


@bp.route("/vehicles")
@bp.arguments(schemas.FleetListSchema, location="query")
@bp.response(200, schemas.VehiclesSchema)
def vehicles(query: dict[str, Any]) -> Response:
    """The vehicles of all carriers, or of one."""
    with reading() as work:
        fleets = queries.fleets(work, query["carrier_id"], with_ended=query["with_ended"])
        items = [vehicle for fleet in fleets for vehicle in fleet.vehicles]
        return reply(work, schemas.VehiclesSchema, {"items": items})


@bp.route("/vehicles/export.csv")
@bp.arguments(schemas.FleetListSchema, location="query")
@bp.response(200, BINARY, content_type=MEDIA_TYPES["csv"])
def vehicles_csv(query: dict[str, Any]) -> Response:
    """The vehicles of all carriers, or of one, each with its carrier's permit, as CSV."""
    with reading() as work:
        return reply_file(
            work, *vehicles_file(work, query["carrier_id"], "csv", with_ended=query["with_ended"])
        )


@bp.route("/vehicles/export.xlsx")
@bp.arguments(schemas.FleetListSchema, location="query")
@bp.response(200, BINARY, content_type=MEDIA_TYPES["xlsx"])
def vehicles_xlsx(query: dict[str, Any]) -> Response:
    """The same as a workbook."""
    with reading() as work:
        return reply_file(
            work, *vehicles_file(work, query["carrier_id"], "xlsx", with_ended=query["with_ended"])
        )


@bp.route("/carrier-permits", methods=["POST"])
@bp.arguments(schemas.RegisterPermitSchema)
@bp.response(201, schemas.CarrierPermitSchema)
@bp.alt_response(409, description="it is entered already")
def add_permit(command: commands.RegisterCarrierPermit) -> Response:
    """Enter a carrier's permit for dangerous goods."""
    with unit_of_work() as work:
        return reply(
            work, schemas.CarrierPermitSchema, operations.register_carrier_permit(work, command), 201
        )


@bp.route("/carrier-permits/<uuid:permit_id>", methods=["PUT"])
@bp.arguments(schemas.PermitContentSchema)
@bp.response(200, schemas.CarrierPermitSchema)
@bp.alt_response(409, description="it was ended")
@bp.alt_response(412, description="it changed since the caller saw it")
def change_permit(command: commands.RegisterCarrierPermit, permit_id: UUID) -> Response:
    """Say what a permit says, the whole of it; the version is in If-Match."""
    seen = seen_version()
    with unit_of_work() as work:
        permit = operations.change_carrier_permit(work, permit_id, command, seen)
        return reply(work, schemas.CarrierPermitSchema, permit)


@bp.route("/carrier-permits/<uuid:permit_id>/end", methods=["POST"])
@bp.arguments(schemas.SeenSchema)
@bp.response(200, schemas.CarrierPermitSchema)
@bp.alt_response(409, description="it was ended before")
def end_permit(body: dict[str, Any], permit_id: UUID) -> Response:
    """End a permit today; it stays readable."""
    seen = seen_version(body["seen_version"])
    with unit_of_work() as work:
        return reply(work, schemas.CarrierPermitSchema, operations.end_carrier_permit(work, permit_id, seen))


@bp.route("/vehicles", methods=["POST"])
@bp.arguments(schemas.RegisterVehicleSchema)
@bp.response(201, schemas.VehicleSchema)
@bp.alt_response(409, description="the plate is entered already")
def add_vehicle(command: commands.RegisterVehicle) -> Response:
    """Enter a carrier's vehicle."""
    with unit_of_work() as work:
        return reply(work, schemas.VehicleSchema, operations.register_vehicle(work, command), 201)


@bp.route("/vehicles/<uuid:vehicle_id>", methods=["PUT"])
@bp.arguments(schemas.VehicleContentSchema)
@bp.response(200, schemas.VehicleSchema)
@bp.alt_response(409, description="it was ended")
@bp.alt_response(412, description="it changed since the caller saw it")
def change_vehicle(command: commands.RegisterVehicle, vehicle_id: UUID) -> Response:
    """Say what is known of a vehicle, the whole of it; the version is in If-Match."""
    seen = seen_version()
    with unit_of_work() as work:
        return reply(work, schemas.VehicleSchema, operations.change_vehicle(work, vehicle_id, command, seen))


@bp.route("/vehicles/<uuid:vehicle_id>/end", methods=["POST"])
@bp.arguments(schemas.SeenSchema)
@bp.response(200, schemas.VehicleSchema)
@bp.alt_response(409, description="it was ended before")
def end_vehicle(body: dict[str, Any], vehicle_id: UUID) -> Response:
    """End a vehicle's use today; its consignments keep it."""
    seen = seen_version(body["seen_version"])
    with unit_of_work() as work:
        return reply(work, schemas.VehicleSchema, operations.end_vehicle(work, vehicle_id, seen))


@bp.route("/crew-members", methods=["POST"])
@bp.arguments(schemas.RegisterCrewMemberSchema)
@bp.response(201, schemas.CrewMemberSchema)
def add_crew_member(command: commands.RegisterCrewMember) -> Response:
    """Enter a driver or escort."""
    with unit_of_work() as work:
        return reply(work, schemas.CrewMemberSchema, operations.register_crew_member(work, command), 201)


@bp.route("/crew-members/<uuid:member_id>", methods=["PUT"])
@bp.arguments(schemas.CrewMemberContentSchema)
@bp.response(200, schemas.CrewMemberSchema)
@bp.alt_response(409, description="they were ended")
@bp.alt_response(412, description="it changed since the caller saw it")
def change_crew_member(command: commands.RegisterCrewMember, member_id: UUID) -> Response:
    """Say what is known of a driver or escort, the whole of it; the version is in If-Match."""
    seen = seen_version()
    with unit_of_work() as work:
        member = operations.change_crew_member(work, member_id, command, seen)
        return reply(work, schemas.CrewMemberSchema, member)


@bp.route("/crew-members/<uuid:member_id>/end", methods=["POST"])
@bp.arguments(schemas.SeenSchema)
@bp.response(200, schemas.CrewMemberSchema)
@bp.alt_response(409, description="they were ended before")
def end_crew_member(body: dict[str, Any], member_id: UUID) -> Response:
    """A driver or escort no longer works for the carrier."""
    seen = seen_version(body["seen_version"])
    with unit_of_work() as work:
        return reply(work, schemas.CrewMemberSchema, operations.end_crew_member(work, member_id, seen))
