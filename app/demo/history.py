"""Thirty days of the demo park, told by the operations themselves with scripted instants."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from app.demo.firms import BY_KEY, DemoStream
from app.demo.setting_up import DemoPark
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams, grams_from_kg
from app.foundation.core.work import Work
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
from app.waste.consignments.models import Consignment, DiscrepancyKind
from app.waste.consignments.operations import dispatch, drafting, ending, receipt, submission
from app.waste.storage.commands import PrintLabel, PutAway, RegisterContainer
from app.waste.storage.models import Container
from app.waste.storage.operations.containers import register_container
from app.waste.storage.operations.labels import print_label
from app.waste.storage.operations.placing import put_away

Result = TypeVar("Result")

EMERGENCY = "泄漏时立即停车警戒，用吸附棉围堵并收集；起火用干粉灭火器；拨打园区应急电话 000-0000-0119"
PERSON_OF = {"qingwu": "lu", "yunqi": "gu", "lanling": "shen", "yunzhan": "he", "baize": "bai"}
RECEIVING_ZONE = {
    ("yunzhan", "06"): "R1",
    ("baize", "12"): "W1",
    ("baize", "17"): "W1",
    ("baize", "08"): "W2",
}
DAYS = 30
NOTHING = Grams(0)


@dataclass
class Drum:
    """One package of the story: what the teller must remember of it."""

    id: UUID
    code: str
    stream: DemoStream
    net: Grams


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
    labels: dict[str, int] = field(default_factory=dict)

    def act(self, person: str, at: datetime, what: Callable[[Work], Result]) -> Result:
        with self.database.writing(self.demo.actors[person], now=at) as work:
            return what(work)

    def drum(
        self, firm: str, stream: DemoStream, at: datetime, *, weigh: bool = True, store: bool = True
    ) -> Drum:
        """A package arises: coded and weighed, labelled, put away."""
        person = PERSON_OF[firm]
        net = grams_from_kg(f"{self.rng.randint(*stream.net_kg)}.{self.rng.randint(0, 9)}")
        tare = grams_from_kg(stream.tare_kg)
        number = self.labels[firm] = self.labels.get(firm, 0) + 1
        command = RegisterContainer(
            stream_id=self.demo.streams[firm, stream.key].id,
            package=stream.package,
            volume_ml=stream.volume_l * 1_000,
            generated_at=at - timedelta(minutes=18),
            gross=Grams(net + tare) if weigh else None,
            tare=tare if weigh else None,
            local_label=f"{_initials(firm)}-{stream.zone}-{number:04d}",
            source_facility=stream.source,
            producer_operator="赵柏" if firm == "qingwu" else "",
            destination="TS001",
        )
        container: Container = self.act(person, at, lambda work: register_container(work, command))
        self._label(person, container.id, at + timedelta(minutes=2))
        if weigh and store:
            zone = self.demo.zones[firm, stream.zone]
            self.act(
                person,
                at + timedelta(minutes=6),
                lambda work: put_away(work, container.id, PutAway(zone.id)),
            )
        drum = Drum(container.id, container.code, stream, net)
        if weigh and store:
            self.stock.setdefault((firm, stream.key), []).append(drum)
        return drum

    def _label(self, person: str, container_id: UUID, at: datetime) -> None:
        self.act(
            person,
            at,
            lambda work: print_label(
                work, container_id, PrintLabel(), keyring=self.keyring, public_url=self.public_url
            ),
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
    vehicle: str = "D0712"
    national: bool = True
    consignment: Consignment | None = None

    def tell(self, upto: str, *, short: Grams = NOTHING) -> None:
        """Tell the trip up to a step: draft, submitted, loading, signed, in_transit, arrived, weighing,
        discrepancy, accepted, stored. `short`: what the first drum lost on the way."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("draft", self._draft),
            ("submitted", self._submit),
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

    def cancel(self, reason: str) -> None:
        self._do(
            PERSON_OF[self.consignor],
            12,
            lambda work, key, version: ending.cancel_consignment(
                work, key, CancelConsignment(reason, version)
            ),
        )

    def _do(self, person: str, minutes: int, act: Callable[[Work, UUID, int], Consignment]) -> None:
        self.at += timedelta(minutes=minutes)
        known = self.consignment
        assert known is not None
        self.consignment = self.story.act(person, self.at, lambda work: act(work, known.id, known.version))

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
            PERSON_OF[self.consignor], self.at, lambda work: drafting.create_consignment(work, command)
        )

    def _national_number(self) -> str:
        """A number as the national system would issue it; province 99 is unassigned, for demo parks only."""
        serial = self.story.labels["national"] = self.story.labels.get(
            "national", 355
        ) + self.story.rng.randint(3, 19)
        return f"{self.at.year}9901{serial:06d}"

    def _submit(self) -> None:
        self._do(
            PERSON_OF[self.consignor],
            25,
            lambda work, key, version: submission.submit_consignment(work, key, SubmitConsignment(version)),
        )

    def _load(self) -> None:
        person = PERSON_OF[self.consignor]
        self._do(
            person,
            20,
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
            PERSON_OF[self.consignor],
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
            PERSON_OF[self.consignee],
            101,
            lambda work, key, version: receipt.arrive(
                work, key, ArriveConsignment(version, Grams(net + 4_380_000))
            ),
        )

    def _weigh(self, count: int, short: Grams, *, skip: int = 0) -> None:
        for place, drum in enumerate(self.drums[:count]):
            if place < skip:
                continue
            lost = short if place == 0 and short else Grams(self.story.rng.randint(-2, 6) * 100)
            self._do(
                PERSON_OF[self.consignee],
                3,
                lambda work, key, version, drum=drum, lost=lost: receipt.weigh_container(  # type: ignore[misc]
                    work,
                    key,
                    WeighAtReceipt(code=drum.code, seen_version=version, net=Grams(drum.net - lost)),
                ),
            )

    def _discrepancy(self) -> None:
        self._do(
            PERSON_OF[self.consignee],
            9,
            lambda work, key, version: receipt.report_discrepancy(
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
            PERSON_OF[self.consignee],
            8,
            lambda work, key, version: receipt.accept_consignment(work, key, AcceptConsignment(version)),
        )

    def _put_away(self) -> None:
        """The consignee puts what it took into its own zones."""
        self.at += timedelta(minutes=40)
        zone = self.story.demo.zones[
            self.consignee, RECEIVING_ZONE[self.consignee, self.drums[0].stream.code[-2:]]
        ]
        for drum in self.drums:
            self.at += timedelta(minutes=2)
            self.story.act(
                PERSON_OF[self.consignee],
                self.at,
                lambda work, code=drum.code: put_away(work, code, PutAway(zone.id)),  # type: ignore[misc]
            )


def _initials(firm: str) -> str:
    return {"qingwu": "QW", "yunqi": "YQ", "lanling": "LL"}[firm]


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


def stream_of(firm: str, key: str) -> DemoStream:
    return next(stream for stream in BY_KEY[firm].streams if stream.key == key)
