"""From draft to receipt, by operations: states, ledger, signatures, trace."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace import rebuilding
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.queries import timeline_of
from app.foundation.trace.verifying import verify
from app.parties.licences.models import CapacityEntry, CapacityKind, LicenceLine
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    CancelConsignment,
    LoadContainer,
    RecordNationalNumber,
    RejectConsignment,
    ReportDiscrepancy,
    ReviseDraft,
    SignConsignment,
    StartLoading,
    SubmitConsignment,
    WeighContainer,
)
from app.waste.consignments.models import Consignment, DiscrepancyKind, Signature
from app.waste.consignments.queries import papers_for
from app.waste.consignments.readiness import readiness_of
from app.waste.consignments.workflow import ConsignmentState, Party
from app.waste.registry.models import Balance, PlaceKind, Posting
from app.waste.storage.models import Container, ContainerState
from tests.factories.plans import filed_plan
from tests.integration.waste.consignments.world import DRUM, NOW, WASTE_CODE, World, build


def events_of(world: World, trip: Consignment) -> list[str]:
    with world.seeing(world.operator) as work:
        names = work.session.scalars(
            select(TraceEvent.name).where(TraceEvent.subject_id == trip.id).order_by(TraceEvent.sequence)
        )
        return [name.removeprefix("consignment.") for name in names]


def balance(world: World, place_id: UUID) -> int:
    with world.seeing(world.operator) as work:
        return int(
            work.session.scalar(
                select(func.coalesce(func.sum(Balance.mass), 0)).where(Balance.place_id == place_id)
            )
            or 0
        )


def test_a_drum_goes_from_the_zone_over_the_road_into_the_recyclers_hands(world):
    drums = world.drums(2)

    trip = world.weighed(drums, [DRUM - 400, DRUM + 200])
    trip = world.accept(trip)

    assert trip.state is ConsignmentState.ACCEPTED
    assert (trip.sent_mass, trip.received_mass) == (2 * DRUM, 2 * DRUM - 200)
    assert events_of(world, trip) == [
        "created",
        "submitted",
        "waybill_recorded",
        "loading_started",
        "container_loaded",
        "container_loaded",
        "signed",
        "departed",
        "arrived",
        "container_weighed",
        "container_weighed",
        "accepted",
    ]
    assert balance(world, world.zone_id) == 0
    assert balance(world, trip.id) == 0
    assert balance(world, world.consignee_site_id) == 2 * DRUM - 200
    with world.seeing(world.consignee) as work:
        papers = papers_for(work, trip.number)
        assert [c.state for c in papers.containers] == [ContainerState.ACCEPTED] * 2
        assert {c.holder_id for c in papers.containers} == {world.consignee.organisation_id}
        assert [c.net for c in papers.containers] == [DRUM - 400, DRUM + 200]
        assert [s.party for s in papers.signatures] == [Party.CONSIGNOR, Party.CARRIER, Party.CONSIGNEE]
        assert [s.name for s in papers.signatures] == ["陆青岚", "石砚秋", "贺云舟"]
        hashes = [s.document_hash for s in papers.signatures]
        assert hashes[0] == hashes[1] != hashes[2]
        differences = work.session.scalars(
            select(Posting.mass).where(
                (Posting.from_kind == PlaceKind.WEIGHING_DIFFERENCE)
                | (Posting.to_kind == PlaceKind.WEIGHING_DIFFERENCE)
            )
        ).all()
        assert sorted(differences) == [200, 400]
        entries = work.session.scalars(select(CapacityEntry)).all()
        [use] = [one for one in entries if one.kind is CapacityKind.USED]
        assert sum(one.mass for one in entries if one.kind is CapacityKind.RESERVED) == 0
        assert (use.licence_id, use.waste_code, use.mass, use.year) == (
            world.licence_id,
            WASTE_CODE,
            2 * DRUM - 200,
            2026,
        )
        assert verify(work).misfit is None
        names = [entry.name for entry in timeline_of(work, drums[0].id)]
        assert names[0] == "consignment.accepted" and "consignment.departed" in names


def test_every_posting_names_the_event_of_its_act(world):
    drums = world.drums(1)

    trip = world.weighed(drums, [DRUM])
    world.accept(trip)

    with world.seeing(world.operator) as work:
        named = work.session.execute(
            select(Posting.to_kind, TraceEvent.name).join(TraceEvent, TraceEvent.id == Posting.event_id)
        ).all()
        assert set(named) == {
            (PlaceKind.CONSIGNMENT, "consignment.departed"),
            (PlaceKind.UNPLACED, "consignment.accepted"),
        }


def test_a_submitted_consignment_reserves_its_containers_and_cancelling_frees_them(world):
    trip = world.submitted()
    with world.seeing(world.consignor) as work:
        assert {c.state for c in papers_for(work, trip.id).containers} == {ContainerState.RESERVED}

    trip = world.do(
        world.consignor, operations.cancel_consignment, trip, CancelConsignment, reason="车辆故障"
    )

    assert trip.state is ConsignmentState.CANCELLED
    with world.seeing(world.consignor) as work:
        freed = papers_for(work, trip.id).containers
        assert {(c.state, c.consignment_id) for c in freed} == {(ContainerState.STORED, None)}
    assert world.submitted(list(freed)).state is ConsignmentState.SUBMITTED


def test_a_draft_is_revised_as_a_whole(world):
    drums = world.drums(3)
    trip = world.draft(drums[:1])

    order = world.order(drums[1:], planned_method="R15", national_number="20269901000409")
    trip = world.do(world.consignor, operations.revise_draft, trip, ReviseDraft, **vars(order))

    with world.seeing(world.consignor) as work:
        papers = papers_for(work, trip.id)
        assert {c.id for c in papers.containers} == {d.id for d in drums[1:]}
        assert papers.consignment.sent_mass == 2 * DRUM
        assert papers.consignment.planned_method == "R15"
    assert events_of(world, trip) == ["created", "revised"]
    with world.seeing(world.consignor) as work:
        kinds = {found.kind for found in rebuilding.differences(work)}
    assert not kinds & {"consignment", "consignment_line", "consigned_container"}


def test_only_the_consignor_knows_of_a_draft(world):
    trip = world.draft()

    for stranger in (world.consignee, world.carrier, world.operator):
        with pytest.raises(NotFound), world.seeing(stranger) as work:
            papers_for(work, trip.id)
    with world.seeing(world.consignor) as work:
        assert papers_for(work, trip.short_code).consignment.id == trip.id


def test_a_submitted_one_is_known_to_its_parties_and_their_park(world):
    trip = world.submitted()

    for party in (world.consignor, world.consignee, world.carrier, world.operator):
        with world.seeing(party) as work:
            assert papers_for(work, trip.number).consignment.id == trip.id


def test_nothing_half_filled_is_submitted(world):
    trip = world.draft(vehicle_id=None, planned_method="", emergency_measures=" ")

    with pytest.raises(InvalidInput) as refused:
        world.do(world.consignor, operations.submit_consignment, trip, SubmitConsignment)

    assert [p.pointer for p in refused.value.problems] == [
        "#/planned_method",
        "#/vehicle_id",
        "#/emergency_measures",
    ]


def test_a_label_without_the_present_weight_stops_the_submission(world):
    trip = world.draft(world.drums(1, label_mass=None))

    with pytest.raises(Conflict, match="重新打印"):
        world.do(world.consignor, operations.submit_consignment, trip, SubmitConsignment)


def test_a_container_promised_twice_goes_with_the_first_that_is_submitted(world):
    drums = world.drums(1)
    second = world.draft(drums)
    world.submitted(drums)

    with pytest.raises(Conflict, match="已锁定"):
        world.do(world.consignor, operations.submit_consignment, second, SubmitConsignment)


def test_the_consignees_licence_must_cover_the_waste(world, database):
    trip = world.draft()
    with world.doing(world.operator) as work:
        line = work.session.scalars(select(LicenceLine)).one()
        line.category = "HW08"

    with pytest.raises(RuleViolated) as refused:
        world.do(world.consignor, operations.submit_consignment, trip, SubmitConsignment)

    assert [f.rule_id for f in refused.value.findings] == ["HWLM-10-cat"]


def test_only_what_is_on_the_manifest_is_loaded(world):
    drums = world.drums(2)
    trip = world.submitted(drums[:1])
    trip = world.do(world.consignor, operations.start_loading, trip, StartLoading)

    with pytest.raises(NotFound, match="没有这个容器"):
        world.do(world.carrier, operations.load_container, trip, LoadContainer, code=drums[1].code)


def test_the_carrier_signs_after_the_consignor_and_neither_signs_for_the_other(world):
    trip = world.loaded()

    with pytest.raises(Conflict, match="移出人尚未签署"):
        world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)
    with pytest.raises(NotPermitted):
        world.do(world.consignor, operations.sign_as_carrier, trip, SignConsignment)
    with pytest.raises(NotPermitted):
        world.do(world.carrier, operations.sign_as_consignor, trip, SignConsignment)


def test_who_saw_an_older_version_is_told_so(world):
    trip = world.submitted()

    with pytest.raises(VersionConflict), world.doing(world.consignor) as work:
        operations.cancel_consignment(work, trip.id, CancelConsignment("作废", trip.version - 1))


def test_a_large_difference_waits_for_its_report(world):
    drums = world.drums(2)
    trip = world.weighed(drums, [DRUM, 118_400])

    with pytest.raises(RuleViolated) as refused:
        world.accept(trip)
    assert {f.rule_id for f in refused.value.stops} == {"DISC-C"}

    trip = world.do(
        world.consignee,
        operations.report_discrepancy,
        trip,
        ReportDiscrepancy,
        kind=DiscrepancyKind.QUANTITY,
        note="1 桶泄漏，已告知移出人",
    )
    trip = world.accept(trip)

    assert trip.state is ConsignmentState.ACCEPTED
    assert balance(world, trip.id) == 0
    assert balance(world, world.consignee_site_id) == DRUM + 118_400


def test_nothing_is_accepted_before_every_drum_was_weighed(world):
    drums = world.drums(2)
    trip = world.weigh(world.arrived(drums), drums[0], DRUM)

    with pytest.raises(Conflict, match="1 个容器未过磅"):
        world.accept(trip)


def test_weighing_again_replaces_the_weight(world):
    drums = world.drums(1)
    trip = world.weighed(drums, [DRUM - 3_000])

    trip = world.do(
        world.consignee,
        operations.weigh_container,
        trip,
        WeighContainer,
        code=drums[0].short_code,
        gross=Grams(204_600),
        tare=Grams(18_200),
    )

    assert (trip.weighed_count, trip.received_mass) == (1, 186_400)


def test_a_gross_weight_below_the_tare_is_refused(world):
    drums = world.drums(1)
    trip = world.arrived(drums)

    with pytest.raises(InvalidInput, match=r"毛重要大于皮重 18\.200 kg"):
        world.do(
            world.consignee,
            operations.weigh_container,
            trip,
            WeighContainer,
            code=drums[0].code,
            gross=Grams(18_000),
            tare=Grams(18_200),
        )


def test_a_weight_that_no_container_has_is_refused(world):
    drums = world.drums(1)
    trip = world.arrived(drums)

    with pytest.raises(InvalidInput, match="60 t"):
        world.do(
            world.consignee,
            operations.weigh_container,
            trip,
            WeighContainer,
            code=drums[0].code,
            net=Grams(60_000_001),
        )


def test_a_refused_load_stays_in_transit(world):
    trip = world.arrived()

    trip = world.do(
        world.consignee, operations.reject_consignment, trip, RejectConsignment, reason="性状与联单不符"
    )

    assert trip.state is ConsignmentState.REJECTED
    assert balance(world, trip.id) == 2 * DRUM
    with world.seeing(world.consignor) as work:
        assert {c.state for c in papers_for(work, trip.id).containers} == {ContainerState.IN_TRANSIT}


def test_the_national_number_may_come_after_the_submission_but_not_after_the_signature(world):
    trip = world.submitted()

    with pytest.raises(InvalidInput, match="不存在"):
        world.do(
            world.consignor,
            operations.record_national_number,
            trip,
            RecordNationalNumber,
            national_number="20261901000123",
        )
    trip = world.do(
        world.consignor,
        operations.record_national_number,
        trip,
        RecordNationalNumber,
        national_number="20269901000410",
    )
    signed = world.do(world.consignor, operations.sign_as_consignor, world.loaded(), SignConsignment)
    with pytest.raises(Conflict, match="已签署"):
        world.do(
            world.consignor,
            operations.record_national_number,
            signed,
            RecordNationalNumber,
            national_number="20269901000411",
        )

    assert trip.national_number == "20269901000410"
    assert events_of(world, trip)[-1] == "national_number_recorded"


def test_a_national_number_stands_on_one_consignment_only(world):
    world.draft(national_number="20269901000409")

    with pytest.raises(Conflict, match="20269901000409"):
        world.draft(national_number="20269901000409")


def test_signatures_and_containers_are_what_events_say(world):
    trip = world.departed()

    with world.seeing(world.operator) as work:
        departed = timeline_of(work, trip.id)[0]
        signature = work.session.scalars(select(Signature).where(Signature.party == Party.CARRIER)).one()
        changed = {row["id"]: row["state"] for row in departed.payload["changed"]}
        assert departed.payload["state"]["state"] == "in_transit"
        assert changed[str(signature.id)]["document_hash"] == signature.document_hash
        stored = work.session.scalars(select(Container).where(Container.consignment_id == trip.id)).all()
        assert {str(c.id): c.traced_state() for c in stored}.items() <= changed.items()


def test_waste_that_no_filed_plan_names_is_not_handed_over(database):
    world = build(database, has_plan=False)
    trip = world.draft()

    with pytest.raises(RuleViolated) as refused:
        world.do(world.consignor, operations.submit_consignment, trip, SubmitConsignment)

    assert {finding.rule_id for finding in refused.value.stops} == {"HWTM-14-plan"}
    assert "没有已备案的管理计划" in str(refused.value.text)


def test_a_plan_that_sends_the_waste_to_somebody_else_does_not_back_it(database):
    world = build(database, has_plan=False)
    filed_plan(database, world.consignor, world.site_id, {world.stream_id: ["白泽环保处置有限公司"]}, NOW)
    trip = world.draft()

    with pytest.raises(RuleViolated, match="不转移给该接受人"):
        world.do(world.consignor, operations.submit_consignment, trip, SubmitConsignment)


@pytest.mark.parametrize(
    ("planned", "severities"), [(2 * DRUM, {"info"}), (2 * DRUM - 1, {"warning"}), (3 * DRUM, set())]
)
def test_a_draft_shows_how_far_it_brings_what_is_planned(database, planned, severities):
    world = build(database, has_plan=False)
    transfers = {world.stream_id: ["云栈溶剂再生"]}
    filed_plan(database, world.consignor, world.site_id, transfers, NOW, Grams(planned))
    world.departed(world.drums(1))
    trip = world.draft(world.drums(1))

    with world.seeing(world.consignor) as work:
        found = readiness_of(work, papers_for(work, trip.id)).findings

    over = [one for one in found if one.rule_id == "HJ1259-plan-over" and one.outcome == "finding"]
    assert {one.severity.value for one in over} == severities
    assert not any(one.blocks for one in over)
