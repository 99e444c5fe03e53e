"""Transfers of general waste in the story: drawn from the batches by both sides' signatures, most of them closed long ago."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from app.demo.firms import BY_KEY, GENERAL, GeneralWaste
from app.demo.general import GeneralStory
from app.demo.history import Story
from app.foundation.core.clock import instant_at
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.consignments import operations
from app.waste.consignments.commands import ArriveConsignment, RecordTare, SignConsignment, SubmitConsignment
from app.waste.consignments.commands.general import AcceptLoad, CreateTransfer, LoadLine, WeighLoad
from app.waste.consignments.commands.road import CloseConsignment
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations.closing import close_consignment

FIRM: Final = "qingwu"
CARRIER: Final = "chian"
DRIVER: Final = "shi"
VEHICLE: Final = "D2209"
"""A lorry for ordinary goods: those of dangerous goods carry nothing else."""
EMPTY: Final = Grams(5_480_000)
STEP: Final = 10_000
"""Loads are weighed to ten kilograms."""
SHARE: Final = 70
"""Percent of what lies there that a lorry takes; so no batch that is still being filled is emptied."""
CLOSED_AFTER: Final = timedelta(days=2)
DONE: Final[Mapping[int, str]] = {
    72: "plastic",
    58: "filter",
    44: "plastic",
    29: "plastic",
    16: "plastic",
    11: "filter",
    1: "plastic",
}
"""Which waste went how many days before the anchor; the last one waits for its consignor to close it."""
TODAY: Final = (("filter", 6, 35, "in_transit"), ("plastic", 7, 20, "loading"), ("plastic", 8, 5, "draft"))
"""What is on its way on the anchor day: waste, hour, minute, how far it has come."""


@dataclass
class GeneralTrip:
    """One transfer, told step by step up to where it stands."""

    story: Story
    waste: GeneralWaste
    mass: Grams
    at: datetime
    consignment: Consignment | None = None

    def tell(self, upto: str) -> None:
        """Up to a step: draft, submitted, loading, signed, in_transit, arrived, accepted."""
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("draft", self._draft),
            ("submitted", self._submit),
            ("loading", self._load),
            ("signed", self._sign),
            ("in_transit", self._depart),
            ("arrived", self._arrive),
            ("accepted", self._accept),
        )
        for name, step in steps:
            step()
            if name == upto:
                return

    def close(self, at: datetime) -> None:
        """The consignor is content with what the receiver signed for."""
        self.at = at
        self._do(self._own, 0, lambda work, key, seen: close_consignment(work, key, CloseConsignment(seen)))

    @property
    def _own(self) -> str:
        return BY_KEY[self.waste.firm].person

    @property
    def _theirs(self) -> str:
        return BY_KEY[self.waste.to].person

    @property
    def _received(self) -> Grams:
        """The other scale shows a little less."""
        return Grams(self.mass - self.mass * 14 // 1_000 // STEP * STEP)

    def _do(self, person: str, minutes: int, act: Callable[[Work, UUID, int], Consignment]) -> None:
        self.at += timedelta(minutes=minutes)
        known = self.consignment
        assert known is not None
        self.consignment = self.story.act(
            person, self.at, lambda work: act(work, known.id, known.version), signs=True
        )

    def _draft(self) -> None:
        demo, to = self.story.demo, self.waste.to
        command = CreateTransfer(
            lines=(LoadLine(demo.streams[self.waste.firm, self.waste.key].id, self.mass, package="袋"),),
            consignee_id=demo.organisations[to].id,
            consignee_site_id=demo.sites[to].id,
            carrier_id=demo.organisations[CARRIER].id,
            vehicle_id=demo.vehicles[VEHICLE],
            driver_id=demo.crew[DRIVER],
            planned_method=self.waste.method,
            emergency_measures="扎口装袋、篷布覆盖，不扬散、不遗撒；雨天不装车",
            via="环湖大道",
        )
        self.consignment = self.story.act(
            self._own, self.at, lambda work: operations.create_transfer(work, command)
        )

    def _submit(self) -> None:
        self._do(
            self._own,
            12,
            lambda work, key, seen: operations.submit_consignment(work, key, SubmitConsignment(seen)),
        )

    def _load(self) -> None:
        self._do(
            self._own,
            25,
            lambda work, key, seen: operations.weigh_load(work, key, WeighLoad(seen, {1: self.mass})),
        )

    def _sign(self) -> None:
        self._do(
            self._own,
            3,
            lambda work, key, seen: operations.sign_as_consignor(work, key, SignConsignment(seen)),
        )

    def _depart(self) -> None:
        self._do(
            DRIVER,
            6,
            lambda work, key, seen: operations.sign_as_carrier(work, key, SignConsignment(seen)),
        )

    def _arrive(self) -> None:
        gross = Grams(self._received + EMPTY)
        self._do(
            self._theirs,
            48,
            lambda work, key, seen: operations.arrive(work, key, ArriveConsignment(seen, gross)),
        )
        self._do(
            self._theirs,
            22,
            lambda work, key, seen: operations.record_tare(work, key, RecordTare(EMPTY, seen)),
        )

    def _accept(self) -> None:
        self._do(
            self._theirs,
            4,
            lambda work, key, seen: operations.accept_load(work, key, AcceptLoad(seen, {1: self._received})),
        )


class GeneralTrips:
    """Tells the transfers day by day, out of what the batches hold."""

    def __init__(self, story: Story, batches: GeneralStory) -> None:
        self.story = story
        self.batches = batches
        self.waiting: list[GeneralTrip] = []

    def day(self, day: date) -> None:
        """What was accepted is closed after two days; and what goes today."""
        due = [trip for trip in self.waiting if trip.at.date() <= day - CLOSED_AFTER]
        self.waiting = [trip for trip in self.waiting if trip not in due]
        for done in due:
            done.close(instant_at(day, 16, 40))
        key = DONE.get((self.story.anchor - day).days)
        if key and (trip := self._trip(key, instant_at(day, 8, 50))):
            trip.tell("accepted")
            self.waiting.append(trip)

    def today(self) -> None:
        """One on the road, one being loaded, one draft."""
        for key, hour, minute, upto in TODAY:
            if trip := self._trip(key, instant_at(self.story.anchor, hour, minute)):
                trip.tell(upto)

    def _trip(self, key: str, at: datetime) -> GeneralTrip | None:
        """Of most of what lies there; None while nothing does, as at the beginning of a short history."""
        waste = next(one for one in GENERAL if (one.firm, one.key) == (FIRM, key))
        mass = Grams(self.batches.in_stock(waste) * SHARE // 100 // STEP * STEP)
        if not mass:
            return None
        self.batches.send(waste, mass)
        return GeneralTrip(self.story, waste, mass, at)
