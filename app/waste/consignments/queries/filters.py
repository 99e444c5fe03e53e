"""What a list of consignments is narrowed to: one set of conditions for pages, exports and the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.foundation.catalogue.codes import normal_plate
from app.foundation.core.clock import instant_at
from app.parties.accounts.models import Organisation
from app.parties.licences.models import Vehicle
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.workflow import ConsignmentState


@dataclass(frozen=True)
class ConsignmentFilter:
    """Everything that is given must hold; nothing given is everything."""

    text: str = ""
    """Part of the own or national number."""
    state: ConsignmentState | None = None
    waste_code: str = ""
    """Part of a waste code of one of its lines."""
    partner: str = ""
    """Part of the name of consignor, carrier or consignee."""
    plate: str = ""
    first: date | None = None
    """The day it departed, or was drafted while it hasn't, is this or later …"""
    last: date | None = None
    """… and this or earlier, in the reader's zone."""

    def conditions(self, zone: str) -> list[ColumnElement[bool]]:
        """As conditions on `Consignment`; they cost no statement of their own."""
        return [*self._of_words(), *self._of_days(zone)]

    def _of_words(self) -> Iterator[ColumnElement[bool]]:
        if text := self.text.strip():
            yield or_(
                Consignment.number.contains(text.upper(), autoescape=True),
                Consignment.national_number.contains(text, autoescape=True),
            )
        if self.state is not None:
            yield Consignment.state == self.state
        if code := self.waste_code.strip().upper():
            found = ConsignmentLine.waste_code.contains(code, autoescape=True)
            yield Consignment.id.in_(select(ConsignmentLine.consignment_id).where(found))
        if partner := self.partner.strip():
            named = or_(
                Organisation.name.contains(partner, autoescape=True),
                Organisation.short_name.contains(partner, autoescape=True),
            )
            firms = select(Organisation.id).where(named)
            parties: tuple[Any, ...] = (
                Consignment.consignor_id,
                Consignment.carrier_id,
                Consignment.consignee_id,
            )
            yield or_(*(party.in_(firms) for party in parties))
        if plate := normal_plate(self.plate):
            vehicles = select(Vehicle.id).where(Vehicle.plate.contains(plate, autoescape=True))
            yield Consignment.vehicle_id.in_(vehicles)

    def _of_days(self, zone: str) -> Iterator[ColumnElement[bool]]:
        moved = func.coalesce(Consignment.departed_at, Consignment.created_at)
        if self.first is not None:
            yield moved >= instant_at(self.first, 0, 0, zone)
        if self.last is not None and self.last < date.max:
            yield moved < instant_at(self.last + timedelta(days=1), 0, 0, zone)


EVERYTHING = ConsignmentFilter()
