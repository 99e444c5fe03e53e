"""Later carriers in the form of a draft: one group of fields a leg, and always room for one more."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.foundation.core.errors import FieldProblem
from app.waste.consignments.operations.legs import MAX_LEGS
from app.waste.consignments.queries import Papers
from app.web.consignments.pairs import paired, parted
from app.web.parsing import instant_typed

_PLACES: Final = {"carrier_id": "vehicle", "vehicle_id": "vehicle"}


def _slots(form: Mapping[str, Any]) -> list[int]:
    """Numbers of the groups in which a vehicle is chosen."""
    return [slot for slot in range(1, MAX_LEGS + 1) if form.get(f"leg{slot}-vehicle")]


def typed_legs(form: Mapping[str, Any], zone: str) -> list[dict[str, str]]:
    """The legs as the JSON border would send them."""
    return [_leg(form, f"leg{slot}-", zone) for slot in _slots(form)]


def _leg(form: Mapping[str, Any], prefix: str, zone: str) -> dict[str, str]:
    carrier, vehicle = parted(form[f"{prefix}vehicle"])
    given = {
        "carrier_id": carrier,
        "vehicle_id": vehicle,
        "driver_id": form.get(f"{prefix}driver_id", ""),
        "escort_id": form.get(f"{prefix}escort_id", ""),
        "place": form.get(f"{prefix}place", "").strip(),
        "planned_at": instant_typed(form.get(f"{prefix}planned_at", ""), zone),
    }
    return {name: value for name, value in given.items() if value}


def saved_legs(papers: Papers, zone: str) -> dict[str, str]:
    """What is saved of later legs, as the form's fields show it."""
    values: dict[str, str] = {}
    for leg in papers.legs[1:]:
        at = leg.planned_at.astimezone(ZoneInfo(zone)) if leg.planned_at else None
        fields = {
            "vehicle": paired(leg.carrier_id, leg.vehicle_id),
            "driver_id": str(leg.driver_id or ""),
            "escort_id": str(leg.escort_id or ""),
            "place": leg.place,
            "planned_at": at.strftime("%Y-%m-%dT%H:%M") if at else "",
        }
        values |= {f"leg{leg.position - 1}-{name}": value for name, value in fields.items()}
    return values


def slots_to_show(form: Mapping[str, Any]) -> list[int]:
    """The groups in use and the next free one."""
    used = _slots(form)
    return list(range(1, min(MAX_LEGS, max(used, default=0) + 1) + 1))


def at_legs(form: Mapping[str, Any], problems: Iterable[FieldProblem]) -> tuple[FieldProblem, ...]:
    """Problems of `legs/0/place` at the field of the group it was typed in."""
    used = _slots(form)

    def moved(problem: FieldProblem) -> FieldProblem:
        first, *rest = problem.pointer.removeprefix("#/").split("/")
        if first != "legs" or len(rest) < 2 or int(rest[0]) >= len(used):
            return problem
        name = _PLACES.get(rest[1], rest[1])
        return FieldProblem(f"#/leg{used[int(rest[0])]}-{name}", problem.text)

    return tuple(moved(problem) for problem in problems)
