"""Good rows of the tables after B.1, in normal form: what came into store, left it, was used; and general waste."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.vocabulary import Table


@dataclass(frozen=True, slots=True)
class PackageRow:
    """One container in one movement: what tables B.2 to B.5 have in common."""

    table: ClassVar[Table]

    sheet: str
    row: int
    batch_no: str
    event_date: date
    event_time: time | None
    local_name: str
    waste_name: str
    category: str
    waste_code: str
    grams: Grams
    container_code: str
    container_kind: str
    container_count: int
    source_batch: str
    """Of the table before, or of B.1."""

    def as_json(self) -> dict[str, Any]:
        """As in `accepted` of the sample expectations."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "batch_no": self.batch_no,
            "event_date": self.event_date.isoformat(),
            "event_time": clock_json(self.event_time),
            "local_name": self.local_name,
            "waste_name": self.waste_name,
            "category": self.category,
            "waste_code": self.waste_code,
            "grams": self.grams,
            "container_code": self.container_code,
            "container_kind": self.container_kind,
            "container_count": self.container_count,
            **self.own_json(),
        }

    def own_json(self) -> dict[str, Any]:
        """The columns that only this table has."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class StockInRow(PackageRow):
    """A good row of table B.2."""

    table: ClassVar[Table] = Table.B2

    storage_facility: str
    storage_type: str
    mover: str
    keeper: str

    def own_json(self) -> dict[str, Any]:
        return {
            "storage_facility": self.storage_facility,
            "storage_type": self.storage_type,
            "mover": self.mover,
            "keeper": self.keeper,
            "gen_batch": self.source_batch,
        }


@dataclass(frozen=True, slots=True)
class StockOutRow(PackageRow):
    """A good row of table B.3."""

    table: ClassVar[Table] = Table.B3

    storage_facility: str
    storage_type: str
    keeper: str
    mover: str
    destination: str

    def own_json(self) -> dict[str, Any]:
        return {
            "storage_facility": self.storage_facility,
            "storage_type": self.storage_type,
            "keeper": self.keeper,
            "mover": self.mover,
            "in_batch": self.source_batch,
            "destination": self.destination,
        }


def _source_json(batch: str) -> dict[str, str | None]:
    """Tables B.4 and B.5 name the generation batch or the stock-out batch."""
    generated = batch.startswith("HWCS")
    return {"gen_batch": batch if generated else None, "out_batch": None if generated else batch}


@dataclass(frozen=True, slots=True)
class OwnTreatmentRow(PackageRow):
    """A good row of table B.4."""

    table: ClassVar[Table] = Table.B4

    treatment_facility: str
    method_code: str
    finished_date: date
    finished_time: time | None
    treatment_operator: str

    def own_json(self) -> dict[str, Any]:
        return {
            "treatment_facility": self.treatment_facility,
            "method_code": self.method_code,
            "finished_date": self.finished_date.isoformat(),
            "finished_time": clock_json(self.finished_time),
            "treatment_operator": self.treatment_operator,
            **_source_json(self.source_batch),
        }


@dataclass(frozen=True, slots=True)
class EntrustedRow(PackageRow):
    """A good row of table B.5."""

    table: ClassVar[Table] = Table.B5

    method_code: str
    receiver_kind: str
    receiver_name: str
    licence_no: str
    """Of an operating licence, or of an export notice; empty for a receiver that needs none."""

    def own_json(self) -> dict[str, Any]:
        return {
            "method_code": self.method_code,
            "receiver_kind": self.receiver_kind,
            "receiver_name": self.receiver_name,
            "licence_no": self.licence_no or None,
            **_source_json(self.source_batch),
        }


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A good row of general-waste table 2: one waste in one month, in grams."""

    table: ClassVar[Table] = Table.GISW2

    sheet: str
    row: int
    month: date
    """Its first day."""
    waste_code: str
    waste_name: str
    waste_class: str
    """第Ⅰ类 or 第Ⅱ类."""
    generated: Grams
    stored: Grams
    cumulative: Grams
    own_use: Grams
    out_use: Grams
    own_disposal: Grams
    out_disposal: Grams
    own_use_method: str
    out_use_method: str
    own_disposal_method: str
    out_disposal_method: str

    @property
    def grams(self) -> Grams:
        """What the totals count: the mass generated."""
        return self.generated

    @property
    def used(self) -> Grams:
        """All four quantities used or disposed of."""
        return Grams(self.own_use + self.out_use + self.own_disposal + self.out_disposal)

    @property
    def event_date(self) -> date:
        return self.month

    @property
    def local_name(self) -> str:
        return self.waste_name

    def as_json(self) -> dict[str, Any]:
        """As in `accepted` of the sample expectations."""
        flows = {
            key: value
            for name in ("own_use", "out_use", "own_disposal", "out_disposal")
            for key, value in (
                (f"{name}_method", getattr(self, f"{name}_method") or None),
                (f"{name}_g", getattr(self, name)),
            )
        }
        return {
            "sheet": self.sheet,
            "row": self.row,
            "month": f"{self.month:%Y-%m}",
            "waste_code": self.waste_code,
            "waste_name": self.waste_name,
            "class": self.waste_class,
            "generated_g": self.generated,
            "stored_g": self.stored,
            "cumulative_g": self.cumulative,
            **flows,
        }


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """A good row of general-waste table 3: one load that left the works."""

    table: ClassVar[Table] = Table.GISW3

    sheet: str
    row: int
    event_date: date
    event_time: time | None
    waste_code: str
    waste_name: str
    grams: Grams
    operator: str
    carrier: str
    plate: str
    transport_mode: str
    receiver: str
    flow_type: str
    """委托利用, 委托处置, or as written."""

    @property
    def is_disposal(self) -> bool:
        return "处置" in self.flow_type

    @property
    def local_name(self) -> str:
        return self.waste_name

    def as_json(self) -> dict[str, Any]:
        """As in `accepted` of the sample expectations."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "waste_code": self.waste_code,
            "waste_name": self.waste_name,
            "event_date": self.event_date.isoformat(),
            "event_time": clock_json(self.event_time),
            "grams": self.grams,
            "operator": self.operator,
            "carrier": self.carrier,
            "plate": self.plate or None,
            "transport_mode": self.transport_mode or None,
            "receiver": self.receiver,
            "flow_type": self.flow_type,
        }


def clock_json(clock: time | None) -> str | None:
    """`08:30`; nothing where only the day is told."""
    return f"{clock:%H:%M}" if clock else None
