"""Good rows of general-waste tables 1 to 7, in normal form."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.good_rows import GoodRow
from app.waste.registry.ledger_files.vocabulary import Table


@dataclass(frozen=True, slots=True)
class GeneralRow(GoodRow):
    """What tables 1 to 7 have in common: one general waste, known by its official name."""

    waste_code: str
    waste_name: str

    @property
    def local_name(self) -> str:
        return self.waste_name


@dataclass(frozen=True, slots=True)
class ListRow(GeneralRow):
    """A good row of table 1: one waste of a year. It tells what the waste is; nothing is posted."""

    table: ClassVar[Table] = Table.GISW1
    json_names = {"waste_class": "class", "annual": "annual_g"}

    year: int
    waste_class: str
    step: str
    form: str
    """S, SS, L or G; empty when the words say none of them."""
    main_components: str
    harmful_components: str
    annual: Grams

    @property
    def grams(self) -> Grams:
        return self.annual

    @property
    def event_date(self) -> date:
        return date(self.year, 1, 1)


@dataclass(frozen=True, slots=True)
class SummaryRow(GeneralRow):
    """A good row of table 2: one waste in one month."""

    table: ClassVar[Table] = Table.GISW2
    json_names = {"waste_class": "class"} | {
        name: f"{name}_g"
        for name in (
            "generated", "stored", "cumulative", "own_use", "out_use", "own_disposal", "out_disposal",
        )
    }  # fmt: skip

    month: date
    """Its first day."""
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

    def as_json(self) -> dict[str, Any]:
        return GoodRow.as_json(self) | {"month": f"{self.month:%Y-%m}"}


@dataclass(frozen=True, slots=True)
class DispatchRow(GeneralRow):
    """A good row of table 3: one load that left the works."""

    table: ClassVar[Table] = Table.GISW3

    event_date: date
    event_time: time | None
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


@dataclass(frozen=True, slots=True)
class GeneralLine(GeneralRow):
    """What tables 4, 6 and 7 have in common: one waste at one moment."""

    event_date: date
    event_time: time | None
    grams: Grams
    batch_no: str
    operator: str
    key: str


@dataclass(frozen=True, slots=True)
class GeneralGenerationRow(GeneralLine):
    """A good row of table 4."""

    table: ClassVar[Table] = Table.GISW4

    moved_date: date | None
    moved_time: time | None
    destination: str
    mover: str


@dataclass(frozen=True, slots=True)
class UtilisationRow(GeneralLine):
    """A good row of table 6, or, as `DisposalRow`, of table 7."""

    table: ClassVar[Table] = Table.GISW6

    method: str
    finished_date: date | None
    finished_time: time | None


@dataclass(frozen=True, slots=True)
class DisposalRow(UtilisationRow):
    """A good row of table 7."""

    table: ClassVar[Table] = Table.GISW7


@dataclass(frozen=True, slots=True)
class GeneralStorageRow(GeneralRow):
    """A good row of table 5: what came into store, what left it, or both."""

    table: ClassVar[Table] = Table.GISW5
    json_names = {"in_quantity": "in_quantity_g", "out_quantity": "out_quantity_g"}

    in_date: date | None
    in_time: time | None
    in_quantity: Grams
    out_date: date | None
    out_time: time | None
    out_quantity: Grams
    facility: str
    destination: str
    batch_no: str
    operator: str
    key: str

    @property
    def grams(self) -> Grams:
        """What the totals count: the mass brought in."""
        return self.in_quantity

    @property
    def event_date(self) -> date:
        day = self.in_date or self.out_date
        assert day is not None
        return day
