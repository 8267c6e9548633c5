"""Two records of one person made one (合并): what was changed and taken away, so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.fields import data, flag, number, text


@dataclass(eq=False, kw_only=True)
class PersonMerge:
    """What a merge wrote, record by record: undoing it needs no reading of the log.

    ``changed`` holds one entry per record, ``{"entity", "id", "fields": {name: [before, after]}}``;
    ``removed`` what was taken away, ``{"entity", "id", "revision", "values": {name: value}}``, in
    the order of removal. Ids are plain numbers: a person may be taken away later.
    """

    id: int | None = None
    revision: int = 0

    kept_id: int | None = number("保留的人员")
    dropped_id: int | None = number("并入的人员")
    kept_name: str = text("保留的姓名", max_length=40)
    dropped_name: str = text("并入的姓名", max_length=40)
    reason: str = text("合并理由", max_length=300)
    done_by: str = text("合并人", max_length=60)
    changed: list[Any] = data("改动的记录", [])
    removed: list[Any] = data("并去的记录", [])
    taken_back: bool = flag("已撤销")
    back_reason: str = text("撤销理由", max_length=300)
    saved_at: datetime | None = None
