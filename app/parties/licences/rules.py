"""Rules on the operating licence of whoever takes hazardous waste (domain-rules.md 8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.catalogue.codes import category_of
from app.foundation.core.text import Text, say
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.parties.licences.models import LicenceState


@dataclass(frozen=True)
class LicenceTerms:
    """State and days of one operating licence; both days are included."""

    number: str
    state: LicenceState
    valid_from: date
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class LicenceFacts(Facts):
    """The consignee's licence for one consignment (or lot), and the days it is needed on."""

    subject_kind: str = "consignment"
    licence: Maybe[LicenceTerms | None] = UNKNOWN
    """None: the consignee has no licence."""
    dispatch_on: Maybe[date] = UNKNOWN
    acceptance_on: Maybe[date] = UNKNOWN
    """Planned day, or the real one at the receipt."""


@dataclass(frozen=True, kw_only=True)
class LicenceScopeFacts(Facts):
    """One line of a consignment against the categories and codes of the licence."""

    subject_kind: str = "consignment_line"
    waste_code: Maybe[str] = UNKNOWN
    licensed_codes: Maybe[frozenset[str]] = UNKNOWN
    """`HW08` is the whole category, `900-249-08` that code alone; empty when there is no licence."""


def has_valid_licence(facts: LicenceFacts, _limits: Limits) -> Outcome:
    """HWLM-15: a licence, neither suspended nor revoked, in force on dispatch and on planned acceptance."""
    licence = known(facts.licence, "licence")
    if licence is None:
        return finding(reason=say("没有经营许可证"))
    if licence.state is LicenceState.SUSPENDED:
        return finding(observed=licence.number, reason=say("许可证 {number} 已暂停", number=licence.number))
    if licence.state is not LicenceState.VALID:
        return finding(observed=licence.number, reason=say("许可证 {number} 已吊销", number=licence.number))
    days = (known(facts.dispatch_on, "dispatch_on"), known(facts.acceptance_on, "acceptance_on"))
    for day in days:
        if problem := _term_problem(licence, day):
            return finding(observed=day.isoformat(), threshold=licence.valid_to.isoformat(), reason=problem)
    return passed(observed=max(days).isoformat(), threshold=licence.valid_to.isoformat())


def _term_problem(licence: LicenceTerms, day: date) -> Text | None:
    if day < licence.valid_from:
        return say(
            "许可证 {number} 自 {day} 起有效", number=licence.number, day=licence.valid_from.isoformat()
        )
    if day > licence.valid_to:
        return say("许可证 {number} 有效期至 {day}", number=licence.number, day=licence.valid_to.isoformat())
    return None


def is_within_licence(facts: LicenceScopeFacts, _limits: Limits) -> Outcome:
    """HWLM-10-cat: the code itself or its whole category is licensed. `900-000-XX` is covered by its category only."""
    code = known(facts.waste_code, "waste_code")
    licensed = known(facts.licensed_codes, "licensed_codes")
    if code in licensed or category_of(code) in licensed:
        return passed(observed=code)
    return finding(observed=code, waste_code=code)


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWLM-15": Predicate(LicenceFacts, has_valid_licence),
    "HWLM-10-cat": Predicate(LicenceScopeFacts, is_within_licence),
}
