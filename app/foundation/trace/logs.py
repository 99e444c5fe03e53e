"""Tables of the logs: which event is which leaf, the tree over the leaves, and what was signed of it.

A log is a park's, or the deployment's: its key is the park's id, or `NO_ID`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.ids import NO_ID
from app.foundation.core.models import Base
from app.foundation.trace.models import TraceEvent


@dataclass(frozen=True)
class Log:
    """One log: of a park, or with None of the deployment. `origin` is its name in checkpoints."""

    park_id: UUID | None
    origin: str

    @property
    def id(self) -> UUID:
        return log_id_of(self.park_id)


def log_id_of(park_id: UUID | None) -> UUID:
    """The key of a park's log; of the deployment's for None."""
    return park_id or NO_ID


class TraceLeaf(Base):
    """The place of an event in its log: the one order that cursors may rely on. Only ever added."""

    __tablename__ = "trace_leaves"
    __table_args__ = (UniqueConstraint("event_id"),)

    id = None  # type: ignore[assignment]
    log_id: Mapped[UUID] = mapped_column(primary_key=True)
    leaf_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(ForeignKey(TraceEvent.id))
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class TraceNode(Base):
    """The hash over a complete subtree of 2^level leaves, from level 1 up. Only ever added."""

    __tablename__ = "trace_nodes"

    id = None  # type: ignore[assignment]
    log_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    node_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    node_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class TraceCheckpoint(Base):
    """A signed statement of a log's size and root. Only ever added."""

    __tablename__ = "trace_checkpoints"
    __table_args__ = (UniqueConstraint("log_id", "size", "origin", "key_id"),)

    log_id: Mapped[UUID]
    origin: Mapped[str] = mapped_column(String(300))
    size: Mapped[int]
    root_hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(8))
    """Of the signing key, as `keys` names it."""
    note: Mapped[str] = mapped_column(Text)
    """The signed note, with the log's own signature alone."""
    created_at: Mapped[datetime]


class TraceCosignature(Base):
    """A witness's signature under a checkpoint. Only ever added."""

    __tablename__ = "trace_cosignatures"
    __table_args__ = (UniqueConstraint("checkpoint_id", "witness"),)

    checkpoint_id: Mapped[UUID] = mapped_column(ForeignKey(TraceCheckpoint.id))
    witness: Mapped[str] = mapped_column(String(300))
    """The witness's verifier key: name, key id and public key."""
    line: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]
    created_at: Mapped[datetime]
