"""From one firm's imported or registered drums, over the road, into another firm's hands: no gram comes or goes."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.foundation.core.errors import DomainError, NotFound
from app.foundation.core.text import Text
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_verifying
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    ArriveConsignment,
    CancelConsignment,
    ConfirmConsignment,
    JudgeContainer,
    LoadContainer,
    RejectConsignment,
    ReportDiscrepancy,
    ReportResult,
    ReturnContainer,
    SignConsignment,
    StartLoading,
    WeighContainer,
)
from app.waste.consignments.commands.road import CloseConsignment
from app.waste.consignments.models import Consignment, DiscrepancyKind, Verdict
from app.waste.consignments.operations.closing import close_consignment
from app.waste.consignments.queries import papers_for
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry import verifying
from app.waste.registry.commands import CorrectPosting, ImportLedger, ReviseStream
from app.waste.registry.models import REAL_PLACES, Balance, PlaceKind, Posting, WasteForm
from app.waste.registry.operations.streams import revise_stream
from app.waste.storage.commands import PrintLabel, PutAway, RegisterContainer, TreatContainer
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.containers import register_container
from app.waste.storage.operations.corrections import correct_posting
from app.waste.storage.operations.imports import import_ledger
from app.waste.storage.operations.labels import print_label
from app.waste.storage.operations.placing import put_away
from app.waste.storage.operations.treating import treat_container
from tests.integration.jobs.ledgers import HEADER
from tests.integration.waste.consignments.world import KEYRING, PRODUCER, World, build

T = TypeVar("T")
KG = 1_000
ENDS = (PlaceKind.UTILISED, PlaceKind.DISPOSED, PlaceKind.LOSS, PlaceKind.WEIGHING_DIFFERENCE)
GONE = frozenset({ContainerState.VOIDED, ContainerState.CONSUMED})
MADE = ("container", "consignment", "ledger_correction", "ledger_import")
"""Kinds of things that the acts make; the firms themselves are written without events."""
S = ConsignmentState

number = st.integers(0, 9)
kilograms = st.integers(1, 120)
ACTS = ("register", "import", "correct", "treat", "send", "go_on", "turn_back")
act = st.sampled_from([*ACTS, "import", "send", "go_on", "go_on"])
step = st.tuples(act, number, kilograms)


def picked(found: Sequence[T], pick: int) -> T:
    """One of them by its number, counted round.

    Raises:
        NotFound: there are none.
    """
    if not found:
        raise NotFound(Text("nothing"))
    return found[pick % len(found)]


class Road:
    """A producer, a carrier and a recycler; containers and consignments are acted on by number."""

    def __init__(self, world: World, files: FileStore) -> None:
        self.world = world
        self.files = files
        self.imported = 0
        self.done: set[str] = set()
        texts = ("乙酸丁酯", "二甲苯", "远离火源")
        with world.doing(world.consignor) as work:
            revise_stream(work, world.stream_id, ReviseStream(WasteForm.LIQUID, ("T", "I", "R"), *texts))

    def act(self, name: str, pick: int, kg: int) -> None:
        """Do it if it can be done; what is refused changes nothing."""
        acts: dict[str, Callable[[int, int], Any]] = {
            "register": self.register,
            "import": self.bring_in,
            "correct": self.correct,
            "treat": self.treat,
            "send": self.send,
            "go_on": self.go_on,
            "turn_back": self.turn_back,
        }
        with contextlib.suppress(DomainError):
            acts[name](pick, kg)
            self.done.add(name)

    # --- at home ---

    def register(self, _pick: int, kg: int) -> None:
        command = RegisterContainer(
            self.world.stream_id, "桶", 200_000, self.world.now - timedelta(hours=1), net=Grams(kg * KG)
        )
        with self.world.doing(self.world.consignor) as work:
            self._store(work, register_container(work, command))

    def bring_in(self, pick: int, kg: int) -> None:
        """A ledger of two rows; every third is one that was brought in before."""
        if pick % 3:
            self.imported += 1
        rows = [self._row(2 * self.imported + at, kg + at) for at in range(2)]
        command = ImportLedger(
            self.world.consignor.organisation_id,
            self.world.site_id,
            "ledger.csv",
            "\n".join([HEADER, *rows]).encode(),
        )
        with self.world.doing(self.world.consignor) as work:
            import_ledger(work, command, read_ledger_file(work, command), self.files)
            codes = [row.split(",")[9] for row in rows]
            for drum in work.session.scalars(select(Container).where(Container.code.in_(codes))):
                self._store(work, drum)

    def _row(self, serial: int, kg: int) -> str:
        day = date(2026, 11, 2)
        return (
            f"{serial},HWCS{day:%Y%m%d}{serial:03},{day},废有机溶剂（清洗废液）,废有机溶剂与含有机溶剂废物,HW06,900-402-06,"
            f"{kg / KG},吨,{PRODUCER}90040206{day:%Y%m%d}{serial:03},200L铁桶,1,MF0001,钱例二,TS001"
        )

    def _store(self, work: Work, drum: Container) -> None:
        work.session.flush()
        put_away(work, drum.id, PutAway(self.world.zone_id))
        self._label(work, drum)

    def _label(self, work: Work, drum: Container) -> None:
        """With the weight it has now."""
        if drum.label_mass != drum.net:
            print_label(work, drum.code, PrintLabel(), keyring=KEYRING, public_url="https://example.com")

    def correct(self, pick: int, kg: int) -> None:
        with self.world.doing(self.world.consignor) as work:
            found = work.session.scalars(select(Posting.id).order_by(Posting.id.desc())).all()
            mass = Grams(kg * KG) if kg % 4 else None
            correct_posting(work, picked(found, pick), CorrectPosting("录入有误", mass))
            for drum in work.session.scalars(
                select(Container).where(Container.state == ContainerState.STORED)
            ):
                self._label(work, drum)

    def treat(self, pick: int, kg: int) -> None:
        """By whoever holds it."""
        with self.world.seeing(Actor.system()) as work:
            drum = picked(work.session.scalars(select(Container).order_by(Container.id)).all(), pick)
        with self.world.doing(self._holder(drum)) as work:
            treat_container(work, drum.id, TreatContainer("R2", "TS005", mass=Grams(kg * KG)))

    def _holder(self, drum: Container) -> Actor:
        is_home = drum.holder_id == self.world.consignor.organisation_id
        return self.world.consignor if is_home else self.world.consignee

    # --- on the road ---

    def send(self, pick: int, _kg: int) -> None:
        """Up to two of what stands in store."""
        with self.world.seeing(self.world.consignor) as work:
            found = work.session.scalars(
                select(Container).where(Container.state == ContainerState.STORED).order_by(Container.id)
            ).all()
        self.world.submitted([picked(found, pick), *found[pick % len(found) + 1 :][:1]])

    def go_on(self, pick: int, kg: int) -> None:
        """The next thing that happens to a consignment."""
        trip = self._trip(pick)
        do, world = self.world.do, self.world
        with world.seeing(Actor.system()) as work:
            drums = papers_for(work, trip.number).containers
        match trip.state:
            case S.SUBMITTED:
                trip = do(world.consignor, operations.start_loading, world.with_waybill(trip), StartLoading)
                for drum in drums:
                    trip = do(
                        world.carrier, operations.load_container, trip, LoadContainer, code=drum.short_code
                    )
                do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
            case S.LOADING:
                do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)
            case S.IN_TRANSIT:
                do(world.consignee, operations.arrive, trip, ArriveConsignment)
            case S.ARRIVED | S.DISCREPANCY:
                for place, drum in enumerate(drums):
                    trip = self._judge(trip, drum, kg + 4 * place)
                if trip.missing_count and trip.state is S.ARRIVED:
                    told = {"kind": DiscrepancyKind.QUANTITY, "note": "数量不符"}
                    trip = do(world.consignee, operations.report_discrepancy, trip, ReportDiscrepancy, **told)
                world.accept(trip)
            case S.ACCEPTED | S.PARTLY_ACCEPTED | S.REJECTED if back := self._refused(trip):
                values = {"code": back.code, "zone_id": world.zone_id}
                do(world.consignor, operations.return_container, trip, ReturnContainer, **values)
            case S.ACCEPTED | S.PARTLY_ACCEPTED:
                day = world.now.date()
                do(
                    world.consignee,
                    operations.confirm_consignment,
                    trip,
                    ConfirmConsignment,
                    confirmed_on=day,
                )
            case S.CONFIRMED:
                self._report(trip)
            case S.RESULT_REPORTED | S.RETURNED:
                do(world.consignor, close_consignment, trip, CloseConsignment)

    def _judge(self, trip: Consignment, drum: Container, kg: int) -> Consignment:
        """Weighed, or every fifth refused, or every seventh missing."""
        world = self.world
        if kg % 5 and kg % 7:
            mass = Grams((drum.net or 0) + kg - 60)
            return world.do(
                world.consignee, operations.weigh_container, trip, WeighContainer, code=drum.code, net=mass
            )
        verdict = Verdict.MISSING if kg % 5 else Verdict.REFUSED
        values = {"code": drum.code, "verdict": verdict, "note": "与联单不符"}
        return world.do(world.consignee, operations.judge_container, trip, JudgeContainer, **values)

    def _refused(self, trip: Consignment) -> Container | None:
        """A container that has to come back to its consignor."""
        with self.world.seeing(Actor.system()) as work:
            waiting = papers_for(work, trip.number).coming_back
            return waiting[0].container if waiting else None

    def _report(self, trip: Consignment) -> None:
        with self.world.seeing(Actor.system()) as work:
            [line] = papers_for(work, trip.number).lines
        day = self.world.now.date()
        self.world.do(
            self.world.consignee,
            operations.report_result,
            trip,
            ReportResult,
            line_number=1,
            method_code="R2",
            mass=line.received_mass,
            started_on=day,
            finished_on=day,
        )

    def turn_back(self, pick: int, _kg: int) -> None:
        """Called off by who sent it, or refused by who was to take it."""
        trip = self._trip(pick)
        if trip.state in (S.DRAFT, S.SUBMITTED, S.LOADING):
            self.world.do(
                self.world.consignor,
                operations.cancel_consignment,
                trip,
                CancelConsignment,
                reason="车辆故障",
            )
        else:
            self.world.do(
                self.world.consignee, operations.reject_consignment, trip, RejectConsignment, reason="不符"
            )

    def _trip(self, pick: int) -> Consignment:
        with self.world.seeing(Actor.system()) as work:
            return picked(work.session.scalars(select(Consignment).order_by(Consignment.id)).all(), pick)

    def ends(self) -> list[ConsignmentState]:
        """Where each consignment is now."""
        with self.world.seeing(Actor.system()) as work:
            return [trip.state for trip in work.session.scalars(select(Consignment).order_by(Consignment.id))]

    # --- the sum ---

    def _in_transit(self, work: Work, states: Sequence[ConsignmentState]) -> int:
        """What the ledger has on its way under consignments that have ended."""
        ended = select(Consignment.id).where(Consignment.state.in_(states))
        return int(
            work.session.scalar(select(func.sum(Balance.mass)).where(Balance.place_id.in_(ended))) or 0
        )

    def ensure_conserved(self) -> None:
        with self.world.seeing(Actor.system()) as work:

            def into(kinds: Any) -> int:
                came = work.session.scalar(select(func.sum(Posting.mass)).where(Posting.to_kind.in_(kinds)))
                left = work.session.scalar(select(func.sum(Posting.mass)).where(Posting.from_kind.in_(kinds)))
                return int(came or 0) - int(left or 0)

            held = int(work.session.scalar(select(func.sum(Balance.mass))) or 0)
            assert self._in_transit(work, [S.ACCEPTED, S.RETURNED, S.CLOSED, S.CANCELLED]) == 0
            drums = work.session.scalars(select(Container)).all()
            assert -into([PlaceKind.GENERATION]) == held + into(ENDS)
            assert into(REAL_PLACES) == held == sum(drum.net or 0 for drum in drums if drum.state not in GONE)
            assert (work.session.scalar(select(func.min(Balance.mass))) or 0) >= 0
            assert len({drum.code for drum in drums}) == len(drums)
            assert verifying.verify(work) == []
            assert trace_verifying.verify(work).misfit is None
            assert [one for one in map(str, rebuilding.differences(work)) if one.split(" ")[0] in MADE] == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_acts_lead_to_every_end(database, tmp_path: Path):
    """What the property below is made of is really done, and not only refused."""
    road = Road(build(database), FileStore(tmp_path))
    home = [("register", 0, 100), ("import", 1, 80), ("correct", 0, 75)]
    over = [("send", 0, 1), *[("go_on", 0, 62)] * 4]
    back = [("send", 0, 1), *[("go_on", 1, 61)] * 3, ("turn_back", 1, 1)]
    off = [("register", 0, 50), ("send", 0, 1), ("turn_back", 2, 1)]
    in_part = [
        *[("register", 0, 40)] * 3, ("send", 0, 1), *[("go_on", 3, 61)] * 3, *[("go_on", 3, 66)] * 5,
    ]  # fmt: skip
    for name, pick, kg in [*home, *over, ("treat", 0, 20), *back, *off, *in_part]:
        road.act(name, pick, kg)

    road.ensure_conserved()
    assert road.done == set(ACTS)
    assert road.ends() == [S.ACCEPTED, S.REJECTED, S.CANCELLED, S.CLOSED]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(step, min_size=8, max_size=14))
def test_no_import_correction_or_consignment_makes_or_loses_mass(database, connection, tmp_path: Path, steps):
    before = connection.begin_nested()  # each example starts from nothing
    try:
        road = Road(build(database), FileStore(tmp_path))
        for name, pick, kg in [("register", 0, 100), ("import", 1, 80), ("send", 0, 0), *steps]:
            road.act(name, pick, kg)
        road.ensure_conserved()
    finally:
        before.rollback()
