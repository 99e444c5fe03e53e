"""What happens in the demo park, drum by drum and trip by trip: told by the operations, with scripted instants."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from app.demo.firms import BY_KEY, DemoStream, stream_of
from app.demo.hands import drawn
from app.demo.setting_up import DemoPark
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams, grams_from_kg
from app.foundation.core.work import Confirmation, Work
from app.foundation.keys.operations import Keyring
from app.waste.consignments.commands import (
    AcceptConsignment,
    ArriveConsignment,
    CancelConsignment,
    CreateConsignment,
    LoadContainer,
    ReportDiscrepancy,
    SignConsignment,
    StartLoading,
    SubmitConsignment,
)
from app.waste.consignments.commands import WeighContainer as WeighAtReceipt
from app.waste.consignments.commands.waybill import GoodsOfLine, RecordWaybill
from app.waste.consignments.goods import GoodsClass, PackingGroup
from app.waste.consignments.models import AcceptanceCheck, Consignment, DiscrepancyKind
from app.waste.consignments.operations import (
    discrepancies,
    dispatch,
    drafting,
    ending,
    receipt,
    submission,
    waybill,
    weighing,
)
from app.waste.consignments.queries import papers_for
from app.waste.storage.commands import PrintLabel, PutAway, RegisterContainer
from app.waste.storage.models import Container
from app.waste.storage.operations.containers import register_container
from app.waste.storage.operations.labels import print_label
from app.waste.storage.operations.placing import put_away

Result = TypeVar("Result")

EMERGENCY: Final = "泄漏时立即停车警戒，用吸附棉围堵并收集；起火用干粉灭火器；拨打园区应急电话 000-0000-0119"
STEP_BY_STEP_DAYS: Final = 2
"""Packages of the last days are registered, labelled and put away one after the other; earlier ones in one go."""
NOTHING: Final = Grams(0)


@dataclass
class Drum:
    """One package of the story: what the teller must remember of it."""

    id: UUID
    code: str
    stream: DemoStream
    net: Grams


@dataclass(frozen=True)
class Received:
    """A package that a consignee put away."""

    consignee: str
    drum: Drum
    method: str
    stored_on: date
    trip: "Trip | None" = None


@dataclass
class Story:
    """Tells one act after another, each in its own unit of work at its own instant."""

    database: Database
    demo: DemoPark
    keyring: Keyring
    public_url: str
    anchor: date
    rng: random.Random
    stock: dict[tuple[str, str], list[Drum]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    accepted: "list[Trip]" = field(default_factory=list)
    """Accepted and not yet confirmed in the national system."""
    labels: dict[tuple[str, str], int] = field(default_factory=dict)
    """The last number of a firm's own labels, by firm and zone; of national manifests, by year."""

    def act(
        self, person: str, at: datetime, what: Callable[[Work], Result], *, signs: bool = False
    ) -> Result:
        """What a person does at a time; `signs`: with their PIN and a drawn signature."""
        actor = self.demo.actors[person]
        if signs:
            actor = replace(actor, confirmation=Confirmation(how="pin", drawing=drawn(person)))
        with self.database.writing(actor, now=at) as work:
            return what(work)

    def drum(
        self, firm: str, stream: DemoStream, at: datetime, *, weigh: bool = True, store: bool = True
    ) -> Drum:
        """A package arises: coded and weighed, labelled, put away."""
        person = BY_KEY[firm].person
        net = grams_from_kg(f"{self.rng.randint(*stream.net_kg)}.{self.rng.randint(0, 9)}")
        command = self._registration(firm, stream, at, net, weigh=weigh)
        zone = self.demo.zones[firm, stream.zone]

        def label(work: Work, container: Container) -> None:
            print_label(work, container.id, PrintLabel(), keyring=self.keyring, public_url=self.public_url)

        def all_of_it(work: Work) -> Container:
            container = register_container(work, command)
            label(work, container)
            return put_away(work, container.id, PutAway(zone.id))

        if weigh and store and (self.anchor - at.date()).days > STEP_BY_STEP_DAYS:
            container = self.act(person, at, all_of_it)
        else:
            made = container = self.act(person, at, lambda work: register_container(work, command))
            self.act(person, at + timedelta(minutes=2), lambda work: label(work, made))
            if weigh and store:
                self.act(
                    person,
                    at + timedelta(minutes=6),
                    lambda work: put_away(work, made.id, PutAway(zone.id)),
                )
        drum = Drum(container.id, container.code, stream, net)
        if weigh and store:
            self.stock.setdefault((firm, stream.key), []).append(drum)
        return drum

    def _registration(
        self, firm: str, stream: DemoStream, at: datetime, net: Grams, *, weigh: bool
    ) -> RegisterContainer:
        tare = grams_from_kg(stream.tare_kg)
        number = self.labels[firm, stream.zone] = self.labels.get((firm, stream.zone), 0) + 1
        return RegisterContainer(
            stream_id=self.demo.streams[firm, stream.key].id,
            package=stream.package,
            volume_ml=stream.volume_l * 1_000,
            generated_at=at - timedelta(minutes=18),
            gross=Grams(net + tare) if weigh else None,
            tare=tare if weigh else None,
            local_label=f"{BY_KEY[firm].initials}-{stream.zone}-{number:04d}",
            source_facility=stream.source,
            producer_operator="赵柏" if firm == "qingwu" else "",
            destination="TS001",
            package_type_id=self.demo.package_of(firm, stream),
            packed_at=at - timedelta(minutes=9),
            weighed_at=at - timedelta(minutes=4) if weigh else None,
        )

    def take(self, firm: str, stream: str, count: int) -> list[Drum]:
        """The oldest packages of a stream that still stand in store."""
        held = self.stock.get((firm, stream), [])
        taken, self.stock[firm, stream] = held[:count], held[count:]
        return taken


@dataclass
class Trip:
    """One consignment of the story, told step by step up to where it ends."""

    story: Story
    consignor: str
    consignee: str
    drums: Sequence[Drum]
    at: datetime
    method: str
    zone: str
    """Where the consignee puts it."""
    vehicle: str = "D0712"
    national: bool = True
    consignment: Consignment | None = None

    def tell(self, upto: str, *, short: Grams = NOTHING) -> None:
        """Tell the trip up to a step: draft, submitted, with_waybill, loading, signed, in_transit, arrived, weighing,
        discrepancy, accepted, stored. `short`: what the first drum lost on the way."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("draft", self._draft),
            ("submitted", self._submit),
            ("with_waybill", self._record_waybill),
            ("loading", self._load),
            ("signed", self._sign),
            ("in_transit", self._depart),
            ("arrived", self._arrive),
            ("weighing", lambda: self._weigh(len(self.drums) * 2 // 3, short)),
            ("weighed", lambda: self._weigh(len(self.drums), short, skip=len(self.drums) * 2 // 3)),
            ("discrepancy", self._discrepancy if short else lambda: None),
            ("accepted", self._accept),
            ("stored", self._put_away),
        ]
        for name, step in steps:
            step()
            if name == upto:
                return

    def do(self, minutes: int, act: Callable[[Work, UUID, int], Consignment]) -> None:
        """Something the consignee does, some minutes later."""
        self._do(BY_KEY[self.consignee].person, minutes, act)

    def weigh(self, count: int) -> None:
        """The consignee weighs the first packages."""
        self._weigh(count, NOTHING)

    def accept(self) -> None:
        """The consignee signs for what is not refused."""
        self._accept()

    def cancel(self, reason: str) -> None:
        self._do(
            BY_KEY[self.consignor].person,
            12,
            lambda work, key, version: ending.cancel_consignment(
                work, key, CancelConsignment(reason, version)
            ),
        )

    def _do(self, person: str, minutes: int, act: Callable[[Work, UUID, int], Consignment]) -> None:
        self.at += timedelta(minutes=minutes)
        known = self.consignment
        assert known is not None
        self.consignment = self.story.act(
            person, self.at, lambda work: act(work, known.id, known.version), signs=True
        )

    def _draft(self) -> None:
        demo = self.story.demo
        command = CreateConsignment(
            containers=tuple(drum.code for drum in self.drums),
            consignee_id=demo.organisations[self.consignee].id,
            consignee_site_id=demo.sites[self.consignee].id,
            carrier_id=demo.organisations["chian"].id,
            vehicle_id=demo.vehicles[self.vehicle],
            driver_id=demo.crew["shi"],
            escort_id=demo.crew["yi"],
            planned_method=self.method,
            emergency_measures=EMERGENCY,
            national_number=self._national_number() if self.national else None,
            via="环湖大道、滨江快速路",
        )
        self.consignment = self.story.act(
            BY_KEY[self.consignor].person, self.at, lambda work: drafting.create_consignment(work, command)
        )

    def _national_number(self) -> str:
        """A number as the national system would issue it; province 99 is unassigned, for demo parks only."""
        key = ("national", str(self.at.year))
        last = self.story.labels.get(key, 355)
        self.story.labels[key] = last + self.story.rng.randint(3, 19)
        return f"{self.at.year}9901{self.story.labels[key]:06d}"

    def _submit(self) -> None:
        self._do(
            BY_KEY[self.consignor].person,
            25,
            lambda work, key, version: submission.submit_consignment(work, key, SubmitConsignment(version)),
        )

    def _record_waybill(self) -> None:
        """The consignor hands the list of dangerous goods over, with the number of the carrier's waybill."""
        known = self.consignment
        assert known is not None
        number = known.number.replace("M-", "YD-", 1)
        streams = {
            self.story.demo.streams[self.consignor, one.stream.key].id: one.stream for one in self.drums
        }

        def told(work: Work, trip: UUID, version: int) -> Consignment:
            lines = tuple(
                _goods(line.line_number, streams[line.stream_id]) for line in papers_for(work, trip).lines
            )
            command = RecordWaybill(lines, version, number)
            return waybill.record_waybill(work, trip, command)

        self._do(BY_KEY[self.consignor].person, 8, told)

    def _load(self) -> None:
        person = BY_KEY[self.consignor].person
        self._do(
            person,
            12,
            lambda work, key, version: dispatch.start_loading(work, key, StartLoading(version)),
        )
        for drum in self.drums:
            self._do(
                person,
                2,
                lambda work, key, version, code=drum.code: dispatch.load_container(  # type: ignore[misc]
                    work, key, LoadContainer(code, version)
                ),
            )

    def _sign(self) -> None:
        self._do(
            BY_KEY[self.consignor].person,
            4,
            lambda work, key, version: dispatch.sign_as_consignor(work, key, SignConsignment(version)),
        )

    def _depart(self) -> None:
        self._do(
            "shi",
            6,
            lambda work, key, version: dispatch.sign_as_carrier(work, key, SignConsignment(version)),
        )

    def _arrive(self) -> None:
        net = sum(drum.net for drum in self.drums)
        self._do(
            BY_KEY[self.consignee].person,
            101,
            lambda work, key, version: weighing.arrive(
                work, key, ArriveConsignment(version, Grams(net + 4_380_000))
            ),
        )

    def _weigh(self, count: int, short: Grams, *, skip: int = 0) -> None:
        for place, drum in enumerate(self.drums[:count]):
            if place < skip:
                continue
            lost = short if place == 0 and short else Grams(self.story.rng.randint(-2, 6) * 100)
            self._do(
                BY_KEY[self.consignee].person,
                3,
                lambda work, key, version, drum=drum, lost=lost: weighing.weigh_container(  # type: ignore[misc]
                    work,
                    key,
                    WeighAtReceipt(code=drum.code, seen_version=version, net=Grams(drum.net - lost)),
                ),
            )

    def _discrepancy(self) -> None:
        self._do(
            BY_KEY[self.consignee].person,
            9,
            lambda work, key, version: discrepancies.report_discrepancy(
                work,
                key,
                ReportDiscrepancy(
                    DiscrepancyKind.QUANTITY,
                    "首桶桶底焊缝渗漏，已转入应急桶并拍照；已电话告知移出人",
                    version,
                ),
            ),
        )

    def _accept(self) -> None:
        self._do(
            BY_KEY[self.consignee].person,
            8,
            lambda work, key, version: receipt.accept_consignment(
                work, key, AcceptConsignment(version, checks=frozenset(AcceptanceCheck))
            ),
        )
        self.story.accepted.append(self)

    def _put_away(self) -> None:
        """The consignee puts what it took into its own zones."""
        self.at += timedelta(minutes=40)
        zone = self.story.demo.zones[self.consignee, self.zone]
        for drum in self.drums:
            self.at += timedelta(minutes=2)
            self.story.act(
                BY_KEY[self.consignee].person,
                self.at,
                lambda work, code=drum.code: put_away(work, code, PutAway(zone.id)),  # type: ignore[misc]
            )
            self.story.received.append(Received(self.consignee, drum, self.method, self.at.date(), self))


def _goods(line_number: int, stream: DemoStream) -> GoodsOfLine:
    told = stream.goods
    return GoodsOfLine(
        line_number=line_number,
        un_number=told["un_number"],
        shipping_name=told["shipping_name"],
        goods_class=GoodsClass(told["goods_class"]),
        packing_group=PackingGroup(told["packing_group"]),
        subsidiary_hazards=tuple(GoodsClass(one) for one in told.get("subsidiary_hazards", ())),
    )


def old_stock(story: Story) -> None:
    """A few packages that have stood for most of a year: their storage limit is near."""
    for firm, key, days in (
        ("qingwu", "acid", 347),
        ("qingwu", "sludge", 331),
        ("qingwu", "rags", 288),
        ("lanling", "acid", 306),
    ):
        stream = stream_of(firm, key)
        story.drum(firm, stream, instant_at(story.anchor - timedelta(days=days), 10, 20))
        story.take(firm, key, 1)
