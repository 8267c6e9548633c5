"""One import of a ledger (导入): what it added and filled, kept so that it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.fields import data, flag, text

PARTS_EACH = "parts"


@dataclass(eq=False, kw_only=True)
class LedgerImport:
    """What an import wrote, by ids: taking it back needs no reading of the log.

    ``added`` holds entity name → ranges of ids ``[[first, last], …]`` and, under ``PARTS_EACH``,
    how many parts each person got, ``[[first person, last person, parts], …]``; ``filled`` one entry per
    stored entity that got values: ``{"entity", "id", "fields": {name: [before, after]}}``.
    """

    id: int | None = None
    revision: int = 0

    import_id: str = text("导入号", max_length=32)
    file_name: str = text("文件名", max_length=255)
    digest: str = text("文件摘要", max_length=64)
    done_by: str = text("导入人", max_length=60)
    counts: dict[str, Any] = data("计数", {})
    added: dict[str, Any] = data("新增的记录", {})
    filled: list[Any] = data("补充的记录", [])
    taken_back: bool = flag("已撤销")
    saved_at: datetime | None = None


def as_ranges(ids: list[int]) -> list[list[int]]:
    """Return ids as [first, last] ranges: ten thousand new rows are one short text."""
    found: list[list[int]] = []
    for id_ in sorted(ids):
        if found and found[-1][1] == id_ - 1:
            found[-1][1] = id_
        else:
            found.append([id_, id_])
    return found


def from_ranges(ranges: list[list[int]]) -> list[int]:
    """Return the ids that ``as_ranges`` shortened."""
    return [id_ for first, last in ranges for id_ in range(first, last + 1)]


def numbers_each(numbers: dict[int, int]) -> list[list[int]]:
    """Return id → number as runs [first id, last id, number]."""
    found: list[list[int]] = []
    for id_, number in sorted(numbers.items()):
        if found and found[-1][1] == id_ - 1 and found[-1][2] == number:
            found[-1][1] = id_
        else:
            found.append([id_, id_, number])
    return found
