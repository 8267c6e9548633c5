"""使用说明: every topic of the help with a search, and what of it goes on paper."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.ui import help_topics, theme
from app.ui.dialog import Dialog
from app.ui.help_topics import Topic
from app.ui.printout import print_out, save_pdf


class HelpWindow(Dialog):
    """The topics at the left, the one chosen at the right."""

    explains_itself = True

    def __init__(self, key: str = "", parent: QWidget | None = None) -> None:
        """``key`` is the page to open at: the name of a tab."""
        super().__init__(
            "使用说明",
            parent,
            lead="在填写项上按 F1，直接看到这一项的说明。",
            icon_name="help",
            width=900,
        )
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找：恢复码、影响期、回避……")
        self.search.setAccessibleName("查找说明")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("说明目录")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("说明正文")
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        right = QVBoxLayout()
        self.title = theme.label("", "heading", wrap=True)
        right.addWidget(self.title)
        right.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.LARGE)
        row.addLayout(left, 2)
        row.addLayout(right, 3)
        self.body.addLayout(row, 1)
        self.text.setMinimumHeight(300)
        self.offer("打印本页(&P)…", lambda: self._put_out(print_out), left=True)
        self.offer("本页存为 PDF(&D)…", lambda: self._put_out(save_pdf), left=True)
        self.offer("打印快捷卡(&Q)…", lambda: self._card(print_out), left=True)
        self.offer("快捷卡存为 PDF(&K)…", lambda: self._card(save_pdf), left=True)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)
        self._shown: list[Topic] = []
        self.search.textChanged.connect(self._on_search)
        self.list.currentRowChanged.connect(self._show)
        self._on_search("")
        keys = [topic.key for topic in self._shown]
        self.list.setCurrentRow(keys.index(key) if key and key in keys else 0)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_search(self, wanted: str) -> None:
        self._shown = help_topics.find(wanted)
        self.list.clear()
        self.list.addItems([topic.title for topic in self._shown])
        if self._shown:
            self.list.setCurrentRow(0)
        else:
            self.title.setText("没有找到")
            self.text.setPlainText("请换一个词，或清空查找框看全部目录。")

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self.title.setText(self._shown[row].title)
            self.text.setPlainText(self._shown[row].text)

    def _put_out(self, put: Callable[[Dialog, str, list[Topic]], None]) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            put(self, "使用说明", [self._shown[row]])

    def _card(self, put: Callable[[Dialog, str, list[Topic]], None]) -> None:
        put(self, "快捷卡", help_topics.quick_card())
