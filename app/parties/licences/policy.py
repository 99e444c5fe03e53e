"""Who may enter, hand in, check and read licences and fleets."""

from uuid import UUID

from app.foundation.core.errors import NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.parties.accounts.permissions import Permission
from app.parties.licences.charge import is_in_charge


def may_manage(actor: Actor) -> bool:
    return actor.may(Permission.LICENCES_MANAGE)


def ensure_may_manage(actor: Actor) -> None:
    """Pass for park operators and the deployment's own commands.

    Raises:
        NotPermitted: the actor's role doesn't enter licences.
    """
    if not may_manage(actor):
        raise NotPermitted(say("只有园区管理员可以登记和核对许可证"))


def ensure_may_read(actor: Actor) -> None:
    """Pass for whoever plans or checks transfers: a licence is published, its holder's use of it serves planning.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
    """
    if not actor.may(Permission.LICENCES_READ):
        raise NotPermitted(say("你的角色不能查看许可证、车辆和人员"))


def may_apply(actor: Actor) -> bool:
    return actor.may(Permission.LICENCES_APPLY) and actor.organisation_id is not None


def ensure_may_apply(actor: Actor) -> UUID:
    """The firm whose licence the actor may hand in.

    Raises:
        NotPermitted: the actor's role hands in no licences.
    """
    if not may_apply(actor) or actor.organisation_id is None:
        raise NotPermitted(say("只有接收单位自己可以提交许可证"))
    return actor.organisation_id


def may_keep_fleet(work: Work, organisation_id: UUID) -> bool:
    """A carrier's own staff, and that of a park it belongs to."""
    actor = work.actor
    if not actor.may(Permission.FLEETS_MANAGE):
        return False
    return actor.organisation_id == organisation_id or is_in_charge(work, organisation_id)


def ensure_may_keep_fleet(work: Work, organisation_id: UUID) -> None:
    """Pass for the carrier's own staff, operators of a park it belongs to, and the deployment's own commands.

    Raises:
        NotPermitted: none of them.
    """
    if not may_keep_fleet(work, organisation_id):
        raise NotPermitted(say("只有承运单位自己和所属园区的管理员可以登记运输证、车辆和人员"))
