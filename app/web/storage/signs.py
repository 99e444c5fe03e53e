"""Signs of a facility and its zones: choosing a size, and the PDFs for the sign maker."""

from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from app.entry.language import chosen_locale
from app.entry.work import caller, house, reading
from app.foundation.documents.signs import (
    FACILITY_SIZES,
    ZONE_SIZES,
    Language,
    facility_sign_pdf,
    zone_sign_pdf,
)
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.sign_schemas import Distance, facility_size, zone_size
from app.waste.storage.signs import facility_sign_of, zone_sign_of
from app.web.storage.blueprint import bp
from app.web.storage.facilities import facility_stock, facility_tabs


@bp.get("/facilities/<uuid:facility_id>/signs")
def signs(facility_id: UUID) -> str:
    """The signs a facility needs, in the sizes that the viewing distance asks."""
    with reading() as work:
        ensure_may_read(work.actor)
        stock = facility_stock(work, facility_id)
    return render_template(
        "storage/signs.html",
        facility=stock.facility,
        zones=[one.zone for one in stock.zones],
        tabs=facility_tabs(stock.facility, "signs"),
        facility_sizes=list(zip(FACILITY_SIZES, (_("≤ 4 m"), _("4–10 m"), _("> 10 m，室外")), strict=True)),
        zone_sizes=list(zip(ZONE_SIZES, (_("≤ 2.5 m"), _("2.5–4 m"), _("> 4 m")), strict=True)),
    )


@bp.get("/facilities/<uuid:facility_id>/sign.pdf")
def facility_sign(facility_id: UUID) -> Response:
    """The sign at the entrance of a facility."""
    with reading() as work:
        ensure_may_read(work.actor)
        sign = facility_sign_of(
            work,
            facility_id,
            public_url=house().config.public_url,
            is_warning=bool(request.args.get("warning")),
        )
    body = facility_sign_pdf(sign, facility_size(_distance()), is_demo=_is_demo(), language=_language())
    return _pdf(body, f"facility-{sign.code}.pdf")


@bp.get("/zones/<uuid:zone_id>/sign.pdf")
def zone_sign(zone_id: UUID) -> Response:
    """The sign of a zone."""
    with reading() as work:
        ensure_may_read(work.actor)
        sign = zone_sign_of(work, zone_id)
    body = zone_sign_pdf(sign, zone_size(_distance()), is_demo=_is_demo(), language=_language())
    return _pdf(body, f"zone-{zone_id}.pdf")


def _distance() -> Distance:
    asked = request.args.get("distance", "")
    return Distance(asked) if asked in set(Distance) else Distance.NEAR


def _language() -> Language:
    return "en" if chosen_locale() == "en" else "zh"


def _is_demo() -> bool:
    known = caller()
    return known is not None and known.is_demo


def _pdf(body: bytes, name: str) -> Response:
    response = Response(body, content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response
