"""Containers after their registration: filling, sealing, damage, repacking, splitting, merging, treatment."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp, container_key, versioned
from app.api.storage.containers import reply_container
from app.entry.reply import reply_json
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.work import Work
from app.waste.storage import queries
from app.waste.storage.ageing import AgedContainer, ageing
from app.waste.storage.commands import (
    MergeContainers,
    RepackContainer,
    ReportDamage,
    SealContainer,
    SplitContainer,
    StartFilling,
    TreatContainer,
)
from app.waste.storage.life_schemas import (
    AgedContainerSchema,
    AgeingQuerySchema,
    AgeingSchema,
    ContainersSchema,
    LineageSchema,
    MergeContainersSchema,
    RepackContainerSchema,
    ReportDamageSchema,
    SealContainerSchema,
    SplitContainerSchema,
    StartFillingSchema,
    TreatContainerSchema,
)
from app.waste.storage.lineage import lineage_of
from app.waste.storage.models import Container
from app.waste.storage.operations.filling import report_damage, seal_container, start_filling
from app.waste.storage.operations.repacking import merge_containers, repack_container, split_container
from app.waste.storage.operations.treating import treat_container
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.schemas import ContainerSchema

WRONG_STATE = "its state doesn't allow it"


@bp.route("/containers/<code>/filling", methods=["POST"])
@bp.arguments(StartFillingSchema)
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description=WRONG_STATE)
@versioned("container", required=False)
def fill(command: StartFilling, code: str) -> Response:
    """Note that a labelled package is being filled."""
    with unit_of_work() as work:
        return reply_container(work, start_filling(work, container_key(code), command))


@bp.route("/containers/<code>/sealing", methods=["POST"])
@bp.arguments(SealContainerSchema)
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description=WRONG_STATE)
@versioned("container", required=False)
def seal(command: SealContainer, code: str) -> Response:
    """Seal a package. With weights it enters the ledger at once; without them weighing is due."""
    with unit_of_work() as work:
        return reply_container(work, seal_container(work, container_key(code), command))


@bp.route("/containers/<code>/damage", methods=["POST"])
@bp.arguments(ReportDamageSchema)
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description=WRONG_STATE)
@versioned("container", required=False)
def damage(command: ReportDamage, code: str) -> Response:
    """Note that a package leaks or won't hold; it moves nowhere until it is repacked."""
    with unit_of_work() as work:
        return reply_container(work, report_damage(work, container_key(code), command, house().files))


@bp.route("/containers/<code>/repacking", methods=["POST"])
@bp.arguments(RepackContainerSchema)
@bp.response(201, ContainerSchema)
@bp.alt_response(409, description=WRONG_STATE)
@versioned("container", required=False)
def repack(command: RepackContainer, code: str) -> Response:
    """Put all of a package into a new one, which is answered: as old as before, with a new code and label due."""
    with unit_of_work() as work:
        child = repack_container(work, container_key(code), command)
        return reply_container(work, child, 201, location=f"/api/v1/containers/{child.code}")


@bp.route("/containers/<code>/split", methods=["POST"])
@bp.arguments(SplitContainerSchema)
@bp.response(201, ContainersSchema)
@bp.alt_response(409, description=WRONG_STATE)
@versioned("container", required=False)
def split(command: SplitContainer, code: str) -> Response:
    """Put parts of a package into new ones, which are answered; what is left keeps its code and age."""
    with unit_of_work() as work:
        children = split_container(work, container_key(code), command)
        return _reply_containers(work, children, 201)


@bp.route("/container-mergers", methods=["POST"])
@bp.arguments(MergeContainersSchema)
@bp.response(201, ContainerSchema)
@bp.alt_response(409, description="one of them may not be opened, or they don't stand together")
@bp.alt_response(422, description="incompatible wastes, or nobody knows: every finding is in the problem")
def merge(command: MergeContainers) -> Response:
    """Put all of several packages into one, as old as the oldest of them."""
    with unit_of_work() as work:
        child = merge_containers(work, command)
        return reply_container(work, child, 201, location=f"/api/v1/containers/{child.code}")


@bp.route("/containers/<code>/treatment", methods=["POST"])
@bp.arguments(TreatContainerSchema)
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description=WRONG_STATE)
@versioned("container", required=False)
def treat(command: TreatContainer, code: str) -> Response:
    """Use or dispose of a container, or a part of it, at the holder's own facility (tables B.3 and B.4)."""
    with unit_of_work() as work:
        return reply_container(work, treat_container(work, container_key(code), command))


@bp.route("/containers/<code>/lineage")
@bp.response(200, LineageSchema)
def lineage(code: str) -> Response:
    """What a container came from and what became of it."""
    with reading() as work:
        ensure_may_read(work.actor)
        found = queries.container_for(work, container_key(code))
        return reply_json(work, LineageSchema().dump(lineage_of(work, found.id)))


@bp.route("/containers/ageing")
@bp.arguments(AgeingQuerySchema, location="query")
@bp.response(200, AgeingSchema)
def list_ages(query: dict[str, Any]) -> Response:
    """Containers in store with the days left of their storage limit, oldest first."""
    with reading() as work:
        ensure_may_read(work.actor)
        found = ageing(work, facility_id=query["facility_id"], site_id=query["site_id"], limit=query["limit"])
        items = [AgedContainerSchema().dump(_age_json(work, aged)) for aged in found]
        return reply_json(work, {"items": items})


def _age_json(work: Work, aged: AgedContainer) -> dict[str, Any]:
    container = aged.container
    return {
        "code": container.code,
        "short_code": container.short_code,
        "local_label": container.local_label,
        "waste_code": container.waste_code,
        "net": container.net,
        "since": aged.since,
        "until": aged.until,
        "days_left": aged.days_left(work.today),
        "facility_id": aged.facility.id if aged.facility else None,
        "zone": aged.zone.code if aged.zone else None,
    }


def _reply_containers(work: Work, containers: Collection[Container], status: int) -> Response:
    work.session.flush()
    ids: list[UUID] = [container.id for container in containers]
    rows = {row.container.id: row for row in queries.rows_of(work, ids)}
    schema = ContainerSchema()
    return reply_json(work, {"items": [schema.dump(rows[one]) for one in ids]}, status)
