"""The reference data in the test's database."""

import pytest

from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.work import Actor


@pytest.fixture
def has_code_lists():
    """These tests load the lists themselves."""
    return False


@pytest.fixture
def loaded(database):
    """The test's database with the catalogue in it."""
    with database.writing(Actor.system()) as work:
        load_catalogue(work)
    return database
