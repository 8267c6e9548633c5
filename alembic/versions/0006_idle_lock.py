"""The window locks itself after a while."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "settings",
        sa.Column("lock_after_minutes", sa.Integer(), nullable=True),
    )
    # Offices that stand already get what a new one starts with; empty would mean: never.
    op.execute("UPDATE settings SET lock_after_minutes = 5")


def downgrade() -> None:
    with op.batch_alter_table("settings") as batch_op:
        batch_op.drop_column("lock_after_minutes")
