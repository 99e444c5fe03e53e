"""Proof files: what anybody needs to check one event, one growth or a whole log without us.

`verify/parkloop_verify.py` reads them; docs/trace.md names every member.
"""

import json
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.trace.checkpoints import checkpoint_at, latest_checkpoint, log_keys, whole_note
from app.foundation.trace.logs import Log, TraceLeaf
from app.foundation.trace.merkle import (
    consistency_ranges,
    cover,
    inclusion_ranges,
    needed,
    path_of,
    root_of,
)
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.sealing import hashes_of, size_of

PROOF: Final = "parkloop-proof/1"
CONSISTENCY: Final = "parkloop-consistency/1"
EXPORT: Final = "parkloop-log/1"
CONTENTS_A_LINE: Final = 500
EXPORTED_AT_ONCE: Final = 2_000

Proof = dict[str, Any]
"""Plain data that is ready for JSON."""


def proof_of(work: Work, event_id: UUID) -> Proof:
    """The proof file of an event, under the newest checkpoint of its log.

    Whether the actor may know of the event is the caller's question. Six statements, whatever the size of the log.

    Raises:
        NotFound: no such event.
        Conflict: it is not sealed yet, or no checkpoint covers it yet.
    """
    found = work.session.execute(
        select(
            TraceEvent.envelope,
            TraceEvent.park_id,
            TraceLeaf.log_id,
            TraceLeaf.leaf_index,
            TraceLeaf.leaf_hash,
        )
        .outerjoin(TraceLeaf, TraceLeaf.event_id == TraceEvent.id)
        .where(TraceEvent.id == event_id)
    ).first()
    if found is None:
        raise NotFound(say("没有这个事件"))
    if found.leaf_index is None:
        raise Conflict(say("事件还没有封存，约一秒后再试"))
    checkpoint = latest_checkpoint(work, found.park_id)
    if checkpoint is None or checkpoint.size <= found.leaf_index:
        raise Conflict(say("还没有涵盖这个事件的检查点；检查点每天生成，也可以现在生成一个"))
    ranges = inclusion_ranges(found.leaf_index, checkpoint.size)
    path = path_of(ranges, hashes_of(work, found.log_id, needed(ranges)))
    return {
        "format": PROOF,
        "log": checkpoint.origin,
        "event_id": str(event_id),
        "envelope": found.envelope,
        "leaf_hash": found.leaf_hash.hex(),
        "index": found.leaf_index,
        "size": checkpoint.size,
        "path": [beside.hex() for beside in path],
        "checkpoint": whole_note(work, checkpoint),
        "keys": [str(known.verifier) for known in log_keys(work, checkpoint.origin)],
    }


def consistency_of(work: Work, log: Log, old: int, new: int) -> Proof:
    """The proof that a log of `old` leaves is the beginning of the same log with `new` leaves.

    Raises:
        InvalidInput: not 1 ≤ old ≤ new ≤ the leaves there are.
    """
    size = size_of(work, log.id)
    problems = []
    if not 1 <= old <= new:
        problems.append(FieldProblem("#/old", say("旧长度应在 1 与新长度之间")))
    if new > size:
        problems.append(FieldProblem("#/new", say("日志现有 {size} 个事件，请给不大于它的长度", size=size)))
    if problems:
        raise InvalidInput(problems)
    ranges = consistency_ranges(old, new)
    hashes = hashes_of(work, log.id, [*needed(ranges), *cover(0, old), *cover(0, new)])
    signed = {size: checkpoint_at(work, log.id, size) for size in (old, new)}
    return {
        "format": CONSISTENCY,
        "log": log.origin,
        "old_size": old,
        "old_root": root_of(old, hashes).hex(),
        "new_size": new,
        "new_root": root_of(new, hashes).hex(),
        "path": [beside.hex() for beside in path_of(ranges, hashes)],
        "old_checkpoint": None if (at_old := signed[old]) is None else whole_note(work, at_old),
        "new_checkpoint": None if (at_new := signed[new]) is None else whole_note(work, at_new),
        "keys": [str(known.verifier) for known in log_keys(work, log.origin)],
    }


def export(work: Work, log: Log, write: Callable[[str], object]) -> int:
    """Write a whole log as JSON lines: a head, its contents, its newest checkpoint, its events; gives how many.

    The contents list id and leaf hash of every event in their order. They add up to the root of a checkpoint, so
    that whoever holds one can tell which event below them was changed.
    """

    def line(**members: Any) -> None:
        write(json.dumps(members, ensure_ascii=False, separators=(",", ":")) + "\n")

    size = size_of(work, log.id)
    keys = [str(known.verifier) for known in log_keys(work, log.origin)]
    line(format=EXPORT, log=log.origin, size=size, keys=keys)
    for first in range(0, size, CONTENTS_A_LINE):
        rows = _leaves(work, log.id, first, min(first + CONTENTS_A_LINE, size))
        line(first=first, contents=[f"{row.event_id} {row.leaf_hash.hex()}" for row in rows])
    checkpoint = latest_checkpoint(work, log.park_id)
    if checkpoint is not None and checkpoint.size <= size:
        line(checkpoint=whole_note(work, checkpoint))
    for first in range(0, size, EXPORTED_AT_ONCE):
        for row in _leaves(work, log.id, first, min(first + EXPORTED_AT_ONCE, size)):
            line(index=row.leaf_index, envelope=row.envelope)
    return size


def _leaves(work: Work, log_id: UUID, first: int, end: int) -> Any:
    """Leaves of a log with their events, in order."""
    return work.session.execute(
        select(TraceLeaf.leaf_index, TraceLeaf.event_id, TraceLeaf.leaf_hash, TraceEvent.envelope)
        .outerjoin(TraceEvent, TraceEvent.id == TraceLeaf.event_id)
        .where(TraceLeaf.log_id == log_id, TraceLeaf.leaf_index >= first, TraceLeaf.leaf_index < end)
        .order_by(TraceLeaf.leaf_index)
    )
