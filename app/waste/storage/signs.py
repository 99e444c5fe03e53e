"""What stands on the signs of a facility and its zones (domain-rules 15.2, 15.3), from what is registered now."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.work import Work
from app.foundation.documents.signs import FacilitySign, Place, WasteLine, ZoneSign
from app.parties.accounts.models import Organisation, Park
from app.waste.registry.models import WasteStream
from app.waste.storage.floor_plan import USUAL_SIZE, arranged, plan_of
from app.waste.storage.models import Facility, Zone
from app.waste.storage.queries import facility_for, zone_for


def zone_sign_of(work: Work, zone_id: UUID) -> ZoneSign:
    """The sign of a zone: the plan with all zones, and the wastes assigned to this one; four statements.

    Raises:
        NotFound: no such zone the actor may see.
    """
    facility, zone = zone_for(work, zone_id)
    owner = work.session.get_one(Organisation, facility.organisation_id)
    zones = work.session.scalars(
        select(Zone).where(Zone.facility_id == facility.id, Zone.ended_at.is_(None)).order_by(Zone.code)
    ).all()
    plan = plan_of(facility.layout, {one.code: one.layout for one in zones})
    if plan is None or zone.code not in plan.zones:
        plan = arranged(*USUAL_SIZE, {one.code: one.capacity for one in zones})
    return ZoneSign(
        code=zone.code,
        name=zone.name,
        facility=f"{facility.name} · {owner.name}",
        wastes=_wastes(work, facility, zone),
        plan_size=(plan.width, plan.depth),
        places=[
            Place(code, rect.x, rect.y, rect.width, rect.depth) for code, rect in sorted(plan.zones.items())
        ],
    )


def _wastes(work: Work, facility: Facility, zone: Zone) -> list[WasteLine]:
    """The wastes of the site that are assigned to the zone; what is assigned and doesn't arise here by its code."""
    allowed = set(zone.allowed)
    streams = work.session.scalars(
        select(WasteStream)
        .where(
            WasteStream.site_id == facility.site_id,
            WasteStream.ended_at.is_(None),
            WasteStream.waste_code.in_(allowed) | WasteStream.category.in_(allowed),
        )
        .order_by(WasteStream.waste_code, WasteStream.id)
    ).all()
    fitting = [
        stream for stream in streams if not zone.forms or stream.form is None or stream.form in zone.forms
    ]
    told = {stream.waste_code for stream in fitting} | {stream.category for stream in fitting}
    lines = [
        WasteLine(stream.local_name or stream.waste_name, stream.waste_code, tuple(stream.hazards))
        for stream in fitting
    ]
    return lines + [WasteLine("", code) for code in zone.allowed if code not in told]


@dataclass(frozen=True)
class FacilityFacts:
    """What anybody who scans the sign of a facility may know."""

    id: UUID
    code: str
    name: str
    facility: Facility
    unit_name: str
    is_demo: bool
    is_in_use: bool


def public_facility(work: Work, code: str, facility_id: UUID) -> FacilityFacts | None:
    """A facility by what its QR says, whoever asks; one statement."""
    row = work.session.execute(
        select(Facility, Organisation.name, Park.is_demo)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .outerjoin(Park, Park.id == Facility.park_id)
        .where(Facility.id == facility_id, Facility.code == code)
    ).first()
    if row is None:
        return None
    found, owner, is_demo = row
    return FacilityFacts(
        found.id, found.code, found.name, found, owner, bool(is_demo), found.ended_at is None
    )


def facility_sign_of(
    work: Work, facility_id: UUID, *, public_url: str, is_warning: bool = False
) -> FacilitySign:
    """The sign of a facility; its QR leads to the facility's public page. Two statements.

    Raises:
        NotFound: no such facility the actor may see.
    """
    facility = facility_for(work, facility_id)
    owner = work.session.get_one(Organisation, facility.organisation_id)
    return FacilitySign(
        name=facility.name,
        unit_name=owner.name,
        code=facility.code,
        keeper=" ".join(filter(None, (facility.keeper, owner.phone))),
        qr_text=facility_url(public_url, facility),
        is_general=facility.type.is_general,
        is_warning=is_warning,
    )


def facility_url(public_url: str, facility: Facility) -> str:
    """The address in a facility's QR: its code can be read without a network."""
    return f"{public_url.rstrip('/')}/F/{facility.code}/{facility.id}"
