"""Whatever is done in whatever order, no gram appears or disappears, and no place holds less than nothing."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.foundation.core.errors import DomainError
from app.foundation.core.units import Grams
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_verifying
from app.waste.registry import verifying
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.models import REAL_PLACES, Balance, PlaceKind, Posting
from app.waste.storage.ageing import since_of
from app.waste.storage.commands import (
    MergeContainers,
    NewPackage,
    Part,
    PutAway,
    RepackContainer,
    ReportDamage,
    SplitContainer,
    TreatContainer,
    VoidContainer,
    WeighContainer,
)
from app.waste.storage.counting.closing import close_count
from app.waste.storage.counting.commands import CloseCount, CountContainer, StartCount
from app.waste.storage.counting.operations import count_container, start_count
from app.waste.storage.counting.queries import count_rows
from app.waste.storage.models import IN_PLACE, Container, ContainerState
from app.waste.storage.operations.containers import void_container, weigh_container
from app.waste.storage.operations.corrections import correct_posting
from app.waste.storage.operations.filling import report_damage
from app.waste.storage.operations.placing import put_away
from app.waste.storage.operations.repacking import merge_containers, repack_container, split_container
from app.waste.storage.operations.treating import treat_container
from tests.factories.plant import KG, Plant, a_plant

DRUM = NewPackage("桶", 200_000)
SINKS = (PlaceKind.UTILISED, PlaceKind.DISPOSED, PlaceKind.LOSS, PlaceKind.REGROUPED)

number = st.integers(0, 9)
kilograms = st.integers(1, 120)
step = st.one_of(
    st.tuples(st.just("register"), number, kilograms),
    st.tuples(st.just("label"), number, kilograms),
    st.tuples(
        st.sampled_from(
            ["weigh", "put", "split", "repack", "treat", "damage", "void", "count", "correct", "merge"]
        ),
        number,
        kilograms,
    ),
)


class Yard:
    """A plant whose containers are acted on by number."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.facility = plant.facility()
        self.zones = [plant.zone(self.facility, code=code) for code in ("A1", "A2")]
        self.stream = plant.stream()
        self.sinces: dict[Any, Any] = {}

    def containers(self) -> list[Container]:
        with self.plant.database.reading(self.plant.producer) as work:
            return list(work.session.scalars(select(Container).order_by(Container.id)))

    def act(self, name: str, pick: int, kg: int) -> None:
        """Do it if it can be done; what is refused changes nothing."""
        self.plant.now += timedelta(minutes=5)
        if name in ("register", "label"):
            self.plant.drum(self.stream, kg if name == "register" else None)
            return
        found = self.containers()
        if not found:
            return
        acts: dict[str, Callable[[Any, Container], Any]] = {
            "weigh": lambda work, one: weigh_container(work, one.id, WeighContainer(net=Grams(kg * KG))),
            "put": lambda work, one: put_away(work, one.id, PutAway(self.zones[kg % 2].id)),
            "split": lambda work, one: split_container(
                work, one.id, SplitContainer((Part(Grams(kg * KG), DRUM), Part(Grams(KG), DRUM)))
            ),
            "repack": lambda work, one: repack_container(work, one.id, RepackContainer(DRUM)),
            "treat": lambda work, one: treat_container(
                work, one.id, TreatContainer("R2" if kg % 2 else "D10", "TS005", mass=Grams(kg * KG))
            ),
            "damage": lambda work, one: report_damage(work, one.id, ReportDamage("渗漏")),
            "void": lambda work, one: void_container(work, one.id, VoidContainer("误登记")),
            "count": lambda work, one: self._count(work, one, kg),
            "correct": lambda work, one: self._correct(work, one, kg),
            "merge": lambda work, one: merge_containers(
                work, MergeContainers((one.code, found[kg % len(found)].code), DRUM)
            ),
        }
        with contextlib.suppress(DomainError), self.plant.working() as work:
            acts[name](work, found[pick % len(found)])

    def _count(self, work: Any, one: Container, kg: int) -> None:
        count = start_count(work, StartCount(self.facility.id))
        rows = count_rows(work, count.id)
        for row in rows:
            command = CountContainer(row.container.code)
            if row.container.id == one.id:
                what: list[dict[str, Any]] = [
                    {"is_missing": True},
                    {"mass": Grams(kg * KG)},
                    {"zone_id": self.zones[0].id},
                ]
                command = CountContainer(row.container.code, **what[kg % 3])
            count_container(work, count.id, command)
        why = {row.container.code: "盘点" for row in rows}
        close_count(work, count.id, CloseCount(why))

    def _correct(self, work: Any, one: Container, kg: int) -> None:
        posting = work.session.scalars(
            select(Posting).where(Posting.container_id == one.id).order_by(Posting.id.desc()).limit(1)
        ).first()
        if posting is not None:
            correct_posting(
                work,
                posting.id,
                CorrectPosting(reason="录入有误", new_mass=Grams(kg * KG) if kg % 2 else None),
            )

    def ensure_conserved(self) -> None:
        with self.plant.database.reading(self.plant.producer) as work:

            def into(kinds: Any) -> int:
                came = work.session.scalar(select(func.sum(Posting.mass)).where(Posting.to_kind.in_(kinds)))
                left = work.session.scalar(select(func.sum(Posting.mass)).where(Posting.from_kind.in_(kinds)))
                return int(came or 0) - int(left or 0)

            held = work.session.scalar(select(func.sum(Balance.mass)))
            least = work.session.scalar(select(func.min(Balance.mass)))
            generated = -into([PlaceKind.GENERATION])
            standing = [
                one
                for one in work.session.scalars(select(Container))
                if one.state in {*IN_PLACE, ContainerState.WEIGHED}
            ]
            assert generated == int(held or 0) + into(SINKS)
            assert into([PlaceKind.REGROUPED]) == 0
            assert into(REAL_PLACES) == int(held or 0) == sum(one.net or 0 for one in standing)
            assert least is None or least >= 0
            for one in standing:
                if one.parent_id is not None:
                    parent = work.session.get_one(Container, one.parent_id)
                    assert since_of(one) <= since_of(parent)
            codes = [one.code for one in work.session.scalars(select(Container))]
            assert len(codes) == len(set(codes))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(step, min_size=6, max_size=14))
def test_no_sequence_of_acts_makes_or_loses_mass(database, connection, steps):
    before = connection.begin_nested()  # each example starts from nothing
    try:
        yard = Yard(a_plant(database))
        for name, pick, kg in [("register", 0, 100), ("put", 0, 2), *steps]:
            yard.act(name, pick, kg)
        with database.reading(yard.plant.producer) as work:
            assert verifying.verify(work) == []
            assert trace_verifying.verify(work).misfit is None
            assert rebuilding.differences(work) == []
        yard.ensure_conserved()
    finally:
        before.rollback()
