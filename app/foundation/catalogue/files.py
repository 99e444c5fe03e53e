"""The reference files that ship with the program (data/SOURCES.md): read and checked, nothing more."""

import csv
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from app.foundation.catalogue.codes import category_of, is_waste_code

DATA: Final = Path(__file__).parent / "data"

WASTES: Final = "hazardous-waste-catalogue-2025.csv"
NOTES: Final = "hazardous-waste-catalogue-2025-notes.csv"
REMOVED: Final = "hazardous-waste-codes-removed-2025.csv"
SUCCESSORS: Final = "hazardous-waste-code-successors.csv"
EXEMPTIONS: Final = "hazardous-waste-exemptions-2025.csv"
CATEGORY_NAMES: Final = "waste-category-english-names.csv"
PINYIN: Final = "pinyin-initials.csv"
INDUSTRIES: Final = "gbt4754-2017-industries.csv"
GENERAL_KINDS: Final = "solid-waste-code-structure-2024.csv"
GENERAL_CLASSES: Final = "general-waste-classes.csv"
CONTAINER_RATINGS: Final = "container-compatibility.csv"
INCOMPATIBILITIES: Final = "incompatibility.csv"

ALL: Final = (
    WASTES,
    NOTES,
    REMOVED,
    SUCCESSORS,
    EXEMPTIONS,
    CATEGORY_NAMES,
    PINYIN,
    INDUSTRIES,
    GENERAL_KINDS,
    GENERAL_CLASSES,
    CONTAINER_RATINGS,
    INCOMPATIBILITIES,
)

HAZARDS: Final = ("T", "C", "I", "R", "In")
"""Toxic, corrosive, ignitable, reactive, infectious; `In` is not `I`."""
WASTE_COUNT: Final = 470
CATEGORY_COUNT: Final = 46


class DamagedFile(ValueError):
    """A reference file isn't what its document says; the text names file and fault."""


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a reference file by column name, in the order of the file."""
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, strict=True))


@cache
def sha256_of(name: str) -> str:
    """SHA-256 of a shipped reference file, hexadecimal. Kept, since shipped files don't change while we run."""
    return hashlib.sha256((DATA / name).read_bytes()).hexdigest()


def waste_rows() -> list[dict[str, str]]:
    """The 2025 list, checked as domain-rules.md 14.9 asks: invented codes circulate.

    Raises:
        DamagedFile: names the first row that can't be from the official annex.
    """
    rows = read_rows(WASTES)
    _ensure_unique(WASTES, [row["waste_code"] for row in rows])
    for row in rows:
        code = row["waste_code"]
        if not is_waste_code(code) or category_of(code) != row["category_code"]:
            raise DamagedFile(f"{WASTES}: {code} does not end in its category {row['category_code']}")
        if not set(row["hazard_properties"].split(";")) <= set(HAZARDS):
            raise DamagedFile(f"{WASTES}: unknown hazard in {code}")
    categories = {row["category_code"] for row in rows}
    if (len(rows), len(categories)) != (WASTE_COUNT, CATEGORY_COUNT):
        raise DamagedFile(f"{WASTES}: {len(rows)} wastes in {len(categories)} categories")
    return rows


@cache
def pinyin_initials() -> dict[str, str]:
    """Pinyin initials by waste code, category, class or industry. Kept, since shipped files don't change while we run."""
    return {row["code"]: row["initials"] for row in read_rows(PINYIN)}


def _ensure_unique(name: str, keys: Sequence[str]) -> None:
    if len(set(keys)) != len(keys):
        raise DamagedFile(f"{name}: a code occurs twice")
