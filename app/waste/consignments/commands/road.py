"""What may be asked between loading and arrival, and when a consignment is closed."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.consignments.models import IncidentKind


@dataclass(frozen=True, kw_only=True)
class LegPlan:
    """A later carrier's part of the way. All of it is needed when the draft is submitted, but for the escort."""

    carrier_id: UUID
    vehicle_id: UUID | None = None
    driver_id: UUID | None = None
    escort_id: UUID | None = None
    place: str = ""
    """Where the carrier before hands the load over (HWTM 17)."""
    planned_at: datetime | None = None
    """When."""


@dataclass(frozen=True)
class RefuseToCarry:
    reason: str
    seen_version: int


@dataclass(frozen=True)
class ReopenConsignment:
    seen_version: int


class Verified(enum.StrEnum):
    """What a later carrier verifies before it takes a load over (HWTM 17)."""

    CONSIGNOR = "consignor"
    CARRIER = "carrier"
    WASTE = "waste"


@dataclass(frozen=True)
class TakeOver:
    """The next carrier has the load. Vehicle and crew are as planned where nothing else is said."""

    verified: frozenset[Verified]
    seen_version: int
    place: str = ""
    """Empty: where it was planned."""
    vehicle_id: UUID | None = None
    driver_id: UUID | None = None
    escort_id: UUID | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoreOnTheWay:
    """The load waits at a licensed store until a day."""

    site_id: UUID
    reason: str
    until_on: date
    seen_version: int


@dataclass(frozen=True)
class ResumeTransport:
    seen_version: int


@dataclass(frozen=True)
class ReportIncident:
    kind: IncidentKind
    place: str
    description: str
    seen_version: int
    occurred_at: datetime | None = None
    """None: now."""
    authority_note: str = ""
    """Which authority was told, by whom and when."""


@dataclass(frozen=True)
class SettleIncident:
    """What is lost, container by container; whatever isn't named is recovered."""

    seen_version: int
    lost: Mapping[str, Grams] = field(default_factory=dict)
    """Grams by the container's code, short code or id."""


@dataclass(frozen=True)
class CloseIncident:
    seen_version: int


@dataclass(frozen=True)
class DivertConsignment:
    """Another firm takes the load; the empty method keeps the one that was planned."""

    consignee_id: UUID
    consignee_site_id: UUID
    due_on: date
    reason: str
    seen_version: int
    planned_method: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CloseConsignment:
    """The consignor verified what became of everything."""

    seen_version: int


@dataclass(frozen=True)
class CreateRound:
    """One vehicle that collects from several consignors on a day (HWTM 16)."""

    vehicle_id: UUID
    driver_id: UUID
    planned_on: date
    escort_id: UUID | None = None


@dataclass(frozen=True)
class ChangeStop:
    """A consignment that becomes a stop of a round, or no longer is one."""

    consignment: str
    """Its own or national number, short code or id."""
    seen_version: int
    """Of the round."""


@dataclass(frozen=True)
class EndRound:
    seen_version: int


@dataclass(frozen=True)
class Position:
    """Where the vehicle was at an instant: WGS-84 in millionths of a degree."""

    at: datetime
    latitude_e6: int
    longitude_e6: int
