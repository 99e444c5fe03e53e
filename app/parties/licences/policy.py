"""Who may enter and read licences."""

from app.foundation.core.errors import NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import Permission


def ensure_may_manage(actor: Actor) -> None:
    """Pass for park operators and the deployment's own commands.

    Raises:
        NotPermitted: the actor's role doesn't enter licences.
    """
    if not actor.may(Permission.LICENCES_MANAGE):
        raise NotPermitted(say("只有园区管理员可以登记许可证、车辆和人员"))


def ensure_may_read(actor: Actor) -> None:
    """Pass for whoever plans or checks transfers: a licence is published, its holder's use of it serves planning.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
    """
    if not actor.may(Permission.LICENCES_READ):
        raise NotPermitted(say("你的角色不能查看许可证、车辆和人员"))
