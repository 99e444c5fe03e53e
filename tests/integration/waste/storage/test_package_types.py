"""The kinds of package of a firm."""

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.units import Grams
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.storage.operations.package_types import add_package_type, end_package_type
from app.waste.storage.package_types import AddPackageType, package_types_of
from tests.factories import somebody
from tests.factories.plant import a_plant


def added(plant, actor=None, **changes):
    values = {
        "name": "200 L 钢桶",
        "package": "桶",
        "volume_ml": 200_000,
        "tare": Grams(18_200),
        "material": "mild_steel",
        "is_closed": True,
    }
    with plant.working(actor) as work:
        return add_package_type(work, AddPackageType(**values | changes))


def names_of(plant, actor=None):
    with plant.working(actor) as work:
        return [kind.name for kind in package_types_of(work, plant.organisation_id)]


def test_a_firm_keeps_its_own_list_and_leaves_events_without_names(plant, session):
    kind = added(plant)
    added(plant, name=" 吨袋 ", package="袋", material="")

    assert names_of(plant) == ["200 L 钢桶", "吨袋"]
    with plant.working() as work:
        end_package_type(work, kind.id)
    assert names_of(plant) == ["吨袋"]
    events = session.scalars(
        select(TraceEvent).where(TraceEvent.subject_id == kind.id).order_by(TraceEvent.sequence)
    ).all()
    assert [event.name for event in events] == ["package_type.added", "package_type.ended"]
    assert all("钢桶" not in event.envelope for event in events)


def test_a_name_is_used_once_at_a_time_and_again_after_it_ended(plant):
    kind = added(plant)

    with pytest.raises(Conflict):
        added(plant, name=" 200 L 钢桶 ")
    with plant.working() as work:
        end_package_type(work, kind.id)
    again = added(plant, tare=Grams(19_000))
    assert (again.id, again.tare, again.ended_at) == (kind.id, 19_000, None)


def test_every_wrong_field_is_named(plant):
    with pytest.raises(InvalidInput) as refused:
        added(plant, name=" ", package="箱", volume_ml=0, tare=Grams(20_000_001), material="wood")

    assert [problem.pointer for problem in refused.value.problems] == [
        "#/name",
        "#/package",
        "#/volume_l",
        "#/tare_kg",
        "#/material",
    ]


def test_other_firms_see_and_end_nothing_of_it(plant, database):
    kind = added(plant)
    other = a_plant(database)

    assert names_of(plant, other.producer) == []
    with pytest.raises(NotFound), plant.working(other.producer) as work:
        end_package_type(work, kind.id)
    for role in (Role.DRIVER, Role.INSPECTOR, Role.PARK_OPERATOR):
        with pytest.raises(NotPermitted):
            added(plant, somebody(role, None, plant.park_id), name="别的")
