"""revoked codes

Revision ID: a405c0de0005
Revises: a404c0de0004
Create Date: 2026-11-22 19:04:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = 'a405c0de0005'
down_revision: str | Sequence[str] | None = 'a404c0de0004'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


TABLE = "revoked_codes"


def upgrade() -> None:
    op.add_column("signing_keys", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("signing_keys", sa.Column("revoked_reason", sa.String(length=200), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thing_kind", sa.String(length=20), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.String(length=16), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revoked_codes")),
    )
    for column in ("entry", "revoked_at", "thing_id"):
        op.create_index(op.f(f"ix_revoked_codes_{column}"), TABLE, [column], unique=False)


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_column("signing_keys", "revoked_reason")
    op.drop_column("signing_keys", "revoked_at")
