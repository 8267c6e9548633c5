"""Scans and papers hang on every record; backups have places, occasions and rehearsals."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner_kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("file_name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("media", sa.String(length=120), server_default="", nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("added_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removed_for", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_attachment_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attachment_subject_id"), "attachment", ["subject_id"])
    op.create_index(
        op.f("ix_attachment_owner_kind_owner_id"), "attachment", ["owner_kind", "owner_id"]
    )
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"])
    # Not in batch mode: a rebuilt table forgets which ids were given out before.
    op.execute(
        "ALTER TABLE stored_paper ADD COLUMN attachment_id INTEGER"
        " CONSTRAINT fk_stored_paper_attachment_id_attachment REFERENCES attachment (id)"
    )
    op.create_index(op.f("ix_stored_paper_attachment_id"), "stored_paper", ["attachment_id"])

    op.add_column("office", sa.Column("pool_key", sa.LargeBinary(length=32), nullable=True))
    op.add_column(
        "backup_run",
        sa.Column("occasion", sa.String(length=20), server_default="", nullable=False),
    )
    op.add_column("backup_run", sa.Column("removed_at", sa.DateTime(), nullable=True))
    op.create_table(
        "drill_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("file", sa.String(length=400), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("finding", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_run")),
        sqlite_autoincrement=True,
    )
    for column in (
        sa.Column("backup_places", sa.Text(), server_default="{}", nullable=False),
        sa.Column("backup_every_hours", sa.Integer(), nullable=True),
        sa.Column("backup_on_exit", sa.Boolean(), server_default=sa.text("0"), nullable=False),
    ):
        op.add_column("settings", column)
    # Offices that stand already get what a new one starts with.
    op.execute(
        "UPDATE settings SET backup_places = '[]', backup_every_hours = 2, backup_on_exit = 1"
    )


def downgrade() -> None:
    for name in ("backup_on_exit", "backup_every_hours", "backup_places"):
        op.drop_column("settings", name)
    op.drop_table("drill_run")
    op.drop_column("backup_run", "removed_at")
    op.drop_column("backup_run", "occasion")
    op.drop_column("office", "pool_key")
    op.drop_index(op.f("ix_stored_paper_attachment_id"), "stored_paper")
    with op.batch_alter_table("stored_paper") as batch_op:
        batch_op.drop_column("attachment_id")
    op.drop_table("attachment")
