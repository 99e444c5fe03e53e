import pytest
from flask import Flask

from app.parties.accounts.permissions import MATRIX, Permission, Role
from app.web import nav
from tests.unit.web.conftest import bare_app

ITEMS = [item for groups in nav.GROUPS.values() for group in groups for item in group.items]


@pytest.fixture
def flask_app() -> Flask:
    app = bare_app("zh")
    for item in ITEMS:
        if item.endpoint not in app.view_functions:
            app.add_url_rule(f"/{item.endpoint}", endpoint=item.endpoint, view_func=lambda: "")
    return app


def shown(app: Flask, role: Role, permissions: frozenset[Permission]) -> nav.Navigation:
    with app.test_request_context():
        return nav.navigation_for(role, permissions, {"todo": 7, "storage": nav.Badge(2, hot=False)})


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reaches_all_its_screens(flask_app: Flask, role: Role) -> None:
    navigation = shown(flask_app, role, MATRIX[role])

    assert len(navigation.groups) == len(nav.GROUPS[role])
    assert navigation.scan_url == "/scan.scanner"


def test_an_item_without_permission_is_not_shown(flask_app: Flask) -> None:
    navigation = shown(flask_app, Role.PRODUCER, MATRIX[Role.PRODUCER] - {Permission.LEDGER_READ})

    urls = [link.url for _, links in navigation.groups for link in links]
    assert "/registry.ledger" not in urls
    assert "/storage.facilities" in urls


def test_badges_stand_at_their_item_and_zero_shows_nothing(flask_app: Flask) -> None:
    navigation = shown(flask_app, Role.PRODUCER, MATRIX[Role.PRODUCER])

    badges = {link.url: link.badge for _, links in navigation.groups for link in links}
    assert badges["/workbench.show"] == nav.Badge(7, hot=True)
    assert badges["/storage.facilities"] == nav.Badge(2, hot=False)
    assert badges["/consignments.index"] is None


def test_a_phone_bar_has_at_most_five_places() -> None:
    assert all(len(items) <= 3 for items in nav.PHONE_BARS.values())
