"""consignments whole

Revision ID: a406c0de0006
Revises: a405c0de0005
Create Date: 2026-11-22 19:05:00.000000+00:00
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.foundation.core.ids import new_id
from migrations.changes import add_check, add_choice, drop_check, drop_choice, forget_default, lengthen, widen

revision: str = 'a406c0de0006'
down_revision: str | Sequence[str] | None = 'a405c0de0005'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
WHOLE = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATES = ("draft", "submitted", "loading", "in_transit", "arrived", "discrepancy", "accepted", "rejected", "cancelled")
WIDER_STATES = (
    "draft", "submitted", "loading", "refused_by_carrier", "in_transit", "temporarily_stored", "incident", "closed_incident",
    "diverted", "arrived", "discrepancy", "accepted", "partly_accepted", "rejected", "returned", "confirmed",
    "result_reported", "closed", "cancelled",
)
PARTIES = ("consignor", "carrier", "consignee")
WIDER_PARTIES = ("consignor", "carrier", "next_carrier", "consignee", "park")
OPINIONS = ("accept", "reject")
WIDER_OPINIONS = ("accept", "partial", "reject")
DISCREPANCIES = ("none", "quantity", "packaging", "form", "nature", "other")
VERDICTS = ("open", "refused", "missing", "returned", "lost")
DEVICES = ("own", "others", "link", "none")
KINDS = ("hazardous", "general")
WIDENED = (
    ("consignments", "ck_consignments_consignmentstate", "state", STATES, WIDER_STATES),
    ("consignments", "ck_consignments_opinion", "opinion", OPINIONS, WIDER_OPINIONS),
    ("consignment_signatures", "ck_consignment_signatures_party", "party", PARTIES, WIDER_PARTIES),
)
CHOICES = (
    ("consigned_containers", "verdict", "ck_consigned_containers_verdict", VERDICTS, "open"),
    ("consignment_lines", "discrepancy", "ck_consignment_lines_discrepancy", DISCREPANCIES, "none"),
    ("consignment_lines", "opinion", "ck_consignment_lines_opinion", WIDER_OPINIONS, None),
    ("consignment_signatures", "device", "ck_consignment_signatures_device", DEVICES, "own"),
    ("consignments", "kind", "ck_consignments_wastekind", KINDS, "hazardous"),
    ("consignments", "shipper", "ck_consignments_shipper", WIDER_PARTIES, "consignor"),
)
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[object], str | None], ...] = (
    ("consigned_containers", "verdict_note", sa.String(200), ""),
    ("consigned_containers", "lost_mass", WHOLE, None),
    ("consignment_lines", "batch_id", sa.Uuid(), None),
    ("consignment_lines", "zone_id", sa.Uuid(), None),
    ("consignment_lines", "method_code", sa.String(4), ""),
    ("consignment_lines", "dangerous_goods", JSON, "{}"),
    ("consignments", "paper_number", sa.String(40), ""),
    ("consignments", "paper_reason", sa.String(200), ""),
    ("consignment_signatures", "leg", WHOLE, "1"),
    ("consignment_signatures", "document", sa.Text(), ""),
    ("consignment_signatures", "factor", sa.String(10), ""),
    ("consignment_signatures", "device_user_id", sa.Uuid(), None),
    ("consignment_signatures", "consent_id", sa.Uuid(), None),
    ("consignment_signatures", "drawing", sa.Text(), ""),
    ("consignments", "next_carrier_id", sa.Uuid(), None),
    ("consignments", "leg", WHOLE, "1"),
    ("consignments", "leg_count", WHOLE, "1"),
    ("consignments", "round_id", sa.Uuid(), None),
    ("consignments", "round_stop", WHOLE, None),
    ("consignments", "copied_from_id", sa.Uuid(), None),
    ("consignments", "waybill_number", sa.String(40), ""),
    ("consignments", "refused_count", WHOLE, "0"),
    ("consignments", "missing_count", WHOLE, "0"),
    ("consignments", "returned_count", WHOLE, "0"),
    ("consignments", "gate_tare", WHOLE, None),
    ("consignments", "checks", JSON, "[]"),
    ("consignments", "authority_note", sa.String(200), ""),
    ("consignments", "revision", WHOLE, "0"),
    ("consignments", "consignor_informed_at", sa.DateTime(timezone=True), None),
    ("consignments", "authority_informed_at", sa.DateTime(timezone=True), None),
    ("consignments", "confirmed_at", sa.DateTime(timezone=True), None),
    ("consignments", "result_reported_at", sa.DateTime(timezone=True), None),
    ("consignments", "completed_at", sa.DateTime(timezone=True), None),
    ("consignments", "backfilled_at", sa.DateTime(timezone=True), None),
)
"""Table, column, type, and what rows there already hold; None: empty."""
INDEXED = (
    ("consignment_lines", "batch_id"),
    ("consignment_signatures", "consent_id"),
    ("consignments", "next_carrier_id"),
    ("consignments", "round_id"),
)
CLOSED = "ck_consignments_closed_at_only_when_closed"
COMPLETED = "ck_consignments_completed_at_only_when_closed"
ENDED_BEFORE = "(state IN ('accepted', 'rejected', 'cancelled')) = (closed_at IS NOT NULL)"
ENDED = (
    "(state IN ('accepted', 'cancelled', 'closed', 'closed_incident', 'confirmed', 'partly_accepted', 'rejected', "
    "'result_reported', 'returned')) = (closed_at IS NOT NULL)"
)
DONE = "(state = 'closed') = (completed_at IS NOT NULL)"
UNFINISHED = sa.text("state NOT IN ('cancelled', 'closed')")
UNFINISHED_INDEXES = (
    ("ix_consignments_unfinished", ("id",)),
    ("ix_unfinished_consignor", ("consignor_id", "id")),
    ("ix_unfinished_carrier", ("carrier_id", "id")),
    ("ix_unfinished_consignee", ("consignee_id", "id")),
)
SIGNED_ONCE = "uq_consignment_signatures_consignment_id_party"
SIGNED_ONCE_A_LEG = "uq_consignment_signatures_consignment_id_party_leg"


DROPPED = (
    "national_imports",
    "revision_consents",
    "consignment_results",
    "track_points",
    "correction_requests",
    "consignment_viewers",
    "consignment_revisions",
    "consignment_parents",
    "consignment_legs",
    "consignment_incidents",
    "consignment_diversions",
    "collection_rounds",
    "standing_consents",
)


def upgrade() -> None:
    for table, constraint, column, old, new in WIDENED:
        widen(table, constraint, column, old, new)
    for name, column, kind, default in COLUMNS:
        op.add_column(name, sa.Column(column, kind, nullable=default is None, server_default=default))
        if default is not None:
            forget_default(name, column)
    lengthen("consignment_lines", "waste_code", 10, 11)  # 900-099-S17: codes of general waste
    for name, column, constraint, values, default in CHOICES:
        add_choice(name, column, constraint, values, default)
    for name, column in INDEXED:
        op.create_index(f"ix_{name}_{column}", name, [column])
    for name, columns in UNFINISHED_INDEXES:
        op.create_index(name, "consignments", list(columns), sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)
    drop_check("consignments", CLOSED, ENDED_BEFORE)
    add_check("consignments", CLOSED, ENDED)
    add_check("consignments", COMPLETED, DONE)
    _sign_by_leg(SIGNED_ONCE, SIGNED_ONCE_A_LEG, ["consignment_id", "party", "leg"], named=False)
    op.create_table('standing_consents',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=False),
    sa.Column('party', sa.Enum('consignor', 'carrier', 'next_carrier', 'consignee', 'park', name='party', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('organisation_id <> partner_id', name=op.f('ck_standing_consents_between_two_firms')),
    sa.CheckConstraint('valid_to >= valid_from', name=op.f('ck_standing_consents_days_in_order')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_standing_consents_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['partner_id'], ['organisations.id'], name=op.f('fk_standing_consents_partner_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standing_consents'))
    )
    with op.batch_alter_table('standing_consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_standing_consents_organisation_id_partner_id'), ['organisation_id', 'partner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_standing_consents_partner_id'), ['partner_id'], unique=False)

    op.create_table('national_imports',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('row_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('confirmed_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conflict_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_national_imports_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_national_imports'))
    )
    with op.batch_alter_table('national_imports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_national_imports_organisation_id_id'), ['organisation_id', 'id'], unique=False)

    op.create_table('collection_rounds',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('carrier_id', sa.Uuid(), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=False),
    sa.Column('driver_id', sa.Uuid(), nullable=False),
    sa.Column('escort_id', sa.Uuid(), nullable=True),
    sa.Column('park_id', sa.Uuid(), nullable=True),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['carrier_id'], ['organisations.id'], name=op.f('fk_collection_rounds_carrier_id_organisations')),
    sa.ForeignKeyConstraint(['driver_id'], ['crew_members.id'], name=op.f('fk_collection_rounds_driver_id_crew_members')),
    sa.ForeignKeyConstraint(['escort_id'], ['crew_members.id'], name=op.f('fk_collection_rounds_escort_id_crew_members')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicles.id'], name=op.f('fk_collection_rounds_vehicle_id_vehicles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection_rounds')),
    sa.UniqueConstraint('number', name=op.f('uq_collection_rounds_number'))
    )
    with op.batch_alter_table('collection_rounds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collection_rounds_carrier_id'), ['carrier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_collection_rounds_driver_id'), ['driver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_collection_rounds_escort_id'), ['escort_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_collection_rounds_vehicle_id'), ['vehicle_id'], unique=False)

    op.create_table('consignment_diversions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('from_consignee_id', sa.Uuid(), nullable=False),
    sa.Column('from_site_id', sa.Uuid(), nullable=True),
    sa.Column('to_consignee_id', sa.Uuid(), nullable=False),
    sa.Column('to_site_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('diverted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_consignment_diversions_consignment_id_consignments')),
    sa.ForeignKeyConstraint(['from_consignee_id'], ['organisations.id'], name=op.f('fk_consignment_diversions_from_consignee_id_organisations')),
    sa.ForeignKeyConstraint(['to_consignee_id'], ['organisations.id'], name=op.f('fk_consignment_diversions_to_consignee_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consignment_diversions'))
    )
    with op.batch_alter_table('consignment_diversions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consignment_diversions_consignment_id'), ['consignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consignment_diversions_from_consignee_id'), ['from_consignee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consignment_diversions_to_consignee_id'), ['to_consignee_id'], unique=False)

    op.create_table('consignment_incidents',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('leak', 'accident', 'loss', 'delay', 'other', name='incidentkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reported_by', sa.Enum('consignor', 'carrier', 'next_carrier', 'consignee', 'park', name='party', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('description', sa.String(length=400), nullable=False),
    sa.Column('authority_note', sa.String(length=200), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lost_mass', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_consignment_incidents_consignment_id_consignments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consignment_incidents'))
    )
    with op.batch_alter_table('consignment_incidents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consignment_incidents_consignment_id_reported_at'), ['consignment_id', 'reported_at'], unique=False)

    op.create_table('consignment_legs',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('carrier_id', sa.Uuid(), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=True),
    sa.Column('driver_id', sa.Uuid(), nullable=True),
    sa.Column('escort_id', sa.Uuid(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('store_site_id', sa.Uuid(), nullable=True),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('store_until', sa.Date(), nullable=True),
    sa.Column('store_reason', sa.String(length=200), nullable=False),
    sa.Column('taken_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verified', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['carrier_id'], ['organisations.id'], name=op.f('fk_consignment_legs_carrier_id_organisations')),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_consignment_legs_consignment_id_consignments')),
    sa.ForeignKeyConstraint(['driver_id'], ['crew_members.id'], name=op.f('fk_consignment_legs_driver_id_crew_members')),
    sa.ForeignKeyConstraint(['escort_id'], ['crew_members.id'], name=op.f('fk_consignment_legs_escort_id_crew_members')),
    sa.ForeignKeyConstraint(['store_site_id'], ['sites.id'], name=op.f('fk_consignment_legs_store_site_id_sites')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicles.id'], name=op.f('fk_consignment_legs_vehicle_id_vehicles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consignment_legs')),
    sa.UniqueConstraint('consignment_id', 'position', name=op.f('uq_consignment_legs_consignment_id_position'))
    )
    with op.batch_alter_table('consignment_legs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consignment_legs_carrier_id'), ['carrier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consignment_legs_driver_id'), ['driver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consignment_legs_escort_id'), ['escort_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consignment_legs_store_site_id'), ['store_site_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consignment_legs_vehicle_id'), ['vehicle_id'], unique=False)

    op.create_table('consignment_parents',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_consignment_parents_consignment_id_consignments')),
    sa.ForeignKeyConstraint(['parent_id'], ['consignments.id'], name=op.f('fk_consignment_parents_parent_id_consignments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consignment_parents')),
    sa.UniqueConstraint('consignment_id', 'parent_id', name=op.f('uq_consignment_parents_consignment_id_parent_id'))
    )
    with op.batch_alter_table('consignment_parents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consignment_parents_parent_id'), ['parent_id'], unique=False)

    op.create_table('consignment_revisions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('requested_by', sa.Enum('consignor', 'carrier', 'next_carrier', 'consignee', 'park', name='party', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('changes', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('private', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('state', sa.Enum('open', 'applied', 'refused', 'withdrawn', name='revisionstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('before_document', sa.Text(), nullable=False),
    sa.Column('before_hash', sa.String(length=64), nullable=False),
    sa.Column('after_document', sa.Text(), nullable=True),
    sa.Column('after_hash', sa.String(length=64), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f('ck_consignment_revisions_settled_when_not_open')),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_consignment_revisions_consignment_id_consignments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consignment_revisions')),
    sa.UniqueConstraint('consignment_id', 'number', name=op.f('uq_consignment_revisions_consignment_id_number'))
    )
    with op.batch_alter_table('consignment_revisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consignment_revisions_consignment_id'), ['consignment_id'], unique=False)
        batch_op.create_index('uq_one_open_revision', ['consignment_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('consignment_viewers',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('viewer_id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_consignment_viewers_consignment_id_consignments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consignment_viewers')),
    sa.UniqueConstraint('viewer_id', 'consignment_id', name=op.f('uq_consignment_viewers_viewer_id_consignment_id'))
    )
    with op.batch_alter_table('consignment_viewers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consignment_viewers_consignment_id'), ['consignment_id'], unique=False)

    op.create_table('correction_requests',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('park_id', sa.Uuid(), nullable=True),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('party', sa.Enum('consignor', 'carrier', 'next_carrier', 'consignee', 'park', name='party', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.String(length=400), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered', 'withdrawn', name='requeststate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f('ck_correction_requests_settled_when_not_open')),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_correction_requests_consignment_id_consignments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_requests'))
    )
    with op.batch_alter_table('correction_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_requests_consignment_id'), ['consignment_id'], unique=False)

    op.create_table('track_points',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('latitude_e6', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('longitude_e6', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_track_points_consignment_id_consignments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_track_points')),
    sa.UniqueConstraint('consignment_id', 'at', name=op.f('uq_track_points_consignment_id_at'))
    )
    op.create_table('consignment_results',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consignment_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('method_code', sa.String(length=4), nullable=False),
    sa.Column('mass', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('finished_on', sa.Date(), nullable=False),
    sa.Column('residue_note', sa.String(length=200), nullable=False),
    sa.Column('file_id', sa.Uuid(), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('finished_on >= started_on', name=op.f('ck_consignment_results_days_in_order')),
    sa.CheckConstraint('mass > 0', name=op.f('ck_consignment_results_mass_positive')),
    sa.ForeignKeyConstraint(['consignment_id'], ['consignments.id'], name=op.f('fk_consignment_results_consignment_id_consignments')),
    sa.ForeignKeyConstraint(['line_id'], ['consignment_lines.id'], name=op.f('fk_consignment_results_line_id_consignment_lines')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consignment_results'))
    )
    with op.batch_alter_table('consignment_results', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consignment_results_consignment_id'), ['consignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consignment_results_line_id'), ['line_id'], unique=False)

    op.create_table('revision_consents',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('answer', sa.Enum('waiting', 'agreed', 'refused', name='answer', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('factor', sa.String(length=10), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_revision_consents_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['revision_id'], ['consignment_revisions.id'], name=op.f('fk_revision_consents_revision_id_consignment_revisions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision_consents')),
    sa.UniqueConstraint('revision_id', 'organisation_id', name=op.f('uq_revision_consents_revision_id_organisation_id'))
    )
    with op.batch_alter_table('revision_consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revision_consents_organisation_id'), ['organisation_id'], unique=False)

    _let_parties_know()


def _sign_by_leg(old: str, new: str, columns: list[str], *, named: bool) -> None:
    """Let each carrier of a way sign, and people without an account; the other way round when going back."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(old, "consignment_signatures", type_="unique")
        op.create_unique_constraint(new, "consignment_signatures", columns)
        op.alter_column("consignment_signatures", "user_id", nullable=not named)
        return
    connection = op.get_bind()
    definition = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE name = 'consignment_signatures'"
    ).scalar_one()
    indexes = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'consignment_signatures' AND sql IS NOT NULL"
    ).scalars().all()
    listed = {SIGNED_ONCE: "consignment_id, party", SIGNED_ONCE_A_LEG: "consignment_id, party, leg"}
    renewed = definition.replace(f"CONSTRAINT {old} UNIQUE ({listed[old]})", f"CONSTRAINT {new} UNIQUE ({listed[new]})")
    strict, loose = "user_id CHAR(32) NOT NULL", "user_id CHAR(32)"
    renewed = renewed.replace(loose, strict) if named else renewed.replace(strict, loose, 1)
    renewed = renewed.replace("consignment_signatures", "renewed_signatures", 1)
    connection.exec_driver_sql(renewed)
    connection.exec_driver_sql("INSERT INTO renewed_signatures SELECT * FROM consignment_signatures")
    connection.exec_driver_sql("DROP TABLE consignment_signatures")
    connection.exec_driver_sql("ALTER TABLE renewed_signatures RENAME TO consignment_signatures")
    for index in indexes:
        connection.exec_driver_sql(index)


def _let_parties_know() -> None:
    """Whoever could see a consignment still does: its parties and their parks."""
    connection = op.get_bind()
    consignments = sa.table(
        "consignments",
        *(sa.column(name, sa.Uuid()) for name in (
            "id", "consignor_id", "carrier_id", "consignee_id", "park_id", "consignee_park_id"
        )),
        sa.column("state", sa.String()),
    )
    viewers = sa.table(
        "consignment_viewers",
        *(sa.column(name, sa.Uuid()) for name in ("id", "viewer_id", "consignment_id")),
    )
    sites = sa.table("sites", sa.column("organisation_id", sa.Uuid()), sa.column("park_id", sa.Uuid()))
    parks: dict[UUID, set[UUID]] = {}
    for firm, park in connection.execute(sa.select(sites.c.organisation_id, sites.c.park_id)):
        if park is not None:
            parks.setdefault(firm, set()).add(park)
    for row in connection.execute(sa.select(consignments)).all():
        known = {row.consignor_id}
        if row.state != "draft":
            known |= {row.carrier_id, row.consignee_id, row.park_id, row.consignee_park_id}
            known |= parks.get(row.carrier_id, set())
        rows = [
            {"id": new_id(), "viewer_id": viewer, "consignment_id": row.id} for viewer in known if viewer is not None
        ]
        connection.execute(sa.insert(viewers), rows)


def downgrade() -> None:
    for name, _ in UNFINISHED_INDEXES:
        op.drop_index(name, "consignments")
    for table in DROPPED:
        op.drop_table(table)
    _sign_by_leg(SIGNED_ONCE_A_LEG, SIGNED_ONCE, ["consignment_id", "party"], named=True)
    drop_check("consignments", COMPLETED, DONE)
    drop_check("consignments", CLOSED, ENDED)
    add_check("consignments", CLOSED, ENDED_BEFORE)
    for name, column in INDEXED:
        op.drop_index(f"ix_{name}_{column}", name)
    lengthen("consignment_lines", "waste_code", 11, 10)
    for name, column, constraint, values, _default in CHOICES:
        drop_choice(name, column, constraint, values)
    for name, column, _kind, _default in COLUMNS:
        op.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
    for table, constraint, column, old, new in WIDENED:
        widen(table, constraint, column, new, old)
