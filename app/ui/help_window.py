"""使用说明: every topic of the help with a search, and what of it goes on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QMarginsF, QStandardPaths, Qt
from PySide6.QtGui import (
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.ui import help_topics, theme
from app.ui.dialog import Dialog, choose_target
from app.ui.help_topics import Topic

_POINTS = 13.0
_MARGIN_MM = 22.0


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
        self.offer("快捷卡存为 PDF(&K)…", self._save_card, left=True)
        self.offer("本页存为 PDF(&D)…", self._save_topic, left=True)
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

    def _save_topic(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            save_pdf(self, "使用说明", [self._shown[row]])

    def _save_card(self) -> None:
        save_pdf(self, "快捷卡", help_topics.quick_card())


def save_pdf(dialog: Dialog, title: str, topics: Sequence[Topic]) -> None:
    """Ask where ``topics`` are to be written, and let ``dialog`` say what came of it."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    start = Path(place or Path.home()) / f"{title}-{date.today():%Y%m%d}.pdf"
    target = choose_target(dialog, f"{title}存为 PDF", start, "PDF 文件 (*.pdf)")
    if target is None:
        return
    if target.suffix.lower() != ".pdf":
        target = target.with_name(f"{target.name}.pdf")
    if write_pdf(target, title, topics):
        dialog.say(f"已存为“{target.name}”，打开后即可打印", "good")
    else:
        dialog.say(f"没有写成“{target.name}”：请关闭正打开它的程序，或换个位置再存")


def _write(document: QTextDocument, topic: Topic) -> None:
    """Let a document hold title and text, as plain text of two sizes."""
    cursor = QTextCursor(document)
    head = QTextCharFormat()
    head.setFontPointSize(_POINTS * 1.4)
    head.setFontWeight(QFont.Weight.Bold)
    cursor.insertText(topic.title, head)
    cursor.insertText(f"\n\n{topic.text}", QTextCharFormat())


def write_pdf(target: Path, title: str, topics: Sequence[Topic]) -> bool:
    """Write topics, each on pages of its own; return whether the file could be written."""
    if target.is_dir():
        return False
    writer = QPdfWriter(str(target))
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter
    )
    painter = QPainter()
    if not painter.begin(writer):
        return False
    page = writer.pageLayout().paintRectPixels(writer.resolution()).size()
    for number, topic in enumerate(topics):
        document = QTextDocument()
        document.documentLayout().setPaintDevice(writer)
        document.setDefaultFont(QFont(theme.screen_family(), round(_POINTS)))
        _write(document, topic)
        document.setPageSize(page.toSizeF())
        for sheet in range(document.pageCount()):
            if number or sheet:
                writer.newPage()
            painter.save()
            painter.translate(0, -sheet * page.height())
            document.drawContents(painter)
            painter.restore()
    return painter.end()
