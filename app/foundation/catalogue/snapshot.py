"""The hazardous-waste list as values in memory: read once, never changed, asked a hundred thousand times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from app.foundation.catalogue.codes import is_waste_code

IDENTIFIED_INDUSTRY: Final = "900-000-"
"""Art. 6 of the list: hazardous by testing, fitting no listed code, is coded 900-000-XX (XX = category)."""


@dataclass(frozen=True)
class Category:
    """A category of hazardous waste."""

    code: str
    name: str
    name_en: str
    initials: str


@dataclass(frozen=True)
class WasteEntry:
    """One code of the national list, or 900-000-XX of one category."""

    code: str
    category: Category
    name: str
    """The official wording, whole; words of ours for 900-000-XX."""
    hazards: tuple[str, ...]
    """Hazard letters in the order printed: T, C, I, R, In. Empty for 900-000-XX: the test report says."""
    hazard_expression: str
    """As printed: after "，" the later ones are possible, at "/" one or more of them apply (note 2)."""
    industry: str
    initials: str
    """Pinyin initials of the name, runs parted by spaces."""
    change: str = "same"
    """Against the list before: same, wording, revised, new or removed. The wording given is the newest."""
    listed_from: date | None = None
    """First day on which the code is valid; None: since before the oldest list known here."""
    listed_until: date | None = None
    """Last day on which the code is valid; None: still."""
    successor_code: str | None = None
    is_by_identification: bool = False

    def is_listed_on(self, day: date) -> bool:
        """Whether the list in force on that day holds the code."""
        return (self.listed_from is None or self.listed_from <= day) and (
            self.listed_until is None or day <= self.listed_until
        )


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All codes known, of every list known here. Made once per process; see `queries.catalogue_of`."""

    categories: Mapping[str, Category]
    entries: Mapping[str, WasteEntry]
    """By code in the order of the list; without 900-000-XX."""
    identified: Mapping[str, WasteEntry] = field(default_factory=dict)
    """900-000-XX by code."""

    @classmethod
    def of(cls, categories: Iterable[Category], entries: Iterable[WasteEntry]) -> "Catalogue":
        by_code = {category.code: category for category in categories}
        identified = (_identified_entry(category) for category in by_code.values())
        return cls(
            MappingProxyType(by_code),
            MappingProxyType({entry.code: entry for entry in entries}),
            MappingProxyType({entry.code: entry for entry in identified}),
        )

    def find(self, code: str, on: date) -> WasteEntry | None:
        """The entry of a code (normal form) in the list in force on a day; 900-000-XX always has one.

        The lists before 2021 aren't known here: earlier days are answered by the list of 2021.
        """
        entry = self.entries.get(code)
        if entry is not None:
            return entry if entry.is_listed_on(on) else None
        return self.identified.get(code)

    def ever_listed(self, code: str) -> WasteEntry | None:
        """The entry of a code in whichever list, to tell "no longer" and "not yet" from "never"."""
        return self.entries.get(code) or self.identified.get(code)

    def successor_of(self, code: str) -> WasteEntry | None:
        """What a removed code is called now, where that is known (CODE-ver)."""
        entry = self.entries.get(code)
        return self.entries.get(entry.successor_code) if entry and entry.successor_code else None

    @cached_property
    def all_entries(self) -> tuple[WasteEntry, ...]:
        """Listed ones first, in the order of the list, then 900-000-XX."""
        return (*self.entries.values(), *self.identified.values())


def _identified_entry(category: Category) -> WasteEntry:
    code = f"{IDENTIFIED_INDUSTRY}{category.code[2:]}"
    if not is_waste_code(code):
        raise ValueError(f"{category.code} is no category of hazardous waste")
    return WasteEntry(
        code=code,
        category=category,
        name=f"经鉴别具有危险特性、名录未列明的{category.name}",
        hazards=(),
        hazard_expression="",
        industry="非特定行业",
        initials="",
        is_by_identification=True,
    )
