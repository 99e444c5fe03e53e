"""Applying for a crossing, telling what the authorities said, and submitting general waste to both provinces."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select

from app.foundation import trace
from app.foundation.catalogue.codes import is_industrial_general_waste_code, is_waste_code
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.months import months_after
from app.foundation.core.text import say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore
from app.foundation.rulebook.loader import rulebook
from app.foundation.rulebook.overlays import Jurisdiction
from app.foundation.trace.models import Traced
from app.foundation.trace.recording import Thing
from app.parties.accounts.models import Organisation, Site
from app.waste.clearances import policy
from app.waste.clearances.commands import AddPaper, DraftCrossing, ReviseCrossing, TakeStep
from app.waste.clearances.covers import SUBMISSION_RULE, kind_needed
from app.waste.clearances.models import (
    CROSSING_STATE_WORDS,
    PAPER_KIND_WORDS,
    Crossing,
    CrossingAct,
    CrossingKind,
    CrossingPaper,
    CrossingState,
    CrossingStep,
    CrossingWaste,
)
from app.waste.clearances.queries import crossing_for, papers_of, wastes_of_crossing
from app.waste.clearances.steps import PAPERS_NEEDED, STEPS, clock_of, open_steps, state_for_steps
from app.waste.clearances.uploading import keep_document
from app.waste.registry.methods import METHODS
from app.waste.registry.numbering import next_serial
from app.waste.registry.policy import site_for

A, S = CrossingAct, CrossingState
MAX_WASTES: Final = 60
HANDED_IN: Final = frozenset({A.SUBMIT, A.REPORT_SENDING, A.REPORT_RECEIVING})


def draft_crossing(work: Work, command: DraftCrossing) -> Crossing:
    """Begin an application or submission for a site of the acting firm.

    Raises:
        NotPermitted: the actor keeps no crossings.
        NotFound: no such site of the actor's.
        InvalidInput: names every wrong field; within one province nothing is applied for (HWTM 21).
    """
    policy.ensure_may_manage(work.actor)
    site = site_for(work, command.consignor_site_id)
    receiving = _ensure_right(work, command, site)
    month = f"{work.today:%y%m}"
    crossing = Crossing(
        id=new_id(),
        number=f"K-{month}-{next_serial(work, f'crossing/{month}'):04d}",
        consignor_id=site.organisation_id,
        state=S.DRAFT,
        state_on=work.today,
        lacking=[],
        created_at=work.now,
        **_content(command, site, receiving),
    )
    wastes = _wastes(crossing, command)
    work.session.add(crossing)
    work.session.flush()
    work.session.add_all(wastes)
    _record(work, "crossing.drafted", crossing, changed=wastes)
    return crossing


def revise_crossing(work: Work, crossing_id: UUID, command: ReviseCrossing) -> Crossing:
    """Replace the content of a draft.

    Raises:
        NotFound: no such crossing or site of the actor's.
        NotPermitted: the actor doesn't keep it.
        VersionConflict: it changed since the actor saw it.
        Conflict: it is handed in.
        InvalidInput: names every wrong field.
    """
    crossing = _opened(work, crossing_id, command.seen_version)
    if crossing.state is not S.DRAFT:
        raise Conflict(say("{number} 已提交，不能修改；内容有变化须重新申请", number=crossing.number))
    site = site_for(work, command.consignor_site_id)
    receiving = _ensure_right(work, command, site)
    for name, value in _content(command, site, receiving).items():
        setattr(crossing, name, value)
    gone = delete(CrossingWaste).where(CrossingWaste.crossing_id == crossing.id).returning(CrossingWaste.id)
    removed: list[Thing] = [(CrossingWaste.trace_kind, row) for row in work.session.scalars(gone)]
    wastes = _wastes(crossing, command)
    work.session.add_all(wastes)
    _record(work, "crossing.revised", crossing, changed=wastes, removed=sorted(removed))
    return crossing


def add_paper(work: Work, crossing_id: UUID, command: AddPaper, store: FileStore) -> CrossingPaper:
    """Put a document on file for a crossing; documents are only ever added.

    Raises:
        NotFound: no such crossing of the actor's.
        NotPermitted: the actor doesn't keep it.
        InvalidInput: it is no PDF or picture, or too large.
    """
    crossing = crossing_for(work, crossing_id, lock=True)
    policy.ensure_keeps_crossing(work.actor, crossing)
    file = keep_document(work, store, command.upload, crossing.valid_to or crossing.applied_to)
    paper = CrossingPaper(
        id=new_id(),
        crossing_id=crossing.id,
        kind=command.kind,
        file_id=file.id,
        file_sha256=file.sha256,
        added_at=work.now,
    )
    work.session.add(paper)
    _record(work, "crossing.paper_added", crossing, changed=[paper])
    return paper


def take_step(work: Work, crossing_id: UUID, command: TakeStep) -> Crossing:
    """Tell what happened to a crossing on a day (HWTM 22-28, ECC 476).

    An application nobody answered within five working days counts as accepted on the day it was received: from then on
    no supplement can be asked any more, and the next step is the preliminary opinion.

    Raises:
        NotFound: no such crossing of the actor's.
        NotPermitted: the actor doesn't keep it.
        VersionConflict: it changed since the actor saw it.
        Conflict: that can't follow on its state on that day.
        InvalidInput: names every wrong field, and every paper that is missing.
    """
    crossing = _opened(work, crossing_id, command.seen_version)
    if problems := list(_step_problems(work, crossing, command)):
        raise InvalidInput(problems)
    _ensure_follows(crossing, command)
    clock = clock_of(crossing, command.done_on)
    step = STEPS[command.act]
    taken = CrossingStep(
        id=new_id(),
        crossing_id=crossing.id,
        act=command.act,
        done_on=command.done_on,
        is_late=step.by_authority and clock is not None and command.done_on > clock.due_on,
        note="\n".join((*command.lacking, *([command.note.strip()] if command.note.strip() else []))),
        user_id=work.actor.user_id,
        recorded_at=work.now,
    )
    if state_for_steps(crossing, command.done_on) is S.ACCEPTED and crossing.accepted_on is None:
        crossing.accepted_on = crossing.submitted_on
    changed: list[Traced] = [taken, *EFFECTS.get(command.act, _no_effect)(work, crossing, command)]
    crossing.state, crossing.state_on = step.target, command.done_on
    work.session.add(taken)
    _record(work, step.event, crossing, changed=changed, is_deemed=_was_deemed(crossing, command))
    return crossing


def _was_deemed(crossing: Crossing, command: TakeStep) -> bool:
    first_after = command.act in (A.AGREE_PRELIMINARILY, A.REFUSE_PRELIMINARILY)
    return first_after and crossing.accepted_on == crossing.submitted_on


def _ensure_follows(crossing: Crossing, command: TakeStep) -> None:
    if command.act in open_steps(crossing, command.done_on):
        return
    raise Conflict(
        say(
            "{number} 在 {day} 为“{state}”，不能“{act}”",
            number=crossing.number,
            day=command.done_on.isoformat(),
            state=CROSSING_STATE_WORDS[state_for_steps(crossing, command.done_on)],
            act=STEPS[command.act].word,
        )
    )


def _step_problems(work: Work, crossing: Crossing, command: TakeStep) -> Iterator[FieldProblem]:
    if command.done_on > work.today:
        yield FieldProblem("#/done_on", say("日期不能晚于今天"))
    elif command.done_on < crossing.state_on and crossing.state is not S.DRAFT and crossing.kind in _ORDERED:
        yield FieldProblem("#/done_on", say("日期不能早于上一步（{day}）", day=crossing.state_on.isoformat()))
    if command.act in HANDED_IN and crossing.state is S.DRAFT:
        filed = {paper.kind for paper in papers_of(work, crossing.id)}
        for kind in PAPERS_NEEDED[crossing.kind]:
            if kind not in filed:
                yield FieldProblem("#/papers", say("缺少材料：{paper}", paper=PAPER_KIND_WORDS[kind]))
    if command.act is A.ASK_SUPPLEMENT and not any(item.strip() for item in command.lacking):
        yield FieldProblem("#/lacking", say("请逐项填写需要补正的内容"))
    if command.act in (A.RECEIPT_SENDING, A.RECEIPT_RECEIVING, A.APPROVE) and not command.number.strip():
        yield FieldProblem("#/number", say("请填写主管部门给出的编号"))
    if command.act is A.CALL_FOR_NEW and not command.note.strip():
        yield FieldProblem("#/note", say("请说明哪些内容有变化"))
    if command.act is A.APPROVE:
        yield from _approval_problems(work, crossing, command)


_ORDERED: Final = frozenset({CrossingKind.HAZARDOUS_DECISION, CrossingKind.GENERAL_APPROVAL})
"""A submission's two sides go their own ways; the steps of an application follow each other."""


def _approval_problems(work: Work, crossing: Crossing, command: TakeStep) -> Iterator[FieldProblem]:
    if command.valid_to is None:
        yield FieldProblem("#/valid_to", say("请填写批准的有效期"))
    elif command.valid_to < (command.valid_from or command.done_on):
        yield FieldProblem("#/valid_to", say("有效期止不能早于有效期起"))
    applied = {waste.waste_code: waste.applied for waste in wastes_of_crossing(work, crossing.id)}
    for code, mass in command.approved.items():
        if code not in applied:
            yield FieldProblem(f"#/approved/{code}", say("没有申请 {code}", code=code))
        elif mass > applied[code]:
            most = tonnes_text(applied[code])
            yield FieldProblem(f"#/approved/{code}", say("{code} 只申请了 {most} t", code=code, most=most))


Effect = Callable[[Work, Crossing, TakeStep], list[Traced]]


def _no_effect(_work: Work, _crossing: Crossing, _command: TakeStep) -> list[Traced]:
    return []


def _received(_work: Work, crossing: Crossing, command: TakeStep) -> list[Traced]:
    crossing.submitted_on, crossing.lacking = command.done_on, []
    return []


def _lacks(_work: Work, crossing: Crossing, command: TakeStep) -> list[Traced]:
    crossing.lacking = [item.strip() for item in command.lacking if item.strip()]
    return []


def _accepted(_work: Work, crossing: Crossing, command: TakeStep) -> list[Traced]:
    crossing.accepted_on = command.done_on
    return []


def _approved(work: Work, crossing: Crossing, command: TakeStep) -> list[Traced]:
    crossing.decided_on, crossing.decision_number = command.done_on, command.number.strip()
    crossing.valid_from, crossing.valid_to = command.valid_from or command.done_on, command.valid_to
    wastes = wastes_of_crossing(work, crossing.id)
    for waste in wastes:
        waste.approved = command.approved.get(waste.waste_code, waste.applied)
    return list(wastes)


def _refused(_work: Work, crossing: Crossing, command: TakeStep) -> list[Traced]:
    crossing.decided_on, crossing.decision_number = command.done_on, command.number.strip()
    return []


def _reported(side: str) -> Effect:
    def report(work: Work, crossing: Crossing, command: TakeStep) -> list[Traced]:
        setattr(crossing, f"{side}_reported_on", command.done_on)
        wastes = wastes_of_crossing(work, crossing.id)
        for waste in wastes:
            waste.approved = waste.applied
        return list(wastes)

    return report


def _receipted(side: str) -> Effect:
    def receipt(work: Work, crossing: Crossing, command: TakeStep) -> list[Traced]:
        setattr(crossing, f"{side}_receipt_on", command.done_on)
        setattr(crossing, f"{side}_receipt_number", command.number.strip())
        crossing.valid_from = max(command.done_on, crossing.applied_from)
        crossing.valid_to = max(crossing.valid_from, min(crossing.applied_to, _lapses_on(work, crossing)))
        return []

    return receipt


EFFECTS: Final[Mapping[CrossingAct, Effect]] = {
    A.SUBMIT: _received,
    A.SUPPLEMENT: _received,
    A.ASK_SUPPLEMENT: _lacks,
    A.ACCEPT: _accepted,
    A.APPROVE: _approved,
    A.REFUSE: _refused,
    A.REPORT_SENDING: _reported("sending"),
    A.REPORT_RECEIVING: _reported("receiving"),
    A.RECEIPT_SENDING: _receipted("sending"),
    A.RECEIPT_RECEIVING: _receipted("receiving"),
}
"""What a step writes besides the state."""


def _lapses_on(work: Work, crossing: Crossing) -> date:
    """The last day a submission may hold where its ends lie: some months, or not into another year (11.1)."""
    sites = select(Site).where(Site.id.in_((crossing.consignor_site_id, crossing.consignee_site_id)))
    places = [Jurisdiction(site.province, site.city) for site in work.session.scalars(sites)]
    reported = [day for day in (crossing.sending_reported_on, crossing.receiving_reported_on) if day]
    since = max(reported, default=work.today)
    limits = rulebook().effective(SUBMISSION_RULE, places, work.today).limits
    last_year = since.year + limits["calendar_years"].count
    last = months_after(since, limits["validity"].count)
    return min(last, date(min(last_year, date.max.year - 1) + 1, 1, 1) - timedelta(days=1))


def _opened(work: Work, crossing_id: UUID, seen_version: int) -> Crossing:
    crossing = crossing_for(work, crossing_id, lock=True)
    policy.ensure_keeps_crossing(work.actor, crossing)
    policy.ensure_unchanged(crossing, seen_version)
    return crossing


def _content(command: DraftCrossing, site: Site, receiving: Site) -> dict[str, Any]:
    values = {name: value for name, value in vars(command).items() if name not in ("wastes", "seen_version")}
    return {
        **values,
        "white_list_number": command.white_list_number.strip(),
        "remarks": command.remarks.strip(),
        "park_id": site.park_id,
        "from_province": site.province,
        "to_province": receiving.province,
    }


def _ensure_right(work: Work, command: DraftCrossing, site: Site) -> Site:
    """The receiving site, or everything that is wrong."""
    row = work.session.execute(
        select(Site, Organisation)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(Site.id == command.consignee_site_id, Site.organisation_id == command.consignee_id)
    ).first()
    receiving = row[0] if row is not None and row[1].is_recycler else None
    problems = [*_content_problems(command), *_place_problems(command, site, receiving)]
    if problems:
        raise InvalidInput(problems)
    assert receiving is not None
    return receiving


def _place_problems(command: DraftCrossing, site: Site, receiving: Site | None) -> Iterator[FieldProblem]:
    if receiving is None:
        yield FieldProblem("#/consignee_site_id", say("没有这家接收单位的这个场所"))
    elif receiving.organisation_id == site.organisation_id:
        yield FieldProblem("#/consignee_id", say("接受人不能与移出人相同"))
    elif receiving.province == site.province:
        yield FieldProblem("#/consignee_site_id", say("接收场所在同一省份，省内转移不需要跨省手续"))


def _content_problems(command: DraftCrossing) -> Iterator[FieldProblem]:
    if command.planned_method not in METHODS:
        yield FieldProblem("#/planned_method", say("请选择利用处置方式"))
    if command.applied_to < command.applied_from:
        yield FieldProblem("#/applied_to", say("截止日不能早于起始日"))
    if not 0 < len(command.wastes) <= MAX_WASTES:
        yield FieldProblem("#/wastes", say("请填写 1 至 {most} 种废物", most=MAX_WASTES))
    if command.white_list_cap is not None and not command.white_list_number.strip():
        yield FieldProblem("#/white_list_number", say("请填写白名单条目编号"))
    seen: set[str] = set()
    for at, waste in enumerate(command.wastes):
        code, place = waste.waste_code, f"#/wastes/{at}"
        if not (is_waste_code(code) or is_industrial_general_waste_code(code)):
            yield FieldProblem(f"{place}/waste_code", say("“{code}”不是废物代码", code=code))
        elif kind_needed(code, command.planned_method) is not command.kind:
            yield FieldProblem(f"{place}/waste_code", say("{code} 按此方式转移需要另一种手续", code=code))
        elif code in seen:
            yield FieldProblem(f"{place}/waste_code", say("{code} 重复", code=code))
        if waste.mass <= 0:
            yield FieldProblem(f"{place}/mass", say("数量应大于 0"))
        seen.add(code)


def _wastes(crossing: Crossing, command: DraftCrossing) -> list[CrossingWaste]:
    return [
        CrossingWaste(
            id=new_id(),
            crossing_id=crossing.id,
            waste_code=waste.waste_code,
            waste_name=waste.waste_name.strip(),
            package=waste.package.strip(),
            applied=waste.mass,
            approved=None,
        )
        for waste in command.wastes
    ]


def _record(work: Work, name: str, crossing: Crossing, **parts: Any) -> None:
    changed: list[Traced] = parts.pop("changed", [])
    about = [("site", crossing.consignor_site_id), ("organisation", crossing.consignee_id)]
    trace.record(work, name, crossing, about=about, changed=changed, park_id=crossing.park_id, **parts)
