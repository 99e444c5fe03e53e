"""What may be asked of accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.parties.accounts.permissions import Role


@dataclass(frozen=True)
class OpenPark:
    slug: str
    name: str
    name_en: str
    province: str
    """Two digits of GB/T 2260; 99 only in a demo park."""
    city: str
    """Four digits of GB/T 2260."""
    zone: str = "Asia/Shanghai"
    is_demo: bool = False


@dataclass(frozen=True)
class RegisterOrganisation:
    credit_code: str
    name: str
    short_name: str
    address: str
    phone: str
    emergency_phone: str
    is_producer: bool = False
    is_recycler: bool = False
    is_carrier: bool = False


@dataclass(frozen=True)
class AddSite:
    organisation_id: UUID
    park_id: UUID | None
    name: str
    address: str
    province: str
    city: str


@dataclass(frozen=True)
class AddUser:
    email: str
    name: str
    phone: str
    password: str
    locale: str = "zh"


@dataclass(frozen=True)
class GrantRole:
    user_id: UUID
    role: Role
    organisation_id: UUID | None = None
    park_id: UUID | None = None
    job_title: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    """A delegated role holds from the one instant until just before the other."""


@dataclass(frozen=True)
class IssueToken:
    email: str
    scopes: tuple[str, ...]
    label: str
    lifetime: timedelta = timedelta(days=90)
