"""Making a form final, adding the signed scan, filing it: one dialog each, refusals said in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)

from app.domain.fields import form_fields
from app.domain.form_life import JPEG, MOST_BYTES, PDF, PNG, FormVersion, media_of
from app.services.ports import Changes
from app.ui import theme
from app.ui.dialog import Dialog, choose_scans
from app.ui.field_editor import FieldEditor, caption
from app.ui.fields import make_editor
from app.ui.forms.pdf_pages import PdfBytes, UnreadablePdf
from app.ui.records.typed import keep_words

_PICTURE = QSize(240, 250)
_KINDS = "扫描件 (*.pdf *.jpg *.jpeg *.png)"


class FinaliseDialog(Dialog):
    """Says what is still open; with something open, final only for a reason."""

    def __init__(
        self,
        left_open: Sequence[str],
        pages: int,
        finalise: Callable[[str], Changes],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "定稿",
            parent,
            lead="定稿后各栏不能再改，程序保存这一版的 PDF 和校验值（SHA-256）。"
            "以后要改，须写明理由、另出新版本，旧版本一并保留。",
            icon_name="shield",
        )
        self._finalise, self._open = finalise, bool(left_open)
        self.changes: Changes = frozenset()
        self.reason = QLineEdit()
        self.reason.setAccessibleName("未完善而定稿的理由")
        if left_open:
            self.body.addWidget(theme.label(f"还有 {len(left_open)} 项待完善", "heading"))
            listed = QListWidget()
            listed.setWordWrap(True)
            listed.setAccessibleName("待完善的项目")
            listed.addItems([f"• {one}" for one in left_open])
            listed.setFixedHeight(min(180, 24 + 28 * len(left_open)))
            self.body.addWidget(listed)
            self.body.addWidget(theme.label("仍要现在定稿的理由（记入日志和版本）", "muted"))
            self.body.addWidget(self.reason)
        else:
            count = f"，共 {pages} 页" if pages else ""
            self.body.addWidget(theme.label(f"✓ 各项均已填写，字形齐全{count}。", "good"))
        self.offer("取消(&C)", self.reject)
        self._press = self.offer(
            "仍然定稿(&F)" if left_open else "定稿(&F)", self.act, role="primary", default=True
        )
        if left_open:
            self._press.setEnabled(False)
            self.reason.textChanged.connect(lambda text: self._press.setEnabled(bool(text.strip())))
            keep_words(self.reason, self, "理由", "；".join(left_open)[:40])
            self.reason.setFocus()
        self.fit()

    def act(self) -> None:
        """Make the form final; a refusal stays on display."""
        reason = self.reason.text().strip()
        if self._open and not reason:
            self.say("请写明理由，或先补充上面各项")
            return
        try:
            self.changes = self._finalise(reason)
        except Exception as error:
            self.say(error)
            return
        self.accept()


class ScanDialog(Dialog):
    """Chooses a scan, shows its first page, and asks when and by whom it was signed."""

    def __init__(
        self,
        version: FormVersion,
        attach: Callable[[bytes, int | None, date | None, str, str], Changes],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "附签名扫描件",
            parent,
            lead="把签好名的登记表扫描（或拍照）后存入：PDF、JPG 或 PNG，加密保存。一份表有几个文件的，逐个存入。",
            icon_name="import",
        )
        self._attach = attach
        self._content, self._name = b"", ""
        self._pages: int | None = None
        self.changes: Changes = frozenset()
        self._chosen = theme.label("还没有选择文件", "muted", wrap=True)
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setAccessibleName("扫描件第一页")
        self.fields = fields_of(("signed_on", "signed_by"), version)
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        choose = theme.button("选择文件(&B)…", self._on_choose, icon_name="folder")
        form.addRow("", choose)
        form.addRow("", self._chosen)
        for editor in self.fields.values():
            form.addRow(caption(editor.spec, editor), editor)
        row = _beside(form, self._picture)
        self.body.addLayout(row)
        self.offer("取消(&C)", self.reject)
        self._press: QPushButton = self.offer(
            "存入扫描件(&S)", self.act, role="primary", default=True
        )
        self._press.setEnabled(False)
        choose.setFocus()
        self.fit()

    def _on_choose(self) -> None:
        for file in choose_scans(self, "选择签名扫描件", _KINDS):
            self.take(file)

    def take(self, file: Path) -> None:
        """Read ``file`` and show it; what is no readable scan is refused at once."""
        self._press.setEnabled(False)
        self._picture.clear()
        self._chosen.setText("还没有选择文件")
        try:
            if file.stat().st_size > MOST_BYTES:
                self.say(f"“{file.name}”超过{MOST_BYTES >> 20} MB，请降低扫描分辨率再扫一次")
                return
            content = file.read_bytes()
        except OSError:
            self.say(f"“{file.name}”读不出来，请核对文件是否还在、U盘是否接好")
            return
        media = media_of(content)
        picture, pages = first_page(content, media)
        if picture is None:
            self.say(f"“{file.name}”不是能打开的 PDF、JPG 或 PNG，没有选用")
            return
        self._content, self._pages, self._name = content, pages, file.name
        self._picture.setPixmap(_fitted(picture))
        count = f"，共 {pages} 页" if pages is not None else ""
        self._chosen.setText(f"{file.name}（{media}，{len(content) / 1024:.0f} KB{count}）")
        self.say("")
        self._press.setEnabled(True)
        self.fields["signed_on"].setFocus()  # Enter goes on, and does not choose once more

    def act(self) -> None:
        """Keep the scan; a refusal stays on display."""
        readable = [editor.settle() for editor in self.fields.values()]
        signed_on = self.fields["signed_on"].value()
        if not all(readable) or not isinstance(signed_on, date):
            self.say("请填写签名日期（登记表上手写的日期），如 2026-11-20")
            self.fields["signed_on"].setFocus()
            return
        by = str(self.fields["signed_by"].value() or "")
        try:
            self.changes = self._attach(self._content, self._pages, signed_on, by, self._name)
        except Exception as error:
            self.say(error)
            return
        self.accept()


class FilingDialog(Dialog):
    """Asks for day and file number, and files the form."""

    def __init__(
        self, file: Callable[[date | None, str], Changes], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "归档",
            parent,
            lead="登记表已存入受处分人员的案件档案（办法第十条）时，登记日期和案卷号。",
            icon_name="folder",
            width=520,
        )
        self._file = file
        self.changes: Changes = frozenset()
        self.fields = fields_of(("filed_on", "file_number"), FormVersion(filed_on=date.today()))
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        for editor in self.fields.values():
            form.addRow(caption(editor.spec, editor), editor)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("归档(&G)", self.act, role="primary", default=True)
        self.fields["file_number"].setFocus()
        self.fit()

    def act(self) -> None:
        """File the form; a refusal stays on display."""
        readable = [editor.settle() for editor in self.fields.values()]
        filed_on = self.fields["filed_on"].value()
        if not all(readable):
            return
        day = filed_on if isinstance(filed_on, date) else None
        try:
            self.changes = self._file(day, str(self.fields["file_number"].value() or ""))
        except Exception as error:
            self.say(error)
            return
        self.accept()


def fields_of(names: Sequence[str], version: FormVersion) -> dict[str, FieldEditor]:
    """Return editors for these fields of a version, showing what it holds."""
    specs = form_fields(FormVersion)
    made = {name: make_editor(specs[name]) for name in names}
    for name, editor in made.items():
        editor.show_value(getattr(version, name))
        if specs[name].help:
            editor.set_hint(specs[name].help)
    return made


def first_page(content: bytes, media: str) -> tuple[QImage | None, int | None]:
    """Return a picture of the first page and how many pages a PDF has; no picture: unreadable."""
    if media in (JPEG, PNG):
        image = QImage()
        image.loadFromData(QByteArray(content))
        return (None, None) if image.isNull() else (image, None)
    if media != PDF:
        return None, None
    owner = QObject()
    try:
        pdf = PdfBytes(content, owner)
    except UnreadablePdf:
        return None, None
    pages = pdf.pages
    size = pdf.document.pagePointSize(0) if pages else None
    if size is None or size.isEmpty():
        pdf.close()
        return None, None
    picture = pdf.document.render(0, (size * 2).toSize())
    pdf.close()
    white = QImage(picture.size(), QImage.Format.Format_RGB32)
    white.fill(Qt.GlobalColor.white)
    painter = QPainter(white)
    painter.drawImage(0, 0, picture)
    painter.end()
    return white, pages


def _fitted(picture: QImage) -> QPixmap:
    return QPixmap.fromImage(
        picture.scaled(
            _PICTURE,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    )


def _beside(form: QFormLayout, picture: QLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.LARGE)
    row.addLayout(form, 1)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    return row
