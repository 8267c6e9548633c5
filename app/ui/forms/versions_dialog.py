"""The versions of a form: what is kept of each, and two of them side by side, box by box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QTableWidget,
    QTableWidgetItem,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import display
from app.domain.form_life import DRAFT, Difference, StoredPaper
from app.domain.registration_form import RegistrationForm
from app.domain.text_changes import changed_spans
from app.services.form_life import KeptVersion
from app.services.paper_acts import PaperActs
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.fields import CalmComboBox
from app.ui.forms.life_dialogs import first_page
from app.ui.forms.pdf_pages import Fit, PdfBytes, PdfPages, UnreadablePdf
from app.ui.message_bar import ask_reason

_ADDED = QColor("#d7f0dc")
_REMOVED = QColor("#fbdcdc")


@dataclass(frozen=True, slots=True)
class _Side:
    number: int
    title: str


class CompareDialog(Dialog):
    """Two versions field by field, side by side; what differs within a box is marked."""

    def __init__(
        self,
        form: RegistrationForm,
        kept: Sequence[KeptVersion],
        acts: PaperActs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("比较版本", parent, icon_name="copy", width=900)
        self._form_id, self._acts = form.id or 0, acts
        self._sides = [
            _Side(one.version.number or 1, f"第{one.version.number}版（{one.version.state}）")
            for one in kept
        ]
        if form.state in (DRAFT, ""):
            number = form.version or 1
            self._sides.append(_Side(number, f"第{number}版（草稿，正在修改）"))
        self._left, self._right = CalmComboBox(), CalmComboBox()
        for box, name in ((self._left, "较早的版本"), (self._right, "较新的版本")):
            box.setAccessibleName(name)
            box.addItems([side.title for side in self._sides])
        self._left.setCurrentIndex(max(0, len(self._sides) - 2))
        self._right.setCurrentIndex(len(self._sides) - 1)
        head = QHBoxLayout()
        head.addWidget(self._left, 1)
        head.addWidget(theme.label("→"))
        head.addWidget(self._right, 1)
        self.body.addLayout(head)
        self._said = theme.label("", "muted")
        self.body.addWidget(self._said)
        self.table = QTableWidget(0, 3)
        self.table.setAccessibleName("不同的栏目")
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setColumnWidth(0, 150)
        self.table.setColumnWidth(1, 330)
        self.table.setMinimumHeight(250)
        self.body.addWidget(self.table, 1)
        self.offer("关闭(&C)", self.reject, default=True)
        self._left.currentIndexChanged.connect(lambda _index: self.show_sides())
        self._right.currentIndexChanged.connect(lambda _index: self.show_sides())
        self.show_sides()
        self.fit()

    def show_sides(self) -> None:
        """Read and show the differences of the two chosen versions."""
        before = self._sides[self._left.currentIndex()]
        after = self._sides[self._right.currentIndex()]
        try:
            differences = self._acts.compare(self._form_id, before.number, after.number)
        except Exception as error:
            self.say(error)
            return
        self.table.setHorizontalHeaderLabels(["栏目", before.title, after.title])
        self.table.setRowCount(len(differences))
        for row, difference in enumerate(differences):
            self._fill(row, difference)
        self._said.setText(
            f"{len(differences)} 栏不同；红底加删除线的是去掉的字，绿底加下划线的是新增的字"
            if differences
            else "两个版本各栏完全相同"
        )

    def _fill(self, row: int, difference: Difference) -> None:
        label = QTableWidgetItem(difference.label)
        label.setToolTip(difference.label)
        label.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.table.setItem(row, 0, label)
        gone, new = changed_spans(difference.before, difference.after)
        longest = max(len(difference.before), len(difference.after))
        self.table.setCellWidget(row, 1, _marked(difference.before, gone, _REMOVED))
        self.table.setCellWidget(row, 2, _marked(difference.after, new, _ADDED))
        self.table.setRowHeight(row, min(170, 46 + 22 * (longest // 20)))


class VersionsDialog(Dialog):
    """Every version with its papers; final pages and scans are shown as they were kept."""

    def __init__(
        self, form: RegistrationForm, acts: PaperActs, parent: QWidget | None = None
    ) -> None:
        super().__init__("版本与存档文件", parent, icon_name="folder", width=940)
        self._form, self._acts = form, acts
        self.changed = False
        self._papers: list[StoredPaper] = []
        self.table = QTableWidget(0, 4)
        self.table.setAccessibleName("存档文件")
        self.table.setHorizontalHeaderLabels(["版本", "文件", "何时何人", "校验值"])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setStretchLastSection(True)
        for at, width in enumerate((64, 168, 176, 80)):
            self.table.setColumnWidth(at, width)
        self.table.itemSelectionChanged.connect(self._on_selected)
        self._about = theme.label("", "small", wrap=True)
        self._remove = theme.button("删除这个扫描件(&D)…", self.remove)
        left = QVBoxLayout()
        left.addWidget(self.table, 1)
        left.addWidget(self._about)
        left.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignLeft)
        self.pages = PdfPages()
        self.pages.setMinimumSize(330, 330)
        self._pdf: PdfBytes | None = None
        row = QHBoxLayout()
        row.setSpacing(theme.MEDIUM)
        row.addLayout(left, 1)
        row.addWidget(self.pages)
        self.body.addLayout(row)
        self.offer("比较版本(&V)…", self._on_compare, left=True)
        self.offer("关闭(&C)", self.reject, default=True)
        self._read()
        self.fit()

    def _read(self) -> None:
        try:
            self._kept = self._acts.versions(self._form.id or 0)
        except Exception as error:
            self.say(error)
            return
        rows = [(one, paper) for one in self._kept for paper in one.papers]
        self._papers = [paper for _one, paper in rows]
        self.table.setRowCount(len(rows))
        for row, (one, paper) in enumerate(rows):
            pages = f" {paper.pages}页" if paper.pages is not None else ""
            when = f"{paper.saved_at:%Y-%m-%d %H:%M}" if paper.saved_at else ""
            for column, text in enumerate(
                (
                    f"第{one.version.number}版",
                    f"{paper.kind}（{paper.media}{pages}）",
                    f"{when} {paper.added_by}",
                    paper.sha256,
                )
            ):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self._remove.setEnabled(False)
        if rows:
            self.table.selectRow(len(rows) - 1)
        else:
            self.say("还没有定稿的版本", "warning")

    def _on_selected(self) -> None:
        row = self.table.currentRow()
        if not 0 <= row < len(self._papers):
            return
        paper = self._papers[row]
        one = next(kept for kept in self._kept if kept.version.number == paper.number)
        self._about.setText(about_version(one))
        last = self._kept[-1]
        self._remove.setEnabled(paper in last.scans and self._form.state == "已签名")
        try:
            content = self._acts.read_paper(paper.id or 0)
            self._show(content, paper.media)
        except Exception as error:
            self.say(error)
        else:
            self.say("")

    def _show(self, content: bytes, media: str) -> None:
        if media != "PDF":
            content = picture_as_pdf(content, media)
        try:
            self._pdf = PdfBytes(content, self)
        except UnreadablePdf:
            self.pages.show_pdf(None)
            self.say("这个文件预览不了，但内容完好（校验值相符）", "warning")
            return
        self.pages.show_pdf(self._pdf)
        self.pages.set_fit(Fit.PAGE)

    def remove(self) -> None:
        """Take the selected scan away, for a reason."""
        paper = self._papers[self.table.currentRow()]
        reason = ask_reason(
            self,
            "删除扫描件",
            "扫错、扫反的文件可以删除；删除记入日志。",
            act="删除扫描件",
            danger=True,
        )
        if reason is None:
            return
        try:
            self._acts.remove_scan(paper.id or 0, reason)
        except Exception as error:
            self.say(error)
            return
        self.changed = True
        self._read()

    def _on_compare(self) -> None:
        CompareDialog(self._form, self._kept, self._acts, self).exec()


def about_version(one: KeptVersion) -> str:
    """Return what is known of a version as one paragraph."""
    version = one.version
    when = f"{version.saved_at:%Y-%m-%d %H:%M}" if version.saved_at else ""
    parts = [f"第{version.number}版：{when} 由{version.finalised_by}定稿，共{version.pages}页"]
    if version.reason:
        parts.append(f"变更理由：{version.reason}")
    if version.override:
        parts.append(f"未完善而定稿：{version.override}")
    if version.signed_on:
        by = f"，{version.signed_by}" if version.signed_by else ""
        parts.append(f"签名 {display(version.signed_on)}{by}")
    if version.filed_on:
        parts.append(f"归档 {display(version.filed_on)}，案卷号 {version.file_number}")
    return "；".join(parts)


def picture_as_pdf(content: bytes, media: str) -> bytes:
    """Return a scanned picture on one PDF page of its own shape, for showing it as pages are."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
    from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

    image, _pages = first_page(content, media)
    if image is None:
        return content
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    long = 297.0 / max(image.width(), image.height())
    size = QSizeF(image.width() * long, image.height() * long)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    painter.drawImage(QRectF(0, 0, writer.width(), writer.height()), image)
    painter.end()
    buffer.close()
    return bytes(raw.data())


def _marked(text: str, spans: Sequence[tuple[int, int]], ground: QColor) -> QTextEdit:
    """Return ``text``, to be read only, with ``spans`` (in characters) on a coloured ground."""
    shown = QTextEdit()
    shown.setReadOnly(True)
    shown.setFrameShape(QTextEdit.Shape.NoFrame)
    shown.setPlainText(text or "（空）")
    look = QTextCharFormat()
    look.setBackground(ground)
    look.setFontStrikeOut(ground == _REMOVED)  # colour is never the only sign
    look.setFontUnderline(ground == _ADDED)
    for start, end in spans:
        cursor = QTextCursor(shown.document())
        cursor.setPosition(_units(text[:start]))
        cursor.setPosition(_units(text[:end]), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)
    return shown


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
