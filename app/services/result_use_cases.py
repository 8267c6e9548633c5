"""What may be done after a visit, with everything but the user's input filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # names only: the sign-in window must not wait for the whole domain
    from app.domain.ending import WholeEnding
    from app.domain.filing import FilingPaper, WholeFiling
    from app.domain.outcome import (
        Feedback,
        OutcomeAct,
        ResultUse,
        UnitReminder,
        WholeOutcome,
    )
    from app.services.endings import EndingRow
    from app.services.ports import Changes
    from app.services.result_rows import ResultRow, UseRow


@dataclass(frozen=True, slots=True)
class ResultUseCases:
    """Results, feedback, letters, use, ends of periods and filing; see the services of each name."""

    account: str
    today: Callable[[], date]

    rows: Callable[..., Sequence[ResultRow]]  # (subject_id=)
    result_of_visit: Callable[[int], tuple[int, Changes]]  # visit id -> outcome id
    open: Callable[[int], WholeFiling]  # outcome id -> the volume with its result
    save: Callable[[WholeFiling], Changes]  # what is typed, of result and volume
    problems: Callable[[WholeFiling], Any]  # -> (problems and obstacles of deciding, of filing)
    decide: Callable[..., Changes]  # (outcome id, exemptions=, seen=)
    reopen: Callable[[int, str], Changes]

    save_act: Callable[[OutcomeAct], Changes]
    remove_act: Callable[[int, str], Changes]
    new_feedback: Callable[[WholeOutcome, str], Feedback]  # audience
    record_feedback: Callable[[Feedback], Changes]
    remove_feedback: Callable[[int, str], Changes]
    new_letter: Callable[[WholeOutcome, str], UnitReminder]  # kind
    save_letter: Callable[[UnitReminder], Changes]
    remove_letter: Callable[[int, str], Changes]

    uses: Callable[..., Sequence[UseRow]]  # (subject_id=)
    new_use: Callable[[int], ResultUse]  # subject id
    open_use: Callable[[int], ResultUse]
    save_use: Callable[[ResultUse], Changes]

    propose_papers: Callable[[int], Sequence[FilingPaper]]
    file: Callable[..., Changes]  # (outcome id, exemptions=, seen=)
    unfile: Callable[[int, str], Changes]

    endings: Callable[..., Sequence[EndingRow]]  # (subject_id=)
    calendar_warning: Callable[[Any], str]  # a 期满办理 -> what the working-day table lacks for it
    begin_ending: Callable[[int, int], tuple[int, Changes]]  # subject id, sanction id
    open_ending: Callable[[int], WholeEnding]
    save_ending: Callable[[WholeEnding], Changes]
    check_ending: Callable[[WholeEnding], Any]  # -> (problems, obstacles)
    confirm_ending: Callable[..., Changes]  # (id, exemptions=, seen=)
    take_back_ending: Callable[[int, str], Changes]
    stop_ending: Callable[[int, str], Changes]
