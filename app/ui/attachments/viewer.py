"""Looking at a paper inside the program: PDFs, pictures and plain text; nothing is written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.attachment import PDF, SHOWN, TXT, Attachment
from app.services.attachment_acts import AttachmentActs
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.forms.pdf_pages import Fit, PdfBytes, PdfPages, UnreadablePdf
from app.ui.message_bar import Question

_MOST_PIXELS_MB = 512  # of one decoded picture
_LONG_SIDE = 297.0  # mm: a picture is shown on a page of its own shape


def view_attachment(
    paper: Attachment,
    acts: AttachmentActs,
    parent: QWidget,
    *,
    export: Callable[[], None],
) -> None:
    """Show a paper, or offer to export one that cannot be shown here. Raises what opening raises."""
    if paper.media not in SHOWN:
        question = Question(
            parent.window(),
            "不能在程序内查看",
            f"{paper.media} 文件请导出后用 Word、Excel 或 WPS 打开。导出须写明用途，并登记。",
            kind="info",
        )
        question.offer("", "取消(&C)")
        question.offer("export", "导出(&X)…", role="primary", default=True)
        if question.ask() == "export":
            export()
        return
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        opened, content = acts.open(paper.id or 0)
        dialog = ViewerDialog(opened, content, acts.read_text, parent.window())
    finally:
        QApplication.restoreOverrideCursor()
    dialog.exec()
    dialog.deleteLater()


class ViewerDialog(Dialog):
    """One paper, page below page, with its size and place on the page in the user's hands."""

    def __init__(
        self,
        paper: Attachment,
        content: bytes,
        read_text: Callable[[bytes], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(paper.title, parent, icon_name="preview", width=960)
        self.heading.setWordWrap(True)
        theme.set_role(self.heading, "heading")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setMaximumHeight(16_777_215)  # may be made as large as the screen
        self.pages = PdfPages()
        self.pages.setMinimumSize(480, 290)
        self._number = theme.label("", "muted")
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        for text, act, tip in (
            ("上一页(&P)", lambda: self.pages.go_to(self.pages.page - 1), "PageUp"),
            ("下一页(&N)", lambda: self.pages.go_to(self.pages.page + 1), "PageDown"),
            ("放大(&I)", lambda: self.pages.zoom_by(1.25), "Ctrl++"),
            ("缩小(&O)", lambda: self.pages.zoom_by(0.8), "Ctrl+-"),
            ("适合宽度(&W)", lambda: self.pages.set_fit(Fit.WIDTH), ""),
            ("整页(&F)", lambda: self.pages.set_fit(Fit.PAGE), ""),
        ):
            row.addWidget(theme.button(text, act, tip=tip))
        row.addStretch(1)
        row.addWidget(self._number)
        self._tools = QWidget()
        self._tools.setLayout(row)
        theme.margins(row, 0, theme.SMALL)
        column = QVBoxLayout()
        column.addWidget(self._tools)
        self.body.addLayout(column)
        if paper.media == TXT:
            self._tools.hide()
            page = QPlainTextEdit(read_text(content))
            page.setReadOnly(True)
            page.setAccessibleName(paper.title)
            page.setMinimumHeight(380)
            self.body.addWidget(page, 1)
        else:
            self.body.addWidget(self.pages, 1)
            self._show(content if paper.media == PDF else pictures_as_pdf(content))
        self.offer("关闭(&C)", self.reject, default=True)
        self.pages.page_changed.connect(lambda _page: self._show_number())

    def _show(self, content: bytes) -> None:
        try:
            self._pdf = PdfBytes(content, self)
        except UnreadablePdf:
            self._tools.hide()
            self.pages.hide()
            self.say("这个文件内容完好（校验值相符），但在程序内显示不了；请导出后查看", "warning")
            return
        self.pages.show_pdf(self._pdf)
        self._show_number()
        self.pages.setFocus()

    def _show_number(self) -> None:
        self._number.setText(f"第 {self.pages.page + 1} 页  共 {self._pdf.pages} 页")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
                self.pages.zoom_by(1.25)
                return
            if event.key() == Qt.Key.Key_Minus:
                self.pages.zoom_by(0.8)
                return
        super().keyPressEvent(event)


def pictures_as_pdf(content: bytes) -> bytes:
    """Return a picture, or every page of a TIFF, as pages of its own shape; ``b""``: unreadable."""
    QImageReader.setAllocationLimit(_MOST_PIXELS_MB)  # a small file may claim a huge picture
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(out)
    writer.setPageMargins(QMarginsF())
    painter = QPainter()
    for image in _images(content):
        writer.setPageSize(_page_of(image))
        if painter.isActive():
            writer.newPage()
        else:
            painter.begin(writer)
        painter.drawImage(QRectF(0, 0, writer.width(), writer.height()), image)
    drawn = painter.isActive()
    if drawn:
        painter.end()
    del painter, writer  # before the buffer that they write into
    return bytes(out.data().data()) if drawn else b""


def _format(content: bytes) -> QByteArray:
    """Return by which of the kinds that can be attached the picture is read."""
    if content.startswith(b"\x89PNG"):
        return QByteArray(b"png")
    return QByteArray(b"jpeg" if content.startswith(b"\xff\xd8") else b"tiff")


def _images(content: bytes) -> Iterator[QImage]:
    source = QBuffer()
    source.setData(QByteArray(content))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(source, _format(content))
    reader.setAutoDetectImageFormat(False)  # no other of Qt's readers gets to see it
    try:
        reader.setAutoTransform(True)  # phones write sideways and say so
        for number in range(max(1, reader.imageCount())):
            if number and not reader.jumpToImage(number):
                return
            image = reader.read()
            if image.isNull():
                return
            yield image
    finally:
        del reader  # its TIFF part looks into the buffer once more as it goes


def _page_of(image: QImage) -> QPageSize:
    long = _LONG_SIDE / max(image.width(), image.height())
    size = QSizeF(max(1.0, image.width() * long), max(1.0, image.height() * long))
    return QPageSize(size, QPageSize.Unit.Millimeter)
