"""`flask accounts reset-factors` and `networks`."""

import pytest

from app.foundation.core.work import Actor
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.confirming.checking import factors_of
from app.parties.accounts.confirming.enrolling import set_pin
from app.parties.accounts.models import Park
from app.parties.accounts.operations import add_user, grant_role
from app.parties.accounts.permissions import Role
from tests.factories.plant import a_plant


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_lost_phone_is_forgotten_and_a_park_closes_its_networks(app, database):
    flask, plant = app.test_cli_runner(), a_plant(database)
    with database.writing(Actor.system()) as work:
        user = add_user(work, AddUser("lu@example.com", "陆青岚", "1", "correct horse"))
        grant_role(work, GrantRole(user.id, Role.PRODUCER, plant.organisation_id, plant.park_id))
        slug = work.session.get_one(Park, plant.park_id).slug
    with database.writing(Actor(user_id=user.id, via="web")) as work:
        set_pin(work, app.extensions["house"].keyring, "482916", "482916")

    assert flask.invoke(args=["accounts", "reset-factors", "--email", "LU@example.com"]).exit_code == 0
    assert flask.invoke(args=["accounts", "reset-factors", "--email", "nobody@example.com"]).exit_code == 1
    assert (
        flask.invoke(args=["accounts", "networks", slug, "10.1.0.0/16", "::1/128"]).output
        == "10.1.0.0/16 ::1/128\n"
    )
    wrong = flask.invoke(args=["accounts", "networks", slug, "10.1.0.0/16", "the office"])

    with database.reading(Actor.system()) as work:
        assert factors_of(work, user.id) == []
        assert work.session.get_one(Park, plant.park_id).staff_networks == ["10.1.0.0/16", "::1/128"]
    assert (wrong.exit_code, "the office" in wrong.output) == (1, True)
    assert flask.invoke(args=["accounts", "networks", slug]).output == "from anywhere\n"
