"""Staff, lists of a period, plans with their history, visits, requests."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=60), server_default="", nullable=False),
        sa.Column("method", sa.String(length=120), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_template")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("department", sa.String(length=60), server_default="", nullable=False),
        sa.Column("post", sa.String(length=60), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=80), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("principal", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("account", sa.String(length=40), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "visiting_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("period", sa.String(length=120), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("drafted_by", sa.String(length=40), server_default="", nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=True),
        sa.Column("signer", sa.String(length=40), server_default="", nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("means", sa.String(length=120), server_default="", nullable=False),
        sa.Column("scan", sa.String(length=200), server_default="", nullable=False),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visiting_list")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("party", sa.String(length=120), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=80), server_default="", nullable=False),
        sa.Column("person", sa.String(length=80), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("how", sa.String(length=40), server_default="", nullable=False),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("recorder", sa.String(length=40), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["visiting_list.id"], name=op.f("fk_consultation_list_id_visiting_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_list_id"), ["list_id"], unique=False)

    op.create_table(
        "list_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("workplace", sa.String(length=200), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=80), server_default="", nullable=False),
        sa.Column("sanctions", sa.Text(), server_default="", nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(length=20), server_default="", nullable=False),
        sa.Column("verdict_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("earlier_visits", sa.Integer(), nullable=True),
        sa.Column("proposed", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("decision", sa.String(length=120), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("approver", sa.String(length=40), server_default="", nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("planned_for", sa.String(length=60), server_default="", nullable=False),
        sa.Column("method", sa.String(length=120), server_default="", nullable=False),
        sa.Column("owner", sa.String(length=40), server_default="", nullable=False),
        sa.Column("remarks", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["visiting_list.id"], name=op.f("fk_list_entry_list_id_visiting_list")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_list_entry_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entry")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("list_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_entry_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_entry_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("what_changed", sa.Text(), server_default="", nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("drafted_by", sa.String(length=40), server_default="", nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("method", sa.String(length=120), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("time", sa.String(length=60), server_default="", nullable=False),
        sa.Column("place", sa.String(length=120), server_default="", nullable=False),
        sa.Column("route", sa.String(length=200), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("address", sa.String(length=200), server_default="", nullable=False),
        sa.Column("mailing", sa.String(length=80), server_default="", nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("not_in_person", sa.Text(), server_default="", nullable=False),
        sa.Column("hearers", sa.Text(), server_default="", nullable=False),
        sa.Column("materials", sa.Text(), server_default="", nullable=False),
        sa.Column("steps", sa.Text(), server_default="", nullable=False),
        sa.Column("policies", sa.Text(), server_default="", nullable=False),
        sa.Column("difficulties", sa.Text(), server_default="", nullable=False),
        sa.Column("to_resolve", sa.Text(), server_default="", nullable=False),
        sa.Column("safety", sa.Text(), server_default="", nullable=False),
        sa.Column("emergency", sa.String(length=120), server_default="", nullable=False),
        sa.Column("secrecy", sa.Text(), server_default="", nullable=False),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["visiting_list.id"], name=op.f("fk_plan_list_id_visiting_list")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["plan.id"], name=op.f("fk_plan_replaces_id_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_replaces_id"), ["replaces_id"], unique=False)

    op.create_table(
        "plan_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("department", sa.String(length=60), server_default="", nullable=False),
        sa.Column("post", sa.String(length=60), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=80), server_default="", nullable=False),
        sa.Column("leader", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("part", sa.String(length=120), server_default="", nullable=False),
        sa.Column("recusal", sa.String(length=120), server_default="", nullable=False),
        sa.Column("relation", sa.String(length=120), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_member_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_plan_member_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_member")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("plan_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_member_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_member_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "plan_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("sex", sa.String(length=10), server_default="", nullable=False),
        sa.Column("born_on", sa.String(length=40), server_default="", nullable=False),
        sa.Column("education", sa.String(length=60), server_default="", nullable=False),
        sa.Column("membership", sa.String(length=40), server_default="", nullable=False),
        sa.Column("workplace", sa.String(length=200), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=80), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("sanctions", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(length=20), server_default="", nullable=False),
        sa.Column("verdict_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("earlier_visits", sa.Integer(), nullable=True),
        sa.Column("character", sa.Text(), server_default="", nullable=False),
        sa.Column("state_of_mind", sa.Text(), server_default="", nullable=False),
        sa.Column("focus", sa.Text(), server_default="", nullable=False),
        sa.Column("dropped", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_person_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_plan_person_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_person")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("plan_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_person_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_person_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "plan_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=120), server_default="", nullable=False),
        sa.Column("from_state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("to_state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("who", sa.String(length=40), server_default="", nullable=False),
        sa.Column("opinion", sa.Text(), server_default="", nullable=False),
        sa.Column("means", sa.String(length=120), server_default="", nullable=False),
        sa.Column("scan", sa.String(length=200), server_default="", nullable=False),
        sa.Column("details", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_step_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_step_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "talk_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=120), server_default="", nullable=False),
        sa.Column("item", sa.String(length=120), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_talk_point_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_talk_point_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_point")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("talk_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_point_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_point_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("form_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("called_off", sa.String(length=300), server_default="", nullable=False),
        sa.Column("method", sa.String(length=120), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("time", sa.String(length=60), server_default="", nullable=False),
        sa.Column("place", sa.String(length=120), server_default="", nullable=False),
        sa.Column("materials", sa.Text(), server_default="", nullable=False),
        sa.Column("conduct", sa.Text(), server_default="", nullable=False),
        sa.Column("execution", sa.Text(), server_default="", nullable=False),
        sa.Column("education", sa.Text(), server_default="", nullable=False),
        sa.Column("rights", sa.Text(), server_default="", nullable=False),
        sa.Column("deviation", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_politics", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_work", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_mending", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_opinions", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_party", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_signed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["form_id"], ["registration_form.id"], name=op.f("fk_visit_form_id_registration_form")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_visit_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_visit_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=120), server_default="", nullable=False),
        sa.Column("audience", sa.String(length=120), server_default="", nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("time", sa.String(length=60), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("address", sa.String(length=200), server_default="", nullable=False),
        sa.Column("tracking", sa.String(length=60), server_default="", nullable=False),
        sa.Column("staff", sa.String(length=80), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_contact_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("gate", sa.String(length=120), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("approver", sa.String(length=40), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["visiting_list.id"], name=op.f("fk_exemption_list_id_visiting_list")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_exemption_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_exemption_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_exemption_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_exemption_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exemption_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exemption_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exemption_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exemption_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exemption_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("post", sa.String(length=120), server_default="", nullable=False),
        sa.Column("part", sa.String(length=120), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_participant_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_participant_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_participant_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=120), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(length=80), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("told_how", sa.String(length=40), server_default="", nullable=False),
        sa.Column("told_by", sa.String(length=40), server_default="", nullable=False),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_request_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_request_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_request_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=120), server_default="", nullable=False),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("post", sa.String(length=120), server_default="", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("starts", sa.String(length=20), server_default="", nullable=False),
        sa.Column("ends", sa.String(length=20), server_default="", nullable=False),
        sa.Column("place", sa.String(length=120), server_default="", nullable=False),
        sa.Column("talker", sa.String(length=80), server_default="", nullable=False),
        sa.Column("recorder", sa.String(length=80), server_default="", nullable=False),
        sa.Column("exchanges", sa.Text(), server_default="{}", nullable=False),
        sa.Column("checked", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("corrections", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_talk_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_visit_id"), ["visit_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_visit_id"))

    op.drop_table("talk")
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_visit_id"))
        batch_op.drop_index(batch_op.f("ix_request_subject_id"))

    op.drop_table("request")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_visit_id"))
        batch_op.drop_index(batch_op.f("ix_participant_staff_id"))

    op.drop_table("participant")
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exemption_visit_id"))
        batch_op.drop_index(batch_op.f("ix_exemption_subject_id"))
        batch_op.drop_index(batch_op.f("ix_exemption_staff_id"))
        batch_op.drop_index(batch_op.f("ix_exemption_plan_id"))
        batch_op.drop_index(batch_op.f("ix_exemption_list_id"))

    op.drop_table("exemption")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_visit_id"))

    op.drop_table("contact")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_subject_id"))
        batch_op.drop_index(batch_op.f("ix_visit_plan_id"))
        batch_op.drop_index(batch_op.f("ix_visit_form_id"))

    op.drop_table("visit")
    with op.batch_alter_table("talk_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_point_subject_id"))
        batch_op.drop_index(batch_op.f("ix_talk_point_plan_id"))

    op.drop_table("talk_point")
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_step_plan_id"))

    op.drop_table("plan_step")
    with op.batch_alter_table("plan_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_person_subject_id"))
        batch_op.drop_index(batch_op.f("ix_plan_person_plan_id"))

    op.drop_table("plan_person")
    with op.batch_alter_table("plan_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_member_staff_id"))
        batch_op.drop_index(batch_op.f("ix_plan_member_plan_id"))

    op.drop_table("plan_member")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_replaces_id"))
        batch_op.drop_index(batch_op.f("ix_plan_list_id"))

    op.drop_table("plan")
    with op.batch_alter_table("list_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_entry_subject_id"))
        batch_op.drop_index(batch_op.f("ix_list_entry_list_id"))

    op.drop_table("list_entry")
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_list_id"))

    op.drop_table("consultation")
    op.drop_table("visiting_list")
    op.drop_table("staff")
    op.drop_table("plan_template")
