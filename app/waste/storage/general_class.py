"""The class of a general industrial waste by its leachate (GB 18599-2020 3.6, 3.7; domain-rules.md 9.2), and what of
GB 18599 binds a store (9.3)."""

import enum
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.core.text import Text
from app.waste.storage.models import FacilityType

DATA: Final = Path(__file__).parent / "data" / "leachate.toml"


class GeneralClass(enum.StrEnum):
    """第Ⅰ类 or 第Ⅱ类一般工业固体废物."""

    ONE = "I"
    TWO = "II"


@dataclass(frozen=True)
class ClassDecision:
    """The class, and what it rests on."""

    general_class: GeneralClass
    was_tested: bool
    """Untested waste is treated as class II; nobody has shown that it is."""
    exceeded: tuple[Text, ...] = ()
    """Pollutants above their limit; pH when it is outside its range."""


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text("utf-8"))


def pollutants() -> Mapping[str, Text]:
    """What a leachate may be tested for, by key; besides `ph`."""
    return {row["key"]: Text(row["name"]["zh"]) for row in _raw()["pollutant"]}


def class_of(leachate: Mapping[str, Decimal]) -> ClassDecision:
    """The class by results of the leachate (HJ 557) in mg/L, and `ph`; results exactly at a limit keep it.

    Which pollutants are characteristic of the waste its tester decides; pH always is. Without any result, or
    without pH, the class isn't shown to be I.

    Raises:
        KeyError: a result of something the table doesn't know.
    """
    raw = _raw()
    limits = {row["key"]: Decimal(row["most_mg_l"]) for row in raw["pollutant"]}
    names = pollutants()
    exceeded = [names[key] for key, value in leachate.items() if key != "ph" and value > limits[key]]
    ph = leachate.get("ph")
    if ph is not None and not Decimal(raw["ph_least"]) <= ph <= Decimal(raw["ph_most"]):
        exceeded.append(Text("pH"))
    was_tested = ph is not None and len(leachate) > 1
    is_one = was_tested and not exceeded
    return ClassDecision(GeneralClass.ONE if is_one else GeneralClass.TWO, was_tested, tuple(exceeded))


def is_under_gb18599(facility_type: FacilityType) -> bool:
    """Whether the site rules of GB 18599 bind (9.3): yards and landfills, not warehouses and packages.

    A warehouse (库房) or packed waste must only be kept from leaks, rain and dust (GB18599-1-pack).
    """
    return facility_type in (FacilityType.CLASS_I_SITE, FacilityType.CLASS_II_SITE)
