"""Plans and profiles through their operations: drafts, submission, filing, return, amendment, classes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.foundation.trace.models import TraceEvent
from app.waste.registry.plan_findings import generation_findings
from app.waste.registry.planning.actuals import plan_actuals
from app.waste.registry.planning.commands import (
    AmendPlan,
    DecideClass,
    PlannedWaste,
    RecordFiling,
    ReturnPlan,
    RevisePlan,
    StartPlan,
    SubmitPlan,
)
from app.waste.registry.planning.models import PlanState, PlanTable, UnitClass
from app.waste.registry.planning.operations.classes import decide_class, decide_classes
from app.waste.registry.planning.operations.content import revise_plan
from app.waste.registry.planning.operations.plans import (
    amend_plan,
    record_filing,
    return_plan,
    start_plan,
    submit_plan,
)
from app.waste.registry.planning.operations.profiles import revise_profile
from app.waste.registry.planning.queries import plan_for, plan_in_force, plans_page, site_view
from app.waste.storage.places import stock_places
from tests.factories.plans import a_draft_content, a_profile, filed_plan
from tests.factories.plant import a_plant

KG = 1_000
RECEIVER = "云栈溶剂再生有限公司"


@pytest.fixture
def plant(database):
    return a_plant(database)


@pytest.fixture
def stream(plant):
    return plant.stream()


def started(plant, year=None):
    with plant.working() as work:
        return start_plan(work, StartPlan(plant.site_id, year or work.today.year))


def revised(plant, plan, **parts):
    with plant.working() as work:
        return revise_plan(work, plan.id, RevisePlan(plan.version, **parts))


def ready(plant, stream):
    """A draft with everything a registration unit must tell."""
    with plant.working() as work:
        revise_profile(work, plant.site_id, a_profile())
        plan = start_plan(work, StartPlan(plant.site_id, work.today.year))
        return revise_plan(
            work, plan.id, a_draft_content({stream.id: [RECEIVER]}, plan.version, Grams(500 * KG))
        )


def submitted(plant, stream):
    plan = ready(plant, stream)
    with plant.working() as work:
        return submit_plan(work, plan.id, SubmitPlan(plan.version))


def test_a_plan_begins_with_the_streams_and_what_they_generated(plant, stream):
    plant.drum(stream, 186)

    plan = started(plant)

    with plant.working() as work:
        (line,) = plan_for(work, plan.id).lines
    assert (plan.state, plan.revision) == (PlanState.DRAFT, 1)
    assert (line.table, line.stream_id, line.mass) == (PlanTable.GENERATION, stream.id, 186 * KG)


def test_a_second_plan_of_the_year_is_refused(plant, stream):
    started(plant)

    with pytest.raises(Conflict):
        started(plant)


def test_the_next_plan_begins_with_the_lines_of_the_last(plant, stream):
    plan = ready(plant, stream)

    following = started(plant, plan.year + 1)

    with plant.working() as work:
        tables = [line.table for line in plan_for(work, following.id).lines]
    assert tables == [PlanTable.GENERATION, PlanTable.TRANSFER]


def test_a_plan_with_gaps_is_not_handed_in_and_names_them_all(plant, stream):
    plan = started(plant)

    with pytest.raises(InvalidInput) as refused, plant.working() as work:
        submit_plan(work, plan.id, SubmitPlan(plan.version))

    pointers = {problem.pointer for problem in refused.value.problems}
    assert {"#/basic/legal_person", "#/lines/A.7", "#/lines/A.3/0/step"} <= pointers


def test_a_plan_is_handed_in_filed_and_then_in_force(plant, stream):
    plan = submitted(plant, stream)
    with plant.working() as work:
        filed = record_filing(work, plan.id, RecordFiling("HWJH2026001", work.today, plan.version))

    with plant.working() as work:
        found = plan_in_force(work, plant.site_id, work.today)
        chain = select(TraceEvent.name).where(TraceEvent.subject_id == plan.id)
        names = work.session.scalars(chain.order_by(TraceEvent.sequence)).all()
    assert found is not None
    assert found[0].id == filed.id
    assert {line.table for line in found[1]} == {PlanTable.GENERATION, PlanTable.TRANSFER}
    assert names == ["plan.started", "plan.revised", "plan.submitted", "plan.filed"]


def test_a_draft_is_not_in_force(plant, stream):
    ready(plant, stream)

    with plant.working() as work:
        assert plan_in_force(work, plant.site_id, work.today) is None


def test_the_plan_of_last_year_counts_until_the_new_one_is_due(plant, stream):
    plan = filed_plan(plant.database, plant.producer, plant.site_id, {stream.id: [RECEIVER]}, plant.now)

    with plant.working() as work:
        on_the_last_day = plan_in_force(work, plant.site_id, date(plan.year + 1, 3, 31))
        the_day_after = plan_in_force(work, plant.site_id, date(plan.year + 1, 4, 1))
    assert on_the_last_day is not None
    assert the_day_after is None


@pytest.mark.parametrize(("number", "days"), [("", 0), ("HWJH1", 1)])
def test_filing_needs_a_number_and_a_day_that_has_been(plant, stream, number, days):
    plan = submitted(plant, stream)

    with pytest.raises(InvalidInput), plant.working() as work:
        record_filing(work, plan.id, RecordFiling(number, work.today + timedelta(days=days), plan.version))


def test_a_returned_plan_is_changed_and_handed_in_again(plant, stream):
    plan = submitted(plant, stream)
    with plant.working() as work:
        plan = return_plan(work, plan.id, ReturnPlan("转移量与合同不符", plan.version))
    assert (plan.state, plan.reason) == (PlanState.RETURNED, "转移量与合同不符")

    plan = revised(plant, plan, reduction={"plan": "减量", "measures": "改用水性漆"})
    with plant.working() as work:
        assert submit_plan(work, plan.id, SubmitPlan(plan.version)).state is PlanState.SUBMITTED


def test_a_handed_in_plan_is_fixed(plant, stream):
    plan = submitted(plant, stream)

    with pytest.raises(Conflict):
        revised(plant, plan, reduction={"plan": "x", "measures": "y"})


def test_an_amendment_supersedes_when_it_is_filed(plant, stream):
    old = filed_plan(plant.database, plant.producer, plant.site_id, {stream.id: [RECEIVER]}, plant.now)
    with plant.working() as work:
        new = amend_plan(work, old.id, AmendPlan("新增接收单位", old.version))
    assert (new.revision, new.state, new.reason) == (2, PlanState.DRAFT, "新增接收单位")
    with plant.working() as work:
        assert plan_in_force(work, plant.site_id, work.today)[0].id == old.id
    with pytest.raises(Conflict), plant.working() as work:
        amend_plan(work, old.id, AmendPlan("再来", old.version))

    with plant.working() as work:
        submit_plan(work, new.id, SubmitPlan(new.version))
    with plant.working() as work:
        new = plan_for(work, new.id).plan
        record_filing(work, new.id, RecordFiling("HWJH-0002", work.today, new.version))

    with plant.working() as work:
        assert plan_for(work, old.id).plan.state is PlanState.SUPERSEDED
        assert plan_in_force(work, plant.site_id, work.today)[0].id == new.id


def test_whoever_saw_an_older_version_is_told(plant, stream):
    plan = ready(plant, stream)

    with pytest.raises(VersionConflict), plant.working() as work:
        submit_plan(work, plan.id, SubmitPlan(plan.version - 1))


def test_changing_only_lines_moves_the_version(plant, stream):
    plan = ready(plant, stream)
    lines = {PlanTable.STORAGE: (PlannedWaste(stream.id, Grams(0)),)}

    changed = revised(plant, plan, lines=lines)

    assert changed.version == plan.version + 1


def test_wrong_values_are_all_named_at_once(plant, stream):
    plan = started(plant)
    lines = {
        PlanTable.TRANSFER: (
            PlannedWaste(stream.id, Grams(1), "R99", {"transfer_kind": "by_boat", "colour": "red"}),
            PlannedWaste(plant.site_id, Grams(1)),
        )
    }

    with pytest.raises(InvalidInput) as refused:
        revised(plant, plan, lines=lines)

    assert {problem.pointer for problem in refused.value.problems} == {
        "#/lines/A.7/0/method_code",
        "#/lines/A.7/0/transfer_kind",
        "#/lines/A.7/0/colour",
        "#/lines/A.7/1/stream_id",
    }


def test_another_firm_knows_nothing_of_it_and_the_park_only_reads(plant, stream, database):
    plan = ready(plant, stream)
    other = a_plant(database)

    with pytest.raises(NotFound), other.working() as work:
        plan_for(work, plan.id)
    with plant.working(plant.operator) as work:
        assert plan_for(work, plan.id).plan.id == plan.id
    with pytest.raises(NotPermitted), plant.working(plant.operator) as work:
        submit_plan(work, plan.id, SubmitPlan(plan.version))


def test_plan_against_actual(plant, stream):
    other = plant.stream("900-249-08")
    filed_plan(
        plant.database, plant.producer, plant.site_id, {stream.id: [RECEIVER]}, plant.now, Grams(372 * KG)
    )
    plant.drum(stream, 186)
    plant.drum(other, 10)

    with plant.working() as work:
        plan, lines = plan_in_force(work, plant.site_id, work.today)
        actuals = plan_actuals(work, plan, lines, stock_places(work, site_id=plant.site_id).books)

    (generation,) = actuals.lines_of(PlanTable.GENERATION)
    (unknown,) = actuals.unplanned_in(PlanTable.GENERATION)
    assert (generation.actual, generation.per_mille) == (186 * KG, 500)
    assert (unknown.waste_code, unknown.actual) == ("900-249-08", 10 * KG)


def test_a_class_is_decided_from_ledger_and_profile(plant, stream):
    plant.drum(stream, 186)
    with plant.working() as work:
        profile = a_profile(past_masses={"2024": Grams(12_000 * KG), "2025": Grams(9_000 * KG)})
        revise_profile(work, plant.site_id, profile)

    with plant.working() as work:
        decision = decide_class(work, plant.site_id, DecideClass(2027))

    assert (decision.computed, decision.annual_mass) == (UnitClass.SIMPLIFIED, 12_000 * KG)
    assert decision.basis["years"] == {"2024": 12_000 * KG, "2025": 9_000 * KG, "2026": 186 * KG}


def test_classes_of_all_sites_keep_what_was_declared(plant, stream):
    with plant.working() as work:
        decide_class(work, plant.site_id, DecideClass(2027, UnitClass.KEY))

    with plant.working() as work:
        (decision,) = decide_classes(work, 2027)

    assert (decision.computed, decision.declared) == (None, UnitClass.KEY)
    assert "started_on" in decision.basis["missing"]


def test_a_profile_names_every_wrong_field(plant):
    wrong = a_profile(
        industry_code="9999",
        override_class=UnitClass.KEY,
        equipment={"e_scale": "maybe", "colour": "red"},
        past_masses={"1066": Grams(1)},
    )

    with pytest.raises(InvalidInput) as refused, plant.working() as work:
        revise_profile(work, plant.site_id, wrong)

    assert {problem.pointer for problem in refused.value.problems} == {
        "#/industry_code",
        "#/override_document",
        "#/equipment/e_scale",
        "#/equipment/colour",
        "#/past_masses/1066",
    }


def test_lists_and_plans_take_a_constant_number_of_statements(plant, count_statements):
    def read():
        with plant.working() as work, count_statements() as counted:
            pages = plans_page(work)[0]
            for view in pages[:1]:
                plan_for(work, view.plan.id)
            plan_in_force(work, plant.site_id, work.today)
        return len(counted)

    first = plant.stream()
    filed_plan(plant.database, plant.producer, plant.site_id, {first.id: [RECEIVER]}, plant.now)
    few = read()
    for number in range(6):
        plant.stream("900-402-06", local_name=f"又一种 {number}")
    with plant.working() as work:
        start_plan(work, StartPlan(plant.site_id, work.today.year - 1))

    assert read() == few


def test_a_waste_outside_the_plan_or_above_it_is_told_as_it_arises(plant, stream):
    other = plant.stream("900-249-08")
    transfers = {stream.id: [RECEIVER]}
    filed_plan(plant.database, plant.producer, plant.site_id, transfers, plant.now, Grams(186 * KG))
    plant.drum(stream, 186)
    plant.drum(other, 1)

    def told(about):
        with plant.working() as work:
            found = generation_findings(work, site_view(work, plant.site_id), about)
        return {
            one.rule_id: (one.outcome.value, one.severity.value) for one in found if one.outcome != "pass"
        }

    assert told(stream) == {"HJ1259-plan-over": ("finding", "info")}
    plant.drum(stream, 1)
    assert told(stream) == {"HJ1259-plan-over": ("finding", "warning")}
    assert told(other)["HJ1259-plan-code"] == ("finding", "violation")
