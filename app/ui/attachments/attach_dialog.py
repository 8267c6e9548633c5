"""Attaching files: what each of them is, all at once, and a sentence for each that is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.domain.attachment import OTHER, Attachment, kind_from, size_text, title_from
from app.domain.fields import form_fields
from app.services.attachments import Attached
from app.services.ports import Changes, Progress
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.fields import ChoiceField, TextField
from app.ui.jobs import JobRunner
from app.ui.message_bar import sentence_of

MOST_FILES = 50

Attach = Callable[..., Attached]  # (file, kind, title=)


@dataclass(slots=True)
class _Line:
    file: Path
    kind: ChoiceField
    title: TextField
    trouble: QLabel
    widgets: list[QWidget]


class AttachDialog(Dialog):
    """Asks for type and title of each file; ``attached`` counts what was kept."""

    def __init__(
        self,
        files: Sequence[Path],
        attach: Attach,
        jobs: JobRunner,
        parent: QWidget | None = None,
        *,
        kind: str = OTHER,
    ) -> None:
        super().__init__(
            "附入文件",
            parent,
            lead="文件加密后存入数据文件夹，原文件不动。格式按内容识别，与文件名无关。",
            icon_name="import",
            width=760,
        )
        self._attach, self._jobs = attach, jobs
        self.attached = 0
        self.changes: Changes = frozenset()
        self._lines: list[_Line] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.MEDIUM)
        grid.setVerticalSpacing(theme.SMALL)
        grid.setColumnStretch(2, 1)
        for column, head in enumerate(("文件", "类型", "标题")):
            grid.addWidget(theme.label(head, "muted"), 0, column)
        for number, file in enumerate(files[:MOST_FILES]):
            self._add_line(grid, 2 * number + 1, file, kind_from(file.name, kind))
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self._cancel = self.offer("取消(&C)", self.reject)
        self._act = self.offer("附入(&A)", self._on_act, role="primary", default=True)
        if len(files) > MOST_FILES:
            self.say(
                f"一次最多附入{MOST_FILES}个文件，其余{len(files) - MOST_FILES}个请另外附入",
                "warning",
            )

    def _add_line(self, grid: QGridLayout, row: int, file: Path, kind: str) -> None:
        specs = form_fields(Attachment)
        name = theme.label("")
        name.setFixedWidth(200)
        short = name.fontMetrics().elidedText(file.name, Qt.TextElideMode.ElideMiddle, 196)
        name.setText(short)
        name.setToolTip(f"{file.name}\n{_size(file)}")
        choice, title = ChoiceField(specs["kind"]), TextField(specs["title"])
        choice.show_value(kind)
        choice.setAccessibleName(f"{file.name}的类型")
        choice.setFixedWidth(172)
        title.show_value(title_from(file.name))
        title.setAccessibleName(f"{file.name}的标题")
        trouble = theme.label("", "problem", wrap=True)
        trouble.hide()
        grid.addWidget(name, row, 0)
        grid.addWidget(choice, row, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(title, row, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(trouble, row + 1, 0, 1, 3)
        self._lines.append(_Line(file, choice, title, trouble, [name, choice, title, trouble]))

    def _on_act(self) -> None:
        wanted = [(line.file, line.kind.value(), line.title.value()) for line in self._lines]

        def job(progress: Progress) -> list[Attached | Exception]:
            found: list[Attached | Exception] = []
            for number, (file, kind, title) in enumerate(wanted):
                progress(number, len(wanted), f"正在附入“{file.name}”")
                try:
                    found.append(self._attach(file, kind, title=title))
                except Exception as error:
                    found.append(error)
            return found

        handle = self._jobs.run(job, self._on_done, self.say)
        handle.cancelled.connect(lambda: self.say("已取消；已附入的文件保留", "muted"))
        self.be_busy(handle, "正在附入…")

    def _on_done(self, found: list[Attached | Exception]) -> None:
        left = []
        for line, one in zip(self._lines, found, strict=True):
            if isinstance(one, Exception):
                line.trouble.setText(f"× {sentence_of(one)}")
                line.trouble.show()
                left.append(line)
                continue
            self.attached += not one.was_there
            self.changes |= one.changes
            if one.was_there:
                line.trouble.setText("△ 这份记录上已有相同的文件，没有重复附入")
                theme.set_role(line.trouble, "warning")
                line.trouble.show()
            for widget in line.widgets[:3]:
                widget.setEnabled(False)
        repeated = any(isinstance(one, Attached) and one.was_there for one in found)
        self._lines = left
        if not left and not repeated:
            self.accept()
            return
        self._act.setVisible(bool(left))
        self._act.setText("再试一次(&A)")
        if not left:
            self._cancel.setText("关闭(&C)")  # there is nothing left to cancel
        done = f"已附入{self.attached}件；" if self.attached else ""
        self.say(
            f"{done}{len(left)}件没有附入，原因见上" if left else f"{done}相同的文件没有重复附入",
            "problem" if left else "warning",
        )
        self.fit()


def _size(file: Path) -> str:
    try:
        return size_text(file.stat().st_size)
    except OSError:
        return ""
