"""The timeline: everything that has a date, once, in order, and nothing of anybody else."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ending import Ending
from app.domain.filing import FilingEntry
from app.domain.form_life import FormVersion
from app.domain.gates import Exemption
from app.domain.outcome import Feedback, Outcome, OutcomeAct, ResultUse, UnitReminder
from app.domain.partial_date import PartialDate
from app.domain.plan import Plan, PlanStep
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.subject import Event, Sanction, Subject
from app.domain.verdict import assess
from app.domain.visit import Contact, Talk, Visit
from app.domain.visiting_list import Consultation, ListEntry, VisitingList
from app.services.dossiers import load_dossier
from app.services.letter_log import record_letter
from app.services.plans import open_plan
from app.services.timeline import SOURCES, TimelineRow, papers_of, timeline, timeline_of
from tests.services.plan_world import RULES, TODAY

DAY = PartialDate.of


def sentences(rows: tuple[TimelineRow, ...], kind: str) -> list[str]:
    return [row.sentence for row in rows if row.kind == kind]


def test_a_whole_revisit_stands_in_order_from_the_decision_to_the_finished_visit(world):
    her = world.person(events=(("复查", date(2026, 5, 6)),))
    plan = world.approved(her)
    world.visited(her, plan)
    rows = timeline_of(her, uow=world.new_uow())
    assert [row.on for row in rows] == sorted((row.on for row in rows), key=PartialDate.isoformat)
    assert rows[0] == TimelineRow(
        DAY(date(2026, 3, 10)), "处分", "作出党内严重警告处分决定", ("Sanction", 1)
    )
    assert sentences(rows, "状态事项") == ["复查"]
    [title] = [one.title for one in world.all(Plan)]
    assert sentences(rows, "审批") == [
        f"方案“{title}”报审（赵一鸣）",
        f"方案“{title}”经王书记审核同意（签批扫描件，同意。）",
    ]
    assert sentences(rows, "回访") == ["实地回访完成（化学楼会议室）"]
    assert any(words.startswith("与本人单小芳谈话") for words in sentences(rows, "谈话"))


def test_what_is_known_to_the_month_stands_before_its_days_and_the_undated_last(world):
    her = world.person(decided=date(2026, 3, 10))
    world.put(
        Event(subject_id=her, kind="调离", on=PartialDate(2026, 3)),
        Event(subject_id=her, kind="退休"),
    )
    rows = timeline_of(her, uow=world.new_uow())
    assert [(row.day, row.kind) for row in rows] == [
        ("2026年3月", "状态事项"),
        ("2026年3月10日", "处分"),
        ("日期未填", "状态事项"),
    ]


def test_a_list_tells_its_own_people_and_only_the_consultation_that_concerns_them(world):
    her, him = world.person(), world.person("李四", unit="文学院")
    [of] = world.put(
        VisitingList(title="第三季度名单", state="已签批", signer="王书记", signed_on=TODAY)
    )
    world.put(
        ListEntry(list_id=of, subject_id=her, name="单小芳", unit="化学与材料学院"),
        ListEntry(list_id=of, subject_id=him, decision="不列入", reason="已调离", unit="文学院"),
        Consultation(list_id=of, party="纪检监察室", person="钱二丽", on=TODAY, how="当面"),
        Consultation(list_id=of, party="所在单位", unit="文学院", person="吴院长", on=TODAY),
        Exemption(list_id=of, subject_id=him, gate="未征求意见", reason="人已离校", on=TODAY),
    )
    of_her = timeline_of(her, uow=world.new_uow())
    of_him = timeline_of(him, uow=world.new_uow())
    assert sentences(of_her, "名单") == ["列入“第三季度名单”（王书记签批）"]
    assert sentences(of_him, "名单") == ["不列入“第三季度名单”（王书记签批，已调离）"]
    assert sentences(of_her, "征求意见") == [
        "就“第三季度名单”征求纪检监察室意见（当面，钱二丽答复）"
    ]
    assert len(sentences(of_him, "征求意见")) == 2
    assert sentences(of_her, "例外") == []
    assert sentences(of_him, "例外") == ["未征求意见（人已离校）"]


def test_forms_letters_and_requests_have_a_line_for_each_of_their_days(world):
    her = world.person()
    [form] = world.put(
        RegistrationForm(subject_id=her, visited_on="2025年6月3日（实地）", state="已归档")
    )
    [visit] = world.put(Visit(subject_id=her, method="信函", on=date(2026, 6, 1), state="已完成"))
    world.put(
        FormVersion(
            form_id=form, signed_on=date(2025, 6, 9), signed_by="赵一鸣、钱二丽",
            filed_on=date(2025, 7, 1), file_number="2025-12", finalised_by="周明",
            saved_at=datetime(2025, 6, 8, 10, 0),
        ),
        Contact(visit_id=visit, method="信函", audience="本人", name="单小芳",
                on=date(2026, 6, 1), replied_on=date(2026, 6, 20)),
        Request(subject_id=her, kind="工作生活困难", content="子女入学", raised_on=date(2026, 6, 2),
                answer="已协调", answered_on=date(2026, 6, 12), told_on=date(2026, 6, 13)),
    )  # fmt: skip
    rows = timeline_of(her, uow=world.new_uow())
    told = [(row.day, row.kind, row.sentence) for row in rows if row.on and row.on.year >= 2025]
    assert ("2025年6月3日", "回访", "登记表记载的回访：2025年6月3日（实地）") in told
    assert ("2025年6月8日", "登记表", "登记表定稿（定稿人周明）") in told
    assert ("2025年6月9日", "登记表", "登记表签名（赵一鸣、钱二丽）") in told
    assert ("2025年7月1日", "归档", "登记表归档（案卷号 2025-12）") in told
    assert ("2026年6月20日", "联系", "收到本人单小芳回信") in told
    assert ("2026年6月2日", "诉求", "提出工作生活困难：子女入学") in told
    assert ("2026年6月12日", "诉求", "诉求办结：已协调") in told
    assert ("2026年6月13日", "诉求", "办理结果告知本人") in told


def test_results_and_filing_have_their_lines(world):
    her = world.person()
    [visit] = world.put(Visit(subject_id=her, method="实地", on=date(2026, 6, 1), state="已完成"))
    own = {"subject_id": her, "visit_id": visit}
    [outcome] = world.put(
        Outcome(item="（一）肯定鼓励", state="已确定", decided_on=date(2026, 6, 10), **own)
    )
    world.put(
        OutcomeAct(outcome_id=outcome, subject_id=her, kind="教育提醒", done_on=date(2026, 6, 12)),
        Feedback(audience="本人", means="书面", on=date(2026, 6, 15), receiver="单小芳", **own),
        UnitReminder(recipient="文学院党委", sent_on=date(2026, 6, 16), **own),
        FilingEntry(state="已归档", file_number="2026-1", filed_on=date(2026, 7, 1), **own),
        FilingEntry(state="未归档", filed_on=date(2026, 7, 2), **own),
    )
    rows = timeline_of(her, uow=world.new_uow())[-5:]
    assert [row.sentence for row in rows] == [
        "回访结果认定为“（一）肯定鼓励”",
        "教育提醒办结",
        "向本人反馈（书面，接收人单小芳）",
        "向文学院党委发出督促提醒函",
        "回访材料立卷归档（案卷号 2026-1）",
    ]


def test_the_computed_last_day_is_said_to_be_computed(world):
    her = world.person()
    with world.new_uow() as uow:
        dossier = load_dossier(uow, her)
    found = assess(dossier, as_of=TODAY, rules=RULES, settings=world.law.settings)
    rows = timeline_of(her, assessment=found, uow=world.new_uow())
    assert sentences(rows, "期满") == ["党内严重警告影响期最后一日（按规则计算）"]
    assert next(row for row in rows if row.kind == "期满").on == DAY(found.party_last_day)


def test_a_person_without_anything_has_an_empty_timeline(world):
    [nobody] = world.put(Subject(name="无事"))
    assert timeline_of(nobody, uow=world.new_uow()) == ()


def test_every_declared_day_of_a_person_s_records_finds_its_place(world):
    """A day that somebody adds to a record is forgotten here only on purpose."""
    left_out = {
        (Request, "due_on"), (Event, "until"), (Sanction, "stated_from"), (Sanction, "stated_until"),
        (Sanction, "manual_until"), (Talk, "checked_on"), (ListEntry, "last_day"),
        (ListEntry, "until"), (Visit, "until"), (Visit, "unit_signed_on"), (VisitingList, "starts_on"),
        (VisitingList, "ends_on"), (FormVersion, "saved_at"),
        (OutcomeAct, "due_on"), (UnitReminder, "reply_by"), (ResultUse, "due_on"), (Ending, "on"),
        (Ending, "last_day"), (FilingEntry, "compiled_on"),
    }  # fmt: skip
    from app.domain.fields import FieldKind, form_fields

    dates = (FieldKind.DAY, FieldKind.PARTIAL_DATE)
    shown = {
        (Sanction, "decided_on"), (Sanction, "document_date"), (Event, "on"), (Talk, "on"),
        (VisitingList, "drafted_on"), (VisitingList, "signed_on"), (Consultation, "on"),
        (PlanStep, "on"), (Visit, "on"), (Contact, "on"), (Contact, "replied_on"), (Exemption, "on"),
        (FormVersion, "signed_on"), (FormVersion, "filed_on"), (Request, "raised_on"),
        (Request, "answered_on"), (Request, "told_on"),
        (Outcome, "decided_on"), (OutcomeAct, "done_on"), (Feedback, "on"), (Feedback, "receipt_on"),
        (UnitReminder, "sent_on"), (UnitReminder, "replied_on"), (ResultUse, "asked_on"),
        (ResultUse, "replied_on"), (Ending, "began_on"), (Ending, "notified_on"),
        (FilingEntry, "filed_on"),
    }  # fmt: skip
    declared = {
        (source.entity, name)
        for source in SOURCES
        for name, spec in form_fields(source.entity).items()
        if spec.kind in dates and source.entity.__name__ not in ("Plan", "PlanPerson")
    }
    assert declared - left_out - shown == set()


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)) | st.none(), max_size=12),
    st.lists(st.integers(1990, 2030), max_size=4),
)
def test_nothing_is_lost_or_told_twice_whatever_the_days(days, years):
    events = [Event(id=n, kind="调离", on=d and DAY(d)) for n, d in enumerate(days, 1)]
    events += [Event(id=99 + n, kind="复查", on=PartialDate(y)) for n, y in enumerate(years)]
    rows = timeline({Event: events})
    assert sorted(row.link[1] for row in rows) == sorted(event.id for event in events)
    known = [row.on.isoformat() for row in rows if row.on]
    assert known == sorted(known) and all(row.on is None for row in rows[len(known) :])


def test_printed_papers_of_a_person_are_told_with_who_and_whereto(world, office):
    her, him = world.person(), world.person("李四")
    plans = [world.approved(one) for one in (her, him)]
    for plan in plans:
        whole = open_plan(plan, uow=world.new_uow())
        record_letter("打印", "工作方案", whole, "HP LaserJet", uow=world.new_uow())
    rows = papers_of(her, queries=office.forms(), uow=world.new_uow())
    assert [(row.kind, row.sentence, row.link) for row in rows] == [
        ("文书", "打印工作方案（周明，HP LaserJet）", ("Plan", plans[0]))
    ]
    assert papers_of(99, queries=office.forms(), uow=world.new_uow()) == ()
