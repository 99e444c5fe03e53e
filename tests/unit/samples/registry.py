"""Cases of the rules on sites, plans, ledgers, general waste and the timetable, at their limits."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.foundation.core.units import Grams
from tests.unit.registry_samples import CHANGES, DAY, KEPT, tonnes

PASS, FINDING, MILDER = "pass", "finding", "milder"
CASES: Final[Mapping[str, tuple[tuple[Mapping[str, Any], str], ...]]] = {
    "HJ1259-4.2.1-key": (({"annual": tonnes("99.999999")}, PASS),),
    "HJ1259-4.2.1-simple": (({"annual": tonnes("9.999999")}, PASS), ({"annual": tonnes("100")}, PASS)),
    "HJ1259-4.2.1-reg": (({"annual": tonnes("10")}, PASS), ({"annual": tonnes("9.999999")}, FINDING)),
    "HJ1259-4.2.3-b": (({"years_operating": 1}, FINDING), ({"years_operating": 3}, PASS)),
    "HJ1259-4.2.3-c": (({"years_operating": 1}, PASS),),
    "HJ1259-5.2.3": (
        ({"changed_on": date(2026, 10, 23)}, PASS),
        ({"changed_on": date(2026, 10, 22)}, FINDING),
    ),
    "HJ1259-plan-over": (
        ({"cumulative": tonnes("9.000001")}, MILDER),
        ({"cumulative": tonnes("10")}, MILDER),
    ),
    "HJ1259-6.1.1": (({"ledger_keeper": ""}, "finding 1"),),
    "ECC-532-truth": (
        ({"in_ledger": tonnes("0.12"), "on_scale": tonnes("0.1")}, PASS),
        ({"in_ledger": tonnes("0.120001"), "on_scale": tonnes("0.1")}, FINDING),
    ),
    "HJ1259-7.2-simp-q": (({"submitted_on": date(2026, 10, 16)}, FINDING),),
    "HJ1259-7-null": (({"generated": Grams(0), "submitted_on": None, "last_on": DAY}, PASS),),
    "ECC-490-b": (({"trustee_feedback_on": date(2026, 10, 1)}, PASS),),
    "ECC-476-1": (({"approved_on": date(2026, 9, 1)}, PASS),),
    "ECC-476-2": (
        ({"to_province": "33", "submitted_on": None}, PASS),
        ({"submitted_on": date(2026, 9, 1)}, PASS),
        ({"submitted_on": date(2026, 9, 2)}, FINDING),
        ({"submitted_on": date(2016, 9, 1)}, PASS),
        ({"submitted_on": date(2016, 8, 31)}, "finding 120"),
        ({"submitted_on": date(2015, 12, 31), "departs_on": date(2026, 1, 1)}, "finding None"),
    ),
    "GISW-2026-plan": (
        ({"general_annual": tonnes("1"), "general_declared_on": None}, FINDING),
        ({"general_annual": tonnes("0.999999"), "general_declared_on": None}, PASS),
    ),
    "GISW-2026-q": (({"general_annual": tonnes("99999.999999"), "general_quarter_on": None}, PASS),),
    "GISWL-balance": (({"closing": tonnes("4.99")}, PASS),),
    "INFO-2020": (({"annual": tonnes("9.999999"), "is_online": False}, PASS),),
    "INFO-2025-10-a": (({"today": date(2025, 12, 31), "has_digital_coverage": False}, PASS),),
    "INFO-2025-10-b": (({"today": date(2026, 12, 31), "has_digital_coverage": False}, PASS),),
    "INFO-5i-P": (({"coded_at": None}, PASS),),
    "LAW-SWITCH-c": (
        ({"has_damage": True, "act_ended_on": date(2021, 11, 22)}, PASS),
        ({"has_damage": True, "act_ended_on": date(2021, 11, 21)}, FINDING),
    ),
}
"""Further changes of the facts that keep a rule, at its limits, with the outcome each must have."""

SAMPLES: Final = {
    rule_id: (kept, ((CHANGES[rule_id], "finding"), *CASES.get(rule_id, ())))
    for rule_id, kept in KEPT.items()
}
"""Facts that keep a rule, and its cases, for the check that no change of a rule goes unnoticed."""
