"""`Actor` and `Work`: who acts, when, in which transaction."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.foundation.core.clock import DEFAULT_ZONE, local_day

DEPLOYMENT_WAYS = frozenset({"system", "cli", "demo"})


@dataclass(frozen=True)
class Confirmation:
    """How a person was confirmed at the moment of an act: by what, on whose device, and what they drew."""

    how: str = ""
    """pin, totp or code; empty: by being signed in."""
    device: str = "own"
    """own, others, or link: without an account."""
    device_user_id: UUID | None = None
    """Whose device it was, if not their own."""
    name: str = ""
    """Of a person without an account."""
    drawing: str = ""
    """Their drawn signature as an SVG path in a box of 240 by 80."""
    proof: object | None = None
    """The row that confirmed them and is used up by the act; the act's event carries it."""


@dataclass(frozen=True)
class Actor:
    """A person or machine in one chosen context. `via` tells the way in: web, api, cli, demo, system."""

    user_id: UUID | None = None
    organisation_id: UUID | None = None
    park_id: UUID | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    via: str = "system"
    is_park_staff: bool = False
    """Acts for the park itself and sees all of its firms."""
    zone: str = DEFAULT_ZONE
    confirmation: Confirmation | None = None
    """Beside being signed in, where the act asks for more."""

    @classmethod
    def system(cls, via: str = "system") -> "Actor":
        """The deployment itself: commands, loaders and jobs."""
        return cls(via=via)

    @property
    def is_deployment(self) -> bool:
        """Nobody's session or token: the deployment's own commands, loaders and jobs."""
        return self.user_id is None and self.via in DEPLOYMENT_WAYS

    def may(self, permission: str) -> bool:
        """Whether the role of the person, or scope of the token, holds a permission; the deployment holds all."""
        return self.is_deployment or permission in self.permissions


@dataclass(frozen=True)
class Work:
    """One actor, one instant and one transaction; every operation and query takes one."""

    session: Session
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The legal day of `now` in the actor's park."""
        return local_day(self.now, self.actor.zone)
