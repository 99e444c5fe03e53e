"""Collection rounds: one vehicle calls at several consignors, each with a manifest of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response

from app.api.consignments import versioned
from app.api.spec import blueprint
from app.entry.reply import page_of, reply, seen_version
from app.entry.work import reading, unit_of_work
from app.foundation.core.work import Work
from app.waste.consignments.commands.road import ChangeStop, CreateRound, EndRound
from app.waste.consignments.models import CollectionRound
from app.waste.consignments.operations.rounds import add_stop, create_round, end_round, remove_stop
from app.waste.consignments.queries.rounds import round_view, round_views, rounds_page
from app.waste.consignments.schemas import road as schemas

bp = blueprint("rounds", "Collection rounds of carriers")

PATH = "/rounds/<uuid:round_id>"
Change = ChangeStop | EndRound


@bp.route("/rounds")
@bp.arguments(schemas.RoundListSchema, location="query")
@bp.response(200, schemas.RoundPageSchema)
def index(query: dict[str, Any]) -> Response:
    """A page of the rounds the caller may know of, newest first."""
    with reading() as work:
        rounds, cursor = rounds_page(work, cursor=query["cursor"], limit=query["limit"])
        return reply(work, schemas.RoundPageSchema, page_of(rounds, str(cursor) if cursor else None))


@bp.route("/rounds", methods=["POST"])
@bp.arguments(schemas.CreateRoundSchema)
@bp.response(201, schemas.ShownRoundSchema)
def create(command: CreateRound) -> Response:
    """Plan a round with a vehicle and crew of the caller's firm."""
    with unit_of_work() as work:
        made = create_round(work, command)
        shown = round_views(work, [made])[0]
        return reply(work, schemas.ShownRoundSchema, shown, 201, location=f"/api/v1/rounds/{made.id}")


@bp.route(PATH)
@bp.response(200, schemas.ShownRoundSchema)
def show(round_id: UUID) -> Response:
    """A round with its stops in order, what they weigh together, and the next one."""
    with reading() as work:
        return reply(work, schemas.ShownRoundSchema, round_view(work, round_id))


def _changed(
    operation: Callable[[Work, UUID, Any], CollectionRound], round_id: UUID, command: Change
) -> Response:
    with unit_of_work() as work:
        seen = replace(command, seen_version=seen_version(command.seen_version))
        changed = operation(work, round_id, seen)
        work.session.flush()
        return reply(work, schemas.ShownRoundSchema, round_views(work, [changed])[0])


@bp.route(f"{PATH}/stops", methods=["POST"])
@versioned
@bp.arguments(schemas.ChangeStopSchema)
@bp.response(200, schemas.ShownRoundSchema)
def add(command: ChangeStop, round_id: UUID) -> Response:
    """Make a consignment with the round's vehicle its last stop."""
    return _changed(add_stop, round_id, command)


@bp.route(f"{PATH}/stops/removal", methods=["POST"])
@versioned
@bp.arguments(schemas.ChangeStopSchema)
@bp.response(200, schemas.ShownRoundSchema)
def remove(command: ChangeStop, round_id: UUID) -> Response:
    """Leave a consignment out that is still to be picked up."""
    return _changed(remove_stop, round_id, command)


@bp.route(f"{PATH}/end", methods=["POST"])
@versioned
@bp.arguments(schemas.EndRoundSchema)
@bp.response(200, schemas.ShownRoundSchema)
def end(command: EndRound, round_id: UUID) -> Response:
    """End a round of which everything is delivered or left out."""
    return _changed(end_round, round_id, command)
