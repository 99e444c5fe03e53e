"""The floor plan as the page draws it: zones in picture units, with as many lines as fit into each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from flask_babel import gettext as _

from app.entry.language import rendered
from app.waste.registry.models import FORM_WORDS
from app.waste.storage.facts import Standing
from app.waste.storage.floor_plan import USUAL_SIZE, Plan, Rect, arranged, metres, plan_of
from app.waste.storage.models import Facility, Zone
from app.waste.storage.queries import FacilityStock, ZoneStock
from app.web.filters import tonnes

WIDTH = 800
"""Picture units across the store; a frame of 10 is around it."""
HIGHEST = 520
LOWEST = 170
FRAME = 10
WARN_SHARE = 80
"""Per cent of the capacity from which a meter turns amber (platform setting, ux.md 2)."""


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle_x(self) -> int:
        return self.x + self.width // 2

    @property
    def middle_y(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class ZoneShape:
    """A zone on the picture: its words cut to its size, its meter, and how it stands."""

    stock: ZoneStock
    box: Box
    title: str
    lines: tuple[str, ...]
    share: int
    """Tenths of a per cent of the capacity."""
    kind: str
    """bad, warn or nothing."""
    label: str
    """The whole of it in a sentence, for screen readers."""

    @property
    def zone(self) -> Zone:
        return self.stock.zone

    @property
    def filled(self) -> int:
        """Picture units of the meter, at most its whole width."""
        return (self.box.width - 24) * min(self.share, 1000) // 1000

    @property
    def detail(self) -> str:
        """How much fits in: full, meter, or name."""
        if self.box.height >= 74 and self.box.width >= 104:
            return "full"
        return "meter" if self.box.height >= 48 and self.box.width >= 84 else "name"


@dataclass(frozen=True)
class PlanPicture:
    """Everything the SVG shows."""

    height: int
    store: Box
    zones: tuple[ZoneShape, ...]
    undrawn: tuple[ZoneShape, ...]
    """Zones that nobody placed on the plan; shown in the list only."""
    aisles: tuple[tuple[Box, str], ...]
    doors: tuple[Box, ...]
    clashes: tuple[Box, ...]
    """Hatched strips between zones in which incompatible wastes may meet."""
    is_sketch: bool
    """Nobody drew it: laid out by capacity, not to scale."""
    size: str


def plan_picture(
    stock: FacilityStock,
    standing: Sequence[Standing],
    broken: Collection[UUID],
    clashes: Collection[tuple[UUID, UUID]],
) -> PlanPicture | None:
    """The floor plan of a facility with its zones as they stand now; None without zones."""
    if not stock.zones:
        return None
    plan = drawn_plan(stock.facility, [item.zone for item in stock.zones])
    is_sketch = plan is None
    plan = plan or arranged(*USUAL_SIZE, {item.zone.code: item.zone.capacity for item in stock.zones})
    scale = _Scale(plan)
    shapes = {
        item.zone.id: _shape(
            item, scale.box(place) if (place := plan.zones.get(item.zone.code)) else None, standing, broken
        )
        for item in stock.zones
    }
    drawn = {item.zone.id for item in stock.zones if item.zone.code in plan.zones}
    return PlanPicture(
        height=scale.height + 2 * FRAME,
        store=Box(scale.left, FRAME, scale.width, scale.height),
        zones=tuple(shape for id_, shape in shapes.items() if id_ in drawn),
        undrawn=tuple(shape for id_, shape in shapes.items() if id_ not in drawn),
        aisles=tuple((scale.box(aisle), _aisle_words(aisle, is_sketch)) for aisle in plan.aisles),
        doors=tuple(scale.door(door.side, door.at, door.width) for door in plan.doors),
        clashes=tuple(
            _strip(shapes[one].box, shapes[other].box)
            for one, other in sorted(clashes)
            if one != other and one in drawn and other in drawn
        ),
        is_sketch=is_sketch,
        size=f"{metres(plan.width)} × {metres(plan.depth)} m",
    )


def drawn_plan(facility: Facility, zones: Sequence[Zone]) -> Plan | None:
    """The stored plan of a facility; None while no zone is placed on it."""
    plan = plan_of(facility.layout, {zone.code: zone.layout for zone in zones})
    return plan if plan and plan.zones else None


class _Scale:
    """From decimetres to picture units: the store fills the width, or the height where it is deep."""

    def __init__(self, plan: Plan) -> None:
        self.across, self.along = WIDTH * 1000 // plan.width, WIDTH * 1000 // plan.width
        if plan.depth * self.along // 1000 > HIGHEST:
            self.across = self.along = max(HIGHEST * 1000 // plan.depth, 1)
        if plan.depth * self.along // 1000 < LOWEST:  # a corridor: stretched, so that words fit in
            self.along = LOWEST * 1000 // plan.depth
        self.width = max(plan.width * self.across // 1000, 1)
        self.height = max(plan.depth * self.along // 1000, 1)
        self.left = FRAME + (WIDTH - self.width) // 2

    def box(self, rect: Rect) -> Box:
        x, y = self.left + rect.x * self.across // 1000, FRAME + rect.y * self.along // 1000
        return Box(
            x,
            y,
            max(self.left + rect.right * self.across // 1000 - x, 1),
            max(FRAME + rect.bottom * self.along // 1000 - y, 1),
        )

    def door(self, side: str, at: int, width: int) -> Box:
        if side in ("left", "right"):
            x = self.left - 3 if side == "left" else self.left + self.width - 3
            return Box(x, FRAME + at * self.along // 1000, 6, max(width * self.along // 1000, 6))
        y = FRAME - 3 if side == "top" else FRAME + self.height - 3
        return Box(self.left + at * self.across // 1000, y, max(width * self.across // 1000, 6), 6)


def _strip(one: Box, other: Box) -> Box:
    """The floor between two boxes, at least 12 wide where they touch."""
    left, right = max(one.x, other.x), min(one.x + one.width, other.x + other.width)
    top, bottom = max(one.y, other.y), min(one.y + one.height, other.y + other.height)
    if bottom - top >= right - left:  # side by side
        start, end = min(left, right), max(left, right)
        pad = max(12 - (end - start), 0) // 2
        return Box(start - pad, min(top, bottom), end - start + 2 * pad, max(abs(bottom - top), 12))
    start, end = min(top, bottom), max(top, bottom)
    pad = max(12 - (end - start), 0) // 2
    return Box(min(left, right), start - pad, max(abs(right - left), 12), end - start + 2 * pad)


def _aisle_words(aisle: Rect, is_sketch: bool) -> str:
    if is_sketch:
        return str(_("通道"))
    return str(_("通道 %(size)s m", size=metres(min(aisle.width, aisle.depth))))


def _shape(
    item: ZoneStock, box: Box | None, standing: Sequence[Standing], broken: Collection[UUID]
) -> ZoneShape:
    zone = item.zone
    box = box or Box(0, 0, 300, 120)  # in the list only
    share = item.mass * 1000 // zone.capacity
    is_bad = zone.id in broken or item.mass > zone.capacity
    name = f"{zone.code} {zone.name}"
    hazards = sorted({hazard for one in standing if one.zone_id == zone.id for hazard in one.stream.hazards})
    forms = "、".join(rendered(FORM_WORDS[form]) for form in zone.forms)
    lines = [" · ".join(filter(None, ("、".join(zone.allowed), forms))), " ".join(hazards)]
    room = box.width - 24
    most = max((box.height - 66) // 18, 0)
    return ZoneShape(
        stock=item,
        box=box,
        title=cut(name, room - (14 if is_bad else 0), 14),
        lines=tuple(cut(line, room, 12) for line in lines if line)[:most],
        share=share,
        kind="bad" if is_bad else "warn" if share >= WARN_SHARE * 10 else "",
        label=_(
            "%(zone)s，%(mass)s / %(limit)s t，占用 %(share)s%%",
            zone=name,
            mass=tonnes(item.mass, 2, unit=False),
            limit=tonnes(zone.capacity, 2, unit=False),
            share=share // 10,
        ),
    )


def cut(text: str, room: int, size: int) -> str:
    """A text that fits into so many picture units at a size, its end given up for `…`."""
    if _length(text, size) <= room:
        return text
    while text and _length(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""


def _length(text: str, size: int) -> int:
    """How long a text is at most: Han and full-width signs as wide as high, others 0.6 of it."""
    return sum(10 if ord(sign) > 0x2E7F else 6 for sign in text) * size // 10


def neighbours_to_confirm(plan: Plan | None, zones: Sequence[Zone]) -> list[tuple[Zone, Zone]]:
    """Zones drawn edge to edge that neither note as open to the other nor as separated by anything."""
    if plan is None:
        return []
    return [
        (one, other)
        for one, other in combinations(zones, 2)
        if one.code in plan.zones
        and other.code in plan.zones
        and plan.zones[one.code].touches(plan.zones[other.code])
        and other.code not in one.open_to
        and one.code not in other.open_to
        and not (_is_separated(one.register) and _is_separated(other.register))
    ]


def _is_separated(register: Mapping[str, object]) -> bool:
    return register.get("separation") in ("partition", "wall")
