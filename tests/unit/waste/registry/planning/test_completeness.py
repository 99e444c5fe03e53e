"""What each class must fill in (HJ 1259-2022 5.3)."""

from uuid import UUID

import pytest

from app.foundation.core.units import Grams
from app.waste.registry.planning.completeness import missing_sections, plan_problems, section_problems
from app.waste.registry.planning.fields import BASIC_FIELDS, Section
from app.waste.registry.planning.models import ManagementPlan, PlanLine, PlanTable, UnitClass

TABLES = {
    UnitClass.KEY: ["A.1", "A.2", "A.3", "A.4", "A.5", "A.6", "A.7"],
    UnitClass.SIMPLIFIED: ["A.1", "A.3", "A.4", "A.6", "A.7"],
    UnitClass.REGISTRATION: ["A.1", "A.3", "A.7"],
}


def a_plan(unit_class: UnitClass = UnitClass.KEY, **changes: object) -> ManagementPlan:
    values = {"basic": {}, "production": [], "reduction": {}}
    return ManagementPlan(unit_class=unit_class, **values | changes)


def a_line(table: PlanTable = PlanTable.TRANSFER, **changes: object) -> PlanLine:
    values = {
        "table": table,
        "stream_id": UUID(int=1),
        "waste_code": "900-402-06",
        "mass": Grams(1_000),
        "method_code": "R2",
        "details": {
            "transfer_kind": "within_province",
            "receiver_kind": "licensed",
            "receiver_name": "云栈溶剂再生有限公司",
            "licence_number": "浙危废经第001号",
        },
    }
    return PlanLine(**values | changes)


def pointers(problems):
    return [problem.pointer for problem in problems]


@pytest.mark.parametrize("unit_class", list(UnitClass))
def test_each_class_has_its_sections(unit_class):
    assert missing_sections(a_plan(unit_class), []) == TABLES[unit_class]


def test_a_table_stated_to_be_empty_is_not_missing():
    plan = a_plan(basic={"empty": ["A.5", "A.4"]})

    assert Section.OWN_TREATMENT not in missing_sections(plan, [])
    assert Section.STORAGE not in missing_sections(plan, [])


def test_a_registration_unit_is_not_asked_for_production():
    assert section_problems(a_plan(UnitClass.REGISTRATION), [], Section.PRODUCTION) == []


def test_every_required_field_of_the_first_table_is_asked_for():
    found = pointers(section_problems(a_plan(), [], Section.BASIC))

    assert [f"#/basic/{field.name}" for field in BASIC_FIELDS if field.is_required] == [
        pointer for pointer in found if pointer != "#/basic"
    ]


def test_a_whole_transfer_line_has_no_problem():
    assert section_problems(a_plan(), [a_line()], Section.TRANSFER) == []


def test_a_licensed_receiver_needs_its_licence_number():
    line = a_line(details={**a_line().details, "licence_number": ""})

    assert pointers(section_problems(a_plan(), [line], Section.TRANSFER)) == ["#/lines/A.7/0/licence_number"]


def test_an_exempt_receiver_needs_none():
    line = a_line(details={**a_line().details, "licence_number": "", "receiver_kind": "exempt"})

    assert section_problems(a_plan(), [line], Section.TRANSFER) == []


def test_only_the_stock_at_the_end_of_the_year_may_be_nothing():
    stock = a_line(PlanTable.STORAGE, mass=Grams(0), details={"storage_code": "TS001", "package": "桶"})

    assert section_problems(a_plan(), [stock], Section.STORAGE) == []
    assert pointers(section_problems(a_plan(), [a_line(mass=Grams(0))], Section.TRANSFER)) == [
        "#/lines/A.7/0/mass_kg"
    ]


def test_everything_missing_is_told_at_once():
    found = pointers(plan_problems(a_plan(), []))

    assert {"#/production", "#/lines/A.3", "#/lines/A.7", "#/reduction/plan", "#/basic/legal_person"} <= set(
        found
    )
