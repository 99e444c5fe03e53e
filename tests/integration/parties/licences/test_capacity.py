"""Entries of a licence's capacity: by code, never oversold, given back once, never changed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from app.foundation.core.errors import NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.parties.licences import operations
from app.parties.licences.capacity import capacity_of, licence_in_full
from app.parties.licences.commands import LicensedWaste
from app.parties.licences.models import CapacityEntry, CapacitySource
from tests.integration.waste.consignments.world import TODAY, World, build

T = 1_000_000
LINES = (
    LicensedWaste("HW06", "900-402-06", Grams(100 * T), "R2"),
    LicensedWaste("HW06", yearly_scale=Grams(50 * T)),
    LicensedWaste("HW08"),
)
CODE, OTHER, OIL = "900-402-06", "900-404-06", "900-249-08"


@pytest.fixture
def world(database) -> World:
    return build(database, has_plan=False, lines=LINES, yearly_scale=Grams(180 * T))


def reserve(world, code, tonnes, *, source=None, **more):
    with world.database.writing(world.consignee, now=world.now) as work:
        return operations.reserve_capacity(
            work,
            world.licence_id,
            {code: Grams(tonnes * T)},
            source_kind=CapacitySource.CONSIGNMENT,
            source_id=source or new_id(),
            event_id=new_id(),
            **more,
        )


def capacity(world, year=TODAY.year):
    with world.seeing(world.operator) as work:
        return capacity_of(work, [world.licence_id], year)[world.licence_id]


def test_a_code_draws_on_its_own_line_and_lines_lend_nothing_to_each_other(world):
    reserve(world, CODE, 60)
    after = reserve(world, OTHER, 50)

    seen = capacity(world)
    assert (after.lines, after.left) == (seen.lines, seen.left)
    assert [(line.code, line.reserved // T) for line in seen.lines] == [
        ("HW06", 50),
        ("900-402-06", 60),
        ("HW08", 0),
    ]
    assert (seen.reserved, seen.left) == (110 * T, 70 * T)
    assert [seen.room_for(code) // T for code in (CODE, OTHER, OIL, "900-041-49")] == [40, 0, 70, 0]
    for code, tonnes in ((CODE, 41), (OTHER, 1), (OIL, 71)):
        with pytest.raises(RuleViolated) as refused:
            reserve(world, code, tonnes)
        assert {one.rule_id for one in refused.value.findings} == {"HWLM-10-scale"}
    assert capacity(world).lines == seen.lines


def test_who_lets_another_check_decide_may_reserve_beyond_the_scale(world):
    over = reserve(world, OTHER, 51, may_exceed=True)

    assert over.line_of(OTHER).left == -T


def test_what_is_given_back_is_given_back_once_and_what_is_used_stays(world):
    source = new_id()
    reserve(world, CODE, 30, source=source)
    reserve(world, CODE, 20, source=source)
    reserve(world, CODE, 5)
    for _ in range(2):
        with world.doing(world.consignee) as work:
            operations.release_capacity(work, source, event_id=new_id())
    assert capacity(world).reserved == 5 * T

    reserve(world, CODE, 40, source=source)
    with world.doing(world.consignee) as work:
        masses = {CODE: Grams(39 * T)}
        operations.use_licence(work, world.licence_id, masses, consignment_id=source, event_id=new_id())
        operations.release_capacity(work, source, event_id=new_id())

    seen = capacity(world)
    assert (seen.used, seen.reserved) == (39 * T, 5 * T)
    assert seen.line_of(CODE).used == 39 * T
    assert capacity(world, TODAY.year + 1).left == 180 * T


def test_it_takes_a_fixed_number_of_statements(world, count_statements):
    source = new_id()
    masses = {CODE: Grams(T), OTHER: Grams(T), OIL: Grams(T)}
    with world.doing(world.consignee) as work:
        with count_statements() as reserving:
            operations.reserve_capacity(
                work, world.licence_id, masses,
                source_kind=CapacitySource.TRADE, source_id=source, event_id=new_id(),
            )  # fmt: skip
        with count_statements() as releasing:
            operations.release_capacity(work, source, event_id=new_id())
        with count_statements() as using:
            operations.use_licence(work, world.licence_id, masses, consignment_id=source, event_id=new_id())
    with world.seeing(world.consignor) as work, count_statements() as reading:
        full = licence_in_full(work, world.consignee.organisation_id, TODAY)

    assert full and full.modes == {"collection", "storage", "utilisation"}
    assert full.used == 3 * T
    assert [len(sent) for sent in (reserving, releasing, using, reading)] == [3, 1, 1, 1]


def test_entries_are_only_ever_added_and_never_of_nothing(world):
    reserve(world, CODE, 1)
    with pytest.raises(ValueError):
        reserve(world, CODE, 0)
    with pytest.raises(NotFound), world.doing(world.consignee) as work:
        operations.reserve_capacity(
            work, new_id(), {CODE: Grams(1)},
            source_kind=CapacitySource.BID, source_id=new_id(), event_id=new_id(),
        )  # fmt: skip
    with pytest.raises(DBAPIError), world.doing(world.consignee) as work:
        work.session.execute(delete(CapacityEntry))


def test_of_twenty_reservations_at_once_none_is_sold_twice(throwaway_database):
    world = build(throwaway_database, has_plan=False, lines=LINES, yearly_scale=Grams(180 * T))
    together = Barrier(20)

    def act(_):
        together.wait()
        try:
            reserve(world, CODE, 9)
        except RuleViolated:
            return "refused"
        return "reserved"

    with ThreadPoolExecutor(20) as threads:
        ended = Counter(threads.map(act, range(20)))

    assert ended == {"reserved": 11, "refused": 9}
    with world.seeing(world.operator) as work:
        assert work.session.scalar(select(func.sum(CapacityEntry.mass))) == 99 * T
