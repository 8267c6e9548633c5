"""What happened to a person, in order: the latest in a card, all of it in a window; each line leads on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.services.ports import UserError
from app.services.timeline import Link, TimelineRow
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.roster.period_card import clear
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

_LATEST = 5

Read = Callable[[int], Sequence[TimelineRow]]

GROUPS: dict[str, tuple[str, ...]] = {
    "全部": (),
    "处分与状态": ("处分", "状态事项", "期满", "期满办理"),
    "名单与方案": ("名单", "征求意见", "方案", "审批", "例外"),
    "回访与谈话": ("回访", "谈话", "联系"),
    "登记表": ("登记表",),
    "诉求": ("诉求",),
    "结果与归档": ("结果运用", "反馈", "提醒函", "使用情况", "归档"),
    "文书": ("文书",),
}
"""What the window may be narrowed to; a kind of no group stands under 全部."""


class RecordLine(QFrame):
    """A remark and a sentence about a record; a click or Enter opens it."""

    opened = Signal(object)  # the link

    def __init__(self, head: str, sentence: str, link: Link) -> None:
        super().__init__()
        self._link = link
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("打开这项记录（回车）")
        self.setAccessibleName(f"{head.replace('　', '，')}，{sentence}")
        column = QVBoxLayout(self)
        theme.margins(column, 0, 0)
        self._head = theme.label(head, "small")
        column.addWidget(self._head)
        column.addWidget(theme.label(sentence, wrap=True))

    @classmethod
    def of(cls, row: TimelineRow) -> RecordLine:
        """Return the line of what happened by a day."""
        return cls(f"{row.day}　{row.kind}", row.sentence, row.link)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open it."""
        self.opened.emit(self._link)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open it on Enter or the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self._link)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show where the focus is: the head turns from a remark into a heading."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            has_it = event.type() == QEvent.Type.FocusIn
            theme.set_role(self._head, "heading" if has_it else "small")
        return super().event(event)


class TimelineCard(theme.Card):
    """The latest things that happened, and a way to all of them."""

    opened = Signal(object)  # link: (entity name, id)
    all_wanted = Signal()

    def __init__(self, read: Read, parent: QWidget | None = None) -> None:
        super().__init__("时间线", parent)
        self._read = read
        self._lines = QVBoxLayout()
        theme.margins(self._lines, 0, theme.SMALL)
        self._all = theme.button("全部记录(&T)…", self.all_wanted.emit, role="link")
        self.head.addWidget(self._all)
        self.body.addLayout(self._lines)

    def show_person(self, subject_id: int) -> Sequence[TimelineRow]:
        """Show what happened last to this person, the latest first; what is computed is left out.

        Returns everything that was read.
        """
        clear(self._lines)
        try:
            rows = self._read(subject_id)
        except UserError as error:
            self._lines.addWidget(theme.label(str(error), "muted", wrap=True))
            return ()
        happened = [row for row in rows if row.kind != "期满"]
        known = [row for row in reversed(happened) if row.on is not None]
        for row in known[:_LATEST]:
            line = RecordLine.of(row)
            line.opened.connect(self.opened)
            self._lines.addWidget(line)
        if not known:
            self._lines.addWidget(theme.label("还没有记录。", "muted"))
        self._all.setText(f"全部 {len(rows)} 条(&T)…" if rows else "全部记录(&T)…")
        return rows


_COLUMNS = (
    Column[TimelineRow](
        "日期",
        lambda row: row.on.isoformat() if row.on else "日期未填",
        lambda row: row.on.isoformat() if row.on else None,
        width=100,
    ),
    Column[TimelineRow]("事项", lambda row: row.kind, lambda row: row.kind, width=84),
    Column[TimelineRow](
        "内容", lambda row: row.sentence, lambda row: row.sentence, tip=lambda row: row.sentence
    ),
)


class TimelineDialog(Dialog):
    """Everything about a person in one list by date; Enter or a double click opens the record."""

    opened = Signal(object)  # link: (entity name, id)

    def __init__(
        self, name: str, rows: Sequence[TimelineRow], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            f"{name}：时间线与全部记录",
            parent,
            lead="按日期排列，只知年月的排在当月之前。双击或按回车打开该项记录；Ctrl+C 可复制到 Excel。",
            icon_name="calendar",
            width=860,
        )
        self._rows = tuple(rows)
        self.group = CalmComboBox()
        self.group.setAccessibleName("只看")
        for title, kinds in GROUPS.items():
            number = sum(not kinds or row.kind in kinds for row in rows)
            if number or not kinds:
                self.group.addItem(f"{title}　{number}", title)
        self.body.addWidget(self.group)
        self._model = RowTableModel[TimelineRow](_COLUMNS)
        self.list = TableView()
        self.list.setAccessibleName("时间线")
        self.list.show_model(self._model)  # type: ignore[arg-type]
        self.list.setMinimumHeight(300)
        self.list.opened.connect(self._on_opened)
        self.body.addWidget(self.list, 1)
        self.offer("复制全部(&C)", self._copy_all, left=True)
        self.offer("关闭(&X)", self.reject)
        self._go = self.offer("打开记录(&O)", self._open_current, role="primary")
        self.group.currentIndexChanged.connect(lambda _place: self._show())
        self._show()
        self.list.setFocus()

    def _show(self) -> None:
        kinds = GROUPS[str(self.group.currentData())]
        self._model.set_rows(row for row in self._rows if not kinds or row.kind in kinds)
        if self._model.rowCount():
            self.list.selectRow(self._model.rowCount() - 1)
            self.list.scrollToBottom()
        self._go.setEnabled(self._model.rowCount() > 0)

    def _copy_all(self) -> None:
        self.list.selectAll()
        self.list.copy_cells()
        self.say(f"已复制 {self._model.rowCount()} 条，可粘贴到 Excel", "good")

    def _open_current(self) -> None:
        row = self._model.row_at(self.list.currentIndex().row())
        if row is not None:
            self._on_opened(row)

    def _on_opened(self, row: Any) -> None:
        self.accept()
        self.opened.emit(row.link)


def in_order(*parts: Sequence[TimelineRow]) -> list[TimelineRow]:
    """Return the lines of several lists by date, the undated last."""
    rows = [row for part in parts for row in part]
    return sorted(rows, key=lambda row: (row.on is None, row.on.isoformat() if row.on else ""))
