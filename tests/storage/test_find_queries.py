"""One search over everything: every kind of record is found, and each hit says whose it is."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.attachment import Attachment
from app.domain.document_number import DocumentNumber
from app.domain.filing import FilingEntry
from app.domain.outcome import Feedback, Outcome, UnitReminder
from app.domain.partial_date import PartialDate
from app.domain.plan import Plan, PlanMember, PlanPerson
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.subject import Case, Sanction, Subject
from app.domain.visit import Participant, Talk, Visit
from app.domain.visiting_list import VisitingList
from app.services.finding import MOST_PER_GROUP, find_anything
from app.storage.find_queries import PLACES, excerpt_of
from app.storage.tables import TABLE_OF


@pytest.fixture
def find(office):
    def ask(text):
        groups = find_anything(text, roster=office.roster(), queries=office.finding())
        return {group.name: group for group in groups}

    return ask


@pytest.fixture
def filled(new_uow, a_person):
    """Two people of one name, and a record of every kind about the first."""
    with new_uow() as uow:
        one = uow.repository(Subject).put(a_person())
        uow.repository(Subject).put(a_person(unit="文学院", born_on=PartialDate(1979, 5)))
        visit = uow.repository(Visit).put(
            Visit(
                subject_id=one,
                method="实地",
                on=date(2026, 9, 8),
                conduct="近来爱好书法，心态平和。",
            )
        )
        for thing in (
            VisitingList(title="2026年第四季度回访对象名单"),
            Plan(title="关于书法爱好者的回访方案", on=date(2026, 9, 8)),
            Talk(visit_id=visit, name="书法老师", audience="同事及群众", on=date(2026, 9, 8)),
            RegistrationForm(subject_id=one, name="单小芳", attitude="书法获奖", visited_on="2026.9.8"),
            Request(subject_id=one, kind="意见建议", content="希望有书法教室", raised_on=date(2026, 9, 9)),
            Outcome(subject_id=one, visit_id=visit, item="（一）肯定鼓励", grounds="书法展现心态"),
            Case(subject_id=one, facts="在书法比赛中收礼", file_no="2026-SL-012"),
            Sanction(subject_id=one, regime="党纪", kind="警告", document_no="东院纪〔2026〕7号"),
            Attachment(
                owner_kind="Visit", owner_id=visit, subject_id=one, title="书法作品", kind="其他",
                file_name="IMG_2047.jpg",
            ),
        ):  # fmt: skip
            uow.repository(type(thing)).put(thing)
        uow.repository(DocumentNumber).put(
            DocumentNumber(
                kind="函", year=2026, number=12, prefix="东院纪函", title="书法通知",
                entity="Plan/unit_notice", entity_id=1,
            )
        )  # fmt: skip
        uow.commit()
    return one, visit


def test_every_column_that_is_searched_exists():
    for place in PLACES:
        columns = TABLE_OF[place.entity].c
        assert not [name for name in (*place.columns, *place.shown) if name not in columns]


def test_a_word_is_found_wherever_it_was_written(find, filled):
    groups = find("书法")
    assert list(groups) == [
        "方案",
        "回访",
        "谈话",
        "登记表",
        "诉求",
        "结果",
        "案件",
        "附件",
        "文号",
    ]
    hit = groups["回访"].hits[0]
    assert (hit.title, hit.opens, hit.subject_id) == (
        "2026年9月8日 实地回访",
        ("Visit", filled[1]),
        filled[0],
    )
    assert "爱好书法，心态" in hit.excerpt
    assert groups["谈话"].hits[0].opens == ("Visit", filled[1])
    assert groups["附件"].hits[0].opens == ("Subject", filled[0])
    assert groups["文号"].hits[0].title == "东院纪函〔2026〕12号"
    assert groups["文号"].hits[0].opens == ("Plan", 1)


def test_a_plan_is_found_by_its_work_group_and_by_everybody_in_it(find, filled, new_uow):
    with new_uow() as uow:
        plan = uow.repository(Plan).put(Plan(title="赵明等3人回访工作方案"))
        for thing in (
            PlanMember(plan_id=plan, name="顾明远", part="主谈", leader=True),
            PlanPerson(plan_id=plan, subject_id=filled[0], name="赵明"),
            PlanPerson(plan_id=plan, subject_id=filled[0], name="钱多多"),
            Participant(visit_id=filled[1], name="沈静", part="记录"),
        ):
            uow.repository(type(thing)).put(thing)
        uow.commit()
    [group] = find("顾明远").values()
    assert (group.name, group.hits[0].opens) == ("工作组", ("Plan", plan))
    assert group.hits[0].title == "顾明远（组长） 赵明等3人回访工作方案"
    assert find("钱多多")["方案中的人员"].hits[0].opens == ("Plan", plan)
    assert "方案中的人员" not in find("赵明")  # the plan is found by its title
    assert find("沈静")["回访人员"].hits[0].opens == ("Visit", filled[1])


def test_letters_and_volumes_open_the_result_they_belong_to(find, filled, new_uow):
    mine = {"subject_id": filled[0], "visit_id": filled[1]}
    with new_uow() as uow:
        for thing in (
            UnitReminder(problem="整改不主动", **mine),
            Feedback(audience="本人", content="组织关心你的进步", **mine),
            FilingEntry(title="卷", file_number="2026-HF-101", **mine),
        ):
            uow.repository(type(thing)).put(thing)
        uow.commit()
    for words, group in (("整改", "督促提醒函"), ("关心", "反馈"), ("HF-101", "归档")):
        assert find(words)[group].hits[0].opens == ("ResultOf", filled[1])


def test_a_paper_opens_whom_it_is_about_on_whichever_record_it_hangs(find, filled, new_uow):
    with new_uow() as uow:
        papers = uow.repository(Attachment)
        told = papers.put(_paper("Feedback", 7, "签到表", subject_id=filled[0]))
        shared = papers.put(_paper("VisitingList", 1, "签批件"))
        papers.put(_paper("Subject", 1, "误附件", subject_id=1, removed_on=date(2026, 9, 9)))
        uow.commit()
    [hit] = find("签到表")["附件"].hits
    assert (hit.opens, hit.attachment_id) == (("Subject", filled[0]), told)
    [hit] = find("签批件")["附件"].hits
    assert (hit.opens, hit.attachment_id) == (("VisitingList", 1), shared)
    assert find("误附件") == {}


def _paper(owner_kind, owner_id, title, **more):
    return Attachment(
        owner_kind=owner_kind,
        owner_id=owner_id,
        title=title,
        kind="其他",
        file_name="1.jpg",
        **more,
    )


def test_namesakes_are_told_apart_by_unit_and_birth_month(find, filled):
    people = find("单小芳")["人员"].hits
    assert sorted(hit.whose for hit in people) == [
        "单小芳　化学与材料学院　1985-03生",
        "单小芳　文学院　1979-05生",
    ]
    assert [hit.opens[0] for hit in find("sxf")["人员"].hits] == ["Subject", "Subject"]


def test_several_words_must_all_be_there_and_a_name_alone_is_no_hit_of_every_record(find, filled):
    assert set(find("单小芳 书法")) >= {"回访", "登记表", "诉求"}
    assert "回访" not in find("单小芳")
    assert find("书法 没有的词") == {}
    assert find("   ") == {}


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("〔2026〕7号", "处分决定"),
        ("2026-SL-012", "案件"),
        ("img_2047", "附件"),
        ("ＩＭＧ＿２０４７", "附件"),
        ("第四季度", "名单"),
    ],
)
def test_numbers_and_file_names_are_found_in_any_width_and_case(find, filled, text, group):
    assert group in find(text)


def test_signs_of_the_query_language_are_only_signs(find, filled):
    for text in ("%", "_", "'", '"; DROP TABLE subject', "\\", "书%法", "𠮷"):
        assert all(len(group.hits) <= MOST_PER_GROUP for group in find(text).values())
    assert find("书%法") == {}


def test_a_long_group_says_that_there_is_more(find, filled, new_uow):
    with new_uow() as uow:
        for number in range(12):
            uow.repository(VisitingList).put(VisitingList(title=f"补充名单{number}"))
        uow.commit()
    group = find("补充名单")["名单"]
    assert (len(group.hits), group.more) == (MOST_PER_GROUP, True)
    assert group.hits[0].title == "补充名单11"


def test_an_excerpt_shows_the_word_with_what_stands_around_it():
    assert (
        excerpt_of(["前" * 40 + "书法" + "后" * 60], ["书法"])
        == "…" + "前" * 6 + "书法" + "后" * 28 + "…"
    )
    assert excerpt_of(["没有"], ["书法"]) == ""
