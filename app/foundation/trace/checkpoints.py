"""Checkpoints: what a log signs of itself, so that others can keep it, and what witnesses sign beneath.

A checkpoint leaves no event: it would make the log grow by saying how long it is. It is its own signed record.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.foundation.keys.operations import Keyring, all_keys, signer
from app.foundation.trace.logs import Log, TraceCheckpoint, TraceCosignature, log_id_of
from app.foundation.trace.merkle import cover, root_of
from app.foundation.trace.notes import (
    Checkpoint,
    NoteProblem,
    VerifierKey,
    fits,
    line_of,
    note_of,
    note_text,
    signature_line,
)
from app.foundation.trace.sealing import hashes_of, lock_log, size_of

MAX_PAGE: Final = 100
EVERY: Final = timedelta(days=1)
"""How old the newest checkpoint of a log that grows may become."""
AHEAD: Final = timedelta(minutes=5)
"""How far a witness's clock may be ahead of ours."""


@dataclass(frozen=True)
class LogKey:
    """A key that signs, or has signed, checkpoints of a log."""

    key: SigningKey
    verifier: VerifierKey


def make_checkpoint(work: Work, keyring: Keyring, log: Log) -> TraceCheckpoint:
    """Sign the size and root of what is sealed; the one there already where nothing was sealed since.

    Raises:
        Conflict: nothing is sealed yet, or there is no key for the log (`flask keys new log`).
    """
    lock_log(work, log.park_id)
    size = size_of(work, log.id)
    if not size:
        raise Conflict(say("日志 {origin} 还没有封存任何事件", origin=log.origin))
    key = signer(work, keyring, KeyPurpose.LOG)
    known = work.session.scalar(
        select(TraceCheckpoint).where(
            TraceCheckpoint.log_id == log.id,
            TraceCheckpoint.size == size,
            TraceCheckpoint.origin == log.origin,
            TraceCheckpoint.key_id == key.key_id.hex(),
        )
    )
    if known is not None:
        return known
    root = root_of(size, hashes_of(work, log.id, cover(0, size)))
    said = Checkpoint(log.origin, size, root)
    verifier = VerifierKey(log.origin, key.private_key.public_key().public_bytes_raw())
    made = TraceCheckpoint(
        log_id=log.id,
        origin=log.origin,
        size=size,
        root_hash=root.hex(),
        key_id=key.key_id.hex(),
        note=note_text(said.body, [signature_line(said.body, verifier, key.private_key)]),
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def is_checkpoint_due(work: Work, log: Log) -> bool:
    """Whether a log has grown since its newest checkpoint, and that is a day old, or there is none."""
    latest = latest_checkpoint(work, log.park_id)
    if latest is not None and latest.created_at > work.now - EVERY:
        return False
    return size_of(work, log.id) > (latest.size if latest else 0)


def latest_checkpoint(work: Work, park_id: UUID | None) -> TraceCheckpoint | None:
    """The newest checkpoint of a park's log, or of the deployment's for None; one statement."""
    return work.session.scalar(
        select(TraceCheckpoint)
        .where(TraceCheckpoint.log_id == log_id_of(park_id))
        .order_by(TraceCheckpoint.size.desc(), TraceCheckpoint.created_at.desc())
        .limit(1)
    )


def checkpoint_for(work: Work, checkpoint_id: UUID) -> TraceCheckpoint:
    """A checkpoint by its id; checkpoints are public.

    Raises:
        NotFound: there is none.
    """
    found = work.session.get(TraceCheckpoint, checkpoint_id)
    if found is None:
        raise NotFound(say("没有这个检查点"))
    return found


def checkpoint_at(work: Work, log_id: UUID, size: int) -> TraceCheckpoint | None:
    """The newest checkpoint of a log at a size, if one was made there."""
    return work.session.scalar(
        select(TraceCheckpoint)
        .where(TraceCheckpoint.log_id == log_id, TraceCheckpoint.size == size)
        .order_by(TraceCheckpoint.created_at.desc())
        .limit(1)
    )


def checkpoints_page(
    work: Work, log_id: UUID, *, limit: int = 50, before: UUID | None = None
) -> tuple[Sequence[TraceCheckpoint], UUID | None]:
    """Checkpoints of a log, newest first, and the cursor of the next page; one statement.

    Args:
        before: the last checkpoint of the page before.
    """
    limit = max(1, min(limit, MAX_PAGE))
    chosen = select(TraceCheckpoint).where(TraceCheckpoint.log_id == log_id)
    if before is not None:
        chosen = chosen.where(TraceCheckpoint.id < before)
    found = work.session.scalars(chosen.order_by(TraceCheckpoint.id.desc()).limit(limit + 1)).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def add_cosignature(
    work: Work, checkpoint_id: UUID, text: str, witnesses: Collection[VerifierKey]
) -> TraceCosignature:
    """Keep a witness's signature line under a checkpoint; the one there already if this witness has signed it.

    Raises:
        NotFound: no such checkpoint.
        InvalidInput: no signature line, not of a witness that is configured, not right, or of a time to come.
    """
    checkpoint = checkpoint_for(work, checkpoint_id)
    lock_log(work, None if checkpoint.log_id == log_id_of(None) else checkpoint.log_id)
    witness, signed_at = _witness_of(work, note_of(checkpoint.note).body, text, witnesses)
    chosen = select(TraceCosignature).where(
        TraceCosignature.checkpoint_id == checkpoint.id, TraceCosignature.witness == str(witness)
    )
    if (known := work.session.scalar(chosen)) is not None:
        return known
    added = TraceCosignature(
        checkpoint_id=checkpoint.id,
        witness=str(witness),
        line=str(line_of(text)),
        signed_at=signed_at,
        created_at=work.now,
    )
    work.session.add(added)
    work.session.flush()
    return added


def _witness_of(
    work: Work, body: str, text: str, witnesses: Collection[VerifierKey]
) -> tuple[VerifierKey, datetime]:
    try:
        line = line_of(text)
    except NoteProblem:
        raise _refused(say("签名行应为“— 名称 Base64”，请照 C2SP tlog-cosignature 的格式")) from None
    known = [key for key in witnesses if (key.name, key.key_id) == (line.name, line.key_id)]
    if not known:
        raise _refused(say("没有配置名为 {name} 的见证人公钥（TRACE_WITNESSES）", name=line.name))
    if not fits(body, line, known[0]):
        raise _refused(say("签名与这个检查点不符，请对原文重新签名"))
    latest = int((work.now + AHEAD).timestamp())
    if line.time > latest:
        raise _refused(say("签名时间在将来，请校准见证人的时钟"))
    return known[0], datetime.fromtimestamp(line.time, UTC)


def _refused(why: Text) -> InvalidInput:
    return InvalidInput([FieldProblem("#/line", why)])


def cosignatures_of(
    work: Work, checkpoint_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[TraceCosignature]]:
    """The witnesses' signatures under checkpoints, oldest first; one statement."""
    found: dict[UUID, list[TraceCosignature]] = defaultdict(list)
    if checkpoint_ids:
        for row in work.session.scalars(
            select(TraceCosignature)
            .where(TraceCosignature.checkpoint_id.in_(checkpoint_ids))
            .order_by(TraceCosignature.id)
        ):
            found[row.checkpoint_id].append(row)
    return found


def note_with(checkpoint: TraceCheckpoint, cosignatures: Sequence[TraceCosignature]) -> str:
    """A checkpoint's signed note with its witnesses' lines."""
    return checkpoint.note + "".join(added.line for added in cosignatures)


def whole_note(work: Work, checkpoint: TraceCheckpoint) -> str:
    """A checkpoint's signed note with its witnesses' lines, looked up; one statement."""
    return note_with(checkpoint, cosignatures_of(work, [checkpoint.id]).get(checkpoint.id, ()))


def log_keys(work: Work, origin: str) -> Sequence[LogKey]:
    """The keys of a log, oldest first, retired ones included; one statement."""
    return [LogKey(key, VerifierKey(origin, key.public_key)) for key in all_keys(work, KeyPurpose.LOG)]
