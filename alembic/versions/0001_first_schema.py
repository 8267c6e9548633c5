"""First schema: people, their sanctions and forms, the log, accounts, backups."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LOG_IS_APPEND_ONLY = (
    "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log "
    "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    "CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log "
    "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    "CREATE TRIGGER audit_log_no_gap BEFORE INSERT ON audit_log "
    "WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit_log) "
    "BEGIN SELECT RAISE(ABORT, 'the log has no gaps'); END",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_sign_in", sa.DateTime(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_log",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("object", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_log")),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_log_object_object_id"), ["object", "object_id"], unique=False
        )

    op.create_table(
        "backup_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("file", sa.String(length=400), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("audit_sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="", nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="{}", nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_owner"), ["owner"], unique=False)

    op.create_table(
        "office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("program", sa.String(length=20), nullable=False),
        sa.Column("backup_sequence", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
    )
    op.create_table(
        "settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("office_name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("reporting_unit", sa.String(length=60), server_default="", nullable=False),
        sa.Column("letter_prefix", sa.String(length=30), server_default="", nullable=False),
        sa.Column("date_style", sa.String(length=120), server_default="", nullable=False),
        sa.Column("empty_mark", sa.String(length=120), server_default="", nullable=False),
        sa.Column("annex_mark", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("counting", sa.String(length=120), server_default="", nullable=False),
        sa.Column("unvisited_months", sa.Integer(), nullable=True),
        sa.Column("last_days", sa.String(length=40), server_default="", nullable=False),
        sa.Column("backup_late_days", sa.Integer(), nullable=True),
        sa.Column("mask_contacts", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("set_aside", sa.Text(), server_default="{}", nullable=False),
        sa.Column("roster_view", sa.Text(), server_default="{}", nullable=False),
        sa.Column("adopted_rules", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("sex", sa.String(length=120), server_default="", nullable=False),
        sa.Column("born_on", sa.String(length=10), nullable=True),
        sa.Column("education", sa.String(length=40), server_default="", nullable=False),
        sa.Column("work_since", sa.String(length=10), nullable=True),
        sa.Column("membership", sa.String(length=40), server_default="", nullable=False),
        sa.Column("party_since", sa.String(length=10), nullable=True),
        sa.Column("person_type", sa.String(length=120), server_default="", nullable=False),
        sa.Column("workplace", sa.String(length=120), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=80), server_default="", nullable=False),
        sa.Column("address", sa.String(length=200), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.Column("practice", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("name_key", sa.String(length=200), server_default="", nullable=False),
        sa.Column("workplace_key", sa.String(length=900), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subject_born_on"), ["born_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_subject_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_subject_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_subject_unit"), ["unit"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_subject_workplace_key"), ["workplace_key"], unique=False
        )

    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("file_no", sa.String(length=60), server_default="", nullable=False),
        sa.Column("organ", sa.String(length=80), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_case_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "registration_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("reporting_unit", sa.String(length=60), server_default="", nullable=False),
        sa.Column("reported_on", sa.String(length=40), server_default="", nullable=False),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("sex", sa.String(length=10), server_default="", nullable=False),
        sa.Column("born_on", sa.String(length=40), server_default="", nullable=False),
        sa.Column("education", sa.String(length=60), server_default="", nullable=False),
        sa.Column("work_since", sa.String(length=40), server_default="", nullable=False),
        sa.Column("party_since", sa.String(length=40), server_default="", nullable=False),
        sa.Column("workplace", sa.String(length=200), server_default="", nullable=False),
        sa.Column("address", sa.String(length=200), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("party_decided_on", sa.Text(), server_default="", nullable=False),
        sa.Column("party_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("admin_decided_on", sa.Text(), server_default="", nullable=False),
        sa.Column("admin_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("visited_on", sa.String(length=120), server_default="", nullable=False),
        sa.Column("attitude", sa.Text(), server_default="", nullable=False),
        sa.Column("proposal", sa.Text(), server_default="", nullable=False),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.Column("filled", sa.Text(), server_default="{}", nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_registration_form_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_form")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("registration_form", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registration_form_saved_at"), ["saved_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_registration_form_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "standing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(length=20), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("doubtful", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("party_last_day", sa.Date(), nullable=True),
        sa.Column("admin_last_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.Column("rules", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_standing_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_last_day"), ["last_day"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_standing_next_change_on"), ["next_change_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_standing_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_standing_verdict"), ["verdict"], unique=False)

    op.create_table(
        "sanction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("regime", sa.String(length=120), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("in_lieu", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("decided_on", sa.String(length=10), nullable=True),
        sa.Column("document_date", sa.String(length=10), nullable=True),
        sa.Column("document_no", sa.String(length=60), server_default="", nullable=False),
        sa.Column("stated_months", sa.Integer(), nullable=True),
        sa.Column("stated_from", sa.Date(), nullable=True),
        sa.Column("stated_until", sa.Date(), nullable=True),
        sa.Column("side_by_side", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("manual_until", sa.Date(), nullable=True),
        sa.Column("manual_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("manual_by", sa.String(length=40), server_default="", nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sanction_case_id_case")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_sanction_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sanction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sanction_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sanction_decided_on"), ["decided_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_sanction_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sanction_subject_id_regime_decided_on"),
            ["subject_id", "regime", "decided_on"],
            unique=False,
        )

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("sanction_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=120), server_default="", nullable=False),
        sa.Column("on", sa.String(length=10), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("new_kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("approver", sa.String(length=40), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["sanction_id"], ["sanction.id"], name=op.f("fk_event_sanction_id_sanction")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_event_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_sanction_id"), ["sanction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_subject_id"), ["subject_id"], unique=False)
    op.execute(
        "CREATE VIRTUAL TABLE subject_search USING fts5("
        "spelt, content='', contentless_delete=1, tokenize='ascii')"
    )
    for trigger in LOG_IS_APPEND_ONLY:
        op.execute(trigger)


def downgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_subject_id"))
        batch_op.drop_index(batch_op.f("ix_event_sanction_id"))

    op.drop_table("event")
    with op.batch_alter_table("sanction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sanction_subject_id_regime_decided_on"))
        batch_op.drop_index(batch_op.f("ix_sanction_subject_id"))
        batch_op.drop_index(batch_op.f("ix_sanction_decided_on"))
        batch_op.drop_index(batch_op.f("ix_sanction_case_id"))

    op.drop_table("sanction")
    op.drop_table("subject_search")
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_verdict"))
        batch_op.drop_index(batch_op.f("ix_standing_subject_id"))
        batch_op.drop_index(batch_op.f("ix_standing_next_change_on"))
        batch_op.drop_index(batch_op.f("ix_standing_last_day"))

    op.drop_table("standing")
    with op.batch_alter_table("registration_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_form_subject_id"))
        batch_op.drop_index(batch_op.f("ix_registration_form_saved_at"))

    op.drop_table("registration_form")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_subject_id"))

    op.drop_table("case")
    with op.batch_alter_table("subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subject_workplace_key"))
        batch_op.drop_index(batch_op.f("ix_subject_unit"))
        batch_op.drop_index(batch_op.f("ix_subject_name_key"))
        batch_op.drop_index(batch_op.f("ix_subject_name"))
        batch_op.drop_index(batch_op.f("ix_subject_born_on"))

    op.drop_table("subject")
    op.drop_table("settings")
    op.drop_table("office")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_owner"))

    op.drop_table("draft")
    op.drop_table("backup_run")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_object_object_id"))

    op.drop_table("audit_log")
    op.drop_table("account")
