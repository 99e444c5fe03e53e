"""The figures of a declaration: computed from the ledger, declared as they are or with a reason why not. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.foundation.core.text import Text, say
from app.waste.registry.declaring.models import Declaration
from app.waste.registry.queries.accounts import StreamAccount, Way

FIELDS: Final[Mapping[str, Text]] = {
    "opening": say("期初剩余贮存量"),
    "generated": say("产生量"),
    "received": say("接收量"),
    "own": say("自行利用/处置量"),
    "entrusted": say("委外利用/处置量"),
    "other": say("损耗与其他"),
    "closing": say("期末剩余贮存量"),
}
"""Figures of a line, each of which may be declared otherwise than computed (domain-rules 6.2, P)."""


@dataclass(frozen=True)
class OwnShare:
    """What the site used or disposed of itself by one method; grams."""

    method: str
    is_use: bool
    mass: int


@dataclass(frozen=True)
class EntrustedShare:
    """What one receiver took for one method; grams. `receiver` numbers the declaration's list of names."""

    method: str
    is_use: bool
    receiver: int
    licence: str
    mass: int


@dataclass(frozen=True)
class Adjusted:
    """A declared figure beside the computed one, and why."""

    computed: int
    declared: int
    reason: str


@dataclass(frozen=True)
class FigureLine:
    """One waste of a declaration, as computed and as declared."""

    stream_id: UUID
    waste_code: str
    computed: Mapping[str, int]
    own: tuple[OwnShare, ...]
    entrusted: tuple[EntrustedShare, ...]
    outbound: int
    adjusted: Mapping[str, Adjusted] = field(default_factory=dict)

    def declared(self, name: str) -> int:
        """The declared figure, in grams."""
        return self.adjusted[name].declared if name in self.adjusted else self.computed[name]

    @property
    def difference(self) -> int:
        """opening + in − out − closing as declared: zero when it closes (HJ1259-7-balance)."""
        ins = sum(self.declared(name) for name in ("opening", "generated", "received", "other"))
        return ins - sum(self.declared(name) for name in ("own", "entrusted", "closing"))


def computed_figures(found: Sequence[StreamAccount]) -> tuple[dict[str, Any], list[str]]:
    """The figures as a declaration stores them, and the receivers' names they number."""
    receivers: list[str] = []

    def number(way: Way) -> int:
        if way.receiver not in receivers:
            receivers.append(way.receiver)
        return receivers.index(way.receiver)

    lines = []
    for one in found:
        account = one.account
        own: dict[tuple[str, bool], int] = {}
        for way, mass in account.own.items():
            own[way.method, way.is_use] = own.get((way.method, way.is_use), 0) + mass
        taken: dict[tuple[str, bool, int, str], int] = {}
        for way, mass in account.entrusted.items():
            key = (way.method, way.is_use, number(way), way.licence)
            taken[key] = taken.get(key, 0) + mass
        lines.append(
            {
                "stream_id": str(one.stream.id),
                "waste_code": one.stream.waste_code,
                "opening": account.opening,
                "generated": account.generated,
                "received": account.received,
                "own": [
                    {"method": method, "is_use": is_use, "mass": mass}
                    for (method, is_use), mass in sorted(own.items())
                ],
                "entrusted": [
                    {
                        "method": method,
                        "is_use": is_use,
                        "receiver": receiver,
                        "licence": licence,
                        "mass": mass,
                    }
                    for (method, is_use, receiver, licence), mass in sorted(taken.items())
                ],
                "other": account.other,
                "closing": account.closing,
                "outbound": account.outbound,
            }
        )
    return {"lines": lines}, receivers


def figure_lines(declaration: Declaration) -> list[FigureLine]:
    """The lines of a declaration in the order they were computed."""
    adjusted: dict[UUID, dict[str, Adjusted]] = {}
    for row in declaration.adjustments:
        one = Adjusted(row["computed"], row["declared"], row["reason"])
        adjusted.setdefault(UUID(row["stream_id"]), {})[row["field"]] = one
    return [
        _line(row, adjusted.get(UUID(row["stream_id"]), {})) for row in declaration.figures.get("lines", ())
    ]


def totals(lines: Sequence[FigureLine]) -> dict[str, int]:
    """The declared figures of all lines together."""
    return {name: sum(line.declared(name) for line in lines) for name in FIELDS}


def _line(row: Mapping[str, Any], adjusted: Mapping[str, Adjusted]) -> FigureLine:
    own = tuple(OwnShare(**share) for share in row["own"])
    entrusted = tuple(EntrustedShare(**share) for share in row["entrusted"])
    computed = {name: row[name] for name in FIELDS if name not in ("own", "entrusted")}
    return FigureLine(
        stream_id=UUID(row["stream_id"]),
        waste_code=row["waste_code"],
        computed=computed
        | {"own": sum(one.mass for one in own), "entrusted": sum(one.mass for one in entrusted)},
        own=own,
        entrusted=entrusted,
        outbound=row["outbound"],
        adjusted=adjusted,
    )
