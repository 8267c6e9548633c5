"""The row above the sheet: how far the form has come, what can be done next, whether it is saved."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from app.domain.registration_form import DRAFT, FILED, FINAL, SIGNED
from app.ui import theme
from app.ui.allowed import edits
from app.ui.records.autosave import Autosave

_NEXT = {DRAFT: "定稿(&G)…", FINAL: "附签名扫描件(&G)…", SIGNED: "归档(&G)…", FILED: ""}
_MARK = {DRAFT: "○ 草稿", FINAL: "● 已定稿", SIGNED: "● 已签名", FILED: "✓ 已归档"}


class _GivesWay(QLabel):
    """Words that must not widen the window: what has no room ends in …, and the tip says all."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def say(self, words: str) -> None:
        self.words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        right = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self.words, right, self.width()))


class Toolbar(QWidget):
    """Buttons that announce, labels that show."""

    refill_wanted = Signal()
    print_wanted = Signal()
    pdf_wanted = Signal()
    word_wanted = Signal()
    preview_toggled = Signal(bool)
    finalise_wanted = Signal()
    scan_wanted = Signal()
    attachments_wanted = Signal()
    file_wanted = Signal()
    revise_wanted = Signal()
    give_up_wanted = Signal()
    versions_wanted = Signal()
    compare_wanted = Signal()
    copy_wanted = Signal()
    phrases_wanted = Signal()
    one_page_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = DRAFT
        self._may_refill = True
        self._refill = theme.button(
            "重新填入(&R)",
            self.refill_wanted.emit,
            tip="按名册和处分重新填写没有改动过的项目",
        )
        self._count = theme.label("", "muted")
        self._mark = theme.label("", "muted")
        self._mark.setAccessibleName("登记表状态")
        self._state = _GivesWay()
        edits(self._refill)
        self._toggle = theme.button("预览(&Y)", tip="显示或隐藏打印效果")
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self.preview_toggled)
        self._next = edits(theme.button("", self._on_next))
        more, save = theme.button("更多(&M) ▾"), theme.button("存为(&D) ▾")
        more.setMenu(self._menu(more))
        kinds = QMenu(save)
        kinds.addAction("存为 PDF(&P)…", self.pdf_wanted.emit)
        kinds.addAction("存为 Word(&W)…", self.word_wanted.emit)
        save.setMenu(kinds)
        for button in (more, save):
            button.setStyleSheet("QPushButton::menu-indicator { image: none; width: 0; }")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        row.setSpacing(theme.SMALL)
        row.addWidget(self._refill)
        row.addWidget(self._mark)
        row.addWidget(self._count)
        row.addWidget(self._state, 1)
        row.addWidget(self._toggle)
        row.addWidget(self._next)
        row.addWidget(
            theme.button("打印(&P)…", self.print_wanted.emit, role="primary", tip="Ctrl+P")
        )
        row.addWidget(save)
        row.addWidget(more)
        self.show_stage(DRAFT, 1, has_versions=False)

    def _menu(self, owner: QPushButton) -> QMenu:
        menu = QMenu(owner)
        self.one_page = QAction("缩至一页(&1)", menu, checkable=True)
        self.one_page.setToolTip("把字号缩小到 10.5 磅为止，使全表排在一页；放不下时会说明")
        self.one_page.triggered.connect(self.one_page_wanted)
        menu.addAction(self.one_page)
        self._refill_too = menu.addAction("重新填入(&R)", self.refill_wanted.emit)
        self._copy = menu.addAction("照抄上一份(&C)…", self.copy_wanted.emit)
        self._phrases = menu.addAction("管理常用语(&H)…", self.phrases_wanted.emit)
        menu.addSeparator()
        self._scan = menu.addAction("附签名扫描件(&S)…", self.scan_wanted.emit)
        menu.addAction("附件(&T)…", self.attachments_wanted.emit)
        self._versions = menu.addAction("版本与存档文件(&V)…", self.versions_wanted.emit)
        self._compare = menu.addAction("比较版本(&B)…", self.compare_wanted.emit)
        menu.addSeparator()
        self._revise = menu.addAction("新版本(&N)…", self.revise_wanted.emit)
        self._give_up = menu.addAction("放弃新版本(&G)…", self.give_up_wanted.emit)
        for action in (
            self.one_page,
            self._refill_too,
            self._copy,
            self._phrases,
            self._scan,
            self._revise,
            self._give_up,
        ):
            edits(action)
        return menu

    def _on_next(self) -> None:
        {
            DRAFT: self.finalise_wanted,
            FINAL: self.scan_wanted,
            SIGNED: self.file_wanted,
        }[self._stage].emit()

    def show_stage(self, state: str, version: int, *, has_versions: bool) -> None:
        """Show how far the form has come, and offer what is possible from there."""
        self._stage = state = state or DRAFT
        draft = state == DRAFT
        self._mark.setText(_MARK[state] + (f" 第{version}版" if has_versions else ""))
        theme.set_role(self._mark, "muted" if draft else "good")
        self._next.setText(_NEXT[state])
        self._next.setVisible(bool(_NEXT[state]))
        self._may_refill = draft and not has_versions
        self._make_room()
        self._refill_too.setEnabled(draft)
        self._toggle.setVisible(draft)
        for action in (self.one_page, self._copy):
            action.setEnabled(draft)
        self._scan.setEnabled(state in (FINAL, SIGNED))
        self._versions.setEnabled(has_versions)
        self._compare.setEnabled(has_versions)
        self._revise.setEnabled(not draft)
        self._give_up.setEnabled(draft and has_versions)

    def _make_room(self) -> None:
        needed = self._row.sizeHint().width()
        if self._refill.isHidden():
            needed += self._refill.sizeHint().width() + self._row.spacing()
        self._refill.setVisible(self._may_refill and needed <= self.width())

    @property
    def stage(self) -> str:
        """What is said about how far the form has come."""
        return self._mark.text()

    @property
    def preview_on(self) -> bool:
        """Whether the preview is asked for."""
        return self._toggle.isChecked()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave 重新填入 to the menu where it would cut the words of its neighbours."""
        super().resizeEvent(event)
        self._make_room()

    def turn_preview(self, *, on: bool) -> None:
        """Ask for the preview, or not."""
        self._toggle.setChecked(on)

    def name_toggle(self, *, in_place: bool) -> None:
        """Say what the button does next: show, hide, or come back from a preview in the way."""
        shown = "返回填写(&Y)" if in_place else "隐藏预览(&Y)"
        self._toggle.setText(shown if self.preview_on else "预览(&Y)")

    def show_count(self, pages: int, *, one_page: bool = False) -> None:
        """Show how many pages the form takes; 0 while it is not known."""
        self.one_page.setChecked(one_page)
        note = "" if not one_page or not pages else "（已缩）" if pages == 1 else "（缩不下）"
        self._count.setText(f"共 {pages} 页{note}" if pages else "")
        theme.set_role(self._count, "warning" if one_page and pages > 1 else "muted")

    @property
    def count(self) -> str:
        """What is said about the number of pages."""
        return self._count.text()

    @property
    def state(self) -> str:
        """What is said about saving."""
        return self._state.words

    def show_state(self, saving: Autosave) -> None:
        """Say plainly whether what was typed is kept: never 已保存 before it is."""
        if self._stage != DRAFT:
            self._state.say("")
            return
        if saving.error is not None:
            text, role = "● 尚未保存，正在重试", "problem"
        elif saving.has_unsaved:
            text, role = "正在填写…", "muted"
        elif saving.saved_at is not None:
            today = saving.saved_at.date() == date.today()
            when = f"{saving.saved_at:%H:%M:%S}" if today else f"{saving.saved_at:%Y-%m-%d %H:%M}"
            text, role = f"已自动保存 {when}", "good"
        else:
            text, role = "填写后自动保存", "muted"
        self._state.say(text)
        theme.set_role(self._state, role)
