"""Submitting a draft: everything is filled in, the rules allow it, its containers are reserved."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.waste.consignments.commands import SubmitConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.facts import plan_findings, transfer_findings
from app.waste.consignments.models import Consignment, ConsignmentState
from app.waste.consignments.naming import called
from app.waste.consignments.operations.content import not_ready
from app.waste.consignments.operations.handling import Change, change_containers
from app.waste.consignments.operations.opening import ensure_rules_allow, open_papers, outcomes, record
from app.waste.consignments.policy import ConsignmentAct
from app.waste.consignments.queries import Papers
from app.waste.storage.models import ContainerState

DEFAULT_JOURNEY = timedelta(days=1)
"""From submission to planned acceptance, where nobody says otherwise."""


def submit_consignment(work: Work, key: UUID | str, command: SubmitConsignment) -> Consignment:
    """Hand a draft to the consignee and reserve its containers.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        InvalidInput: a required field is empty, or vehicle or crew may not drive on that day.
        Conflict: it is no draft any more, or a container is not ready: its label must bear its present weight.
        RuleViolated: the consignee's licence doesn't allow it (HWLM-15, HWLM-10-cat),
            or no filed plan backs it (HWTM-14-plan).
    """
    papers = open_papers(work, key, ConsignmentAct.SUBMIT, command.seen_version)
    consignment = papers.consignment
    due_on = consignment.due_on or work.today + DEFAULT_JOURNEY
    if problems := [*missing_fields(papers), *unfit_fleet(papers, due_on), *_past(due_on, work.today)]:
        raise InvalidInput(problems)
    ensure_containers_ready(papers)
    findings, licence = transfer_findings(work, papers, acceptance_on=due_on)
    findings += plan_findings(work, papers, licence)
    overrides = ensure_rules_allow(work, findings, Act.SUBMIT, command.overrides)

    consignment.move_to(ConsignmentState.SUBMITTED)
    consignment.submitted_at = work.now
    consignment.due_on = due_on
    consignment.licence_id = licence.id if licence else None
    _reserve(work, papers)
    event_id = record(
        work,
        ConsignmentEvent.SUBMITTED,
        consignment,
        changed=[*papers.containers, *papers.consigned],
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return consignment


def _reserve(work: Work, papers: Papers) -> None:
    held = {"consignment_id": papers.consignment.id}
    change_containers(
        work, [Change(container, ContainerState.RESERVED, held) for container in papers.containers]
    )
    for item in papers.items:
        if item.container.zone_id is not None:
            item.consigned.zone_id = item.container.zone_id


def missing_fields(papers: Papers) -> Iterable[FieldProblem]:
    """What the manifest form requires (domain-rules 15.8) and the draft doesn't say yet."""
    consignment = papers.consignment
    wanted: dict[str, Text] = {
        "consignee_id": say("请选择接受人"),
        "consignee_site_id": say("请选择接受人的接收地点"),
        "planned_method": say("请选择拟利用处置方式"),
        "carrier_id": say("请选择承运人"),
        "vehicle_id": say("请选择车辆"),
        "driver_id": say("请选择驾驶员"),
        "emergency_measures": say("请填写突发环境事件的防范措施"),
    }
    for name, text in wanted.items():
        if not getattr(consignment, name):
            yield FieldProblem(f"#/{name}", text)


def unfit_fleet(papers: Papers, on: date) -> Iterable[FieldProblem]:
    """Permits and certificates that end before a day, and a load above what the vehicle is approved for."""
    permit, vehicle = papers.permit, papers.vehicle
    if papers.carrier and (permit is None or permit.valid_to < on):
        yield FieldProblem(
            "#/carrier_id", say("承运人没有到 {day} 仍有效的道路危险货物运输许可", day=on.isoformat())
        )
    if vehicle and vehicle.valid_to < on:
        yield FieldProblem(
            "#/vehicle_id",
            say(
                "{plate} 的道路运输证 {day} 到期，请换一辆车",
                plate=printed_plate(vehicle.plate),
                day=vehicle.valid_to.isoformat(),
            ),
        )
    if vehicle and papers.consignment.sent_mass > vehicle.approved_load:
        excess = papers.consignment.sent_mass - vehicle.approved_load
        yield FieldProblem(
            "#/vehicle_id",
            say(
                "{plate} 装不下，差 {excess} t",
                plate=printed_plate(vehicle.plate),
                excess=tonnes_text(excess),
            ),
        )
    for name, member in (("driver_id", papers.driver), ("escort_id", papers.escort)):
        if member and member.valid_to < on:
            yield FieldProblem(
                f"#/{name}", say("从业资格证 {day} 到期，请换人", day=member.valid_to.isoformat())
            )


def _past(due_on: date, today: date) -> Iterable[FieldProblem]:
    if due_on < today:
        yield FieldProblem("#/due_on", say("计划送达日 {day} 已过，请改为今天或以后", day=due_on.isoformat()))


def ensure_containers_ready(papers: Papers) -> None:
    """Each container still stands in store as the draft says, under a label with its present weight.

    Raises:
        Conflict: one doesn't; says which and how to mend it.
    """
    for item in papers.items:
        container = item.container
        if problem := not_ready(container):
            raise Conflict(problem)
        if (
            container.holder_id != papers.consignment.consignor_id
            or container.net != item.consigned.sent_mass
        ):
            raise Conflict(say("容器 {code} 在起草后有变化，请重新保存草稿", code=called(container)))
        if container.label_mass != container.net:
            raise Conflict(
                say("容器 {code} 的标签没有印当前重量，请重新打印并粘贴标签后再提交", code=called(container))
            )
