"""Results, letters and volumes as an office fills them, all made up, for tests of letters."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.ending import RESTORE, Ending, WholeEnding, proposed_items
from app.domain.filing import ORDER, Expected, FilingEntry, FilingPaper, WholeFiling
from app.domain.outcome import (
    ADMONISH,
    DECIDED,
    TALK,
    TELL_PERSON,
    TELL_UNIT,
    TO_PERSON,
    TO_UNIT,
    URGE,
    URGE_TALK,
    Feedback,
    Outcome,
    OutcomeAct,
    ResultUse,
    UnitReminder,
    WholeOutcome,
)
from app.domain.outcome_words import feedback_words, reminder_words, use_words
from app.domain.papers import EndingPaper, ResultPaper, UsePaper
from app.domain.plan import PlanPerson
from app.domain.request import Request
from app.domain.visit import Visit
from app.domain.working_days import WorkingDays


def result(item: str = ADMONISH, **changed: Any) -> WholeOutcome:
    """Return a decided result with feedback, two letters and a talk."""
    visit = Visit(id=7, subject_id=1, method="实地", state="已完成", on=date(2026, 12, 8))
    outcome = Outcome(
        id=3,
        subject_id=1,
        visit_id=7,
        state=DECIDED,
        item=item,
        decided_on=date(2026, 12, 15),
        decided_by="赵一鸣",
        grounds="现实表现：多次无故不参加组织生活，教学任务完成不好。\n意见建议：由所在学院党组织教育提醒。",
    )
    made = WholeOutcome(outcome, visit, name="单小芳", unit="化学与材料学院")
    made.acts = [
        OutcomeAct(id=number, kind=kind, due_on=date(2026, 12, 30))
        for number, kind in enumerate((TELL_PERSON, TELL_UNIT, URGE_TALK), 1)
    ]
    made.acts.append(
        OutcomeAct(
            id=4,
            kind=TALK,
            due_on=date(2027, 1, 30),
            done_on=date(2027, 1, 12),
            done_by="李书记、张副院长",
            place="化学楼会议室",
            note="指出其不参加组织生活、教学投入不足的问题，要求按期整改，并明确联系人跟踪督促。",
            attitude="本人表示认识到问题，将端正态度、认真整改。",
        )
    )
    made.feedbacks = tuple(
        Feedback(
            id=number,
            visit_id=7,
            audience=audience,
            means="当面",
            on=date(2026, 12, 20),
            by="赵一鸣",
            receiver="单小芳" if audience == TO_PERSON else "李书记",
            content=feedback_words(made, audience),
        )
        for number, audience in enumerate((TO_PERSON, TO_UNIT), 1)
    )
    made.reminders = tuple(
        UnitReminder(
            id=number,
            visit_id=7,
            kind=kind,
            recipient="化学与材料学院党委",
            problem="该同志受处分后多次无故不参加组织生活，本学期两次教学检查不合格。",
            demand=reminder_words(made, kind)[1],
            reply_by=date(2027, 1, 31),
            sent_on=date(2026, 12, 22) if number == 1 else None,
            sent_how="信函",
            replied_on=date(2027, 1, 20) if number == 1 else None,
            reply="已由院党委书记对其进行教育提醒。",
        )
        for number, kind in enumerate((URGE_TALK, URGE), 1)
    )
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def filing(papers: int = 14, **changed: Any) -> WholeFiling:
    """Return a volume with one paper of each kind, and more of them."""
    entry = FilingEntry(
        id=5,
        subject_id=1,
        visit_id=7,
        title="单小芳2026年回访关爱材料",
        fonds="J031",
        catalogue="2026",
        file_number="2026-SL-012",
        custody="永久",
        compiled_by="钱二丽",
        checked_by="赵一鸣",
        compiled_on=date(2027, 2, 1),
        handed_by="钱二丽",
        handed_to="档案室李芳",
        filed_on=date(2027, 2, 3),
        remarks="第3件为复印件，原件存财务处。",
    )
    listed = [
        FilingPaper(
            id=number,
            sort=ORDER[number % len(ORDER)],
            title=f"{ORDER[number % len(ORDER)]}（第{number}件）",
            author="中共某某学院纪律检查委员会",
            number=f"某院纪函〔2026〕{number}号",
            on=date(2026, 12, 1 + number % 28),
            pages=1 + number % 4,
        )
        for number in range(1, papers + 1)
    ]
    expected = (Expected("所在单位评价意见", False, "办法第七条", ("Visit", 7)),)
    request = Request(
        id=1,
        visit_id=7,
        state="已告知本人",
        content="孩子患病需每周请假一天陪同就诊",
        answer="学院已将其课程集中安排在周一至周三。",
    )
    made = WholeFiling(entry, result(), listed, expected, (request,))
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def result_paper(person: PlanPerson, **changed: Any) -> ResultPaper:
    """Return a result with volume and person."""
    return ResultPaper(filing(**changed), person)


def use_paper(person: PlanPerson) -> UsePaper:
    """Return a question of the organisation department, not answered yet."""
    facts = {"sanctions": person.sanctions, "last_day": person.last_day}
    whole = result()
    use = ResultUse(
        id=1,
        subject_id=1,
        kind="提拔使用",
        asked_by="党委组织部",
        asker="孙科",
        asked_on=date(2027, 3, 1),
        purpose="副院长人选考察",
        document_no="德院组函〔2027〕3号",
        reply=use_words(facts, [(whole.visit, whole.outcome)]),
        replied_by="赵一鸣",
    )
    return UsePaper(use, person)


def ending_paper(person: PlanPerson) -> EndingPaper:
    """Return a restoration of rights that was decided."""
    ending = Ending(
        id=2,
        subject_id=1,
        sanction_id=1,
        kind=RESTORE,
        state="已办结",
        sanction="留党察看一年（2025年6月12日）",
        began_on=date(2026, 6, 12),
        last_day=date(2026, 6, 11),
        owner="赵一鸣",
        result=RESTORE,
        on=date(2026, 6, 12),
        organ="中共某某学院委员会",
        document_no="某院党字〔2026〕9号",
        approver="王书记",
        notified_on=date(2026, 7, 30),
    )
    items = proposed_items(RESTORE, ending.last_day, date(2026, 6, 12), WorkingDays())
    for item in items[:-1]:
        item.done_on = date(2026, 7, 20)
    return EndingPaper(WholeEnding(ending, person.name, person.unit, items), person)
