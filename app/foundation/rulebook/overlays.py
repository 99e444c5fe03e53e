"""Local law on top of the national row: province, city and park may tighten a rule, never loosen it (0.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.rules import Confidence, Rule, Severity, Wording


@dataclass(frozen=True)
class Jurisdiction:
    """Whose local rules apply at a place.

    `province` and `city` are the first two and four digits of the division code (GB/T 2260: 44, 4403), `park`
    is the park's slug. None where a place is in none.
    """

    province: str | None = None
    city: str | None = None
    park: str | None = None


@dataclass(frozen=True)
class Overlay:
    """A local change of one rule, with its own source and dates."""

    id: str
    rule_id: str
    area: Jurisdiction
    """Only the parts that are set must agree; the most local one decides the level."""
    source: Wording
    confidence: Confidence
    valid_from: date | None
    valid_to: date | None
    severity: Severity | None
    block: bool | None
    limits: Limits

    @property
    def level(self) -> int:
        """0 province, 1 city, 2 park."""
        return 2 if self.area.park is not None else 1 if self.area.city is not None else 0

    def applies(self, places: Sequence[Jurisdiction], on: date) -> bool:
        in_force = (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )
        return in_force and any(_lies_in(place, self.area) for place in places)


def _lies_in(place: Jurisdiction, area: Jurisdiction) -> bool:
    return (
        area.province in (None, place.province)
        and area.city in (None, place.city)
        and area.park in (None, place.park)
    )


def effective_rule(rule: Rule, overlays: Iterable[Overlay], places: Sequence[Jurisdiction], on: date) -> Rule:
    """The rule as it binds at these places on that day: national ⊕ province ⊕ city ⊕ park, the tightest of each.

    Args:
        places: the site's jurisdiction; for a transfer those of both ends.
    """
    applying = [overlay for overlay in overlays if overlay.rule_id == rule.id and overlay.applies(places, on)]
    for overlay in sorted(applying, key=lambda overlay: overlay.level):
        rule = _tightened(rule, overlay)
    return rule


def _tightened(rule: Rule, overlay: Overlay) -> Rule:
    limits = {
        name: overlay.limits[name]
        if name in overlay.limits and limit.is_looser_than(overlay.limits[name])
        else limit
        for name, limit in rule.limits.items()
    }
    severity = max(rule.severity, overlay.severity or rule.severity, key=lambda severity: severity.rank)
    block = rule.block or bool(overlay.block)
    if (limits, severity, block) == (rule.limits, rule.severity, rule.block):
        return rule
    # A verified local text may firm up a rule known from memory; a local setting can't weaken a verified rule.
    confidence = rule.confidence if rule.confidence.is_verified else overlay.confidence
    return replace(
        rule, limits=limits, severity=severity, block=block, confidence=confidence, overlay_id=overlay.id
    )
