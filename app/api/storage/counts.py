"""Stock counts of facilities."""

from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp
from app.entry.reply import reply, reply_json
from app.entry.work import reading, unit_of_work
from app.foundation.core.work import Work
from app.waste.storage.counting import queries
from app.waste.storage.counting.closing import close_count
from app.waste.storage.counting.commands import CloseCount, CountContainer, StartCount
from app.waste.storage.counting.models import StockCount
from app.waste.storage.counting.operations import cancel_count, count_container, start_count
from app.waste.storage.counting.schemas import (
    CloseCountSchema,
    CountContainerSchema,
    CountSchema,
    CountsSchema,
    StockCountSchema,
)
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.queries import facility_for

ENDED = "the count has ended"


@bp.route("/facilities/<uuid:facility_id>/counts")
@bp.response(200, CountsSchema)
def list_counts(facility_id: UUID) -> Response:
    """The counts of a facility, newest first."""
    with reading() as work:
        ensure_may_read(work.actor)
        facility_for(work, facility_id)
        return reply(work, CountsSchema, {"items": queries.counts_of(work, facility_id)})


@bp.route("/facilities/<uuid:facility_id>/counts", methods=["POST"])
@bp.response(201, CountSchema)
@bp.alt_response(409, description="a count of the facility is going on")
def begin_count(facility_id: UUID) -> Response:
    """Begin a count: a line for each container that stands in the facility as the ledger says."""
    with unit_of_work() as work:
        count = start_count(work, StartCount(facility_id))
        return _reply(work, count, 201, f"/api/v1/counts/{count.id}")


@bp.route("/counts/<uuid:count_id>")
@bp.response(200, CountSchema)
def show_count(count_id: UUID) -> Response:
    """A count with its lines and what differs so far."""
    with reading() as work:
        ensure_may_read(work.actor)
        return _reply(work, queries.count_for(work, count_id))


@bp.route("/counts/<uuid:count_id>/lines", methods=["POST"])
@bp.arguments(CountContainerSchema)
@bp.response(200, CountSchema)
@bp.alt_response(409, description=ENDED)
def count_one(command: CountContainer, count_id: UUID) -> Response:
    """Note what was found of one container. Noted again, the last one counts."""
    with unit_of_work() as work:
        count_container(work, count_id, command)
        return _reply(work, queries.count_for(work, count_id))


@bp.route("/counts/<uuid:count_id>/closing", methods=["POST"])
@bp.arguments(CloseCountSchema)
@bp.response(200, StockCountSchema)
@bp.alt_response(409, description="it has ended, or a container changed since it was counted")
@bp.alt_response(422, description="a difference has no explanation: each is named")
def close(command: CloseCount, count_id: UUID) -> Response:
    """End a count: the ledger is brought in line with what was found."""
    with unit_of_work() as work:
        return reply(work, StockCountSchema, close_count(work, count_id, command))


@bp.route("/counts/<uuid:count_id>/cancelling", methods=["POST"])
@bp.response(200, StockCountSchema)
@bp.alt_response(409, description=ENDED)
def cancel(count_id: UUID) -> Response:
    """Give up a count; the ledger stays as it is."""
    with unit_of_work() as work:
        return reply(work, StockCountSchema, cancel_count(work, count_id))


def _reply(work: Work, count: StockCount, status: int = 200, location: str | None = None) -> Response:
    work.session.flush()
    body = CountSchema().dump({"count": count, "lines": queries.count_rows(work, count.id)})
    return reply_json(work, body, status, location=location)
