"""The park of the consignments with general waste in batches: what goes by mass."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    AcceptLoad,
    ArriveConsignment,
    CreateTransfer,
    LoadLine,
    SignConsignment,
    SubmitConsignment,
    WeighLoad,
)
from app.waste.consignments.models import Consignment
from app.waste.registry.batches import AddToBatch, OpenBatch, batch_row
from app.waste.registry.commands import AddStream
from app.waste.registry.general_waste import AddGeneralWasteCode, add_general_waste_code
from app.waste.registry.models import WasteBatch, WasteKind, WasteStream
from app.waste.registry.operations.batches import open_batch
from app.waste.registry.operations.streams import add_stream
from app.waste.storage.operations.batches import add_to_batch
from tests.integration.waste.consignments.world import World

CODE = "900-099-S17"
TONNE = 1_000_000


@dataclass
class GeneralWorld:
    """Scrap plastic of the consignor's in batches, and acts on transfers of it."""

    world: World
    stream: WasteStream

    def batch(self, tonnes: int) -> WasteBatch:
        """An open batch of so many tonnes, not in any zone."""
        with self.world.doing(self.world.consignor) as work:
            batch = open_batch(work, OpenBatch(self.stream.id))
        with self.world.doing(self.world.consignor) as work:
            add_to_batch(work, batch.id, AddToBatch(Grams(tonnes * TONNE), work.now))
        return batch

    def left(self, batch: WasteBatch) -> Grams:
        with self.world.seeing(self.world.consignor) as work:
            return batch_row(work, batch.id).mass

    def order(self, tonnes: int = 8, batch_id: UUID | None = None, **changes: Any) -> CreateTransfer:
        w = self.world
        values: dict[str, Any] = {
            "lines": (LoadLine(self.stream.id, Grams(tonnes * TONNE), batch_id),),
            "consignee_id": w.consignee.organisation_id,
            "consignee_site_id": w.consignee_site_id,
            "carrier_id": w.carrier.organisation_id,
            "vehicle_id": w.vehicle_id,
            "planned_method": "R3",
        }
        return CreateTransfer(**values | changes)

    def draft(self, tonnes: int = 8, **changes: Any) -> Consignment:
        with self.world.doing(self.world.consignor) as work:
            return operations.create_transfer(work, self.order(tonnes, **changes))

    def submitted(self, tonnes: int = 8, **changes: Any) -> Consignment:
        w = self.world
        return w.do(
            w.consignor, operations.submit_consignment, self.draft(tonnes, **changes), SubmitConsignment
        )

    def loaded(self, tonnes: int = 8, weighed: int | None = None, **changes: Any) -> Consignment:
        w = self.world
        masses = {} if weighed is None else {1: Grams(weighed * TONNE)}
        return w.do(
            w.consignor, operations.weigh_load, self.submitted(tonnes, **changes), WeighLoad, masses=masses
        )

    def departed(self, tonnes: int = 8, weighed: int | None = None, **changes: Any) -> Consignment:
        w = self.world
        trip = self.loaded(tonnes, weighed, **changes)
        trip = w.do(w.consignor, operations.sign_as_consignor, trip, SignConsignment)
        return w.do(w.carrier, operations.sign_as_carrier, trip, SignConsignment)

    def arrived(self, tonnes: int = 8, **changes: Any) -> Consignment:
        w = self.world
        return w.do(w.consignee, operations.arrive, self.departed(tonnes, **changes), ArriveConsignment)

    def accept(self, trip: Consignment, grams: int, note: str = "") -> Consignment:
        w = self.world
        return w.do(
            w.consignee, operations.accept_load, trip, AcceptLoad, masses={1: Grams(grams)}, note=note
        )


def build_general(world: World) -> GeneralWorld:
    with world.doing(world.operator) as work:
        add_general_waste_code(work, AddGeneralWasteCode(CODE, "废塑料边角料"))
    with world.doing(world.consignor) as work:
        stream = add_stream(
            work, AddStream(world.site_id, CODE, "废塑料", kind=WasteKind.GENERAL, properties={})
        )
    return GeneralWorld(world, stream)
