"""A load that waits in a licensed store on the way, and goes on."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.licences.models import LicenceState, Mode
from app.parties.licences.queries import usable_licence
from app.waste.consignments.commands.road import ResumeTransport, StoreOnTheWay
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, ConsignmentIncident, ConsignmentLeg
from app.waste.consignments.operations.opening import open_papers, record
from app.waste.consignments.operations.viewers import admit
from app.waste.consignments.queries import Papers
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState

LONGEST_STAY: Final = timedelta(days=30)
"""A stop on the way, not a place of storage; the platform's own limit (P)."""


def store_on_the_way(work: Work, key: UUID | str, command: StoreOnTheWay) -> Consignment:
    """The load waits at a licensed store; in the ledger it stays with the consignment, for nobody has accepted it.

    It goes on with the leg that was planned next, or with one of the same carrier that begins here.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no reason, a day that is past or too far, or a store without a licence to store this waste.
    """
    papers = open_papers(work, key, ConsignmentAct.STORE_ON_THE_WAY, command.seen_version)
    consignment = papers.consignment
    site = work.session.get(Site, command.site_id)
    if problems := [*_stay_problems(work, command), *_store_problems(work, papers, site, command.until_on)]:
        raise InvalidInput(problems)
    assert site is not None  # else it is among the problems
    leg, made = _leg_out_of(work, papers)
    leg.store_site_id, leg.stored_at = site.id, work.now
    leg.store_until, leg.store_reason = command.until_on, command.reason.strip()
    consignment.move_to(ConsignmentState.TEMPORARILY_STORED)
    admit(work, consignment, [site.organisation_id, site.park_id])
    record(work, ConsignmentEvent.STORED_ON_THE_WAY, consignment, changed=[leg, *made])
    return consignment


def _stay_problems(work: Work, command: StoreOnTheWay) -> Iterable[FieldProblem]:
    if not command.reason.strip():
        yield FieldProblem("#/reason", say("请填写为什么要在途中暂存"))
    if not work.today <= command.until_on <= work.today + LONGEST_STAY:
        yield FieldProblem("#/until_on", say("计划离开日应在今天起 {days} 天以内", days=LONGEST_STAY.days))


def _store_problems(work: Work, papers: Papers, site: Site | None, until: date) -> Iterable[FieldProblem]:
    """One statement: the licence of the firm whose site it is."""
    if site is None:
        yield FieldProblem("#/site_id", say("没有这个场所"))
        return
    if text := _unlicensed(work, papers, site.organisation_id, until):
        yield FieldProblem("#/site_id", text)


def _unlicensed(work: Work, papers: Papers, organisation_id: UUID, until: date) -> Text | None:
    """Why a firm may not keep this load until a day; None when it may (HWLM 15)."""
    scope = usable_licence(work, organisation_id, until)
    if scope is None or scope.licence.state is not LicenceState.VALID or scope.licence.valid_to < until:
        return say("该单位没有到 {day} 仍有效的经营许可证，请换一个场所", day=until.isoformat())
    if Mode.STORAGE not in scope.modes:
        return say("该单位的许可证不含贮存，请换一个场所")
    missing = sorted({line.waste_code for line in papers.lines if not scope.covers(line.waste_code)})
    return say("该单位的许可证不含 {codes}，请换一个场所", codes=missing) if missing else None


def _leg_out_of(work: Work, papers: Papers) -> tuple[ConsignmentLeg, list[ConsignmentLeg]]:
    """The leg that begins at the store, and the legs made for it."""
    consignment = papers.consignment
    planned = next((leg for leg in papers.legs if leg.position == consignment.leg + 1), None)
    if planned is not None:
        return planned, []
    first = [] if papers.legs else [_leg_of(consignment, 1)]
    second = _leg_of(consignment, consignment.leg_count + 1)
    consignment.leg_count += 1
    work.session.add_all([*first, second])
    return second, first


def _leg_of(consignment: Consignment, position: int) -> ConsignmentLeg:
    """A leg of the carrier that has the load, with the same vehicle and crew."""
    return ConsignmentLeg(
        id=new_id(),
        consignment_id=consignment.id,
        position=position,
        carrier_id=consignment.carrier_id,
        vehicle_id=consignment.vehicle_id,
        driver_id=consignment.driver_id,
        escort_id=consignment.escort_id,
        planned_at=None,
        store_site_id=None,
        stored_at=None,
        store_until=None,
        taken_over_at=consignment.departed_at if position == 1 else None,
        verified=[],
    )


def resume_transport(work: Work, key: UUID | str, command: ResumeTransport) -> Consignment:
    """The carrier that has the load goes on: out of a store, after an incident, or to the new consignee.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
    """
    papers = open_papers(work, key, ConsignmentAct.RESUME, command.seen_version)
    consignment = papers.consignment
    changed: list[ConsignmentLeg | ConsignmentIncident] = []
    if consignment.state is ConsignmentState.TEMPORARILY_STORED and consignment.next_carrier_id is None:
        changed = [_go_on(work, papers)]
    else:
        changed = [*end_incident(work, consignment)]
    consignment.move_to(ConsignmentState.IN_TRANSIT)
    record(work, ConsignmentEvent.RESUMED, consignment, changed=changed)
    return consignment


def _go_on(work: Work, papers: Papers) -> ConsignmentLeg:
    """The same carrier's leg out of the store is the present one."""
    consignment = papers.consignment
    leg = next(leg for leg in papers.legs if leg.position == consignment.leg + 1)
    consignment.leg = leg.position
    leg.taken_over_at = work.now
    return leg


def end_incident(work: Work, consignment: Consignment) -> list[ConsignmentIncident]:
    """The load goes on after all; gives the incident that is over with it. No statement where there is none."""
    if consignment.state is not ConsignmentState.INCIDENT:
        return []
    incident = open_incident(work, consignment)
    incident.closed_at = work.now
    return [incident]


def open_incident(work: Work, consignment: Consignment) -> ConsignmentIncident:
    """The incident that a consignment in the state `incident` is in; one statement."""
    return work.session.scalars(
        select(ConsignmentIncident).where(
            ConsignmentIncident.consignment_id == consignment.id, ConsignmentIncident.closed_at.is_(None)
        )
    ).one()
