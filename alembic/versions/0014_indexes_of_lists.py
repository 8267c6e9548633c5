"""Indexes that hold all a list sorts and filters by, so that it need not read the people."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_INDEXES = (
    ("subject", ("id", "name_key", "name")),
    ("subject", ("unit", "name_key")),
    ("standing", ("subject_id", "verdict")),
    ("sanction", ("kind", "regime", "subject_id")),
)


def upgrade() -> None:
    for table, columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
    op.drop_index("ix_subject_unit", "subject")


def downgrade() -> None:
    op.create_index("ix_subject_unit", "subject", ["unit"])
    for table, columns in _INDEXES:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
