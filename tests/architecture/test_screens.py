"""`make screens` shows every page of the product."""

import pytest

from app.demo.accounts import PEOPLE
from app.factory import create_app
from scripts.screen_list import NO_PAGES, SCREENS
from scripts.screen_papers import PAPERS
from tests.conftest import a_config

PLACES = [*SCREENS, *PAPERS]


@pytest.fixture(scope="module")
def page_endpoints(tmp_path_factory):
    app = create_app(a_config("sqlite://", tmp_path_factory.mktemp("files")))
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/api/v1/", "/api/openapi"))
    }


def test_every_page_is_taken(page_endpoints):
    taken = {place.endpoint for place in PLACES} | {screen.shows for screen in SCREENS}

    assert page_endpoints - taken - NO_PAGES == set()


def test_every_place_exists(page_endpoints):
    named = {endpoint for place in PLACES for endpoint in (*place.via, place.endpoint)} | NO_PAGES

    assert named - page_endpoints == set()


def test_every_picture_has_its_own_name_and_a_known_viewer():
    names = [place.name for place in PLACES]
    people = {person.key for person in PEOPLE}

    assert sorted(names) == sorted(set(names))
    assert {place.account for place in PLACES if place.account} <= people
