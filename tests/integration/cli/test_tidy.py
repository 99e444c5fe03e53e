"""`flask tidy run`: what may be forgotten is, and nothing else."""

from datetime import timedelta

from sqlalchemy import select

from app.entry.models import IdempotentAnswer
from app.entry.uploads import keep_upload
from app.foundation.core.clock import utc_now
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.files.models import StoredFile
from app.parties.accounts.models import SignInAttempts
from app.waste.storage.weighing.commands import AddScale, SentReading
from app.waste.storage.weighing.models import ScaleReading
from app.waste.storage.weighing.operations import add_scale, record_readings
from tests.factories.plant import a_plant


def an_answer(scope, age):
    return IdempotentAnswer(
        scope=scope,
        body_mac="-",
        status=200,
        content_type="application/json",
        etag=None,
        location=None,
        body=b"{}",
        created_at=utc_now() - age,
    )


def test_old_answers_and_spent_counts_go_and_locks_stay(app, stored, session):
    for thing in (
        an_answer("old", timedelta(days=31)),
        an_answer("young", timedelta(days=29)),
        SignInAttempts(email_hash="free", failures=2, locked_until=None),
        SignInAttempts(email_hash="locked", failures=0, locked_until=utc_now() + timedelta(minutes=5)),
    ):
        stored(thing)

    done = app.test_cli_runner().invoke(args=["tidy", "run"])

    assert (
        done.output == "1 answers, 1 counts dropped\n0 jobs dropped\n0 readings dropped\n0 uploads removed\n"
    )
    assert session.scalars(select(IdempotentAnswer.scope)).all() == ["young"]
    assert session.scalars(select(SignInAttempts.email_hash)).all() == ["locked"]


def test_an_upload_goes_after_its_week_unless_another_row_names_its_bytes(app, database, session):
    store, long_ago = app.extensions["house"].files, utc_now() - timedelta(days=9)
    with database.writing(Actor.system(), now=long_ago) as work:
        alone = keep_upload(work, store, b"alone", "a.csv").sha256
        shared = keep_upload(work, store, b"shared", "b.csv").sha256
    with database.writing(Actor.system()) as work:
        keep_upload(work, store, b"shared", "c.csv")
        young = keep_upload(work, store, b"young", "d.csv").sha256

    done = app.test_cli_runner().invoke(args=["tidy", "run"])

    assert done.output.endswith("1 uploads removed\n")
    assert [store.path(sha256).exists() for sha256 in (alone, shared, young)] == [False, True, True]
    assert sorted(session.scalars(select(StoredFile.filename))) == ["c.csv", "d.csv"]


def test_old_readings_go_unless_something_was_weighed_by_them(app, database, session):
    plant = a_plant(database)
    with plant.working() as work:
        scale = add_scale(work, AddScale(plant.site_id, "scale", Grams(1_500_000)))
    now = utc_now()
    for number, days in (("old", 31), ("used", 31), ("young", 29)):
        with database.writing(plant.producer, now=now - timedelta(days=days)) as work:
            record_readings(work, scale.id, [SentReading(number, Grams(1_000), True, work.now)])
    with database.writing(Actor.system()) as work:
        used = work.session.scalars(select(ScaleReading).where(ScaleReading.reading_number == "used")).one()
        used.container_id = new_id()

    done = app.test_cli_runner().invoke(args=["tidy", "run"])

    assert "1 readings dropped" in done.output
    assert sorted(session.scalars(select(ScaleReading.reading_number))) == ["used", "young"]
