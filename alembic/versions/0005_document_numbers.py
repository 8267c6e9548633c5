"""Letters have numbers: a counter per kind and year."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("prefix", sa.String(length=40), server_default="", nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("entity", sa.String(length=40), server_default="", nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_document_number_kind_year_number"),
        "document_number",
        ["kind", "year", "number"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_document_number_kind_year_number"), table_name="document_number")
    op.drop_table("document_number")
