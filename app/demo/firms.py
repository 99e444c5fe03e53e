"""The firms of the demo park, all invented: where they are, what they store and what arises there (`data/firms.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.foundation.core.units import Grams
from app.waste.registry.models import WasteForm
from app.waste.registry.planning.models import UnitClass
from app.waste.storage.floor_plan import Door, Plan, Rect, arranged
from app.waste.storage.models import FacilityType

DATA: Final = Path(__file__).parent / "data" / "firms.toml"
TONNE: Final = 1_000_000
DEMO_CITY: Final = "9901"


@dataclass(frozen=True)
class DemoZone:
    code: str
    name: str
    capacity: Grams
    allowed: tuple[str, ...]
    forms: tuple[str, ...]
    register: Mapping[str, object]


@dataclass(frozen=True)
class DemoFacility:
    code: str
    name: str
    type: FacilityType
    capacity: Grams
    zones: tuple[DemoZone, ...]
    plan: Plan
    register: Mapping[str, object]
    """Where it differs from a well-kept one."""


@dataclass(frozen=True)
class DemoStream:
    """A waste of a firm: how it arises, in what packages, and where it is kept."""

    key: str
    code: str
    name: str
    form: WasteForm
    main: str
    harmful: str
    precautions: str
    zone: str
    package: str
    volume_l: int
    tare_kg: str
    net_kg: tuple[int, int]
    """From, to: kilograms of one full package."""
    every_days: int
    source: str
    goods: Mapping[str, Any]
    """How it goes as dangerous goods, as its waybill says."""
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def yearly(self) -> int:
        """Grams a year at the rate of the story."""
        low, high = self.net_kg
        return (low + high) // 2 * 1000 * 365 // self.every_days


@dataclass(frozen=True)
class DemoFirm:
    key: str
    person: str
    """Who acts for it in the story."""
    initials: str
    credit_code: str
    name: str
    short_name: str
    short_name_en: str
    address: str
    roles: frozenset[str]
    industry: str = ""
    unit_class: UnitClass | None = None
    has_own_treatment: bool = False
    joined_days: int | None = None
    """Its story begins only so many days before the anchor; None: with the history."""
    facilities: tuple[DemoFacility, ...] = ()
    streams: tuple[DemoStream, ...] = ()


@dataclass(frozen=True)
class Route:
    """Who sends what to whom, into which zone, by which method, how often, how many packages a trip."""

    firm: str
    stream: str
    to: str
    zone: str
    method: str
    every_days: int
    count: int


@dataclass(frozen=True)
class GeneralWaste:
    """A general industrial waste, kept in batches of a month."""

    firm: str
    key: str
    code: str
    code_name: str
    name: str
    zone: str
    weekly_kg: tuple[int, int]
    method: str
    purpose: str = ""
    receiver: str = ""
    to: str = ""
    """The firm of the park that takes it by transfers; empty: drawn by hand."""
    price_yuan: int = 0
    """Per tonne, by its contract: above zero the receiver pays."""
    properties: Mapping[str, str] = field(default_factory=dict)


def _tonnes(count: int) -> Grams:
    return Grams(count * TONNE)


def _zone(row: Mapping[str, Any]) -> DemoZone:
    return DemoZone(
        row["code"],
        row["name"],
        _tonnes(row["capacity_t"]),
        tuple(row["allowed"]),
        tuple(row.get("forms", ())),
        row.get("register", {}),
    )


def _plan(row: Mapping[str, Any]) -> Plan:
    """As drawn in the data, or laid out in two rows along an aisle."""
    width, depth = row["outline"]
    drawn = {zone["code"]: Rect(*zone["place"]) for zone in row["zones"] if "place" in zone}
    if not drawn:
        return arranged(width, depth, {zone["code"]: zone["capacity_t"] for zone in row["zones"]})
    doors = tuple(Door(*door) for door in row["doors"])
    return Plan(width, depth, doors, tuple(Rect(*aisle) for aisle in row["aisles"]), drawn)


def _facility(row: Mapping[str, Any]) -> DemoFacility:
    return DemoFacility(
        row["code"],
        row["name"],
        FacilityType(row["type"]),
        _tonnes(row["capacity_t"]),
        tuple(_zone(zone) for zone in row["zones"]),
        _plan(row),
        row["register"],
    )


def _stream(row: Mapping[str, Any]) -> DemoStream:
    low, high = row["net_kg"]
    return DemoStream(**dict(row) | {"form": WasteForm(row["form"]), "net_kg": (low, high)})


def _firm(row: Mapping[str, Any]) -> DemoFirm:
    nested = {"class", "roles", "facility", "stream"}
    return DemoFirm(
        **{key: value for key, value in row.items() if key not in nested},
        roles=frozenset(row["roles"]),
        unit_class=UnitClass(row["class"]) if "class" in row else None,
        facilities=tuple(_facility(facility) for facility in row.get("facility", ())),
        streams=tuple(_stream(stream) for stream in row.get("stream", ())),
    )


def _general(row: Mapping[str, Any]) -> GeneralWaste:
    low, high = row["weekly_kg"]
    return GeneralWaste(**dict(row) | {"weekly_kg": (low, high)})


_RAW: Final = tomllib.loads(DATA.read_text("utf-8"))
FIRMS: Final = tuple(_firm(row) for row in _RAW["firm"])
ROUTES: Final = tuple(Route(**row) for row in _RAW["route"])
GENERAL: Final = tuple(_general(row) for row in _RAW["general"])
BY_KEY: Final = {firm.key: firm for firm in FIRMS}
PRODUCERS: Final = tuple(firm for firm in FIRMS if firm.streams)
"""Those whose ledger is kept here already."""


def stream_of(firm: str, key: str) -> DemoStream:
    """A waste of a firm."""
    return next(stream for stream in BY_KEY[firm].streams if stream.key == key)
