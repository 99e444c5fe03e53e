"""Loading the reference files: whole, repeatable, never deleting."""

from datetime import date

from sqlalchemy import func, select

from app.foundation.catalogue import files, models
from app.foundation.catalogue.loading import catalogue_is_current, load_catalogue
from app.foundation.core.work import Actor


def loading(database):
    with database.writing(Actor.system()) as work:
        return {table.table: table for table in load_catalogue(work)}


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_the_whole_list_is_loaded(database, session):
    tables = loading(database)

    assert tables["listed_wastes"].added == count(session, models.ListedWaste) == 470
    assert tables["waste_categories"].added == count(session, models.WasteCategory) == 46
    assert count(session, models.RemovedWaste) == 2
    assert count(session, models.WasteListNote) == 8
    assert count(session, models.WasteExemption) == 56
    assert count(session, models.Industry) == 1971
    assert count(session, models.GeneralWasteKind) == 5
    assert count(session, models.GeneralWasteClass) == 17
    assert count(session, models.ContainerRating) == 128
    assert count(session, models.Incompatibility) == 6


def test_loading_twice_changes_nothing(database, session):
    loading(database)
    again = loading(database)

    assert all(table.added == table.changed == 0 for table in again.values())
    assert count(session, models.ListedWaste) == 470
    assert count(session, models.CatalogueFile) == len(files.ALL)


def test_a_row_that_differs_is_corrected_and_foreign_rows_stay(database, session):
    loading(database)
    with database.writing(Actor.system()) as work:
        waste = work.session.scalars(
            select(models.ListedWaste).where(models.ListedWaste.code == "900-402-06")
        ).one()
        waste.name = "something else"
        other = models.CatalogueEdition(
            key="older", name="older", in_force_on=date(2021, 1, 1), in_force_until=None, is_complete=True
        )
        work.session.add(other)

    again = loading(database)

    assert again["listed_wastes"].changed == 1
    name = session.scalar(select(models.ListedWaste.name).where(models.ListedWaste.code == "900-402-06"))
    assert name.startswith("工业生产中作为清洗剂")
    assert session.scalar(select(models.CatalogueEdition.name).where(models.CatalogueEdition.key == "older"))


def test_a_database_is_current_when_it_holds_the_shipped_files(database):
    with database.reading(Actor.system()) as work:
        before = catalogue_is_current(work)
    loading(database)
    with database.reading(Actor.system()) as work:
        after = catalogue_is_current(work)

    assert (before, after) == (False, True)


def test_a_database_with_an_older_file_is_not_current(database):
    loading(database)
    with database.writing(Actor.system()) as work:
        stored = work.session.scalars(select(models.CatalogueFile)).first()
        stored.sha256 = "0" * 64

    with database.reading(Actor.system()) as work:
        assert not catalogue_is_current(work)
    loading(database)
    with database.reading(Actor.system()) as work:
        assert catalogue_is_current(work)
