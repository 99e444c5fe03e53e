"""Who may do what in which state, as a truth table, and where states may lead."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.errors import Conflict, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import PARK_ROLES, Role, permissions_of
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations.receipt import receipt_moves
from app.waste.consignments.policy import acts_open_to, due_act, ensure_may, next_act
from app.waste.consignments.workflow import MOVES, TRANSITIONS, ConsignmentAct, ConsignmentState, Party
from app.waste.registry.models import PlaceKind, WasteKind

A, S = ConsignmentAct, ConsignmentState
CONSIGNOR, CARRIER, NEXT_CARRIER, CONSIGNEE, STRANGER, PARK, OTHER_PARK = (new_id() for _ in range(7))

FIRMS = {
    "producer of this consignment": (Role.PRODUCER, CONSIGNOR),
    "recycler who takes it": (Role.RECYCLER, CONSIGNEE),
    "driver who moves it": (Role.DRIVER, CARRIER),
    "driver of the next leg": (Role.DRIVER, NEXT_CARRIER),
    "another producer": (Role.PRODUCER, STRANGER),
    "another recycler": (Role.RECYCLER, STRANGER),
    "a driver at the producer's": (Role.DRIVER, CONSIGNOR),
    "park operator": (Role.PARK_OPERATOR, None),
    "inspector": (Role.INSPECTOR, None),
    "operator of another park": (Role.PARK_OPERATOR, None),
}
HOLDS = {
    Party.CONSIGNOR: "producer of this consignment",
    Party.CARRIER: "driver who moves it",
    Party.NEXT_CARRIER: "driver of the next leg",
    Party.CONSIGNEE: "recycler who takes it",
    Party.PARK: "park operator",
}
"""The one person among FIRMS who may act for a party."""


def a_consignment(state: ConsignmentState = S.DRAFT, **changes) -> Consignment:
    values = {
        "number": "M-2611-0001",
        "kind": WasteKind.HAZARDOUS,
        "consignor_id": CONSIGNOR,
        "carrier_id": CARRIER,
        "next_carrier_id": NEXT_CARRIER,
        "consignee_id": CONSIGNEE,
        "park_id": PARK,
        "container_count": 2,
        "loaded_count": 0,
        "weighed_count": 0,
        "refused_count": 0,
        "missing_count": 0,
        "consignor_signed_at": None,
    }
    return Consignment(state=state, **values | changes)


def a_transfer(state: ConsignmentState = S.DRAFT, **changes) -> Consignment:
    """Of general waste: by mass, without containers."""
    return a_consignment(
        state, **{"kind": WasteKind.GENERAL, "container_count": 0, "next_carrier_id": None} | changes
    )


def somebody(name: str) -> Actor:
    role, firm = FIRMS[name]
    return Actor(
        user_id=new_id(),
        organisation_id=firm,
        park_id=OTHER_PARK if "another park" in name else PARK,
        permissions=permissions_of(role),
        via="web",
        is_park_staff=role in PARK_ROLES,
    )


@pytest.mark.parametrize("kind", WasteKind)
@pytest.mark.parametrize("act", ConsignmentAct)
def test_every_state_act_and_role_outside_the_table_is_refused(act, kind):
    lines = [line for line in TRANSITIONS if line.act is act]
    for state in ConsignmentState:
        for name in FIRMS:
            consignment, actor = a_consignment(state, kind=kind), somebody(name)
            by_them = [line for line in lines if name in {HOLDS[party] for party in line.by}]
            allowed = any(state in line.sources and kind in line.kinds for line in by_them)

            if allowed:
                ensure_may(actor, consignment, act)
            else:
                with pytest.raises(Conflict if by_them else NotPermitted):
                    ensure_may(actor, consignment, act)
            assert (act in acts_open_to(actor, consignment)) == allowed, (state, name)


@pytest.mark.parametrize("name", FIRMS)
def test_a_narrow_token_may_do_nothing_more(name):
    role, firm = FIRMS[name]
    actor = Actor(
        user_id=new_id(), organisation_id=firm, permissions=permissions_of(role, ("read",)), via="api"
    )

    assert all(acts_open_to(actor, a_consignment(state)) == frozenset() for state in ConsignmentState)


NEXT = [
    (a_consignment(S.DRAFT), A.SUBMIT, "producer of this consignment"),
    (a_consignment(S.SUBMITTED), A.START_LOADING, "producer of this consignment"),
    (a_consignment(S.LOADING, loaded_count=1), A.LOAD_CONTAINER, "driver who moves it"),
    (a_consignment(S.LOADING, loaded_count=2), A.SIGN_AS_CONSIGNOR, "producer of this consignment"),
    (
        a_consignment(S.LOADING, loaded_count=2, consignor_signed_at=datetime(2026, 11, 20, tzinfo=UTC)),
        A.SIGN_AS_CARRIER,
        "driver who moves it",
    ),
    (a_consignment(S.REFUSED_BY_CARRIER), A.REOPEN, "producer of this consignment"),
    (a_consignment(S.IN_TRANSIT), A.TAKE_OVER, "driver of the next leg"),
    (a_consignment(S.IN_TRANSIT, next_carrier_id=None), A.ARRIVE, "recycler who takes it"),
    (a_consignment(S.TEMPORARILY_STORED), A.TAKE_OVER, "driver of the next leg"),
    (a_consignment(S.TEMPORARILY_STORED, next_carrier_id=None), A.RESUME, "driver who moves it"),
    (a_consignment(S.DIVERTED), A.RESUME, "driver who moves it"),
    (a_consignment(S.INCIDENT), A.SETTLE_INCIDENT, "producer of this consignment"),
    (a_consignment(S.ARRIVED, weighed_count=1), A.WEIGH_CONTAINER, "recycler who takes it"),
    (a_consignment(S.ARRIVED, weighed_count=2), A.ACCEPT, "recycler who takes it"),
    (a_consignment(S.DISCREPANCY, weighed_count=1, refused_count=1), A.ACCEPT, "recycler who takes it"),
    (a_consignment(S.REJECTED), A.RETURN_CONTAINERS, "producer of this consignment"),
    (a_consignment(S.ACCEPTED), A.CONFIRM, "recycler who takes it"),
    (a_consignment(S.PARTLY_ACCEPTED), A.CONFIRM, "recycler who takes it"),
    (a_consignment(S.CONFIRMED), A.REPORT_RESULT, "recycler who takes it"),
    (a_consignment(S.RESULT_REPORTED), A.CLOSE, "producer of this consignment"),
    (a_consignment(S.RETURNED), A.CLOSE, "producer of this consignment"),
    (a_consignment(S.CLOSED_INCIDENT), A.CLOSE, "producer of this consignment"),
    (a_transfer(S.DRAFT), A.SUBMIT, "producer of this consignment"),
    (a_transfer(S.SUBMITTED), A.WEIGH_LOAD, "producer of this consignment"),
    (a_transfer(S.LOADING), A.SIGN_AS_CONSIGNOR, "producer of this consignment"),
    (
        a_transfer(S.LOADING, consignor_signed_at=datetime(2026, 11, 20, tzinfo=UTC)),
        A.SIGN_AS_CARRIER,
        "driver who moves it",
    ),
    (a_transfer(S.REFUSED_BY_CARRIER), A.REOPEN, "producer of this consignment"),
    (a_transfer(S.IN_TRANSIT), A.ARRIVE, "recycler who takes it"),
    (a_transfer(S.INCIDENT), A.RESUME, "driver who moves it"),
    (a_transfer(S.ARRIVED), A.ACCEPT_LOAD, "recycler who takes it"),
    (a_transfer(S.ACCEPTED), A.CLOSE, "producer of this consignment"),
    (a_transfer(S.REJECTED), A.TAKE_BACK, "producer of this consignment"),
    (a_transfer(S.RETURNED), A.CLOSE, "producer of this consignment"),
]


@pytest.mark.parametrize(("consignment", "act", "name"), NEXT)
def test_the_next_step_is_its_owners(consignment, act, name):
    assert due_act(consignment) is act
    assert next_act(somebody(name), consignment) is act
    assert next_act(somebody("operator of another park"), consignment) is None


@pytest.mark.parametrize("kind", WasteKind)
@pytest.mark.parametrize("state", [S.CLOSED, S.CANCELLED])
def test_at_the_end_nothing_is_due(state, kind):
    assert due_act(a_consignment(state, kind=kind)) is None


@given(wished=st.lists(st.sampled_from(ConsignmentState), max_size=30), kind=st.sampled_from(WasteKind))
def test_no_sequence_of_moves_leaves_the_state_table(wished, kind):
    consignment, moves = a_consignment(kind=kind), MOVES[kind]

    for state in wished:
        before = consignment.state
        try:
            consignment.move_to(state)
        except Conflict:
            assert state not in moves.get(before, ())
            assert consignment.state is before
        else:
            assert state in moves[before]


NEVER_OF_GENERAL_WASTE = {
    S.TEMPORARILY_STORED,
    S.CLOSED_INCIDENT,
    S.DIVERTED,
    S.DISCREPANCY,
    S.PARTLY_ACCEPTED,
    S.CONFIRMED,
    S.RESULT_REPORTED,
}


@pytest.mark.parametrize(
    ("kind", "never"), [(WasteKind.HAZARDOUS, set()), (WasteKind.GENERAL, NEVER_OF_GENERAL_WASTE)]
)
def test_every_state_can_be_reached_and_every_way_ends(kind, never):
    reached, waiting = {S.DRAFT}, [S.DRAFT]
    while waiting:
        for state in MOVES[kind].get(waiting.pop(), ()):
            if state not in reached:
                reached.add(state)
                waiting.append(state)

    assert reached == set(ConsignmentState) - never
    assert {state for state in reached if state not in MOVES[kind]} == {S.CLOSED, S.CANCELLED}


MASSES = st.integers(1, 60_000_000)


@given(sent=MASSES, received=MASSES)
def test_a_receipt_empties_transit_whatever_the_scales_say(sent, received):
    consignment = SimpleNamespace(id=new_id(), consignee_site_id=new_id())
    item = SimpleNamespace(
        is_taken=True,
        consigned=SimpleNamespace(sent_mass=Grams(sent), received_mass=Grams(received)),
        container=SimpleNamespace(id=new_id()),
        line=SimpleNamespace(stream_id=new_id()),
    )
    work = SimpleNamespace(today=datetime(2026, 11, 20, tzinfo=UTC).date())

    moves = list(receipt_moves(work, SimpleNamespace(consignment=consignment), item))

    change = dict.fromkeys(PlaceKind, 0)
    for move in moves:
        assert move.mass > 0
        change[move.source.kind] -= move.mass
        change[move.target.kind] += move.mass
    assert change[PlaceKind.CONSIGNMENT] == -sent
    assert change[PlaceKind.UNPLACED] == received
    assert change[PlaceKind.WEIGHING_DIFFERENCE] == sent - received
