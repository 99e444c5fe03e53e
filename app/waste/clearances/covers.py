"""A contract or crossing together with what it covers and what is left of it, and which of several fits a waste."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.foundation.catalogue.codes import is_waste_code
from app.foundation.core.units import Grams
from app.foundation.core.working_days import add_working_days
from app.foundation.rulebook.loader import rulebook
from app.parties.accounts.models import Site
from app.waste.clearances.models import (
    Contract,
    Crossing,
    CrossingKind,
    CrossingState,
    CrossingWaste,
)
from app.waste.registry.methods import is_utilisation

S = CrossingState
SUBMISSION_RULE: Final = "ECC-476-2"
"""In force since the Code: both provinces are told. Before, only the sending one was (Solid Waste Law 22(2))."""


@dataclass(frozen=True)
class ContractCover:
    """A contract and the wastes it names."""

    contract: Contract
    waste_codes: frozenset[str]

    def covers(self, waste_code: str) -> bool:
        """Whether it names the waste; one that names none covers any."""
        return not self.waste_codes or waste_code in self.waste_codes


@dataclass(frozen=True)
class DrawnWaste:
    """A waste of a crossing, and what departed consignments have moved of it (g)."""

    waste: CrossingWaste
    drawn: Grams
    drawn_in_year: Grams

    @property
    def granted(self) -> Grams:
        """What may move: what was approved, of a submission what was submitted; nothing before."""
        return self.waste.approved or Grams(0)

    @property
    def left(self) -> Grams:
        """Below zero when more was moved than granted."""
        return Grams(self.granted - self.drawn)


@dataclass(frozen=True)
class CrossingCover:
    """A crossing, its wastes by code, and the number of trips made under it."""

    crossing: Crossing
    wastes: Mapping[str, DrawnWaste]
    trips: int

    def is_for(self, waste_code: str, method: str) -> bool:
        """Whether this kind of paper is asked for a waste that goes to be treated so."""
        return self.crossing.kind is kind_needed(waste_code, method)

    @property
    def is_exhausted(self) -> bool:
        """Nothing is left of any waste, or all trips were made."""
        planned = self.crossing.planned_trips
        nothing_left = all(waste.left <= 0 for waste in self.wastes.values())
        return nothing_left or (planned is not None and self.trips >= planned)

    def is_open(self, on: date) -> bool:
        """Whether something may move under it on a day."""
        return self.state_on(on) in (S.APPROVED, S.EFFECTIVE)

    def state_on(self, day: date) -> CrossingState:
        """The state on a day: deemed acceptance, effect, end and exhaustion follow from days and quantities alone."""
        crossing = self.crossing
        if is_deemed_accepted(crossing, day):
            return S.ACCEPTED
        binding = crossing.state is S.APPROVED or is_effective(crossing, day)
        if not binding:
            return crossing.state
        if crossing.valid_to is not None and day > crossing.valid_to:
            return S.EXPIRED
        if self.is_exhausted:
            return S.EXHAUSTED
        return S.APPROVED if crossing.state is S.APPROVED else S.EFFECTIVE


def kind_needed(waste_code: str, method: str) -> CrossingKind:
    """Which paper lets a waste go to another province to be treated so (HWTM 21; ECC 476)."""
    if is_waste_code(waste_code):
        return CrossingKind.HAZARDOUS_DECISION
    return CrossingKind.GENERAL_SUBMISSION if is_utilisation(method) else CrossingKind.GENERAL_APPROVAL


COMPLETENESS_DAYS: Final = 5
"""Working days for the sending province to accept, or to list all that is missing (HWTM 24)."""


def is_deemed_accepted(crossing: Crossing, day: date) -> bool:
    """Whether an application counts as accepted because nobody said within five working days what is missing.

    It then counts as accepted on the day it was received (HWTM 24). General waste has no such clock.
    """
    return (
        crossing.kind is CrossingKind.HAZARDOUS_DECISION
        and crossing.state is S.SUBMITTED
        and crossing.submitted_on is not None
        and day > add_working_days(crossing.submitted_on, COMPLETENESS_DAYS)
    )


def provinces_to_tell(crossing: Crossing, departs_on: date) -> frozenset[str]:
    """Which provinces must have given their receipt before a departure on that day."""
    if rulebook().rule(SUBMISSION_RULE).is_valid(departs_on):
        return frozenset({crossing.from_province, crossing.to_province})
    return frozenset({crossing.from_province})


def provinces_told(crossing: Crossing, on: date) -> frozenset[str]:
    """The provinces that have given their receipt by a day."""
    receipts = {
        crossing.from_province: crossing.sending_receipt_on,
        crossing.to_province: crossing.receiving_receipt_on,
    }
    return frozenset(province for province, day in receipts.items() if day is not None and day <= on)


def is_effective(crossing: Crossing, on: date) -> bool:
    """Whether a submission has all the receipts that a departure on that day needs."""
    return crossing.state is S.REPORTED and provinces_to_tell(crossing, on) <= provinces_told(crossing, on)


@dataclass(frozen=True)
class Clearances:
    """The papers on file for one transfer, whether or not they suffice: that is for the rules to say."""

    consignor_site: Site
    consignee_id: UUID | None
    consignee_site: Site | None
    carrier_ids: tuple[UUID, ...]
    waste_codes: tuple[str, ...]
    on: date
    contracts: tuple[ContractCover, ...]
    """Signed ones with the consignee and the carriers; those that end last come first."""
    crossings: tuple[CrossingCover, ...]
    """Approved or reported ones of the site into the consignee's province, with what was drawn; none within a province."""

    @property
    def crosses(self) -> bool:
        """Whether the transfer leaves its province; while the consignee's place is unknown it doesn't."""
        return (
            self.consignee_site is not None and self.consignee_site.province != self.consignor_site.province
        )

    def contract_with(self, partner_id: UUID) -> ContractCover | None:
        """The contract with a partner that fits best: in force on the day, covering all the wastes, ending last."""
        candidates = [cover for cover in self.contracts if cover.contract.partner_id == partner_id]
        return max(candidates, key=self._contract_fit, default=None)

    def _contract_fit(self, cover: ContractCover) -> tuple[bool, bool, date]:
        contract = cover.contract
        in_force = contract.valid_from <= self.on <= contract.valid_to
        return in_force, all(cover.covers(code) for code in self.waste_codes), contract.valid_to

    def crossing_of(self, waste_code: str, method: str) -> CrossingCover | None:
        """The crossing that fits a waste best: in receiver, waste, days and method. None: none in receiver or waste."""
        fitting = [
            cover
            for cover in self.crossings
            if cover.is_for(waste_code, method)
            and (cover.crossing.consignee_id == self.consignee_id or waste_code in cover.wastes)
        ]
        return max(fitting, key=lambda cover: self._fit(cover, waste_code, method), default=None)

    def _fit(self, cover: CrossingCover, waste_code: str, method: str) -> tuple[bool | date, ...]:
        crossing = cover.crossing
        named = cover.wastes.get(waste_code)
        return (
            crossing.consignee_id == self.consignee_id,
            named is not None,
            crossing.planned_method == method,
            cover.state_on(self.on) is not S.EXPIRED,
            named is not None and named.left > 0,
            crossing.valid_to or crossing.applied_to,
        )
