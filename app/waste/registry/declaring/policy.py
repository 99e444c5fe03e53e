"""Who may keep declarations, and what their states allow."""

from datetime import date
from typing import Final

from app.foundation.core.errors import Conflict, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import Permission
from app.waste.registry.declaring.models import (
    DECLARATION_MOVES,
    DECLARATION_STATE_WORDS,
    Declaration,
    DeclarationState,
)
from app.waste.registry.policy import ensure_may

S = DeclarationState
OPEN_TO_CHANGE: Final = frozenset({S.OPEN, S.GENERATED, S.CHECKED, S.RETURNED, S.CORRECTED})
"""States in which its figures may still change."""


def ensure_may_manage(actor: Actor) -> None:
    """Pass for whoever keeps declarations.

    Raises:
        NotPermitted: the actor's role or token doesn't.
    """
    ensure_may(actor, Permission.DECLARATIONS_MANAGE)


def may_manage(actor: Actor) -> bool:
    """Whether pages offer acts on declarations."""
    return actor.may(Permission.DECLARATIONS_MANAGE)


def ensure_version_seen(declaration: Declaration, seen_version: int | None) -> None:
    """Raises:
    VersionConflict: it changed since the actor saw it.
    """
    if seen_version is not None and seen_version != declaration.version:
        raise VersionConflict(say("申报刚被他人修改，请刷新后重试"))


def move(declaration: Declaration, state: DeclarationState) -> None:
    """Lead a declaration into another state.

    Raises:
        Conflict: that state doesn't follow on its present one.
    """
    if state not in DECLARATION_MOVES.get(declaration.state, frozenset()):
        raise Conflict(
            say(
                "这份申报当前为“{state}”，不能变为“{target}”",
                state=DECLARATION_STATE_WORDS[declaration.state],
                target=DECLARATION_STATE_WORDS[state],
            )
        )
    declaration.state = state


def ensure_period_over(declaration: Declaration, today: date) -> None:
    """Raises:
    Conflict: its period has not ended; what is posted until then would be missing.
    """
    if declaration.last_on >= today:
        raise Conflict(say("申报期间到 {day} 才结束，之后才能申报", day=declaration.last_on.isoformat()))
