"""The row above the sheet: what can be done with the form, how many pages, whether it is saved."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui import theme
from app.ui.forms.autosave import Autosave


class Toolbar(QWidget):
    """Buttons that announce, labels that show."""

    refill_wanted = Signal()
    print_wanted = Signal()
    pdf_wanted = Signal()
    word_wanted = Signal()
    preview_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        refill = theme.button(
            "重新填入(&R)",
            self.refill_wanted.emit,
            icon_name="refresh",
            tip="按名册和处分重新填写没有改动过的项目",
        )
        self._count = theme.label("", "muted")
        self._state = theme.label("", "muted")
        self._toggle = theme.button("预览(&Y)", icon_name="preview", tip="显示或隐藏打印效果")
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self.preview_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        row.setSpacing(theme.SMALL)
        row.addWidget(refill)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self._state)
        row.addStretch(1)
        row.addWidget(self._toggle)
        row.addWidget(
            theme.button("打印(&P)…", self.print_wanted.emit, role="primary", tip="Ctrl+P")
        )
        row.addWidget(theme.button("存为 PDF(&D)…", self.pdf_wanted.emit))
        row.addWidget(theme.button("存为 Word(&W)…", self.word_wanted.emit))

    @property
    def preview_on(self) -> bool:
        """Whether the preview is asked for."""
        return self._toggle.isChecked()

    def turn_preview(self, *, on: bool) -> None:
        """Ask for the preview, or not."""
        self._toggle.setChecked(on)

    def name_toggle(self, *, in_place: bool) -> None:
        """Say what the button does next: show, hide, or come back from a preview in the way."""
        shown = "返回填写(&Y)" if in_place else "隐藏预览(&Y)"
        self._toggle.setText(shown if self.preview_on else "预览(&Y)")

    def show_count(self, pages: int) -> None:
        """Show how many pages the form takes; 0 while it is not known."""
        self._count.setText(f"共 {pages} 页" if pages else "")

    @property
    def count(self) -> str:
        """What is said about the number of pages."""
        return self._count.text()

    @property
    def state(self) -> str:
        """What is said about saving."""
        return self._state.text()

    def show_state(self, saving: Autosave) -> None:
        """Say plainly whether what was typed is kept: never 已保存 before it is."""
        if saving.error is not None:
            text, role = "● 尚未保存，正在重试", "problem"
        elif saving.has_unsaved:
            text, role = "正在填写…", "muted"
        elif saving.saved_at is not None:
            today = saving.saved_at.date() == date.today()
            when = f"{saving.saved_at:%H:%M:%S}" if today else f"{saving.saved_at:%Y-%m-%d %H:%M}"
            text, role = f"已自动保存 {when}", "good"
        else:
            text, role = "新登记表，填写后自动保存", "muted"
        self._state.setText(text)
        theme.set_role(self._state, role)
