"""Whether a consignment may go on: what is filled in, what the rules say, what papers end too soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.decision import Effect, effect_of
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Act
from app.parties.licences.capacity import LicenceScope
from app.waste.consignments.facts import plan_outlook, transfer_of
from app.waste.consignments.facts.listed import listed_findings
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.naming import called
from app.waste.consignments.operations.content import not_ready
from app.waste.consignments.operations.general_content import short_of_stock
from app.waste.consignments.operations.legs import papers_of_legs
from app.waste.consignments.operations.submission import DEFAULT_JOURNEY, missing_fields
from app.waste.consignments.queries import Papers
from app.waste.registry.models import WasteKind

NEARLY_USED_PERCENT = 90
"""Platform hint HWLM-10-scale-w: shown, never stopping."""


@dataclass(frozen=True)
class Precondition:
    """One condition: outcome pass, warn, fail or todo; the form field to mend it in, if there is one."""

    outcome: str
    text: Text
    note: Text | None = None
    field: str | None = None


@dataclass(frozen=True)
class Readiness:
    """All conditions of a submission or departure today."""

    preconditions: tuple[Precondition, ...]
    findings: tuple[RuleFinding, ...]
    act: Act
    """What comes next: submitting, or departing."""

    @property
    def open_count(self) -> int:
        """How many of them stand in the way."""
        conditions = sum(one.outcome in ("fail", "todo") for one in self.preconditions)
        return conditions + len(self._with(Effect.STOP))

    @property
    def to_confirm(self) -> tuple[RuleFinding, ...]:
        """Findings that whoever acts confirms with a reason."""
        return self._with(Effect.CONFIRM)

    def _with(self, effect: Effect) -> tuple[RuleFinding, ...]:
        return tuple(one for one in self.findings if effect_of(one, self.act, created=True) is effect)

    @property
    def kept_count(self) -> int:
        return sum(one.outcome == "pass" for one in self.preconditions) + sum(
            one.outcome is OutcomeKind.PASS for one in self.findings
        )


def readiness_of(work: Work, papers: Papers) -> Readiness:
    """What a submission would meet now, or after it the departure: in four statements, in six while it is a draft; one
    more across a province's border, one with several carriers."""
    consignment = papers.consignment
    is_draft = consignment.submitted_at is None
    due_on = max(consignment.due_on or work.today + DEFAULT_JOURNEY, work.today)
    transfer = transfer_of(
        work,
        papers,
        acceptance_on=due_on,
        departs_on=None if is_draft else work.today,
        legs=papers_of_legs(work, papers)[1:] if is_draft else (),
        with_all=True,
    )
    findings = [*transfer.findings, *listed_findings(work, papers)]
    if papers.consignee is None:
        findings = []
    elif is_draft:
        findings += plan_outlook(work, papers, transfer.licence)
    is_general = consignment.kind is WasteKind.GENERAL
    conditions = [
        *(_stock(work, papers) if is_general else _containers(papers)),
        *(_scale(papers, transfer.scope) if transfer.scope and hazardous_lines(papers) else ()),
        *(_fleet(papers, work.today) if papers.vehicle and not _is_about_fleet(findings) else ()),
        *(
            Precondition("todo", problem.text, field=problem.pointer.removeprefix("#/"))
            for problem in missing_fields(papers)
        ),
    ]
    return Readiness(tuple(conditions), tuple(findings), Act.SUBMIT if is_draft else Act.DISPATCH)


def _is_about_fleet(findings: Iterable[RuleFinding]) -> bool:
    about = {"HWTM-13-2", "DGROAD-crew", "DGROAD-scope", "DGROAD-load"}
    return any(one.rule_id in about and one.outcome is OutcomeKind.FINDING for one in findings)


def _containers(papers: Papers) -> Iterable[Precondition]:
    if papers.consignment.submitted_at is not None:
        yield Precondition(
            "pass", say("{count} 个容器已称重、贴标、锁定", count=papers.consignment.container_count)
        )
        return
    problems = [problem for item in papers.items if (problem := not_ready(item.container))]
    problems += [
        say("容器 {code} 的标签没有印当前重量，请重新打印并粘贴标签", code=called(item.container))
        for item in papers.items
        if not not_ready(item.container) and item.container.label_mass != item.container.net
    ]
    for problem in problems:
        yield Precondition("fail", problem, field="containers")
    if not problems:
        yield Precondition(
            "pass", say("{count} 个容器已称重、贴标、在库", count=papers.consignment.container_count)
        )


def _stock(work: Work, papers: Papers) -> Iterable[Precondition]:
    """General waste: as much lies in its batches as is to go; one statement."""
    short = short_of_stock(work, papers.lines)
    for text in short.values():
        yield Precondition("fail", text, field="lines")
    if not short:
        yield Precondition(
            "pass", say("批次存量足够，移出 {mass} t", mass=tonnes_text(papers.consignment.sent_mass))
        )


def _scale(papers: Papers, scope: LicenceScope) -> Iterable[Precondition]:
    """What the load brings the licence to; what was submitted is reserved already."""
    adding = papers.consignment.sent_mass if papers.consignment.submitted_at is None else 0
    taken = scope.used + scope.reserved
    share = (taken + adding) * 1000 // scope.licence.yearly_scale
    yield Precondition(
        "warn" if share >= NEARLY_USED_PERCENT * 10 else "pass",
        say("接受人年规模将用到 {share}%", share=f"{share // 10}.{share % 10}"),
        say(
            "许可 {number}，年规模 {scale} t，今年已用 {used} t",
            number=scope.licence.number,
            scale=tonnes_text(scope.licence.yearly_scale),
            used=tonnes_text(scope.used),
        ),
    )


def _fleet(papers: Papers, today: date) -> Iterable[Precondition]:
    """The vehicle, where no rule has said anything of it: of general waste none does."""
    assert papers.vehicle is not None
    vehicle, plate = papers.vehicle, printed_plate(papers.vehicle.plate)
    if papers.consignment.sent_mass > vehicle.approved_load:
        text = say(
            "装载 {mass} t，超过车辆 {plate} 的核载 {load} t",
            mass=tonnes_text(papers.consignment.sent_mass),
            plate=plate,
            load=tonnes_text(vehicle.approved_load),
        )
        yield Precondition("warn", text, field="vehicle_id")
    if vehicle.valid_to < today:
        text = say("车辆 {plate} 的道路运输证 {day} 已到期", plate=plate, day=vehicle.valid_to.isoformat())
        yield Precondition("warn", text, field="vehicle_id")
        return
    yield Precondition(
        "pass",
        say(
            "车辆 {plate} 有效，核载 {load} t",
            plate=plate,
            load=tonnes_text(vehicle.approved_load),
        ),
        say("道路运输证至 {day}", day=vehicle.valid_to.isoformat()),
    )
