"""Rules on the figures of a declaration (HJ 1259-2022 7 and C.1–C.3, domain-rules 6.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.core.units import Grams, tonnes_text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed


@dataclass(frozen=True, kw_only=True)
class FigureFacts(Facts):
    """The declared figures of one waste of a declaration; grams."""

    subject_kind: str = "declaration"
    waste_code: str
    opening: Maybe[Grams] = UNKNOWN
    generated: Maybe[Grams] = UNKNOWN
    """With what was received from others."""
    own: Maybe[Grams] = UNKNOWN
    entrusted: Maybe[Grams] = UNKNOWN
    other: Maybe[Grams] = UNKNOWN
    """Loss and other changes, in less out; the official form has no column for it, so it counts into the stock."""
    closing: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ChainFacts(Facts):
    """Opening of one waste, and what the declaration of the period before closed with."""

    subject_kind: str = "declaration"
    waste_code: str
    opening: Maybe[Grams] = UNKNOWN
    last_closing: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class YearFacts(Facts):
    """A figure of a yearly declaration, and the sum of the months or quarters of the year."""

    subject_kind: str = "declaration"
    waste_code: str
    year_total: Maybe[Grams] = UNKNOWN
    period_sum: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class ManifestFacts(Facts):
    """What was sent with manifests that are accepted, and what was accepted on them."""

    subject_kind: str = "declaration"
    waste_code: str
    entrusted: Maybe[Grams] = UNKNOWN
    accepted: Maybe[Grams] = UNKNOWN


def closes(facts: FigureFacts, limits: Limits) -> Outcome:
    """HJ1259-7-balance: opening + generated − own − entrusted is the closing, to 0.0001 t."""
    ins = known(facts.opening, "opening") + known(facts.generated, "generated") + known(facts.other, "other")
    outs = known(facts.own, "own") + known(facts.entrusted, "entrusted")
    return _compared(facts.waste_code, ins - outs - known(facts.closing, "closing"), limits)


def continues(facts: ChainFacts, limits: Limits) -> Outcome:
    """HJ1259-7-chain: the opening is the closing of the period before."""
    difference = known(facts.opening, "opening") - known(facts.last_closing, "last_closing")
    return _compared(facts.waste_code, difference, limits)


def adds_up(facts: YearFacts, limits: Limits) -> Outcome:
    """HJ1259-7-sum: the year is the sum of its months or quarters, to 0.0001 t."""
    difference = known(facts.year_total, "year_total") - known(facts.period_sum, "period_sum")
    return _compared(facts.waste_code, difference, limits)


def agrees_with_manifests(facts: ManifestFacts, limits: Limits) -> Outcome:
    """HJ1259-7-man: what was entrusted is what was accepted on the manifests, to 0.0001 t."""
    difference = known(facts.entrusted, "entrusted") - known(facts.accepted, "accepted")
    return _compared(facts.waste_code, difference, limits)


def _compared(waste_code: str, difference: int, limits: Limits) -> Outcome:
    allowed = limits["mass"].grams
    observed, threshold = tonnes_text(difference), tonnes_text(allowed)
    if abs(difference) <= allowed:
        return passed(observed=observed, threshold=threshold, unit="t")
    return finding(observed=observed, threshold=threshold, unit="t", waste_code=waste_code)


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HJ1259-7-balance": Predicate(FigureFacts, closes),
    "HJ1259-7-chain": Predicate(ChainFacts, continues),
    "HJ1259-7-sum": Predicate(YearFacts, adds_up),
    "HJ1259-7-man": Predicate(ManifestFacts, agrees_with_manifests),
}
