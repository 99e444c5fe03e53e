"""trace proofs

Revision ID: a401c0de0001
Revises: 7d43257fde77
Create Date: 2026-11-22 19:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = 'a401c0de0001'
down_revision: str | Sequence[str] | None = '7d43257fde77'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('trace_leaves',
    sa.Column('log_id', sa.Uuid(), nullable=False),
    sa.Column('leaf_index', BIG, autoincrement=False, nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['trace_events.id'], name=op.f('fk_trace_leaves_event_id_trace_events')),
    sa.PrimaryKeyConstraint('log_id', 'leaf_index', name=op.f('pk_trace_leaves')),
    sa.UniqueConstraint('event_id', name=op.f('uq_trace_leaves_event_id'))
    )
    op.create_table('trace_nodes',
    sa.Column('log_id', sa.Uuid(), nullable=False),
    sa.Column('level', BIG, autoincrement=False, nullable=False),
    sa.Column('node_index', BIG, autoincrement=False, nullable=False),
    sa.Column('node_hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('log_id', 'level', 'node_index', name=op.f('pk_trace_nodes'))
    )
    op.create_table('trace_checkpoints',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('log_id', sa.Uuid(), nullable=False),
    sa.Column('origin', sa.String(length=300), nullable=False),
    sa.Column('size', BIG, nullable=False),
    sa.Column('root_hash', sa.String(length=64), nullable=False),
    sa.Column('key_id', sa.String(length=8), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace_checkpoints')),
    sa.UniqueConstraint('log_id', 'size', 'origin', 'key_id', name=op.f('uq_trace_checkpoints_log_id_size_origin_key_id'))
    )
    op.create_table('trace_cosignatures',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('checkpoint_id', sa.Uuid(), nullable=False),
    sa.Column('witness', sa.String(length=300), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['checkpoint_id'], ['trace_checkpoints.id'], name=op.f('fk_trace_cosignatures_checkpoint_id_trace_checkpoints')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace_cosignatures')),
    sa.UniqueConstraint('checkpoint_id', 'witness', name=op.f('uq_trace_cosignatures_checkpoint_id_witness'))
    )


def downgrade() -> None:
    op.drop_table('trace_cosignatures')
    op.drop_table('trace_checkpoints')
    op.drop_table('trace_nodes')
    op.drop_table('trace_leaves')
