"""After the visit: results, feedback, letters to units, ends of periods, filing."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("sanction_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=120), server_default="", nullable=False),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("sanction", sa.String(length=120), server_default="", nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(length=60), server_default="", nullable=False),
        sa.Column("result", sa.String(length=120), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("organ", sa.String(length=80), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=60), server_default="", nullable=False),
        sa.Column("approver", sa.String(length=40), server_default="", nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.Column("stopped", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_ending_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ending_subject_id"), "ending", ["subject_id"])
    op.create_table(
        "result_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=120), server_default="", nullable=False),
        sa.Column("asked_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("asker", sa.String(length=60), server_default="", nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.String(length=200), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=60), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("replied_by", sa.String(length=60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_result_use_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_use")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_result_use_subject_id"), "result_use", ["subject_id"])
    op.create_table(
        "ending_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ending_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("sort", sa.String(length=120), server_default="", nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("needed", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["ending_id"], ["ending.id"], name=op.f("fk_ending_item_ending_id_ending")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending_item")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ending_item_ending_id"), "ending_item", ["ending_id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=120), server_default="", nullable=False),
        sa.Column("means", sa.String(length=20), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("receiver", sa.String(length=60), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("receipt_on", sa.Date(), nullable=True),
        sa.Column("response", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_feedback_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_feedback_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feedback_subject_id"), "feedback", ["subject_id"])
    op.create_index(op.f("ix_feedback_visit_id"), "feedback", ["visit_id"])
    op.create_table(
        "filing_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("fonds", sa.String(length=20), server_default="", nullable=False),
        sa.Column("catalogue", sa.String(length=20), server_default="", nullable=False),
        sa.Column("file_number", sa.String(length=80), server_default="", nullable=False),
        sa.Column("custody", sa.String(length=20), server_default="", nullable=False),
        sa.Column("compiled_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("checked_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("compiled_on", sa.Date(), nullable=True),
        sa.Column("handed_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("handed_to", sa.String(length=60), server_default="", nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_filing_entry_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_filing_entry_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_filing_entry_subject_id"), "filing_entry", ["subject_id"])
    op.create_index(op.f("ix_filing_entry_visit_id"), "filing_entry", ["visit_id"])
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("item", sa.String(length=120), server_default="", nullable=False),
        sa.Column("serious", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("grounds", sa.Text(), server_default="", nullable=False),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_outcome_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_outcome_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outcome_subject_id"), "outcome", ["subject_id"])
    op.create_index(op.f("ix_outcome_visit_id"), "outcome", ["visit_id"])
    op.create_table(
        "unit_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=120), server_default="", nullable=False),
        sa.Column("recipient", sa.String(length=80), server_default="", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("demand", sa.Text(), server_default="", nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_how", sa.String(length=20), server_default="", nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_unit_reminder_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_unit_reminder_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_reminder")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_unit_reminder_subject_id"), "unit_reminder", ["subject_id"])
    op.create_index(op.f("ix_unit_reminder_visit_id"), "unit_reminder", ["visit_id"])
    op.create_table(
        "filing_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("sort", sa.String(length=120), server_default="", nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("author", sa.String(length=60), server_default="", nullable=False),
        sa.Column("number", sa.String(length=60), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=120), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing_entry.id"], name=op.f("fk_filing_paper_filing_id_filing_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_paper")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_filing_paper_filing_id"), "filing_paper", ["filing_id"])
    op.create_table(
        "outcome_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(length=80), server_default="", nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("place", sa.String(length=80), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("attitude", sa.Text(), server_default="", nullable=False),
        sa.Column("waived", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_act_outcome_id_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_outcome_act_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_act")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outcome_act_outcome_id"), "outcome_act", ["outcome_id"])
    op.create_index(op.f("ix_outcome_act_subject_id"), "outcome_act", ["subject_id"])
    # Not in batch mode: a rebuilt table forgets which ids were given out before.
    op.execute(
        "ALTER TABLE exemption ADD COLUMN ending_id INTEGER"
        " CONSTRAINT fk_exemption_ending_id_ending REFERENCES ending (id)"
    )
    op.create_index(op.f("ix_exemption_ending_id"), "exemption", ["ending_id"])
    for name in ("feedback_days", "reply_days", "filing_days"):
        op.add_column("settings", sa.Column(name, sa.Integer(), nullable=True))
    # Offices that stand already get what a new one starts with.
    op.execute("UPDATE settings SET feedback_days = 15, reply_days = 30, filing_days = 60")
    op.add_column(
        "subject",
        sa.Column("earlier_visits", sa.Text(), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("subject", "earlier_visits")
    for name in ("filing_days", "reply_days", "feedback_days"):
        op.drop_column("settings", name)
    op.drop_index(op.f("ix_exemption_ending_id"), "exemption")
    with op.batch_alter_table("exemption") as batch_op:
        batch_op.drop_column("ending_id")
    for table in (
        "outcome_act",
        "filing_paper",
        "unit_reminder",
        "outcome",
        "filing_entry",
        "feedback",
        "ending_item",
        "result_use",
        "ending",
    ):
        op.drop_table(table)
