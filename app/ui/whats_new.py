"""本版新内容: told once after an upgrade, on this PC, and again when somebody asks.

``resources/changelog.md`` is the one place: its newest heading is also the version of the program.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.paths import RESOURCES
from app.ui import places, theme
from app.ui.dialog import Dialog
from app.ui.theme import Card

CHANGELOG = RESOURCES / "changelog.md"
_HEADING = re.compile(r"^## (?P<version>\d+(?:\.\d+)+)（(?P<day>[\d-]+)）$")


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its number, the day it was released, and what came with it."""

    number: str
    day: str
    lines: tuple[str, ...]


def read_changelog(text: str) -> list[Version]:
    """Return the versions, newest first, as they stand in the file."""
    found: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines():
        if heading := _HEADING.match(line):
            found.append((heading["version"], heading["day"], []))
        elif line.startswith("- ") and found:
            found[-1][2].append(line.removeprefix("- "))
    return [Version(number, day, tuple(lines)) for number, day, lines in found]


@cache
def versions() -> tuple[Version, ...]:
    """Return every version of the program, newest first."""
    return tuple(read_changelog(CHANGELOG.read_text("utf-8")))


def version() -> str:
    """Return the version of this program."""
    return versions()[0].number


def unseen(seen: str, all_versions: Sequence[Version]) -> list[Version]:
    """Return the versions later than ``seen``; all of them where that is not known."""
    return [one for one in all_versions if _order(one.number) > _order(seen)]


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part.isdigit())


def show_once(parent: QWidget, *, worked_before: bool) -> bool:
    """Show what is new since this user of the PC last worked; return whether there was anything.

    Whoever works here for the first time has no former version to compare with, and is told nothing.
    """
    seen = places.seen_version()
    places.remember_version(version())
    news = unseen(seen, versions()) if seen or worked_before else []
    if not news:
        return False
    WhatsNew(news, parent).open()
    return True


class WhatsNew(Dialog):
    """A card per version."""

    def __init__(self, told: Sequence[Version], parent: QWidget | None = None) -> None:
        super().__init__(
            "本版新内容",
            parent,
            lead=f"当前版本 {version()}。以后可在“帮助 → 本版新内容”中再看。",
            icon_name="info",
            width=640,
        )
        for one in told:
            card = Card(f"{one.number}　{one.day}")
            lines = QGridLayout()
            lines.setHorizontalSpacing(theme.SMALL)
            lines.setColumnStretch(1, 1)
            for row, line in enumerate(one.lines):
                lines.addWidget(theme.label("·"), row, 0, Qt.AlignmentFlag.AlignTop)
                lines.addWidget(theme.label(line, wrap=True), row, 1)
            card.body.addLayout(lines)
            self.body.addWidget(card)
        self.offer("知道了(&K)", self.accept, role="primary", default=True)
