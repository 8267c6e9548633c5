"""What is being typed somewhere and is not yet a record: kept so that a crash loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.fields import data, number, text


@dataclass(eq=False, kw_only=True)
class Draft:
    """Typed text of one window of one account (草稿), removed as soon as it is saved or given up.

    ``kind`` names the window in the office's words (登记表, 人员); ``target_id`` is the record
    being edited, ``None`` for a new one; ``title`` says to the user whose it is.
    """

    id: int | None = None
    revision: int = 0

    owner: str = text("账户", max_length=60)
    kind: str = text("种类", max_length=20)
    target_id: int | None = number("记录号")
    title: str = text("标题", max_length=120)
    content: dict[str, Any] = data("内容", {})
    saved_at: datetime | None = None
