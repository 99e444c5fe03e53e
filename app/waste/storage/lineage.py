"""Where what is in a package came from, and where it went: parents and children of containers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
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


def shares_in(
    work: Work, container_ids: Collection[UUID], *, since: datetime
) -> dict[UUID, dict[UUID, Fraction]]:
    """Which part of a container's mass came from each of these, for them and all that was packed over from them.

    One statement. What was merged from several is theirs in the proportion of what each brought, also those beside these.

    Args:
        since: packages made before are none of theirs, such as what was split off elsewhere.
    """
    ids = list(container_ids)
    start = (
        select(ContainerLink.child_id.label("id"), literal(1).label("step"))
        .join(Container, Container.id == ContainerLink.child_id)
        .where(ContainerLink.parent_id.in_(ids), Container.created_at >= since)
    )
    on = start.cte("descendants", recursive=True)
    chain = on.union(
        select(ContainerLink.child_id, on.c.step + 1)
        .join(ContainerLink, ContainerLink.parent_id == on.c.id)
        .where(on.c.step < MOST_GENERATIONS)
    )
    links = select(ContainerLink).where(ContainerLink.child_id.in_(select(chain.c.id)))
    into: dict[UUID, list[ContainerLink]] = {}
    for link in work.session.scalars(links.order_by(ContainerLink.id)):
        into.setdefault(link.child_id, []).append(link)
    found: dict[UUID, dict[UUID, Fraction]] = {id_: {id_: Fraction(1)} for id_ in ids}
    for child_id in into:
        _share(child_id, into, found)
    return found


def _share(
    container_id: UUID,
    into: Mapping[UUID, Sequence[ContainerLink]],
    found: dict[UUID, dict[UUID, Fraction]],
) -> Mapping[UUID, Fraction]:
    """The parts of one container, from those of its parents; kept in `found`."""
    if container_id not in found:
        parts = found[container_id] = {}
        brought = sum(link.mass for link in into.get(container_id, ()))
        for link in into.get(container_id, ()):
            for root, part in _share(link.parent_id, into, found).items():
                parts[root] = parts.get(root, Fraction(0)) + part * Fraction(link.mass, brought)
    return found[container_id]


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
