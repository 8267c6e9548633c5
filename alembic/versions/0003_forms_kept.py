"""Final forms, their scans and versions; ready phrases; the faces an office chose."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), server_default=sa.text("x''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_content")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), server_default="", nullable=False),
        sa.Column("box", sa.String(length=40), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("wording", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "form_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("override", sa.String(length=300), server_default="", nullable=False),
        sa.Column("left_open", sa.Text(), server_default="", nullable=False),
        sa.Column("values", sa.Text(), server_default="{}", nullable=False),
        sa.Column("finalised_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("file_number", sa.String(length=80), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["registration_form.id"],
            name=op.f("fk_form_version_form_id_registration_form"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_version")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("form_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_version_form_id"), ["form_id"], unique=False)

    op.create_table(
        "stored_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=True),
        sa.Column("content_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=120), server_default="", nullable=False),
        sa.Column("media", sa.String(length=120), server_default="", nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("added_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["paper_content.id"],
            name=op.f("fk_stored_paper_content_id_paper_content"),
        ),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["registration_form.id"],
            name=op.f("fk_stored_paper_form_id_registration_form"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_paper")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("stored_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stored_paper_content_id"), ["content_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_stored_paper_form_id"), ["form_id"], unique=False)

    # Not in batch mode: a rebuilt table forgets which ids were given out before.
    for column in (
        sa.Column("one_page", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("change_reason", sa.String(length=300), server_default="", nullable=False),
    ):
        op.add_column("registration_form", column)
    # What was written so far is a draft of its first version.
    op.execute("UPDATE registration_form SET state = '草稿', version = 1")
    for name in ("title_face", "text_face"):
        op.add_column(
            "settings", sa.Column(name, sa.String(length=400), server_default="", nullable=False)
        )


def downgrade() -> None:
    for name in ("text_face", "title_face"):
        op.drop_column("settings", name)
    for name in ("change_reason", "version", "state", "one_page"):
        op.drop_column("registration_form", name)
    with op.batch_alter_table("stored_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_paper_form_id"))
        batch_op.drop_index(batch_op.f("ix_stored_paper_content_id"))

    op.drop_table("stored_paper")
    with op.batch_alter_table("form_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_version_form_id"))

    op.drop_table("form_version")
    op.drop_table("phrase")
    op.drop_table("paper_content")
