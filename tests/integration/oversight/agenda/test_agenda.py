"""Everything due in one list, for whoever has to act on it, and as a calendar."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from app.foundation.core.units import Grams
from app.oversight.agenda.queries import agenda
from app.waste.registry.models import WasteStream
from app.waste.storage.models import Zone
from app.waste.storage.weighing.commands import AddScale
from app.waste.storage.weighing.operations import add_scale
from tests.factories.plant import a_plant
from tests.integration.waste.consignments.world import build

HUNDRED_KG = Grams(100_000)


@pytest.fixture
def plant(database):
    return a_plant(database)


@pytest.fixture
def old_drum(plant):
    """A drum whose year ends in twenty days."""
    today, zone, stream = plant.now, plant.zone(plant.facility()), plant.stream()
    plant.now = today - timedelta(days=345)
    drum = plant.stored(stream, zone)
    plant.now = today
    return drum


def _agenda(plant, actor=None, **options):
    with plant.database.reading(actor or plant.producer, now=plant.now) as work:
        return agenda(work, **options)


def _kinds(entries):
    return {entry.due.kind for entry in entries}


def test_a_drum_whose_year_ends_soon_is_due_on_its_last_day(plant, old_drum):
    [entry] = _agenda(plant).open

    assert entry.due.kind == "storage_limit"
    assert entry.due.subject_id == old_drum.code
    assert entry.due.on == date(old_drum.generated_on.year + 1, *old_drum.generated_on.timetuple()[1:3])


def test_drums_of_one_waste_with_the_same_last_day_are_one_thing(plant, old_drum):
    today, plant.now = plant.now, plant.now - timedelta(days=345)
    with plant.working() as work:
        zone = work.session.get_one(Zone, old_drum.zone_id)
        stream = work.session.get_one(WasteStream, old_drum.stream_id)
    plant.stored(stream, zone)
    plant.now = today

    [entry] = _agenda(plant).open

    assert entry.due.title.params["count"] == 2


def test_what_is_past_is_overdue_and_what_is_far_is_later(plant, old_drum):
    late = plant.now
    plant.now = late + timedelta(days=21)
    assert "storage_limit" in _kinds(_agenda(plant).overdue)

    plant.now = late - timedelta(days=80)
    found = _agenda(plant, days=120)
    assert "storage_limit" not in _kinds([*found.overdue, *found.open])
    assert "storage_limit" in _kinds(found.later)


def test_a_site_with_waste_owes_its_plan_and_its_class(plant, old_drum):
    assert {"plan", "class"} <= _kinds(_agenda(plant).overdue)


def test_reports_are_owed_for_months_that_had_waste(plant, old_drum):
    found = [entry.due for entry in _agenda(plant).entries if entry.due.kind == "declaration"]

    assert found
    assert all(due.on.day in (15, 31) for due in found)


def test_a_firm_sees_its_own_and_the_park_sees_all(plant, old_drum):
    other = a_plant(plant.database)

    assert _agenda(other).entries == ()
    entries = _agenda(plant, plant.operator).entries
    assert {entry.due.organisation_id for entry in entries} == {plant.organisation_id}
    assert all(entry.organisation_name for entry in entries)


def test_a_scale_is_due_for_calibration(plant):
    with plant.working() as work:
        add_scale(
            work,
            AddScale(
                site_id=plant.site_id,
                name="地磅 01",
                serial_number="S1",
                capacity=HUNDRED_KG,
                calibrated_to=work.today + timedelta(days=10),
            ),
        )

    [entry] = _agenda(plant).open

    assert entry.due.kind == "calibration"


def test_the_number_of_statements_is_the_same_for_one_drum_and_many(plant, old_drum, count_statements):
    with plant.database.reading(plant.producer, now=plant.now) as work, count_statements() as one:
        agenda(work)
    today, plant.now = plant.now, plant.now - timedelta(days=340)
    zone = plant.zone(plant.facility(code="TS002"))
    for number in range(8):
        plant.stored(plant.stream(local_name=f"废物 {number}"), zone)
    plant.now = today
    with plant.database.reading(plant.producer, now=plant.now) as work, count_statements() as many:
        agenda(work)

    assert len(one) == len(many)


@pytest.fixture
def client(database, client_of):
    """Somebody of a firm that works here."""
    return client_of(build(database).consignor.user_id)


def test_the_page_and_the_badge_say_the_same(client):

    page = client.get("/agenda")
    badge = client.get("/agenda/count")

    assert page.status_code == 200
    assert badge.json == {"waiting": client.get("/api/v1/agenda").json["waiting"]}


def test_a_calendar_address_opens_until_it_is_taken_back(client, app):
    shown = client.post("/agenda/feed").get_data(as_text=True)
    path = shown.split("/calendar/")[1].split(".ics")[0]
    anybody = app.test_client()

    answer = anybody.get(f"/calendar/{path}.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    Calendar.from_ical(answer.data)

    client.post("/agenda/feed/end")
    assert anybody.get(f"/calendar/{path}.ics").status_code == 404


def test_a_new_address_ends_the_old_one(client, app):
    first, second = (
        client.post("/agenda/feed").get_data(as_text=True).split("/calendar/")[1].split(".ics")[0]
        for _ in "ab"
    )

    assert app.test_client().get(f"/calendar/{first}.ics").status_code == 404
    assert app.test_client().get(f"/calendar/{second}.ics").status_code == 200


def test_an_unknown_address_opens_nothing(app):
    assert app.test_client().get("/calendar/nothing.ics").status_code == 404
    assert app.test_client().get(f"/calendar/{'x' * 5000}.ics").status_code == 404
