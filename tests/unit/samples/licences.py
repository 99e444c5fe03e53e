"""Cases of the rules on operating licences, at their limits."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.foundation.core.units import grams_from_tonnes as tonnes
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences import rules
from app.parties.licences.models import LicenceKind, LicenceState

PASS, FINDING = "pass", "finding"
SUBJECT: Final = UUID(int=5)
TODAY: Final = date(2026, 11, 22)

TERMS = rules.LicenceTerms("浙危废经第001号", LicenceState.VALID, date(2024, 1, 1), date(2026, 12, 31))
LICENSED = rules.LicenceFacts(
    subject_id=SUBJECT, licence=TERMS, dispatch_on=date(2026, 11, 22), acceptance_on=date(2026, 11, 23)
)
MODE = rules.LicenceModeFacts(
    subject_id=SUBJECT,
    planned_method="R2",
    licence_kind=LicenceKind.COMPREHENSIVE,
    modes=frozenset({"utilisation"}),
)
SCALE = rules.LicenceScaleFacts(
    subject_id=SUBJECT, scope="HW08", used=tonnes("50"), booked=tonnes("10"), yearly_scale=tonnes("100")
)
TERM = rules.LicenceTermFacts(
    subject_id=SUBJECT,
    licence_kind=LicenceKind.COMPREHENSIVE,
    valid_from=date(2025, 3, 1),
    valid_to=date(2030, 2, 28),
    renewal_filed_on=None,
    today=TODAY,
)
HOLDER = rules.LicenceHolderFacts(
    subject_id=SUBJECT,
    registry_changed_on=date(2026, 10, 30),
    change_filed_on=None,
    measures_done_on=date(2026, 10, 23),
    cancel_filed_on=date(2026, 11, 20),
    has_ended=False,
    record_handed_over=False,
    today=date(2026, 11, 20),
)
ALTERED = rules.LicenceAlterationFacts(
    subject_id=SUBJECT,
    mode_changed=False,
    category_added=False,
    facility_rebuilt=False,
    has_new_licence=False,
)
BOOK = rules.RecordBookFacts(
    subject_id=SUBJECT, is_landfill=False, closed_on=date(2026, 11, 22), kept_until=date(2036, 11, 22)
)
RECORD = rules.OperatingRecordFacts(
    subject_id=SUBJECT, recorded_waste="900-402-06", source="青梧涂料", destination="再生溶剂", accidents="无"
)
COLLECTOR = rules.CollectorFacts(
    subject_id=SUBJECT,
    licence_kind=LicenceKind.COLLECTION,
    waste_code="900-214-08",
    further_codes=frozenset(),
    is_pilot=True,
    producer_annual=tonnes("10"),
    has_extension=False,
)


def suspended(first: date | None, last: date | None) -> dict[str, Any]:
    return {
        "licence": rules.LicenceTerms(
            "n", LicenceState.SUSPENDED, date(2024, 1, 1), date(2026, 12, 31), first, last
        )
    }


def in_state(state: LicenceState) -> dict[str, Any]:
    return {"licence": rules.LicenceTerms("n", state, date(2024, 1, 1), date(2026, 12, 31))}


Cases = tuple[tuple[Mapping[str, Any], str], ...]
SAMPLES: Final[Mapping[str, tuple[Facts, Cases]]] = {
    "HWLM-15": (
        LICENSED,
        (
            ({"licence": None}, FINDING),
            (in_state(LicenceState.REVOKED), FINDING),
            (in_state(LicenceState.CANCELLED), FINDING),
            (suspended(None, None), FINDING),
            (suspended(None, None) | {"dispatch_on": date(2030, 1, 1)}, "finding None"),
            (suspended(date(2026, 11, 23), None), FINDING),
            (suspended(date(2026, 11, 24), None), PASS),
            (suspended(date(2026, 10, 1), date(2026, 11, 21)), PASS),
            (suspended(date(2026, 10, 1), date(2026, 11, 22)), FINDING),
            ({"dispatch_on": date(2024, 1, 1), "acceptance_on": date(2026, 12, 31)}, PASS),
            ({"dispatch_on": date(2023, 12, 31)}, FINDING),
            ({"acceptance_on": date(2027, 1, 1)}, FINDING),
        ),
    ),
    "HWLM-10-cat": (
        rules.LicenceScopeFacts(
            subject_id=SUBJECT, waste_code="900-249-08", licensed_codes=frozenset({"900-249-08"})
        ),
        (
            ({"licensed_codes": frozenset()}, FINDING),
            ({"licensed_codes": frozenset({"HW08"})}, PASS),
            ({"licensed_codes": frozenset({"900-214-08"})}, FINDING),
        ),
    ),
    "HWLM-10-mode": (
        MODE,
        (
            ({"planned_method": "D10"}, FINDING),
            ({"planned_method": "D10", "modes": frozenset({"disposal"})}, PASS),
            ({"planned_method": "G29"}, PASS),
            ({"planned_method": "S"}, PASS),
            ({"planned_method": "C1"}, PASS),
            ({"planned_method": "C1", "modes": frozenset({"disposal"})}, PASS),
            ({"planned_method": "C1", "modes": frozenset({"storage"})}, FINDING),
            ({"planned_method": "Y10"}, FINDING),
            ({"planned_method": "X1"}, FINDING),
            ({"modes": frozenset(), "planned_method": "S"}, FINDING),
            (
                {
                    "licence_kind": LicenceKind.COLLECTION,
                    "planned_method": "S",
                    "modes": frozenset({"collection"}),
                },
                FINDING,
            ),
        ),
    ),
    "HWLM-10-scale": (
        SCALE,
        (
            ({"used": tonnes("90.000001")}, FINDING),
            ({"used": tonnes("90")}, PASS),
            ({"used": tonnes("100"), "booked": tonnes("0.000001"), "scope": ""}, "finding 100"),
        ),
    ),
    "HWLM-12-4": (
        SCALE,
        (
            ({"used": tonnes("120")}, FINDING),
            ({"used": tonnes("119.999999"), "booked": tonnes("30")}, PASS),
        ),
    ),
    "HWLM-10-scale-w": (
        SCALE,
        (
            ({"used": tonnes("80")}, FINDING),
            ({"used": tonnes("79.999999")}, PASS),
        ),
    ),
    "HWLM-11": (
        HOLDER,
        (
            ({"today": date(2026, 11, 21)}, FINDING),
            ({"today": date(2026, 12, 24), "change_filed_on": date(2026, 11, 20)}, PASS),
            ({"today": date(2026, 12, 24), "registry_changed_on": None}, PASS),
        ),
    ),
    "HWLM-12-1-3": (
        ALTERED,
        (
            ({"mode_changed": True}, FINDING),
            ({"category_added": True}, FINDING),
            ({"facility_rebuilt": True}, FINDING),
            ({"mode_changed": True, "facility_rebuilt": UNKNOWN}, FINDING),
            ({"category_added": True, "facility_rebuilt": UNKNOWN, "has_new_licence": True}, PASS),
        ),
    ),
    "HWLM-13-a": (
        TERM,
        (
            ({"valid_to": date(2030, 3, 1)}, PASS),
            ({"valid_to": date(2030, 3, 2)}, "finding 2030-03-01"),
            ({"licence_kind": LicenceKind.COLLECTION, "valid_to": date(2028, 3, 1)}, PASS),
            ({"licence_kind": LicenceKind.COLLECTION, "valid_to": date(2028, 3, 2)}, FINDING),
        ),
    ),
    "HWLM-13-b": (
        TERM,
        (
            ({"valid_to": date(2026, 11, 30)}, FINDING),
            ({"valid_to": date(2026, 11, 30), "renewal_filed_on": date(2026, 10, 19)}, PASS),
            ({"valid_to": date(2026, 11, 30), "renewal_filed_on": date(2026, 10, 20)}, FINDING),
        ),
    ),
    "HWLM-14": (
        HOLDER,
        (
            ({"cancel_filed_on": date(2026, 11, 21)}, FINDING),
            ({"cancel_filed_on": None}, PASS),
            ({"cancel_filed_on": None, "today": date(2026, 11, 21)}, FINDING),
            ({"cancel_filed_on": None, "today": date(2026, 11, 21), "measures_done_on": None}, PASS),
        ),
    ),
    "HWLM-18-a": (
        BOOK,
        (
            ({"kept_until": date(2036, 11, 21)}, FINDING),
            ({"is_landfill": True}, "finding None"),
            ({"is_landfill": True, "kept_until": None}, PASS),
            ({"kept_until": None}, "pass 10"),
        ),
    ),
    "HWLM-18-b": (
        HOLDER,
        (
            ({"has_ended": True}, FINDING),
            ({"has_ended": True, "record_handed_over": True}, PASS),
        ),
    ),
    "HWLM-6-scope": (
        COLLECTOR,
        (
            ({"waste_code": "900-249-08"}, FINDING),
            ({"waste_code": "900-249-08", "further_codes": frozenset({"900-249-08"})}, PASS),
            ({"waste_code": "900-249-08", "further_codes": frozenset({"HW08"})}, PASS),
            ({"waste_code": "900-249-08", "licence_kind": LicenceKind.COMPREHENSIVE}, PASS),
        ),
    ),
    "HW-66-pilot": (
        COLLECTOR,
        (
            ({"producer_annual": tonnes("10.000001")}, FINDING),
            ({"producer_annual": tonnes("11"), "is_pilot": False}, PASS),
            ({"producer_annual": tonnes("11"), "has_extension": True}, PASS),
        ),
    ),
    "HWLM-record": (
        RECORD,
        tuple(({name: " "}, FINDING) for name in ("recorded_waste", "source", "destination", "accidents")),
    ),
}
"""Facts that keep a rule, and its cases."""
