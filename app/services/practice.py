"""Believable people who do not exist: for practising, for trying the program out, for benches."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from app.domain.audit import Act
from app.domain.partial_date import PartialDate
from app.domain.reckoning import add_months
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import (
    ADMINISTRATIVE,
    DIED,
    EXTENDED,
    INSTITUTION,
    NOT_A_MEMBER,
    PARTY,
    PARTY_MEMBER,
    RESTORED,
    RETIRED,
    REVOKED,
    TO_JUDICATURE,
    TRANSFERRED,
    Case,
    Event,
    Sanction,
    Subject,
)
from app.services.people import PersonEdit
from app.services.ports import Progress, UnitOfWork
from app.services.practice_words import (
    EDUCATIONS,
    FACTS,
    GIVEN,
    GIVEN_RARE,
    NAMES_WITH_DOT,
    POSTS,
    ROADS,
    SURNAMES,
    UNITS,
)
from app.services.standing import reassess

_AT_ONCE = 2_000  # people per transaction
_MEMBER_SHARE = 0.72


def practice_people(count: int, seed: int, *, today: date) -> Iterator[PersonEdit]:
    """Yield ``count`` fictitious people, marked 演示; the same for the same seed and day.

    The first thirteen show one situation each, so that every verdict of article 5 occurs even
    in a short list. Dates lie around ``today``.
    """
    dice = random.Random(seed)
    for number in range(count):
        story = _STORIES[number] if number < len(_STORIES) else dice.choices(_STORIES, _WEIGHTS)[0]
        yield _person(dice, today, story)


def store_practice_people(
    count: int,
    seed: int,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
    progress: Progress,
) -> int:
    """Keep ``count`` practice people, some thousands per transaction; return how many there are.

    A cancelled run leaves the people of the transactions that were complete.
    """
    people = practice_people(count, seed, today=today)
    done = 0
    while some := list(islice(people, _AT_ONCE)):
        progress(done, count, "生成演示数据")
        with uow:
            ids = _put(uow, some)
            uow.record(Act("生成演示数据", details={"人数": len(some), "种子": seed}))
            reassess(uow, ids, rules=rules, settings=settings, today=today)
            uow.commit()
        done += len(some)
    progress(done, count, "生成演示数据")
    return done


def _put(uow: UnitOfWork, people: list[PersonEdit]) -> list[int]:
    """Put people and all that belongs to them, a statement per kind; return the people's ids."""
    ids = uow.repository(Subject).put_all(person.subject for person in people)
    cases: list[Case] = []
    sanctions: list[Sanction] = []
    events: list[Event] = []
    for subject_id, person in zip(ids, people, strict=True):
        parts: list[Any] = [*person.cases, *person.sanctions, *person.events]
        for part in parts:
            part.subject_id = subject_id
        cases += person.cases
        sanctions += person.sanctions
        events += person.events
    case_ids = iter(uow.repository(Case).put_all(cases))
    for person in people:
        own = [next(case_ids) for _case in person.cases]
        for index, case in (person.case_of or {}).items():
            person.sanctions[index].case_id = own[case]
    sanction_ids = iter(uow.repository(Sanction).put_all(sanctions))
    for person in people:
        own = [next(sanction_ids) for _sanction in person.sanctions]
        for index, sanction in (person.sanction_of or {}).items():
            person.events[index].sanction_id = own[sanction]
    uow.repository(Event).put_all(events)
    return ids


class _Draft:
    """A person being made up: the story adds to it."""

    def __init__(self, dice: random.Random, today: date) -> None:
        self.dice = dice
        self.today = today
        self.member = dice.random() < _MEMBER_SHARE
        self.teacher = dice.random() < 0.55
        self.cases: list[Case] = []
        self.sanctions: list[Sanction] = []
        self.events: list[Event] = []
        self.case_of: dict[int, int] = {}
        self.sanction_of: dict[int, int] = {}

    def ago(self, least: int, most: int) -> date:
        """Return a day so many days before today."""
        return self.today - timedelta(self.dice.randint(least, most))

    def case(self) -> None:
        """Open a case; the sanctions that follow stand in it."""
        self.cases.append(Case(facts=self.dice.choice(FACTS)))

    def sanction(self, regime: str, kind: str, on: date | PartialDate, **more: Any) -> None:
        """Add a sanction to the case opened last."""
        if not self.cases:
            self.case()
        self.member = self.member or regime == PARTY
        decided = on if isinstance(on, PartialDate) else PartialDate.of(on)
        self.case_of[len(self.sanctions)] = len(self.cases) - 1
        self.sanctions.append(Sanction(regime=regime, kind=kind, decided_on=decided, **more))

    def event(self, kind: str, on: date, *, of_sanction: bool = False, **more: Any) -> None:
        """Add an event of the person, or of the sanction added last."""
        if of_sanction:
            self.sanction_of[len(self.events)] = len(self.sanctions) - 1
        self.events.append(Event(kind=kind, on=PartialDate.of(on), **more))

    def administrative(self, heavy: bool = False) -> tuple[str, str]:
        """Return a regime and kind that this person can receive."""
        if self.teacher:
            return INSTITUTION, "降低岗位等级" if heavy else self.dice.choice(("警告", "记过"))
        kinds = ("降级", "撤职") if heavy else ("警告", "记过", "记大过")
        return ADMINISTRATIVE, self.dice.choice(kinds)


def _running(draft: _Draft) -> None:
    kind = draft.dice.choice(("警告", "严重警告", "撤销党内职务"))
    draft.sanction(PARTY, kind, draft.ago(15, 330))


def _both(draft: _Draft) -> None:
    on = draft.ago(20, 300)
    draft.sanction(PARTY, "严重警告", on)
    draft.sanction(*draft.administrative(), on)


def _nearly_over(draft: _Draft) -> None:
    on = add_months(draft.today, -12) + timedelta(draft.dice.randint(2, 55))
    draft.sanction(PARTY, "警告", on)


def _last_day_in_doubt(draft: _Draft) -> None:
    draft.sanction(PARTY, "警告", add_months(draft.today, -12))


def _expired(draft: _Draft) -> None:
    draft.sanction(*draft.administrative(), draft.ago(800, 1500))


def _not_yet(draft: _Draft) -> None:
    draft.sanction(PARTY, "警告", draft.today + timedelta(draft.dice.randint(2, 6)))


def _probation_open(draft: _Draft) -> None:
    draft.sanction(PARTY, "留党察看一年", draft.ago(380, 500))


def _probation_restored(draft: _Draft) -> None:
    on = draft.ago(500, 900)
    draft.sanction(PARTY, "留党察看一年", on)
    draft.event(RESTORED, add_months(on, 12), of_sanction=True)
    if draft.dice.random() < 0.5:
        draft.sanction(*draft.administrative(heavy=True), on)


def _probation_extended(draft: _Draft) -> None:
    on = draft.ago(400, 600)
    draft.sanction(PARTY, "留党察看一年", on)
    draft.event(EXTENDED, add_months(on, 12), of_sanction=True, months=12)


def _left(draft: _Draft) -> None:
    draft.sanction(PARTY, "严重警告", draft.ago(200, 400))
    kind = draft.dice.choice((RETIRED, RETIRED, TO_JUDICATURE, TRANSFERRED))
    draft.event(kind, draft.ago(10, 150))


def _never(draft: _Draft) -> None:
    draft.sanction(PARTY, "开除党籍", draft.ago(100, 600))
    if draft.dice.random() < 0.2:
        draft.event(DIED, draft.ago(5, 90))


def _by_hand(draft: _Draft) -> None:
    draft.sanction(PARTY, "诫勉", draft.ago(20, 150))


def _in_lieu(draft: _Draft) -> None:
    draft.sanction(PARTY, "严重警告", draft.ago(400, 700), in_lieu=True)


def _again(draft: _Draft) -> None:
    first = draft.ago(250, 500)
    draft.sanction(PARTY, "警告", first)
    draft.case()
    draft.sanction(PARTY, "严重警告", first + timedelta(draft.dice.randint(60, 240)))


def _day_unknown(draft: _Draft) -> None:
    on = draft.ago(200, 380)
    draft.sanction(PARTY, "警告", PartialDate(on.year, on.month))


def _institution(draft: _Draft) -> None:
    draft.teacher = True
    draft.sanction(*draft.administrative(heavy=True), draft.ago(30, 500))


def _stated(draft: _Draft) -> None:
    draft.teacher = False
    draft.sanction(ADMINISTRATIVE, "记过", draft.ago(100, 400), stated_months=18)


def _revoked(draft: _Draft) -> None:
    draft.sanction(PARTY, "警告", draft.ago(200, 300))
    draft.event(REVOKED, draft.ago(10, 100), of_sanction=True)


_STORIES: tuple[Callable[[_Draft], None], ...] = (
    _running,
    _both,
    _nearly_over,
    _last_day_in_doubt,
    _expired,
    _not_yet,
    _probation_open,
    _probation_restored,
    _left,
    _never,
    _by_hand,
    _in_lieu,
    _again,
    _probation_extended,
    _day_unknown,
    _institution,
    _stated,
    _revoked,
)
_WEIGHTS = (24, 16, 8, 1, 14, 1, 3, 4, 5, 2, 1, 5, 4, 1, 1, 8, 3, 1)


def _person(dice: random.Random, today: date, story: Callable[[_Draft], None]) -> PersonEdit:
    draft = _Draft(dice, today)
    story(draft)
    born_year = today.year - dice.randint(27, 59)
    started = born_year + dice.randint(20, 27)
    woman = dice.random() < 0.42
    joined = PartialDate(min(born_year + dice.randint(19, 30), today.year - 4), dice.randint(1, 12))
    unit = dice.choice(UNITS)
    post = dice.choice(POSTS[0] if draft.teacher else POSTS[1])
    subject = Subject(
        name=_name(dice, woman),
        sex="女" if woman else "男",
        born_on=PartialDate(born_year, dice.randint(1, 12)),
        education=dice.choice(EDUCATIONS),
        work_since=PartialDate(started, dice.choice((7, 7, 8, 9))),
        membership=PARTY_MEMBER if draft.member else NOT_A_MEMBER,
        party_since=joined if draft.member else None,
        person_type="专业技术人员" if draft.teacher else "管理人员",
        workplace=unit + post,
        unit=unit,
        address=f"云川市青禾区{dice.choice(ROADS)}{dice.randint(1, 380)}号{dice.randint(1, 30)}号楼"
        f"{dice.randint(1, 6)}单元{dice.randint(101, 1204)}",
        phone=f"1{dice.choice('35789')}{dice.randint(0, 9)}0000{dice.randint(0, 9999):04d}",
        practice=True,
    )
    return PersonEdit(
        subject, draft.cases, draft.sanctions, draft.events, draft.case_of, draft.sanction_of
    )


def _name(dice: random.Random, woman: bool) -> str:
    """Return a name: mostly two or three characters, a few rare ones, a few with a middle dot."""
    roll = dice.random()
    if roll < 0.012:
        return dice.choice(NAMES_WITH_DOT)
    surname = dice.choices(*SURNAMES)[0]
    if roll < 0.05:
        return surname + dice.choice(GIVEN_RARE)
    given = GIVEN[woman]
    if roll < 0.30:
        return surname + dice.choice(given)
    return surname + dice.choice(given) + dice.choice(given)
