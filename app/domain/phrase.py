"""常用语: ready sentences that somebody puts at the cursor; the program never writes one itself."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.fields import long_text, number, text


@dataclass(eq=False, kw_only=True)
class Phrase:
    """One ready sentence for one box: the office's when ``owner`` is empty, else one account's."""

    id: int | None = None
    revision: int = 0

    owner: str = text("所有者", max_length=60)
    box: str = text("栏目", max_length=40, required=True)
    position: int | None = number("序号", default=0)
    wording: str = long_text("常用语", max_length=2_000, required=True)
