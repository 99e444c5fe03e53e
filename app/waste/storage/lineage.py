"""Where what is in a package came from, and where it went: parents and children of containers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal, or_, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.models import LedgerTable
from app.waste.registry.operations.handling import LastRecord, last_records
from app.waste.storage.models import Container, ContainerLink, LinkKind

MOST_GENERATIONS = 50
"""How far back a chain of repackings is followed."""


@dataclass(frozen=True)
class Relative:
    """A container that mass came from or went to."""

    container: Container
    kind: LinkKind
    mass: Grams


@dataclass(frozen=True)
class Lineage:
    """The parents and children of one container."""

    parents: tuple[Relative, ...]
    children: tuple[Relative, ...]


def lineage_of(work: Work, container_id: UUID) -> Lineage:
    """What a container came from and what became of it, oldest first; one statement."""
    other = Container.id.in_((ContainerLink.parent_id, ContainerLink.child_id)) & (
        Container.id != container_id
    )
    rows: Sequence[tuple[ContainerLink, Container]] = [
        (link, container)
        for link, container in work.session.execute(
            select(ContainerLink, Container)
            .join(Container, other)
            .where(or_(ContainerLink.parent_id == container_id, ContainerLink.child_id == container_id))
            .order_by(ContainerLink.id)
        )
    ]
    return Lineage(
        parents=tuple(
            Relative(container, link.kind, link.mass)
            for link, container in rows
            if link.child_id == container_id
        ),
        children=tuple(
            Relative(container, link.kind, link.mass)
            for link, container in rows
            if link.parent_id == container_id
        ),
    )


def ancestors_of(work: Work, container_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The containers whose mass is in each of these, nearest first, without the container itself; one statement.

    What a ledger line says of a package's entry into store holds for what was packed over from it.
    """
    if not container_ids:
        return {}
    start = select(
        ContainerLink.child_id.label("of"), ContainerLink.parent_id.label("id"), literal(1).label("step")
    ).where(ContainerLink.child_id.in_(container_ids))
    back = start.cte("ancestors", recursive=True)
    further = (
        select(back.c.of, ContainerLink.parent_id, back.c.step + 1)
        .join(ContainerLink, ContainerLink.child_id == back.c.id)
        .where(back.c.step < MOST_GENERATIONS)
    )
    chain = back.union(further)
    found: dict[UUID, dict[UUID, None]] = {container_id: {} for container_id in container_ids}
    for row in work.session.execute(select(chain.c.of, chain.c.id).order_by(chain.c.step, chain.c.id)):
        found[row.of].setdefault(row.id)
    return {container_id: tuple(ids) for container_id, ids in found.items()}


def handed_down_records(
    work: Work, table: LedgerTable, site_id: UUID, containers: Collection[Container]
) -> dict[UUID, LastRecord]:
    """The newest line of a ledger table about each container, or about the nearest one it was packed over from.

    One statement; two when any of them was packed over.
    """
    ids = [container.id for container in containers]
    packed_over = [container.id for container in containers if container.parent_id is not None]
    older = ancestors_of(work, packed_over)
    lines = last_records(work, table, site_id, {*ids, *(id_ for chain in older.values() for id_ in chain)})
    found = {}
    for id_ in ids:
        nearest = next((one for one in (id_, *older.get(id_, ())) if one in lines), None)
        if nearest is not None:
            found[id_] = lines[nearest]
    return found
