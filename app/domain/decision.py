"""The verdict of article 5, taken from periods and events for one reading of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.fields import Problem
from app.domain.happenings import Happenings
from app.domain.period import Note, Period

DUE = "应回访"
BOUNDARY = "边界"
EXPIRED = "期满"
NOT_YET = "未生效"
OPEN = "待定"
EXCLUDED = "原则上不再回访"
NEVER = "不再回访"
BY_HAND = "人工认定"
VERDICTS = (DUE, BOUNDARY, EXPIRED, NOT_YET, OPEN, EXCLUDED, NEVER, BY_HAND)

MEASURE_4 = "办法第四条"
MEASURE_5 = "办法第五条"


class Decision:
    """One verdict with its reason (a sentence not yet written) and the days it rests on."""

    # Class-level defaults: see ``Period``.
    verdict = ""
    doubts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    references: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    party_last: date | None = None
    admin_last: date | None = None
    last_day: date | None = None
    span: tuple[date, date] | None = None
    excluded = ""  # the fact that excludes, also where an inclusion overrides it
    excluded_on: date | None = None

    def __init__(self, periods: list[Period], found: Happenings) -> None:
        self.periods = periods
        self.found = found

    def take(self, verdict: str, *note: object) -> Decision:
        """Set the verdict and why."""
        self.verdict = verdict
        self.notes = (note, *self.notes)
        return self

    def add_doubt(self, doubt: str) -> None:
        """Add something a person must look at."""
        self.doubts += (doubt,)

    def add_problem(self, problem: Problem) -> None:
        """Add something wrong in the record."""
        self.problems += (problem,)

    def add_reference(self, reference: str) -> None:
        """Add an article the verdict rests on."""
        self.references += (reference,)

    def add_note(self, note: Note) -> None:
        """Add a further part of the reason."""
        self.notes += (note,)

    @property
    def reason(self) -> str:
        """The reason in one sentence."""
        return "；".join(str(note[0]).format(*note[1:]) for note in self.notes)

    def joined_with(self, others: Sequence[Decision]) -> Decision:
        """Return this decision if all agree with it, else 待定, with the days they differ in left open."""
        everything = (self, *others)
        joined = Decision(self.periods, self.found)
        joined.verdict, joined.notes = self.verdict, self.notes
        for name in ("party_last", "admin_last", "last_day"):
            values = {getattr(d, name) for d in everything}
            setattr(joined, name, values.pop() if len(values) == 1 else None)
        spans = [d.span or (d.last_day, d.last_day) for d in everything]
        firsts = [first for first, _ in spans if first is not None]
        lasts = [last for _, last in spans if last is not None]
        if joined.last_day is None and firsts and lasts:
            joined.span = (min(firsts), max(lasts))
        joined.references = tuple(dict.fromkeys(r for d in everything for r in d.references))
        joined.doubts = tuple(dict.fromkeys(t for d in everything for t in d.doubts))
        joined.problems = tuple(dict.fromkeys(p for d in everything for p in d.problems))
        joined.excluded = self.excluded
        verdicts = list(dict.fromkeys(d.verdict for d in everything))
        if len(verdicts) == 1:
            if joined.last_day is None and joined.span and self.verdict in _VAGUE_BUT_SAME:
                joined.notes = ((_VAGUE_BUT_SAME[self.verdict], *joined.span), *self.notes[1:])
            return joined
        named = "或".join(verdicts)
        if joined.span:
            text = "日期不够具体，期满日在 {} 至 {} 之间，可能是{}，请补全日期"
            joined.notes = ((text, *joined.span, named),)
        else:
            joined.notes = (("有关日期或事项不够具体，可能是{}，请补全", named),)
        joined.verdict = OPEN
        return joined


_ANY = "日期不够具体，期满日在 {} 至 {} 之间"
# Where the days decide; what excludes a person is a fact of its own and stays the reason.
_VAGUE_BUT_SAME = {
    DUE: "处于影响期（处分期）内，" + _ANY + "，请补全日期（办法第四条）",
    EXPIRED: "影响期（处分期）已满，" + _ANY + "；如需补访，请写明理由（办法第四条）",
    NOT_YET: "处分尚未生效，" + _ANY,
    OPEN: _ANY + "，请补全日期",
    BOUNDARY: _ANY + "，请核对",
}
