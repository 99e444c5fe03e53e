"""A management plan in the official layout, tables A.1 to A.7: a workbook with a sheet a table, or paper to sign."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _

from app.entry.language import rendered
from app.entry.ledger import XLSX
from app.entry.official_files import PDF, FileFormat, KeptFile, paper
from app.foundation.core.errors import NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import SheetContent, Value, workbook_bytes
from app.foundation.documents.table import TablePart
from app.waste.registry.methods import method_text
from app.waste.registry.models import FORM_WORDS, WasteForm
from app.waste.registry.planning.fields import (
    BASIC_FIELDS,
    LINE_FIELDS,
    MASS_LABELS,
    METHOD_TABLES,
    PRODUCTION_FIELDS,
    REDUCTION_FIELDS,
    SECTION_WORDS,
    Section,
)
from app.waste.registry.planning.models import CLASS_WORDS, PlanLine, PlanTable, UnitClass
from app.waste.registry.planning.queries import PlanView

WASTE_HEADER: Final = (
    say("行业俗称/单位内部名称"),
    say("国家危险废物名录名称"),
    say("危险废物类别"),
    say("危险废物代码"),
    say("有害成分"),
    say("形态"),
    say("危险特性"),
)


def plan_file(work: Work, view: PlanView, form: FileFormat) -> KeptFile:
    """The plan as XLSX or PDF.

    Raises:
        NotFound: another format.
    """
    if form is FileFormat.CSV:
        raise NotFound(say("没有这种格式"))
    tables = [(section, *_table(view, section)) for section in Section]
    plan = view.plan
    name = f"plan-{plan.year}-{plan.revision}"
    if form is FileFormat.PDF:
        parts = [
            TablePart(header, rows, title=f"{section.value} {rendered(SECTION_WORDS[section])}")
            for section, header, rows in tables
        ]
        title = _("%(year)s 年度危险废物管理计划", year=plan.year)
        return KeptFile(paper(work, title, _notes(view), parts), PDF, f"{name}.pdf")
    sheets = [
        SheetContent(
            f"{section.value} {rendered(SECTION_WORDS[section])}"[:31].replace("/", "、"), header, rows
        )
        for section, header, rows in tables
    ]
    return KeptFile(workbook_bytes(sheets, time_zone=work.actor.zone), XLSX, f"{name}.xlsx")


def _notes(view: PlanView) -> list[str]:
    plan = view.plan
    notes = [
        _("%(firm)s · %(site)s", firm=view.organisation.name, site=view.site.name),
        _("第 %(revision)s 版", revision=plan.revision),
    ]
    if plan.filing_number:
        notes.append(_("备案编号 %(number)s", number=plan.filing_number))
    return notes


def _table(view: PlanView, section: Section) -> tuple[list[str], list[tuple[Value, ...]]]:
    plan = view.plan
    match section:
        case Section.BASIC:
            shown = {**plan.basic, "unit_class": rendered(CLASS_WORDS[UnitClass(plan.unit_class)])}
            return _pairs([(field.label, shown.get(field.name, "")) for field in BASIC_FIELDS])
        case Section.PRODUCTION:
            header = [rendered(field.label) for field in PRODUCTION_FIELDS]
            return header, [
                tuple(row.get(field.name, "") for field in PRODUCTION_FIELDS) for row in plan.production
            ]
        case Section.REDUCTION:
            return _pairs([(field.label, plan.reduction.get(field.name, "")) for field in REDUCTION_FIELDS])
        case _:
            return _wastes(PlanTable(section.value), view.lines_of(PlanTable(section.value)))


def _pairs(pairs: Sequence[tuple[Text, Any]]) -> tuple[list[str], list[tuple[Value, ...]]]:
    return [_("项目"), _("内容")], [(rendered(label), value) for label, value in pairs]


def _wastes(table: PlanTable, lines: Sequence[PlanLine]) -> tuple[list[str], list[tuple[Value, ...]]]:
    method = [say("利用/处置方式")] if table in METHOD_TABLES else []
    labels = [
        *WASTE_HEADER, MASS_LABELS[table], say("计量单位"), *method, *(field.label for field in LINE_FIELDS[table])
    ]  # fmt: skip
    return [rendered(label) for label in labels], [_waste_row(table, line) for line in lines]


def _waste_row(table: PlanTable, line: PlanLine) -> tuple[Value, ...]:
    form = line.details.get("form", "")
    method = (rendered(method_text(line.method_code)),) if table in METHOD_TABLES else ()
    return (
        line.local_name,
        line.waste_name,
        line.category,
        line.waste_code,
        line.details.get("harmful_components", ""),
        rendered(FORM_WORDS[WasteForm(form)]) if form else "",
        "、".join(line.details.get("hazards", [])),
        Decimal(tonnes_text(line.mass)),
        _("吨"),
        *method,
        *(rendered(field.shown(line.details.get(field.name, ""))) for field in LINE_FIELDS[table]),
    )
