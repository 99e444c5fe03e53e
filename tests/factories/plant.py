"""A producer in a park with a stream, a facility and a zone: made by the operations themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.accounts import operations as accounts
from app.parties.accounts.commands import AddSite, OpenPark, RegisterOrganisation
from app.parties.accounts.permissions import Role
from app.waste.registry.commands import AddStream
from app.waste.registry.models import WasteForm, WasteStream
from app.waste.registry.operations.streams import add_stream
from app.waste.storage.commands import AddFacility, AddZone, PutAway, RegisterContainer
from app.waste.storage.models import Container, Facility, FacilityType, Zone
from app.waste.storage.operations.containers import register_container
from app.waste.storage.operations.facilities import add_facility, add_zone
from app.waste.storage.operations.placing import put_away
from tests.factories.parties import NOW, a_credit_code, somebody

KG = 1_000


@dataclass
class Plant:
    """One firm's site with its storage; acts go through its own people."""

    database: Database
    park_id: UUID
    organisation_id: UUID
    credit_code: str
    site_id: UUID
    producer: Actor
    operator: Actor
    now: datetime = NOW

    def working(self, actor: Actor | None = None) -> Any:
        """A unit of work of the producer, or of somebody else, at the plant's present instant."""
        return self.database.writing(actor or self.producer, now=self.now)

    def stream(self, waste_code: str = "900-402-06", **changes: Any) -> WasteStream:
        command: dict[str, Any] = {
            "site_id": self.site_id,
            "waste_code": waste_code,
            "local_name": f"废物 {waste_code}",
            "form": WasteForm.LIQUID,
            "main_components": "丙酮",
            "harmful_components": "二甲苯",
            "precautions": "远离火源",
        }
        with self.working() as work:
            return add_stream(work, AddStream(**command | changes))

    def facility(self, **changes: Any) -> Facility:
        command: dict[str, Any] = {
            "site_id": self.site_id,
            "code": "TS001",
            "name": "1# 危废贮存库",
            "type": FacilityType.WAREHOUSE,
            "capacity": Grams(60_000 * KG),
        }
        with self.working() as work:
            return add_facility(work, AddFacility(**command | changes))

    def zone(self, facility: Facility, **changes: Any) -> Zone:
        command: dict[str, Any] = {
            "facility_id": facility.id,
            "code": "A1",
            "name": "溶剂区",
            "capacity": Grams(20_000 * KG),
            "allowed": ("HW06",),
        }
        with self.working() as work:
            return add_zone(work, AddZone(**command | changes))

    def drum(self, stream: WasteStream, kg: int | None = 186, **changes: Any) -> Container:
        """A registered package of so many kilograms; None: labelled before weighing."""
        command: dict[str, Any] = {
            "stream_id": stream.id,
            "package": "桶",
            "volume_ml": 200_000,
            "generated_at": self.now - timedelta(hours=1),
            "net": None if kg is None else Grams(kg * KG),
        }
        with self.working() as work:
            return register_container(work, RegisterContainer(**command | changes))

    def stored(self, stream: WasteStream, zone: Zone, kg: int = 186, **changes: Any) -> Container:
        drum = self.drum(stream, kg, **changes)
        return self.put(drum, zone)

    def put(self, drum: Container, zone: Zone, actor: Actor | None = None, **command: Any) -> Container:
        with self.working(actor) as work:
            return put_away(work, drum.id, PutAway(zone.id, **command))


def a_plant(database: Database, **organisation: Any) -> Plant:
    """A new park with one producer in it."""
    with database.writing(Actor.system(), now=NOW) as work:
        code = a_credit_code()
        park = accounts.open_park(
            work, OpenPark(f"park-{code.lower()}", "澄湖循环产业园", "Chenghu", "99", "9901", is_demo=True)
        )
        firm: dict[str, Any] = {
            "credit_code": code,
            "name": "青梧涂料有限公司",
            "short_name": "青梧涂料",
            "address": "澄湖路 1 号",
            "phone": "000-0000-0001",
            "emergency_phone": "000-0000-0002",
            "is_producer": True,
        }
        taken_in = accounts.register_organisation(work, RegisterOrganisation(**firm | organisation))
        site = accounts.add_site(work, AddSite(taken_in.id, park.id, "主厂区", "澄湖路 1 号", "99", "9901"))
    return Plant(
        database=database,
        park_id=park.id,
        organisation_id=taken_in.id,
        credit_code=code,
        site_id=site.id,
        producer=somebody(Role.PRODUCER, taken_in.id, park.id),
        operator=somebody(Role.PARK_OPERATOR, None, park.id),
    )
