"""From arrival to result, as a table: given how the drums arrive, when people do this, then that is where the mass is.

Drums: `=` arrives as it was sent, `-` 400 g lighter, `!` 68 kg lighter, `x` is refused, `?` is missing.
Masses count whole drums: what is in the consignor's zone, in transit, at the consignee's, beside both as a difference
to explain (missing drums), and on the consignee's licence. Grams that the two scales disagree on stand in `grams`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, DomainError, InvalidInput
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.rulebook.decision import RuleViolated
from app.parties.licences.models import CapacityEntry, CapacityKind
from app.waste.consignments import operations, receipt_due
from app.waste.consignments.commands import (
    ConfirmConsignment,
    InformAuthority,
    JudgeContainer,
    RecordTare,
    RejectConsignment,
    ReportDiscrepancy,
    ReportResult,
    ReturnContainer,
)
from app.waste.consignments.models import Consignment, DiscrepancyKind, Verdict
from app.waste.consignments.queries import papers_for
from app.waste.consignments.queries.results import proposals_of, results_of
from app.waste.consignments.workflow import ConsignmentState as S
from app.waste.registry.models import Balance, LedgerRecord, LedgerTable, PlaceKind, Posting
from app.waste.storage.commands import (
    MergeContainers,
    NewPackage,
    Part,
    RepackContainer,
    SplitContainer,
    TreatContainer,
)
from app.waste.storage.models import Container
from app.waste.storage.models import ContainerState as C
from app.waste.storage.operations.repacking import merge_containers, repack_container, split_container
from app.waste.storage.operations.treating import treat_container
from tests.integration.waste.consignments.world import DRUM, TODAY, World

ARRIVES = {"=": 0, "-": -400, "!": -68_000}
FRIDAY = date(2026, 11, 20)
"""The day of the whole story; five working days later is Friday the 27th."""


@dataclass(frozen=True)
class Row:
    """One line of the document."""

    given: str
    """How the drums arrive."""
    when: str
    """What people do, in this order."""
    state: S
    zone: int = 0
    transit: int = 0
    consignee: int = 0
    difference: int = 0
    licence: int = 0
    grams: int = 0
    """By how much less the consignee's scale says."""

    @property
    def title(self) -> str:
        return f"given {self.given}, when {self.when}, then {self.state}"


ROWS = (
    # given, when, then: the state, and drums in zone, transit, consignee's hands, as difference, on the licence
    Row("= -", "accept", S.ACCEPTED, consignee=2, licence=2, grams=400),
    Row("= !", "report, accept", S.ACCEPTED, consignee=2, licence=2, grams=68_000),
    Row("= ?", "report, accept", S.ACCEPTED, consignee=1, difference=1, licence=1),
    Row("= x", "accept", S.PARTLY_ACCEPTED, transit=1, consignee=1, licence=1),
    Row("= x ?", "report, accept, return", S.PARTLY_ACCEPTED, zone=1, consignee=1, difference=1, licence=1),
    Row("= =", "reject, return one", S.REJECTED, zone=1, transit=1),
    Row("= x", "reject, return", S.RETURNED, zone=2),
    Row("= ?", "report, reject", S.REJECTED, transit=2),
    Row("= ?", "report, reject, return", S.RETURNED, zone=1, difference=1),
    Row("? ?", "report, reject", S.RETURNED, difference=2),
    Row("= =", "accept, confirm, use a part", S.CONFIRMED, consignee=2, licence=2),
    Row("= =", "accept, confirm, use a part, use the rest", S.RESULT_REPORTED, consignee=2, licence=2),
    Row(
        "= x",
        "accept, confirm, use the rest, return",
        S.RESULT_REPORTED,
        zone=1,
        consignee=1,
        licence=1,
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_table(world: World, row: Row) -> None:
    assert _found(world, _play(world, row), row) == row


def test_a_whole_story_on_every_engine(world: World) -> None:
    row = Row(
        "= - x ?",
        "report, accept, confirm, use the rest, return",
        S.RESULT_REPORTED,
        zone=1,
        consignee=2,
        difference=1,
        licence=2,
        grams=400,
    )

    assert _found(world, _play(world, row), row) == row


def _play(world: World, row: Row) -> Consignment:
    fates = row.given.split()
    drums = world.drums(len(fates))
    trip = world.arrived(drums)
    for drum, fate in zip(drums, fates, strict=True):
        trip = _arrive(world, trip, drum, fate)
    for act in row.when.split(", "):
        trip = _ACTS[act](world, trip)
    return trip


def _arrive(world: World, trip: Consignment, drum: Container, fate: str) -> Consignment:
    if fate in ARRIVES:
        return world.weigh(trip, drum, DRUM + ARRIVES[fate])
    verdict = {"x": Verdict.REFUSED, "?": Verdict.MISSING}[fate]
    return judge(world, trip, drum, verdict)


def judge(
    world: World, trip: Consignment, drum: Container, verdict: Verdict, note: str = "性状不符"
) -> Consignment:
    act = operations.judge_container
    return world.do(world.consignee, act, trip, JudgeContainer, code=drum.code, verdict=verdict, note=note)


def report(world: World, trip: Consignment, **values: object) -> Consignment:
    values = {"kind": DiscrepancyKind.QUANTITY, "note": "数量不符，已告知移出人"} | values
    return world.do(world.consignee, operations.report_discrepancy, trip, ReportDiscrepancy, **values)


def reject(world: World, trip: Consignment) -> Consignment:
    return world.do(world.consignee, operations.reject_consignment, trip, RejectConsignment, reason="不符")


def bring_back(world: World, trip: Consignment, drum: Container) -> Consignment:
    act, zone = operations.return_container, world.zone_id
    return world.do(world.consignor, act, trip, ReturnContainer, code=drum.code, zone_id=zone)


def confirm(world: World, trip: Consignment, on: date = FRIDAY) -> Consignment:
    act = operations.confirm_consignment
    return world.do(world.consignee, act, trip, ConfirmConsignment, confirmed_on=on)


def use(world: World, trip: Consignment, mass: int | None = None, **values: object) -> Consignment:
    """A part, or all that is left of the only line."""
    with world.seeing(world.consignee) as work:
        papers = papers_for(work, trip.id)
        told = sum(row.result.mass for row in results_of(work, papers))
        left = (papers.lines[0].received_mass or 0) - told
    values = {"line_number": 1, "method_code": "R2", "started_on": FRIDAY, "finished_on": FRIDAY} | values
    values["mass"] = Grams(left if mass is None else mass)
    return world.do(world.consignee, operations.report_result, trip, ReportResult, **values)


def tare(world: World, trip: Consignment, mass: int) -> Consignment:
    return world.do(world.consignee, operations.record_tare, trip, RecordTare, gate_tare=Grams(mass))


def _on_their_way(world: World, trip: Consignment) -> list[Container]:
    with world.seeing(Actor.system()) as work:
        chosen = select(Container).where(Container.consignment_id == trip.id, Container.state == C.IN_TRANSIT)
        papers = papers_for(work, trip.number)
        missing = {one.container_id for one in papers.consigned if one.verdict is Verdict.MISSING}
        return [
            drum for drum in work.session.scalars(chosen.order_by(Container.id)) if drum.id not in missing
        ]


def _return_all(world: World, trip: Consignment) -> Consignment:
    for drum in _on_their_way(world, trip):
        trip = bring_back(world, trip, drum)
    return trip


_ACTS = {
    "arrive": lambda world, trip: trip,
    "report": report,
    "accept": lambda world, trip: world.accept(trip),
    "reject": reject,
    "return": _return_all,
    "return one": lambda world, trip: bring_back(world, trip, _on_their_way(world, trip)[0]),
    "confirm": confirm,
    "use a part": lambda world, trip: use(world, trip, 100_000),
    "use the rest": use,
}


def _found(world: World, trip: Consignment, row: Row) -> Row:
    """The same line, with what is there."""
    with world.seeing(Actor.system()) as work:

        def held(place: object) -> int:
            return int(
                work.session.scalar(select(func.sum(Balance.mass)).where(Balance.place_id == place)) or 0
            )

        def sums(kind: CapacityKind) -> int:
            entries = select(func.sum(CapacityEntry.mass)).where(CapacityEntry.kind == kind)
            return int(work.session.scalar(entries) or 0)

        differences = select(func.sum(Posting.mass)).where(Posting.to_kind == PlaceKind.WEIGHING_DIFFERENCE)
        missing, grams = divmod(int(work.session.scalar(differences) or 0), DRUM)
        is_open = trip.state in (S.ARRIVED, S.DISCREPANCY)
        assert sums(CapacityKind.RESERVED) == (trip.sent_mass if is_open else 0)
        return replace(
            row,
            state=trip.state,
            zone=held(world.zone_id) // DRUM,
            transit=held(trip.id) // DRUM,
            consignee=(held(world.consignee_site_id) + grams) // DRUM,
            difference=missing,
            licence=(sums(CapacityKind.USED) + grams) // DRUM,
            grams=grams,
        )


# --- what comes back, and what is told ---


def test_a_returned_drum_is_as_old_as_it_was_and_stands_in_table_b2_again(world: World) -> None:
    drums = world.drums(2)
    trip = judge(world, world.weigh(world.arrived(drums), drums[0], DRUM), drums[1], Verdict.REFUSED)
    trip = bring_back(world, world.accept(trip), drums[1])

    with world.seeing(world.consignor) as work:
        back = work.session.get_one(Container, drums[1].id)
        before = drums[1]
        assert (back.state, back.zone_id, back.consignment_id) == (C.STORED, world.zone_id, None)
        assert (back.generated_on, back.stored_at, back.net) == (before.generated_on, before.stored_at, DRUM)
        tables = work.session.scalars(
            select(LedgerRecord.table).where(LedgerRecord.container_id == back.id).order_by(LedgerRecord.id)
        ).all()
        assert list(tables) == [LedgerTable.STOCK_OUT, LedgerTable.STOCK_IN]
    assert (trip.refused_count, trip.returned_count) == (1, 1)
    with pytest.raises(Conflict, match="已退回入库"):
        bring_back(world, trip, drums[1])
    with pytest.raises(Conflict, match="没有被拒收"):
        bring_back(world, trip, drums[0])


def test_only_what_was_accepted_stands_in_table_b5(world: World) -> None:
    drums = world.drums(3)
    trip = world.weigh(world.arrived(drums), drums[0], DRUM - 200)
    trip = judge(world, trip, drums[1], Verdict.REFUSED)
    world.accept(report(world, judge(world, trip, drums[2], Verdict.MISSING)))

    with world.seeing(world.consignor) as work:
        rows = work.session.execute(
            select(LedgerRecord.container_id, LedgerRecord.mass, LedgerRecord.method_code).where(
                LedgerRecord.table == LedgerTable.ENTRUSTED
            )
        ).all()
        assert [tuple(row) for row in rows] == [(drums[0].id, DRUM - 200, "R2")]
        assert work.session.get_one(Container, drums[2].id).state is C.VOIDED


def test_a_verdict_is_taken_back_and_the_sums_follow(world: World) -> None:
    drums = world.drums(2)
    trip = world.weigh(world.arrived(drums), drums[0], DRUM)
    trip = judge(world, trip, drums[0], Verdict.REFUSED)
    assert (trip.weighed_count, trip.refused_count, trip.received_mass) == (0, 1, 0)
    with pytest.raises(Conflict, match="撤回后才能过磅"):
        world.weigh(trip, drums[0], DRUM)

    trip = judge(world, trip, drums[0], Verdict.OPEN)
    assert (trip.weighed_count, trip.refused_count, trip.received_mass) == (1, 0, DRUM)

    trip = judge(world, trip, drums[0], Verdict.MISSING)
    assert (trip.weighed_count, trip.missing_count, trip.received_mass) == (0, 1, 0)


def test_a_difference_stands_before_the_consignor_at_once_and_before_the_authority_by_name(
    world: World,
) -> None:
    drums = world.drums(2)
    trip = world.weighed(drums, [DRUM, 118_400])
    trip = report(world, trip, code=drums[1].short_code, note="桶底渗漏，按实收接收")
    trip = report(world, trip, kind=DiscrepancyKind.PACKAGING, line_number=1, note="桶身锈蚀")
    trip = world.do(
        world.consignee,
        operations.inform_authority,
        trip,
        InformAuthority,
        authority="澄湖市生态环境局",
        informed_on=FRIDAY,
        reference="电话 0919",
    )

    assert (trip.state, trip.discrepancy) == (S.DISCREPANCY, DiscrepancyKind.OTHER)
    assert trip.discrepancy_note == "桶底渗漏，按实收接收\n桶身锈蚀"
    assert trip.consignor_informed_at is not None and trip.authority_informed_at is not None
    assert trip.authority_note == "澄湖市生态环境局 · 电话 0919"
    with world.seeing(world.consignor) as work:
        papers = papers_for(work, trip.id)
        assert papers.lines[0].discrepancy is DiscrepancyKind.OTHER
        assert {one.verdict_note for one in papers.consigned} == {"", "桶底渗漏，按实收接收"}
    trip = tare(world, world.accept(trip), 8_800_000)
    assert (trip.state, trip.gate_gross, trip.gate_tare) == (S.ACCEPTED, 9_000_000, 8_800_000)


def test_results_are_proposed_from_what_the_consignee_did_to_these_drums(world: World) -> None:
    drums = world.drums(2)
    trip = confirm(world, world.accept(world.weighed(drums, [DRUM, DRUM])))
    for drum, mass in ((drums[0], DRUM), (drums[1], 50_000)):
        with world.doing(world.consignee) as work:
            treat_container(work, drum.id, TreatContainer("R2", "TS005", mass=Grams(mass)))
    trip = use(world, trip, 100_000)

    with world.seeing(world.consignee) as work:
        papers = papers_for(work, trip.id)
        [proposal] = proposals_of(work, papers, results_of(work, papers))

    assert (proposal.method_code, proposal.mass) == ("R2", DRUM + 50_000 - 100_000)
    assert (proposal.started_on, proposal.finished_on) == (TODAY, TODAY)


def test_results_follow_what_was_packed_over_split_and_merged_at_the_consignees(world: World) -> None:
    """Of a package merged with a drum of another trip only the part of this trip's own."""
    mine, theirs = world.drums(2), world.drums(1)
    trip = confirm(world, world.accept(world.weighed(mine, [DRUM, DRUM])))
    other = confirm(world, world.accept(world.weighed(theirs, [DRUM])))
    package = NewPackage("桶", 200_000)
    with world.doing(Actor.system()) as work:  # a day of which this world has drawn no code by itself
        for drum in (*mine, *theirs):
            work.session.get_one(Container, drum.id).generated_on = date(2026, 11, 9)
    with world.doing(world.consignee) as work:
        packed = repack_container(work, mine[0].id, RepackContainer(package))
        [half] = split_container(work, packed.id, SplitContainer((Part(Grams(60_000), package),)))
        merged = merge_containers(work, MergeContainers((str(mine[1].id), str(theirs[0].id)), package))
    for container, mass in ((half, 60_000), (merged, 100_001)):
        with world.doing(world.consignee) as work:
            treat_container(work, container.id, TreatContainer("R2", "TS005", mass=Grams(mass)))

    def proposed(which: Consignment) -> int:
        with world.seeing(world.consignee) as work:
            papers = papers_for(work, which.id)
            [proposal] = proposals_of(work, papers, results_of(work, papers))
            return proposal.mass

    assert (proposed(trip), proposed(other)) == (60_000 + 50_000, 50_000)


# --- what is refused, and in which words ---

Attempt = Callable[[World, Consignment], object]
REFUSALS: dict[tuple[str, str], tuple[tuple[Attempt, type[DomainError], str], ...]] = {
    # given, when these were done: then each of these is refused, with these words
    ("= =", "arrive"): (
        (lambda w, t: w.accept(t, checks=frozenset()), InvalidInput, "逐项确认"),
        (lambda w, t: w.accept(t, methods={1: "D10"}), RuleViolated, "D10"),
        (lambda w, t: w.accept(t, methods={2: "R2"}), InvalidInput, "列表"),
        (lambda w, t: report(w, t, code="QW-9999"), InvalidInput, "没有这个容器"),
        (lambda w, t: report(w, t, line_number=7), InvalidInput, "没有这一行"),
        (lambda w, t: tare(w, t, 0), InvalidInput, "9000.000"),
        (lambda w, t: tare(w, t, 9_000_000), InvalidInput, "9000.000"),
    ),
    ("= ?", "arrive"): ((lambda w, t: w.accept(t), RuleViolated, "收到 1 个"),),
    ("x ?", "arrive"): ((lambda w, t: w.accept(t), Conflict, "整单拒收"),),
    ("= =", "accept"): (
        (lambda w, t: confirm(w, t, date(2026, 11, 19)), InvalidInput, "2026-11-20"),
        (lambda w, t: confirm(w, t, date(2026, 11, 21)), InvalidInput, "今天"),
        (lambda w, t: use(w, t), Conflict, "不能"),
    ),
    ("= =", "accept, confirm"): (
        (lambda w, t: use(w, t, 2 * DRUM + 1), InvalidInput, "372.800"),
        (lambda w, t: use(w, t, method_code="D10"), InvalidInput, "演危许"),
        (lambda w, t: use(w, t, started_on=date(2026, 11, 1)), InvalidInput, "签收日"),
        (lambda w, t: use(w, t, finished_on=date(2026, 12, 1)), InvalidInput, "今天"),
        (lambda w, t: use(w, t, line_number=3), InvalidInput, "没有这一行"),
    ),
}


@pytest.mark.parametrize(("given", "when"), REFUSALS)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_refused_changes_nothing(world: World, given: str, when: str) -> None:
    trip = _play(world, Row(given, when, S.ARRIVED))

    for act, error, words in REFUSALS[given, when]:
        with pytest.raises(error) as refused:
            act(world, trip)
        problems = getattr(refused.value, "problems", ())
        assert words in " ".join([str(refused.value), *(str(one.text) for one in problems)])
    with world.seeing(Actor.system()) as work:
        assert papers_for(work, trip.number).version == trip.version


def test_a_confirmation_is_due_in_five_working_days_and_a_result_in_thirty(world: World) -> None:
    trip = world.accept(world.weighed(world.drums(1), [DRUM]))
    with world.seeing(world.consignee) as work:
        [first] = receipt_due.due(work, date(2026, 11, 27))
    confirm(world, trip)
    with world.seeing(world.consignee) as work:
        assert receipt_due.due(work, date(2026, 11, 27)) == []
        [then] = receipt_due.due(work, date(2026, 12, 31))

    assert (first.source, first.on) == ("T3", date(2026, 11, 27))
    assert (then.source, then.on) == ("T5", date(2026, 12, 20))
