"""Waste streams: named as the catalogue says, seen by their firm and its park."""

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.trace import rebuilding
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.registry.commands import ReviseStream
from app.waste.registry.models import WasteForm
from app.waste.registry.operations.streams import revise_stream, stream_for
from tests.factories import somebody
from tests.factories.plant import a_plant


@pytest.fixture
def plant(database):
    return a_plant(database)


def revised(plant, stream, actor=None, **changes):
    values = {
        "form": WasteForm.SEMI_SOLID,
        "hazards": ("T",),
        "main_components": "新成分",
        "harmful_components": "",
        "precautions": "",
        "properties": {"acid": "oxidising"},
    }
    with plant.working(actor) as work:
        return revise_stream(work, stream.id, ReviseStream(**values | changes))


def pointers_of(act):
    with pytest.raises(InvalidInput) as refused:
        act()
    return [problem.pointer for problem in refused.value.problems]


def test_a_stream_takes_category_name_and_hazards_from_the_list(plant, session):
    stream = plant.stream("900-249-08", local_name=" 废机油 ")

    assert (stream.category, stream.local_name) == ("HW08", "废机油")
    assert stream.hazards == ["T", "I"]
    event = session.scalars(select(TraceEvent).where(TraceEvent.subject_id == stream.id)).one()
    assert (event.name, event.park_id) == ("waste_stream.added", plant.park_id)
    assert "废机油" not in event.envelope


def test_all_that_is_wrong_is_told_at_once(plant):
    assert pointers_of(lambda: plant.stream("900-001-17", local_name=" ", hazards=("T", "X"))) == [
        "#/waste_code",
        "#/local_name",
        "#/hazards",
    ]


def test_a_site_has_a_waste_of_one_name_once(plant):
    plant.stream(local_name="洗液")

    with pytest.raises(Conflict):
        plant.stream(local_name=" 洗液 ")
    assert plant.stream(local_name="另一种洗液")


def test_a_revised_stream_leaves_an_event_with_all_that_changed(plant, database):
    stream = plant.stream()

    changed = revised(plant, stream)

    assert (changed.form, changed.hazards, changed.main_components) == (WasteForm.SEMI_SOLID, ["T"], "新成分")
    with database.reading(plant.producer) as work:
        events = work.session.scalars(
            select(TraceEvent).where(TraceEvent.subject_id == stream.id).order_by(TraceEvent.sequence)
        ).all()
        assert rebuilding.differences(work) == []
    assert [event.name for event in events] == ["waste_stream.added", "waste_stream.revised"]
    assert events[1].park_id == plant.park_id
    assert '"properties":{"acid":"oxidising"}' in events[1].envelope


@pytest.mark.parametrize("hazards", [("X",), ("T", "t")])
def test_a_revised_stream_keeps_to_the_letters_of_hazards(plant, hazards):
    stream = plant.stream()

    assert pointers_of(lambda: revised(plant, stream, hazards=hazards)) == ["#/hazards"]


def test_streams_are_seen_by_their_firm_and_its_park(plant, database):
    stream = plant.stream()
    stranger = a_plant(database)

    for actor in (plant.producer, plant.operator):
        with database.reading(actor) as work:
            assert stream_for(work, stream.id).id == stream.id
    for actor in (stranger.producer, stranger.operator):
        with pytest.raises(NotFound), database.reading(actor) as work:
            stream_for(work, stream.id)
    with pytest.raises(NotFound):
        revised(plant, stream, stranger.producer)
    with pytest.raises(NotPermitted):
        revised(plant, stream, somebody(Role.INSPECTOR, None, plant.park_id))
    with pytest.raises(NotFound):
        stranger.stream(site_id=plant.site_id)
