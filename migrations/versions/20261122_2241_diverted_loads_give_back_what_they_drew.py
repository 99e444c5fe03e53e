"""diverted loads give back what they drew

Revision ID: f55bab2937e3
Revises: a406c0de0006
Create Date: 2026-11-22 22:41:14.032218+00:00
"""

from collections.abc import Sequence

from alembic import op

from migrations.changes import add_check, drop_check

revision: str = 'f55bab2937e3'
down_revision: str | Sequence[str] | None = 'a406c0de0006'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ONCE_BEFORE = 'uq_crossing_draws_crossing_id_consignment_id_waste_code'
ONCE = 'uq_crossing_draws_once'


def upgrade() -> None:
    drop_check('crossing_draws', 'ck_crossing_draws_mass_positive', 'mass > 0')
    with op.batch_alter_table('crossing_draws', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(ONCE_BEFORE), type_='unique')
        batch_op.create_unique_constraint(batch_op.f(ONCE), ['crossing_id', 'consignment_id', 'waste_code', 'event_id', 'mass'])
    add_check('crossing_draws', 'ck_crossing_draws_mass_not_zero', 'mass <> 0')


def downgrade() -> None:
    drop_check('crossing_draws', 'ck_crossing_draws_mass_not_zero', 'mass <> 0')
    with op.batch_alter_table('crossing_draws', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(ONCE), type_='unique')
        batch_op.create_unique_constraint(batch_op.f(ONCE_BEFORE), ['crossing_id', 'consignment_id', 'waste_code'])
    add_check('crossing_draws', 'ck_crossing_draws_mass_positive', 'mass > 0')
