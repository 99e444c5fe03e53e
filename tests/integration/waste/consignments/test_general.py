"""General waste on the road: given, when, then. By mass out of batches, with the lighter form (domain-rules 9.5, 9.6)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.files.operations import FileStore
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_verifying
from app.parties.accounts.models import Site
from app.parties.licences.models import CapacityEntry
from app.waste.clearances.commands import AddPaper, AppliedWaste, DraftCrossing, TakeStep, Upload
from app.waste.clearances.models import Contract, CrossingAct, CrossingDraw, CrossingKind
from app.waste.clearances.operations.crossings import add_paper, draft_crossing, take_step
from app.waste.clearances.queries import crossing_for
from app.waste.clearances.steps import PAPERS_NEEDED
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    AcceptLoad,
    ArriveConsignment,
    CancelConsignment,
    LoadLine,
    RejectConsignment,
    ReviseDraft,
    ReviseTransfer,
    SignConsignment,
    StartLoading,
    SubmitConsignment,
    TakeBack,
    WeighLoad,
)
from app.waste.consignments.commands.road import CloseConsignment, ReportIncident, ResumeTransport
from app.waste.consignments.models import Consignment, ConsignmentLine, IncidentKind
from app.waste.consignments.operations import closing, incidents, stops
from app.waste.consignments.queries import consignments_page, papers_for
from app.waste.consignments.queries.lists import Bucket
from app.waste.consignments.receipt_due import due
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry import verifying
from app.waste.registry.models import (
    Balance,
    BatchState,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteBatch,
)
from tests.integration.waste.consignments.general_world import CODE, TONNE, GeneralWorld, build_general
from tests.integration.waste.consignments.world import TODAY

S = ConsignmentState


@pytest.fixture
def general(world) -> GeneralWorld:
    return build_general(world)


@pytest.fixture(autouse=True)
def everything_is_proved(world):
    """Whatever a test did: the books add up, and each row is as its last event says."""
    yield
    with world.database.reading(world.operator) as work:
        assert verifying.verify(work) == []
        assert trace_verifying.verify(work).misfit is None
        by_acts = ("consignment", "consignment_line", "waste_batch", "signature")
        assert [one for one in rebuilding.differences(work) if one.kind in by_acts] == []


def rows(world, model, *conditions):
    with world.database.reading(world.operator) as work:
        return list(work.session.scalars(select(model).where(*conditions).order_by(model.id)))


def state_of(world, trip) -> ConsignmentState:
    return rows(world, Consignment, Consignment.id == trip.id)[0].state


def test_from_the_batch_to_the_receiver(world, general):
    older, newer = general.batch(5), general.batch(9)

    trip = general.departed(8)

    assert state_of(world, trip) is S.IN_TRANSIT
    assert (general.left(older), general.left(newer)) == (0, 6 * TONNE)
    assert rows(world, WasteBatch, WasteBatch.id == older.id)[0].state is BatchState.OUT
    lines = rows(world, LedgerRecord, LedgerRecord.table == LedgerTable.GENERAL_DISPATCH)
    assert [(line.batch_number, line.mass) for line in lines] == [
        (older.code, 5 * TONNE),
        (newer.code, 3 * TONNE),
    ]
    assert {line.receiver_name for line in lines} == {"云栈溶剂再生有限公司"}
    assert lines[0].operator == "陆青岚"
    assert lines[0].details["carrier"] == "驰安危货物流有限公司"
    assert lines[0].details["flow_type"] == "委托利用"
    assert lines[0].details["consignment"] == trip.number

    trip = world.do(world.consignee, operations.arrive, trip, ArriveConsignment)
    trip = general.accept(trip, 8 * TONNE - 40_000)
    line = rows(world, ConsignmentLine, ConsignmentLine.consignment_id == trip.id)[0]
    used = rows(world, Posting, Posting.to_kind == PlaceKind.UTILISED)

    assert state_of(world, trip) is S.ACCEPTED
    assert (line.received_mass, line.method_code) == (8 * TONNE - 40_000, "R3")
    assert sum(one.mass for one in used) == 8 * TONNE - 40_000
    assert {one.to_id for one in used} == {world.consignee_site_id}
    assert [one.mass for one in rows(world, Posting, Posting.to_kind == PlaceKind.WEIGHING_DIFFERENCE)] == [
        40_000
    ]
    assert not rows(world, Balance, Balance.place_kind == PlaceKind.CONSIGNMENT, Balance.mass > 0)
    assert not rows(world, CapacityEntry)

    world.do(world.consignor, closing.close_consignment, trip, CloseConsignment)
    assert state_of(world, trip) is S.CLOSED


def test_more_arrives_than_was_loaded(world, general):
    general.batch(9)

    general.accept(general.arrived(8), 8 * TONNE + 30_000)

    [more] = rows(world, Posting, Posting.from_kind == PlaceKind.WEIGHING_DIFFERENCE)
    assert more.mass == 30_000


def test_a_batch_of_its_own_is_drawn_alone(world, general):
    older, newer = general.batch(5), general.batch(9)

    general.departed(8, batch_id=newer.id)

    assert (general.left(older), general.left(newer)) == (5 * TONNE, 1 * TONNE)


def test_what_the_vehicle_was_loaded_with_counts_and_may_be_weighed_again(world, general):
    batch = general.batch(9)
    trip = general.loaded(8, weighed=7)

    trip = world.do(world.consignor, operations.weigh_load, trip, WeighLoad, masses={1: Grams(6 * TONNE)})
    trip = world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
    with pytest.raises(Conflict, match="移出人已签署"):
        world.do(world.consignor, operations.weigh_load, trip, WeighLoad, masses={1: Grams(5 * TONNE)})
    world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)

    assert general.left(batch) == 3 * TONNE
    assert rows(world, Consignment)[0].sent_mass == 6 * TONNE


def test_a_refused_load_comes_back_into_its_batches(world, general):
    older, newer = general.batch(5), general.batch(9)
    trip = general.arrived(8)

    trip = world.do(
        world.consignee, operations.reject_consignment, trip, RejectConsignment, reason="混有泥土"
    )
    assert state_of(world, trip) is S.REJECTED
    trip = world.do(world.consignor, operations.take_back, trip, TakeBack)

    assert (general.left(older), general.left(newer)) == (5 * TONNE, 9 * TONNE)
    assert rows(world, WasteBatch, WasteBatch.id == older.id)[0].state is BatchState.CLOSED
    assert state_of(world, trip) is S.RETURNED
    world.do(world.consignor, closing.close_consignment, trip, CloseConsignment)


def test_an_incident_ends_when_the_carrier_goes_on(world, general):
    general.batch(9)
    trip = general.departed(8)

    trip = world.do(
        world.carrier,
        incidents.report_incident,
        trip,
        ReportIncident,
        kind=next(iter(IncidentKind)),
        place="澄湖大道",
        description="爆胎",
    )
    assert state_of(world, trip) is S.INCIDENT
    trip = world.do(world.carrier, stops.resume_transport, trip, ResumeTransport)
    trip = world.do(world.consignee, operations.arrive, trip, ArriveConsignment)
    general.accept(trip, 8 * TONNE)
    assert state_of(world, trip) is S.ACCEPTED


def test_a_large_difference_needs_its_reason(world, general):
    general.batch(9)
    trip = general.arrived(8)

    with pytest.raises(RuleViolated) as refused:
        general.accept(trip, 6 * TONNE)
    assert {one.rule_id for one in refused.value.findings} == {"DISC-2"}
    assert state_of(world, trip) is S.ARRIVED

    general.accept(trip, 6 * TONNE, note="途中漏失，已清扫回收")
    accepted = rows(world, Consignment)[0]
    assert (accepted.discrepancy, accepted.discrepancy_note) == ("quantity", "途中漏失，已清扫回收")


def test_without_a_contract_nothing_departs(world, general):
    general.batch(9)
    trip = general.loaded(8)
    trip = world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
    with world.doing(world.operator) as work:
        work.session.scalars(select(Contract)).one().clauses = []

    with pytest.raises(RuleViolated) as refused:
        world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)
    assert {one.rule_id for one in refused.value.findings} == {"ECC-490-a"}


def submission(world, general, files, *receipts):
    """To Jiangsu, told to the provinces named (ECC 476, domain-rules 9.6)."""
    with world.doing(world.consignor) as work:
        work.session.get_one(Site, world.consignee_site_id).province = "32"
        order = DraftCrossing(
            kind=CrossingKind.GENERAL_SUBMISSION,
            consignor_site_id=world.site_id,
            consignee_id=world.consignee.organisation_id,
            consignee_site_id=world.consignee_site_id,
            planned_method="R3",
            applied_from=TODAY,
            applied_to=date(2027, 10, 31),
            wastes=(AppliedWaste(CODE, "废塑料", Grams(10 * TONNE)),),
        )
        crossing = draft_crossing(work, order)
    for paper in PAPERS_NEEDED[CrossingKind.GENERAL_SUBMISSION]:
        with world.doing(world.consignor) as work:
            add_paper(work, crossing.id, AddPaper(paper, Upload(b"%PDF-1.7", "文件.pdf")), files)
    for act, number in receipts:
        with world.doing(world.consignor) as work:
            version = crossing_for(work, crossing.id).version
            take_step(
                work, crossing.id, TakeStep(act=act, done_on=TODAY, seen_version=version, number=number)
            )
    return crossing


SENDING = ((CrossingAct.REPORT_SENDING, ""), (CrossingAct.RECEIPT_SENDING, "浙-1"))
RECEIVING = ((CrossingAct.REPORT_RECEIVING, ""), (CrossingAct.RECEIPT_RECEIVING, "苏-1"))


def test_into_another_province_it_goes_only_when_both_were_told(world, general, tmp_path):
    general.batch(20)
    submission(world, general, FileStore(tmp_path), *SENDING)

    with pytest.raises(RuleViolated) as refused:
        general.submitted(8)
    assert "ECC-476-2" in {one.rule_id for one in refused.value.findings}


def test_what_went_counts_on_the_submission_until_it_is_used_up(world, general, tmp_path):
    general.batch(20)
    crossing = submission(world, general, FileStore(tmp_path), *SENDING, *RECEIVING)

    general.departed(8)
    assert [one.mass for one in rows(world, CrossingDraw, CrossingDraw.crossing_id == crossing.id)] == [
        8 * TONNE
    ]
    with pytest.raises(RuleViolated) as refused:
        general.submitted(3)
    assert "ECC-476-2" in {one.rule_id for one in refused.value.findings}


def test_more_than_lies_there_is_refused_wherever_it_is_noticed(world, general):
    general.batch(5)
    draft = general.draft(8)

    with pytest.raises(InvalidInput) as refused:
        world.do(world.consignor, operations.submit_consignment, draft, SubmitConsignment)
    assert [one.pointer for one in refused.value.problems] == ["#/lines/0/mass_kg"]

    first, second = general.submitted(4), general.submitted(4)
    with pytest.raises(InvalidInput) as refused:
        world.do(world.consignor, operations.weigh_load, first, WeighLoad, masses={1: Grams(6 * TONNE)})
    assert [one.pointer for one in refused.value.problems] == ["#/masses/1"]
    for trip in (first, second):
        trip = world.do(world.consignor, operations.weigh_load, trip, WeighLoad, masses={})
        world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
    world.do(world.carrier, operations.sign_as_carrier, first, SignConsignment)
    with pytest.raises(Conflict, match="不足"):
        world.do(world.carrier, operations.sign_as_carrier, second, SignConsignment)
    assert state_of(world, second) is S.LOADING


def wrong_lines(general, world):
    own, batch = general.stream.id, new_id()
    one, other = general.batch(1).id, general.batch(1).id
    return [
        ((), ["#/lines"]),
        ((LoadLine(new_id(), Grams(1)),), ["#/lines/0/stream_id"]),
        ((LoadLine(world.stream_id, Grams(1)),), ["#/lines/0/stream_id"]),
        ((LoadLine(own, Grams(0)),), ["#/lines/0/mass_kg"]),
        ((LoadLine(own, Grams(1), batch),), ["#/lines/0/batch_id"]),
        ((LoadLine(own, Grams(1), package="箱"),), ["#/lines/0/package"]),
        (
            (LoadLine(own, Grams(1), one), LoadLine(own, Grams(1), other)),
            ["#/lines/0/stream_id", "#/lines/1/stream_id"],
        ),
        (
            (LoadLine(own, Grams(1)), LoadLine(own, Grams(-1))),
            ["#/lines/0/stream_id", "#/lines/1/stream_id", "#/lines/1/mass_kg"],
        ),
    ]


def test_all_that_is_wrong_is_named_at_once_and_nothing_is_kept(world, general):
    for lines, fields in wrong_lines(general, world):
        with pytest.raises(InvalidInput) as refused:
            general.draft(lines=lines)
        assert [one.pointer for one in refused.value.problems] == fields
    assert rows(world, Consignment) == []


def test_a_draft_is_revised_in_its_own_form_alone(world, general):
    draft, hazardous = general.draft(8), world.draft()

    order = general.order(3)
    trip = world.do(world.consignor, operations.revise_transfer, draft, ReviseTransfer, **vars(order))
    [line] = rows(world, ConsignmentLine, ConsignmentLine.consignment_id == trip.id)
    assert (line.sent_mass, trip.sent_mass) == (3 * TONNE, 3 * TONNE)

    with pytest.raises(Conflict, match="危险废物"):
        world.do(world.consignor, operations.revise_transfer, hazardous, ReviseTransfer, **vars(order))
    with pytest.raises(Conflict, match="一般工业固体废物"):
        drums = world.order(world.drums())
        world.do(world.consignor, operations.revise_draft, trip, ReviseDraft, **vars(drums))


@pytest.mark.parametrize(
    ("who", "act", "command", "values", "error"),
    [
        ("consignor", "start_loading", StartLoading, {}, Conflict),
        ("carrier", "weigh_load", WeighLoad, {"masses": {}}, NotPermitted),
        ("consignee", "weigh_load", WeighLoad, {"masses": {}}, NotPermitted),
        ("consignor", "accept_load", AcceptLoad, {"masses": {}}, NotPermitted),
        ("consignee", "accept_load", AcceptLoad, {"masses": {}}, Conflict),
        ("consignor", "take_back", TakeBack, {}, Conflict),
        ("consignor", "weigh_load", WeighLoad, {"masses": {2: Grams(1)}}, InvalidInput),
        ("consignor", "weigh_load", WeighLoad, {"masses": {1: Grams(0)}}, InvalidInput),
    ],
)
def test_wrong_party_state_or_line_changes_nothing(world, general, who, act, command, values, error):
    general.batch(9)
    trip = general.submitted(8)
    before = rows(world, Consignment)[0].version

    with pytest.raises(error):
        world.do(getattr(world, who), getattr(operations, act), trip, command, **values)
    assert rows(world, Consignment)[0].version == before


def test_it_waits_in_the_lists_of_whoever_is_next(world, general):
    general.batch(9)
    trip = general.submitted(8)

    def waits_for(actor):
        with world.seeing(actor) as work:
            return [one.consignment.id for one in consignments_page(work, bucket=Bucket.MINE).rows]

    assert waits_for(world.consignor) == [trip.id]
    trip = world.do(world.consignor, operations.weigh_load, trip, WeighLoad, masses={})
    trip = world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
    assert waits_for(world.carrier) == [trip.id]
    trip = world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)
    trip = world.do(world.consignee, operations.arrive, trip, ArriveConsignment)
    assert waits_for(world.consignee) == [trip.id]
    general.accept(trip, 8 * TONNE)
    assert (waits_for(world.consignee), waits_for(world.consignor)) == ([], [trip.id])


def test_cancelled_before_it_leaves_nothing_was_drawn(world, general):
    batch = general.batch(9)
    trip = general.loaded(8)

    world.do(world.consignor, operations.cancel_consignment, trip, CancelConsignment, reason="改日")

    assert general.left(batch) == 9 * TONNE


def test_the_papers_say_it_all_in_three_statements(world, general, count_statements):
    general.batch(9)
    trip = general.departed(8)

    with world.seeing(world.consignee) as work, count_statements() as sent:
        papers = papers_for(work, trip.number)

    assert len(sent) <= 3, sent
    assert [line.sent_mass for line in papers.lines] == [8 * TONNE]
    assert papers.items == ()


def test_what_was_accepted_is_on_the_consignors_agenda_until_it_is_closed(world, general):
    general.batch(9)
    trip = general.accept(general.arrived(8), 8 * TONNE)

    def duties():
        with world.seeing(world.consignor) as work:
            return [(one.source, one.on, one.organisation_id) for one in due(work, date(2027, 1, 31))]

    assert duties() == [("ECC-490-b", TODAY + timedelta(days=30), world.consignor.organisation_id)]
    world.do(world.consignor, closing.close_consignment, trip, CloseConsignment)
    assert duties() == []
