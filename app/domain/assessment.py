"""What the rules say of one person on one day, with everything needed to explain it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.article_five import changes_after
from app.domain.decision import (
    BOUNDARY,
    BY_HAND,
    DUE,
    EXCLUDED,
    EXPIRED,
    NEVER,
    OPEN,
    Decision,
)
from app.domain.fields import Problem
from app.domain.period import Period, Phase, State
from app.domain.rulebook import RuleBook
from app.domain.subject import ENDED, Dossier, Sanction

_MAY_VISIT = (DUE, BOUNDARY, OPEN)


@dataclass(frozen=True, slots=True)
class Card:
    """One sanction's period as a card shows it."""

    sanction: Sanction
    period: Period
    heading: str
    steps: tuple[str, ...]
    references: tuple[str, ...]
    doubts: tuple[str, ...]
    problems: tuple[Problem, ...]
    rules: str  # the version of the law


class Assessment:
    """The verdict of article 5 with its reason, dates and working. Texts are written when asked for.

    ``last_day`` is the later end of both clocks, ``None`` when not known; during 留党察看 without
    restoration it is the last day of the probation. ``days_left`` counts to it: 0 on the last day,
    negative after it.
    """

    __slots__ = ("_decision", "_readings", "as_of", "dossier", "rule_book", "to_day", "verdict")

    def __init__(
        self,
        dossier: Dossier,
        as_of: date,
        rule_book: RuleBook,
        to_day: bool,
        decision: Decision,
        readings: Sequence[Decision],
    ) -> None:
        self.dossier = dossier
        self.as_of = as_of
        self.rule_book = rule_book
        self.to_day = to_day
        self.verdict = decision.verdict
        self._decision = decision
        self._readings = readings

    @property
    def reason(self) -> str:
        """Why, in one official sentence."""
        return self._decision.reason

    @property
    def references(self) -> tuple[str, ...]:
        """The articles the verdict rests on, as ``RuleBook.article`` knows them."""
        return tuple(dict.fromkeys(self._decision.references))

    @property
    def periods(self) -> tuple[Period, ...]:
        """The period of each sanction, oldest first; ``BETWEEN`` where its date is known only in part."""
        return tuple(self._spread(period) for period in self._decision.periods)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a person must look at, of the verdict and of every period."""
        of_periods = (text for d in self._readings for p in d.periods for text in p.doubts)
        if len(self._readings) > 1:
            # The same doubt with thirty different days would drown the one that matters.
            of_periods = (text for p in self._decision.periods for text in p.doubts)
        return tuple(dict.fromkeys((*self._decision.doubts, *of_periods, *self._vague)))

    @property
    def _vague(self) -> tuple[str, ...]:
        return tuple(
            f"{s.regime}{s.kind}的处分时间“{s.decided_on}”没有具体到日，请补全"
            for s in self.dossier.sanctions
            if s.decided_on is not None and s.decided_on.day is None and s.stated_from is None
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the record, with the field it concerns."""
        of_periods = (problem for p in self._decision.periods for problem in p.problems)
        return tuple(dict.fromkeys((*self._decision.problems, *of_periods)))

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody should look: doubts about anything not yet over, or a problem."""
        decision = self._decision
        if decision.doubts or decision.problems or len(self._readings) > 1:
            return True
        for period in decision.periods:
            if period.problems:
                return True
            if period.is_doubtful and period.phase(self.as_of) is not Phase.OVER:
                return True
        return False

    @property
    def party_last_day(self) -> date | None:
        """The last day of 影响期."""
        return self._decision.party_last

    @property
    def admin_last_day(self) -> date | None:
        """The last day of 处分期 (政务 and 事业单位)."""
        return self._decision.admin_last

    @property
    def last_day(self) -> date | None:
        """The later of both."""
        return self._decision.last_day

    @property
    def span(self) -> tuple[date, date] | None:
        """Between which days ``last_day`` lies, where it is not known for certain."""
        return self._decision.span

    @property
    def days_left(self) -> int | None:
        """Days from ``as_of`` to ``last_day``."""
        last = self._decision.last_day
        return None if last is None else (last - self.as_of).days

    @property
    def next_change_on(self) -> date | None:
        """The next day on which the verdict could change without a new fact."""
        days = (changes_after(d, self.dossier, self.as_of) for d in self._readings)
        return min((day for day in days if day is not None), default=None)

    @property
    def may_visit(self) -> bool:
        """Whether a revisit is in order without any further reason."""
        return self.verdict in _MAY_VISIT

    @property
    def late_visit_possible(self) -> bool:
        """Whether a visit after the period (补访) may be made, with a reason."""
        return self.verdict == EXPIRED

    @property
    def override_possible(self) -> bool:
        """Whether 列入回访 with reason and approver would put the person on the list."""
        if self.verdict == NEVER:
            return all(p.state is State.REVOKED for p in self._decision.periods)
        return self.verdict in (EXCLUDED, BY_HAND)

    @property
    def excluded_by(self) -> str:
        """The fact that excludes in principle, also where an inclusion overrides it; else ``""``."""
        return self._decision.excluded

    @property
    def rules(self) -> str:
        """What the result was computed with: digest of the rules and the way of counting."""
        return f"{self.rule_book.digest}/{'C' if self.to_day else 'P'}"

    @property
    def cards(self) -> tuple[Card, ...]:
        """The period of each sanction with its working, oldest first."""
        cards = []
        for shown in self.periods:
            cards.append(
                Card(
                    sanction=shown.sanction,
                    period=shown,
                    heading=shown.heading,
                    steps=shown.steps + self._confirmed(shown.sanction),
                    references=shown.references,
                    doubts=shown.doubts,
                    problems=tuple(shown.problems),
                    rules=shown.rules,
                )
            )
        return tuple(cards)

    def _confirmed(self, sanction: Sanction) -> tuple[str, ...]:
        """Return that the end of a period was confirmed: it moves no day, but the card tells of it."""
        return tuple(
            f"{day} {ENDED}{f'（{event.document_no}）' if event.document_no else ''}"
            for day, event in self._decision.found.person
            if event.kind == ENDED
            and event.sanction_id is not None
            and event.sanction_id == sanction.id
        )

    def _spread(self, period: Period) -> Period:
        """Return ``period``, or one that spans all readings of a date known only in part."""
        if len(self._readings) == 1:
            return period
        same = [p for d in self._readings for p in d.periods if p.sanction is period.sanction]
        firsts = [p.earliest for p in same if p.earliest is not None]
        lasts = [p.latest for p in same if p.latest is not None]
        if not firsts or not lasts or min(firsts) == max(lasts):
            return period
        spread = Period(period.sanction, period.family, period.kind, to_day=period.to_day)
        spread.start, spread.rule, spread.version = period.start, period.rule, period.version
        spread.references = period.references
        spread.state = State.BETWEEN
        spread.earliest, spread.latest = min(firsts), max(lasts)
        spread.problems = period.problems
        if period.sanction.decided_on is not None:
            spread.step(
                "处分时间为 {}，按可能的每一天计算，期满日在 {} 至 {} 之间",
                period.sanction.decided_on.isoformat(), spread.earliest, spread.latest,
            )  # fmt: skip
        for text in period.doubts:
            spread.doubt("{}", text)
        return spread
