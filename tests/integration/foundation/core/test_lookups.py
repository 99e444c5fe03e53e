"""A lookup finds what SQLAlchemy itself finds, in the same Python values, on either engine and in any unit of work."""

import pytest
from sqlalchemy import bindparam, or_, select
from sqlalchemy.exc import DataError

from app.foundation.core.lookup import Lookup
from app.foundation.core.work import Actor
from app.parties.accounts.models import ApiToken, Membership, Organisation, Park, User
from app.parties.accounts.permissions import Role
from tests.factories import a_park
from tests.integration.people import staff_of_a_park

SYSTEM = Actor.system()
PARKS = Lookup(select(Park.id, Park.slug, Park.is_demo).where(Park.slug == bindparam("slug")))
ROLES = Lookup(
    select(
        Membership.id, Membership.user_id, Membership.role, Membership.created_at, User.id, ApiToken.scopes
    )
    .join(User, User.id == Membership.user_id)
    .outerjoin(ApiToken, ApiToken.membership_id == Membership.id)
    .where(Membership.id == bindparam("key"), Membership.role.in_([Role.INSPECTOR, Role.PRODUCER]))
)


def test_rows_hold_what_the_mapper_would_give(database, count_statements):
    person = staff_of_a_park(database, "inspector")

    with database.reading(SYSTEM) as work:
        member = work.session.scalars(select(Membership).where(Membership.user_id == person.user_id)).one()
        with count_statements() as sent:
            row = ROLES.first(work, key=member.id)

    assert len(sent) == 1, "the driver refused it, and SQLAlchemy did it"
    assert tuple(row) == (member.id, person.user_id, member.role, member.created_at, person.user_id, None)
    assert (row.role, row.created_at.tzinfo) == (member.role, member.created_at.tzinfo)


def test_nothing_found_is_none(database):
    with database.glance(SYSTEM) as work:
        assert (PARKS.first(work, slug="nowhere"), PARKS.all(work, slug="nowhere")) == (None, [])


@pytest.mark.parametrize("way", ["glance", "reading", "writing"])
def test_it_looks_from_every_unit_of_work(throwaway_database, way):
    with throwaway_database.writing(SYSTEM) as work:
        park = a_park()
        work.session.add(park)

    with getattr(throwaway_database, way)(SYSTEM) as work:
        assert PARKS.first(work, slug=park.slug).id == park.id


def test_it_sees_what_its_own_transaction_wrote(throwaway_database):
    park = a_park()
    with throwaway_database.writing(SYSTEM) as work:
        work.session.add(park)
        work.session.flush()

        assert PARKS.first(work, slug=park.slug).id == park.id


def test_values_of_the_statement_itself_go_along(database):
    lookup = Lookup(
        select(Organisation.id).where(
            or_(Organisation.credit_code == bindparam("code"), Organisation.short_name == "谁也不叫这个")
        )
    )

    with database.glance(SYSTEM) as work:
        assert lookup.all(work, code="91330100MA2DEMK01D") == []


def test_it_is_counted_as_other_statements_are(database, count_statements):
    with database.glance(SYSTEM) as work, count_statements() as sent:
        PARKS.first(work, slug="nowhere")

    assert len(sent) == 1


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_no_column_can_hold_is_refused_as_elsewhere(throwaway_database):
    with throwaway_database.glance(SYSTEM) as work, pytest.raises(DataError):
        PARKS.first(work, slug="\x00")


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_connection_that_died_meanwhile_is_replaced(throwaway_database):
    with throwaway_database.glance(SYSTEM) as work:
        died = work.session.connection().connection.driver_connection
    died.close()

    with throwaway_database.glance(SYSTEM) as work:
        assert PARKS.first(work, slug="nowhere") is None
