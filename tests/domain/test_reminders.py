"""What is due on a day, why, and for how long it is shown."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.domain.reminders import (
    lead_days,
    office_reminders,
    reminders,
    set_aside_entry,
)
from app.domain.settings import COUNT_TO_DAY, Settings
from app.domain.working_days import parse_working_days
from tests.domain.facts import person


@pytest.fixture
def due(rules):
    def ask(line, on, *, settings=None, visited=False):
        found = reminders(
            person(line), as_of=date.fromisoformat(on), rules=rules,
            settings=settings or Settings(), visited=visited,
        )  # fmt: skip
        return {reminder.kind: reminder for reminder in found}

    return ask


WARNING = "党内警告 2024-03-15"  # last day 2025-03-14


def test_an_unvisited_person_is_named_with_days_last_day_and_counting(due):
    found = due(WARNING, "2025-02-10")["尚未回访"]
    assert found.sentence == "尚未回访，距期满还有 32 天（期满日 2025-03-14，按对应日前一日计算）"
    assert (found.due_on, found.days) == (date(2025, 3, 14), 32)
    assert found.reference == "办法第四条"


def test_who_was_visited_or_has_time_left_is_not_named(due):
    assert "尚未回访" not in due(WARNING, "2025-02-10", visited=True)
    assert "尚未回访" not in due(WARNING, "2024-12-01")
    assert "尚未回访" in due(WARNING, "2024-12-01", settings=Settings(unvisited_months=6))


@pytest.mark.parametrize(
    ("on", "lead"),
    [
        ("2025-01-12", None), ("2025-01-13", 60), ("2025-02-12", 30),
        ("2025-03-07", 7), ("2025-03-14", 7), ("2025-03-15", None),
    ],
)  # fmt: skip
def test_the_end_is_announced_at_sixty_thirty_and_seven_days(due, on, lead):
    found = due(WARNING, on).get("即将期满")
    assert (found and int(found.key.rsplit(":", 1)[1])) == lead


def test_an_end_known_to_the_month_is_reminded_of_at_its_earliest(due):
    found = due("党内警告 2024-03", "2025-01-10")["尚未回访"]
    assert found.due_on == date(2025, 2, 28)
    assert "请补全" in found.sentence
    assert "即将期满" not in due("党内警告 2024-03", "2025-02-20")


def test_lead_times_are_a_setting(due):
    assert lead_days(Settings(last_days="90、15")) == (90, 15)
    assert lead_days(Settings(last_days="没有数字")) == (60, 30, 7)
    assert "即将期满" in due(WARNING, "2024-12-20", settings=Settings(last_days="90"))


def test_the_other_counting_is_said_and_ends_a_day_later(due):
    found = due(WARNING, "2025-02-10", settings=Settings(counting=COUNT_TO_DAY))["尚未回访"]
    assert "按对应日计算" in found.sentence
    assert found.due_on == date(2025, 3, 15)


def test_the_end_of_a_probation_is_asked_about_until_somebody_answers(due):
    line = "党内留党察看一年 2023-06-12"
    assert "留党察看期满" not in due(line, "2024-03-01")
    assert due(line, "2024-05-12")["留党察看期满"].days == 30
    late = due(line, "2026-11-23")["留党察看期满"]
    assert "恢复党员权利、延长察看或开除党籍" in late.sentence
    assert late.days < 0
    assert "留党察看期满" not in due(line + "；2024-06-12 恢复党员权利", "2024-07-01")
    assert "留党察看期满" not in due(line + "；2024-06-12 延长留党察看 12", "2024-07-01")


def test_the_end_of_an_administrative_period_is_to_be_confirmed_for_half_a_year(due):
    line = "政务警告 2024-01-10"  # last day 2024-07-09
    assert "确认期满" not in due(line, "2024-07-09")
    assert due(line, "2024-07-10")["确认期满"].reference == "政务处分法第二十六条"
    assert "确认期满" not in due(line, "2025-02-01")
    assert "确认期满" not in due(line + "；2024-07-12 确认期满", "2024-07-15")
    # an offence inside the period does not go away by waiting
    assert "确认期满" in due(line + "；2024-05-01 期内又违纪违法", "2026-02-01")


def test_a_party_period_needs_no_confirmation(due):
    assert "确认期满" not in due(WARNING, "2025-03-20")


def test_announcement_posts_and_report_have_their_days(due):
    found = due("党内撤销党内职务 2024-03-15", "2024-04-01")
    assert found["宣布处分决定"].due_on == date(2024, 4, 15)
    assert found["办理变更手续"].due_on == date(2024, 4, 15)
    assert "报告执行情况" not in found
    found = due("党内撤销党内职务 2024-03-15", "2024-09-01")
    assert found["报告执行情况"].due_on == date(2024, 9, 15)
    assert found["报告执行情况"].reference == "条例第四十五条"
    assert "办理变更手续" not in due(WARNING, "2024-04-01")
    assert (
        due("政务降级 2024-03-15", "2024-04-01")["办理变更手续"].reference == "政务处分法第五十四条"
    )


def test_what_was_due_years_ago_does_not_drown_the_page(due):
    assert not due("党内严重警告 2019-03-15；政务记过 2019-03-15", "2026-11-23")


@pytest.mark.parametrize(
    "line", ["2024-06-01 死亡", "2024-06-01 撤销处分"], ids=["died", "revoked"]
)
def test_who_died_or_whose_sanction_is_void_is_left_in_peace(due, line):
    assert not due(f"{WARNING}；{line}", "2025-02-10")


def test_who_is_excluded_is_not_named_as_unvisited(due):
    found = due(f"{WARNING}；2024-06-01 退休", "2025-02-10")
    assert "尚未回访" not in found
    assert "即将期满" not in found


def test_a_visit_put_off_comes_back_before_its_day(due):
    line = f"{WARNING}；2024-06-01 暂缓回访 至2024-08-31 (重病,张书记)"
    assert "暂缓到期" not in due(line, "2024-08-01")
    assert "重病" in due(line, "2024-08-28")["暂缓到期"].sentence


def test_set_aside_stays_away_until_the_facts_change(due):
    found = due(WARNING, "2025-02-10")["尚未回访"]
    entry = set_aside_entry(found, "下周集中回访", date(2025, 2, 10))
    assert entry["reason"] == "下周集中回访"
    settings = Settings(set_aside={found.key: entry})
    assert "尚未回访" not in due(WARNING, "2025-02-11", settings=settings)
    moved = "党内警告 2024-03-20"
    assert "尚未回访" in due(moved, "2025-02-11", settings=settings)
    settings.counting = COUNT_TO_DAY
    assert "尚未回访" in due(WARNING, "2025-02-11", settings=settings)


def test_every_reminder_explains_itself(due):
    for on in ("2024-04-01", "2024-05-12", "2024-09-20", "2025-05-20"):
        for found in due("党内留党察看一年 2024-03-15；政务降级 2024-03-15", on).values():
            assert str(found.due_on)[:4] in found.sentence
            assert found.reference
            assert found.key.startswith(found.kind)


# ── the office itself ─────────────────────────────────────────────────────────────────────────


def office(**more):
    values = {"as_of": date(2026, 11, 23), "settings": Settings()} | more
    return [r.kind for r in office_reminders(**values)]


def test_a_backup_never_made_late_or_never_proven_is_said():
    assert office() == ["备份"]
    assert office(last_backup=datetime(2026, 11, 20, 8), last_drill=date(2026, 11, 1)) == []
    assert office(last_backup=datetime(2026, 11, 19, 8), last_drill=date(2026, 11, 1)) == ["备份"]
    assert office(last_backup=datetime(2026, 11, 22, 8)) == ["还原演练"]
    assert office(last_backup=datetime(2026, 11, 22, 8), last_drill=date(2026, 1, 1)) == [
        "还原演练"
    ]


def test_an_empty_office_is_not_pressed():
    assert office(has_people=False) == []


def test_a_missing_year_of_the_calendar_is_said():
    table = parse_working_days("[[year]]\nyear = 2025\n")
    kinds = office(
        last_backup=datetime(2026, 11, 22, 8), last_drill=date(2026, 11, 1), working_days=table
    )
    assert kinds == ["工作日表"]
