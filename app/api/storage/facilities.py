"""Storage facilities and their zones: setting up, registers, floor plans, closing."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp, versioned
from app.entry.language import rendered
from app.entry.reply import etag_of, reply, reply_json, seen_version
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.waste.storage.commands import AddFacility, AddZone, ReviseZone
from app.waste.storage.facility_commands import DrawPlan, EndFacility, OpenZones, ReviseFacility
from app.waste.storage.facility_schemas import (
    EndFacilitySchema,
    EndZoneSchema,
    OpenZonesSchema,
    PlanSchema,
    RegisterFieldsSchema,
    RegisterQuerySchema,
    ReviseFacilitySchema,
)
from app.waste.storage.operations.facilities import (
    add_facility,
    add_zone,
    end_facility,
    end_zone,
    revise_facility,
    revise_zone,
)
from app.waste.storage.operations.floor_plans import draw_plan, open_zones
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.queries import facilities_with_stock
from app.waste.storage.register import RegisterField, fields_for, fields_for_zone
from app.waste.storage.schemas import (
    AddFacilitySchema,
    AddZoneSchema,
    FacilitiesSchema,
    FacilitySchema,
    FacilityStockSchema,
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


@bp.route("/facilities/<uuid:facility_id>")
@bp.response(200, FacilityStockSchema)
def show_facility(facility_id: UUID) -> Response:
    """One facility with its zones and what stands in them now."""
    with reading() as work:
        ensure_may_read(work.actor)
        found = facilities_with_stock(work, facility_id)
        if not found:
            raise NotFound(say("没有这个贮存设施"))
        body = FacilityStockSchema().dump(found[0])
        return reply_json(work, body, etag=etag_of(found[0].facility.version))


@bp.route("/facilities/<uuid:facility_id>", methods=["PUT"])
@bp.arguments(ReviseFacilitySchema)
@bp.response(200, FacilitySchema)
@versioned("facility")
def revise_one(command: ReviseFacility, facility_id: UUID) -> Response:
    """Change what a facility is, and what its register says; its code stays."""
    with unit_of_work() as work:
        return reply(work, FacilitySchema, revise_facility(work, facility_id, command))


@bp.route("/facilities/<uuid:facility_id>/end", methods=["POST"])
@bp.arguments(EndFacilitySchema)
@bp.response(200, FacilitySchema)
@bp.alt_response(409, description="something lies in it still")
@versioned("facility")
def end_one(command: EndFacility, facility_id: UUID) -> Response:
    """Retire an empty facility with its zones."""
    with unit_of_work() as work:
        return reply(work, FacilitySchema, end_facility(work, facility_id, command))


@bp.route("/facilities/<uuid:facility_id>/plan", methods=["PUT"])
@bp.arguments(PlanSchema)
@bp.response(200, FacilitySchema)
@versioned("facility")
def draw(command: DrawPlan, facility_id: UUID) -> Response:
    """Draw the floor plan: outline, doors, aisles, and where the zones lie."""
    with unit_of_work() as work:
        return reply(work, FacilitySchema, draw_plan(work, facility_id, command))


@bp.route("/facilities/<uuid:facility_id>/open-zones", methods=["POST"])
@bp.arguments(OpenZonesSchema)
@bp.response(200, ZoneSchema(many=True))
def open_two(command: OpenZones, facility_id: UUID) -> Response:
    """Note that nothing separates two zones: what stands in them is checked together."""
    with unit_of_work() as work:
        return reply(work, ZoneSchema, open_zones(work, facility_id, command), many=True)


@bp.route("/register-fields")
@bp.arguments(RegisterQuerySchema, location="query")
@bp.response(200, RegisterFieldsSchema)
def list_register_fields(query: dict[str, Any]) -> Response:
    """The fields of the register of a facility of a type, and of its zones."""
    with reading() as work:
        ensure_may_read(work.actor)
        of_type = {"facility": fields_for(query["type"]), "zone": fields_for_zone(query["type"])}
        body = {name: [_field_json(field) for field in fields] for name, fields in of_type.items()}
        return reply_json(work, body)


def _field_json(field: RegisterField) -> dict[str, Any]:
    return {
        "key": field.key,
        "kind": field.kind.value,
        "group": field.group,
        "label": rendered(field.label),
        "unit": field.unit,
        "choices": list(field.choices),
    }


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
@versioned("zone")
def revise(command: ReviseZone, zone_id: UUID) -> Response:
    """Change what a zone is for. What stands in it already stays, and shows as findings."""
    with unit_of_work() as work:
        return reply(work, ZoneSchema, revise_zone(work, zone_id, command))


@bp.route("/zones/<uuid:zone_id>/end", methods=["POST"])
@bp.arguments(EndZoneSchema)
@bp.response(200, ZoneSchema)
@bp.alt_response(409, description="something lies in it still")
@bp.alt_response(412, description="the zone changed since the caller saw it")
@bp.alt_response(428, description="neither If-Match nor seen_version given")
def end_zone_(asked: dict[str, Any], zone_id: UUID) -> Response:
    """Give an empty zone up."""
    seen = seen_version(asked["seen_version"])
    with unit_of_work() as work:
        return reply(work, ZoneSchema, end_zone(work, zone_id, seen_version=seen))
