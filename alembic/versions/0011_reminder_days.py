"""How long plans, visits, forms and requests may wait before a reminder: the office's choice."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DAYS = {
    "approval_days": 7,
    "finish_days": 3,
    "form_days": 7,
    "sign_days": 7,
    "form_filing_days": 15,
    "tell_days": 7,
}


def upgrade() -> None:
    for name, days in _DAYS.items():
        op.add_column("settings", sa.Column(name, sa.Integer(), nullable=True))
        # Offices that stand already get what a new one starts with.
        op.execute(f"UPDATE settings SET {name} = {days}")


def downgrade() -> None:
    for name in _DAYS:
        op.drop_column("settings", name)
