"""The rules on a container where it is put, on its code and on its label."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.storage.compatibility import WasteGroups, WasteNature, groups_of
from app.waste.storage.models import FacilityType
from app.waste.storage.rules.placing import (
    CompatibilityFacts,
    ContainerCodeFacts,
    LabelFacts,
    Occupant,
    StockFacts,
    ZoneAssignmentFacts,
)
from tests.unit.samples.stores import DAY, MISSING, SUBJECT, Case, broken_by, each, kept_by

CODE: Final = "91420114303563353A9000060920240701001"
"""The example of HJ 1276 (domain-rules.md 4.4)."""
TEXTS = "waste_name category waste_code main_components harmful_components precautions digital_code unit_name contact"
LABEL = LabelFacts(
    subject_id=SUBJECT, waste_name="废乳化液", category="HW09", waste_code="900-006-09", form="L", hazards=frozenset({"T"}),
    main_components="矿物油、水", harmful_components="石油类", precautions="防泄漏", digital_code=CODE,
    unit_name="澄湖精工有限公司", contact="000-0000", generated_on=date(2024, 7, 1), weight=Grams(180_000),
    is_weight_due=True,
)  # fmt: skip
SPOT = StockFacts(
    subject_id=SUBJECT, facility_kind=FacilityType.SPOT, stock=Grams(2_900_000), inbound=Grams(100_000), form="L",
    capacity=Grams(3_000_000),
)  # fmt: skip


def _groups(code: str, form: str = "L", **properties: str) -> WasteGroups:
    return groups_of(WasteNature(code, form, frozenset(), properties))


def _beside(code: str, form: str = "L", **properties: str) -> dict[str, Any]:
    return {"occupants": (Occupant(f"桶 {code}", code, _groups(code, form, **properties)),)}


ACID = _groups("900-300-34", acid="non_oxidising")
APART = CompatibilityFacts(
    subject_id=SUBJECT, stream="mine", groups=_groups("900-249-08"), **_beside("900-402-06")
)

SAMPLES: Final[Mapping[str, tuple[Facts, list[Case]]]] = {
    "HJ1276-L-code": (
        ContainerCodeFacts(
            subject_id=SUBJECT, digital_code=CODE, is_listed=True, is_taken=False, printed_on=date(2024, 7, 1)
        ),
        [
            broken_by(is_taken=True),
            broken_by(is_listed=False),
            broken_by(printed_on=date(2024, 6, 30)),
            kept_by(printed_on=DAY + timedelta(days=1)),
            broken_by(digital_code=CODE[:-1]),
            broken_by(digital_code=CODE.lower()),
        ],
    ),
    "HJ1276-L-fields": (
        LABEL,
        [
            *each(TEXTS, ""),
            *each(TEXTS, " "),
            *each("form generated_on weight", None),
            broken_by(hazards=frozenset()),
            kept_by(weight=None, is_weight_due=False),
        ],
    ),
    "GB18597-4.2": (
        SPOT,
        [
            broken_by(inbound=Grams(100_001)),
            kept_by(inbound=Grams(99_999)),
            broken_by(facility_kind=FacilityType.YARD),
            kept_by(facility_kind=FacilityType.YARD, form=None),
            kept_by(facility_kind=FacilityType.YARD, form="S"),
        ],
    ),
    "GB18597-4.3-a": (
        ZoneAssignmentFacts(
            subject_id=SUBJECT, waste_code="900-249-08", form="L", assigned_codes=frozenset({"900-249-08"}),
            assigned_forms=frozenset({"L"}),
        ),
        [
            broken_by(assigned_codes=frozenset({"HW06"})),
            kept_by(assigned_codes=frozenset({"HW08"})),
            broken_by(assigned_forms=frozenset({"S"})),
        ],
    ),
    "GB18597-4.3-b": (
        APART,
        [
            broken_by(groups=_groups("900-352-35"), **_beside("900-300-34")),
            kept_by(groups=ACID, stream="900-352-35", **_beside("900-352-35")),
            ({"groups": _groups("900-300-34"), **_beside("336-104-33")}, MISSING),
            ({"groups": ACID, **_beside("336-063-17", "S")}, MISSING),
            ({"occupants": (Occupant("桶", "x", UNKNOWN),)}, MISSING),
            kept_by(occupants=()),
        ],
    ),
    "GB18597-8.3.5-a": (
        SPOT,
        [
            broken_by(inbound=Grams(150_000)),
            broken_by(inbound=Grams(100_001)),
            kept_by(inbound=Grams(200_000), facility_kind=FacilityType.WAREHOUSE),
            kept_by(inbound=Grams(200_000), subject_kind="zone"),
        ],
    ),
}  # fmt: skip
