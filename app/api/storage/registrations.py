"""五即一码登记 in one call: container, ledger line, photo, zone and label; and taking it back at once."""

from typing import Any

from flask import Response, url_for

from app.api.storage.blueprint import bp, container_key
from app.api.storage.containers import ZoneProposalsSchema, proposal_json, reply_container
from app.entry.reply import etag_of, reply_json
from app.entry.work import caller, house, reading, unit_of_work
from app.foundation.core.work import Work
from app.foundation.documents.label import label_pdf
from app.parties.accounts.permissions import Permission
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may
from app.waste.storage import queries
from app.waste.storage.ageing import STORAGE_YEARS, years_later
from app.waste.storage.checks import proposals_for_stream
from app.waste.storage.registering.commands import RegisterAndStore
from app.waste.storage.registering.operations import Registration, register_and_store, undo_registration
from app.waste.storage.registering.schemas import (
    ProposalsQuerySchema,
    RegisterAndStoreSchema,
    RegistrationSchema,
)
from app.waste.storage.schemas import ContainerSchema
from app.waste.storage.weighing.limits import limits
from app.waste.storage.weighing.queries import is_calibrated


@bp.route("/registrations", methods=["POST"])
@bp.arguments(RegisterAndStoreSchema)
@bp.response(201, RegistrationSchema)
@bp.alt_response(409, description="the stream has ended, or the serials of the day are used up")
@bp.alt_response(422, description="fields are wrong, or rules forbid zone or label: all of them are named")
def register_package(command: RegisterAndStore) -> Response:
    """Register, weigh, label and store a package in one act. Nothing is kept of one that is refused."""
    known = caller()
    with unit_of_work() as work:
        made = register_and_store(
            work,
            command,
            store=house().files,
            keyring=house().keyring,
            public_url=house().config.public_url,
        )
        label_pdf(
            [made.label], is_demo=known.is_demo if known else False
        )  # what can't be printed isn't saved
        work.session.flush()
        return reply_json(
            work,
            RegistrationSchema().dump(_made(work, made)),
            201,
            etag=etag_of(made.container.version),
            location=f"/api/v1/containers/{made.container.code}",
        )


@bp.route("/registrations/<code>/undo", methods=["POST"])
@bp.response(200, ContainerSchema)
@bp.alt_response(409, description="too late, somebody else's, or something happened to it since")
def undo(code: str) -> Response:
    """Take a registration back within seconds: its mass is posted back, its code voided for ever."""
    with unit_of_work() as work:
        return reply_container(work, undo_registration(work, container_key(code)))


@bp.route("/zone-proposals")
@bp.arguments(ProposalsQuerySchema, location="query")
@bp.response(200, ZoneProposalsSchema)
def proposals_for_package(query: dict[str, Any]) -> Response:
    """The zones a package of a stream might go to, best first, with what the rules say of each."""
    with reading() as work:
        ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
        stream = stream_for(work, query["stream_id"])
        found = proposals_for_stream(work, stream, query["net"])
        return reply_json(work, {"items": [proposal_json(proposal) for proposal in found]})


def _made(work: Work, made: Registration) -> dict[str, Any]:
    item, shown = made.container, made.reading
    return {
        "container": queries.container_row(work, item.id),
        "page_url": url_for("storage.container", code=item.code),
        "label_url": url_for("storage.label_document", code=item.code, number=item.label_prints),
        "label_side_mm": made.label.size.side_mm,
        "storage_limit_on": years_later(item.generated_on, STORAGE_YEARS),
        "undo_until": work.now + limits().undo,
        "weighed_by": shown.scale.name if shown else None,
        "is_calibrated": is_calibrated(shown.reading.calibrated_to, shown.reading.taken_at, work.actor.zone)
        if shown
        else None,
    }
