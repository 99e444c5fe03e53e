"""Which code is valid on which day."""

from datetime import date

import pytest

from app.foundation.catalogue.snapshot import Catalogue, Category, WasteEntry

ACIDS = Category("HW34", "废酸", "waste acid", "fs")
CHROMIUM = Category("HW21", "含铬废物", "chromium", "hgfw")
NEW_YEAR = date(2025, 1, 1)


def an_entry(code, category, **changes):
    values = {
        "name": "废酸液",
        "hazards": ("C",),
        "hazard_expression": "C",
        "industry": "",
        "initials": "fsy",
    }
    return WasteEntry(code, category, **values | changes)


@pytest.fixture
def catalogue():
    return Catalogue.of(
        [ACIDS, CHROMIUM],
        [
            an_entry("900-300-34", ACIDS),
            an_entry("900-301-34", ACIDS, change="new", listed_from=NEW_YEAR),
            an_entry("336-100-17", ACIDS),
            an_entry(
                "336-100-21",
                CHROMIUM,
                change="removed",
                listed_until=date(2024, 12, 31),
                successor_code="336-100-17",
            ),
        ],
    )


@pytest.mark.parametrize(
    ("code", "day", "valid"),
    [
        ("900-300-34", date(2024, 12, 31), True),
        ("900-300-34", NEW_YEAR, True),
        ("900-301-34", date(2024, 12, 31), False),
        ("900-301-34", NEW_YEAR, True),
        ("336-100-21", date(2024, 12, 31), True),
        ("336-100-21", NEW_YEAR, False),
        ("900-001-17", NEW_YEAR, False),
        ("900-000-34", date(2024, 12, 31), True),
        ("900-000-34", NEW_YEAR, True),
        ("900-000-06", NEW_YEAR, False),
        ("90030034", NEW_YEAR, False),
    ],
)
def test_a_code_is_valid_by_the_list_in_force_on_that_day(catalogue, code, day, valid):
    assert (catalogue.find(code, day) is not None) == valid


def test_a_code_hazardous_by_testing_belongs_to_its_category(catalogue):
    entry = catalogue.find("900-000-34", NEW_YEAR)

    assert entry.category == ACIDS
    assert entry.is_by_identification
    assert entry.hazards == ()


def test_a_removed_code_tells_its_successor(catalogue):
    assert catalogue.successor_of("336-100-21").code == "336-100-17"
    assert catalogue.successor_of("900-300-34") is None
    assert catalogue.ever_listed("336-100-21").change == "removed"
