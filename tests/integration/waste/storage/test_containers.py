"""Registering, weighing and voiding packages."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.foundation.catalogue.codes import parse_container_code
from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.documents.short_code import read_short_code
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import FileStore
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.registry import verifying
from app.waste.registry.models import GenerationRecord, PlaceKind, Posting, WasteStream
from app.waste.registry.numbering import lift_serial
from app.waste.storage.commands import RegisterContainer, VoidContainer, WeighContainer
from app.waste.storage.models import Container, ContainerState, ShortCode
from app.waste.storage.numbering import series_of
from app.waste.storage.operations.containers import register_container, void_container, weigh_container
from app.waste.storage.queries import container_for
from tests.factories import somebody
from tests.factories.plant import KG, a_plant


@pytest.fixture
def stream(plant):
    return plant.stream()


def rows(session, model):
    return session.scalar(select(func.count(model.id)))


def refusals_of(plant, stream, **changes):
    with pytest.raises(InvalidInput) as refused:
        plant.drum(stream, **changes)
    return [problem.pointer for problem in refused.value.problems]


def weigh(plant, drum, actor=None, **command):
    with plant.working(actor) as work:
        return weigh_container(work, drum.id, WeighContainer(**command))


def test_a_weighed_drum_has_codes_a_ledger_line_a_posting_and_one_event(plant, stream, session):
    drum = plant.drum(stream, None, gross=Grams(204_600), tare=Grams(18_200), source_facility="MF0001")

    code = parse_container_code(drum.code)
    assert (code.credit_code, code.waste_code, code.day, code.serial) == (
        plant.credit_code,
        "900-402-06",
        date(2026, 11, 20),
        1,
    )
    assert read_short_code(drum.short_code) == drum.short_code
    assert (
        session.scalars(select(ShortCode.thing_id).where(ShortCode.code == drum.short_code)).one() == drum.id
    )
    assert (drum.net, drum.state) == (186_400, ContainerState.WEIGHED)

    posting = session.scalars(select(Posting)).one()
    assert (posting.from_kind, posting.to_kind) == (PlaceKind.GENERATION, PlaceKind.UNPLACED)
    assert (posting.mass, posting.effective_on) == (186_400, date(2026, 11, 20))
    record = session.scalars(select(GenerationRecord)).one()
    assert (record.posting_id, record.container_code) == (posting.id, drum.code)
    assert (record.batch_number, record.source_facility) == ("HWCS20261120001", "MF0001")
    events = session.scalars(select(TraceEvent).where(TraceEvent.subject_id == drum.id)).all()
    assert [(event.id, event.name) for event in events] == [(posting.event_id, "container.registered")]


def test_serials_go_up_by_waste_and_day(plant, stream):
    oil = plant.stream("900-249-08")
    yesterday = plant.now - timedelta(days=1)

    drums = [
        plant.drum(stream),
        plant.drum(stream),
        plant.drum(oil),
        plant.drum(stream, generated_at=yesterday),
    ]

    assert [drum.code[-3:] for drum in drums] == ["001", "002", "001", "001"]
    assert [drum.batch_number[-3:] for drum in drums] == ["001", "002", "003", "001"]


def test_the_day_of_a_code_is_the_parks(plant, stream):
    before_midnight = datetime(2026, 11, 19, 15, 59, tzinfo=UTC)
    after_midnight = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)

    assert "20261119" in plant.drum(stream, generated_at=before_midnight).code
    assert "20261120" in plant.drum(stream, generated_at=after_midnight).code


def test_serials_of_an_imported_ledger_are_not_drawn_again(plant, stream):
    with plant.working() as work:
        lift_serial(work, series_of(plant.credit_code, "900-402-06", date(2026, 11, 20)), 41)

    assert plant.drum(stream).code[-3:] == "042"


def test_a_day_has_999_codes(plant, stream, session):
    series = series_of(plant.credit_code, "900-402-06", date(2026, 11, 20))
    with plant.working() as work:
        lift_serial(work, series, 998)
    assert plant.drum(stream).code[-3:] == "999"

    with pytest.raises(Conflict, match="999"):
        plant.drum(stream)

    assert rows(session, Container) == 1


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"gross": Grams(10), "net": None}, ["#/tare_kg"]),
        ({"tare": Grams(10), "net": None}, ["#/gross_kg"]),
        ({"gross": Grams(10), "tare": Grams(10), "net": None}, ["#/gross_kg"]),
        ({"gross": Grams(10), "tare": Grams(-1), "net": None}, ["#/tare_kg"]),
        ({"gross": Grams(30), "tare": Grams(10), "net": Grams(21)}, ["#/net_kg"]),
        ({"net": Grams(0)}, ["#/net_kg"]),
        ({"net": Grams(-5)}, ["#/net_kg"]),
        ({"net": Grams(60_000_001)}, ["#/net_kg"]),
        ({"volume_ml": 0}, ["#/volume_l"]),
        ({"package": "箱"}, ["#/package"]),
        ({"net": Grams(0), "package": "", "volume_ml": -1}, ["#/net_kg", "#/package", "#/volume_l"]),
    ],
)
def test_all_wrong_fields_are_named_and_nothing_is_stored(plant, stream, session, changes, pointers):
    assert refusals_of(plant, stream, **changes) == pointers
    assert [rows(session, model) for model in (Container, Posting, ShortCode)] == [0, 0, 0]


def test_waste_of_tomorrow_is_refused(plant, stream):
    assert refusals_of(plant, stream, generated_at=plant.now + timedelta(seconds=1)) == ["#/generated_at"]


def test_a_stream_that_ended_takes_no_more(plant, stream):
    with plant.working() as work:
        work.session.get_one(WasteStream, stream.id).ended_at = work.now

    with pytest.raises(Conflict):
        plant.drum(stream)


def test_other_firms_streams_are_not_there(plant, stream, database):
    with pytest.raises(NotFound):
        a_plant(database).drum(stream)


@pytest.mark.parametrize("role", [Role.DRIVER, Role.INSPECTOR, Role.PARK_OPERATOR])
def test_only_storing_people_register(plant, stream, role):
    actor = somebody(role, plant.organisation_id if role is Role.DRIVER else None, plant.park_id)
    command = RegisterContainer(stream.id, "桶", 200_000, plant.now, net=Grams(1))

    with pytest.raises(NotPermitted), plant.working(actor) as work:
        register_container(work, command)


def test_a_photo_is_kept_with_the_drum(plant, stream, session, tmp_path):
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    store = FileStore(tmp_path)
    command = RegisterContainer(
        stream.id, "桶", 200_000, plant.now, net=Grams(1), photo=picture.getvalue(), photo_name="桶.jpg"
    )

    with plant.working() as work:
        drum = register_container(work, command, store)

    file = session.scalars(select(StoredFile).where(StoredFile.id == drum.photo_id)).one()
    assert store.path(file.sha256).read_bytes() == picture.getvalue()
    assert (file.organisation_id, file.park_id) == (plant.organisation_id, plant.park_id)


def test_a_broken_photo_stores_no_drum(plant, stream, session, tmp_path):
    command = RegisterContainer(stream.id, "桶", 1, plant.now, net=Grams(1), photo=b"GIF89a", photo_name="x")

    with pytest.raises(InvalidInput) as refused, plant.working() as work:
        register_container(work, command, FileStore(tmp_path))

    assert [problem.pointer for problem in refused.value.problems] == ["#/photo"]
    assert rows(session, Container) == 0


def test_a_drum_labelled_first_enters_the_ledger_when_it_is_weighed(plant, stream, session):
    drum = plant.drum(stream, None)
    assert (drum.state, rows(session, Posting)) == (ContainerState.PRINTED, 0)

    weighed = weigh(plant, drum, gross=Grams(204_600), tare=Grams(18_200), seen_version=drum.version)

    assert (weighed.state, weighed.net) == (ContainerState.WEIGHED, 186_400)
    record = session.scalars(select(GenerationRecord)).one()
    assert (record.batch_number, record.generated_on) == (drum.batch_number, drum.generated_on)
    assert verifying.verify(_reading(session)) == []


def _reading(session):
    from app.foundation.core.clock import utc_now
    from app.foundation.core.work import Work

    return Work(session, Actor.system(), utc_now())


def test_a_drum_is_weighed_once(plant, stream):
    with pytest.raises(Conflict, match="已称重"):
        weigh(plant, plant.drum(stream), net=Grams(5))


def test_weighing_needs_a_weight(plant, stream):
    with pytest.raises(InvalidInput) as refused:
        weigh(plant, plant.drum(stream, None))

    assert [problem.pointer for problem in refused.value.problems] == ["#/gross_kg"]


def test_weighing_what_changed_meanwhile_is_refused(plant, stream):
    drum = plant.drum(stream, None)

    with pytest.raises(VersionConflict):
        weigh(plant, drum, net=Grams(5), seen_version=drum.version - 1)


def test_an_empty_code_is_voided_with_a_reason_and_never_used_again(plant, stream):
    drum = plant.drum(stream, None)

    with plant.working() as work:
        voided = void_container(work, drum.id, VoidContainer("桶体破损"))

    assert voided.state is ContainerState.VOIDED
    assert plant.drum(stream).code[-3:] == "002"
    with pytest.raises(Conflict):
        weigh(plant, drum, net=Grams(5))


def test_voiding_needs_a_reason(plant, stream):
    drum = plant.drum(stream, None)

    with pytest.raises(InvalidInput), plant.working() as work:
        void_container(work, drum.id, VoidContainer("  "))


def test_what_has_mass_in_the_ledger_is_not_voided(plant, stream):
    drum = plant.drum(stream)

    with pytest.raises(Conflict), plant.working() as work:
        void_container(work, drum.id, VoidContainer("错了"))


def test_a_container_is_found_by_id_code_and_short_code_by_those_who_may_see_it(plant, stream, database):
    drum = plant.drum(stream)
    stranger = a_plant(database)
    keys = [drum.id, drum.code, f" {drum.code.lower()} ", drum.short_code, drum.short_code.lower()]

    for actor in (plant.producer, plant.operator):
        with database.reading(actor) as work:
            assert {container_for(work, key).id for key in keys} == {drum.id}
    for actor in (stranger.producer, stranger.operator, Actor(via="public")):
        with database.reading(actor) as work:
            for key in keys:
                with pytest.raises(NotFound):
                    container_for(work, key)


def test_masses_of_a_tonne_and_more_are_exact(plant, stream, session):
    plant.drum(stream, 60_000)

    assert session.scalar(select(Posting.mass)) == 60_000 * KG
