"""A park with a producer, a recycler and a carrier, and drums in store: made by the operations themselves."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.documents.short_code import new_short_code
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.parties.accounts.models import Membership, Organisation, Park, Site, User
from app.parties.accounts.permissions import PARK_ROLES, Role, permissions_of
from app.parties.licences import operations as licensing
from app.parties.licences.commands import (
    LicensedWaste,
    RegisterCarrierPermit,
    RegisterCrewMember,
    RegisterLicence,
    RegisterVehicle,
)
from app.parties.licences.models import LicenceKind, Mode
from app.waste.clearances.models import Clause, Contract, ContractKind, ContractState, ContractWaste
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    AcceptConsignment,
    ArriveConsignment,
    CreateConsignment,
    LoadContainer,
    SignConsignment,
    StartLoading,
    SubmitConsignment,
    WeighContainer,
)
from app.waste.consignments.commands.waybill import GoodsOfLine, RecordWaybill
from app.waste.consignments.goods import GoodsClass, PackingGroup
from app.waste.consignments.models import AcceptanceCheck, Consignment
from app.waste.consignments.queries import papers_for
from app.waste.registry.models import PlaceKind, WasteForm, WasteKind, WasteStream
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.models import Container, ContainerState, Facility, FacilityType, ShortCode, Zone
from tests.factories.plans import filed_plan

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ALL_CHECKS = frozenset(AcceptanceCheck)
PRODUCER, RECYCLER, CARRIER = "91330100MA2DEMK01D", "91130200699229617X", "91420114303563353A"
WASTE_CODE = "900-402-06"
DRUM = Grams(186_400)
KEYRING = Keyring(bytes(range(32)))


@dataclass
class World:
    """Ids of everybody, and actors who act for them."""

    database: Database
    park_id: UUID
    site_id: UUID
    consignee_site_id: UUID
    zone_id: UUID
    stream_id: UUID
    licence_id: UUID
    vehicle_id: UUID
    driver_id: UUID
    escort_id: UUID
    consignor: Actor
    consignee: Actor
    carrier: Actor
    operator: Actor
    now: datetime = NOW
    serial: int = field(default=0)
    numbers: int = field(default=500_000)

    def doing(self, actor: Actor) -> Any:
        """A unit of work of somebody, a minute after the last one."""
        self.now += timedelta(minutes=1)
        return self.database.writing(actor, now=self.now)

    def seeing(self, actor: Actor) -> Any:
        return self.database.reading(actor, now=self.now)

    def drums(self, count: int = 2, **changes: Any) -> list[Container]:
        """Drums in store with their weight on the label and in the ledger."""
        with self.doing(Actor.system()) as work:
            return [self._drum(work, changes) for _ in range(count)]

    def _drum(self, work: Work, changes: dict[str, Any]) -> Container:
        self.serial += 1
        code = f"{PRODUCER}{WASTE_CODE.replace('-', '')}20261118{self.serial:03}"
        values: dict[str, Any] = {
            "id": new_id(), "code": code, "short_code": new_short_code(), "local_label": f"QW-{self.serial:04}",
            "organisation_id": self.consignor.organisation_id, "holder_id": self.consignor.organisation_id,
            "site_id": self.site_id, "park_id": self.park_id, "stream_id": self.stream_id, "waste_code": WASTE_CODE,
            "form": WasteForm.LIQUID, "hazards": ["T", "I", "R"], "state": ContainerState.STORED, "package": "桶",
            "volume_ml": 200_000, "net": DRUM, "label_mass": DRUM, "label_prints": 1, "batch_number": f"HWCS20261118{self.serial:03}",
            "generated_on": date(2026, 11, 18), "zone_id": self.zone_id, "created_at": work.now, "stored_at": work.now,
        } | changes  # fmt: skip
        drum = Container(**values)
        work.session.add_all(
            [drum, ShortCode(code=drum.short_code, thing_kind="container", thing_id=drum.id)]
        )
        work.session.flush()
        if drum.net:
            post(
                work,
                [
                    Move(
                        self.stream_id,
                        drum.net,
                        Place(PlaceKind.GENERATION, self.site_id),
                        Place(PlaceKind.ZONE, self.zone_id),
                        date(2026, 11, 18),
                        drum.id,
                    )
                ],
                event_id=new_id(),
            )
        return drum

    def order(self, drums: list[Container], **changes: Any) -> CreateConsignment:
        """A complete command, with a number as the national system would give it."""
        self.numbers += 1
        command = CreateConsignment(
            containers=tuple(drum.code for drum in drums),
            consignee_id=self.consignee.organisation_id,
            consignee_site_id=self.consignee_site_id,
            carrier_id=self.carrier.organisation_id,
            vehicle_id=self.vehicle_id,
            driver_id=self.driver_id,
            escort_id=self.escort_id,
            national_number=f"20269901{self.numbers:06}",
            planned_method="R2",
            emergency_measures="随车吸附棉 10 kg；泄漏先围堵后收集",
        )
        return replace(command, **changes)

    def draft(self, drums: list[Container] | None = None, **changes: Any) -> Consignment:
        order = self.order(drums or self.drums(), **changes)
        with self.doing(self.consignor) as work:
            return operations.create_consignment(work, order)

    def do(
        self, actor: Actor, act: Any, consignment: Consignment, command: type, **values: Any
    ) -> Consignment:
        """One act on the consignment as it is now."""
        with self.doing(actor) as work:
            version = work.session.get_one(Consignment, consignment.id).version
            return act(work, consignment.id, command(seen_version=version, **values))  # type: ignore[no-any-return]

    def submitted(self, drums: list[Container] | None = None, **changes: Any) -> Consignment:
        return self.do(
            self.consignor, operations.submit_consignment, self.draft(drums, **changes), SubmitConsignment
        )

    def with_waybill(self, trip: Consignment, number: str = "") -> Consignment:
        """Its waybill made out, every line as a flammable liquid."""
        with self.seeing(self.consignor) as work:
            lines = papers_for(work, trip.id).lines
        told = tuple(some_goods(line.line_number) for line in lines)
        number = number or f"YD-{trip.number}"
        return self.do(
            self.carrier, operations.record_waybill, trip, RecordWaybill, waybill_number=number, lines=told
        )

    def loaded(self, drums: list[Container] | None = None) -> Consignment:
        drums = drums or self.drums()
        trip = self.with_waybill(self.submitted(drums))
        trip = self.do(self.consignor, operations.start_loading, trip, StartLoading)
        for drum in drums:
            trip = self.do(self.carrier, operations.load_container, trip, LoadContainer, code=drum.short_code)
        return trip

    def departed(self, drums: list[Container] | None = None) -> Consignment:
        trip = self.do(self.consignor, operations.sign_as_consignor, self.loaded(drums), SignConsignment)
        return self.do(self.carrier, operations.sign_as_carrier, trip, SignConsignment)

    def arrived(self, drums: list[Container] | None = None) -> Consignment:
        return self.do(
            self.consignee,
            operations.arrive,
            self.departed(drums),
            ArriveConsignment,
            gate_gross=Grams(9_000_000),
        )

    def weighed(self, drums: list[Container], masses: list[int]) -> Consignment:
        trip = self.arrived(drums)
        for drum, mass in zip(drums, masses, strict=True):
            trip = self.weigh(trip, drum, mass)
        return trip

    def weigh(self, trip: Consignment, drum: Container, mass: int) -> Consignment:
        return self.do(
            self.consignee, operations.weigh_container, trip, WeighContainer, code=drum.code, net=Grams(mass)
        )

    def accept(self, trip: Consignment, **values: Any) -> Consignment:
        """The consignee signs, having checked all four."""
        values = {"checks": ALL_CHECKS} | values
        return self.do(self.consignee, operations.accept_consignment, trip, AcceptConsignment, **values)


def some_goods(line_number: int = 1, **changes: Any) -> GoodsOfLine:
    """A solvent as its waybill names it."""
    goods = GoodsOfLine(
        line_number=line_number,
        un_number="UN1993",
        shipping_name="废弃物，易燃液体，未另作规定的（含二甲苯）",
        goods_class=GoodsClass.FLAMMABLE_LIQUID,
        packing_group=PackingGroup.II,
        subsidiary_hazards=(GoodsClass.TOXIC,),
        tunnel_code="D/E",
    )
    return replace(goods, **changes)


def waybill_json(*line_numbers: int) -> dict[str, Any]:
    """A waybill as one sends it, each line as `some_goods`."""
    lines = [{"line_number": number, **some_goods(number).stored()} for number in line_numbers or (1,)]
    return {"waybill_number": "YD-2026-0001", "lines": lines}


def build(database: Database, *, has_plan: bool = True, **licence: Any) -> World:
    """Everything a consignment needs. `licence` changes the recycler's licence."""
    world = _world(database, licence)
    if has_plan:
        filed_plan(database, world.consignor, world.site_id, {world.stream_id: ["云栈溶剂再生"]}, NOW)
    return world


def _world(database: Database, licence: dict[str, Any]) -> World:
    with database.writing(Actor.system(), now=NOW) as work:
        new_key(work, KEYRING, KeyPurpose.QR)
        park = _add(
            work,
            Park(
                slug=f"park-{new_id().hex[-12:]}", name="澄湖循环产业园", name_en="Chenghu", zone="Asia/Shanghai",
                province="99", city="9901", is_demo=True,
            ),
        )  # fmt: skip
        producer = _firm(work, PRODUCER, "青梧涂料", is_producer=True)
        recycler = _firm(work, RECYCLER, "云栈溶剂再生", is_recycler=True)
        carrier = _firm(work, CARRIER, "驰安危货物流", is_carrier=True)
        site, far_site = (_site(work, firm, park) for firm in (producer, recycler))
        zone = _zone(work, producer, site, park)
        stream = _stream(work, producer, site)
        licence_id = licensing.register_licence(work, a_licence(recycler.id, **licence)).id
        fleet = _fleet(work, carrier)
        contract(work, producer, recycler, park)
        return World(
            database=database,
            park_id=park.id,
            site_id=site.id,
            consignee_site_id=far_site.id,
            zone_id=zone.id,
            stream_id=stream.id,
            licence_id=licence_id,
            vehicle_id=fleet[0],
            driver_id=fleet[1],
            escort_id=fleet[2],
            consignor=_person(work, Role.PRODUCER, park, producer, "陆青岚"),
            consignee=_person(work, Role.RECYCLER, park, recycler, "贺云舟"),
            carrier=_person(work, Role.DRIVER, park, carrier, "石砚秋"),
            operator=_person(work, Role.PARK_OPERATOR, park, None, "周园"),
        )


def a_licence(organisation_id: UUID, **changes: Any) -> RegisterLicence:
    licence = RegisterLicence(
        organisation_id=organisation_id,
        number="演危许 2025-006",
        issuer="演示省生态环境厅",
        kind=LicenceKind.COMPREHENSIVE,
        modes=(Mode.COLLECTION, Mode.STORAGE, Mode.UTILISATION),
        issued_on=date(2025, 3, 1),
        valid_from=date(2025, 3, 1),
        valid_to=date(2030, 2, 28),
        yearly_scale=Grams(2_000_000_000),
        lines=(LicensedWaste("HW06"),),
    )
    return replace(licence, **changes)


def _add(work: Work, thing: Any) -> Any:
    work.session.add(thing)
    work.session.flush()
    return thing


def _firm(work: Work, credit_code: str, short_name: str, **kinds: bool) -> Organisation:
    kinds = {"is_producer": False, "is_recycler": False, "is_carrier": False} | kinds
    return _add(
        work,
        Organisation(
            credit_code=credit_code, name=f"{short_name}有限公司", short_name=short_name, address="澄湖路 1 号",
            phone="000-0000-0001", emergency_phone="000-0000-0002", suspended_at=None, **kinds,
        ),
    )  # fmt: skip


def _site(work: Work, firm: Organisation, park: Park) -> Site:
    return _add(
        work,
        Site(
            organisation_id=firm.id,
            park_id=park.id,
            name="主厂区",
            address="澄湖路 1 号",
            province="99",
            city="9901",
        ),
    )


def _zone(work: Work, firm: Organisation, site: Site, park: Park) -> Zone:
    facility = _add(
        work,
        Facility(
            organisation_id=firm.id, site_id=site.id, park_id=park.id, code="TS001", name="1# 危废贮存库",
            type=FacilityType.WAREHOUSE, capacity=Grams(60_000_000), keeper="陆青岚", ended_at=None,
        ),
    )  # fmt: skip
    return _add(
        work,
        Zone(
            facility_id=facility.id, code="A1", name="溶剂", capacity=Grams(20_000_000), allowed=["HW06"],
            forms=["L"], open_to=[], ended_at=None,
        ),
    )  # fmt: skip


def _stream(work: Work, firm: Organisation, site: Site) -> WasteStream:
    return _add(
        work,
        WasteStream(
            organisation_id=firm.id, site_id=site.id, kind=WasteKind.HAZARDOUS, waste_code=WASTE_CODE, category="HW06",
            local_name="废有机溶剂（清洗废液）", waste_name="废有机溶剂", form=WasteForm.LIQUID, hazards=["T", "I", "R"],
            harmful_components="二甲苯", properties={}, created_at=NOW, ended_at=None,
        ),
    )  # fmt: skip


def _fleet(work: Work, carrier: Organisation) -> tuple[UUID, UUID, UUID]:
    until = date(2027, 8, 31)
    licensing.register_carrier_permit(
        work, RegisterCarrierPermit(carrier.id, "演交危运 0000123", ("3", "8", "危险废物"), until)
    )
    vehicle = licensing.register_vehicle(
        work, RegisterVehicle(carrier.id, "演A·D0712", "厢式货车", Grams(4_500_000), until)
    )
    driver = licensing.register_crew_member(
        work, RegisterCrewMember(carrier.id, "石砚秋", "000-0000-2201", "演驾 0001", until)
    )
    escort = licensing.register_crew_member(
        work, RegisterCrewMember(carrier.id, "易安", "000-0000-2202", "演押 0001", until, is_escort=True)
    )
    return vehicle.id, driver.id, escort.id


def contract(work: Work, producer: Organisation, partner: Organisation, park: Park) -> Contract:
    """A signed contract on treatment with carriage that settles everything."""
    made: Contract = _add(
        work,
        Contract(
            number=f"HT-{partner.credit_code}", producer_id=producer.id, partner_id=partner.id, park_id=park.id,
            kind=ContractKind.BOTH, valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31),
            clauses=[clause.value for clause in Clause], checked_on=date(2026, 1, 1), file_id=None, file_sha256=None,
            state=ContractState.SIGNED, offered_at=NOW, signed_at=NOW, ended_on=None, created_at=NOW,
        ),
    )  # fmt: skip
    _add(work, ContractWaste(contract_id=made.id, waste_code=WASTE_CODE, price=None))
    return made


def _person(work: Work, role: Role, park: Park, firm: Organisation | None, name: str) -> Actor:
    user = _add(
        work,
        User(
            email=f"{new_id().hex[-12:]}@example.com", name=name, phone="000-0000-1234", password_hash="-", locale="zh",
            disabled_at=None,
        ),
    )  # fmt: skip
    work.session.add(
        Membership(
            user_id=user.id, organisation_id=firm.id if firm else None, park_id=park.id, role=role, job_title="",
            created_at=NOW, ended_at=None,
        )
    )  # fmt: skip
    return Actor(
        user_id=user.id,
        organisation_id=firm.id if firm else None,
        park_id=park.id,
        permissions=permissions_of(role),
        via="web",
        is_park_staff=role in PARK_ROLES,
    )
