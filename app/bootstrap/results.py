"""Joins an open store with what may be done after a visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.domain.ending import WholeEnding, ending_obstacles, ending_problems
from app.domain.filing import WholeFiling, filing_obstacles, filing_problems
from app.domain.gates import still_closed
from app.domain.outcome import DECIDED, outcome_obstacles, outcome_problems
from app.domain.reminders import CONFIRM, PROBATION, Reminder
from app.services import endings, feedback, filing, result_rows, results
from app.services.gatekeeping import Law
from app.services.ports import Changes
from app.services.result_use_cases import ResultUseCases
from app.storage.store import Store


def join_results(
    store: Store, *, law: Callable[[], Law], due: Callable[[], Sequence[Reminder]]
) -> ResultUseCases:
    """Return the use cases after a visit, bound to ``store``; ``due`` says what is due today."""

    def kept(act: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
        return lambda *given, **more: act(*given, uow=store.unit_of_work(), **fixed, **more)

    def lawful(act: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
        return lambda *given, **more: act(
            *given, uow=store.unit_of_work(), law=law(), **fixed, **more
        )

    def dated(act: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: act(*given, uow=store.unit_of_work(), today=law().today)

    def save(whole: WholeFiling) -> Changes:
        outcome = whole.result.outcome
        changes: Changes = frozenset()
        if outcome.state != DECIDED:
            changes = results.save_result(outcome, uow=store.unit_of_work())
        return changes | filing.save_filing(whole, uow=store.unit_of_work())

    def problems(whole: WholeFiling) -> tuple[Any, Any, Any, Any]:
        today, known = law().today, whole.result.exemptions
        return (
            outcome_problems(whole.result, today=today),
            still_closed(outcome_obstacles(whole.result, today=today), known),
            filing_problems(whole, today=today),
            still_closed(filing_obstacles(whole, today=today), known),
        )

    def check_ending(whole: WholeEnding) -> tuple[Any, Any]:
        today = law().today
        closed = still_closed(ending_obstacles(whole, today=today), whole.exemptions)
        return ending_problems(whole, today=today), closed

    def ending_rows(subject_id: int | None = None) -> Sequence[endings.EndingRow]:
        waiting = [one for one in due() if one.kind in (PROBATION, CONFIRM)]
        return endings.ending_rows(uow=store.unit_of_work(), due=waiting, subject_id=subject_id)

    return ResultUseCases(
        account=store.account,
        today=lambda: law().today,
        rows=lambda **which: result_rows.result_rows(
            uow=store.unit_of_work(), settings=law().settings, **which
        ),
        result_of_visit=lawful(results.result_of_visit, who=store.account),
        open=kept(filing.open_filing),
        save=save,
        problems=problems,
        decide=lawful(results.decide_outcome),
        reopen=kept(results.reopen_outcome),
        save_act=dated(results.save_act),
        remove_act=kept(results.remove_act),
        new_feedback=lambda whole, audience: feedback.new_feedback(
            whole, audience, by=store.account, today=law().today
        ),
        record_feedback=dated(feedback.record_feedback),
        remove_feedback=kept(feedback.remove_feedback),
        new_letter=lambda whole, kind: feedback.new_unit_reminder(whole, kind, law=law()),
        save_letter=dated(feedback.save_unit_reminder),
        remove_letter=kept(feedback.remove_unit_reminder),
        uses=kept(result_rows.use_rows),
        new_use=lawful(feedback.new_use, by=store.account),
        open_use=kept(feedback.open_use),
        save_use=dated(feedback.save_use),
        propose_papers=lawful(filing.propose_papers),
        file=lawful(filing.file_visit),
        unfile=kept(filing.unfile_visit),
        endings=ending_rows,
        begin_ending=lawful(endings.begin_ending, who=store.account),
        open_ending=kept(endings.open_ending),
        save_ending=lawful(endings.save_ending),
        calendar_warning=lambda whole: endings.calendar_warning(whole, law=law()),
        check_ending=check_ending,
        confirm_ending=lawful(endings.confirm_ending),
        take_back_ending=lawful(endings.take_back_ending),
        stop_ending=kept(endings.stop_ending),
    )
