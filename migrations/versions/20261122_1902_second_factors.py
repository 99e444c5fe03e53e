"""second factors, one-time codes and links, invitations, delegation

Revision ID: a403c0de0003
Revises: a402c0de0002
Create Date: 2026-11-22 19:02:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.foundation.core.models import UtcDateTime

revision: str = 'a403c0de0003'
down_revision: str | Sequence[str] | None = 'a402c0de0002'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('factor_tries',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject_hash', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factor_tries')),
    sa.UniqueConstraint('subject_hash', name=op.f('uq_factor_tries_subject_hash'))
    )
    op.create_table('one_time_codes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('document_hash', sa.String(length=64), nullable=False),
    sa.Column('recipient_mac', sa.String(length=64), nullable=False),
    sa.Column('code_mac', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_codes'))
    )
    op.create_index(op.f('ix_one_time_codes_recipient_mac_created_at'), 'one_time_codes', ['recipient_mac', 'created_at'], unique=False)
    op.create_table('invitations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('recipient', sa.String(length=200), nullable=False),
    sa.Column('role', sa.Enum('producer', 'recycler', 'carrier', 'driver', 'inspector', 'park_operator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('park_id', sa.Uuid(), nullable=True),
    sa.Column('job_title', sa.String(length=40), nullable=False),
    sa.Column('invited_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('accepted_at IS NULL OR revoked_at IS NULL', name=op.f('ck_invitations_accepted_or_revoked')),
    sa.CheckConstraint('organisation_id IS NOT NULL OR park_id IS NOT NULL', name=op.f('ck_invitations_has_a_context')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['users.id'], name=op.f('fk_invitations_invited_by_id_users')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_invitations_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['park_id'], ['parks.id'], name=op.f('fk_invitations_park_id_parks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    op.create_index(op.f('ix_invitations_invited_by_id'), 'invitations', ['invited_by_id'], unique=False)
    op.create_index(op.f('ix_invitations_organisation_id'), 'invitations', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_invitations_park_id'), 'invitations', ['park_id'], unique=False)
    op.create_table('join_requests',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Enum('producer', 'recycler', 'carrier', 'driver', 'inspector', 'park_operator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('job_title', sa.String(length=40), nullable=False),
    sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Enum('approved', 'refused', 'withdrawn', name='joinoutcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('decided_at', UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(outcome IS NULL) = (decided_at IS NULL)', name=op.f('ck_join_requests_decided_with_an_outcome')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_join_requests_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_join_requests_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_requests'))
    )
    op.create_index(op.f('ix_join_requests_organisation_id'), 'join_requests', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_join_requests_user_id'), 'join_requests', ['user_id'], unique=False)
    op.create_index('uq_join_requests_open', 'join_requests', ['user_id', 'organisation_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
    op.create_table('one_time_links',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('document_hash', sa.String(length=64), nullable=False),
    sa.Column('sealed_contact', sa.LargeBinary(), nullable=True),
    sa.Column('needs_code', sa.Boolean(), nullable=False),
    sa.Column('code_id', sa.Uuid(), nullable=True),
    sa.Column('wrong_codes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('issued_by_id', sa.Uuid(), nullable=True),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('park_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('spent_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['code_id'], ['one_time_codes.id'], name=op.f('fk_one_time_links_code_id_one_time_codes')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['users.id'], name=op.f('fk_one_time_links_issued_by_id_users')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_one_time_links_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['park_id'], ['parks.id'], name=op.f('fk_one_time_links_park_id_parks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_one_time_links_token_hash'))
    )
    op.create_index(op.f('ix_one_time_links_code_id'), 'one_time_links', ['code_id'], unique=False)
    op.create_index(op.f('ix_one_time_links_issued_by_id'), 'one_time_links', ['issued_by_id'], unique=False)
    op.create_index(op.f('ix_one_time_links_organisation_id'), 'one_time_links', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_one_time_links_park_id'), 'one_time_links', ['park_id'], unique=False)
    op.create_index(op.f('ix_one_time_links_purpose_subject_id'), 'one_time_links', ['purpose', 'subject_id'], unique=False)
    op.create_table('second_factors',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('pin', 'totp', 'code', name='factorkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('pin_hash', sa.String(length=200), nullable=True),
    sa.Column('sealed_secret', sa.LargeBinary(), nullable=True),
    sa.Column('last_step', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("CASE WHEN ended_at IS NOT NULL THEN pin_hash IS NULL AND sealed_secret IS NULL WHEN kind = 'pin' THEN pin_hash IS NOT NULL AND sealed_secret IS NULL AND confirmed_at IS NOT NULL WHEN kind = 'totp' THEN pin_hash IS NULL AND sealed_secret IS NOT NULL ELSE 1 = 0 END", name=op.f('ck_second_factors_holds_the_secret_of_its_kind')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_second_factors_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_factors'))
    )
    op.create_index(op.f('ix_second_factors_user_id'), 'second_factors', ['user_id'], unique=False)
    op.create_index('uq_second_factors_open', 'second_factors', ['user_id', 'kind'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.add_column('api_tokens', sa.Column('last_used_at', UtcDateTime(timezone=True), nullable=True))
    op.add_column('parks', sa.Column('staff_networks', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True))
    _widen_memberships()


def _widen_memberships() -> None:
    # Added as columns with their constraints: building the table anew on SQLite would lose its index over an expression.
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    instant, key = ('DATETIME', 'CHAR(32)') if on_sqlite else ('TIMESTAMP WITH TIME ZONE', 'UUID')
    op.execute(f'ALTER TABLE memberships ADD COLUMN valid_from {instant}')
    op.execute(
        f'ALTER TABLE memberships ADD COLUMN valid_until {instant} '
        'CONSTRAINT ck_memberships_ends_after_it_begins CHECK (valid_until > valid_from)'
    )
    op.execute(
        f'ALTER TABLE memberships ADD COLUMN delegated_by_id {key} '
        'CONSTRAINT fk_memberships_delegated_by_id_users REFERENCES users (id)'
    )
    op.create_index(op.f('ix_memberships_delegated_by_id'), 'memberships', ['delegated_by_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_memberships_delegated_by_id'), table_name='memberships')
    for column in ('delegated_by_id', 'valid_until', 'valid_from'):
        op.execute(f'ALTER TABLE memberships DROP COLUMN {column}')
    op.drop_column('parks', 'staff_networks')
    op.drop_column('api_tokens', 'last_used_at')
    op.drop_index('uq_second_factors_open', table_name='second_factors', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index(op.f('ix_second_factors_user_id'), table_name='second_factors')
    op.drop_table('second_factors')
    op.drop_index(op.f('ix_one_time_links_purpose_subject_id'), table_name='one_time_links')
    op.drop_index(op.f('ix_one_time_links_park_id'), table_name='one_time_links')
    op.drop_index(op.f('ix_one_time_links_organisation_id'), table_name='one_time_links')
    op.drop_index(op.f('ix_one_time_links_issued_by_id'), table_name='one_time_links')
    op.drop_index(op.f('ix_one_time_links_code_id'), table_name='one_time_links')
    op.drop_table('one_time_links')
    op.drop_index('uq_join_requests_open', table_name='join_requests', sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
    op.drop_index(op.f('ix_join_requests_user_id'), table_name='join_requests')
    op.drop_index(op.f('ix_join_requests_organisation_id'), table_name='join_requests')
    op.drop_table('join_requests')
    op.drop_index(op.f('ix_invitations_park_id'), table_name='invitations')
    op.drop_index(op.f('ix_invitations_organisation_id'), table_name='invitations')
    op.drop_index(op.f('ix_invitations_invited_by_id'), table_name='invitations')
    op.drop_table('invitations')
    op.drop_index(op.f('ix_one_time_codes_recipient_mac_created_at'), table_name='one_time_codes')
    op.drop_table('one_time_codes')
    op.drop_table('factor_tries')
