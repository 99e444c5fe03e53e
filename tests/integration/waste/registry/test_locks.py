"""Periods that are declared: what would change them is refused, and today costs nothing."""

from datetime import date, timedelta

import pytest

from app.foundation.core.clock import instant_at
from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.waste.registry import locks
from app.waste.registry.declaring.models import (
    LOCKING,
    Declaration,
    DeclarationState,
)
from app.waste.registry.models import DeclarationKind, WasteKind
from app.waste.registry.posting import Move, Place, PlaceKind, post, post_arrivals
from tests.factories import a_site, a_stream, an_organisation

SYSTEM = Actor.system()
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
NOW = instant_at(date(2026, 11, 20), 9)


@pytest.fixture
def site(stored):
    return stored(a_site(stored(an_organisation())))


@pytest.fixture
def declare(stored, site):
    def declared(state=DeclarationState.SUBMITTED, kind=DeclarationKind.MONTHLY, **changes):
        values = {
            "id": new_id(),
            "organisation_id": site.organisation_id,
            "site_id": site.id,
            "park_id": None,
            "kind": kind,
            "first_on": FIRST,
            "last_on": LAST,
            "due_on": date(2026, 11, 10),
            "state": state,
            "figures": {},
            "adjustments": [],
            "created_at": NOW,
        }
        return stored(Declaration(**values | changes))

    return declared


def arrive(database, stream, *days, posting=post):
    moves = [
        Move(
            stream.id,
            Grams(1_000),
            Place(PlaceKind.GENERATION, stream.site_id),
            Place(PlaceKind.UNPLACED, stream.site_id),
            day,
            new_id(),
        )
        for day in days
    ]
    with database.writing(SYSTEM, now=NOW) as work:
        posting(work, moves, event_id=new_id())


@pytest.mark.parametrize("posting", [post, post_arrivals])
def test_nothing_goes_into_a_declared_period_and_the_refusal_names_it(
    database, stored, site, declare, posting
):
    stream = stored(a_stream(site))
    declare()

    with pytest.raises(Conflict) as refused:
        arrive(database, stream, date(2026, 11, 3), date(2026, 10, 31), posting=posting)

    said = str(refused.value.text)
    assert "2026-10-31" in said
    assert "2026-10-01 至 2026-10-31" in said
    assert "更正请记入未申报的期间" in said


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_the_days_beside_it_are_open(database, stored, site, declare, day):
    declare()

    arrive(database, stored(a_stream(site)), day)


@pytest.mark.parametrize("state", list(DeclarationState))
def test_only_what_is_submitted_or_locked_locks(database, stored, site, declare, state):
    stream = stored(a_stream(site))
    declare(state)

    if state in LOCKING:
        with pytest.raises(Conflict):
            arrive(database, stream, FIRST)
    else:
        arrive(database, stream, FIRST)


@pytest.mark.parametrize("kind", list(DeclarationKind))
@pytest.mark.parametrize("waste", list(WasteKind))
def test_a_declaration_of_general_waste_locks_general_streams_and_any_other_the_hazardous_ones(
    database, stored, site, declare, kind, waste
):
    stream = stored(a_stream(site, kind=waste))
    declare(kind=kind)

    if kind.value.startswith("general") == (waste is WasteKind.GENERAL):
        with pytest.raises(Conflict):
            arrive(database, stream, FIRST)
    else:
        arrive(database, stream, FIRST)


def test_other_sites_are_not_locked(database, stored, declare):
    declare()

    arrive(database, stored(a_stream(stored(a_site(stored(an_organisation()))))), FIRST)


def test_today_costs_no_statement(database, stored, site, count_statements):
    stream = stored(a_stream(site))
    with database.reading(SYSTEM, now=NOW) as work:
        with count_statements() as today:
            locks.ensure_not_declared(work, [(stream.id, work.today)] * 3)
        with count_statements() as backdated:
            locks.ensure_not_declared(work, [(stream.id, FIRST), (stream.id, LAST)])

    locking = 0 if database.engine.dialect.name == "sqlite" else 1
    assert (len(today), len(backdated)) == (0, 1 + locking)


def test_the_table_known_by_name_is_the_declarations():
    real = Declaration.__table__

    assert locks.DECLARATIONS.name == real.name
    assert {column.name for column in locks.DECLARATIONS.columns} <= set(real.columns.keys())
    assert set(locks.LOCKING_STATES) == {state.value for state in LOCKING}
    assert set(locks.GENERAL_KINDS) == {
        kind.value for kind in DeclarationKind if kind.value.startswith("general")
    }
