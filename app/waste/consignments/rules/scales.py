"""Rules on the scales behind the weights of both ends (domain-rules.md 7.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import comb
from typing import Any, Final

from app.foundation.core.text import say
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, listed, passed


@dataclass(frozen=True, kw_only=True)
class ScaleFacts(Facts):
    """The scale that weighed something of a consignment."""

    subject_kind: str = "consignment"
    scale_name: str
    weighed_on: Maybe[date] = UNKNOWN
    calibrated_to: Maybe[date] = UNKNOWN
    """Last day of the calibration, as it was known at the weighing."""


@dataclass(frozen=True, kw_only=True)
class TicketFacts(Facts):
    """What proves the weights at both ends."""

    subject_kind: str = "consignment"
    is_key_unit: Maybe[bool] = UNKNOWN
    sent_ticket: Maybe[bool] = UNKNOWN
    """A photo, or a scale's own reading, at the consignor's."""
    received_ticket: Maybe[bool] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class CarrierRecordFacts(Facts):
    """How the last loads of one carrier arrived."""

    subject_kind: str = "organisation"
    differences: Maybe[tuple[int, ...]] = UNKNOWN
    """Received less sent (g), the latest trips."""


def is_calibrated(facts: ScaleFacts, _limits: Limits) -> Outcome:
    """DISC-4: the scale's certificate held on the day."""
    weighed, last = known(facts.weighed_on, "weighed_on"), known(facts.calibrated_to, "calibrated_to")
    if weighed <= last:
        return passed(observed=weighed.isoformat(), threshold=last.isoformat())
    return finding(observed=weighed.isoformat(), threshold=last.isoformat(), scale=facts.scale_name)


def has_tickets(facts: TicketFacts, _limits: Limits) -> Outcome:
    """DISC-5: key units keep a photo or scale ticket of both ends."""
    is_key = known(facts.is_key_unit, "is_key_unit")
    sent, received = (
        known(facts.sent_ticket, "sent_ticket"),
        known(facts.received_ticket, "received_ticket"),
    )
    ends = ((say("移出"), sent), (say("接受"), received))
    lacking = [end for end, has_one in ends if is_key and not has_one]
    return finding(observed=len(lacking), ends=listed(lacking)) if lacking else passed()


def arrives_even(facts: CarrierRecordFacts, limits: Limits) -> Outcome:
    """DISC-6: over ten trips or more a carrier's loads don't arrive short again and again (sign test, one-sided)."""
    latest = known(facts.differences, "differences")
    signs = [difference // abs(difference) for difference in latest if difference]
    short = signs.count(-1)
    ways = sum(comb(len(signs), count) for count in range(short, len(signs) + 1))
    chance = Decimal(ways * 100) / 2 ** len(signs)
    if limits["trips"].allows(len(latest)) and limits["significance"].allows(chance):
        return finding(observed=short, threshold=len(latest))
    return passed(observed=short, threshold=len(latest))


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "DISC-4": Predicate(ScaleFacts, is_calibrated),
    "DISC-5": Predicate(TicketFacts, has_tickets),
    "DISC-6": Predicate(CarrierRecordFacts, arrives_even),
}
