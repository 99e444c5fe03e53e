"""Parks keep a list of the general-waste codes they use."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.foundation.catalogue.models import GeneralWasteCode
from app.foundation.catalogue.queries import general_waste_codes
from app.foundation.core.errors import Conflict, InvalidInput, NotPermitted
from app.foundation.core.work import Actor
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role, permissions_of
from app.waste.registry.general_waste import (
    AddGeneralWasteCode,
    add_general_waste_code,
    may_add_general_waste_codes,
)

PLASTIC = AddGeneralWasteCode("900-003-S17", "废塑料")


def an_operator(park_id=None):
    return Actor(
        user_id=uuid4(),
        park_id=park_id or uuid4(),
        permissions=permissions_of(Role.PARK_OPERATOR),
        via="web",
        is_park_staff=True,
    )


def adding(database, actor, command):
    with database.writing(actor) as work:
        return add_general_waste_code(work, command)


def test_an_added_code_is_on_the_parks_list_and_leaves_one_event(database, session):
    actor = an_operator()

    added = adding(database, actor, PLASTIC)

    with database.reading(actor) as work:
        assert [(one.code, one.class_code, one.name) for one in general_waste_codes(work)] == [
            ("900-003-S17", "SW17", "废塑料")
        ]
    events = session.scalars(select(TraceEvent).where(TraceEvent.subject_id == added.id)).all()
    assert [event.name for event in events] == ["general_waste_code.added"]
    assert "废塑料" not in events[0].envelope


def test_another_park_has_its_own_list(database):
    adding(database, an_operator(), PLASTIC)
    other = an_operator()

    adding(database, other, PLASTIC)

    with database.reading(other) as work:
        assert len(general_waste_codes(work)) == 1


def test_a_code_as_people_type_it_is_brought_to_its_form(database):
    added = adding(database, an_operator(), AddGeneralWasteCode(" ９００-003-s17 ", " 废塑料 "))

    assert (added.code, added.name) == ("900-003-S17", "废塑料")


def test_the_same_code_twice_is_refused(database, session):
    actor = an_operator()
    adding(database, actor, PLASTIC)

    with pytest.raises(Conflict):
        adding(database, actor, PLASTIC)

    assert len(session.scalars(select(GeneralWasteCode)).all()) == 1


@pytest.mark.parametrize(
    ("code", "name", "pointers"),
    [
        ("900-003-17", "废塑料", ["#/code"]),
        ("900-003-S62", "厨余垃圾", ["#/code"]),
        ("", "", ["#/code", "#/name"]),
        ("900-003-S17", "废" * 101, ["#/name"]),
        ("900-003-S17", "废\x00塑料", ["#/name"]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(database, session, code, name, pointers):
    with pytest.raises(InvalidInput) as refused:
        adding(database, an_operator(), AddGeneralWasteCode(code, name))

    assert [problem.pointer for problem in refused.value.problems] == pointers
    assert session.scalars(select(GeneralWasteCode)).all() == []


@pytest.mark.parametrize("role", list(Role))
def test_only_a_parks_operators_add_codes(role):
    staff = role in (Role.PARK_OPERATOR, Role.INSPECTOR)
    actor = Actor(park_id=uuid4(), permissions=permissions_of(role), via="web", is_park_staff=staff)

    assert may_add_general_waste_codes(actor) == (role is Role.PARK_OPERATOR)


def test_anybody_else_is_refused(database):
    with pytest.raises(NotPermitted):
        adding(database, Actor(user_id=uuid4(), park_id=uuid4(), via="web"), PLASTIC)
