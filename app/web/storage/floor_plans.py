"""The floor plan of a facility: drawing it with numbers, arranging it, and naming open neighbours."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import FieldProblem, InvalidInput, VersionConflict
from app.foundation.core.text import say
from app.waste.storage import policy
from app.waste.storage.facility_commands import DrawnZone, DrawPlan
from app.waste.storage.facility_schemas import OpenZonesSchema
from app.waste.storage.floor_plan import USUAL_SIZE, Door, Plan, Rect, arranged, decimetres, metres
from app.waste.storage.models import Facility, Zone
from app.waste.storage.operations.floor_plans import draw_plan, open_zones
from app.waste.storage.queries import FacilityStock
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import bp
from app.web.storage.facilities import facility_stock, facility_tabs
from app.web.storage.plan_picture import drawn_plan, neighbours_to_confirm

ROWS: Final = 2
"""Doors, and aisles, that the form has room for beside those there are."""
SIDES = (
    ("", say("无")),
    ("left", say("左墙")),
    ("right", say("右墙")),
    ("top", say("上墙")),
    ("bottom", say("下墙")),
)
RECT = ("x", "y", "width", "depth")


@bp.get("/facilities/<uuid:facility_id>/plan")
def edit_plan(facility_id: UUID) -> str:
    """The floor plan as numbers with its picture; a proposal where nobody drew it."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        stock = facility_stock(work, facility_id)
        may_manage = policy.may_manage_storage(work.actor)
    zones = [one.zone for one in stock.zones]
    plan = drawn_plan(stock.facility, zones) or _proposal(stock, *USUAL_SIZE)
    return _page(stock, FormState(_values(plan, stock.facility, zones)), may_manage)


@bp.post("/facilities/<uuid:facility_id>/plan")
def update_plan(facility_id: UUID) -> Response | tuple[str, int] | str:
    """Keep the plan as typed, or show it arranged automatically without keeping it."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        stock = facility_stock(work, facility_id)
        may_manage = policy.may_manage_storage(work.actor)
    zones = [one.zone for one in stock.zones]
    try:
        if request.form.get("act") == "arrange":
            width, depth = _size_typed()
            plan = _proposal(stock, width, depth)
            values = {**_values(plan, stock.facility, zones), **_seen()}
            return _page(stock, FormState(values), may_manage)
        command = _command(zones)
        with unit_of_work() as work:
            draw_plan(work, facility_id, command)
    except InvalidInput as refused:
        return _page(stock, FormState(request.form, refused.problems), may_manage), 422
    except VersionConflict as refused:
        form = FormState(request.form, [FieldProblem("", refused.text)])
        return _page(stock, form, may_manage), 409
    flash(_("已保存平面图"))
    with reading() as work:
        stock = facility_stock(work, facility_id)
    zones = [one.zone for one in stock.zones]
    if neighbours_to_confirm(drawn_plan(stock.facility, zones), zones):
        return redirect(url_for("storage.edit_plan", facility_id=facility_id, _anchor="neighbours"), 303)
    return redirect(url_for("storage.facility", facility_id=facility_id), 303)


@bp.post("/facilities/<uuid:facility_id>/open-zones")
def confirm_neighbours(facility_id: UUID) -> Response:
    """Note that nothing separates two zones."""
    command = parse_form(OpenZonesSchema(), {name: request.form.get(name, "") for name in ("one", "other")})
    with unit_of_work() as work:
        one, other = open_zones(work, facility_id, command)
    flash(_("已记录 %(one)s 与 %(other)s 之间没有隔断，一起检查相容性", one=one.code, other=other.code))
    return redirect(url_for("storage.edit_plan", facility_id=facility_id, _anchor="neighbours"), 303)


def _proposal(stock: FacilityStock, width: int, depth: int) -> Plan:
    return arranged(width, depth, {one.zone.code: one.zone.capacity for one in stock.zones})


def _page(stock: FacilityStock, form: FormState, may_manage: bool) -> str:
    zones = [one.zone for one in stock.zones]
    plan = drawn_plan(stock.facility, zones)
    return render_template(
        "storage/plan_form.html",
        facility=stock.facility,
        zones=zones,
        form=form,
        sides=SIDES,
        rows=range(max(ROWS, *(len(stock.facility.layout.get(name, ())) for name in ("doors", "aisles")))),
        neighbours=neighbours_to_confirm(plan, zones),
        is_drawn=plan is not None,
        may_manage=may_manage,
        tabs=facility_tabs(stock.facility, "edit_plan"),
    )


# --- between the plan and the form ---


def _values(plan: Plan, facility: Facility, zones: Sequence[Zone]) -> dict[str, str]:
    """A plan as the fields of the form, in metres."""
    values = {
        "width": metres(plan.width),
        "depth": metres(plan.depth),
        "seen_version": str(facility.version),
    }
    for number, door in enumerate(plan.doors):
        values[f"doors-{number}-side"] = door.side
        values |= {f"doors-{number}-at": metres(door.at), f"doors-{number}-width": metres(door.width)}
    for number, aisle in enumerate(plan.aisles):
        values |= _rect_values(f"aisles-{number}", aisle)
    for number, zone in enumerate(zones):
        if zone.code in plan.zones:
            values |= _rect_values(f"zones-{number}", plan.zones[zone.code])
    return values


def _rect_values(prefix: str, rect: Rect) -> dict[str, str]:
    return {f"{prefix}-{name}": metres(size) for name, size in rect.as_layout().items()}


class _Typed:
    """Reads lengths of the form and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def length(self, name: str) -> int:
        text = request.form.get(name, "")
        try:
            return decimetres(text)
        except ValueError:
            words = say("请填写米数，最多一位小数，如 4.5")
            self.problems.append(FieldProblem("#/" + name.replace("-", "/"), words))
            return 0

    def rect(self, prefix: str) -> Rect | None:
        """None where all four fields are empty."""
        if not any(request.form.get(f"{prefix}-{name}", "").strip() for name in RECT):
            return None
        return Rect(*(self.length(f"{prefix}-{name}") for name in RECT))

    def door(self, number: int) -> Door | None:
        side = request.form.get(f"doors-{number}-side", "")
        if not side:
            return None
        return Door(side, self.length(f"doors-{number}-at"), self.length(f"doors-{number}-width"))

    def done(self) -> None:
        """Raises InvalidInput if anything was wrong."""
        if self.problems:
            raise InvalidInput(self.problems)


def _size_typed() -> tuple[int, int]:
    typed = _Typed()
    size = typed.length("width"), typed.length("depth")
    for name, length in zip(("width", "depth"), size, strict=True):
        if length < 10 and not typed.problems:
            typed.problems.append(FieldProblem(f"#/{name}", say("库房至少长宽各 1 米")))
    typed.done()
    return size


def _command(zones: Sequence[Zone]) -> DrawPlan:
    typed = _Typed()
    width, depth = typed.length("width"), typed.length("depth")
    numbers = range(max((_number(name) for name in request.form), default=0) + 1)
    doors = tuple(door for number in numbers if (door := typed.door(number)))
    aisles = tuple(rect for number in numbers if (rect := typed.rect(f"aisles-{number}")))
    drawn = tuple(DrawnZone(zone.id, typed.rect(f"zones-{number}")) for number, zone in enumerate(zones))
    typed.done()
    seen = request.form.get("seen_version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 12 else 0
    return DrawPlan(width, depth, doors, aisles, drawn, version)


def _number(name: str) -> int:
    """The row a door's or aisle's field belongs to."""
    kind, _dash, rest = name.partition("-")
    number = rest.partition("-")[0]
    is_row = kind in ("doors", "aisles") and number.isascii() and number.isdigit() and len(number) < 3
    return int(number) if is_row else 0


def _seen() -> dict[str, Any]:
    return {"seen_version": request.form.get("seen_version", "")}
