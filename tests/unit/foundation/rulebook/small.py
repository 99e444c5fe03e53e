"""A small rulebook, facts and predicates of its own, so that the engine is tested apart from any law."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.foundation.rulebook.assessment import Facts, Predicate, RuleFinding, assess
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.loader import Rulebook, load
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.foundation.rulebook.overlays import Jurisdiction

DAY = date(2026, 11, 22)
TANK = UUID(int=1)
NOWHERE = Jurisdiction()

WORDING = {"zh": "超过 {threshold} {unit}：{observed}", "en": "over {threshold} {unit}: {observed}"}
RULE: dict[str, Any] = {
    "id": "TEST-1",
    "document": "TEST",
    "clause": "1",
    "severity": "violation",
    "confidence": "V",
    "subject": "tank",
    "acts": ["put_away", "submit"],
    "inputs": ["mass", "fill"],
    "act_inputs": {"put_away": ["fill"]},
    "limits": {"stock": {"value": "3", "unit": "t", "direction": "at_most"}},
    "title": {"zh": "罐不过满", "en": "Tank not too full"},
    "message": WORDING,
    "citations": [{"law": "OLD", "article": "79"}, {"law": "NEW", "article": "533"}],
}
RULES: dict[str, Any] = {
    "document": [{"key": "TEST", "number": "T 1", "name": {"zh": "测试标准", "en": "Test standard"}}],
    "law": [
        {
            "key": "OLD",
            "name": {"zh": "旧法", "en": "Old law"},
            "valid_from": date(2020, 9, 1),
            "valid_to": date(2026, 8, 14),
        },
        {"key": "NEW", "name": {"zh": "新法典", "en": "New code"}, "valid_from": date(2026, 8, 15)},
    ],
    "words": {"mass": {"zh": "质量", "en": "mass"}, "fill": {"zh": "装量", "en": "fill"}},
}
OVERLAY: dict[str, Any] = {
    "id": "LOCAL",
    "rule": "TEST-1",
    "area": {"province": "44"},
    "source": {"zh": "省条例", "en": "Provincial regulation"},
    "confidence": "V",
    "limits": {"stock": {"value": "2"}},
}


@dataclass(frozen=True, kw_only=True)
class TankFacts(Facts):
    subject_kind: str = "tank"
    mass: Maybe[int] = UNKNOWN
    fill: Maybe[int] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class OtherFacts(Facts):
    subject_kind: str = "other"


def _not_too_full(facts: TankFacts, limits: Limits) -> Outcome:
    total, limit = known(facts.mass, "mass") + known(facts.fill, "fill"), limits["stock"]
    numbers = (limit.shown(total), limit.text, limit.unit)
    if limit.is_kept_by(total):
        return passed(observed=numbers[0], threshold=numbers[1], unit=numbers[2])
    milder = total < 2 * limit.grams and facts.subject_id != TANK
    return finding(observed=numbers[0], threshold=numbers[1], unit=numbers[2], milder=milder)


PREDICATES = {"TEST-1": Predicate(TankFacts, _not_too_full)}


def rules_with(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(RULES), "rule": [{**copy.deepcopy(RULE), **changes}]}


def a_book(*overlays: dict[str, Any], **changes: Any) -> Rulebook:
    return load(rules_with(**changes), {"overlay": list(overlays)})


def an_overlay(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(OVERLAY), **changes}


def the_finding(
    book: Rulebook,
    *,
    mass: Maybe[int] = 3_000_001,
    fill: Maybe[int] = 0,
    subject_id: UUID = TANK,
    on: date = DAY,
    at: Jurisdiction = NOWHERE,
) -> RuleFinding:
    facts = TankFacts(subject_id=subject_id, mass=mass, fill=fill)
    (only,) = assess(PREDICATES, [facts], on=on, jurisdiction=at, book=book)
    return only
