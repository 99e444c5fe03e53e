"""The floor plan of a facility: rectangles in whole decimetres seen from above, x to the right and y downwards.

Pure: what overlaps, what sticks out, what touches, and how zones are laid out when nobody drew them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import say

DM_PER_METRE: Final = 10
LONGEST: Final = 9_999
"""Decimetres of the longest side: just under a kilometre (platform limit)."""
USUAL_SIZE: Final = (200, 90)
"""Outline of a store whose size nobody entered: 20 m by 9 m, for a sketch only."""
AISLE: Final = 20
"""2 m between the two rows of an automatic layout; a fifth of the depth where the store is shallow."""
GAP: Final = 3
"""30 cm around each zone of an automatic layout."""
SIDES: Final = ("left", "right", "top", "bottom")


@dataclass(frozen=True)
class Rect:
    """A rectangle on the floor."""

    x: int
    y: int
    width: int
    depth: int

    @classmethod
    def of(cls, layout: Mapping[str, Any]) -> "Rect | None":
        """A stored layout; None: not drawn."""
        return cls(layout["x"], layout["y"], layout["width"], layout["depth"]) if "x" in layout else None

    def as_layout(self) -> dict[str, int]:
        """As it is stored."""
        return {"x": self.x, "y": self.y, "width": self.width, "depth": self.depth}

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.depth

    def overlaps(self, other: "Rect") -> bool:
        """Share some floor."""
        return self.shared_x(other) > 0 and self.shared_y(other) > 0

    def touches(self, other: "Rect") -> bool:
        """Stand edge to edge for some length; a corner alone doesn't count."""
        across, along = self.shared_x(other), self.shared_y(other)
        return (across == 0 and along > 0) or (along == 0 and across > 0)

    def shared_x(self, other: "Rect") -> int:
        """Decimetres they share from left to right; 0: edge to edge; below: the gap between them."""
        return min(self.right, other.right) - max(self.x, other.x)

    def shared_y(self, other: "Rect") -> int:
        """As `shared_x`, from top to bottom."""
        return min(self.bottom, other.bottom) - max(self.y, other.y)


@dataclass(frozen=True)
class Door:
    """An opening in a wall of the store: which side, how far from its left or upper end, how wide."""

    side: str
    at: int
    width: int

    def as_layout(self) -> dict[str, Any]:
        """As it is stored."""
        return {"side": self.side, "at": self.at, "width": self.width}


@dataclass(frozen=True)
class Plan:
    """The outline of a store with its doors, aisles and the zones that are drawn, by code."""

    width: int
    depth: int
    doors: tuple[Door, ...] = ()
    aisles: tuple[Rect, ...] = ()
    zones: Mapping[str, Rect] = field(default_factory=dict)

    @property
    def outline(self) -> dict[str, Any]:
        """As a facility stores it."""
        return {
            "width": self.width,
            "depth": self.depth,
            "doors": [door.as_layout() for door in self.doors],
            "aisles": [aisle.as_layout() for aisle in self.aisles],
        }


def plan_of(outline: Mapping[str, Any], zones: Mapping[str, Mapping[str, Any]]) -> Plan | None:
    """The stored plan of a facility, `zones` by code; None: nobody drew it."""
    if not outline:
        return None
    return Plan(
        outline["width"],
        outline["depth"],
        tuple(Door(door["side"], door["at"], door["width"]) for door in outline.get("doors", ())),
        tuple(Rect(a["x"], a["y"], a["width"], a["depth"]) for a in outline.get("aisles", ())),
        {code: rect for code, layout in zones.items() if (rect := Rect.of(layout))},
    )


def touching(zones: Mapping[str, Rect]) -> list[tuple[str, str]]:
    """Pairs of zones that stand edge to edge, by code."""
    return [(one, other) for one, other in combinations(sorted(zones), 2) if zones[one].touches(zones[other])]


def arranged(width: int, depth: int, shares: Mapping[str, int]) -> Plan:
    """Lay zones in two rows along an aisle, as wide as their share (their capacity) of the row; the door at its left.

    A single zone gets the upper row to itself; a store too small for gaps and aisle is divided without them.
    """
    aisle = min(AISLE, depth // 5)
    gap = GAP if depth > 6 * GAP and width > 2 * GAP * (len(shares) + 1) else 0
    row_depth = max((depth - aisle) // 2 - 2 * gap, 1)
    upper, lower = _two_rows(shares)
    zones = {
        **_row(upper, shares, gap, width, gap, row_depth),
        **_row(lower, shares, depth - gap - row_depth, width, gap, row_depth),
    }
    top = gap + row_depth + gap
    lane = Rect(0, top, width, max(depth - 2 * top, 1))
    return Plan(width, depth, (Door("left", lane.y, lane.depth),), (lane,), zones)


def _two_rows(shares: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Split where both halves weigh most alike; the order of the codes stays."""
    codes = list(shares)
    total = sum(shares.values())
    best = min(
        range(1, len(codes) + 1),
        key=lambda cut: abs(2 * sum(shares[c] for c in codes[:cut]) - total),
        default=0,
    )
    return codes[:best], codes[best:]


def _row(
    codes: Sequence[str], shares: Mapping[str, int], y: int, width: int, gap: int, depth: int
) -> dict[str, Rect]:
    """Zones side by side over the whole width; the widest share gets at most three times the narrowest."""
    if not codes:
        return {}
    room = width - gap * (len(codes) + 1)
    floor = max(shares[code] for code in codes) // 3 + 1
    weights = [max(shares[code], floor) for code in codes]
    found, x, done = {}, gap, 0
    for code, weight in zip(codes, weights, strict=True):
        start = room * done // sum(weights)
        done += weight
        own = room * done // sum(weights) - start
        found[code] = Rect(x, y, max(own, 1), depth)
        x += own + gap
    return found


# --- what is wrong with a drawn plan ---


def plan_problems(plan: Plan, codes: Sequence[str]) -> list[FieldProblem]:
    """Everything wrong with a plan as drawn; `codes`: the zones in the order of the fields `#/zones/<n>/…`."""
    problems = [
        FieldProblem(f"#/{name}", say("请填写库房的长和宽，大于 0、小于 1000 米"))
        for name, size in (("width", plan.width), ("depth", plan.depth))
        if not 0 < size <= LONGEST
    ]
    if problems:
        return problems
    for number, door in enumerate(plan.doors):
        problems += _door_problems(plan, door, number)
    for number, aisle in enumerate(plan.aisles):
        problems += _rect_problems(plan, aisle, f"#/aisles/{number}")
    for number, code in enumerate(codes):
        if code in plan.zones:
            problems += _rect_problems(plan, plan.zones[code], f"#/zones/{number}")
    return [*problems, *_overlaps(plan, codes)]


def _door_problems(plan: Plan, door: Door, number: int) -> Iterable[FieldProblem]:
    if door.side not in SIDES:
        yield FieldProblem(f"#/doors/{number}/side", say("门应在左、右、上或下侧"))
        return
    wall = plan.depth if door.side in ("left", "right") else plan.width
    if door.width <= 0 or door.at < 0 or door.at + door.width > wall:
        yield FieldProblem(f"#/doors/{number}/at", say("门超出这面墙（{wall} 米）", wall=metres(wall)))


def _rect_problems(plan: Plan, rect: Rect, pointer: str) -> Iterable[FieldProblem]:
    for name, size in (("width", rect.width), ("depth", rect.depth)):
        if size <= 0:
            yield FieldProblem(f"{pointer}/{name}", say("长和宽要大于 0"))
    if rect.x < 0 or rect.right > plan.width:
        room = say(
            "超出库房：库房长 {size} 米，这里到 {end} 米", size=metres(plan.width), end=metres(rect.right)
        )
        yield FieldProblem(f"{pointer}/x", room)
    if rect.y < 0 or rect.bottom > plan.depth:
        room = say(
            "超出库房：库房宽 {size} 米，这里到 {end} 米", size=metres(plan.depth), end=metres(rect.bottom)
        )
        yield FieldProblem(f"{pointer}/y", room)


def _overlaps(plan: Plan, codes: Sequence[str]) -> Iterable[FieldProblem]:
    drawn = [(number, code, plan.zones[code]) for number, code in enumerate(codes) if code in plan.zones]
    for (_, first, one), (number, second, other) in combinations(drawn, 2):
        if one.overlaps(other):
            text = say("{second} 与 {first} 重叠", first=first, second=second)
            yield FieldProblem(f"#/zones/{number}/x", text)
    for number, code, rect in drawn:
        if any(rect.overlaps(aisle) for aisle in plan.aisles):
            yield FieldProblem(f"#/zones/{number}/y", say("{code} 压住了通道", code=code))


def metres(decimetres: int) -> str:
    """`123` → `12.3`."""
    sign, size = ("-", -decimetres) if decimetres < 0 else ("", decimetres)
    return f"{sign}{size // DM_PER_METRE}.{size % DM_PER_METRE}"


def decimetres(text: str) -> int:
    """`12.3` → 123; at most one decimal is meant, a second one must be 0.

    Raises:
        ValueError: no such number.
    """
    whole, _dot, rest = text.strip().removesuffix("m").removesuffix("米").strip().partition(".")
    tenths = rest.rstrip("0")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 4) or len(tenths) > 1:
        raise ValueError(text)
    if tenths and not (tenths.isascii() and tenths.isdigit()):
        raise ValueError(text)
    return int(whole) * DM_PER_METRE + int(tenths or 0)
