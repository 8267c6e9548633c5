"""本期名单: proposed over a whole period, talked over, signed and then fixed."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.gates import INCOMPLETE, NOT_CONSULTED, UNSIGNED, Exemption
from app.domain.partial_date import PartialDate
from app.domain.standing import Standing
from app.domain.subject import Event, Subject
from app.domain.visiting_list import (
    DRAFTING,
    FREE,
    HALF_YEAR,
    INCLUDED,
    LEFT_OUT,
    PUT_OFF,
    SIGNED,
    Consultation,
    ListEntry,
    VisitingList,
)
from app.services.chain import chain
from app.services.gatekeeping import GateClosed, NotPossible
from app.services.list_drafting import lapsed_without_visit, new_list_entry, propose_list
from app.services.plans import check_plan
from app.services.ports import NoReason, StaleData
from app.services.visiting_lists import (
    changes_since,
    check_list,
    discard_list,
    open_list,
    reopen_list,
    save_list,
    sign_list,
    visiting_lists,
)
from tests.services.plan_world import ACCOUNT, PRINCIPAL, TODAY

UNIT = "化学与材料学院"


def proposed(world, *period, **more):
    return propose_list(*period, uow=world.new_uow(), law=world.law, **more)


def consulted(whole, *units):
    whole.consultations = [
        Consultation(party="纪检监察室", person="钱二丽", on=TODAY, how="当面", answer="同意"),
        *(
            Consultation(
                party="所在单位",
                unit=unit,
                person="李书记",
                on=TODAY,
                how="电话",
                answer="无意见，可以安排",
            )
            for unit in units
        ),
    ]
    return whole


def sign(world, whole, *exemptions, **changed):
    if "scan" not in changed:
        world.hang_sheet(whole.head.id, "VisitingList")
    return sign_list(
        whole.head.id,
        world.signature(**changed),
        account=ACCOUNT,
        exemptions=exemptions,
        uow=world.new_uow(),
        law=world.law,
    )


def signed(world):
    whole = consulted(proposed(world), UNIT)
    save_list(whole, uow=world.new_uow())
    sign(world, whole)
    return whole


# ------------------------------------------------------------------ proposing


def test_everybody_whom_the_quarter_holds_is_proposed_the_nearest_end_first(world):
    world.person("明年到期", decided=date(2026, 3, 10))  # until 2027-09-09
    world.person("十月到期", decided=date(2025, 4, 11))  # until 2026-10-10: inside, over today
    world.person("本月到期", decided=date(2025, 5, 28))  # until 2026-11-27
    world.person("九月到期", decided=date(2025, 3, 20))  # until 2026-09-19: before the quarter
    world.person("待恢复", kind="留党察看一年", decided=date(2025, 6, 1))  # rights not restored
    world.person("下季生效", decided=date(2027, 2, 1))
    world.person("诫勉", kind="诫勉")
    whole = proposed(world)
    assert (whole.head.title, whole.head.starts_on) == (
        "2026年第四季度回访对象名单",
        date(2026, 10, 1),
    )
    assert [(one.name, one.decision) for one in whole.entries] == [
        ("待恢复", INCLUDED),
        ("十月到期", INCLUDED),
        ("本月到期", INCLUDED),
        ("明年到期", INCLUDED),
    ]
    assert "补访" in whole.entries[1].reason
    assert whole.entries[3].sanctions == "党内严重警告（2026.03.10）"
    assert whole.entries[3].verdict == "应回访"
    assert "期满日" in whole.entries[3].verdict_reason


def test_who_is_excluded_stands_on_the_list_as_left_out_with_the_reason(world):
    world.person("退休的", events=(("退休", date(2026, 10, 20)),))
    world.person("去世的", events=(("死亡", date(2026, 11, 1)),))
    world.person(
        "多年前移送", decided=date(2019, 1, 10), events=(("移送司法机关", date(2019, 2, 1)),)
    )
    whole = proposed(world)
    assert {(one.name, one.decision) for one in whole.entries} == {
        ("退休的", LEFT_OUT),
        ("去世的", LEFT_OUT),
    }
    assert all(one.reason for one in whole.entries)


def test_who_is_put_off_beyond_the_period_stands_there_as_put_off(world):
    for name, until in (("到明年", date(2027, 3, 1)), ("到下月", date(2026, 12, 10))):
        subject_id = world.person(name)
        world.put(
            Event(
                subject_id=subject_id,
                kind="暂缓回访",
                on=PartialDate(2026, 10, 8),
                until=until,
                reason="住院",
                approver=PRINCIPAL,
            )
        )
    entries = {one.name: one for one in proposed(world).entries}
    assert entries["到明年"].decision == PUT_OFF
    assert (entries["到明年"].until, entries["到明年"].approver) == (date(2027, 3, 1), PRINCIPAL)
    assert entries["到下月"].decision == INCLUDED
    assert "2026年12月10日" in entries["到下月"].reason


@pytest.mark.parametrize(
    ("period", "days", "title"),
    [
        (HALF_YEAR, (), "2026年下半年回访对象名单"),
        (
            FREE,
            (date(2026, 9, 1), date(2027, 1, 31)),
            "2026年9月1日至2027年1月31日回访对象名单",
        ),
    ],
)
def test_a_half_year_or_any_days_may_be_chosen(world, period, days, title):
    assert proposed(world, period, *days).head.title == title


def test_days_in_the_wrong_order_are_refused(world):
    with pytest.raises(NotPossible, match="早于起始日"):
        proposed(world, FREE, date(2026, 12, 1), date(2026, 11, 1))


def test_who_lapsed_unvisited_is_offered_but_not_proposed(world):
    world.person("早期满", decided=date(2024, 1, 10))
    assert proposed(world).entries == []
    [entry] = lapsed_without_visit(uow=world.new_uow(), law=world.law)
    assert (entry.name, entry.proposed) == ("早期满", False)


# ------------------------------------------------------------------ keeping


def test_a_list_is_kept_whole_and_nobody_proposed_is_dropped_in_silence(world):
    world.person()
    whole = consulted(proposed(world), UNIT)
    save_list(whole, uow=world.new_uow())
    again = open_list(whole.head.id, uow=world.new_uow())
    assert len(again.entries) == 1 and len(again.consultations) == 2
    gone = again.entries.pop()
    with pytest.raises(NotPossible, match="不能从名单中删去"):
        save_list(again, uow=world.new_uow())
    gone.decision = LEFT_OUT
    again.entries.append(gone)
    save_list(again, uow=world.new_uow())
    assert check_list(again).obstacles[0].message == "单小芳 · 不列入的，请写明理由"
    assert save_list(again, uow=world.new_uow()) == frozenset()


def test_somebody_added_by_hand_needs_a_reason_and_may_be_taken_off_again(world):
    subject_id = world.person("诫勉", kind="诫勉")
    whole = proposed(world)
    whole.entries.append(new_list_entry(subject_id, whole.head, uow=world.new_uow(), law=world.law))
    save_list(whole, uow=world.new_uow())
    assert [one.field for one in check_list(whole).problems] == ["entries.0.reason"]
    whole.entries.clear()
    save_list(whole, uow=world.new_uow())
    assert world.all(ListEntry) == []


def test_a_stale_list_is_refused(world):
    world.person()
    whole = proposed(world)
    save_list(whole, uow=world.new_uow())
    other = open_list(whole.head.id, uow=world.new_uow())
    whole.head.remarks = "一"
    save_list(whole, uow=world.new_uow())
    other.head.remarks = "二"
    with pytest.raises(StaleData):
        save_list(other, uow=world.new_uow())


# ------------------------------------------------------------------ signing


def test_a_list_is_not_signed_before_the_units_were_asked_unless_for_a_reason(world):
    subject_id = world.person()
    whole = proposed(world)
    save_list(whole, uow=world.new_uow())
    with pytest.raises(GateClosed, match="纪检监察室") as closed:
        sign(world, whole)
    assert {(one.gate, one.subject_id) for one in closed.value.obstacles} == {
        (NOT_CONSULTED, None),
        (NOT_CONSULTED, subject_id),
    }
    sign(world, whole, *(one.exemption("学期末，已口头沟通") for one in closed.value.obstacles))
    assert world.all(VisitingList)[0].state == SIGNED
    assert len(world.all(Exemption)) == 2


@pytest.mark.parametrize(
    "changed", [{"signer": ""}, {"on": None}, {"scan": ""}, {"on": date(2026, 11, 24)}]
)
def test_a_signature_that_cannot_be_proven_does_not_fix_a_list(world, changed):
    world.person()
    whole = consulted(proposed(world), UNIT)
    save_list(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        sign(world, whole, **changed)
    assert [one.gate for one in closed.value.obstacles] == [UNSIGNED]
    assert world.all(VisitingList)[0].state == DRAFTING


def test_putting_off_needs_reason_day_and_approver(world):
    world.person()
    whole = consulted(proposed(world), UNIT)
    whole.entries[0].decision = PUT_OFF
    save_list(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        sign(world, whole)
    assert {one.gate for one in closed.value.obstacles} == {INCOMPLETE}
    fields = {one.field for one in closed.value.obstacles}
    assert fields == {"entries.0.reason", "entries.0.until", "entries.0.approver"}


def test_once_signed_a_list_is_fixed_until_the_signature_is_taken_back(world):
    world.person()
    whole = signed(world)
    again = open_list(whole.head.id, uow=world.new_uow())
    again.entries[0].remarks = "改"
    with pytest.raises(NotPossible, match="已由王书记签批"):
        save_list(again, uow=world.new_uow())
    with pytest.raises(NotPossible):
        sign(world, whole)
    with pytest.raises(NoReason):
        reopen_list(whole.head.id, "", uow=world.new_uow(), law=world.law)
    reopen_list(whole.head.id, "漏列一人", uow=world.new_uow(), law=world.law)
    again = open_list(whole.head.id, uow=world.new_uow())
    assert (again.head.state, again.head.signer) == (DRAFTING, "")
    again.entries[0].remarks = "改"
    save_list(again, uow=world.new_uow())


def test_putting_off_enters_the_roster_with_the_signature_and_leaves_with_it(world, acts):
    subject_id = world.person()
    whole = consulted(proposed(world), UNIT)
    entry = whole.entries[0]
    entry.decision, entry.reason = PUT_OFF, "重病住院"
    entry.until, entry.approver = date(2027, 3, 1), PRINCIPAL
    save_list(whole, uow=world.new_uow())
    assert world.all(Event) == []
    sign(world, whole)
    [event] = world.all(Event)
    assert (event.kind, event.until, event.reason) == ("暂缓回访", date(2027, 3, 1), "重病住院")
    assert "暂缓回访" in world.all(Standing, subject_id=subject_id)[0].reason
    assert chain(subject_id, uow=world.new_uow(), today=TODAY).short == "暂缓"
    assert [act.act for act in acts()][-2:] == ["暂缓回访", "签批名单"]
    reopen_list(whole.head.id, "已出院", uow=world.new_uow(), law=world.law)
    assert world.all(Event) == []
    assert "暂缓" not in world.all(Standing, subject_id=subject_id)[0].reason


# ------------------------------------------------------------------ afterwards


def test_facts_that_change_after_signing_are_shown(world):
    subject_id = world.person()
    whole = signed(world)
    assert changes_since(whole.head.id, uow=world.new_uow(), law=world.law) == []
    with world.new_uow() as uow:
        subject = uow.repository(Subject).get(subject_id)
        subject.unit = "图书馆"
        uow.repository(Subject).put(subject)
        uow.repository(Event).put(
            Event(subject_id=subject_id, kind="退休", on=PartialDate(2026, 11, 22))
        )
        uow.commit()
    world.person("新受处分", decided=date(2026, 11, 20))
    said = [str(one) for one in changes_since(whole.head.id, uow=world.new_uow(), law=world.law)]
    assert said == [
        "单小芳的所在单位由“化学与材料学院”变为“图书馆”",
        "单小芳的对象认定由“应回访”变为“原则上不再回访”",
        "新受处分：名单确定后进入本期应回访范围，名单中没有此人",
    ]


def test_the_reason_on_a_list_counts_the_days_from_today(world):
    world.person(decided=date(2025, 5, 28))  # until 2026-11-27, four days from today
    [entry] = proposed(world).entries
    assert (entry.verdict, entry.last_day) == ("应回访", date(2026, 11, 27))
    assert "距期满还有4天" in entry.verdict_reason
    world.later(date(2026, 12, 20))  # over meanwhile, the quarter is not
    [entry] = proposed(world).entries
    assert entry.verdict == "应回访"
    assert "还有" not in entry.verdict_reason
    assert "期满日 2026-11-27" in entry.verdict_reason
    [entry] = proposed(world, "", date(2026, 10, 1), date(2026, 11, 30)).entries
    assert "期满日 2026-11-27" in entry.verdict_reason


def test_the_list_of_a_coming_quarter_counts_from_today_too(world):
    world.person()  # until 2027-09-09
    [entry] = proposed(world, "", date(2027, 1, 1), date(2027, 3, 31)).entries
    assert f"距期满还有{(date(2027, 9, 9) - world.law.today).days}天" in entry.verdict_reason


def test_time_alone_changes_no_fact_of_a_list(world):
    world.person(decided=date(2025, 5, 28))  # until 2026-11-27
    whole = signed(world)
    world.later(date(2026, 12, 20))
    assert changes_since(whole.head.id, uow=world.new_uow(), law=world.law) == []


def test_a_plan_for_somebody_on_no_signed_list_is_warned_about(world):
    subject_id = world.person()
    plan = world.draft(subject_id)

    def unlisted():
        warnings = check_plan(plan, uow=world.new_uow(), law=world.law).warnings
        return any("名单" in warning.message for warning in warnings)

    assert unlisted()
    signed(world)
    assert not unlisted()
    assert visiting_lists(uow=world.new_uow())[0].state == SIGNED


def test_a_list_that_was_never_signed_may_be_given_up_with_a_reason(world, acts):
    world.person()
    whole = proposed(world)
    save_list(whole, uow=world.new_uow())
    with pytest.raises(NoReason):
        discard_list(whole.head.id, " ", uow=world.new_uow())
    discard_list(whole.head.id, "周期选错", uow=world.new_uow())
    assert world.all(VisitingList) == [] and world.all(ListEntry) == []
    assert (acts()[-1].act, acts()[-1].reason) == ("删除名单", "周期选错")
    kept = signed(world)
    with pytest.raises(NotPossible):
        discard_list(kept.head.id, "不要了", uow=world.new_uow())
