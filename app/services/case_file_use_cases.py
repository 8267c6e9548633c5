"""What windows may do with 一人一档."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # names only: the sign-in window must not wait for the whole domain
    from app.domain.case_file import DrawnFile
    from app.services.ports import Changes


@dataclass(frozen=True, slots=True)
class CaseFileActs:
    """Use cases with everything but the user's input filled in."""

    draw: Callable[..., DrawnFile]  # (subject ids, progress, redacted=, duplex=)
    record: Callable[..., Changes]  # (subject ids, act, target, reason=, redacted=, pages=)
