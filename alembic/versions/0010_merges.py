"""Two records of one person can be made one, and two again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=True),
        sa.Column("dropped_id", sa.Integer(), nullable=True),
        sa.Column("kept_name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("dropped_name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("done_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("changed", sa.Text(), server_default="{}", nullable=False),
        sa.Column("removed", sa.Text(), server_default="{}", nullable=False),
        sa.Column("taken_back", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("back_reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("person_merge")
