"""The rules on a facility as it is kept: register, documents, records, and the packages in its zones."""

from datetime import date, timedelta

import pytest

from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.overlays import Jurisdiction
from app.waste.storage.checks import facility_check, facility_checks
from app.waste.storage.models import Container, FacilityType
from app.waste.storage.queries import facilities_with_stock
from app.waste.storage.upkeep.commands import FileDocument, RecordUpkeep
from app.waste.storage.upkeep.models import CheckResult
from app.waste.storage.upkeep.operations import file_document, record_upkeep


def checked(plant, facility):
    with plant.working() as work:
        (stock,) = facilities_with_stock(work, facility.id)
        return facility_check(work, stock, Jurisdiction())


def rules_of(problems):
    return {item.finding.rule_id for item in problems}


def registered(plant, thing, **values):
    with plant.working() as work:
        row = work.session.get_one(type(thing), thing.id)
        row.register = {**row.register, **values}


def test_an_empty_register_leaves_questions_and_no_problems(plant):
    store = plant.facility(code="TS011")

    check = checked(plant, store)

    assert check.problems == ()
    assert {"GB18597-6.1.1-a", "GB18597-8.2.2-a", "GB18597-8.2.5"} <= rules_of(check.to_fill)
    assert all(item.finding.outcome is OutcomeKind.NOT_EVALUABLE for item in check.to_fill)


def test_what_the_register_says_is_judged(plant):
    store = plant.facility(code="TS012")
    registered(
        plant, store, protect_wind=False, base_type="clay", base_thickness_mm="990", base_k_cm_s="1e-7", touches_ground=True,
        video=True, video_months=2, sign_posted=True, access_control=True,
    )  # fmt: skip

    check = checked(plant, store)

    assert {"GB18597-6.1.1-a", "GB18597-6.1.4-b", "GB18597-4.7-b"} <= rules_of(check.problems)
    assert {"GB18597-4.6-a", "GB18597-6.1.6"} <= {kept.rule_id for kept in check.kept}
    (told,) = [item for item in check.problems if item.finding.rule_id == "GB18597-6.1.1-a"]
    assert str(told.finding.text()) == "防护措施缺失：防风"


def test_documents_and_records_count_once_any_is_kept(plant):
    store = plant.facility(code="TS013")
    today = plant.now.date()
    with plant.working() as work:
        file_document(work, FileDocument("management_system", plant.site_id))
        record_upkeep(
            work,
            RecordUpkeep(
                "routine_check",
                plant.site_id,
                today - timedelta(days=8),
                CheckResult.NOT_IN_ORDER,
                store.id,
                readings={"equipment_cleaned": False},
            ),
        )

    check = checked(plant, store)

    told = {item.finding.rule_id: str(item.finding.text()) for item in check.problems}
    assert {"GB18597-8.2.2-a", "GB18597-8.2.3", "GB18597-8.2.5", "GB18597-11.1"} <= told.keys()
    assert told["GB18597-8.2.5"].endswith("岗位职责、操作规程、培训制度")


def test_tv_2_the_containment_of_a_zone_is_weighed_against_its_drums(plant):
    store = plant.facility(code="TS014")
    zone = plant.zone(store, code="L1", allowed=("HW06",))
    registered(plant, zone, containment_l=900, containment_shared=False)
    solvent = plant.stream()
    for _ in range(6):
        plant.stored(solvent, zone, volume_ml=1_000_000)

    problems = checked(plant, store).problems

    (told,) = [item for item in problems if item.finding.rule_id == "GB18597-6.2.2-a-stock"]
    assert (told.finding.observed, told.finding.threshold, told.zone.id) == (900, "1000", zone.id)


def test_hazardous_waste_does_not_go_into_a_store_of_general_waste(plant):
    store = plant.facility(code="TS015", type=FacilityType.GENERAL_WAREHOUSE)
    zone = plant.zone(store, code="G1", allowed=("SW17",))

    solvent = plant.stream()
    with pytest.raises(RuleViolated) as caught:
        plant.stored(solvent, zone)

    assert "ECC-535-2" in {finding.rule_id for finding in caught.value.stops}


def test_a_container_kept_too_long_is_told_with_its_zone(plant):
    store = plant.facility(code="TS016")
    zone = plant.zone(store, code="O1", allowed=("HW06",))
    container = plant.stored(plant.stream(), zone)
    with plant.working() as work:
        row = work.session.get_one(Container, container.id)
        row.generated_on = date(plant.now.year - 2, 1, 1)

    problems = checked(plant, store).problems

    (told,) = [item for item in problems if item.finding.rule_id == "HW-STORE-1Y-producer"]
    assert told.zone.id == zone.id
    assert told.finding.severity == "warning"


def test_as_many_statements_for_many_facilities_as_for_one(plant, count_statements):
    stores = [plant.facility(code=f"TS02{number}") for number in range(4)]
    for store in stores:
        plant.zone(store, code="A1", allowed=("HW06",))
    with plant.working() as work:
        every = [stock for stock in facilities_with_stock(work) if stock.facility.code.startswith("TS02")]
        with count_statements() as one:
            facility_checks(work, every[:1])
        with count_statements() as many:
            facility_checks(work, every)

    assert len(one) == len(many) <= 8
