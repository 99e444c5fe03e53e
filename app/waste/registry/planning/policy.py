"""Who may read and write plans and profiles, and in which state a plan may be changed."""

from typing import Final

from app.foundation.core.errors import Conflict, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import Permission
from app.waste.registry.planning.models import PLAN_MOVES, PLAN_STATE_WORDS, ManagementPlan, PlanState
from app.waste.registry.policy import ensure_may

EDITABLE: Final = frozenset({PlanState.DRAFT, PlanState.RETURNED})
"""States in which the content of a plan may change."""


def ensure_may_read(actor: Actor) -> None:
    """Pass for whoever may read ledgers.

    Raises:
        NotPermitted: the actor's role or token doesn't.
    """
    ensure_may(actor, Permission.LEDGER_READ)


def ensure_may_manage(actor: Actor) -> None:
    """Pass for whoever keeps plans and profiles.

    Raises:
        NotPermitted: the actor's role or token doesn't.
    """
    ensure_may(actor, Permission.PLANS_MANAGE)


def may_manage(actor: Actor) -> bool:
    """Whether pages offer acts on plans."""
    return actor.may(Permission.PLANS_MANAGE)


def ensure_unchanged(seen_version: int | None, version: int) -> None:
    """Raises:
    VersionConflict: it changed since the actor saw it.
    """
    if seen_version != version:
        raise VersionConflict(say("内容刚被他人修改，请刷新后重试"))


def ensure_editable(plan: ManagementPlan) -> None:
    """Raises:
    Conflict: the plan is handed in; it changes by an amendment.
    """
    if plan.state not in EDITABLE:
        raise Conflict(say("{state}的计划不能再改，请先变更", state=PLAN_STATE_WORDS[plan.state]))


def move(plan: ManagementPlan, state: PlanState) -> None:
    """Lead a plan into another state.

    Raises:
        Conflict: that state doesn't follow on its present one.
    """
    if state not in PLAN_MOVES.get(plan.state, ()):
        raise Conflict(
            say(
                "计划现为{now}，不能变为{then}",
                now=PLAN_STATE_WORDS[plan.state],
                then=PLAN_STATE_WORDS[state],
            )
        )
    plan.state = state
