"""What lists know of revisits is what the records say, whoever wrote them and in whatever order."""

from __future__ import annotations

import random
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.domain.filing import FilingEntry
from app.domain.registration_form import RegistrationForm
from app.domain.standing import Standing
from app.domain.subject import Subject
from app.domain.visit import Visit
from app.services.ports import RosterFilter
from app.storage.marks import renew_marks

COLUMNS = "SELECT subject_id, visited, visited_on, filed FROM standing ORDER BY subject_id"


@pytest.fixture
def three(new_uow, a_person):
    """Three people, one of whom the office's ledger said something."""
    earlier = {"visit_count": "2", "visited_on": "2024-05", "filed_on": "2024-06-01"}
    people = [a_person(name=name) for name in ("单小芳", "张三", "李四")]
    people[2].earlier_visits = earlier
    with new_uow() as uow:
        uow.repository(Subject).put_all(people)
        uow.commit()
    return people


def rows_of(office):
    return {row.id: row for row in office.roster().page(RosterFilter(), 0, 10)}


def save(new_uow, *things, remove=()):
    with new_uow() as uow:
        for thing in things:
            uow.repository(type(thing)).put(thing)
        for thing in remove:
            uow.repository(type(thing)).remove(thing)
        uow.commit()


def test_the_last_visit_counts_whether_a_visit_a_form_or_the_ledger_tells_of_it(
    three, office, new_uow
):
    visit = Visit(subject_id=1, state="已完成", on=date(2026, 3, 1))
    form = RegistrationForm(subject_id=1, visited_on="2026年4月2日（实地）")
    other = RegistrationForm(subject_id=2, visited_on="上周", saved_at=datetime(2026, 9, 9, 8))
    save(new_uow, visit, form, other)
    rows = rows_of(office)
    assert [rows[n].visited_on for n in (1, 2, 3)] == [
        date(2026, 4, 2),
        date(2026, 9, 9),
        date(2024, 5, 31),
    ]
    assert [rows[n].filed for n in (1, 2, 3)] == [False, False, True]
    visit.form_id = form.id  # the form is that visit's own
    save(new_uow, visit)
    assert rows_of(office)[1].visited_on == date(2026, 3, 1)
    save(new_uow, remove=[visit, form])
    assert not rows_of(office)[1].visited


def test_a_person_visited_before_the_rules_ran_is_found_and_keeps_the_mark_afterwards(
    three, office, new_uow
):
    save(new_uow, Visit(subject_id=1, state="已完成"))
    assert office.roster().count(RosterFilter(visited=True)) == 2
    [row] = office.roster().rows([1])
    assert (row.visited, row.visited_on, row.verdict) == (True, None, "待定")
    with new_uow() as uow:
        [standing] = uow.repository(Standing).where(subject_id=1)
        standing.verdict = "应回访"
        uow.repository(Standing).put(standing)
        uow.commit()
    [row] = office.roster().rows([1])
    assert (row.visited, row.verdict) == (True, "应回访")


def test_whatever_is_written_the_marks_kept_are_the_marks_computed_afresh(three, office, new_uow):
    dice = random.Random(7)
    things: list = []
    for _ in range(25):
        with new_uow() as uow:
            for _ in range(dice.randint(1, 3)):
                whose = dice.choice((1, 2, 3, None))
                fresh = dice.choice(
                    (
                        Visit(
                            subject_id=whose, state="已完成", on=date(2026, dice.randint(1, 9), 1)
                        ),
                        RegistrationForm(subject_id=whose, visited_on="2026.8"),
                        RegistrationForm(subject_id=whose, state="已归档"),
                        FilingEntry(subject_id=whose, state="已归档"),
                    )
                )
                known = dice.choice(things) if things and dice.random() < 0.6 else fresh
                if known is not fresh and dice.random() < 0.5:
                    uow.repository(type(known)).remove(known)
                    things.remove(known)
                    continue
                known.subject_id = whose  # a merge moves records to somebody else
                if hasattr(known, "state"):
                    known.state = dice.choice((known.state, "进行中"))
                many = dice.random() < 0.5
                repository = uow.repository(type(known))
                repository.put_all([known]) if many else repository.put(known)
                if known not in things:
                    things.append(known)
                break
            uow.commit()
        with office.engine.connect() as connection, connection.begin() as trial:
            kept = connection.execute(sa.text(COLUMNS)).fetchall()
            connection.execute(
                sa.text("UPDATE standing SET visited = 0, visited_on = NULL, filed = 0")
            )
            renew_marks(connection)
            assert connection.execute(sa.text(COLUMNS)).fetchall() == kept
            trial.rollback()
    assert any(row[1] for row in kept) and any(row[3] for row in kept)
