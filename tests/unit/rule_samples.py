"""For every rule one set of facts that keeps it and one that breaks it, and a short way to evaluate them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from app.foundation.core.units import Grams, grams_from_tonnes
from app.foundation.rulebook.assessment import Facts, Predicate, RuleFinding, assess
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.accounts import rules as accounts
from app.waste.consignments import rules as consignments
from app.waste.registry.declaring import rules as declaring
from app.waste.registry.models import WasteForm
from app.waste.storage import rules as storage
from app.waste.storage.compatibility import WasteNature, groups_of
from app.waste.storage.models import FacilityType
from scripts.build_rules_page import PREDICATES
from tests.unit import registry_samples
from tests.unit.samples import clearances, general_sites, placing, stores
from tests.unit.samples import consignments as consignment_samples
from tests.unit.samples import licences as licence_samples

DAY: Final = date(2026, 11, 22)
SUBJECT: Final = UUID(int=5)
CODE: Final = "91420114303563353A9000060920240701001"
"""The example of HJ 1276 (domain-rules.md 4.4)."""

SAMPLES: Final = {
    **placing.SAMPLES,
    **stores.SAMPLES,
    **general_sites.SAMPLES,
    **clearances.SAMPLES,
    **licence_samples.SAMPLES,
    **consignment_samples.SAMPLES,
}
"""Facts that keep a rule, and its cases: for rules that are tried by cases."""
RULES: Final[Mapping[str, Predicate[Any]]] = PREDICATES


def tonnes(text: str) -> Grams:
    return grams_from_tonnes(text)


def kilograms(text: str) -> Grams:
    return Grams(int(Decimal(text) * 1000))


def the_finding(rule_id: str, facts: Facts, on: date = DAY) -> RuleFinding:
    """The outcome of one rule of the shipped rulebook for one facts object."""
    (found,) = assess({rule_id: RULES[rule_id]}, [facts], on=on, jurisdiction=Jurisdiction())
    return found


def groups(code: str, form: WasteForm = WasteForm.LIQUID, hazards: str = "", **properties: str) -> Any:
    return groups_of(WasteNature(code, form, frozenset(hazards.split()), properties))


def an_occupant(code: str, form: WasteForm = WasteForm.LIQUID, **properties: str) -> storage.Occupant:
    return storage.Occupant(f"桶 {code}", stream=code, groups=groups(code, form, **properties))


LABEL = storage.LabelFacts(
    subject_id=SUBJECT,
    waste_name="废乳化液",
    category="HW09",
    waste_code="900-006-09",
    form="L",
    hazards=frozenset({"T"}),
    main_components="矿物油、水",
    harmful_components="石油类",
    precautions="防泄漏",
    digital_code=CODE,
    unit_name="澄湖精工有限公司",
    contact="王某 0571-00000000",
    generated_on=date(2024, 7, 1),
    weight=kilograms("180"),
    is_weight_due=True,
)
SPOT = storage.StockFacts(
    subject_id=SUBJECT,
    facility_kind=FacilityType.SPOT,
    stock=tonnes("2.9"),
    inbound=tonnes("0.1"),
    form=WasteForm.LIQUID,
    capacity=tonnes("3"),
)
APART = storage.CompatibilityFacts(
    subject_id=SUBJECT, stream="mine", groups=groups("900-249-08"), occupants=(an_occupant("900-402-06"),)
)
LICENSED = licence_samples.LICENSED
RECEIVED = consignments.ReceiptMassFacts(subject_id=SUBJECT, sent=tonnes("10"), received=tonnes("10"))

KEPT: Final[Mapping[str, Facts]] = {
    **{rule_id: kept for rule_id, (kept, _) in SAMPLES.items()},
    **registry_samples.KEPT,
    "GB32100-check": accounts.CreditCodeFacts(subject_id=SUBJECT, credit_code="91420114303563353A"),
    "HWTM-15": consignments.ManifestNumberFacts(
        subject_id=SUBJECT, number="20263301000123", demo=False, departure_city="3301"
    ),
    "HJ1276-L-code": storage.ContainerCodeFacts(
        subject_id=SUBJECT, digital_code=CODE, is_listed=True, is_taken=False, printed_on=DAY
    ),
    "HJ1276-L-fields": LABEL,
    "GB18597-4.2": SPOT,
    "GB18597-4.3-a": storage.ZoneAssignmentFacts(
        subject_id=SUBJECT,
        waste_code="900-249-08",
        form="L",
        assigned_codes=frozenset({"900-249-08"}),
        assigned_forms=frozenset({"L"}),
    ),
    "GB18597-4.3-b": APART,
    "GB18597-8.3.5-a": SPOT,
    "DISC-1": RECEIVED,
    "DISC-2": RECEIVED,
    "DISC-C": consignments.ContainerMassFacts(
        subject_id=SUBJECT, label="A-01", sent=kilograms("180"), received=kilograms("180")
    ),
    "DISC-3": consignments.ReceiptCountFacts(subject_id=SUBJECT, sent_count=6, received_count=6),
    "HJ1259-7-balance": declaring.FigureFacts(
        subject_id=SUBJECT,
        waste_code="900-402-06",
        opening=tonnes("5"),
        generated=tonnes("10"),
        own=tonnes("2"),
        entrusted=tonnes("8"),
        other=tonnes("0"),
        closing=tonnes("5"),
    ),
    "HJ1259-7-chain": declaring.ChainFacts(
        subject_id=SUBJECT, waste_code="900-402-06", opening=tonnes("5"), last_closing=tonnes("5")
    ),
    "HJ1259-7-sum": declaring.YearFacts(
        subject_id=SUBJECT, waste_code="900-402-06", year_total=tonnes("12"), period_sum=tonnes("12")
    ),
    "HJ1259-7-man": declaring.ManifestFacts(
        subject_id=SUBJECT, waste_code="900-402-06", entrusted=tonnes("8"), accepted=tonnes("8")
    ),
}
CHANGES: Final[Mapping[str, Mapping[str, Any]]] = {
    **{
        rule_id: next(changes for changes, outcome in cases if outcome == stores.FINDING)
        for rule_id, (_, cases) in SAMPLES.items()
    },
    **registry_samples.CHANGES,
    "GB32100-check": {"credit_code": "914201143035633530"},
    "HWTM-15": {"number": "2026330100123"},
    "HJ1276-L-code": {"is_taken": True},
    "HJ1276-L-fields": {"contact": ""},
    "GB18597-4.2": {"inbound": tonnes("0.2")},
    "GB18597-4.3-a": {"assigned_codes": frozenset({"HW06"})},
    "GB18597-4.3-b": {"groups": groups("900-352-35"), "occupants": (an_occupant("900-300-34"),)},
    "GB18597-8.3.5-a": {"inbound": tonnes("0.15")},
    "DISC-1": {"received": tonnes("9")},
    "DISC-2": {"received": tonnes("8")},
    "DISC-C": {"received": kilograms("100")},
    "DISC-3": {"received_count": 5},
    "HJ1259-7-balance": {"closing": tonnes("4.9")},
    "HJ1259-7-chain": {"opening": tonnes("5.000001")},
    "HJ1259-7-sum": {"year_total": tonnes("12.000101")},
    "HJ1259-7-man": {"accepted": tonnes("7.9")},
}


def broken(rule_id: str) -> Facts:
    return replace(KEPT[rule_id], **CHANGES[rule_id])
