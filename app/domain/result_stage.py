"""How far a finished visit has come towards its file: one word, and what of it is due when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.domain import filing
from app.domain.fields import display
from app.domain.filing import FilingEntry
from app.domain.outcome import (
    AUDIENCES,
    BY_RECORD,
    DECIDED,
    TELL_PERSON,
    TELL_UNIT,
    TO_PERSON,
    Feedback,
    Outcome,
    OutcomeAct,
    UnitReminder,
    WholeOutcome,
    fed_back_on,
    is_settled,
    whole_fed_back_on,
)
from app.domain.settings import Settings
from app.domain.visit import Visit

UNDECIDED = "待定结果"
UNTOLD = "待反馈"
TO_DO = "待办事项"
UNANSWERED = "待单位回复"
UNFILED = "待归档"
FILED = "已归档"
STAGES = (UNDECIDED, UNTOLD, TO_DO, UNANSWERED, UNFILED, FILED)

OUTCOME_DAYS = 15
"""Within how many days a result is expected: the office's habit."""


@dataclass(slots=True)
class ResultFacts:
    """Everything about one finished visit that its stage is read from."""

    visit: Visit
    outcome: Outcome | None = None
    acts: list[OutcomeAct] = field(default_factory=list)
    feedbacks: list[Feedback] = field(default_factory=list)
    reminders: list[UnitReminder] = field(default_factory=list)
    entry: FilingEntry | None = None

    @property
    def whole(self) -> WholeOutcome:
        """The facts as the rules of results read them."""
        return WholeOutcome(
            self.outcome or Outcome(),
            self.visit,
            acts=self.acts,
            feedbacks=tuple(self.feedbacks),
            reminders=tuple(self.reminders),
        )

    @property
    def filed(self) -> bool:
        """Whether the papers lie in the case file."""
        return self.entry is not None and self.entry.state == filing.FILED

    @property
    def decided(self) -> bool:
        """Whether the result stands."""
        return self.outcome is not None and self.outcome.state == DECIDED

    @property
    def fed_back_on(self) -> date | None:
        """When both had been fed back to."""
        return whole_fed_back_on(self.feedbacks)

    @property
    def awaited(self) -> list[UnitReminder]:
        """Letters to the unit that wait for an answer."""
        return [one for one in self.reminders if one.sent_on and one.replied_on is None]


def stage(facts: ResultFacts) -> str:
    """Return the word for how far a visit has come."""
    if facts.filed:
        return FILED
    if not facts.decided:
        return UNDECIDED
    whole = facts.whole
    left = [act for act in facts.acts if not is_settled(act, whole)]
    if any(act.kind in (TELL_PERSON, TELL_UNIT) for act in left):
        return UNTOLD
    if left:
        return TO_DO
    return UNANSWERED if facts.awaited else UNFILED


@dataclass(frozen=True, slots=True)
class DueThing:
    """Something of a result that is due: what it is, until when, in a sentence, and its record."""

    kind: str
    about: str
    due_on: date
    sentence: str
    opens: tuple[str, int | None]


OUTCOME_MISSING = "结果未定"
NO_FEEDBACK = "尚未反馈"
ACT_OPEN = "事项未办"
REPLY_LATE = "单位未回复"
NOT_FILED = "尚未归档"


def due_things(facts: ResultFacts, settings: Settings) -> Iterator[DueThing]:
    """Yield what is due of a visit that is done, has its form and is not filed."""
    visit, outcome = facts.visit, facts.outcome
    ended = visit.until or visit.on
    if facts.filed or ended is None:
        return
    on = display(visit.on)
    opens = ("Outcome", outcome.id) if outcome is not None else ("ResultOf", visit.id)
    if not facts.decided or outcome is None or outcome.decided_on is None:
        if visit.form_id is not None:
            yield DueThing(
                OUTCOME_MISSING,
                f"visit:{visit.id}",
                ended + timedelta(days=OUTCOME_DAYS),
                f"{on}已回访，结果尚未确定（办法第九条）",
                opens,
            )
        return
    whole = facts.whole
    for act in facts.acts:
        if is_settled(act, whole) or act.due_on is None:
            continue
        told = act.kind in (TELL_PERSON, TELL_UNIT)
        words = "尚无反馈记录" if told else "尚未登记发函" if act.kind in BY_RECORD else "尚未办结"
        yield DueThing(
            NO_FEEDBACK if told else ACT_OPEN,
            f"act:{act.id}",
            act.due_on,
            f"{on}回访结果{outcome.item}：{act.kind}，{words}（办法第九条）",
            opens,
        )
    for letter in facts.awaited:
        yield DueThing(
            REPLY_LATE,
            f"letter:{letter.id}",
            letter.reply_by or letter.sent_on or ended,
            f"{display(letter.sent_on)}发出的督促提醒函请{letter.recipient}"
            f"于{display(letter.reply_by)}前回复，尚未收到回复",
            opens,
        )
    days = settings.number_of("filing_days")
    yield DueThing(
        NOT_FILED,
        f"filing:{visit.id}",
        outcome.decided_on + timedelta(days=days),
        f"{on}回访的材料尚未存入案件档案（办法第十条）",
        opens,
    )


def told(facts: ResultFacts) -> tuple[date | None, date | None]:
    """Return when the person, and when the unit's party organisation, were fed back to."""
    person, unit = (fed_back_on(facts.feedbacks, audience) for audience in AUDIENCES)
    return (person, unit) if AUDIENCES[0] == TO_PERSON else (unit, person)
