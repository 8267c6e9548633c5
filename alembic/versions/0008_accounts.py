"""Accounts with one-time passwords, an arrangement of roles, and keys that change with a leaver."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("one_time_until", sa.DateTime(), nullable=True))
    op.add_column("account", sa.Column("left_at", sa.DateTime(), nullable=True))
    op.add_column(
        "office",
        sa.Column("preset", sa.String(length=20), server_default="小型办公室", nullable=False),
    )
    op.create_table(
        "former_signing_key",
        sa.Column("until_sequence", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("until_sequence", name=op.f("pk_former_signing_key")),
    )
    # Accounts that a restore let in had no role: they could do everything until now.
    op.execute("UPDATE account SET role = '管理员' WHERE role = ''")


def downgrade() -> None:
    op.drop_table("former_signing_key")
    op.drop_column("office", "preset")
    op.drop_column("account", "left_at")
    op.drop_column("account", "one_time_until")
