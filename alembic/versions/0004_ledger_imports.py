"""Imports can be taken back; the office's own column titles are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("file_name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("digest", sa.String(length=64), server_default="", nullable=False),
        sa.Column("done_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("counts", sa.Text(), server_default="{}", nullable=False),
        sa.Column("added", sa.Text(), server_default="{}", nullable=False),
        sa.Column("filled", sa.Text(), server_default="{}", nullable=False),
        sa.Column("taken_back", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_import")),
        sqlite_autoincrement=True,
    )
    op.add_column(
        "settings",
        sa.Column("ledger_columns", sa.Text(), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("settings", "ledger_columns")
    op.drop_table("ledger_import")
