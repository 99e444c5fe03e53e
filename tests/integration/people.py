"""People for tests that only need somebody signed in."""

from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.parties.accounts.models import Membership, Park, User
from app.parties.accounts.permissions import Role


def staff_of_a_park(database: Database, role: str) -> Membership:
    """A stored member of a new park's own staff: `park_operator` or `inspector`."""
    with database.writing(Actor.system()) as work:
        mark = new_id().hex[-12:]
        park = Park(
            id=new_id(),
            slug=f"park-{mark}",
            name="澄湖循环产业园",
            name_en="Chenghu Circular Park",
            zone="Asia/Shanghai",
            province="99",
            city="9901",
            is_demo=True,
        )
        user = User(
            id=new_id(),
            email=f"{mark}@example.com",
            name="王明",
            phone="000-0000-0000",
            password_hash="-",
            locale="zh",
            disabled_at=None,
        )
        work.session.add_all([park, user])
        work.session.flush()
        membership = Membership(
            user_id=user.id,
            organisation_id=None,
            park_id=park.id,
            role=Role(role),
            job_title="",
            created_at=work.now,
            ended_at=None,
        )
        work.session.add(membership)
    return membership
