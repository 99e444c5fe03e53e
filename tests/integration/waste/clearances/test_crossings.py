"""Crossings: the steps of domain-rules 7.8 and 9.6, their clocks, and what days and quantities make of them."""

from datetime import date, timedelta

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.working_days import add_working_days
from app.oversight.agenda.queries import agenda
from app.waste.clearances.commands import AppliedWaste, TakeStep
from app.waste.clearances.due import due
from app.waste.clearances.looking_up import draw_on_clearance
from app.waste.clearances.models import CrossingAct, CrossingDraw, CrossingState
from app.waste.clearances.operations.crossings import take_step
from app.waste.clearances.queries import crossing_for, crossing_view, papers_of
from app.waste.clearances.steps import clock_of
from tests.integration.waste.clearances.world import SLAG, SOLVENT, SUBMISSION, TODAY, World, a_world

A, S = CrossingAct, CrossingState
LAST_DAY = add_working_days(TODAY, 5)
"""For the sending province to say what is missing: Friday 27 November."""


def state(world: World, crossing, day: date) -> CrossingState:
    world.at(day)
    with world.database.reading(world.producer, now=world.now) as work:
        return crossing_view(work, crossing.id).state


def test_a_decision_goes_through_every_step_with_its_clock(world: World):
    crossing = world.crossing()
    days = {
        A.SUBMIT: TODAY,
        A.ASK_SUPPLEMENT: date(2026, 11, 23),
        A.SUPPLEMENT: date(2026, 11, 24),
        A.ACCEPT: date(2026, 11, 30),
        A.AGREE_PRELIMINARILY: date(2026, 12, 1),
        A.SEND_INQUIRY: date(2026, 12, 3),
        A.REPLY_AGREEING: date(2026, 12, 17),
    }
    clocks = []
    for act, day in days.items():
        more = {"lacking": ("缺委托合同", "缺接受人许可证")} if act is A.ASK_SUPPLEMENT else {}
        crossing = world.step(crossing, act, day, **more)
        clock = clock_of(crossing, day)
        clocks.append(clock and (clock.working_days, clock.due_on))

    assert clocks == [
        (5, date(2026, 11, 27)), None, (5, date(2026, 12, 1)), (5, date(2026, 12, 7)), (5, date(2026, 12, 7)),
        (10, date(2026, 12, 17)), (5, date(2026, 12, 24)),
    ]  # fmt: skip
    decided = world.step(
        crossing,
        A.APPROVE,
        date(2026, 12, 24),
        number="环固转2026-5",
        valid_to=date(2027, 10, 31),
        approved={SOLVENT: Grams(800_000)},
    )
    with world.database.reading(world.producer, now=world.now) as work:
        view = crossing_view(work, crossing.id)
    assert (decided.state, decided.valid_to) == (S.APPROVED, date(2027, 10, 31))
    assert view.cover.wastes[SOLVENT].granted == 800_000
    assert [step.is_late for step in view.steps] == [False] * 8
    assert decided.lacking == []


def test_silence_of_five_working_days_is_acceptance_on_the_day_of_receipt(world: World):
    crossing = world.step(world.crossing(), A.SUBMIT)

    assert state(world, crossing, LAST_DAY) is S.SUBMITTED
    after = LAST_DAY + timedelta(days=1)
    assert state(world, crossing, after) is S.ACCEPTED
    with pytest.raises(Conflict):
        world.step(crossing, A.ASK_SUPPLEMENT, after, lacking=("缺合同",))
    agreed = world.step(crossing, A.AGREE_PRELIMINARILY, after)

    assert (agreed.state, agreed.accepted_on) == (S.PRELIMINARY_OK, TODAY)


def test_what_is_lacking_must_be_named_and_in_time(world: World):
    crossing = world.step(world.crossing(), A.SUBMIT)

    with pytest.raises(InvalidInput):
        world.step(crossing, A.ASK_SUPPLEMENT, LAST_DAY, lacking=("  ",))
    world.step(crossing, A.ASK_SUPPLEMENT, LAST_DAY, lacking=("缺合同",))


def test_nothing_is_handed_in_without_its_papers(world: World, database):
    crossing = world.crossing()
    with database.writing(world.producer, now=world.now) as work:
        for paper in papers_of(work, crossing.id)[:2]:
            work.session.delete(paper)

    with pytest.raises(InvalidInput) as refused:
        world.step(crossing, A.SUBMIT)

    assert [problem.pointer for problem in refused.value.problems] == ["#/papers", "#/papers"]


def test_no_step_leaves_the_table(world: World):
    """Every act in every state reached on the way: only those the page offers pass."""
    crossing = world.crossing()
    for act in (A.SUBMIT, A.ACCEPT, A.AGREE_PRELIMINARILY, A.SEND_INQUIRY, A.REPLY_REFUSING, A.REFUSE):
        with world.database.reading(world.producer, now=world.now) as work:
            offered = set(crossing_view(work, crossing.id).open_steps)
        assert act in offered
        for other in set(CrossingAct) - offered:
            full = {"lacking": ("x",), "number": "1", "note": "x", "valid_to": date(2027, 1, 1)}
            with pytest.raises((Conflict, InvalidInput)):
                world.step(crossing, other, **full)
        crossing = world.step(crossing, act)
    assert crossing.state is S.REFUSED


def test_within_a_province_nothing_is_applied_for(database, tmp_path):
    near = a_world(database, tmp_path, to_province="33")

    with pytest.raises(InvalidInput):
        near.crossing()


def test_an_approval_is_exhausted_by_what_moved_and_expired_by_its_day(world: World):
    crossing = world.approved()
    draw = (crossing.id, {SOLVENT: Grams(999_999)})
    world.do(
        world.producer,
        lambda work: draw_on_clearance(work, *draw, consignment_id=new_id(), event_id=new_id()),
    )

    assert state(world, crossing, TODAY) is S.APPROVED
    rest = (crossing.id, {SOLVENT: Grams(1)})
    world.do(
        world.producer,
        lambda work: draw_on_clearance(work, *rest, consignment_id=new_id(), event_id=new_id()),
    )
    assert state(world, crossing, TODAY) is S.EXHAUSTED
    assert state(world, crossing, date(2027, 10, 31)) is S.EXHAUSTED
    assert state(world, crossing, date(2027, 11, 1)) is S.EXPIRED
    with world.database.reading(world.producer) as work:
        assert sorted(row.mass for row in work.session.query(CrossingDraw)) == [1, 999_999]


def test_a_submission_takes_effect_with_both_receipts(world: World):
    crossing = world.crossing(SUBMISSION, planned_trips=2)
    world.step(crossing, A.REPORT_SENDING)
    world.step(crossing, A.RECEIPT_SENDING, number="浙-1")
    with pytest.raises(Conflict):
        world.step(crossing, A.RECEIPT_RECEIVING, number="苏-1")

    assert state(world, crossing, TODAY) is S.REPORTED
    world.step(crossing, A.REPORT_RECEIVING)
    world.step(crossing, A.RECEIPT_RECEIVING, number="苏-1")
    assert state(world, crossing, TODAY) is S.EFFECTIVE
    for _trip in range(2):
        one = {SLAG: Grams(1000)}
        world.do(
            world.producer,
            lambda work, one=one: draw_on_clearance(
                work, crossing.id, one, consignment_id=new_id(), event_id=new_id()
            ),
        )
    assert state(world, crossing, TODAY) is S.EXHAUSTED


@pytest.mark.parametrize(("province", "city", "last"), [("31", "3101", 12), ("32", "3201", 24)])
def test_local_law_shortens_a_submission(database, tmp_path, province, city, last):
    world = a_world(database, tmp_path, to_province=province)
    crossing = world.crossing(SUBMISSION, applied_to=date(2028, 11, 20))
    for act in (A.REPORT_SENDING, A.REPORT_RECEIVING):
        world.step(crossing, act)
    done = world.step(crossing, A.RECEIPT_SENDING, number="1")

    assert done.valid_to == date(2026 + last // 12, 11, 20)


def test_each_kind_of_waste_needs_its_own_paper(world: World):
    for wastes, method in (
        ((AppliedWaste(SLAG, "炉渣", Grams(1)),), "R2"),
        ((AppliedWaste(SOLVENT, "废溶剂", Grams(0)),), "R2"),
    ):
        with pytest.raises(InvalidInput):
            world.crossing(wastes=wastes, planned_method=method)


def test_others_see_it_once_it_is_handed_in_and_only_the_consignor_tells_steps(world: World):
    crossing = world.crossing()
    for actor in (world.recycler, world.operator):
        with pytest.raises(NotFound):
            world.do(actor, crossing_for, crossing.id)
    submitted = world.step(crossing, A.SUBMIT)

    for actor in (world.recycler, world.operator):
        assert world.do(actor, crossing_for, crossing.id).id == crossing.id
        command = TakeStep(act=A.ACCEPT, done_on=TODAY, seen_version=submitted.version)
        with pytest.raises(NotPermitted):
            world.do(actor, take_step, crossing.id, command)
    with pytest.raises(NotFound):
        world.do(world.carrier, crossing_for, crossing.id)


def test_what_runs_out_is_on_the_list_of_what_is_due(world: World):
    world.signed()
    running = world.step(world.crossing(), A.SUBMIT)
    world.approved(applied_to=date(2027, 10, 31))

    with world.database.reading(world.producer, now=world.now) as work:
        found = {(one.kind, one.on) for one in due(work, date(2027, 12, 31))}
        shown = {entry.due.kind for entry in agenda(work).entries}

    assert found == {
        ("contract", date(2026, 12, 31)),
        ("crossing_clock", LAST_DAY),
        ("crossing", date(2027, 10, 31)),
    }
    assert shown >= {"contract", "crossing_clock"}
    assert running.submitted_on == TODAY
