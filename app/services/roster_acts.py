"""What the roster may do beyond one person's dialog, with everything but the user's input filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # names only: the sign-in window must not wait for the whole domain
    from app.domain.person_merge import PersonMerge
    from app.domain.subject import Subject
    from app.services.merging import MergePreview, MergeUndone
    from app.services.ports import Changes
    from app.services.quick_edit import CellEdit
    from app.services.timeline import TimelineRow


@dataclass(frozen=True, slots=True)
class RosterActs:
    """Use cases of ``services.quick_edit`` and ``services.merging``."""

    edit_cell: Callable[..., CellEdit]  # (CellEdit, undoing=)
    preview_merge: Callable[[int, int], MergePreview]  # id that stays, id that goes
    merge_people: Callable[[Subject, Subject, str], Changes]  # result, dropped, reason
    merges: Callable[[], Sequence[PersonMerge]]
    undo_merge: Callable[[int, str], MergeUndone]  # merge id, reason
    papers_of: Callable[[int], Sequence[TimelineRow]]  # subject id -> what was printed, exported
