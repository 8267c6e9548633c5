"""Standings follow the facts, the day and the rules; asking what would change changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.domain.rulebook import parse_rules
from app.domain.settings import COUNT_TO_DAY, Settings
from app.domain.standing import Standing
from app.domain.subject import Subject
from app.domain.verdict import assess
from app.services import standing
from app.services.ports import MissingRecord
from app.services.standing import (
    compare_rules,
    load_dossier,
    reassess,
    refresh_standings,
    rules_mark,
    what_moves,
)
from tests.domain.facts import person

TODAY = date(2024, 9, 1)
SHIPPED = {
    p.name: p.read_text("utf-8")
    for p in (Path(__file__).parents[2] / "resources" / "rules").glob("*.toml")
}
SHORTER = """
instrument = "party"
title = "条例"
governs = ["党纪"]
[[version]]
since = 2024-02-01
edition = "示例"
cite = "条例（示例）"
source = "示例"
certainty = "C"
[version.kinds]
"警告" = { months = 6, article = "条例（示例）第十条" }
[[version.article]]
reference = "条例（示例）第十条"
number = "第十条"
text = "警告六个月。"
"""


@pytest.fixture(scope="module")
def rules():
    return parse_rules(SHIPPED)


@pytest.fixture
def keep(new_uow):
    """Keeps the person of a line of facts and returns the id."""

    def put(line, **changed):
        dossier = person(line)
        for name, value in changed.items():
            setattr(dossier.subject, name, value)
        with new_uow() as uow:
            id_ = uow.repository(Subject).put(dossier.subject)
            numbers = {}
            for part in (*dossier.sanctions, *dossier.events):
                old, part.id, part.subject_id = part.id, None, id_
                if getattr(part, "sanction_id", None) is not None:
                    part.sanction_id = numbers[part.sanction_id]
                new = uow.repository(type(part)).put(part)
                numbers.setdefault(old, new)
            uow.commit()
        return id_

    return put


def standing_of(new_uow, id_):
    with new_uow() as uow:
        found = uow.repository(Standing).where(subject_id=id_)
    return found[0] if found else None


def refresh(new_uow, rules, *, today=TODAY, settings=None):
    return refresh_standings(
        uow=new_uow(), rules=rules, settings=settings or Settings(), today=today
    )


def test_a_standing_is_written_in_the_callers_transaction(keep, new_uow, rules):
    id_ = keep("党内警告 2024-03-15")
    with new_uow() as uow:
        reassess(uow, [id_], rules=rules, settings=Settings(), today=TODAY)
    assert standing_of(new_uow, id_) is None  # not committed: nothing kept
    with new_uow() as uow:
        reassess(uow, id_, rules=rules, settings=Settings(), today=TODAY)
        uow.commit()
    found = standing_of(new_uow, id_)
    assert (found.verdict, found.last_day) == ("应回访", date(2025, 3, 14))
    assert found.reason.startswith("处于党纪影响期内")
    assert found.next_change_on == date(2025, 3, 15)
    assert found.rules == rules_mark(rules, Settings())
    assert not found.doubtful


def test_reassessing_again_rewrites_the_one_row(keep, new_uow, rules):
    id_ = keep("党内警告 2024-03-15")
    for day in (TODAY, date(2025, 3, 15)):
        with new_uow() as uow:
            reassess(uow, id_, rules=rules, settings=Settings(), today=day)
            uow.commit()
    with new_uow() as uow:
        [only] = uow.repository(Standing).where()
    assert only.verdict == "边界"


def test_a_person_who_is_gone_loses_the_standing(keep, new_uow, rules):
    id_ = keep("")
    refresh(new_uow, rules)
    with new_uow() as uow:
        # as removing a person does, in one transaction
        standing = uow.repository(Standing).where(subject_id=id_)[0]
        uow.repository(Standing).remove(standing)
        uow.repository(Subject).remove(uow.repository(Subject).get(id_))
        reassess(uow, id_, rules=rules, settings=Settings(), today=TODAY)
        uow.commit()
    assert standing_of(new_uow, id_) is None


def test_only_what_the_day_overtook_is_computed_again(keep, new_uow, rules):
    ends_soon, lasts = keep("党内警告 2024-03-15"), keep("党内严重警告 2024-08-01")
    refresh(new_uow, rules)
    assert refresh(new_uow, rules) == frozenset()
    assert refresh(new_uow, rules, today=date(2025, 3, 14)) == frozenset()
    changes = refresh(new_uow, rules, today=date(2025, 3, 15))
    assert len(changes) == 1
    assert standing_of(new_uow, ends_soon).verdict == "边界"
    assert standing_of(new_uow, lasts).as_of == TODAY


def test_another_counting_or_other_rules_overtake_everybody(keep, new_uow, rules):
    id_ = keep("党内警告 2024-03-15")
    refresh(new_uow, rules)
    refresh(new_uow, rules, settings=Settings(counting=COUNT_TO_DAY))
    assert standing_of(new_uow, id_).last_day == date(2025, 3, 15)
    other = parse_rules(SHIPPED, {"a.toml": SHORTER.replace("2024-02-01", "2027-01-01")})
    assert len(refresh(new_uow, other)) == 1
    assert standing_of(new_uow, id_).rules.startswith(other.digest)


def test_a_clock_that_was_set_back_does_not_leave_the_future_standing(keep, new_uow, rules):
    id_ = keep("党内警告 2024-03-15")
    refresh(new_uow, rules, today=date(2026, 1, 1))
    assert standing_of(new_uow, id_).verdict == "期满"
    refresh(new_uow, rules, today=TODAY)
    assert standing_of(new_uow, id_).verdict == "应回访"


def test_who_was_kept_without_a_standing_gets_one(keep, new_uow, rules):
    id_ = keep("党内警告 2024-03-15")
    assert standing_of(new_uow, id_) is None
    refresh(new_uow, rules)
    assert standing_of(new_uow, id_) is not None


def test_refreshing_reports_its_progress_and_may_be_stopped(keep, new_uow, rules):
    keep("党内警告 2024-03-15")

    def stop(done, total, note):
        raise InterruptedError(note)

    with pytest.raises(InterruptedError):
        refresh_standings(
            uow=new_uow(), rules=rules, settings=Settings(), today=TODAY, progress=stop
        )
    with new_uow() as uow:
        assert not uow.repository(Standing).where()


def test_what_was_renewed_before_a_stop_stays_and_the_rest_follows(
    keep, new_uow, rules, monkeypatch
):
    monkeypatch.setattr(standing, "_AT_ONCE", 1)
    first, second = keep("党内警告 2024-03-15"), keep("党内严重警告 2024-08-01")

    def stop(done, total, note):
        if done:
            raise InterruptedError(note)

    with pytest.raises(InterruptedError):
        refresh_standings(
            uow=new_uow(), rules=rules, settings=Settings(), today=TODAY, progress=stop
        )
    assert standing_of(new_uow, first).as_of == TODAY
    assert standing_of(new_uow, second) is None
    assert len(refresh(new_uow, rules)) == 1
    assert standing_of(new_uow, second).as_of == TODAY


def test_a_stored_person_is_assessed_as_the_same_person_in_memory(keep, new_uow, rules):
    line = "党内留党察看一年 2023-06-12；2024-06-12 恢复党员权利 #1；政务撤职 2023-06-20"
    id_ = keep(line)
    with new_uow() as uow:
        stored = load_dossier(uow, id_)
    one = assess(stored, as_of=TODAY, rules=rules, settings=Settings())
    other = assess(person(line), as_of=TODAY, rules=rules, settings=Settings())
    assert (one.verdict, one.reason, one.last_day) == (other.verdict, other.reason, other.last_day)


def test_a_person_who_is_not_there_is_said(new_uow):
    with new_uow() as uow, pytest.raises(MissingRecord, match="名册"):
        load_dossier(uow, 4711)


# ── what moves ────────────────────────────────────────────────────────────────────────────────


def asked(line, rules, on=TODAY):
    return assess(person(line), as_of=on, rules=rules, settings=Settings())


def test_what_a_changed_fact_moves_is_said_before_it_is_saved(rules):
    moves = what_moves(asked("党内警告 2024-03-15", rules), asked("党内警告 2023-08-15", rules))
    assert any("由“应回访”变为“期满”" in move for move in moves)
    assert any("由 2025-03-14 变为 2024-08-14（提前 212 天）" in move for move in moves)


def test_nothing_moves_when_nothing_that_counts_changed(rules):
    before = asked("党内警告 2024-03-15", rules)
    assert what_moves(before, asked("党内警告 2024-03-15", rules)) == []


def test_a_new_doubt_is_a_move(rules):
    moves = what_moves(asked("政务警告 2024-08-29", rules), asked("政务警告 2024-08-31", rules))
    assert any(move.startswith("新的疑点：2025年2月没有31日") for move in moves)


def test_a_new_version_lists_what_would_change_and_changes_nothing(keep, new_uow, rules):
    keep("党内警告 2024-01-15", name="甲")
    moved = keep("党内警告 2024-03-15", name="乙")
    refresh(new_uow, rules)
    after = parse_rules(
        SHIPPED,
        {"a.toml": SHORTER.replace('certainty = "C"', 'certainty = "C"\ncorrection = "示例"')},
    )
    with new_uow() as uow:
        dossiers = [load_dossier(uow, s.id) for s in uow.repository(Subject).where()]
        before = [(s.verdict, s.last_day) for s in uow.repository(Standing).where()]
    [found] = compare_rules(
        dossiers, before=rules, after=after, settings=Settings(), as_of=date(2024, 10, 1)
    )
    assert (found.subject_id, found.name) == (moved, "乙")
    assert any("2024-09-14" in move for move in found.moves)
    with new_uow() as uow:
        assert before == [(s.verdict, s.last_day) for s in uow.repository(Standing).where()]
