"""Which container material suits which waste (domain-rules.md 3.6 B): the table of the 2001 standard, read by our mapping."""

import enum
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.catalogue.files import CONTAINER_RATINGS, read_rows
from app.foundation.core.text import Text, say
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Unknown
from app.waste.storage.compatibility import WasteNature, groups_of

DATA: Final = Path(__file__).parent / "data" / "materials.toml"


class Rating(enum.StrEnum):
    """What the table says of a material for a waste."""

    RECOMMENDED = "R"
    ACCEPTABLE = "A"
    NOT_ADVISED = "N"
    READ_SHEET = "*"
    """The safety data sheet decides."""


READ_AS: Final = {
    "R": Rating.RECOMMENDED,
    "A": Rating.ACCEPTABLE,
    "A*": Rating.ACCEPTABLE,
    "N": Rating.NOT_ADVISED,
    "*": Rating.READ_SHEET,
    "A*-N": Rating.READ_SHEET,
}
"""The marks of the table. `A*` is acceptable with a look at the sheet; between A and N only the sheet decides."""


@dataclass(frozen=True)
class _Mapping:
    kind: str
    groups: frozenset[str]
    match: frozenset[str]
    forms: frozenset[str]


@dataclass(frozen=True)
class _Data:
    kinds: Mapping[str, Text]
    materials: Mapping[str, Text]
    ratings: Mapping[tuple[str, str], Rating]
    mapping: tuple[_Mapping, ...]


@lru_cache(maxsize=1)
def _data() -> _Data:
    raw = tomllib.loads(DATA.read_text("utf-8"))
    kinds = {row["table"]: key for key, row in raw["kinds"].items()}
    materials = {row["table"]: key for key, row in raw["materials"].items()}
    ratings = {
        (kinds[row["waste_kind_zh"]], materials[row["container_material_zh"]]): READ_AS[row["rating"]]
        for row in read_rows(CONTAINER_RATINGS)
    }
    return _Data(
        _names(raw["kinds"]), _names(raw["materials"]), ratings, tuple(map(_mapping, raw["mapping"]))
    )


def _names(rows: Mapping[str, Any]) -> dict[str, Text]:
    return {key: Text(row["name"]["zh"]) for key, row in rows.items()}


def _mapping(row: Mapping[str, Any]) -> _Mapping:
    sets = {key: frozenset(row.get(key, ())) for key in ("groups", "match", "forms")}
    return _Mapping(row["kind"], **sets)


def kind_name(kind: str) -> Text:
    """A row of the table in words."""
    return _data().kinds[kind]


def material_name(material: str) -> Text:
    """A column of the table in words."""
    return _data().materials[material]


def rating_of(kind: str, material: str) -> Rating:
    """What the table says.

    Raises:
        KeyError: it has no such row or column.
    """
    return _data().ratings[kind, material]


def material_ratings(waste: WasteNature) -> dict[str, Rating]:
    """How each material suits a waste: the worst mark of the rows it is in, as GB18597-7.1 judges; nothing where it is
    in none for certain."""
    kinds = kinds_of(waste)
    if isinstance(kinds, Unknown):
        return {}
    return {
        material: max((rating_of(kind, material) for kind in kinds), key=_WORST.index)
        for material in _data().materials
    }


_WORST: Final = (Rating.RECOMMENDED, Rating.ACCEPTABLE, Rating.READ_SHEET, Rating.NOT_ADVISED)
"""From best to worst."""
RATING_WORDS: Final = {
    Rating.RECOMMENDED: say("推荐"),
    Rating.ACCEPTABLE: say("可用"),
    Rating.READ_SHEET: say("查安全技术说明书"),
    Rating.NOT_ADVISED: say("不可用"),
}
"""What each mark says to people."""


def kinds_of(waste: WasteNature) -> Maybe[frozenset[str]]:
    """The rows of the table a waste is in; UNKNOWN where it is in none for certain."""
    groups = groups_of(waste).certain
    found = {row.kind for row in _data().mapping if _is_in(row, waste, groups)}
    return frozenset(found) if found else UNKNOWN


def _is_in(row: _Mapping, waste: WasteNature, groups: frozenset[str]) -> bool:
    if row.groups & groups:
        return True
    is_named = not row.match.isdisjoint({waste.waste_code, f"HW{waste.waste_code[-2:]}"})
    return is_named and (not row.forms or (waste.form is not UNKNOWN and waste.form in row.forms))
