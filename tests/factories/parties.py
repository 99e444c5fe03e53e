"""Parks, firms, places and people."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from app.foundation.catalogue.codes import credit_code_check_character
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.parties.accounts.models import Membership, Organisation, Park, Site, User
from app.parties.accounts.permissions import PARK_ROLES, Role, permissions_of

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Ten in the morning in the park."""

_numbers = count(1)


def a_credit_code() -> str:
    """A credit code with its right check character, another one each time."""
    body = f"91330100MA{next(_numbers):07d}"
    return body + credit_code_check_character(body)


def a_park(**changes: Any) -> Park:
    values: dict[str, Any] = {
        "id": new_id(),
        "slug": f"park-{next(_numbers)}",
        "name": "澄湖循环产业园",
        "name_en": "Chenghu Circular Park",
        "zone": "Asia/Shanghai",
        "province": "99",
        "city": "9901",
        "is_demo": True,
    }
    return Park(**values | changes)


def an_organisation(**changes: Any) -> Organisation:
    values: dict[str, Any] = {
        "id": new_id(),
        "credit_code": a_credit_code(),
        "name": "青梧涂料有限公司",
        "short_name": "青梧涂料",
        "address": "澄湖路 1 号",
        "phone": "000-0000-0001",
        "emergency_phone": "000-0000-0002",
        "is_producer": True,
        "is_recycler": False,
        "is_carrier": False,
        "suspended_at": None,
    }
    return Organisation(**values | changes)


def a_site(organisation: Organisation, park: Park | None = None, **changes: Any) -> Site:
    values: dict[str, Any] = {
        "id": new_id(),
        "organisation_id": organisation.id,
        "park_id": park.id if park else None,
        "name": "主厂区",
        "address": "澄湖路 1 号",
        "province": "99",
        "city": "9901",
    }
    return Site(**values | changes)


def a_user(**changes: Any) -> User:
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": new_id(),
        "email": f"person{number}@example.com",
        "name": "陆青岚",
        "phone": f"000-0000-{number:06d}",
        "password_hash": "-",
        "locale": "zh",
        "disabled_at": None,
    }
    return User(**values | changes)


def a_membership(
    user: User,
    role: Role = Role.PRODUCER,
    organisation: Organisation | None = None,
    park: Park | None = None,
    **changes: Any,
) -> Membership:
    values: dict[str, Any] = {
        "id": new_id(),
        "user_id": user.id,
        "organisation_id": organisation.id if organisation else None,
        "park_id": park.id if park else None,
        "role": role,
        "job_title": "",
        "created_at": NOW,
        "ended_at": None,
    }
    return Membership(**values | changes)


def somebody(
    role: Role = Role.PRODUCER,
    organisation_id: UUID | None = None,
    park_id: UUID | None = None,
    **changes: Any,
) -> Actor:
    """An actor with all permissions of a role; needs no rows."""
    values: dict[str, Any] = {
        "user_id": new_id(),
        "organisation_id": organisation_id,
        "park_id": park_id,
        "permissions": permissions_of(role),
        "via": "web",
        "is_park_staff": role in PARK_ROLES,
    }
    return Actor(**values | changes)
