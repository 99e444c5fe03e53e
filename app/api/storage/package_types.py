"""The kinds of package a firm uses."""

from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp
from app.entry.reply import reply
from app.entry.work import reading, unit_of_work
from app.waste.storage.operations.package_types import add_package_type, end_package_type
from app.waste.storage.package_type_schemas import (
    AddPackageTypeSchema,
    PackageTypeSchema,
    PackageTypesSchema,
)
from app.waste.storage.package_types import AddPackageType, package_types_of
from app.waste.storage.policy import ensure_may_read


@bp.route("/package-types")
@bp.response(200, PackageTypesSchema)
def list_package_types() -> Response:
    """The kinds of package the caller's firm uses, by name."""
    with reading() as work:
        ensure_may_read(work.actor)
        own = work.actor.organisation_id
        return reply(work, PackageTypesSchema, {"items": package_types_of(work, own) if own else ()})


@bp.route("/package-types", methods=["POST"])
@bp.arguments(AddPackageTypeSchema)
@bp.response(201, PackageTypeSchema)
@bp.alt_response(409, description="the firm uses one of that name")
def add_type(command: AddPackageType) -> Response:
    """Add a kind of package: its volume, empty weight and material are proposed at registration."""
    with unit_of_work() as work:
        return reply(work, PackageTypeSchema, add_package_type(work, command), 201)


@bp.route("/package-types/<uuid:package_type_id>/end", methods=["POST"])
@bp.response(200, PackageTypeSchema)
def end_type(package_type_id: UUID) -> Response:
    """Offer a kind of package no longer."""
    with unit_of_work() as work:
        return reply(work, PackageTypeSchema, end_package_type(work, package_type_id))
