"""The years of the working-day table that an office filled in itself."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "settings",
        sa.Column("working_days", sa.Text(), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("settings", "working_days")
