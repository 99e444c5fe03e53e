"""Proving the logs: leaves without a gap, every node of the tree, every checkpoint and co-signature."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import public_key_of
from app.foundation.trace.checkpoints import cosignatures_of, log_keys
from app.foundation.trace.logs import Log, TraceCheckpoint, TraceLeaf, TraceNode
from app.foundation.trace.merkle import Frontier
from app.foundation.trace.notes import (
    COSIGNATURE,
    Note,
    NoteProblem,
    VerifierKey,
    fits,
    line_of,
    note_of,
    verifier_key,
)
from app.foundation.trace.sealing import size_of
from app.foundation.trace.verifying import Misfit

AT_ONCE: Final = 8_192


@dataclass(frozen=True)
class LogVerification:
    """What was checked of one log, up to the misfit if there is one."""

    origin: str
    leaves: int
    checkpoints: int
    misfit: Misfit | None


@dataclass(frozen=True)
class Expected:
    """A root that a log must have had at a size, who says so, and what to say where it hadn't."""

    size: int
    root_hash: str
    name: str


def verify_log(work: Work, log: Log, kept: Sequence[Note] = ()) -> LogVerification:
    """Recompute a log's tree from its leaves and compare nodes, checkpoints and co-signatures.

    That leaves are those of the stored events `verifying` proves.

    Args:
        kept: checkpoints of this log that were kept elsewhere; their signatures are proved too.
    """
    stored = work.session.scalars(
        select(TraceCheckpoint)
        .where(TraceCheckpoint.log_id == log.id)
        .order_by(TraceCheckpoint.size, TraceCheckpoint.id)
    ).all()
    misfit = _first(_checkpoint_misfit(work, log, row) for row in stored)
    misfit = misfit or _cosignature_misfit(work, log, stored)
    misfit = misfit or _first(_kept_misfit(work, log, note) for note in kept)
    if misfit is not None:
        return LogVerification(log.origin, 0, len(stored), misfit)
    roots = [Expected(row.size, row.root_hash, f"checkpoint {row.id}") for row in stored]
    roots += [
        Expected(note.checkpoint.size, note.checkpoint.root.hex(), "the checkpoint kept elsewhere")
        for note in kept
    ]
    leaves, misfit = _walk(work, log, sorted(roots, key=lambda root: root.size))
    return LogVerification(log.origin, leaves, len(stored), misfit)


def _walk(work: Work, log: Log, roots: list[Expected]) -> tuple[int, Misfit | None]:
    """Grow the tree leaf by leaf beside the stored one; gives how many leaves fit."""
    tree, waiting = Frontier(), iter([*roots, None])
    size, root = size_of(work, log.id), next(waiting)
    try:
        while tree.size < size:
            end = min(tree.size + AT_ONCE, size)
            rows, nodes = _leaves(work, log.id, tree.size, end), _nodes(work, log.id, tree.size, end)
            for row in rows:
                if row.leaf_index != tree.size:
                    return tree.size, _at(work, log, row, f"leaf {tree.size} is missing before it")
                for level, index, made in tree.append(row.leaf_hash):
                    if nodes.pop((level, index), None) != made:
                        return tree.size - 1, _at(work, log, row, _of_node(level, index))
                while root is not None and root.size == tree.size:
                    if root.root_hash != tree.root.hex():
                        return tree.size, _at(work, log, row, _of_root(root, roots))
                    root = next(waiting)
            if tree.size < end:
                return tree.size, _misfit(log, tree.size, f"leaf {tree.size} is missing, the log has {size}")
            if nodes:
                level, index = min(nodes)
                return tree.size, _misfit(log, index << level, f"node ({level}, {index}) is no part of it")
    except (TypeError, OperationalError):
        return tree.size, _misfit(log, tree.size, "a stored value can't be read")
    if root is not None:
        reason = f"the tail was cut: {root.name} covers {root.size} events, the log has {size}"
        return tree.size, _misfit(log, size, reason)
    return tree.size, _surplus(work, log, size)


def _of_node(level: int, index: int) -> str:
    first, last = index << level, ((index + 1) << level) - 1
    return f"node ({level}, {index}) is not the hash over leaves {first} to {last}: one of them, or it, was changed"


def _of_root(root: Expected, roots: list[Expected]) -> str:
    before = max((other.size for other in roots if other.size < root.size), default=0)
    return f"{root.name} says another root: the first difference is among leaves {before} to {root.size - 1}"


def _misfit(log: Log, index: int, reason: str, event_id: object = "-") -> Misfit:
    return Misfit(str(event_id), f"log {log.origin}", index, reason)


def _at(work: Work, log: Log, leaf: Any, reason: str) -> Misfit:
    """A misfit at a leaf, which is named by its event."""
    at = (TraceLeaf.log_id == log.id, TraceLeaf.leaf_index == leaf.leaf_index)
    event_id = work.session.scalar(select(TraceLeaf.event_id).where(*at))
    return _misfit(log, leaf.leaf_index, reason, event_id)


def _leaves(work: Work, log_id: UUID, first: int, end: int) -> Sequence[Any]:
    return work.session.execute(
        select(TraceLeaf.leaf_index, TraceLeaf.leaf_hash)
        .where(TraceLeaf.log_id == log_id, TraceLeaf.leaf_index >= first, TraceLeaf.leaf_index < end)
        .order_by(TraceLeaf.leaf_index)
    ).all()


def _nodes(work: Work, log_id: UUID, first: int, end: int) -> dict[tuple[int, int], bytes]:
    """The stored nodes whose last leaf is among `first` … `end - 1`; a statement a level."""
    found: dict[tuple[int, int], bytes] = {}
    for level in range(1, end.bit_length()):
        if first >> level < end >> level:
            rows = work.session.execute(
                select(TraceNode.node_index, TraceNode.node_hash).where(
                    TraceNode.log_id == log_id,
                    TraceNode.level == level,
                    TraceNode.node_index >= first >> level,
                    TraceNode.node_index < end >> level,
                )
            )
            found |= {(level, index): node_hash for index, node_hash in rows}
    return found


def _surplus(work: Work, log: Log, size: int) -> Misfit | None:
    """Nodes over leaves that aren't there: more than a tree of this size has."""
    expected = sum(size >> level for level in range(1, size.bit_length()))
    counted = select(func.count()).select_from(TraceNode).where(TraceNode.log_id == log.id)
    bounded = counted.where(TraceNode.level < 64)
    there = work.session.scalar(bounded) or 0
    if there <= expected and work.session.scalar(counted) == there:
        return None
    if size_of(work, log.id) > size:
        return None  # it grew while it was read
    return _misfit(log, size, f"{there} nodes are stored where {size} leaves have {expected}")


def _checkpoint_misfit(work: Work, log: Log, row: TraceCheckpoint) -> Misfit | None:
    """Whether a stored checkpoint's columns are those of its note, and the note is signed by a key of ours."""
    name = f"checkpoint {row.id}"
    try:
        note = note_of(row.note)
    except NoteProblem as problem:
        return _misfit(log, row.size, f"{name}: {problem}")
    said = note.checkpoint
    if (said.origin, said.size, said.root.hex()) != (row.origin, row.size, row.root_hash):
        return _misfit(log, row.size, f"{name}: its columns differ from its note")
    if row.origin.partition("/")[2] != log.origin.partition("/")[2]:
        return _misfit(log, row.size, f"{name}: it is of the log {row.origin}")
    public_key = public_key_of(work, row.key_id, KeyPurpose.LOG)
    if public_key is None or [VerifierKey(row.origin, public_key).key_id] != [
        line.key_id for line in note.lines
    ]:
        return _misfit(log, row.size, f"{name}: the key {row.key_id} is no key of the logs")
    if not note.is_signed_by(VerifierKey(row.origin, public_key)):
        return _misfit(log, row.size, f"{name}: the signature is not right")
    return None


def _cosignature_misfit(work: Work, log: Log, stored: Sequence[TraceCheckpoint]) -> Misfit | None:
    by_id = {row.id: row for row in stored}
    for checkpoint_id, rows in cosignatures_of(work, list(by_id)).items():
        body = note_of(by_id[checkpoint_id].note).body
        for row in rows:
            try:
                key, line = verifier_key(row.witness), line_of(row.line)
                holds = key.kind == COSIGNATURE and fits(body, line, key) and row.line == str(line)
                holds = holds and row.signed_at.timestamp() == line.time
            except NoteProblem:
                holds = False
            if not holds:
                size = by_id[checkpoint_id].size
                return _misfit(log, size, f"checkpoint {checkpoint_id}: co-signature {row.id} is not right")
    return None


def _kept_misfit(work: Work, log: Log, note: Note) -> Misfit | None:
    """Whether a checkpoint that was kept elsewhere is signed by one of our keys."""
    origin = note.checkpoint.origin
    if any(note.is_signed_by(known.verifier) for known in log_keys(work, origin)):
        return None
    reason = "the checkpoint kept elsewhere is signed by no key of this deployment"
    return _misfit(log, note.checkpoint.size, reason)


def _first(misfits: Iterator[Misfit | None]) -> Misfit | None:
    return next((misfit for misfit in misfits if misfit is not None), None)


def unknown_logs(work: Work, logs: Collection[Log]) -> Misfit | None:
    """A leaf or checkpoint of a log that no park has."""
    ids = [log.id for log in logs]
    leaf = work.session.execute(
        select(TraceLeaf.log_id, TraceLeaf.leaf_index, TraceLeaf.event_id)
        .where(TraceLeaf.log_id.not_in(ids))
        .limit(1)
    ).first()
    if leaf is not None:
        return Misfit(str(leaf.event_id), f"log {leaf.log_id}", leaf.leaf_index, "no park has this log")
    chosen = select(TraceCheckpoint).where(TraceCheckpoint.log_id.not_in(ids)).limit(1)
    row = work.session.scalar(chosen)
    if row is not None:
        return Misfit("-", f"log {row.log_id}", row.size, f"checkpoint {row.id}: no park has this log")
    return None
