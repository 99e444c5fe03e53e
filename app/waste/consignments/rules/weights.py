"""Rules on weights at the receipt (domain-rules.md 7.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from app.foundation.core.units import Grams, kg_text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limit, Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed


@dataclass(frozen=True, kw_only=True)
class ReceiptMassFacts(Facts):
    """Sent and received mass of a whole consignment."""

    subject_kind: str = "consignment"
    sent: Maybe[Grams] = UNKNOWN
    received: Maybe[Grams] = UNKNOWN
    is_resolved: bool = False
    """The discrepancy was handled: told to the consignor and settled."""


@dataclass(frozen=True, kw_only=True)
class ContainerMassFacts(Facts):
    """Sent and received mass of one container."""

    subject_kind: str = "container"
    label: str
    """What people call the container, for the message."""
    sent: Maybe[Grams] = UNKNOWN
    received: Maybe[Grams] = UNKNOWN
    is_resolved: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiptCountFacts(Facts):
    """Number of containers sent and received with a consignment."""

    subject_kind: str = "consignment"
    sent_count: Maybe[int] = UNKNOWN
    received_count: Maybe[int] = UNKNOWN
    is_resolved: bool = False


def masses_agree(facts: ReceiptMassFacts, limits: Limits) -> Outcome:
    """DISC-1: the difference is at most 3 % of the sent mass or 50 kg, whichever is larger."""
    sent, received = known(facts.sent, "sent"), known(facts.received, "received")
    return _compared(sent, received, _allowed(sent, limits["share"], limits["mass"]))


def masses_agree_roughly(facts: ReceiptMassFacts, limits: Limits) -> Outcome:
    """DISC-2: at most 10 % or 200 kg, whichever is larger; a resolved discrepancy is the milder finding."""
    sent, received = known(facts.sent, "sent"), known(facts.received, "received")
    return _compared(
        sent, received, _allowed(sent, limits["share"], limits["mass"]), milder=facts.is_resolved
    )


def container_masses_agree(facts: ContainerMassFacts, limits: Limits) -> Outcome:
    """DISC-C: above 3 % or 2 kg (the larger) the milder finding, above 10 % or 10 kg the full one until resolved."""
    sent, received = known(facts.sent, "sent"), known(facts.received, "received")
    major = _allowed(sent, limits["major_share"], limits["major_mass"])
    if abs(received - sent) > major:
        return _compared(sent, received, major, milder=facts.is_resolved, container=facts.label)
    minor = _allowed(sent, limits["share"], limits["mass"])
    return _compared(sent, received, minor, milder=True, container=facts.label)


def counts_agree(facts: ReceiptCountFacts, limits: Limits) -> Outcome:
    """DISC-3: as many containers arrive as were sent; a resolved difference is the milder finding."""
    sent, received = known(facts.sent_count, "sent_count"), known(facts.received_count, "received_count")
    difference, allowed = received - sent, limits["count"].count
    if abs(difference) <= allowed:
        return passed(observed=difference, threshold=allowed, unit="count")
    return finding(
        observed=difference,
        threshold=allowed,
        unit="count",
        milder=facts.is_resolved,
        sent_count=sent,
        received_count=received,
    )


def _allowed(sent: Grams, share: Limit, mass: Limit) -> int:
    """The larger of a share of the sent mass and a fixed mass, in whole grams (see `Limit.share_of`)."""
    return max(share.share_of(sent), mass.grams)


def _compared(sent: Grams, received: Grams, allowed: int, *, milder: bool = False, **params: str) -> Outcome:
    difference = received - sent
    observed, threshold = kg_text(difference), kg_text(allowed)
    if abs(difference) <= allowed:
        return passed(observed=observed, threshold=threshold, unit="kg")
    return finding(
        observed=observed,
        threshold=threshold,
        unit="kg",
        milder=milder,
        percent=_percent(difference, sent),
        sent=kg_text(sent),
        received=kg_text(received),
        **params,
    )


def _percent(difference: int, whole: int) -> str:
    """The signed share with two decimals, half up; for reading only, never compared."""
    if whole == 0:
        return "—"
    return str((Decimal(difference) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "DISC-1": Predicate(ReceiptMassFacts, masses_agree),
    "DISC-2": Predicate(ReceiptMassFacts, masses_agree_roughly),
    "DISC-C": Predicate(ContainerMassFacts, container_masses_agree),
    "DISC-3": Predicate(ReceiptCountFacts, counts_agree),
}
