"""Who may look at storage and change it; also which buttons a page shows."""

from collections.abc import Sequence

from app.foundation.core.errors import Conflict, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.foundation.rulebook.decision import Override
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteStream
from app.waste.registry.policy import ensure_may
from app.waste.storage.models import STATE_WORDS, Container, ContainerState, Facility


def ensure_may_read(actor: Actor) -> None:
    """Pass if the actor looks at storage at all; whose they see is the queries' business.

    Raises:
        NotPermitted: the actor's role doesn't.
    """
    ensure_may(actor, Permission.STORAGE_READ)


def may_manage_containers(actor: Actor) -> bool:
    """Register, weigh, place, label and void."""
    return actor.may(Permission.CONTAINERS_MANAGE)


def may_manage_storage(actor: Actor) -> bool:
    """Set up facilities and zones."""
    return actor.may(Permission.STORAGE_MANAGE)


def is_held_by(actor: Actor, container: Container) -> bool:
    """Whether the container is in the hands of the actor's own firm."""
    return actor.organisation_id is not None and container.holder_id == actor.organisation_id


def may_see_facility(actor: Actor, facility: Facility | None) -> bool:
    """Its own, or any of the park for the park's staff; a producer sees its drum, not the recycler's storeroom."""
    if facility is None:
        return False
    if actor.is_park_staff:
        return facility.park_id == actor.park_id
    return facility.organisation_id == actor.organisation_id


def may_revise_stream(actor: Actor, stream: WasteStream) -> bool:
    """The producer's own words stand on its labels, wherever the drum is."""
    return may_manage_containers(actor) and stream.organisation_id == actor.organisation_id


def may_weigh(actor: Actor, container: Container) -> bool:
    """Labelled before weighing, and here."""
    return may_manage_containers(actor) and is_held_by(actor, container) and container.net is None


def ensure_own_or_overridden(actor: Actor, overrides: Sequence[Override]) -> None:
    """Pass for who handles containers; the park's staff place one only where a rule had to be overridden.

    Raises:
        NotPermitted: no rule stood in the way, so it is the holder's own act.
    """
    if not (overrides or actor.may(Permission.CONTAINERS_MANAGE)):
        raise NotPermitted(say("没有规则需要放行，请由持有单位自行入库"))


PLACEABLE = frozenset(
    {
        ContainerState.WEIGHED,
        ContainerState.STORED,
        ContainerState.ACCEPTED,
        ContainerState.STORED_AT_CONSIGNEE,
    }
)
"""States from which a container may be put into a zone or moved to another."""

VOIDABLE = frozenset({ContainerState.PRINTED, ContainerState.FILLING, ContainerState.SEALED})
"""Before anything was weighed into it."""


def may_put_away(actor: Actor, container: Container) -> bool:
    """Weighed, standing somewhere, and here; or in the park of somebody who may override its rules."""
    its_own = may_manage_containers(actor) and is_held_by(actor, container)
    return (its_own or may_override(actor, container)) and container.state in PLACEABLE


def may_override(actor: Actor, container: Container) -> bool:
    """Whether the actor may let a container of the park stand where a rule forbids it, with a reason."""
    of_its_park = actor.is_park_staff and container.park_id == actor.park_id
    return of_its_park and actor.may(Permission.RULES_OVERRIDE)


def ensure_may_place(actor: Actor) -> None:
    """Pass for who handles containers and for who may override the rules of the park.

    Raises:
        NotPermitted: the actor does neither.
    """
    if not actor.may(Permission.RULES_OVERRIDE):
        ensure_may(actor, Permission.CONTAINERS_MANAGE)


def may_void(actor: Actor, container: Container) -> bool:
    """A code that nothing was weighed into."""
    return may_manage_containers(actor) and is_held_by(actor, container) and container.state in VOIDABLE


OPENABLE = frozenset({*PLACEABLE, ContainerState.DAMAGED})
"""States in which what is in a package may be taken out of it: neither locked for a consignment nor on its way."""

FILLABLE = frozenset({ContainerState.PRINTED, ContainerState.FILLING})
"""Before it is sealed."""


def may_fill(actor: Actor, container: Container) -> bool:
    """Start filling, and seal."""
    return may_manage_containers(actor) and is_held_by(actor, container) and container.state in FILLABLE


def may_open(actor: Actor, container: Container) -> bool:
    """Repack, split, merge, use or dispose of what is in it."""
    return may_manage_containers(actor) and is_held_by(actor, container) and container.state in OPENABLE


def may_report_damage(actor: Actor, container: Container) -> bool:
    """Weighed, standing somewhere, and here."""
    return may_open(actor, container) and container.state is not ContainerState.DAMAGED


def ensure_held(actor: Actor, container: Container) -> None:
    """Pass if the container is in the hands of the actor's firm.

    Raises:
        NotPermitted: another firm has it now.
    """
    if not (actor.is_deployment or is_held_by(actor, container)):
        raise NotPermitted(say("容器 {code} 现由其他单位持有，由持有单位处理", code=container.code))


def ensure_may_open(actor: Actor, container: Container) -> None:
    """Pass if what is in a package may be taken out of it by the actor's firm.

    Raises:
        NotPermitted: another firm has it now.
        Conflict: not weighed yet, locked for a consignment, on its way, or empty.
    """
    ensure_held(actor, container)
    if container.state not in OPENABLE:
        raise Conflict(
            say(
                "容器 {code} 当前为“{state}”，不能开封、改包或利用处置",
                code=container.code,
                state=STATE_WORDS[container.state],
            )
        )


def may_print_label(actor: Actor, container: Container) -> bool:
    """Not voided, not used up, and here."""
    gone = {ContainerState.VOIDED, ContainerState.CONSUMED, ContainerState.IN_TRANSIT}
    return may_manage_containers(actor) and is_held_by(actor, container) and container.state not in gone
