"""The rule on the credit code of an organisation (domain-rules.md 14.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.catalogue.codes import credit_code_problem
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed


@dataclass(frozen=True, kw_only=True)
class CreditCodeFacts(Facts):
    """The credit code an organisation is registered under, in its normal form."""

    subject_kind: str = "organisation"
    credit_code: Maybe[str] = UNKNOWN


def has_valid_credit_code(facts: CreditCodeFacts, _limits: Limits) -> Outcome:
    """GB32100-check: 18 characters of the alphabet, with the right check character."""
    code = known(facts.credit_code, "credit_code")
    problem = credit_code_problem(code)
    return finding(observed=code, reason=problem) if problem else passed(observed=code)


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "GB32100-check": Predicate(CreditCodeFacts, has_valid_credit_code),
}
