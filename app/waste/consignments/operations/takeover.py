"""The next carrier takes the load over: it verifies, signs, and has it from now on (HWTM 17)."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.waste.consignments.commands.road import LegPlan, TakeOver, Verified
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.facts import take_over_findings
from app.waste.consignments.models import Consignment, ConsignmentLeg
from app.waste.consignments.operations.legs import alien, owners_of, papers_of_legs
from app.waste.consignments.operations.opening import ensure_rules_allow, open_papers, outcomes, record
from app.waste.consignments.signing import sign
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party


def take_over(work: Work, key: UUID | str, command: TakeOver) -> Consignment:
    """The next carrier verifies consignor, carrier and waste, signs, and has the load from now on.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: something was not verified, or no place.
        RuleViolated: its permit, vehicle or crew may not carry it today (HWTM-13-2, DGROAD-scope, -load), or the
            hand-over is not written down (HWTM-17).
    """
    papers = open_papers(work, key, ConsignmentAct.TAKE_OVER, command.seen_version)
    consignment = papers.consignment
    leg = next(leg for leg in papers.legs if leg.position == consignment.leg + 1)
    leg.place = command.place.strip() or leg.place
    if problems := [*_unverified(command), *_changed_fleet(work, leg, command)]:
        raise InvalidInput(problems)
    work.session.flush()
    present = papers_of_legs(work, papers)[leg.position - 1]
    leg.taken_over_at = work.now
    leg.verified = sorted(command.verified)
    _move_on(consignment, leg, papers.legs)
    findings = take_over_findings(work, present)
    overrides = ensure_rules_allow(work, findings, Act.DISPATCH, command.overrides)
    event_id = new_id()
    signature = sign(work, present, Party.CARRIER)
    if consignment.state is not ConsignmentState.IN_TRANSIT:
        consignment.move_to(ConsignmentState.IN_TRANSIT)
    record(
        work,
        ConsignmentEvent.TAKEN_OVER,
        consignment,
        changed=[leg, signature],
        event_id=event_id,
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return consignment


def _unverified(command: TakeOver) -> Iterable[FieldProblem]:
    words = {
        Verified.CONSIGNOR: say("请核对移出人信息后勾选"),
        Verified.CARRIER: say("请核对前一承运人信息后勾选"),
        Verified.WASTE: say("请核对废物信息后勾选"),
    }
    for one, text in words.items():
        if one not in command.verified:
            yield FieldProblem(f"#/verified/{one}", text)


def _changed_fleet(work: Work, leg: ConsignmentLeg, command: TakeOver) -> Iterable[FieldProblem]:
    """Put another vehicle or crew than planned on the leg; they are the same carrier's."""
    if not leg.place:
        yield FieldProblem("#/place", say("请填写交接地点"))
    names = [name for name in ("vehicle_id", "driver_id", "escort_id") if getattr(command, name)]
    for name in names:
        setattr(leg, name, getattr(command, name))
    if names:
        plan = LegPlan(
            carrier_id=leg.carrier_id,
            vehicle_id=leg.vehicle_id,
            driver_id=leg.driver_id,
            escort_id=leg.escort_id,
        )
        for name, problem in alien(owners_of(work, [plan]), plan):
            yield FieldProblem(f"#/{name}", problem)


def _move_on(consignment: Consignment, leg: ConsignmentLeg, legs: Sequence[ConsignmentLeg]) -> None:
    """Carrier, vehicle and crew of the consignment are those of its present leg."""
    consignment.leg = leg.position
    consignment.carrier_id, consignment.vehicle_id = leg.carrier_id, leg.vehicle_id
    consignment.driver_id, consignment.escort_id = leg.driver_id, leg.escort_id
    following = next((one for one in legs if one.position == leg.position + 1), None)
    consignment.next_carrier_id = following.carrier_id if following else None
