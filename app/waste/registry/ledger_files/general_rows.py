"""Good rows of general-waste tables 1 and 4 to 7, in normal form."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.ledger_rows import clock_json
from app.waste.registry.ledger_files.vocabulary import Table


@dataclass(frozen=True, slots=True)
class ListRow:
    """A good row of general-waste table 1: one waste of a year. It tells what the waste is; nothing is posted."""

    table: ClassVar[Table] = Table.GISW1

    sheet: str
    row: int
    year: int
    waste_code: str
    waste_name: str
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

    @property
    def local_name(self) -> str:
        return self.waste_name

    def as_json(self) -> dict[str, Any]:
        """As in `accepted` of the sample expectations."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "year": self.year,
            "waste_code": self.waste_code,
            "waste_name": self.waste_name,
            "class": self.waste_class,
            "step": self.step or None,
            "form": self.form or None,
            "main_components": self.main_components or None,
            "harmful_components": self.harmful_components or None,
            "annual_g": self.annual,
        }


@dataclass(frozen=True, slots=True)
class GeneralLine:
    """A good row of general-waste tables 4, 6 and 7: one waste at one moment."""

    table: ClassVar[Table]

    sheet: str
    row: int
    event_date: date
    event_time: time | None
    waste_code: str
    waste_name: str
    grams: Grams
    batch_no: str
    operator: str
    key: str

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
            "batch_no": self.batch_no or None,
            "operator": self.operator,
            **self.own_json(),
        }

    def own_json(self) -> dict[str, Any]:
        """The columns that only this table has."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class GeneralGenerationRow(GeneralLine):
    """A good row of table 4."""

    table: ClassVar[Table] = Table.GISW4

    moved_date: date | None
    moved_time: time | None
    destination: str
    mover: str

    def own_json(self) -> dict[str, Any]:
        return {
            "moved_date": self.moved_date.isoformat() if self.moved_date else None,
            "moved_time": clock_json(self.moved_time),
            "destination": self.destination or None,
            "mover": self.mover or None,
        }


@dataclass(frozen=True, slots=True)
class UtilisationRow(GeneralLine):
    """A good row of table 6, or, as `DisposalRow`, of table 7."""

    table: ClassVar[Table] = Table.GISW6

    method: str
    finished_date: date | None
    finished_time: time | None

    def own_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "finished_date": self.finished_date.isoformat() if self.finished_date else None,
            "finished_time": clock_json(self.finished_time),
        }


@dataclass(frozen=True, slots=True)
class DisposalRow(UtilisationRow):
    """A good row of table 7."""

    table: ClassVar[Table] = Table.GISW7


@dataclass(frozen=True, slots=True)
class GeneralStorageRow:
    """A good row of table 5: what came into store, what left it, or both."""

    table: ClassVar[Table] = Table.GISW5

    sheet: str
    row: int
    waste_code: str
    waste_name: str
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
            "in_date": self.in_date.isoformat() if self.in_date else None,
            "in_time": clock_json(self.in_time),
            "in_quantity_g": self.in_quantity,
            "out_date": self.out_date.isoformat() if self.out_date else None,
            "out_time": clock_json(self.out_time),
            "out_quantity_g": self.out_quantity,
            "facility": self.facility or None,
            "destination": self.destination or None,
            "batch_no": self.batch_no or None,
            "operator": self.operator,
        }
