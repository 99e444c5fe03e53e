"""Signs of facilities and zones as PDFs at true size."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp
from app.entry.reply import reply_file
from app.entry.work import caller, house, reading
from app.foundation.documents.signs import facility_sign_pdf, zone_sign_pdf
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.sign_schemas import (
    FacilitySignQuerySchema,
    ZoneSignQuerySchema,
    facility_size,
    zone_size,
)
from app.waste.storage.signs import facility_sign_of, zone_sign_of

BINARY = {"type": "string", "format": "binary"}


@bp.route("/zones/<uuid:zone_id>/sign")
@bp.arguments(ZoneSignQuerySchema, location="query")
@bp.response(200, BINARY, content_type="application/pdf")
def zone_sign(query: dict[str, Any], zone_id: UUID) -> Response:
    """The sign of a zone: the plan with this zone marked, and the wastes assigned to it."""
    with reading() as work:
        ensure_may_read(work.actor)
        sign = zone_sign_of(work, zone_id)
        body = zone_sign_pdf(
            sign, zone_size(query["distance"]), is_demo=_is_demo(), language=query["lang"].value
        )
        return reply_file(work, body, "application/pdf", f"zone-{zone_id}.pdf")


@bp.route("/facilities/<uuid:facility_id>/sign")
@bp.arguments(FacilitySignQuerySchema, location="query")
@bp.response(200, BINARY, content_type="application/pdf")
def facility_sign(query: dict[str, Any], facility_id: UUID) -> Response:
    """The sign at the entrance of a facility; its QR leads to code, name, kind and firm."""
    with reading() as work:
        ensure_may_read(work.actor)
        sign = facility_sign_of(
            work, facility_id, public_url=house().config.public_url, is_warning=query["warning"]
        )
        body = facility_sign_pdf(
            sign, facility_size(query["distance"]), is_demo=_is_demo(), language=query["lang"].value
        )
        return reply_file(work, body, "application/pdf", f"facility-{sign.code}.pdf")


def _is_demo() -> bool:
    known = caller()
    return known is not None and known.is_demo
