"""Rules on the time limits of a transfer (domain-rules.md 7.3, 7.5, 16.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.core.working_days import add_working_days
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, known, passed
from app.waste.registry.rules.checks import in_time


@dataclass(frozen=True, kw_only=True)
class ConfirmationFacts(Facts):
    """When a load was accepted, and when the consignee confirmed it in the national system."""

    subject_kind: str = "consignment"
    accepted_on: Maybe[date] = UNKNOWN
    confirmed_on: Maybe[date | None] = UNKNOWN
    today: Maybe[date] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class BackfillFacts(Facts):
    """A transfer on a paper manifest, and when it was entered."""

    subject_kind: str = "consignment"
    was_on_paper: Maybe[bool] = UNKNOWN
    transfer_ended_on: Maybe[date] = UNKNOWN
    backfilled_on: Maybe[date | None] = UNKNOWN
    today: Maybe[date] = UNKNOWN


def is_confirmed_in_time(facts: ConfirmationFacts, limits: Limits) -> Outcome:
    """HWTM-18-a, T3: confirmed in the national system within five working days of the acceptance."""
    due = add_working_days(known(facts.accepted_on, "accepted_on"), limits["within"].count)
    return in_time(due, known(facts.confirmed_on, "confirmed_on"), known(facts.today, "today"))


def is_backfilled_in_time(facts: BackfillFacts, limits: Limits) -> Outcome:
    """HWTM-20-b, T4: a paper manifest is entered within ten working days of the end of the transfer."""
    on_paper = known(facts.was_on_paper, "was_on_paper")
    due = add_working_days(known(facts.transfer_ended_on, "transfer_ended_on"), limits["within"].count)
    entered, today = known(facts.backfilled_on, "backfilled_on"), known(facts.today, "today")
    return in_time(due, entered, today) if on_paper else passed()


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWTM-18-a": Predicate(ConfirmationFacts, is_confirmed_in_time),
    "HWTM-20-b": Predicate(BackfillFacts, is_backfilled_in_time),
}
