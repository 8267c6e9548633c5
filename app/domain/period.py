"""What one sanction's term comes to on one clock, with its working kept as data and told on demand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import IntEnum

from app.domain.fields import Problem
from app.domain.reckoning import ONE_DAY
from app.domain.rulebook import KindRule, Version
from app.domain.subject import PARTY, Sanction

Note = tuple[object, ...]
"""A sentence not yet written: a template and what goes into it. Bulk work never writes them."""


def tell(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return the sentences, each once."""
    return tuple(dict.fromkeys(str(note[0]).format(*note[1:]) for note in notes))


class State(IntEnum):
    """How far a term's end is known."""

    COMPUTED = 1  # by the law's months
    STATED = 2  # the decision itself says the last day
    MANUAL = 3  # somebody answered for the last day
    PROBATION = 4  # 留党察看 whose rights are not yet restored: the end is open
    BETWEEN = 5  # two readings or an unknown day: between ``earliest`` and ``latest``
    EXPELLED = 6  # 开除党籍, 开除: nothing to count
    UNLISTED = 7  # not a sanction of 办法5
    REVOKED = 8
    MERGED = 9  # a heavier sanction of the same day is carried out instead
    UNKNOWN = 10  # something needed is missing or wrong


class Phase(IntEnum):
    """Where a day lies against a term."""

    NONE = 0
    FUTURE = 1
    OVER = 2
    BOUNDARY = 3
    UNSURE = 4
    RUNNING = 5


_COUNTED = (State.COMPUTED, State.STATED, State.MANUAL)
_CLOCKLESS = (State.UNLISTED, State.REVOKED, State.MERGED)
# Names of their own: looking a member up on its class is slow where it is done a million times, ten
# times as slow as a name in Python 3.11. In the modules of periods and verdicts it was a seventh of all.
_COMPUTED, _PROBATION, _BETWEEN = State.COMPUTED, State.PROBATION, State.BETWEEN
_EXPELLED, _UNKNOWN = State.EXPELLED, State.UNKNOWN
_NONE, _FUTURE, _OVER, _BOUNDARY, _UNSURE, _RUNNING = Phase


class Period:
    """影响期（党纪）or 处分期（政务、事业单位）of one sanction, as one reading of the facts has it.

    ``corresponding_day`` is D (对应日), the first day outside by the default counting; it is ``None``
    where the decision or a person fixed the last day. ``last_day`` is ``None`` when it is not known:
    then ``earliest`` and ``latest`` bound it as far as can be told.
    """

    # Class-level defaults instead of thirty assignments: a hundred thousand of these are made at once.
    start: date | None = None
    state = State.UNKNOWN
    months = 0
    probation = 0
    rule: KindRule | None = None
    version: Version | None = None
    corresponding_day: date | None = None
    last_day: date | None = None
    earliest: date | None = None
    latest: date | None = None
    restored: date | None = None
    revoked_on: date | None = None
    probation_end: date | None = None  # first day after the probation
    boundary = True  # whether the reading of the last day is open by one day
    open_sum = 0  # several of one kind on one day: the most months the law allows
    problems: tuple[Problem, ...] = ()
    references: tuple[str, ...] = ()
    """The articles behind the result, as ``RuleBook.article`` knows them."""
    _steps: tuple[Note, ...] = ()
    _doubts: tuple[Note, ...] = ()

    def __init__(self, sanction: Sanction, family: str, kind: str, *, to_day: bool) -> None:
        self.sanction = sanction
        self.family = family
        self.kind = kind
        self.to_day = to_day

    def step(self, *note: object) -> None:
        """Add a line of the working."""
        self._steps += (note,)

    def doubt(self, *note: object) -> None:
        """Add something a person must look at."""
        self._doubts += (note,)

    def problem(self, field: str, message: str) -> None:
        """Add something that is wrong with a field of the sanction."""
        self.problems += (Problem(field, message),)

    def refer(self, reference: str) -> None:
        """Add an article the result rests on."""
        if reference and reference not in self.references:
            self.references += (reference,)

    def ends_on(self, corresponding: date) -> None:
        """Take ``corresponding`` as D and count by the office's rule."""
        self.corresponding_day = corresponding
        last = corresponding if self.to_day else corresponding - ONE_DAY
        self.last_day = self.earliest = self.latest = last
        self.state = _COMPUTED

    def ends_between(self, earliest: date, latest: date) -> None:
        """Leave the end open between two corresponding days."""
        if earliest >= latest:
            self.ends_on(latest)
            return
        shift = 0 if self.to_day else 1
        self.earliest = earliest - shift * ONE_DAY
        self.latest = latest - shift * ONE_DAY
        self.corresponding_day = self.last_day = None
        self.state = _BETWEEN

    def fixed_on(self, last_day: date, state: State) -> None:
        """Take the last day as given by the decision or by a person: nothing is left open."""
        self.last_day = self.earliest = self.latest = last_day
        self.corresponding_day = None
        self.boundary = False
        self.state = state

    @property
    def chain_ends(self) -> tuple[date, date] | None:
        """The earliest and latest first day outside: what a later sanction's remainder is measured to."""
        if self.state is _BETWEEN and self.earliest and self.latest:
            shift = 0 if self.to_day else 1
            return self.earliest + shift * ONE_DAY, self.latest + shift * ONE_DAY
        if self.corresponding_day is not None:
            return self.corresponding_day, self.corresponding_day
        if self.last_day is not None and self.state in _COUNTED:
            return self.last_day + ONE_DAY, self.last_day + ONE_DAY
        return None

    def phase(self, day: date) -> Phase:
        """Return where ``day`` lies."""
        state, start = self.state, self.start
        if state in _CLOCKLESS:
            return _NONE
        if start is None:
            return _UNSURE
        if day < start:
            return _FUTURE
        if state is _EXPELLED:
            return _NONE
        if state is _COMPUTED:
            end = self.corresponding_day
            assert end is not None
            if day < end:
                return _RUNNING
            return _BOUNDARY if day == end else _OVER
        if state is _PROBATION:
            end = self.probation_end
            assert end is not None
            if day < end:
                return _RUNNING
            return _BOUNDARY if day == end and self.boundary else _UNSURE
        if state is _BETWEEN:
            assert self.earliest is not None and self.latest is not None
            if day < self.earliest:
                return _RUNNING
            return _OVER if day > self.latest + ONE_DAY else _UNSURE
        if state is _UNKNOWN:
            return _UNSURE
        assert self.last_day is not None
        return _RUNNING if day <= self.last_day else _OVER

    def turns_after(self, day: date) -> date | None:
        """Return the next day after ``day`` on which the phase may change."""
        start = self.start
        if start is not None and start > day:
            return start
        if self.state is _COMPUTED:
            end = self.corresponding_day
            assert end is not None
            if end > day:
                return end
            return end + ONE_DAY if end == day else None
        turns: list[date] = []
        if self.probation_end is not None:
            turns += (self.probation_end, self.probation_end + ONE_DAY)
        for last in (self.earliest, self.latest):
            if last is not None:
                turns += (last, last + ONE_DAY, last + 2 * ONE_DAY)
        return min((turn for turn in turns if turn > day), default=None)

    @property
    def word(self) -> str:
        """影响期 or 处分期."""
        return "影响期" if self.family == PARTY else "处分期"

    @property
    def counting(self) -> str:
        """How the last day was found, for a sentence."""
        if self.state is State.STATED:
            return "按决定书载明的日期"
        if self.state is State.MANUAL:
            return f"人工确定：{self.sanction.manual_reason}，{self.sanction.manual_by}"
        return "按“对应日”计算" if self.to_day else "按“对应日前一日”计算"

    @property
    def steps(self) -> tuple[str, ...]:
        """The working, line by line, with its arithmetic."""
        return tell(self._steps)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a person must look at."""
        return tell(self._doubts)

    @property
    def is_doubtful(self) -> bool:
        """Whether there is any doubt or problem."""
        return bool(self._doubts or self.problems)

    @property
    def rules(self) -> str:
        """The version of the law that was applied, as a list shows it."""
        return self.version.name if self.version else ""

    @property
    def heading(self) -> str:
        """The period in one official sentence."""
        cited = f"；{'、'.join(self.references)}" if self.references else ""
        match self.state:
            case State.EXPELLED:
                return f"{self.start} {self.kind}，不计{self.word}（{'、'.join(self.references)}）"
            case State.UNLISTED:
                return f"“{self.kind}”不在办法第五条所列处分之内，不计{self.word}"
            case State.REVOKED:
                return f"该处分已于 {self.revoked_on} 撤销，不再计算{self.word}"
            case State.MERGED:
                return f"同日另有较重的处分，只执行较重的一种{cited.replace('；', '（', 1)}{'）' if cited else ''}"
            case State.UNKNOWN:
                why = self.problems[0].message if self.problems else "处分时间不详"
                return f"{self.word}待定：{why}"
            case State.PROBATION:
                assert self.probation_end is not None
                return (
                    f"留党察看期 {self.start} 至 {self.probation_last}，{self.probation_last + ONE_DAY} 起期满；"
                    f"党员权利尚未恢复，期满日待定（{self.counting}{cited}）"
                )
            case State.BETWEEN:
                start = self.restored or self.start
                return (
                    f"{self.word} {start} 起，期满日在 {self.earliest} 至 {self.latest} 之间，"
                    f"待定（{self.counting}{cited}）"
                )
        assert self.last_day is not None
        before = ""
        start = self.start
        if self.restored is not None:
            before = f"留党察看期 {self.start} 起，{self.restored} 恢复党员权利；"
            start = self.restored
        return (
            f"{before}{self.word} {start} 至 {self.last_day}，{self.last_day + ONE_DAY} 起期满"
            f"（{self.counting}{cited}）"
        )

    @property
    def probation_last(self) -> date:
        """The last day of the probation by the office's counting."""
        assert self.probation_end is not None
        return self.probation_end if self.to_day and self.boundary else self.probation_end - ONE_DAY
