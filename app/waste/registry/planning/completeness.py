"""What a plan still lacks, section by section: pure, used by the form, the submission and the rule on its content."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import Text, say
from app.waste.registry.methods import METHODS
from app.waste.registry.planning.fields import (
    BASIC_FIELDS,
    LINE_FIELDS,
    METHOD_TABLES,
    PRODUCTION_FIELDS,
    REDUCTION_FIELDS,
    REQUIRED_SECTIONS,
    PlanField,
    ReceiverKind,
    Section,
)
from app.waste.registry.planning.models import ManagementPlan, PlanLine, PlanTable

EMPTY: Final = "empty"
"""Key in table A.1 that lists the tables stated to have no content."""


def stated_empty(plan: ManagementPlan) -> frozenset[PlanTable]:
    """Tables the firm says have no content this year."""
    return frozenset(PlanTable(value) for value in plan.basic.get(EMPTY, ()))


def sections_present(plan: ManagementPlan, lines: Sequence[PlanLine]) -> frozenset[Section]:
    """Sections with content, or stated to have none."""
    present = {Section(line.table.value) for line in lines}
    present |= {Section(table.value) for table in stated_empty(plan)}
    if all(plan.basic.get(field.name) for field in BASIC_FIELDS if field.is_required):
        present.add(Section.BASIC)
    if plan.production:
        present.add(Section.PRODUCTION)
    if all(plan.reduction.get(field.name) for field in REDUCTION_FIELDS if field.is_required):
        present.add(Section.REDUCTION)
    return frozenset(present)


def required_sections(plan: ManagementPlan) -> frozenset[Section]:
    """The sections the plan's class asks for (HJ 1259-2022 5.3)."""
    return REQUIRED_SECTIONS[plan.unit_class]


def missing_sections(plan: ManagementPlan, lines: Sequence[PlanLine]) -> list[Section]:
    """Sections the class asks for that have no content, in order."""
    missing = required_sections(plan) - sections_present(plan, lines)
    return [section for section in Section if section in missing]


def section_problems(plan: ManagementPlan, lines: Sequence[PlanLine], section: Section) -> list[FieldProblem]:
    """What is wrong in one section with what it holds; nothing when it is blank and not asked for."""
    match section:
        case Section.BASIC:
            return list(_blank(plan.basic, BASIC_FIELDS, "#/basic"))
        case Section.REDUCTION:
            asked = section in required_sections(plan) or bool(plan.reduction)
            return list(_blank(plan.reduction, REDUCTION_FIELDS, "#/reduction")) if asked else []
        case Section.PRODUCTION:
            rows = enumerate(plan.production)
            found = [
                problem
                for number, row in rows
                for problem in _blank(row, PRODUCTION_FIELDS, f"#/production/{number}")
            ]
        case _:
            table = PlanTable(section.value)
            of_table = [line for line in lines if line.table is table]
            found = [problem for number, line in enumerate(of_table) for problem in _of_line(line, number)]
    if section in missing_sections(plan, lines):
        found.append(FieldProblem(_pointer(section), say("{table} 还没有内容", table=section.value)))
    return found


def plan_problems(plan: ManagementPlan, lines: Sequence[PlanLine]) -> list[FieldProblem]:
    """Everything that keeps the plan from being handed in."""
    return [problem for section in Section for problem in section_problems(plan, lines, section)]


def _pointer(section: Section) -> str:
    return f"#/lines/{section.value}" if section.table else f"#/{section.name.lower()}"


def _blank(values: Mapping[str, Any], fields: Sequence[PlanField], at: str) -> Iterable[FieldProblem]:
    for field in fields:
        if field.is_required and not str(values.get(field.name) or "").strip():
            yield FieldProblem(f"{at}/{field.name}", say("请填写{field}", field=field.label))


def _of_line(line: PlanLine, number: int) -> Iterable[FieldProblem]:
    at = f"#/lines/{line.table.value}/{number}"
    yield from _blank(line.details, LINE_FIELDS[line.table], at)
    if line.table in METHOD_TABLES and line.method_code not in METHODS:
        yield FieldProblem(f"{at}/method_code", say("请选择利用或处置方式"))
    licensed = line.details.get("receiver_kind") == ReceiverKind.LICENSED.value
    if licensed and not line.details.get("licence_number"):
        yield FieldProblem(f"{at}/licence_number", say("请填写接收单位的许可证编码"))
    if problem := mass_problem(line.table, line.mass):
        yield FieldProblem(f"{at}/mass_kg", problem)


def mass_problem(table: PlanTable, mass: int) -> Text | None:
    """What is wrong with a planned mass: only the stock at the year's end may be nothing."""
    if mass > 0 or (mass == 0 and table is PlanTable.STORAGE):
        return None
    return say("预计量应大于 0")
