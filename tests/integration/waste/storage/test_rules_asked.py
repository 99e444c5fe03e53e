"""Rules whose facts lie in several rooms are asked where people see them, in as many statements for one as for many."""

from datetime import date, timedelta

import pytest

from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.waste.registry.declaring.duties import site_duties
from app.waste.registry.ledger_checks import ledger_check
from app.waste.registry.models import GenerationRecord, Posting
from app.waste.registry.planning.models import ClassDecision, UnitClass
from app.waste.registry.planning.queries import site_views
from app.waste.registry.queries import Period
from app.waste.storage.checks import facility_check
from app.waste.storage.models import Container, Facility, FacilityType
from app.waste.storage.places import stock_places
from app.waste.storage.queries import facilities_with_stock
from app.waste.storage.site_checks import site_check, store_findings
from app.waste.storage.steps import step_findings
from tests.factories.plant import Plant, a_plant

FOUND = OutcomeKind.FINDING


@pytest.fixture
def plant(database) -> Plant:
    return a_plant(database)


def outcomes(findings) -> dict[str, str]:
    return {finding.rule_id: finding.outcome.value for finding in findings}


def decide(plant: Plant, unit_class: UnitClass, year: int) -> None:
    with plant.working() as work:
        work.session.add(
            ClassDecision(
                site_id=plant.site_id, organisation_id=plant.producer.organisation_id, year=year,
                computed=unit_class, declared=None, annual_mass=None, basis={"years": {}, "clause": "4.2.1"},
                decided_at=work.now,
            )
        )  # fmt: skip


def duties(plant: Plant, on_now=None):
    with plant.database.reading(plant.producer, now=on_now or plant.now) as work:
        found = site_duties(work, site_views(work))
    return found.get(plant.site_id, [])


def test_a_month_of_a_key_unit_is_late_from_the_sixteenth_on(plant):
    decide(plant, UnitClass.KEY, 2026)
    plant.now -= timedelta(days=31)
    plant.drum(plant.stream(), 10)
    plant.now += timedelta(days=31)

    late = [one for one in duties(plant) if one.outcome is FOUND]
    on_the_day = duties(plant, plant.now.replace(day=15))

    assert {(one.rule_id, one.threshold) for one in late} == {("HJ1259-7.2-key-m", "2026-11-15")}
    assert not [one for one in on_the_day if one.outcome is FOUND]


def test_a_month_without_waste_is_declared_too(plant):
    decide(plant, UnitClass.KEY, 2026)
    plant.now -= timedelta(days=70)
    plant.drum(plant.stream(), 10)
    plant.now += timedelta(days=70)

    found = [one.rule_id for one in duties(plant) if one.outcome is FOUND]

    assert found.count("HJ1259-7.2-key-m") == 2
    assert found.count("HJ1259-7-null") == 1


def test_nobody_knows_what_is_due_while_the_class_is_open(plant):
    plant.now -= timedelta(days=365)
    plant.drum(plant.stream(), 10)
    plant.now += timedelta(days=365)

    told = outcomes(duties(plant))

    assert told["HJ1259-7.2-reg-y"] == "not_evaluable"


def test_the_checks_of_many_sites_take_as_many_statements_as_of_one(plant, count_statements):
    plant.stored(plant.stream(), plant.zone(plant.facility()))
    with plant.database.reading(plant.producer, now=plant.now) as work:
        views = site_views(work)
        with count_statements() as one:
            site_check(work, views)
        with count_statements() as many:
            site_check(work, [*views, *views])

    assert len(one) == len(many) == 15


def test_waste_without_a_store_and_a_key_unit_without_scale_are_told_of_the_site(plant):
    decide(plant, UnitClass.KEY, 2026)
    plant.drum(plant.stream(), 10)
    with plant.database.reading(plant.producer, now=plant.now) as work:
        without = outcomes(site_check(work, site_views(work)))
    plant.facility(type=FacilityType.SPOT)
    with plant.database.reading(plant.producer, now=plant.now) as work:
        spot_only = outcomes(store_findings(work, site_views(work)))

    assert without["GB18597-4.1"] == "finding"
    assert without["GB18597-4.7-a"] == without["ECC-484"] == "not_evaluable"
    assert (spot_only["GB18597-4.1"], spot_only["GB18597-3-spot"]) == ("pass", "finding")


def check_of(plant: Plant, facility: Facility):
    with plant.database.reading(plant.producer, now=plant.now) as work:
        view = site_views(work)[0]
        stock = next(one for one in facilities_with_stock(work) if one.facility.id == facility.id)
        return facility_check(work, stock, view.jurisdiction)


@pytest.mark.parametrize(
    ("permitted", "outcome"), [("60", "pass"), ("59.5", "finding"), (None, "not_evaluable")]
)
def test_a_capacity_is_compared_with_permit_or_assessment(plant, permitted, outcome):
    register = {} if permitted is None else {"permitted_capacity": permitted}
    facility = plant.facility(register=register)

    check = check_of(plant, facility)

    everything = [*check.kept, *(item.finding for item in (*check.problems, *check.to_fill))]
    assert outcomes(everything)["HJ1259-5.5-cap"] == outcome


def test_hazardous_waste_among_general_waste_is_refused_and_told_where_it_stands(plant):
    yard = plant.facility(code="TS009", type=FacilityType.GENERAL_WAREHOUSE)
    zone = plant.zone(yard, allowed=("SW17",))
    with pytest.raises(RuleViolated) as refused:
        plant.stored(plant.stream(), zone)
    drum = plant.stored(plant.stream("900-404-06"), plant.zone(plant.facility()))
    with plant.working() as work:
        work.session.get_one(Container, drum.id).zone_id = zone.id  # as an import may have left it

    found = {item.finding.rule_id for item in check_of(plant, yard).problems}

    assert "ECC-535-2" in {finding.rule_id for finding in refused.value.stops}
    assert {"ECC-535-2", "GISW-HWmix"} <= found


def five_steps(plant: Plant, **changes) -> dict[str, str]:
    stream = plant.stream()
    drum = plant.stored(stream, plant.zone(plant.facility()))
    with plant.working() as work:
        kept = work.session.get_one(Container, drum.id)
        start = kept.generated_at
        times = {
            "sealed_at": start, "weighed_at": start, "stored_at": start + timedelta(hours=20),
            "label_printed_at": start + timedelta(hours=1), "label_prints": 1,
        }  # fmt: skip
        for name, value in (times | changes).items():
            setattr(kept, name, start + value if isinstance(value, timedelta) else value)
    with plant.database.reading(plant.producer, now=plant.now) as work:
        return outcomes(step_findings(work, work.session.get_one(Container, drum.id), stream))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, {"INFO-5i": "pass", "INFO-5i-P": "pass"}),
        ({"stored_at": timedelta(hours=26)}, {"INFO-5i": "pass", "INFO-5i-P": "finding"}),
        ({"label_prints": 0, "label_printed_at": None}, {"INFO-5i": "finding", "INFO-5i-P": "pass"}),
        (
            {"label_prints": 2, "label_printed_at": timedelta(hours=30)},
            {"INFO-5i": "not_evaluable", "INFO-5i-P": "not_evaluable"},
        ),
        ({"accepted_on": date(2026, 11, 1)}, {}),
    ],
)
def test_the_five_steps_of_a_key_unit(plant, changes, told):
    decide(plant, UnitClass.KEY, 2026)

    assert five_steps(plant, **changes) == told


def test_the_five_steps_are_asked_of_key_units_only(plant):
    decide(plant, UnitClass.SIMPLIFIED, 2026)

    assert five_steps(plant) == {}


def checked(plant: Plant, count=None):
    with plant.database.reading(plant.producer, now=plant.now) as work:
        books = stock_places(work).books
        if count is None:
            return ledger_check(work, books, Period.month(work.today))
        with count() as statements:
            ledger_check(work, books, Period.month(work.today))
        return len(statements)


def test_lines_of_the_ledger_are_judged_and_the_worst_is_told(plant):
    stream, zone = plant.stream(), plant.zone(plant.facility())
    drums = [plant.stored(stream, zone), plant.stored(stream, zone), plant.drum(stream)]
    clean = checked(plant)
    with plant.working() as work:
        for number, drum in enumerate(drums):
            posting = work.session.query(Posting).filter_by(container_id=drum.id).order_by(Posting.id).first()
            record = work.session.query(GenerationRecord).filter_by(posting_id=posting.id).one()
            record.generated_at = posting.recorded_at - timedelta(hours=24 + number)
        record.batch_number = "HWXX1"

    told = {one.finding.rule_id: one for one in checked(plant).broken}

    assert clean.broken == ()
    assert {"HJ1259-6.2-late", "HJ1259-6.3-qty", "HJ1259-6.3-unit", "HJ1259-6.3-code"} == {
        one.rule_id for one in clean.kept
    }
    assert set(told) == {"HJ1259-6.2-late", "HJ1259-6.3-code"}
    assert (told["HJ1259-6.2-late"].count, told["HJ1259-6.2-late"].finding.observed) == (2, 26)
    assert told["HJ1259-6.3-code"].line.batch_number == "HWXX1"


def test_the_check_of_the_ledger_costs_the_same_for_few_and_many_lines(plant, count_statements):
    stream, zone = plant.stream(), plant.zone(plant.facility())
    plant.stored(stream, zone)
    few = checked(plant, count_statements)
    for _ in range(4):
        plant.stored(stream, zone)

    assert checked(plant, count_statements) == few <= 5
