"""The renewal of a licence: until when it is asked for, and whether it still can be; pages and deadlines ask here."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from app.foundation.rulebook.assessment import assess
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.licences.facts import term_facts
from app.parties.licences.models import OperatingLicence
from app.parties.licences.rules import RULES

RENEWAL_RULE: Final = "HWLM-13-b"


@dataclass(frozen=True)
class Renewal:
    """What HWLM-13-b says of a licence today."""

    due_on: date
    """Last day on which the renewal is asked for in time."""
    filed_on: date | None
    is_late: bool
    """It was asked for after that day, or the day is over."""


def renewal_of(licence: OperatingLicence, today: date, *, is_replaced: bool) -> Renewal | None:
    """The renewal of one edition (HWLM 13); no statement.

    Args:
        is_replaced: a later edition renews it.

    Returns:
        None when nothing is to be asked for any more: it was replaced without a day of filing, or has ended.
    """
    facts = term_facts(licence, today, is_replaced=is_replaced)
    (found,) = assess({RENEWAL_RULE: RULES[RENEWAL_RULE]}, [facts], on=today, jurisdiction=Jurisdiction())
    if found.outcome is OutcomeKind.NOT_EVALUABLE:
        return None
    return Renewal(
        due_on=date.fromisoformat(str(found.threshold)),
        filed_on=licence.renewal_filed_on,
        is_late=found.outcome is OutcomeKind.FINDING,
    )
