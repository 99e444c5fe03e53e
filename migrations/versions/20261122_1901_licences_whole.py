"""licences whole

Revision ID: a402c0de0002
Revises: a401c0de0001
Create Date: 2026-11-22 19:01:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.changes import forget_default, widen

revision: str = 'a402c0de0002'
down_revision: str | Sequence[str] | None = 'a401c0de0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
PLAIN_JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
STATES = ("valid", "suspended", "revoked")
WIDER_STATES = (*STATES, "cancelled")
ROLES = ("producer", "recycler", "driver", "inspector", "park_operator")
WIDER_ROLES = ("producer", "recycler", "carrier", "driver", "inspector", "park_operator")
LICENCE_TEXTS = {"legal_name": 200, "legal_rep": 60, "domicile": 200, "facility_address": 200, "state_reason": 300}
LICENCE_DAYS = ("suspended_from", "suspended_to", "ended_on", "renewal_filed_on")
LEVELS = sa.Enum('province', 'city', 'county', name='issuerlevel', native_enum=False, create_constraint=True, length=40)
BODIES = sa.Enum('box', 'tank', 'flatbed', name='vehiclebody', native_enum=False, create_constraint=True, length=40)
FLEET_TEXTS = {"carrier_permits": {"issuer": 100}, "vehicles": {"permit_number": 60, "satellite_terminal": 60}, "crew_members": {}}
FLEET_DAYS = {
    "carrier_permits": ("valid_from", "suspended_from", "ended_on"),
    "vehicles": ("valid_from", "ended_on"),
    "crew_members": ("valid_from", "ended_on"),
}
FLEET_KEYS = {"carrier_permits": "number", "vehicles": "plate"}


def upgrade() -> None:
    widen("memberships", "ck_memberships_role", "role", ROLES, WIDER_ROLES)
    _licences()
    _fleets()
    _entries()
    _applications()


def _licences() -> None:
    widen("operating_licences", "ck_operating_licences_licencestate", "state", STATES, WIDER_STATES)
    with op.batch_alter_table('operating_licences') as batch_op:
        batch_op.add_column(sa.Column('root_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('replaces_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('issuer_level', sa.String(length=40), nullable=True))
        for name, length in LICENCE_TEXTS.items():
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
        for name in LICENCE_DAYS:
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('file_id', sa.Uuid(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_operating_licences_number'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_operating_licences_issuer_number_valid_from'), ['issuer', 'number', 'valid_from'])
        batch_op.create_check_constraint(batch_op.f('ck_operating_licences_issuerlevel'), "issuer_level IN ('province', 'city', 'county')")
        batch_op.create_index(batch_op.f('ix_operating_licences_root_id'), ['root_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_operating_licences_replaces_id'), ['replaces_id'], unique=False)
    op.execute(
        "UPDATE operating_licences SET root_id = id, legal_name ="
        " (SELECT name FROM organisations WHERE organisations.id = organisation_id)"
    )
    op.execute("UPDATE operating_licences SET suspended_from = valid_from WHERE state = 'suspended'")
    for name in LICENCE_TEXTS:
        forget_default("operating_licences", name)
    with op.batch_alter_table('operating_licences') as batch_op:
        batch_op.alter_column('root_id', existing_type=sa.Uuid(), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f('ck_operating_licences_suspended_from_only_when_suspended'),
            "(state = 'suspended') = (suspended_from IS NOT NULL)",
        )
    with op.batch_alter_table('licence_lines') as batch_op:
        batch_op.add_column(sa.Column('method', sa.String(length=4), nullable=False, server_default=''))
    forget_default("licence_lines", "method")


def _fleets() -> None:
    for table, texts in FLEET_TEXTS.items():
        with op.batch_alter_table(table) as batch_op:
            for name, length in texts.items():
                batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
            for name in FLEET_DAYS[table]:
                batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
            if table == "vehicles":
                batch_op.add_column(sa.Column('body', BODIES, nullable=True))
            batch_op.add_column(sa.Column('file_id', sa.Uuid(), nullable=True))
            batch_op.add_column(sa.Column('version', BIG, nullable=False, server_default='1'))
            if key := FLEET_KEYS.get(table):
                batch_op.drop_constraint(batch_op.f(f'uq_{table}_{key}'), type_='unique')
        for name in (*texts, "version"):
            forget_default(table, name)
        if key := FLEET_KEYS.get(table):
            is_open = sa.text('ended_on IS NULL')
            op.create_index(f'uq_{table}_open', table, [key], unique=True, sqlite_where=is_open, postgresql_where=is_open)


def _entries() -> None:
    op.create_table('capacity_entries',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('licence_id', sa.Uuid(), nullable=False),
    sa.Column('year', BIG, nullable=False),
    sa.Column('kind', sa.Enum('used', 'reserved', name='capacitykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('waste_code', sa.String(length=10), nullable=False),
    sa.Column('mass', BIG, nullable=False),
    sa.Column('source_kind', sa.Enum('consignment', 'trade', 'bid', 'earlier', name='capacitysource', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('note', sa.String(length=100), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('reversal_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('mass <> 0', name=op.f('ck_capacity_entries_mass_not_zero')),
    sa.ForeignKeyConstraint(['licence_id'], ['operating_licences.id'], name=op.f('fk_capacity_entries_licence_id_operating_licences')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_capacity_entries'))
    )
    op.create_index(op.f('ix_capacity_entries_licence_id_year'), 'capacity_entries', ['licence_id', 'year'], unique=False)
    op.create_index(op.f('ix_capacity_entries_source_id'), 'capacity_entries', ['source_id'], unique=False)
    # Nothing gives back what a receipt used; its own key only fills the column.
    op.execute(
        "INSERT INTO capacity_entries (id, licence_id, year, kind, waste_code, mass, source_kind, source_id, note,"
        " event_id, reversal_id, recorded_at) SELECT id, licence_id, year, 'used', waste_code, mass, 'consignment',"
        " consignment_id, '', event_id, id, recorded_at FROM licence_uses WHERE mass <> 0"
    )
    op.drop_table('licence_uses')


def _applications() -> None:
    op.create_table('licence_applications',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('park_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.Enum('new', 'renewal', 'change', name='applicationkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('licence_id', sa.Uuid(), nullable=True),
    sa.Column('details', PLAIN_JSON, nullable=False),
    sa.Column('verdicts', PLAIN_JSON, nullable=False),
    sa.Column('rounds', PLAIN_JSON, nullable=False),
    sa.Column('file_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('submitted', 'queried', 'approved', 'withdrawn', name='applicationstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('round', BIG, nullable=False),
    sa.Column('submitted_by', sa.Uuid(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', BIG, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_licence_applications_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_licence_applications')),
    sa.UniqueConstraint('number', name=op.f('uq_licence_applications_number'))
    )
    for name in ('organisation_id', 'park_id', 'licence_id'):
        op.create_index(op.f(f'ix_licence_applications_{name}'), 'licence_applications', [name], unique=False)


def downgrade() -> None:
    op.execute("UPDATE memberships SET role = 'driver' WHERE role = 'carrier'")
    widen("memberships", "ck_memberships_role", "role", WIDER_ROLES, ROLES)
    op.drop_table('licence_applications')
    op.create_table('licence_uses',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('licence_id', sa.Uuid(), nullable=False),
    sa.Column('year', BIG, nullable=False),
    sa.Column('waste_code', sa.String(length=10), nullable=False),
    sa.Column('mass', BIG, nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['licence_id'], ['operating_licences.id'], name=op.f('fk_licence_uses_licence_id_operating_licences')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_licence_uses'))
    )
    op.create_index(op.f('ix_licence_uses_consignment_id'), 'licence_uses', ['consignment_id'], unique=False)
    op.create_index(op.f('ix_licence_uses_licence_id_year'), 'licence_uses', ['licence_id', 'year'], unique=False)
    op.execute(
        "INSERT INTO licence_uses (id, licence_id, year, waste_code, mass, consignment_id, event_id, recorded_at)"
        " SELECT id, licence_id, year, waste_code, mass, source_id, event_id, recorded_at"
        " FROM capacity_entries WHERE kind = 'used' AND source_kind = 'consignment'"
    )
    op.drop_table('capacity_entries')
    for table, texts in FLEET_TEXTS.items():
        if key := FLEET_KEYS.get(table):
            op.drop_index(f'uq_{table}_open', table)
        with op.batch_alter_table(table) as batch_op:
            for name in (*texts, *FLEET_DAYS[table], "file_id", "version"):
                batch_op.drop_column(name)
            if table == "vehicles":
                batch_op.drop_constraint(batch_op.f('ck_vehicles_vehiclebody'), type_='check')
                batch_op.drop_column('body')
            if key:
                batch_op.create_unique_constraint(batch_op.f(f'uq_{table}_{key}'), [key])
    with op.batch_alter_table('licence_lines') as batch_op:
        batch_op.drop_column('method')
    op.execute("UPDATE operating_licences SET state = 'revoked' WHERE state = 'cancelled'")
    widen("operating_licences", "ck_operating_licences_licencestate", "state", WIDER_STATES, STATES)
    with op.batch_alter_table('operating_licences') as batch_op:
        batch_op.drop_index(batch_op.f('ix_operating_licences_root_id'))
        batch_op.drop_index(batch_op.f('ix_operating_licences_replaces_id'))
        batch_op.drop_constraint(batch_op.f('uq_operating_licences_issuer_number_valid_from'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_operating_licences_number'), ['number'])
        for name in ("issuerlevel", "suspended_from_only_when_suspended"):
            batch_op.drop_constraint(batch_op.f(f"ck_operating_licences_{name}"), type_="check")
        for name in ('root_id', 'replaces_id', 'issuer_level', 'file_id', *LICENCE_TEXTS, *LICENCE_DAYS):
            batch_op.drop_column(name)
