"""Rules on the class of a site (domain-rules.md 5.1). All but the two on mistakes tell what the class rests on."""

from dataclasses import dataclass
from typing import Final

from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.loader import limits_of
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.registry.planning.classes import KEY_RULE
from app.waste.registry.planning.models import CLASS_WORDS, UnitClass
from app.waste.registry.rules.checks import Rules


@dataclass(frozen=True, kw_only=True)
class ClassFacts(Facts):
    """What decides the class of a site for a year, and what was declared."""

    subject_kind: str = "site"
    annual: Maybe[Grams] = UNKNOWN
    """By 4.2.3."""
    has_own_treatment: Maybe[bool] = UNKNOWN
    has_licence: Maybe[bool] = UNKNOWN
    years_operating: Maybe[int] = UNKNOWN
    """Whole years on 1 January; 0 also for a site not started and one that generates now and then."""
    most_of_years: Maybe[Grams] = UNKNOWN
    """The largest yearly total looked at."""
    permitted: Maybe[Grams] = UNKNOWN
    """The larger of the figures of assessment and permit."""
    override: Maybe[UnitClass | None] = UNKNOWN
    override_document: Maybe[str] = UNKNOWN
    computed: Maybe[UnitClass] = UNKNOWN
    declared: Maybe[UnitClass] = UNKNOWN


def is_not_key(facts: ClassFacts, limits: Limits) -> Outcome:
    """HJ1259-4.2.1-key: 100 t a year and more, own treatment, or a licence make a key unit."""
    annual, limit = known(facts.annual, "annual"), limits["annual"]
    own = known(facts.has_own_treatment, "has_own_treatment")
    licence = known(facts.has_licence, "has_licence")
    if own or licence or limit.is_kept_by(annual):
        return finding(observed=limit.shown(annual), threshold=limit.text, unit="t")
    return passed(observed=limit.shown(annual), threshold=limit.text, unit="t")


def is_not_simplified(facts: ClassFacts, limits: Limits) -> Outcome:
    """HJ1259-4.2.1-simple: from 10 t to below what makes a key unit."""
    annual, limit = known(facts.annual, "annual"), limits["annual"]
    is_key = limits_of(KEY_RULE)["annual"].is_kept_by(annual)
    if limit.is_kept_by(annual) and not is_key:
        return finding(observed=limit.shown(annual), threshold=limit.text, unit="t")
    return passed(observed=limit.shown(annual), threshold=limit.text, unit="t")


def is_not_registration(facts: ClassFacts, limits: Limits) -> Outcome:
    """HJ1259-4.2.1-reg: below 10 t."""
    annual, limit = known(facts.annual, "annual"), limits["annual"]
    if not limit.is_kept_by(annual):
        return finding(observed=limit.shown(annual), threshold=limit.text, unit="t")
    return passed(observed=limit.shown(annual), threshold=limit.text, unit="t")


def override_is_documented(facts: ClassFacts, _limits: Limits) -> Outcome:
    """HJ1259-4.2.2: the authority's change of the class is kept with its document number."""
    override = known(facts.override, "override")
    document = known(facts.override_document, "override_document")
    if override is None or document.strip():
        return passed(observed=document)
    return finding(unit_class=CLASS_WORDS[override])


def rests_on_less_than_three_years(facts: ClassFacts, limits: Limits) -> Outcome:
    """HJ1259-4.2.3-a: three years and more in operation, the largest of the last three counts."""
    years, most = known(facts.years_operating, "years_operating"), known(facts.most_of_years, "most_of_years")
    asked = limits["years"].count
    return _rests_on(years >= asked, most)


def rests_on_no_year(facts: ClassFacts, _limits: Limits) -> Outcome:
    """HJ1259-4.2.3-b: one or two years in operation, the largest of them counts."""
    years, most = known(facts.years_operating, "years_operating"), known(facts.most_of_years, "most_of_years")
    return _rests_on(1 <= years < limits_of("HJ1259-4.2.3-a")["years"].count, most)


def rests_on_its_ledger(facts: ClassFacts, _limits: Limits) -> Outcome:
    """HJ1259-4.2.3-c: not a year in operation, the larger figure of assessment and permit counts."""
    years, permitted = known(facts.years_operating, "years_operating"), known(facts.permitted, "permitted")
    return _rests_on(years < 1, permitted)


def _rests_on(applies: bool, mass: Grams) -> Outcome:
    shown = limits_of(KEY_RULE)["annual"].shown(mass)
    return finding(observed=shown, unit="t") if applies else passed(observed=shown, unit="t")


def class_fits(facts: ClassFacts, _limits: Limits) -> Outcome:
    """HJ1259-class-drift: declared as computed, unless the authority said otherwise."""
    declared, computed = known(facts.declared, "declared"), known(facts.computed, "computed")
    if known(facts.override, "override") is not None or declared is computed:
        return passed(observed=declared.value)
    return finding(
        observed=declared.value,
        threshold=computed.value,
        declared=CLASS_WORDS[declared],
        computed=CLASS_WORDS[computed],
    )


RULES: Final[Rules] = {
    "HJ1259-4.2.1-key": Predicate(ClassFacts, is_not_key),
    "HJ1259-4.2.1-simple": Predicate(ClassFacts, is_not_simplified),
    "HJ1259-4.2.1-reg": Predicate(ClassFacts, is_not_registration),
    "HJ1259-4.2.2": Predicate(ClassFacts, override_is_documented),
    "HJ1259-4.2.3-a": Predicate(ClassFacts, rests_on_less_than_three_years),
    "HJ1259-4.2.3-b": Predicate(ClassFacts, rests_on_no_year),
    "HJ1259-4.2.3-c": Predicate(ClassFacts, rests_on_its_ledger),
    "HJ1259-class-drift": Predicate(ClassFacts, class_fits),
}
