"""General industrial waste of the story: a batch a month of each, filled every week; drawn by hand the month after, or sent by
transfers."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from app.demo.firms import BY_KEY, GENERAL, GeneralWaste
from app.demo.history import Story
from app.foundation.core.clock import instant_at
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.batches import AddToBatch, DrawBatches, OpenBatch, Purpose
from app.waste.registry.operations.batches import close_batch, draw_batches, open_batch
from app.waste.storage.operations.batches import PlaceBatch, add_to_batch, place_batch

WEEKDAY: Final = 2
DRAWN_ON: Final = 6
"""Day of the month on which the last month's batch goes. Months are declared after that."""


@dataclass
class Batch:
    """A batch of a waste, and what is in it (g)."""

    id: UUID
    mass: int = 0


@dataclass
class GeneralStory:
    """Tells the batches day by day."""

    story: Story
    open: dict[str, Batch] = field(default_factory=dict)
    closed: dict[str, Batch] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    """What lies there of each (g), of those that go by transfers."""

    def day(self, day: date) -> None:
        """What happens to the batches on a day."""
        for place, waste in enumerate(GENERAL):
            key, at = f"{waste.firm}/{waste.key}", instant_at(day, 13, 10 + 4 * place)
            if day.day == 1 and key in self.open:
                self._close(waste, key, at)
            if day.weekday() == WEEKDAY:
                self._fill(waste, key, at)
            if day.day == DRAWN_ON and key in self.closed and not waste.to:
                self._draw(waste, self.closed.pop(key), at + timedelta(hours=2))

    def in_stock(self, waste: GeneralWaste) -> int:
        """What lies in its batches, of whatever month (g)."""
        return self.stock.get(f"{waste.firm}/{waste.key}", 0)

    def send(self, waste: GeneralWaste, mass: int) -> None:
        """So much of it has left by a transfer."""
        self.stock[f"{waste.firm}/{waste.key}"] -= mass

    def _fill(self, waste: GeneralWaste, key: str, at: datetime) -> None:
        batch = self.open.get(key)
        person, stream_id = BY_KEY[waste.firm].person, self.story.demo.streams[waste.firm, waste.key].id
        mass = Grams(self.story.rng.randint(*waste.weekly_kg) * 1000)
        zone = self.story.demo.zones[waste.firm, waste.zone]

        def begin(work: Work) -> UUID:
            batch_id = open_batch(work, OpenBatch(stream_id)).id
            add_to_batch(work, batch_id, AddToBatch(mass, work.now, "MF0001"))
            place_batch(work, batch_id, PlaceBatch(zone.id))
            return batch_id

        if batch is None:
            batch_id = self.story.act(person, at + timedelta(minutes=1), begin)
            batch = self.open[key] = Batch(batch_id)
        else:
            known = batch.id
            self.story.act(
                person, at, lambda work: add_to_batch(work, known, AddToBatch(mass, work.now, "MF0001"))
            )
        batch.mass += mass
        self.stock[key] = self.stock.get(key, 0) + mass

    def _close(self, waste: GeneralWaste, key: str, at: datetime) -> None:
        full = self.closed[key] = self.open.pop(key)
        self.story.act(BY_KEY[waste.firm].person, at, lambda work: close_batch(work, full.id))

    def _draw(self, waste: GeneralWaste, batch: Batch, at: datetime) -> None:
        purpose = Purpose(waste.purpose)
        command = DrawBatches(
            self.story.demo.streams[waste.firm, waste.key].id,
            Grams(batch.mass),
            purpose,
            batch.id,
            method_code=waste.method,
            facility_code="MF0302" if purpose.is_own else "",
            operator="",
            receiver_name=waste.receiver,
            carrier="" if purpose.is_own else "澄湖环卫运输（演示）队",
            plate="" if purpose.is_own else "演A·2207",
            transport_mode="" if purpose.is_own else "公路",
        )
        self.story.act(BY_KEY[waste.firm].person, at, lambda work: draw_batches(work, command))
