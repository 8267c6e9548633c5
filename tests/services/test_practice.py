"""Practice people: believable, marked, the same for the same seed, and in every situation."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from app.domain.fields import field_problems
from app.domain.ledger_cells import is_name, phone_of
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import PARTY, Event, Subject
from app.domain.verdict import VERDICTS
from app.services.dossiers import load_dossiers
from app.services.ports import Cancelled
from app.services.practice import practice_people, store_practice_people

TODAY = date(2026, 11, 23)
RULES: RuleBook = parse_rules(
    {
        p.name: p.read_text("utf-8")
        for p in sorted((Path(__file__).parents[2] / "resources" / "rules").glob("*.toml"))
    }
)


def told(count, seed):
    return [
        (person.subject.name, person.subject.phone, [s.decided_on for s in person.sanctions])
        for person in practice_people(count, seed, today=TODAY)
    ]


def test_the_same_seed_gives_the_same_people_and_another_gives_others():
    assert told(40, 7) == told(40, 7)
    assert told(40, 7) != told(40, 8)


def test_a_longer_list_begins_with_the_shorter_one():
    assert told(90, 3)[:30] == told(30, 3)


@pytest.mark.parametrize("seed", range(5))
def test_every_practice_person_is_marked_and_well_formed(seed):
    for person in practice_people(300, seed, today=TODAY):
        assert person.subject.practice
        assert field_problems(person.subject) == []
        assert is_name(person.subject.name)
        assert phone_of(person.subject.phone) == (person.subject.phone, "")
        assert person.sanctions and person.cases
        assert set(person.case_of) == set(range(len(person.sanctions)))
        if any(sanction.regime == PARTY for sanction in person.sanctions):
            assert person.subject.membership == "中共党员"


def test_rare_characters_and_dotted_names_occur():
    names = "".join(person.subject.name for person in practice_people(2_000, 1, today=TODAY))
    assert {"䶮", "𬱖", "𠮷", "·"} <= set(names)


def test_sixty_people_show_every_verdict(new_uow):
    stored = store_practice_people(
        60,
        1,
        uow=new_uow(),
        rules=RULES,
        settings=Settings(),
        today=TODAY,
        progress=lambda *_said: None,
    )
    with new_uow() as uow:
        verdicts = Counter(s.verdict for s in uow.repository(Standing).where())
        people = load_dossiers(uow)
        events = uow.repository(Event).where()
    assert stored == len(people) == verdicts.total() == 60
    assert set(verdicts) == set(VERDICTS)
    for dossier in people.values():
        own = {case.id for case in dossier.cases}
        assert {sanction.case_id for sanction in dossier.sanctions} == own
    assert any(event.sanction_id for event in events)
    assert any(event.sanction_id is None for event in events)


def test_a_cancelled_run_keeps_nothing_half_done(new_uow):
    def stop(done, _total, _note):
        if done:
            raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        store_practice_people(
            2_500,
            1,
            uow=new_uow(),
            rules=RULES,
            settings=Settings(),
            today=TODAY,
            progress=stop,
        )
    with new_uow() as uow:
        people = uow.repository(Subject).where()
        standings = uow.repository(Standing).where()
    assert len(people) == len(standings) == 2_000
