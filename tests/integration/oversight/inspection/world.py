"""A consignment on the road with two drums, and a third drum in store: rows as the operations leave them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.documents import qr
from app.foundation.documents.short_code import new_short_code
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, Signer, new_key, signer
from app.parties.accounts.models import Organisation, Park, Site
from app.parties.licences.models import CrewMember, LicenceKind, LicenceLine, OperatingLicence, Vehicle
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry.models import WasteForm, WasteKind, WasteStream
from app.waste.storage.models import Container, ContainerState, Facility, FacilityType, ShortCode, Zone

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MADE_ON = date(2026, 11, 18)
PRODUCER, RECYCLER, CARRIER = "91330100MA2DEMK01D", "91130200699229617X", "91420114303563353A"
WASTE_CODE = "900-402-06"
DRUM = Grams(186_400)
PUBLIC_URL = "https://parkloop.example"
KEYRING = Keyring(bytes(range(32)))
PARK_ID = UUID(int=5)
INSPECTOR = Actor(
    user_id=UUID(int=7), park_id=PARK_ID, permissions=frozenset({"scan"}), via="web", is_park_staff=True
)
STRANGER = Actor(user_id=UUID(int=8), organisation_id=UUID(int=9), permissions=frozenset({"scan"}), via="web")
"""Of a firm that has nothing to do with the drums and the consignment."""


@dataclass(frozen=True)
class World:
    """Ids and printed codes of what is in the record."""

    signer: Signer
    zone_id: UUID
    facility_id: UUID
    consignment_id: UUID
    travelling: str
    """37-character code of a drum on the road."""
    stored: str
    """37-character code of a drum in store."""
    stored_short_code: str
    consignment_short_code: str

    def container_qr(self, code: str, grams: Grams | None = DRUM) -> str:
        return container_url_by(self.signer, code, grams)

    def consignment_qr(self, **changes: Any) -> str:
        values: dict[str, Any] = {
            "issued_at": NOW - timedelta(hours=2),
            "expires_at": NOW + timedelta(hours=4),
            "consignee_credit_code": RECYCLER,
            "plate": "演A·D0712",
            "waste_codes": [WASTE_CODE],
            "grams": Grams(2 * DRUM),
            "digest16": bytes(16),
            "signer": self.signer,
        } | changes
        return qr.consignment_url(PUBLIC_URL, "M-2611-0409", **values)


def container_url_by(signer: qr.Signer, code: str, grams: Grams | None = DRUM) -> str:
    """The QR text of a drum, signed by whomever."""
    return qr.container_url(PUBLIC_URL, code, grams, frozenset({"T", "I"}), signer)


def code_of(serial: int) -> str:
    """The 37-character code of a drum of this world."""
    return f"{PRODUCER}{WASTE_CODE.replace('-', '')}{MADE_ON:%Y%m%d}{serial:03}"


def build(database: Database, keyring: Keyring = KEYRING, now: datetime = NOW) -> World:
    """Write the world as of `now` and tell what is in it."""
    with database.writing(Actor.system(), now=now) as work:
        for purpose in (KeyPurpose.QR, KeyPurpose.BUNDLE):
            new_key(work, keyring, purpose)
        park = _park(work)
        producer, recycler, carrier = (
            _organisation(work, code, name)
            for code, name in ((PRODUCER, "青梧涂料"), (RECYCLER, "云栈溶剂再生"), (CARRIER, "驰远危运"))
        )
        site, far_site = _site(work, producer, park), _site(work, recycler, park)
        stream = _stream(work, producer, site)
        facility, zone = _storage(work, producer, site, park)
        trip = _consignment(work, park, (producer, site), carrier, (recycler, far_site), stream)
        kept = {"state": ContainerState.STORED, "zone_id": zone.id}
        away = {"state": ContainerState.IN_TRANSIT, "zone_id": None, "consignment_id": trip.id}
        stored = _container(work, stream, 1, kept)
        travelling = [_container(work, stream, serial, away) for serial in (2, 3)]
        return World(
            signer=signer(work, keyring, KeyPurpose.QR),
            zone_id=zone.id,
            facility_id=facility.id,
            consignment_id=trip.id,
            travelling=travelling[0].code,
            stored=stored.code,
            stored_short_code=stored.short_code,
            consignment_short_code=trip.short_code,
        )


def _add(work: Work, thing: Any) -> Any:
    work.session.add(thing)
    work.session.flush()
    return thing


def _park(work: Work) -> Park:
    return _add(
        work,
        Park(
            id=PARK_ID,
            slug=f"park-{new_id().hex[-12:]}", name="澄湖循环产业园", name_en="Chenghu", zone="Asia/Shanghai",
            province="99", city="9901", is_demo=True,
        ),
    )  # fmt: skip


def _organisation(work: Work, credit_code: str, short_name: str) -> Organisation:
    return _add(
        work,
        Organisation(
            credit_code=credit_code, name=f"{short_name}有限公司", short_name=short_name, address="澄湖路 1 号",
            phone="000-1", emergency_phone="000-2", is_producer=True, is_recycler=True, is_carrier=True,
        ),
    )  # fmt: skip


def _site(work: Work, organisation: Organisation, park: Park) -> Site:
    return _add(
        work,
        Site(
            organisation_id=organisation.id, park_id=park.id, name="主厂区", address="澄湖路 1 号", province="99",
            city="9901",
        ),
    )  # fmt: skip


def _stream(work: Work, producer: Organisation, site: Site) -> WasteStream:
    return _add(
        work,
        WasteStream(
            organisation_id=producer.id, site_id=site.id, kind=WasteKind.HAZARDOUS, waste_code=WASTE_CODE,
            category="HW06", local_name="洗枪溶剂", waste_name="废有机溶剂", form=WasteForm.LIQUID,
            hazards=["T", "I"], properties={}, created_at=NOW,
        ),
    )  # fmt: skip


def _storage(work: Work, producer: Organisation, site: Site, park: Park) -> tuple[Facility, Zone]:
    facility = _add(
        work,
        Facility(
            organisation_id=producer.id, site_id=site.id, park_id=park.id, code="TS001", name="1# 危废贮存库",
            type=FacilityType.WAREHOUSE, capacity=Grams(50_000_000), keeper="贺云舟",
        ),
    )  # fmt: skip
    zone = _add(
        work,
        Zone(
            facility_id=facility.id, code="A1", name="废溶剂区", capacity=Grams(9_000_000), allowed=["HW06"],
            forms=["L"], open_to=[],
        ),
    )  # fmt: skip
    return facility, zone


def _consignment(
    work: Work,
    park: Park,
    consignor: tuple[Organisation, Site],
    carrier: Organisation,
    consignee: tuple[Organisation, Site],
    stream: WasteStream,
) -> Consignment:
    licence = _licence(work, consignee[0])
    vehicle = Vehicle(
        organisation_id=carrier.id, plate="演AD0712", kind="厢式", approved_load=Grams(5_000_000),
        valid_to=date(2027, 6, 30),
    )  # fmt: skip
    _add(work, vehicle)
    driver, escort = (
        _add(
            work,
            CrewMember(
                organisation_id=carrier.id, user_id=None, name="石砚秋", phone="", certificate="演驾 0001",
                is_escort=is_escort, valid_from=None, valid_to=date(2027, 6, 30),
            ),
        )
        for is_escort in (False, True)
    )  # fmt: skip
    trip = Consignment(
        number="M-2611-0409", national_number="20269901000409", short_code=_short_code(), park_id=park.id,
        consignor_id=consignor[0].id, consignor_site_id=consignor[1].id, carrier_id=carrier.id,
        consignee_id=consignee[0].id, consignee_site_id=consignee[1].id, licence_id=licence.id,
        vehicle_id=vehicle.id, driver_id=driver.id, escort_id=escort.id, waybill_number="YD-2611-0409",
        state=ConsignmentState.IN_TRANSIT, container_count=2, sent_mass=Grams(2 * DRUM),
        created_at=NOW - timedelta(hours=3), loading_at=NOW - timedelta(hours=2),
    )  # fmt: skip
    _add(work, trip)
    _add(work, ShortCode(code=trip.short_code, thing_kind="consignment", thing_id=trip.id))
    line = ConsignmentLine(
        consignment_id=trip.id, line_number=1, stream_id=stream.id, waste_code=WASTE_CODE, waste_name="废有机溶剂",
        hazards=["T", "I"], form=WasteForm.LIQUID, harmful_components="甲苯", package="桶", container_count=2,
        sent_mass=Grams(2 * DRUM),
    )  # fmt: skip
    _add(work, line)
    return trip


def _licence(work: Work, consignee: Organisation) -> OperatingLicence:
    licence = _add(
        work,
        OperatingLicence(
            id=(licence_id := new_id()), root_id=licence_id, legal_name="", legal_rep="", domicile="",
            facility_address="", organisation_id=consignee.id, number="9901-危-0003", issuer="省生态环境厅",
            kind=LicenceKind.COMPREHENSIVE, modes=["utilisation"], issued_on=date(2025, 1, 1),
            valid_from=date(2025, 1, 1), valid_to=date(2029, 12, 31), yearly_scale=Grams(10**10),
        ),
    )  # fmt: skip
    _add(work, LicenceLine(licence_id=licence.id, category="HW06", waste_code=WASTE_CODE))
    return licence


def _container(work: Work, stream: WasteStream, serial: int, changes: dict[str, Any]) -> Container:
    container = Container(
        code=code_of(serial), short_code=_short_code(),
        organisation_id=stream.organisation_id, holder_id=stream.organisation_id, site_id=stream.site_id,
        park_id=PARK_ID, stream_id=stream.id, waste_code=WASTE_CODE, form=WasteForm.LIQUID, hazards=["T", "I"], package="桶",
        gross=Grams(DRUM + 18_200), tare=Grams(18_200), net=DRUM, generated_on=MADE_ON, batch_number="", label_prints=1,
        label_mass=DRUM, created_at=NOW, **changes,
    )  # fmt: skip
    _add(work, container)
    _add(work, ShortCode(code=container.short_code, thing_kind="container", thing_id=container.id))
    return container


def _short_code() -> str:
    return new_short_code()
