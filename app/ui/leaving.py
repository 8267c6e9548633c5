"""Why the main window closes, for its opener to know what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why the window closed: ``quit``, ``lock``, ``practice``, ``rescue``, or ``restore`` with what."""

    why: str
    restore: Any = None  # safekeeping.consent_dialog.Order
    tab: str = ""  # where to come back to after a lock
    message: str = ""  # what the sign-in window says first
