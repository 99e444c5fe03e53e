"""No sequence of acts, legal or not, by whomever: leaves the table, loses mass, leaves a trace without a change or a
change without a trace. Who does what next is drawn; some of it is what is due, some allowed, and some just anything.

`PARKLOOP_SEQUENCES` sets how many sequences are told on SQLite.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.entry.consignment_acts import ACT_FORMS, ActForm
from app.foundation.core.errors import DomainError
from app.foundation.core.units import kg_text
from app.foundation.core.work import Actor
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.rebuilding import differences
from app.foundation.trace.verifying import verify as verify_trace
from app.waste.consignments import operations
from app.waste.consignments.commands import RejectConsignment, ReturnContainer
from app.waste.consignments.commands.road import CloseConsignment
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations.closing import close_consignment
from app.waste.consignments.policy import acts_open_to, due_act, unjudged_count
from app.waste.consignments.workflow import GATES, RIGHTS, ConsignmentAct, ConsignmentState
from app.waste.registry.models import REAL_PLACES, Balance, PlaceKind, Posting, WasteKind
from app.waste.registry.verifying import verify as verify_balances
from app.waste.storage.models import Container
from tests.integration.waste.consignments.general_world import GeneralWorld, build_general
from tests.integration.waste.consignments.road_world import Road, on_the_road
from tests.integration.waste.consignments.world import DRUM, TODAY, waybill_json

A, S = ConsignmentAct, ConsignmentState
FORMS = {form.act: form for form in ACT_FORMS}
PEOPLE = ("consignor", "carrier", "consignee", "next_carrier", "other_consignee", "park")
EMPTY = frozenset({S.CLOSED, S.CANCELLED, S.RETURNED, S.CLOSED_INCIDENT})
"""States in which nothing of the consignment is on the road any more."""
STEPS = st.tuples(
    st.sampled_from(("due", "due", "due", "due", "open", "any")),
    st.integers(0, 999),
    st.integers(0, 7),
    st.booleans(),
)
"""How the next act is chosen, by which number, in which variant, and, rarely, on an old version."""


@dataclass(frozen=True)
class Seen:
    """What an act may change and what it must not."""

    state: ConsignmentState
    version: int
    events: int
    own_events: int
    postings: int
    held: int
    in_transit: int


@dataclass
class Story:
    """One consignment, and what was done with it."""

    road: Road
    drums: list[Container]
    """None of general waste."""
    trip: Consignment
    stream_id: UUID

    def step(self, how: str, number: int, variant: int, is_stale: bool) -> ConsignmentState:
        """Do one thing, and hold it against the table and the books; gives the state that it led to."""
        before = self.seen()
        who, form = self._chosen(how, number)
        if how == "due":
            variant = self._next_drum()
        actor = self.road.actor(who)
        version = max(1, before.version - (is_stale and variant == 7))
        told = _told(self, form, variant) | {"seen_version": version}
        try:
            with self.road.world.doing(actor) as work:
                form.operation(work, self.trip.id, form.schema().load(told))
        except DomainError:
            assert self.seen() == before, (who, form.act, "refused, and yet something changed")
            return before.state
        after = self.seen()
        assert _allows(self.trip.kind, form.act, before.state, after.state), (form.act, before, after)
        assert any(actor.may(RIGHTS[party]) for party in GATES[form.act].by), (who, form.act)
        assert version == before.version < after.version, (form.act, "on an old version")
        assert after.own_events - before.own_events == 1, (form.act, "not one event")
        assert after.events - before.events == 1, (form.act, "events of something else")
        assert after.held == before.held == 0, (form.act, "mass made or lost")
        assert after.state not in EMPTY or not after.in_transit, (form.act, "left on the road")
        return after.state

    def seen(self) -> Seen:
        """All of it in one statement."""
        events = select(func.count()).select_from(TraceEvent)
        columns = (
            Consignment.state,
            Consignment.version,
            events.scalar_subquery(),
            events.where(TraceEvent.subject_id == self.trip.id).scalar_subquery(),
            select(func.count()).select_from(Posting).scalar_subquery(),
            *_held(self.stream_id),
            _mass_in(Balance.place_id == self.trip.id, Balance.place_kind == PlaceKind.CONSIGNMENT),
        )
        with self.road.world.seeing(Actor.system()) as work:
            row = work.session.execute(select(*columns).where(Consignment.id == self.trip.id)).one()
        *rest, kept, gone, come, in_transit = row
        return Seen(*rest, kept + gone - come, in_transit)

    def _next_drum(self) -> int:
        """The drum whose turn it is, so that a load gets ahead."""
        with self.road.world.seeing(Actor.system()) as work:
            trip = work.session.get_one(Consignment, self.trip.id)
        if trip.arrived_at is None:
            return trip.loaded_count
        return trip.returned_count if trip.state is S.REJECTED else len(self.drums) - unjudged_count(trip)

    def _chosen(self, how: str, number: int) -> tuple[str, ActForm]:
        with self.road.world.seeing(Actor.system()) as work:
            trip = work.session.get_one(Consignment, self.trip.id)
        people = {who: self.road.actor(who) for who in PEOPLE}
        acts = {who: sorted(acts_open_to(actor, trip) & FORMS.keys()) for who, actor in people.items()}
        chosen = [(who, act) for who in PEOPLE for act in acts[who]]
        if how == "due":
            due = (
                A.RECORD_WAYBILL
                if due_act(trip) is A.SIGN_AS_CARRIER and not trip.waybill_number
                else due_act(trip)
            )
            chosen = [(who, act) for who, act in chosen if act is due] or chosen
        if how == "any" or not chosen:
            chosen = [(who, act) for act in FORMS for who in PEOPLE]
        who, act = chosen[number % len(chosen)]
        return who, FORMS[act]


def _allows(kind: WasteKind, act: ConsignmentAct, before: ConsignmentState, after: ConsignmentState) -> bool:
    lines = [line for line in GATES[act].lines if before in line.sources and kind in line.kinds]
    return any(after in line.targets if line.targets else after is before for line in lines)


def _held(stream: UUID) -> tuple[Any, Any, Any]:
    """Grams of the stream in real places, gone into sinks, and come into being."""
    gone, come = (
        select(func.coalesce(func.sum(Posting.mass), 0))
        .where(Posting.stream_id == stream, end.not_in(REAL_PLACES))
        .scalar_subquery()
        for end in (Posting.to_kind, Posting.from_kind)
    )
    return _mass_in(Balance.stream_id == stream, Balance.place_kind.in_(REAL_PLACES)), gone, come


def _mass_in(*which: Any) -> Any:
    return select(func.coalesce(func.sum(Balance.mass), 0)).where(*which).scalar_subquery()


def _told(story: Story, form: ActForm, variant: int) -> dict[str, Any]:
    """What somebody writes, who means it; some variants are wrong."""
    w, road = story.road.world, story.road
    drum = story.drums[variant % len(story.drums)].code if story.drums else "none"
    code = "91330100MA2DEMK01D9004020620261118999" if variant == 6 else drum
    usual: dict[ConsignmentAct, Callable[[], dict[str, Any]]] = {
        A.RECORD_NATIONAL_NUMBER: lambda: {"national_number": f"2026990100{w.serial:03}{variant}"},
        A.RECORD_WAYBILL: lambda: (
            waybill_json(2 if variant == 6 else 1) | {"waybill_number": f"YD-{story.trip.number}"}
        ),
        A.RECORD_PAPER: lambda: {"paper_number": f"纸 {variant}", "reason": "国家系统停机"},
        A.BACKFILL: lambda: {"national_number": f"2026990100{w.serial:03}{variant}"},
        A.LOAD_CONTAINER: lambda: {"code": code},
        A.WEIGH_LOAD: lambda: {"masses": {str(1 + (variant == 6)): str(4_000 + 1_000 * variant)}},
        A.ACCEPT_LOAD: lambda: {
            "masses": {"1": str(4_000 + 700 * variant)},
            "note": "沿途漏失" if variant % 2 else "",
        },
        A.REFUSE_TO_CARRY: lambda: {"reason": "标签不符"},
        A.TAKE_OVER: lambda: {"verified": ["consignor", "carrier", "waste"]},
        A.STORE_ON_THE_WAY: lambda: {
            "site_id": str(road.other_site_id),
            "reason": "夜间禁行",
            "until_on": str(TODAY),
        },
        A.REPORT_INCIDENT: lambda: {"kind": "leak", "place": "K31", "description": "已围堵"},
        A.SETTLE_INCIDENT: lambda: {"lost": {drum: kg_text(DRUM // 2)} if variant % 2 else {}},
        A.DIVERT: lambda: {
            "consignee_id": str(road.other_consignee.organisation_id),
            "consignee_site_id": str(road.other_site_id),
            "due_on": str(TODAY),
            "reason": "停产",
        },
        A.ARRIVE: lambda: {"gate_gross_kg": "9000"},
        A.WEIGH_CONTAINER: lambda: {"code": code, "net_kg": kg_text(DRUM - 200 * variant)},
        A.JUDGE_CONTAINER: lambda: {
            "code": code,
            "verdict": ("refused", "missing", "open")[variant % 3],
            "note": "破损",
        },
        A.RECORD_TARE: lambda: {"gate_tare_kg": "8000"},
        A.REPORT_DISCREPANCY: lambda: {"kind": "quantity", "note": "数量不符"},
        A.INFORM_AUTHORITY: lambda: {"authority": "属地生态环境局", "informed_on": str(TODAY)},
        A.ACCEPT: lambda: {"checks": ["kind", "mass", "packaging", "label"]},
        A.REJECT: lambda: {"reason": "不符"},
        A.RETURN_CONTAINERS: lambda: {"code": code, "zone_id": str(w.zone_id)},
        A.CONFIRM: lambda: {"confirmed_on": str(TODAY)},
        A.REPORT_RESULT: lambda: {
            "line_number": 1,
            "method_code": "R2",
            "mass_kg": kg_text(DRUM * max(1, len(story.drums)) // (1 + variant % 2)),
            "started_on": str(TODAY),
            "finished_on": str(TODAY),
        },
        A.CANCEL: lambda: {"reason": "改期"},
    }
    return usual.get(form.act, dict)()


def _drums(road: Road, count: int, is_long: bool) -> Story:
    """Drums of hazardous waste, perhaps with a second carrier."""
    drums = road.world.drums(count)
    trip = road.world.draft(drums, legs=(road.leg,) if is_long else ())
    return Story(road, drums, trip, road.world.stream_id)


def _bulk(road: Road, general: GeneralWorld, count: int) -> Story:
    """General waste out of as many batches of 5 t."""
    for _ in range(count):
        general.batch(5)
    return Story(road, [], general.draft(4), general.stream.id)


LOADS = ("drums", "relayed", "bulk")
EXAMPLES = {"sqlite": int(os.environ.get("PARKLOOP_SEQUENCES", "18")), "postgresql": 2}


def test_nothing_leaves_the_table_or_the_books(world, engine_name):
    road, general = on_the_road(world), build_general(world)
    seen = set()

    @settings(
        max_examples=EXAMPLES[engine_name],
        derandomize=True,
        phases=(Phase.generate,),
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.integers(1, 4), st.sampled_from(LOADS), st.lists(STEPS, min_size=18, max_size=30))
    def stories(count, load, steps):
        story = _bulk(road, general, count) if load == "bulk" else _drums(road, count, load == "relayed")
        for how, number, variant, is_stale in steps:
            seen.add((load, story.step(how, number, variant, is_stale)))

    stories()

    with world.seeing(Actor.system()) as work:
        assert verify_balances(work) == []
        assert [one for one in differences(work) if one.kind.startswith("consign")] == []
        assert verify_trace(work).misfit is None
    assert len(seen) > 10 or engine_name == "postgresql", seen


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_load_that_came_back_whole_can_be_closed(world):
    drums = world.drums(2)
    trip = world.do(
        world.consignee, operations.reject_consignment, world.arrived(drums), RejectConsignment, reason="不符"
    )
    for drum in drums:
        trip = world.do(
            world.consignor,
            operations.return_container,
            trip,
            ReturnContainer,
            code=drum.code,
            zone_id=world.zone_id,
        )

    closed = world.do(world.consignor, close_consignment, trip, CloseConsignment)

    assert closed.state is S.CLOSED
