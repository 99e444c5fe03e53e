"""The life of a container after its registration: filling, sealing, damage, and mass from package to package."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.foundation.catalogue.codes import parse_container_code
from app.foundation.core.errors import Conflict, InvalidInput, NotPermitted
from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_verifying
from app.foundation.trace.queries import timeline_of
from app.parties.accounts.permissions import Role
from app.waste.registry import verifying
from app.waste.registry.models import Balance, LedgerRecord, LedgerTable, PlaceKind, Posting
from app.waste.storage.commands import (
    MergeContainers,
    NewPackage,
    Part,
    RepackContainer,
    ReportDamage,
    SealContainer,
    SplitContainer,
    StartFilling,
    TreatContainer,
    VoidContainer,
)
from app.waste.storage.lineage import ancestors_of, lineage_of
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.containers import void_container
from app.waste.storage.operations.filling import report_damage, seal_container, start_filling
from app.waste.storage.operations.repacking import merge_containers, repack_container, split_container
from app.waste.storage.operations.treating import treat_container
from tests.factories.parties import somebody
from tests.factories.plant import KG, a_plant

S = ContainerState
DRUM = NewPackage("桶", 200_000, tare=Grams(18 * KG))


@pytest.fixture
def plant(database):
    return a_plant(database)


@pytest.fixture
def zone(plant):
    return plant.zone(plant.facility(), allowed=("HW06", "HW34", "HW35"))


def ensure_all_proved(plant):
    with plant.database.reading(plant.producer) as work:
        assert verifying.verify(work) == []
        assert trace_verifying.verify(work).misfit is None
        assert rebuilding.differences(work) == []


def balances(plant):
    """Kilograms by what holds them."""
    with plant.database.reading(plant.producer) as work:
        rows = work.session.execute(select(Balance.container_id, Balance.mass).where(Balance.mass > 0))
        return {container: mass // KG for container, mass in rows}


def fresh(plant, container):
    with plant.database.reading(plant.producer) as work:
        return work.session.get_one(Container, container.id)


def test_filled_sealed_and_weighed_in_one_act_enters_the_ledger(plant):
    drum = plant.drum(plant.stream(), None)
    with plant.working() as work:
        start_filling(work, drum.id, StartFilling())
    with plant.working() as work:
        command = SealContainer(gross=Grams(204 * KG), tare=Grams(18 * KG), fill_percent=90, is_closed=True)
        sealed = seal_container(work, drum.id, command)

    assert sealed.state is S.WEIGHED
    assert (sealed.net, sealed.fill_percent, sealed.is_closed) == (186 * KG, 90, True)
    assert balances(plant) == {drum.id: 186}
    ensure_all_proved(plant)


def test_sealed_without_a_weight_it_waits_for_weighing(plant):
    drum = plant.drum(plant.stream(), None)
    with plant.working() as work:
        sealed = seal_container(work, drum.id, SealContainer())

    assert sealed.state is S.SEALED
    assert sealed.sealed_at == plant.now
    assert balances(plant) == {}


@pytest.mark.parametrize("percent", [0, 101])
def test_a_filling_beyond_the_rim_is_refused(plant, percent):
    drum = plant.drum(plant.stream(), None)
    with pytest.raises(InvalidInput), plant.working() as work:
        seal_container(work, drum.id, SealContainer(fill_percent=percent))


def test_a_weighed_code_cannot_be_voided(plant):
    drum = plant.drum(plant.stream(), 186)
    with pytest.raises(Conflict), plant.working() as work:
        void_container(work, drum.id, VoidContainer("误登记"))


def test_a_leaking_drum_is_repacked_under_a_new_code_of_its_day_and_keeps_its_age(plant, zone):
    drum = plant.stored(plant.stream(), zone, 186)
    plant.now += timedelta(days=30)
    with plant.working() as work:
        report_damage(work, drum.id, ReportDamage("桶底渗漏"))
    with plant.working() as work:
        child = repack_container(work, drum.id, RepackContainer(DRUM))

    parent, code = fresh(plant, drum), parse_container_code(child.code)
    assert (parent.state, parent.zone_id) == (S.VOIDED, None)
    assert (child.state, child.zone_id, child.parent_id) == (S.STORED, zone.id, drum.id)
    assert child.generated_on == drum.generated_on == code.day
    assert code.serial == parse_container_code(drum.code).serial + 1
    assert (child.net, child.gross, child.label_prints) == (186 * KG, 204 * KG, 0)
    assert balances(plant) == {child.id: 186}
    with plant.database.reading(plant.producer) as work:
        assert [entry.name for entry in timeline_of(work, child.id)] == ["container.repacked"]
    ensure_all_proved(plant)


def test_a_damaged_drum_still_counts_where_it_stands(plant, zone):
    from app.waste.storage.facts import standing_in

    drum = plant.stored(plant.stream(), zone, 186)
    with plant.working() as work:
        report_damage(work, drum.id, ReportDamage("渗漏"))
    with plant.database.reading(plant.producer) as work:
        assert [item.mass for item in standing_in(work, zone.facility_id)] == [186 * KG]


def test_a_split_leaves_the_rest_and_loses_nothing(plant, zone):
    drum = plant.stored(plant.stream(), zone, 186)
    parts = (Part(Grams(50 * KG), DRUM), Part(Grams(36 * KG), NewPackage("袋", 60_000)))
    with plant.working() as work:
        one, other = split_container(work, drum.id, SplitContainer(parts))

    assert (fresh(plant, drum).net, fresh(plant, drum).state) == (100 * KG, S.STORED)
    assert balances(plant) == {drum.id: 100, one.id: 50, other.id: 36}
    with plant.database.reading(plant.producer) as work:
        family = lineage_of(work, drum.id)
        assert [relative.container.id for relative in family.children] == [one.id, other.id]
        assert [relative.mass for relative in lineage_of(work, one.id).parents] == [50 * KG]
    ensure_all_proved(plant)


def test_a_split_of_all_voids_the_old_code(plant, zone):
    drum = plant.stored(plant.stream(), zone, 100)
    with plant.working() as work:
        split_container(work, drum.id, SplitContainer((Part(Grams(100 * KG), DRUM),)))

    assert fresh(plant, drum).state is S.VOIDED
    ensure_all_proved(plant)


@pytest.mark.parametrize("kilograms", [(), (0,), (90, 11), (1,) * 21])
def test_what_cannot_be_split_off_is_refused(plant, zone, kilograms):
    drum = plant.stored(plant.stream(), zone, 100)
    parts = tuple(Part(Grams(kg * KG), DRUM) for kg in kilograms)
    with pytest.raises(InvalidInput), plant.working() as work:
        split_container(work, drum.id, SplitContainer(parts))


def test_merged_drums_are_one_as_old_as_the_oldest(plant, zone):
    stream = plant.stream()
    old = plant.stored(stream, zone, 60, generated_at=plant.now - timedelta(days=9))
    young = plant.stored(stream, zone, 40)
    with plant.working() as work:
        child = merge_containers(work, MergeContainers((young.code, old.short_code), DRUM))

    assert (child.net, child.generated_on, child.parent_id) == (100 * KG, old.generated_on, old.id)
    assert {fresh(plant, drum).state for drum in (old, young)} == {S.VOIDED}
    assert balances(plant) == {child.id: 100}
    with plant.database.reading(plant.producer) as work:
        assert set(ancestors_of(work, [child.id])[child.id]) == {old.id, young.id}
        names = [e.name for e in timeline_of(work, old.id)]
    assert names[0] == "container.merged"
    ensure_all_proved(plant)


def test_drums_in_two_zones_are_not_merged(plant):
    facility, stream = plant.facility(), plant.stream()
    drums = [plant.stored(stream, plant.zone(facility, code=code), 40) for code in ("A1", "A2")]
    with pytest.raises(Conflict), plant.working() as work:
        merge_containers(work, MergeContainers(tuple(drum.code for drum in drums), DRUM))


def test_a_code_given_twice_and_an_unknown_one_are_named(plant, zone):
    drum = plant.stored(plant.stream(), zone, 40)
    with pytest.raises(InvalidInput) as refused, plant.working() as work:
        merge_containers(work, MergeContainers((drum.code, drum.short_code, "XXXX"), DRUM))

    assert [problem.pointer for problem in refused.value.problems] == ["#/containers/1", "#/containers/2"]


def test_different_wastes_become_one_only_if_said_which_and_known_to_be_compatible(plant, zone):
    solvent = plant.stream("900-402-06")
    other = plant.stream("900-404-06", local_name="废稀释剂")
    drums = [plant.stored(solvent, zone, 60), plant.stored(other, zone, 40)]
    codes = tuple(drum.code for drum in drums)
    with pytest.raises(InvalidInput), plant.working() as work:
        merge_containers(work, MergeContainers(codes, DRUM))
    try:
        with plant.working() as work:
            child = merge_containers(work, MergeContainers(codes, DRUM, other.id))
    except RuleViolated as refused:
        pytest.fail(str(refused.findings))

    assert (child.state, child.zone_id, child.waste_code) == (S.WEIGHED, None, "900-404-06")
    assert child.net == 100 * KG
    assert balances(plant) == {child.id: 100}
    ensure_all_proved(plant)


def test_acid_and_alkali_never_become_one(plant):
    zones = [
        plant.zone(plant.facility(code=code), allowed=(group,))
        for code, group in (("TS001", "HW34"), ("TS002", "HW35"))
    ]
    acid = plant.stream("900-300-34", properties={"acid": "non_oxidising"})
    alkali = plant.stream("900-352-35")
    drums = [plant.stored(acid, zones[0], 60), plant.stored(alkali, zones[1], 40)]
    with pytest.raises(RuleViolated) as refused, plant.working() as work:
        merge_containers(work, MergeContainers(tuple(drum.code for drum in drums), DRUM, acid.id))

    assert {finding.rule_id for finding in refused.value.findings} == {"ECC-535-1"}
    assert balances(plant) == {drums[0].id: 60, drums[1].id: 40}


def test_wastes_of_which_too_little_is_known_never_become_one(plant):
    """Nobody may override this either: mixing can't be undone."""
    acid, unknown = plant.stream("900-300-34"), plant.stream("900-402-06")  # which acid, nobody said
    zones = [
        plant.zone(plant.facility(code=code), allowed=(group,))
        for code, group in (("TS001", "HW34"), ("TS002", "HW06"))
    ]
    drums = [plant.stored(acid, zones[0], 60), plant.stored(unknown, zones[1], 40)]
    with pytest.raises(RuleViolated) as refused, plant.working() as work:
        merge_containers(work, MergeContainers(tuple(drum.code for drum in drums), DRUM, acid.id))

    assert {(found.rule_id, found.outcome.value) for found in refused.value.stops} == {
        ("ECC-535-1", "not_evaluable")
    }


def test_a_part_is_used_and_the_rest_keeps_code_and_age(plant, zone):
    drum = plant.stored(plant.stream(), zone, 186, generated_at=plant.now - timedelta(days=40))
    with plant.working() as work:
        treat_container(work, drum.id, TreatContainer("R2", "TS005", "回收工段", Grams(86 * KG)))

    rest = fresh(plant, drum)
    assert (rest.state, rest.net, rest.generated_on) == (S.STORED, 100 * KG, drum.generated_on)
    assert balances(plant) == {drum.id: 100}
    ensure_all_proved(plant)


def test_used_up_it_stands_in_the_tables_of_stock_out_and_own_treatment(plant, zone):
    drum = plant.stored(plant.stream(), zone, 186)
    with plant.working() as work:
        child = repack_container(work, drum.id, RepackContainer(DRUM))
    with plant.working() as work:
        treat_container(work, child.id, TreatContainer("D10", "TS005", "焚烧工段"))

    assert fresh(plant, child).state is S.CONSUMED
    with plant.database.reading(plant.producer) as work:
        records = work.session.scalars(select(LedgerRecord).order_by(LedgerRecord.id)).all()
        disposed = work.session.scalar(
            select(func.sum(Posting.mass)).where(Posting.to_kind == PlaceKind.DISPOSED)
        )
    by_table = {record.table: record for record in records}
    assert list(by_table) == [LedgerTable.STOCK_IN, LedgerTable.STOCK_OUT, LedgerTable.OWN_TREATMENT]
    out, own = by_table[LedgerTable.STOCK_OUT], by_table[LedgerTable.OWN_TREATMENT]
    assert out.source_batch == by_table[LedgerTable.STOCK_IN].batch_number
    assert (out.container_code, out.facility_code) == (child.code, "TS001")
    assert own.batch_number.startswith("HWZXCZ")
    assert (own.source_batch, own.facility_code, own.method_code) == (out.batch_number, "TS005", "D10")
    assert (own.operator, own.mass, disposed) == ("焚烧工段", 186 * KG, 186 * KG)
    ensure_all_proved(plant)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method_code": "S"},
        {"method_code": "XX"},
        {"facility_code": " "},
        {"mass": Grams(0)},
        {"mass": Grams(187 * KG)},
    ],
)
def test_a_wrong_treatment_names_its_field(plant, zone, wrong):
    drum = plant.stored(plant.stream(), zone, 186)
    command = TreatContainer(**{"method_code": "R2", "facility_code": "TS005"} | wrong)
    with pytest.raises(InvalidInput) as refused, plant.working() as work:
        treat_container(work, drum.id, command)

    assert refused.value.problems[0].pointer.removesuffix("_kg") == f"#/{next(iter(wrong))}"


def test_another_firm_opens_nothing(plant, zone):
    drum = plant.stored(plant.stream(), zone, 186)
    neighbour = a_plant(plant.database)
    with plant.working() as work:
        work.session.get_one(Container, drum.id).holder_id = neighbour.organisation_id
    with pytest.raises(NotPermitted), plant.working() as work:
        repack_container(work, drum.id, RepackContainer(DRUM))


def test_who_only_looks_opens_nothing(plant, zone):
    drum = plant.stored(plant.stream(), zone, 186)
    driver = somebody(Role.DRIVER, plant.organisation_id, plant.park_id)
    with pytest.raises(NotPermitted), plant.working(driver) as work:
        report_damage(work, drum.id, ReportDamage("渗漏"))
