"""登记表样式: dates, empty boxes, 附件 and faces, each change shown at once on a sample page."""

from __future__ import annotations

import copy
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QWidget

from app.domain.fields import form_fields
from app.domain.settings import Settings
from app.services.ports import Changes, Progress
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.field_editor import FieldEditor, caption
from app.ui.fields import CalmComboBox, make_editor
from app.ui.forms.pdf_pages import Fit, PdfBytes, PdfPages, UnreadablePdf
from app.ui.jobs import JobRunner

_NAMES = ("date_style", "empty_mark", "annex_mark")
_FACES = {"title_face": "小标宋", "text_face": "仿宋"}
NAMES = (*_NAMES, *_FACES)
"""What this dialog keeps."""
_PAUSE_MS = 150


class StyleDialog(Dialog):
    """Edits a copy of the settings; ``changes`` is what saving returned."""

    def __init__(self, use_cases: UseCases, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(
            "登记表样式",
            parent,
            lead="对本单位以后打印的登记表有效；已定稿的不变。",
            icon_name="settings",
            width=900,
        )
        self._use_cases, self._jobs = use_cases, jobs
        self._settings = copy.copy(use_cases.settings())
        self.changes: Changes = frozenset()
        specs = form_fields(Settings)
        self.editors: dict[str, FieldEditor] = {}
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        for name in _NAMES:
            editor = make_editor(specs[name])
            editor.show_value(getattr(self._settings, name))
            editor.edited.connect(partial(self._on_edited, name))
            self.editors[name] = editor
            if name == "annex_mark":
                form.addRow("", editor)
            else:
                form.addRow(caption(specs[name], editor), editor)
        self._choices = use_cases.paper.faces()
        self.faces: dict[str, CalmComboBox] = {}
        for name, usual in _FACES.items():
            box = CalmComboBox()
            for label, value in self._choices.items():
                box.addItem(label, value)
            chosen = getattr(self._settings, name) or usual
            if box.findData(chosen) < 0:
                box.addItem(f"{chosen}（这台电脑上没有）", chosen)
            box.setCurrentIndex(box.findData(chosen))
            box.setAccessibleName(specs[name].label)
            box.currentIndexChanged.connect(partial(self._on_face, name))
            self.faces[name] = box
            form.addRow(specs[name].label, box)
        note = theme.label(
            "列出随程序的字体和这台电脑已安装、允许嵌入的公文字体；"
            "缺少的字逐个由随程序的宋体补上。",
            "small",
            wrap=True,
        )
        form.addRow("", note)
        self.pages = PdfPages()
        self.pages.setMinimumSize(400, 330)
        self.pages.set_fit(Fit.WIDTH)
        row = QHBoxLayout()
        row.setSpacing(theme.LARGE)
        left = QWidget()
        left.setLayout(form)
        left.setFixedWidth(370)
        row.addWidget(left)
        row.addWidget(self.pages, 1)
        self.body.addLayout(row)
        self.offer("取消(&C)", self.reject)
        self.offer("保存样式(&S)", self.save, role="primary", default=True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.draw)
        if notice := use_cases.paper.face_notice():
            self.say(notice, "warning")
        self.draw()
        self.fit()

    def _on_edited(self, name: str, value: object) -> None:
        setattr(self._settings, name, value)
        self._pause.start()

    def _on_face(self, name: str, index: int) -> None:
        setattr(self._settings, name, self.faces[name].itemData(index))
        self._pause.start()

    def draw(self) -> None:
        """Draw the sample as these settings would print it, beside the window."""
        chosen = copy.copy(self._settings)

        def job(_progress: Progress) -> bytes:
            return self._use_cases.paper.draw_sample(chosen)

        self._jobs.run(job, self._on_drawn, self.say)

    def _on_drawn(self, data: bytes) -> None:
        try:
            self.pages.show_pdf(PdfBytes(data, self))
        except UnreadablePdf:
            self.say("样张显示不了，请换一种字体")

    def save(self) -> None:
        """Keep the choices for the office."""
        try:
            self.changes = self._use_cases.save_settings(self._settings)
        except Exception as error:
            self.say(error)
            return
        self.accept()
