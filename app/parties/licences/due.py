"""What is due of licences and permits: renewals before they expire."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import aliased

from app.foundation.core.due import Due
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.accounts.permissions import Permission
from app.parties.licences.models import FINAL_STATES, CarrierPermit, CrewMember, OperatingLicence, Vehicle
from app.parties.licences.renewal import renewal_of

LONGEST_LEAD_DAYS = 120
"""No renewal is due longer before a licence ends; what HWLM-13-b asks is fewer."""
RENEWAL_WINDOW_DAYS = 45
PERMIT_WINDOW_DAYS = 60


def due(work: Work, until: date) -> Sequence[Due]:
    """What is due up to a day, for every firm the actor sees; four statements."""
    return [*_licences(work, until), *_permits(work, until), *_fleet(work, until)]


def _licences(work: Work, until: date) -> Iterator[Due]:
    latest = until + timedelta(days=LONGEST_LEAD_DAYS)
    later = aliased(OperatingLicence)
    rows = work.session.scalars(
        select(OperatingLicence)
        .join(Organisation, Organisation.id == OperatingLicence.organisation_id)
        .where(
            _seen(work),
            OperatingLicence.state.not_in(FINAL_STATES),
            OperatingLicence.valid_to <= latest,
            OperatingLicence.renewal_filed_on.is_(None),
            ~exists().where(later.replaces_id == OperatingLicence.id),
        )
        .order_by(OperatingLicence.valid_to, OperatingLicence.id)
    )
    for licence in rows:
        renewal = renewal_of(licence, work.today, is_replaced=False)
        if renewal and renewal.due_on <= until:
            yield Due(
                kind="licence",
                title=say("经营许可证 {number} 申请换证", number=licence.number),
                note=say("有效期至 {day}；须在届满 30 个工作日前提出", day=licence.valid_to.isoformat()),
                on=renewal.due_on,
                opens_on=renewal.due_on - timedelta(days=RENEWAL_WINDOW_DAYS),
                permission=Permission.LICENCES_READ,
                organisation_id=licence.organisation_id,
                subject_kind="licence",
                subject_id=licence.id,
                source="CAL-11",
            )


def _permits(work: Work, until: date) -> Iterator[Due]:
    rows = work.session.scalars(
        select(CarrierPermit)
        .join(Organisation, Organisation.id == CarrierPermit.organisation_id)
        .where(_seen(work), CarrierPermit.valid_to <= until, CarrierPermit.ended_on.is_(None))
        .order_by(CarrierPermit.valid_to, CarrierPermit.id)
    )
    for permit in rows:
        yield Due(
            kind="carrier_permit",
            title=say("道路运输经营许可证 {number} 到期", number=permit.number),
            on=permit.valid_to,
            opens_on=permit.valid_to - timedelta(days=PERMIT_WINDOW_DAYS),
            permission=Permission.CONSIGNMENTS_CARRY,
            organisation_id=permit.organisation_id,
            subject_kind="carrier_permit",
            subject_id=permit.id,
        )


def _fleet(work: Work, until: date) -> Iterator[Due]:
    vehicles = select(Vehicle).join(Organisation, Organisation.id == Vehicle.organisation_id)
    for vehicle in work.session.scalars(
        vehicles.where(_seen(work), Vehicle.valid_to <= until, Vehicle.ended_on.is_(None))
    ):
        yield Due(
            kind="vehicle",
            title=say("车辆 {plate} 的道路运输证到期", plate=vehicle.plate),
            on=vehicle.valid_to,
            opens_on=vehicle.valid_to - timedelta(days=PERMIT_WINDOW_DAYS),
            permission=Permission.CONSIGNMENTS_CARRY,
            organisation_id=vehicle.organisation_id,
            subject_kind="vehicle",
            subject_id=vehicle.id,
        )
    crew = select(CrewMember).join(Organisation, Organisation.id == CrewMember.organisation_id)
    for member in work.session.scalars(
        crew.where(_seen(work), CrewMember.valid_to <= until, CrewMember.ended_on.is_(None))
    ):
        yield Due(
            kind="crew",
            title=say("{name} 的从业资格证到期", name=member.name),
            on=member.valid_to,
            opens_on=member.valid_to - timedelta(days=PERMIT_WINDOW_DAYS),
            permission=Permission.CONSIGNMENTS_CARRY,
            organisation_id=member.organisation_id,
            subject_kind="crew_member",
            subject_id=member.id,
        )


def _seen(work: Work) -> ColumnElement[bool]:
    """The firm's own; for the park's staff those of firms with a site in the park."""
    actor = work.actor
    if actor.is_deployment:
        return true()
    if actor.is_park_staff:
        return Organisation.id.in_(select(Site.organisation_id).where(Site.park_id == actor.park_id))
    return Organisation.id == actor.organisation_id
