"""The first drum through the house by operations alone: what both borders and the demo do, with no border between."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.demo.setting_up import DemoPark
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.documents.label import label_pdf
from app.foundation.files.operations import FileStore
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, signer
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_log
from app.foundation.trace.queries import timeline_of
from app.oversight.inspection.commands import JudgeScan
from app.oversight.inspection.queries import verdict_on
from app.waste.consignments import operations as trips
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
from app.waste.consignments.commands.waybill import RecordWaybill
from app.waste.consignments.documents import consignment_qr
from app.waste.consignments.models import AcceptanceCheck, Consignment
from app.waste.consignments.queries import papers_for
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry import verifying as ledger
from app.waste.registry.commands import ImportLedger, ReviseStream
from app.waste.registry.models import WasteForm
from app.waste.registry.operations.streams import revise_stream
from app.waste.storage.commands import PrintLabel, PutAway
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.operations.imports import import_ledger
from app.waste.storage.operations.labels import print_label
from app.waste.storage.operations.placing import put_away
from app.waste.storage.queries import container_for
from tests.integration.park import (
    COMPLETE,
    DRUM,
    LEDGER_FILE,
    NATIONAL_NUMBER,
    first_morning,
    plan_for_the_drum,
)
from tests.integration.waste.consignments.world import some_goods

KEYRING = Keyring(bytes(range(32)))
PUBLIC_URL = "https://park.example"
LOADED = Grams(171_000)
WEIGHED = Grams(170_800)


class Day:
    """The park's people at work, one act a minute."""

    def __init__(self, database: Database, park: DemoPark) -> None:
        self.database, self.park = database, park
        self.now = datetime.now(UTC) - timedelta(hours=1)

    def act(self, person: str, what: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        self.now += timedelta(minutes=1)
        with self.database.writing(self.park.actors[person], now=self.now) as work:
            return what(work, *arguments, **options)

    def see(self, person: str, what: Callable[..., Any], *arguments: Any) -> Any:
        with self.database.reading(self.park.actors[person], now=self.now) as work:
            return what(work, *arguments)

    def move(
        self, person: str, what: Callable[..., Any], trip: Consignment, command: type, **values: Any
    ) -> Any:
        """An act on the consignment as it is now."""
        return self.act(person, what, trip.id, command(seen_version=trip.version, **values))


@pytest.fixture
def day(database: Database) -> Day:
    return Day(database, first_morning(database, KEYRING))


def test_the_first_drum_goes_through_the_house(day: Day, database: Database, tmp_path: Path) -> None:
    bring_in(day, FileStore(tmp_path))
    plan_for_the_drum(database, day.park)
    store(day)
    trip = hand_over(day)
    assert trip.state is ConsignmentState.IN_TRANSIT

    verdict = day.see("lin", verdict_on, JudgeScan(day.see("lin", qr_of, trip.number)))
    assert (str(verdict.verdict), verdict.subject.id) == ("green", trip.id)

    trip = day.move("he", trips.arrive, trip, ArriveConsignment, gate_gross=Grams(4_560_000))
    trip = day.move("he", trips.weigh_container, trip, WeighContainer, code=DRUM, net=WEIGHED)
    trip = day.move(
        "he", trips.accept_consignment, trip, AcceptConsignment, checks=frozenset(AcceptanceCheck)
    )

    assert (trip.state, trip.received_mass) == (ConsignmentState.ACCEPTED, WEIGHED)
    assert day.see("he", container_for, DRUM).net == WEIGHED
    with database.reading(Actor.system()) as work:
        assert ledger.verify(work) == []
        assert trace_log.verify(work).misfit is None
        assert rebuilding.differences(work) == []
        assert "consignment.accepted" in [event.name for event in timeline_of(work, trip.id)]


def bring_in(day: Day, files: FileStore) -> None:
    """The ledger file becomes postings, records and containers."""
    firm, site = day.park.organisations["chenghu"].id, day.park.sites["chenghu"].id
    command = ImportLedger(firm, site, LEDGER_FILE.name, LEDGER_FILE.read_bytes())
    reading = day.see("qian", read_ledger_file, command)
    assert (len(reading.accepted), reading.refused) == (120, ())
    day.act("qian", import_ledger, command, reading, files)


def store(day: Day) -> None:
    """Labelled once its waste is complete; the zone for oil refuses it with reasons, its own takes it."""
    stream_id = day.see("qian", container_for, DRUM).stream_id
    texts = {name: value for name, value in COMPLETE.items() if name not in ("form", "hazards")}
    complete = ReviseStream(WasteForm(COMPLETE["form"]), tuple(COMPLETE["hazards"]), **texts)
    day.act("qian", revise_stream, stream_id, complete)
    content = day.act("qian", print_label, DRUM, PrintLabel(), keyring=KEYRING, public_url=PUBLIC_URL)
    assert content.qr_text.startswith(f"{PUBLIC_URL}/W/{DRUM}")
    assert label_pdf([content]).startswith(b"%PDF-")
    with pytest.raises(RuleViolated) as refused:
        day.act("qian", put_away, DRUM, PutAway(day.park.zones["chenghu", "C2"].id))
    assert "GB18597-4.3-a" in {finding.rule_id for finding in refused.value.findings}
    day.act("qian", put_away, DRUM, PutAway(day.park.zones["chenghu", "C1"].id))


def hand_over(day: Day) -> Consignment:
    """From a draft onto the road."""
    park = day.park
    command = CreateConsignment(
        containers=(DRUM,),
        consignee_id=park.organisations["yunzhan"].id,
        consignee_site_id=park.sites["yunzhan"].id,
        carrier_id=park.organisations["chian"].id,
        vehicle_id=park.vehicles["D0712"],
        driver_id=park.crew["shi"],
        escort_id=park.crew["yi"],
        planned_method="R2",
        emergency_measures="随车吸附棉；泄漏先围堵后收集",
        national_number=NATIONAL_NUMBER,
    )
    trip = day.act("qian", trips.create_consignment, command)
    trip = day.move("qian", trips.submit_consignment, trip, SubmitConsignment)
    waybill = {"waybill_number": "YD-0001", "lines": (some_goods(),)}
    trip = day.move("shi", trips.record_waybill, trip, RecordWaybill, **waybill)
    trip = day.move("qian", trips.start_loading, trip, StartLoading)
    trip = day.move("shi", trips.load_container, trip, LoadContainer, code=DRUM)
    trip = day.move("qian", trips.sign_as_consignor, trip, SignConsignment)
    assert trip.sent_mass == LOADED
    return day.move("shi", trips.sign_as_carrier, trip, SignConsignment)  # type: ignore[no-any-return]


def qr_of(work: Work, number: str) -> str | None:
    return consignment_qr(papers_for(work, number), PUBLIC_URL, signer(work, KEYRING, KeyPurpose.QR))
