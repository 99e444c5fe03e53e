"""The sealer: gives committed events their place in their log, and the tree over them its nodes.

An id handed out early may commit late, so no order of ids or times is ever final; the order in which events were
sealed is. Two sealers of one log meet in a lock; whatever commits is whole batches, so a killed one leaves nothing half.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from app.foundation.core.bulk import insert_rows
from app.foundation.core.database import Database
from app.foundation.core.work import Actor, Work
from app.foundation.trace.logs import TraceLeaf, TraceNode, log_id_of
from app.foundation.trace.merkle import Frontier, Hash, Node, cover, leaf_hash
from app.foundation.trace.models import TraceEvent

BATCH: Final = 4_000
"""Events sealed in one transaction: on SQLite nobody else writes meanwhile."""

FIRST: Final = UUID(int=0)


def seal(database: Database, park_id: UUID | None, *, since: UUID = FIRST, batch: int = BATCH) -> int:
    """Seal every committed event of a log that is not sealed yet, a batch a transaction; gives how many.

    Args:
        since: only events with a later id are looked for; `id_at` gives one for an instant.
    """
    sealed, after = 0, since
    while True:
        with database.writing(Actor.system()) as work:
            rows = seal_batch(work, park_id, since=after, limit=batch)
        if not rows:
            return sealed
        sealed += len(rows)
        after = max(rows)


def seal_batch(
    work: Work, park_id: UUID | None, *, since: UUID = FIRST, limit: int = BATCH
) -> Sequence[UUID]:
    """Seal up to `limit` events of one log in this transaction; gives their ids in the order of their leaves."""
    lock_log(work, park_id)
    rows = work.session.execute(
        _unsealed(TraceEvent.id, TraceEvent.subject_id, TraceEvent.sequence, TraceEvent.envelope)
        .where(_is_of(park_id), TraceEvent.id > since)
        .order_by(TraceEvent.id)
        .limit(limit)
    ).all()
    if not rows:
        return []
    log_id = log_id_of(park_id)
    size = size_of(work, log_id)
    tree = Frontier(size, hashes_of(work, log_id, cover(0, size)))
    leaves, nodes = [], []
    for row in _in_order(rows):
        leaf = leaf_hash(row.envelope.encode())
        leaves.append((log_id, tree.size, row.id, leaf))
        nodes += [(log_id, *node) for node in tree.append(leaf)]
    session = work.session
    insert_rows(session, TraceLeaf, ("log_id", "leaf_index", "event_id", "leaf_hash"), leaves)
    insert_rows(session, TraceNode, ("log_id", "level", "node_index", "node_hash"), nodes)
    return [event_id for _, _, event_id, _ in leaves]


def unsealed_parks(work: Work, since: UUID = FIRST) -> Sequence[UUID | None]:
    """The parks, or None for the deployment, whose logs lack a committed event with a later id than `since`."""
    return work.session.scalars(_unsealed(TraceEvent.park_id).where(TraceEvent.id > since).distinct()).all()


def id_at(instant: datetime) -> UUID:
    """The smallest id that could be made at an instant: ids begin with their milliseconds."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def size_of(work: Work, log_id: UUID) -> int:
    """How many leaves a log has."""
    newest = work.session.scalar(select(func.max(TraceLeaf.leaf_index)).where(TraceLeaf.log_id == log_id))
    return 0 if newest is None else int(newest) + 1


def hashes_of(work: Work, log_id: UUID, nodes: Iterable[Node]) -> Mapping[Node, Hash]:
    """Stored hashes of complete subtrees, leaves among them; at most two statements."""
    wanted = set(nodes)
    leaves = [index for level, index in wanted if level == 0]
    found: dict[Node, Hash] = {}
    if leaves:
        chosen = select(TraceLeaf.leaf_index, TraceLeaf.leaf_hash)
        rows = work.session.execute(
            chosen.where(TraceLeaf.log_id == log_id, TraceLeaf.leaf_index.in_(leaves))
        )
        found |= {(0, row.leaf_index): row.leaf_hash for row in rows}
    if above := [node for node in wanted if node[0]]:
        found |= _nodes(work, log_id, above)
    return found


def _nodes(work: Work, log_id: UUID, wanted: Sequence[Node]) -> Mapping[Node, Hash]:
    """Nodes above the leaves. SQLite finds pairs by its index only where they are joined to."""
    is_sqlite = work.session.get_bind().dialect.name == "sqlite"
    mark = "?" if is_sqlite else "%s"
    pairs = ", ".join([f"({mark}, {mark})"] * len(wanted))
    rows = work.session.connection().exec_driver_sql(
        f"WITH wanted (level, node_index) AS (VALUES {pairs}) "  # noqa: S608 - our own names
        "SELECT node.level, node.node_index, node.node_hash FROM wanted CROSS JOIN trace_nodes node "
        f"WHERE node.log_id = {mark} AND node.level = wanted.level AND node.node_index = wanted.node_index",
        (*(number for node in wanted for number in node), log_id.hex if is_sqlite else log_id),
    )
    return {(level, index): node_hash for level, index, node_hash in rows}


def lock_log(work: Work, park_id: UUID | None) -> None:
    """Be the only one who seals or signs a log until this transaction ends. On SQLite whoever writes is alone."""
    if work.session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(sha256(b"trace log" + log_id_of(park_id).bytes).digest()[:8], signed=True)
        work.session.execute(select(func.pg_advisory_xact_lock(number)))


def _is_of(park_id: UUID | None) -> ColumnElement[bool]:
    return TraceEvent.park_id.is_(None) if park_id is None else TraceEvent.park_id == park_id


def _unsealed(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .outerjoin(TraceLeaf, TraceLeaf.event_id == TraceEvent.id)
        .where(TraceLeaf.event_id.is_(None))
    )


def _in_order(rows: Sequence[Any]) -> list[Any]:
    """Rows by id, but those of one thing by their sequence: two clocks may have given them ids the other way round."""
    places: dict[UUID, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row.subject_id].append(place)
    ordered = list(rows)
    for own in places.values():
        if len(own) > 1:
            chain = sorted((rows[place] for place in own), key=lambda row: row.sequence)
            for place, row in zip(own, chain, strict=True):
                ordered[place] = row
    return ordered
