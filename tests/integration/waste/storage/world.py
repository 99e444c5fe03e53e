"""A producer with a storeroom, its neighbour firm and the park's own people, for tests through HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.parties.accounts.models import Membership, Organisation, Park, Site, User
from app.parties.accounts.permissions import Role, permissions_of
from app.waste.registry.models import WasteForm, WasteKind, WasteStream
from app.waste.storage.commands import PutAway, RegisterContainer
from app.waste.storage.models import Container, Facility, FacilityType, Zone
from app.waste.storage.operations.containers import register_container
from app.waste.storage.operations.placing import put_away

PRODUCER, NEIGHBOUR = "91330100MA2DEMK01D", "91420114303563353A"
MADE_AT = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """What tests need to know of what is there. Streams and zones by a short name."""

    producer: Organisation
    neighbour: Organisation
    park: Park
    site: Site
    facility: Facility
    streams: dict[str, WasteStream]
    zones: dict[str, Zone]
    people: dict[str, Membership]
    actor: Actor

    def registered(self, work: Work, stream: str = "solvent", net_kg: int | None = 186) -> Container:
        """A drum of a stream, weighed unless `net_kg` is None."""
        mass = None if net_kg is None else Grams(net_kg * 1000)
        command = RegisterContainer(self.streams[stream].id, "桶", 200_000, MADE_AT, net=mass)
        return register_container(work, command)

    def stored(self, work: Work, zone: str = "A1", stream: str = "solvent", net_kg: int = 186) -> Container:
        """A drum standing in a zone."""
        container = self.registered(work, stream, net_kg)
        return put_away(work, container.id, PutAway(self.zones[zone].id))


def build(database: Database, keyring: Keyring) -> World:
    """Write the world and tell what is in it."""
    with database.writing(Actor.system()) as work:
        new_key(work, keyring, KeyPurpose.QR)
        park = _add(work, _park())
        producer, neighbour = (
            _add(work, _organisation(code, name))
            for code, name in ((PRODUCER, "青梧涂料"), (NEIGHBOUR, "云栖精工"))
        )
        site = _add(work, _site(producer, park))
        facility = _add(
            work,
            Facility(
                organisation_id=producer.id, site_id=site.id, park_id=park.id, code="TS001", name="1# 危废贮存库",
                type=FacilityType.WAREHOUSE, capacity=Grams(40_000_000), keeper="陆青岚", ended_at=None,
            ),
        )  # fmt: skip
        zones = {
            code: _add(work, _zone(facility, code, name, capacity, allowed))
            for code, name, capacity, allowed in (
                ("A1", "废有机溶剂", 2_000_000, ["HW06"]),
                ("A2", "酸碱", 5_000_000, ["HW34", "HW35", "900-402-06"]),
                ("A3", "小区", 100_000, ["HW06"]),
            )
        }
        streams = {
            name: _add(work, _stream(producer, site, code, local_name, **more))
            for name, code, local_name, more in (
                ("solvent", "900-402-06", "废清洗溶剂", {"hazards": ["T", "I"]}),
                (
                    "acid",
                    "900-300-34",
                    "废硫酸",
                    {"hazards": ["C", "T"], "properties": {"acid": "non_oxidising"}},
                ),
                ("alkali", "900-352-35", "废碱液", {"hazards": ["C", "T"], "properties": {"alkali": "yes"}}),
                ("bare", "900-402-06", "未填标签的溶剂", {"form": None, "main_components": ""}),
            )
        }
        people = {
            role.value: _member(work, role, organisation, park)
            for role, organisation in (
                (Role.PRODUCER, producer),
                (Role.RECYCLER, neighbour),
                (Role.DRIVER, neighbour),
                (Role.INSPECTOR, None),
                (Role.PARK_OPERATOR, None),
            )
        }
        member = people["producer"]
        actor = Actor(member.user_id, producer.id, park.id, permissions_of(Role.PRODUCER), "web")
        return World(producer, neighbour, park, site, facility, streams, zones, people, actor)


def _add(work: Work, thing: Any) -> Any:
    work.session.add(thing)
    work.session.flush()
    return thing


def _park() -> Park:
    return Park(
        slug=f"park-{new_id().hex[-12:]}", name="澄湖循环产业园", name_en="Chenghu Park", zone="Asia/Shanghai",
        province="99", city="9901", is_demo=True,
    )  # fmt: skip


def _organisation(credit_code: str, short_name: str) -> Organisation:
    return Organisation(
        credit_code=credit_code, name=f"{short_name}（演示）有限公司", short_name=short_name, address="澄湖路 1 号",
        phone="陆青岚 000-0000-1234", emergency_phone="000-2", is_producer=True, is_recycler=True, is_carrier=True,
    )  # fmt: skip


def _site(organisation: Organisation, park: Park) -> Site:
    return Site(
        organisation_id=organisation.id, park_id=park.id, name=f"{organisation.short_name}厂区", address="澄湖路 1 号",
        province="99", city="9901",
    )  # fmt: skip


def _zone(facility: Facility, code: str, name: str, capacity: int, allowed: list[str]) -> Zone:
    return Zone(
        facility_id=facility.id, code=code, name=name, capacity=Grams(capacity), allowed=allowed, forms=[],
        open_to=[], ended_at=None,
    )  # fmt: skip


def _stream(
    organisation: Organisation, site: Site, code: str, local_name: str, **changes: Any
) -> WasteStream:
    values: dict[str, Any] = {
        "form": WasteForm.LIQUID,
        "hazards": ["T"],
        "main_components": "乙酸丁酯、二甲苯",
        "harmful_components": "二甲苯",
        "precautions": "密闭存放，远离火源",
        "properties": {},
    } | changes
    return WasteStream(
        organisation_id=organisation.id, site_id=site.id, kind=WasteKind.HAZARDOUS, waste_code=code,
        category=f"HW{code[-2:]}", local_name=local_name, waste_name="废有机溶剂与含有机溶剂废物",
        created_at=MADE_AT, ended_at=None, **values,
    )  # fmt: skip


def _member(work: Work, role: Role, organisation: Organisation | None, park: Park) -> Membership:
    user = _add(
        work,
        User(
            email=f"{new_id().hex[-12:]}@example.com", name="陆青岚", phone="000", password_hash="-", locale="zh",
            disabled_at=None,
        ),
    )  # fmt: skip
    membership: Membership = _add(
        work,
        Membership(
            user_id=user.id, organisation_id=organisation.id if organisation else None, park_id=park.id, role=role,
            job_title="", created_at=work.now, ended_at=None,
        ),
    )  # fmt: skip
    return membership


def id_text(value: UUID) -> str:
    return str(value)
