"""Corrections are counter-postings: the old state stays readable, balances follow, nothing falls below zero."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.units import Grams
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.registry import verifying
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.declaring.models import (
    Declaration,
    DeclarationState,
)
from app.waste.registry.models import DeclarationKind, LedgerCorrection, PlaceKind, Posting
from app.waste.registry.queries import LedgerFilter, Period, all_entries, period_balance, stock_kept
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.corrections import correct_posting
from app.waste.storage.places import stock_places
from tests.factories import somebody
from tests.factories.plant import Plant, a_plant

KG = 1_000


@pytest.fixture
def plant(database) -> Plant:
    return a_plant(database)


def generation_of(work: Any, container: Container) -> Posting:
    return next(
        posting
        for posting in work.session.query(Posting).filter_by(container_id=container.id)
        if posting.from_kind is PlaceKind.GENERATION
    )


def corrected(plant: Plant, drum: Container, kg: int | None, reason: str = "读数看错") -> LedgerCorrection:
    with plant.working() as work:
        posting = generation_of(work, drum)
        mass = None if kg is None else Grams(kg * KG)
        return correct_posting(work, posting.id, CorrectPosting(reason, mass))


def test_a_stored_drum_weighs_what_the_correction_says_and_both_states_can_be_read(plant):
    drum = plant.stored(plant.stream(), plant.zone(plant.facility()), 186)

    correction = corrected(plant, drum, 180)

    with plant.database.reading(plant.producer, now=plant.now) as work:
        books = stock_places(work).books
        balance = period_balance(work, books, Period.month(plant.now.date())).total
        lines = list(all_entries(work, books, LedgerFilter()))
        container = work.session.get_one(Container, drum.id)
        assert (balance.generated, balance.closing, stock_kept(work, books)) == (180 * KG, 180 * KG, 180 * KG)
        assert (container.net, container.state) == (180 * KG, ContainerState.STORED)
        assert sum(line.is_corrected for line in lines) == 2  # its generation and its putting away
        assert {line.mass for line in lines if line.is_corrected} == {186 * KG}
        assert sorted(line.mass for line in lines if not line.is_corrected and not line.corrects_id) == [
            180 * KG,
            180 * KG,
        ]
        assert verifying.verify(work) == []
    assert (correction.old_mass, correction.new_mass, correction.effective_on) == (
        186 * KG,
        180 * KG,
        drum.generated_on,
    )


def test_a_correction_can_be_corrected_and_remembers_the_first_line(plant):
    drum = plant.drum(plant.stream(), 186)
    first = corrected(plant, drum, 180)
    with plant.working() as work:
        second = correct_posting(work, first.replacement_id, CorrectPosting("再次复核", Grams(181 * KG)))
        again = work.session.get_one(Container, drum.id)

    assert (second.root_id, second.posting_id) == (first.posting_id, first.replacement_id)
    assert again.net == 181 * KG
    with pytest.raises(Conflict), plant.working() as work:
        correct_posting(work, first.posting_id, CorrectPosting("又来", Grams(1 * KG)))


def test_a_cancelled_drum_is_void_and_gone_from_stock(plant):
    drum = plant.stored(plant.stream(), plant.zone(plant.facility()), 186)

    corrected(plant, drum, None)

    with plant.database.reading(plant.producer, now=plant.now) as work:
        assert stock_kept(work, stock_places(work).books) == 0
        container = work.session.get_one(Container, drum.id)
        assert (container.state, container.zone_id) == (ContainerState.VOIDED, None)
        assert verifying.verify(work) == []


def test_in_a_declared_period_the_correction_stands_in_the_open_one(plant):
    plant.now -= timedelta(days=31)
    drum = plant.drum(plant.stream(), 186)
    old_month = Period.month(drum.generated_on)
    plant.now += timedelta(days=31)
    with plant.working() as work:
        work.session.add(_declared(plant, old_month, work))

    correction = corrected(plant, drum, 180)

    with plant.database.reading(plant.producer, now=plant.now) as work:
        books = stock_places(work).books
        before = period_balance(work, books, old_month).total
        now = period_balance(work, books, Period.month(work.today)).total
        assert correction.effective_on == work.today
    assert (before.generated, before.closing) == (186 * KG, 186 * KG)
    assert (now.opening, now.generated, now.closing) == (186 * KG, -6 * KG, 180 * KG)


def _declared(plant: Plant, period: Period, work: Any) -> Declaration:
    return Declaration(
        organisation_id=plant.organisation_id, site_id=plant.site_id, park_id=plant.park_id,
        kind=DeclarationKind.MONTHLY, first_on=period.first, last_on=period.last, due_on=date(2026, 11, 15),
        state=DeclarationState.SUBMITTED, figures={"lines": []}, adjustments=[], agent="", returned_reason="",
        receipt_number="", submitted_at=work.now, created_at=work.now,
    )  # fmt: skip


def test_a_correction_needs_a_reason_another_mass_and_the_right_to_it(plant):
    drum = plant.drum(plant.stream(), 186)
    with plant.database.reading(plant.producer) as work:
        posting = generation_of(work, drum)
    neighbour = a_plant(plant.database, name="云栖精工有限公司", short_name="云栖精工").producer

    for actor, command, refusal in (
        (plant.producer, CorrectPosting("", Grams(1)), InvalidInput),
        (plant.producer, CorrectPosting("读错", Grams(186 * KG)), InvalidInput),
        (plant.producer, CorrectPosting("读错", Grams(61_000 * KG)), InvalidInput),
        (neighbour, CorrectPosting("读错", Grams(1)), NotFound),
        (somebody(Role.INSPECTOR, None, plant.park_id), CorrectPosting("读错", Grams(1)), NotPermitted),
    ):
        with pytest.raises(refusal), plant.working(actor) as work:
            correct_posting(work, posting.id, command)


def test_the_event_carries_numbers_and_no_words(plant):
    drum = plant.drum(plant.stream(), 186)

    correction = corrected(plant, drum, 180, reason="王五看错了读数")

    with plant.database.reading(plant.producer) as work:
        event = work.session.query(TraceEvent).filter_by(subject_id=correction.id).one()
        assert event.name == "ledger.corrected"
        assert "王五" not in event.envelope
        assert work.session.get_one(LedgerCorrection, correction.id).reason == "王五看错了读数"
