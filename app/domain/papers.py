"""What a letter is made of besides a list or a plan: who signs it, and one person's visit or request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.ending import WholeEnding
from app.domain.filing import WholeFiling
from app.domain.outcome import ResultUse, WholeOutcome
from app.domain.plan import PlanPerson, WholePlan
from app.domain.request import Request
from app.domain.visit import WholeVisit

MEASURES = "《关于对受处分人员开展回访关爱的实施办法》"


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the office puts on its letters.

    ``numbers`` are the 文号 of the letters in their order, one each, and ``recipients`` the full
    names of the party organisations they go to, where the unit's name does not say it; ``dated`` is the 成文日期, left
    open for the pen when there is none. ``mark`` (内部资料, 工作秘密) is what the office typed: no
    letter carries one by itself. ``letterhead``: the red head of 信函格式, or ``preprinted`` paper.
    ``measures`` is how the measures are cited: title, then 文号.
    """

    office: str = ""
    numbers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    dated: date | None = None
    contact: str = ""
    phone: str = ""
    mark: str = ""
    reply_by: date | None = None
    preprinted: bool = False
    measures: str = MEASURES

    def number(self, position: int) -> str:
        """Return the 文号 of the letter at ``position`` (from 0), or ``""``."""
        return self.numbers[position] if position < len(self.numbers) else ""

    def recipient(self, position: int) -> str:
        """Return the 主送 of the letter at ``position`` (from 0), or ``""``."""
        return self.recipients[position] if position < len(self.recipients) else ""


@dataclass(frozen=True, slots=True)
class VisitPaper:
    """A visit with the person it was made to, as the roster or the plan has them."""

    whole: WholeVisit
    person: PlanPerson
    plan: WholePlan | None = None


@dataclass(frozen=True, slots=True)
class RequestPaper:
    """A request with the person who made it; ``visited`` says on which visit, if on one."""

    request: Request
    person: PlanPerson
    visited: str = ""


@dataclass(frozen=True, slots=True)
class ResultPaper:
    """A result with its volume, and the person as the roster has them."""

    filing: WholeFiling
    person: PlanPerson

    @property
    def result(self) -> WholeOutcome:
        """The result itself."""
        return self.filing.result

    @property
    def requests(self) -> tuple[Request, ...]:
        """What the person asked for on the visit."""
        return self.filing.requests


@dataclass(frozen=True, slots=True)
class UsePaper:
    """Somebody's question for a result, and the person whom it is about."""

    use: ResultUse
    person: PlanPerson


@dataclass(frozen=True, slots=True)
class EndingPaper:
    """A restoration of rights or an end of period, and the person."""

    whole: WholeEnding
    person: PlanPerson
