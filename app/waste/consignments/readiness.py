"""Whether a consignment may go on: what is filled in, what the rules say, what papers end too soon."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.licences.models import OperatingLicence
from app.parties.licences.queries import used_masses
from app.waste.consignments.facts import plan_outlook, transfer_findings
from app.waste.consignments.naming import called
from app.waste.consignments.operations.content import not_ready
from app.waste.consignments.operations.submission import DEFAULT_JOURNEY, missing_fields, unfit_fleet
from app.waste.consignments.queries import Papers

NEARLY_USED_PERCENT = 90
"""Platform hint HWLM-10-scale-w: shown, never stopping."""


@dataclass(frozen=True)
class Precondition:
    """One condition: outcome pass, warn, fail or todo; the form field to mend it in, if there is one."""

    outcome: str
    text: Text
    note: Text | None = None
    field: str | None = None


_NO_NATIONAL_NUMBER = Precondition(
    "todo",
    say("国家联单编号"),
    say("由国家系统给出；没有它，平台联单不能替代国家联单"),
    field="national_number",
)
"""Not in the way: the rule on the number asks only when there is one."""


@dataclass(frozen=True)
class Readiness:
    """All conditions of a submission or departure today."""

    preconditions: tuple[Precondition, ...]
    findings: tuple[RuleFinding, ...]

    @property
    def open_count(self) -> int:
        """How many of them stand in the way."""
        conditions = sum(
            one.outcome in ("fail", "todo") and one.field != "national_number" for one in self.preconditions
        )
        return conditions + sum(one.outcome is OutcomeKind.FINDING and one.blocks for one in self.findings)

    @property
    def kept_count(self) -> int:
        return sum(one.outcome == "pass" for one in self.preconditions) + sum(
            one.outcome is OutcomeKind.PASS for one in self.findings
        )


def readiness_of(work: Work, papers: Papers) -> Readiness:
    """What a submission would meet now, in two statements; in four while it is a draft."""
    consignment = papers.consignment
    due_on = max(consignment.due_on or work.today + DEFAULT_JOURNEY, work.today)
    findings, licence = (
        transfer_findings(work, papers, acceptance_on=due_on) if papers.consignee else ([], None)
    )
    if consignment.submitted_at is None:
        findings += plan_outlook(work, papers, licence)
    missing = tuple(missing_fields(papers))
    conditions = [
        *_containers(papers),
        *(_scale(work, papers, licence) if licence else ()),
        *(
            Precondition("fail", problem.text, field=problem.pointer.removeprefix("#/"))
            for problem in unfit_fleet(papers, due_on)
        ),
        *(_fleet(papers) if papers.vehicle and not any(unfit_fleet(papers, due_on)) else ()),
        *(
            Precondition("todo", problem.text, field=problem.pointer.removeprefix("#/"))
            for problem in missing
        ),
        *(() if consignment.national_number else (_NO_NATIONAL_NUMBER,)),
    ]
    return Readiness(tuple(conditions), tuple(findings))


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


def _scale(work: Work, papers: Papers, licence: OperatingLicence) -> Iterable[Precondition]:
    used = used_masses(work, [licence.id], work.today.year).get(licence.id, 0)
    share = (used + papers.consignment.sent_mass) * 1000 // licence.yearly_scale
    yield Precondition(
        "warn" if share >= NEARLY_USED_PERCENT * 10 else "pass",
        say("接受人年规模将用到 {share}%", share=f"{share // 10}.{share % 10}"),
        say(
            "许可 {number}，年规模 {scale} t，今年已用 {used} t",
            number=licence.number,
            scale=tonnes_text(licence.yearly_scale),
            used=tonnes_text(used),
        ),
    )


def _fleet(papers: Papers) -> Iterable[Precondition]:
    assert papers.vehicle is not None
    yield Precondition(
        "pass",
        say(
            "车辆 {plate} 有效，核载 {load} t",
            plate=printed_plate(papers.vehicle.plate),
            load=tonnes_text(papers.vehicle.approved_load),
        ),
        say("道路运输证至 {day}", day=papers.vehicle.valid_to.isoformat()),
    )
