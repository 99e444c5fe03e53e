"""Good rows of tables B.1 to B.5 in normal form: waste that came into being, went into store, left it, was used."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.good_rows import GoodRow
from app.waste.registry.ledger_files.vocabulary import Table


@dataclass(frozen=True, slots=True)
class ContainerRow(GoodRow):
    """One container at one moment: what tables B.1 to B.5 have in common."""

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


@dataclass(frozen=True, slots=True)
class GenerationRow(ContainerRow):
    """A good row of table B.1: one container of waste that came into being."""

    table: ClassVar[Table] = Table.B1

    facility_code: str
    operator: str
    destination: str


@dataclass(frozen=True, slots=True)
class PackageRow(ContainerRow):
    """One container in one movement: what tables B.2 to B.5 have in common."""

    source_batch: str
    """Of the table before, or of B.1."""


@dataclass(frozen=True, slots=True)
class StockInRow(PackageRow):
    """A good row of table B.2."""

    table: ClassVar[Table] = Table.B2
    json_names = {"source_batch": "gen_batch"}

    storage_facility: str
    storage_type: str
    mover: str
    keeper: str


@dataclass(frozen=True, slots=True)
class StockOutRow(PackageRow):
    """A good row of table B.3."""

    table: ClassVar[Table] = Table.B3
    json_names = {"source_batch": "in_batch"}

    storage_facility: str
    storage_type: str
    keeper: str
    mover: str
    destination: str


@dataclass(frozen=True, slots=True)
class TreatmentRow(PackageRow):
    """What tables B.4 and B.5 have in common: they name the stock-out batch, or the generation batch of waste
    that was never stored."""

    def as_json(self) -> dict[str, Any]:
        told = GoodRow.as_json(self)
        batch = told.pop("source_batch")
        generated = batch.startswith("HWCS")
        return told | {"gen_batch": batch if generated else None, "out_batch": None if generated else batch}


@dataclass(frozen=True, slots=True)
class OwnTreatmentRow(TreatmentRow):
    """A good row of table B.4."""

    table: ClassVar[Table] = Table.B4

    treatment_facility: str
    method_code: str
    finished_date: date
    finished_time: time | None
    treatment_operator: str


@dataclass(frozen=True, slots=True)
class EntrustedRow(TreatmentRow):
    """A good row of table B.5."""

    table: ClassVar[Table] = Table.B5

    method_code: str
    receiver_kind: str
    receiver_name: str
    licence_no: str
    """Of an operating licence, or of an export notice; empty for a receiver that needs none."""
