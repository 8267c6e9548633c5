"""Joins what the roster may do beyond one person's dialog to an open office."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from app.services import merging, quick_edit, timeline
from app.services.roster_acts import RosterActs

if TYPE_CHECKING:
    from app.bootstrap.office import Office


def join_roster(office: Office) -> RosterActs:
    """Return the acts, each with a unit of work of its own and the rules of the moment."""
    store = office.store

    def lawful(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return act(
            *given,
            uow=store.unit_of_work(),
            rules=office.rules.book,
            settings=office.settings(),
            today=office.today(),
            **more,
        )

    return RosterActs(
        edit_cell=partial(lawful, quick_edit.edit_cell),
        preview_merge=lambda kept, dropped: merging.preview_merge(
            kept, dropped, uow=store.unit_of_work()
        ),
        merge_people=partial(lawful, merging.merge_people, who=store.account, clock=store.clock),
        merges=lambda: merging.merges(uow=store.unit_of_work()),
        undo_merge=partial(lawful, merging.undo_merge),
        papers_of=lambda subject_id: timeline.papers_of(
            subject_id, queries=store.forms(), uow=store.unit_of_work()
        ),
    )
