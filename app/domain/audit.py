"""What the log keeps of an act: who did what to which thing, when and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """One act to be recorded with the change it made.

    ``name`` is a Chinese verb the auditor reads; ``details`` hold old → new of fields, counts or file digests.
    """

    name: str
    entity: str = ""
    entity_id: int | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
