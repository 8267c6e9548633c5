"""What a backup says about itself, as the office reads it."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from app.services.use_cases import BackupInfo
from app.ui import theme
from app.ui.theme import Card

COUNTED = {
    "subject": ("回访对象", "人"),
    "case": ("案件", "件"),
    "sanction": ("处分", "条"),
    "event": ("状态事项", "条"),
    "registration_form": ("登记表", "份"),
}
"""The tables a user knows, by the name under which a backup counts them."""


def moment(info: BackupInfo) -> str:
    """Return when the backup was made."""
    at = info.made_at
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def lines_of(info: BackupInfo, now: dict[str, int] | None = None) -> list[tuple[str, str]]:
    """Return what to show: pairs of name and value; ``now`` are the present counts, if known."""
    lines = [
        ("备份时间", moment(info)),
        ("文件", info.file.name),
        ("审计记录", f"至第{info.audit_sequence}条"),
    ]
    for key, (name, unit) in COUNTED.items():
        if key in info.counts:
            words = f"{info.counts[key]}{unit}"
            if now and key in now:
                words += f"（现有{now[key]}{unit}）"
            lines.append((name, words))
    if info.attachments:
        where = "（在这一个文件里）" if info.carry else "（在旁边的 attachments 文件夹里）"
        lines.append(("附件", f"{info.attachments}件{where}"))
    if info.absent:
        lines.append(("缺少附件", f"△ 有{info.absent}件找不到或已损坏，记录不受影响"))
    return lines


class ContainerCard(Card):
    """The facts of one backup, once it has been authenticated to its end."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(heading, parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.LARGE)
        self._grid.setVerticalSpacing(theme.TINY)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.hide()

    def show_info(self, info: BackupInfo, now: dict[str, int] | None = None) -> None:
        """Show the facts."""
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.deleteLater()
        for row, (name, words) in enumerate(lines_of(info, now)):
            self._grid.addWidget(theme.label(name, "muted"), row, 0)
            self._grid.addWidget(theme.label(words, wrap=True), row, 1)
        self.show()
