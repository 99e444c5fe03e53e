"""A declaration from its calendar to the lock, and back where the authority sends it back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.accounts.permissions import Role
from app.waste.registry import locks
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.declaring import operations as acts
from app.waste.registry.declaring.calendar import GENERAL
from app.waste.registry.declaring.checks import declaration_findings
from app.waste.registry.declaring.commands import (
    AdjustFigure,
    ChangeDeclaration,
    GenerateDeclaration,
    RecordReceipt,
    ReturnDeclaration,
    SubmitDeclaration,
)
from app.waste.registry.declaring.figures import figure_lines, totals
from app.waste.registry.declaring.models import (
    LOCKING,
    Declaration,
    DeclarationState,
)
from app.waste.registry.declaring.queries import declaration_view, declared_months, site_calendars
from app.waste.registry.models import DeclarationKind, Posting, WasteKind
from app.waste.registry.planning.models import ClassDecision, UnitClass
from app.waste.registry.posting import Move, Place, PlaceKind, post
from app.waste.registry.queries import Period, period_balance
from app.waste.storage.operations.corrections import correct_posting
from app.waste.storage.places import stock_places
from tests.factories import somebody
from tests.factories.plant import Plant, a_plant

S = DeclarationState
KG = 1_000
SEEN = ChangeDeclaration()


@pytest.fixture
def plant(database) -> Plant:
    return two_drums_of_last_month(database)


def two_drums_of_last_month(database) -> Plant:
    """One of them stored; now is the 22nd of the month after."""
    plant = a_plant(database)
    plant.now -= timedelta(days=31)
    stream = plant.stream()
    plant.stored(stream, plant.zone(plant.facility()), 186)
    plant.drum(stream, 14)
    plant.now += timedelta(days=31)
    return plant


def last_month(plant: Plant) -> Period:
    return Period.month(plant.now.date()).before


def books_of(work: Any, plant: Plant) -> Any:
    return stock_places(work, site_id=plant.site_id).books


def generated(plant: Plant, kind: DeclarationKind = DeclarationKind.MONTHLY) -> Declaration:
    with plant.working() as work:
        command = GenerateDeclaration(plant.site_id, kind, last_month(plant).first)
        return acts.generate_declaration(work, command, books_of(work, plant))


def checked(plant: Plant) -> Declaration:
    declaration = generated(plant)
    with plant.working() as work:
        return acts.check_declaration(work, declaration.id, SEEN)[0]


def submitted(plant: Plant) -> Declaration:
    declaration = checked(plant)
    with plant.working() as work:
        return acts.submit_declaration(work, declaration.id, SubmitDeclaration(), books_of(work, plant))


def test_its_figures_are_the_mass_balance(plant):
    declaration = generated(plant)

    with plant.database.reading(plant.producer, now=plant.now) as work:
        balance = period_balance(work, books_of(work, plant), last_month(plant)).total
        view = declaration_view(work, declaration.id)
        assert all(found.outcome is OutcomeKind.PASS for found in declaration_findings(work, view))
    figures = totals(figure_lines(declaration))
    assert (figures["opening"], figures["generated"], figures["closing"]) == (
        balance.opening,
        balance.generated,
        balance.closing,
    )
    assert balance.generated == 200 * KG


def test_what_is_declared_can_not_be_changed_any_more_but_corrected_now(plant):
    submitted(plant)

    late = plant.now - timedelta(days=25)
    with pytest.raises(Conflict):
        plant.drum(plant.stream(local_name="迟到的"), 5, generated_at=late)
    with plant.working() as work:
        posting = work.session.query(Posting).filter_by(mass=14 * KG).one()
        correction = correct_posting(work, posting.id, CorrectPosting("读错", Grams(15 * KG)))
        assert correction.effective_on == work.today


def test_the_locks_know_the_states_and_kinds_of_declarations():
    assert set(locks.LOCKING_STATES) == {state.value for state in LOCKING}
    assert set(locks.GENERAL_KINDS) == {kind.value for kind in GENERAL}


def test_an_adjusted_figure_keeps_the_computed_one_and_must_still_balance(plant):
    declaration = generated(plant)
    line = figure_lines(declaration)[0]
    with plant.working() as work:
        command = AdjustFigure(line.stream_id, "closing", Grams(199 * KG), "盘点值")
        declaration = acts.adjust_figure(work, declaration.id, command)
        acts.check_declaration(work, declaration.id, SEEN)

    adjusted = figure_lines(declaration)[0]
    assert (adjusted.computed["closing"], adjusted.declared("closing"), adjusted.difference) == (
        200 * KG,
        199 * KG,
        1 * KG,
    )
    with pytest.raises(RuleViolated) as refused, plant.working() as work:
        acts.submit_declaration(work, declaration.id, SubmitDeclaration(), books_of(work, plant))
    assert [found.rule_id for found in refused.value.findings] == ["HJ1259-7-balance"]
    with plant.working() as work:
        acts.adjust_figure(work, declaration.id, AdjustFigure(line.stream_id, "closing", None, ""))
        acts.check_declaration(work, declaration.id, SEEN)
        acts.submit_declaration(work, declaration.id, SubmitDeclaration(), books_of(work, plant))


def test_an_adjustment_names_a_waste_a_figure_and_a_reason(plant):
    declaration = generated(plant)
    stream = figure_lines(declaration)[0].stream_id

    for command in (
        AdjustFigure(stream, "closing", Grams(1), " "),
        AdjustFigure(stream, "nothing", Grams(1), "x"),
        AdjustFigure(declaration.id, "closing", Grams(1), "x"),
    ):
        with pytest.raises(InvalidInput), plant.working() as work:
            acts.adjust_figure(work, declaration.id, command)


def test_a_changed_ledger_must_be_computed_anew(plant):
    declaration = checked(plant)
    plant.drum(plant.stream(local_name="补登的"), 5, generated_at=plant.now - timedelta(days=31))

    with pytest.raises(Conflict), plant.working() as work:
        acts.submit_declaration(work, declaration.id, SubmitDeclaration(), books_of(work, plant))


def test_the_running_month_can_not_be_handed_in(plant):
    with plant.working() as work:
        first = Period.month(work.today).first
        command = GenerateDeclaration(plant.site_id, DeclarationKind.MONTHLY, first)
        declaration = acts.generate_declaration(work, command, books_of(work, plant))
        acts.check_declaration(work, declaration.id, SEEN)
    with pytest.raises(Conflict), plant.working() as work:
        acts.submit_declaration(work, declaration.id, SubmitDeclaration(), books_of(work, plant))


def test_sent_back_it_is_corrected_and_handed_in_again(plant):
    declaration = submitted(plant)
    with plant.working() as work:
        acts.return_declaration(work, declaration.id, ReturnDeclaration("缺 1 桶"))
    plant.drum(plant.stream(local_name="漏报的"), 5, generated_at=plant.now - timedelta(days=31))

    again = generated(plant)
    with plant.working() as work:
        acts.submit_declaration(
            work, again.id, SubmitDeclaration(agent="青梧环保咨询，授权书 1 号"), books_of(work, plant)
        )
        acts.record_receipt(work, again.id, RecordReceipt("SB-2026-10-001"))
        locked = acts.lock_declaration(work, again.id, SEEN)

    assert again.id == declaration.id
    assert totals(figure_lines(locked))["generated"] == 205 * KG
    assert (locked.state, locked.receipt_number) == (S.LOCKED, "SB-2026-10-001")
    with pytest.raises(Conflict), plant.working() as work:
        acts.return_declaration(work, locked.id, ReturnDeclaration("x"))


def test_a_broken_chain_is_found(plant):
    submitted(plant)
    with plant.working() as work:
        command = GenerateDeclaration(plant.site_id, DeclarationKind.MONTHLY, Period.month(work.today).first)
        november = acts.generate_declaration(work, command, books_of(work, plant))
        line = figure_lines(november)[0]
        acts.adjust_figure(work, november.id, AdjustFigure(line.stream_id, "opening", Grams(1), "试"))
        found = declaration_findings(work, declaration_view(work, november.id))

    broken = {one.rule_id for one in found if one.outcome is OutcomeKind.FINDING}
    assert broken == {"HJ1259-7-chain", "HJ1259-7-balance"}


def test_the_calendar_follows_the_class_and_begins_with_the_first_waste(plant):
    with plant.database.reading(plant.producer, now=plant.now) as work:
        [unknown] = site_calendars(work, plant.now.year)
    _decide(plant, UnitClass.KEY)
    submitted(plant)
    with plant.database.reading(plant.producer, now=plant.now) as work:
        [key] = site_calendars(work, plant.now.year)
        months = declared_months(work, [plant.site_id], date(plant.now.year, 1, 1), WasteKind.HAZARDOUS)

    assert (unknown.needs_class, [row.slot.kind for row in unknown.rows]) == (True, [DeclarationKind.ANNUAL])
    assert [row.slot.kind for row in key.rows].count(DeclarationKind.MONTHLY) == 3  # October to December
    assert [row.is_handed_in for row in key.rows][:2] == [True, False]
    assert [one.state for one in months[last_month(plant).first]] == [S.SUBMITTED]


def test_what_is_due_is_opened_once(plant):
    _decide(plant, UnitClass.KEY)
    with plant.working() as work:
        opened = acts.open_declarations(work, plant.site_id, work.today)
    with plant.working() as work:
        again = acts.open_declarations(work, plant.site_id, work.today)

    assert [(one.kind, one.first_on) for one in opened] == [
        (DeclarationKind.MONTHLY, last_month(plant).first)
    ]
    assert list(again) == []


def test_only_the_firm_keeps_its_declarations(plant):
    declaration = checked(plant)
    neighbour = a_plant(plant.database, name="云栖精工有限公司", short_name="云栖精工").producer

    for actor, refusal in (
        (neighbour, NotFound),
        (somebody(Role.INSPECTOR, None, plant.park_id), NotPermitted),
    ):
        with pytest.raises(refusal), plant.working(actor) as work:
            acts.submit_declaration(work, declaration.id, SubmitDeclaration(), books_of(work, plant))
    with pytest.raises(VersionConflict), plant.working() as work:
        acts.check_declaration(work, declaration.id, ChangeDeclaration(seen_version=99))


def _decide(plant: Plant, unit_class: UnitClass) -> None:
    with plant.working() as work:
        work.session.add(
            ClassDecision(
                organisation_id=plant.organisation_id, site_id=plant.site_id, year=plant.now.year,
                computed=unit_class, declared=None, annual_mass=None, basis={}, decided_at=work.now,
            )
        )  # fmt: skip


@pytest.mark.parametrize("comes_first", ["declaration", "drum"])
def test_who_declares_and_who_posts_backdated_at_the_same_moment_wait_for_each_other(
    throwaway_database, comes_first
):
    """Neither sees what the other has not yet committed, so without waiting both would succeed."""
    plant = two_drums_of_last_month(throwaway_database)
    stream = plant.stream(local_name="迟到的")
    declaration = checked(plant)

    def declare(work: Any) -> None:
        acts.submit_declaration(work, declaration.id, SubmitDeclaration(), books_of(work, plant))

    def arrive(work: Any) -> None:
        source, target = (Place(kind, plant.site_id) for kind in (PlaceKind.GENERATION, PlaceKind.UNPLACED))
        late = plant.now.date() - timedelta(days=25)
        post(work, [Move(stream.id, Grams(5 * KG), source, target, late)], event_id=new_id())

    def other(act: Any) -> None:
        with plant.working() as work:
            act(work)

    first, second = (declare, arrive) if comes_first == "declaration" else (arrive, declare)
    with ThreadPoolExecutor(1) as threads:
        with plant.working() as work:
            first(work)
            waiting = threads.submit(other, second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        with pytest.raises(Conflict):
            waiting.result(timeout=30)
