"""Asks for the right before a use case runs, so that nothing is even read without it.

The unit of work refuses what is recorded; this refuses what only looks, and what would leave a file
behind before it is recorded. Whatever is not named here needs the right to see business records.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from app.domain.rights import Right

T = TypeVar("T")

RIGHT_OF: dict[str, Right] = {
    "export_ledger": Right.BULK_EXPORT,
    "import_ledger": Right.IMPORT,
    "undo_import": Right.PURGE,
    "remove_person": Right.PURGE,
    "back_up": Right.BACKUP,
    "new_recovery_code": Right.RESET,
}
"""Use cases that need more than to see the records; checked again when their act is recorded."""

FREE = frozenset(
    (
        "who", "accounts", "audit", "safekeeping", "settings", "save_settings", "change_password", "close",
        "last_backup", "check", "verify_audit", "article", "rules", "rules_notice", "draw_blank",
        "drafts", "account", "today", "refresh_standings",
        "assess", "when_in_doubt", "count_pages", "page_starts", "missing_characters",
    )
)  # fmt: skip
"""What everybody may ask for, what its own act checks, and what only computes on what it is given."""


def guarded(use_cases: T, require: Callable[[Right], None]) -> T:
    """Return ``use_cases`` with every callable asking ``require`` first; it raises to refuse."""
    changed: dict[str, Any] = {}
    for one in dataclasses.fields(use_cases):  # type: ignore[arg-type]
        value = getattr(use_cases, one.name)
        if one.name in FREE or value is None:
            continue
        if type(value).__module__.startswith("app.services.") and dataclasses.is_dataclass(value):
            changed[one.name] = guarded(value, require)
        elif one.name in ("roster", "queries"):
            changed[one.name] = _Guarded(value, require)
        elif callable(value):
            changed[one.name] = _guarded(value, RIGHT_OF.get(one.name, Right.READ), require)
    return dataclasses.replace(use_cases, **changed)  # type: ignore[type-var]


def _guarded(act: Callable[..., Any], right: Right, require: Callable[[Right], None]) -> Any:
    @wraps(act, assigned=())
    def asked(*given: Any, **named: Any) -> Any:
        require(right)
        return act(*given, **named)

    return asked


class _Guarded:
    """Lists that are asked for under the right to see business records."""

    def __init__(self, queries: Any, require: Callable[[Right], None]) -> None:
        self._queries, self._require = queries, require

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._queries, name)
        return _guarded(found, Right.READ, self._require) if callable(found) else found
