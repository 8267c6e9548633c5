"""A box of the form, typed into in place: plain text that grows, and keys as in usability.md 3."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QTextBlockFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QTextEdit, QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.ui.forms.typing_history import difference
from app.ui.menu import Menu
from app.ui.theme import COLOURS

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


def clean(text: str, *, one_line: bool) -> str:
    """Return pasted ``text`` without control characters; line ends become \\n, or a space."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2029", "\n").replace("\u2028", "\n").replace("\v", "\n")
    text = text.replace("\t", " ")
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join(kept.split("\n")).strip() if one_line else kept


def units(text: str) -> int:
    """Return the length of ``text`` as Qt counts it: rare characters are two units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class CellEditor(QTextEdit):
    """One box. It shows values and reports typing; history and saving are its owner's."""

    edited = Signal(str)  # what the box says after a keystroke, a paste or a committed word
    left = Signal(int)  # Enter, Tab: 1 for the next box, -1 for the one before
    undo_wanted = Signal()
    redo_wanted = Signal()
    focused = Signal()
    deserted = Signal()  # the focus went elsewhere
    caret_moved = Signal(QRect)  # in this widget: the sheet scrolls it into sight
    grew = Signal()
    composing_changed = Signal()
    menu_built = Signal(QMenu)  # the context menu, for whoever has something to add

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._one_line = spec.kind is FieldKind.TEXT
        self._text = ""
        self._showing = False
        self._composing = False
        self._pitch = 0.0
        self._align = "left"
        self._em = 16
        self._lead = 0.0
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.setAccessibleName(spec.label)
        self.setProperty("role", "cell")
        self.textChanged.connect(self._on_text_changed)
        self.cursorPositionChanged.connect(self._on_caret_moved)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.grew.emit())

    # ------------------------------------------------------------ look

    def set_type(self, font: QFont, pitch: float, align: str) -> None:
        """Set the face, the line pitch in pixels, and the alignment in the grid's words."""
        self._pitch, self._align = pitch, align
        showing, self._showing = self._showing, True
        # The program's style sheet sets a face for every widget: only another sheet overrules it.
        families = ", ".join(f'"{family}"' for family in font.families())
        self.setStyleSheet(
            "QTextEdit { background: transparent; border: none; padding: 0; min-height: 0;"
            f" font-family: {families}; font-size: {font.pixelSize()}px; color: #111111;"
            f" selection-background-color: {COLOURS.accent}; selection-color: {COLOURS.paper}; }}"
        )
        self._em = font.pixelSize()
        self._lead = max(0.0, pitch - QFontMetricsF(font).height()) / 2
        self.document().setDefaultFont(font)
        self._set_blocks(self._alignment())
        self._showing = showing

    def _alignment(self) -> Qt.AlignmentFlag:
        match self._align:
            case "text":
                return Qt.AlignmentFlag.AlignJustify
            case "centre":
                return Qt.AlignmentFlag.AlignHCenter
            case "right":
                return Qt.AlignmentFlag.AlignRight
            case "auto" if self._lines() <= 1:
                return Qt.AlignmentFlag.AlignHCenter
            case _:
                return Qt.AlignmentFlag.AlignLeft

    def _lines(self) -> int:
        """Return how many lines the text takes: of a short text, a laid out line at a time."""
        block, lines = self.document().firstBlock(), 0
        while block.isValid() and lines < 2:
            lines += max(1, block.layout().lineCount())
            block = block.next()
        return lines

    def _set_blocks(self, alignment: Qt.AlignmentFlag) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        block = QTextBlockFormat()
        block.setLineHeight(self._pitch, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        block.setAlignment(alignment)
        if self._align == "text":
            block.setTextIndent(2 * self._em)
        cursor.setBlockFormat(block)

    def settle(self) -> None:
        """Centre a text of one line, and set a longer one from the left, where the grid says so."""
        if self._align != "auto":
            return
        alignment = self._alignment()
        if self.document().firstBlock().blockFormat().alignment() != alignment:
            showing, self._showing = self._showing, True
            self._set_blocks(alignment)
            self._showing = showing

    def top_of(self, offset: int) -> float:
        """Return how far down, in this widget, the line with the character at ``offset`` begins."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(units(self._text[:offset]), self.document().characterCount() - 1))
        return float(self.cursorRect(cursor).top())

    @property
    def lead(self) -> float:
        """How far above its place the widget must stand: Qt sets type at the foot of a line."""
        return self._lead

    def height_of_text(self) -> float:
        """Return the height that the text needs at the present width, in pixels."""
        return max(self._pitch, self.document().size().height())

    def sizeHint(self) -> QSize:
        return QSize(self.width(), round(self.height_of_text()))

    # ------------------------------------------------------------ value

    @property
    def is_composing(self) -> bool:
        """Whether a word is being composed by the input method."""
        return self._composing

    @property
    def text(self) -> str:
        """What the box says; text still being composed is not part of it."""
        return self._text

    @property
    def offset(self) -> int:
        """How many characters stand before the cursor."""
        before = self.textCursor().position()
        if len(self._text) == self.document().characterCount() - 1:
            return before  # no rare characters: both count alike
        encoded = self._text.encode("utf-16-le", "surrogatepass")[: 2 * before]
        return len(encoded.decode("utf-16-le", "replace"))

    def show_value(self, text: str, position: int | None = None) -> None:
        """Show ``text``, touching only what differs; the cursor goes to ``position`` if given."""
        if text != self._text:
            start, removed, inserted = difference(self._text, text)
            at = units(self._text[:start])
            self._showing = True
            cursor = QTextCursor(self.document())
            cursor.setPosition(at)
            cursor.setPosition(at + units(removed), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(inserted)
            self._showing = False
            self._text = text
        if position is not None:
            cursor = self.textCursor()
            cursor.setPosition(units(text[:position]))
            self.setTextCursor(cursor)

    def _on_text_changed(self) -> None:
        # toPlainText would turn no-break spaces into spaces.
        raw = self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")
        if self._showing or raw == self._text:
            return  # an undo shown, or a word that is still being composed
        self._text = raw
        self.edited.emit(raw)

    @property
    def selected(self) -> str:
        """The selected part of the text."""
        return self.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n")

    def insert(self, text: str) -> None:
        """Put ``text`` in at the cursor, in place of what is selected, as typing would."""
        if not self._composing and not self.isReadOnly():
            self.textCursor().insertText(clean(text, one_line=self._one_line))
            self.ensureCursorVisible()

    # ------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._composing:
            super().keyPressEvent(event)
            return
        step = self._step(event)
        if step:
            self.left.emit(step)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Redo) or (
            event.key() == Qt.Key.Key_Y and event.modifiers() == _CONTROL
        ):
            self.redo_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, event: QKeyEvent) -> int:
        """Return 1 or -1 when the key leaves the box, else 0."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Tab and modifiers == _NO_MODIFIER:
            return 1
        if event.key() == Qt.Key.Key_Backtab:
            return -1
        if event.key() not in _RETURN:
            return 0
        if modifiers & _SHIFT:
            return -1
        return 1 if self._one_line or modifiers & _CONTROL else 0

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        composing = bool(event.preeditString())
        changed, self._composing = composing != self._composing, composing
        super().inputMethodEvent(event)
        if changed:
            self.composing_changed.emit()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.textCursor().insertText(clean(source.text(), one_line=self._one_line))
            self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
        self._on_caret_moved()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.deserted.emit()
        self._composing = False
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the desk scrolls, never a box

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if self._step(event) and not self._composing:
                event.accept()
                return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = Menu(self)
        for text, act, possible in (
            ("撤销(&U)", self.undo_wanted.emit, not self.isReadOnly()),
            ("重做(&R)", self.redo_wanted.emit, not self.isReadOnly()),
            ("", None, False),
            ("剪切(&T)", self.cut, self.textCursor().hasSelection() and not self.isReadOnly()),
            ("复制(&C)", self.copy, self.textCursor().hasSelection()),
            ("粘贴(&P)", self.paste, self.canPaste()),
            ("", None, False),
            ("全选(&A)", self.selectAll, bool(self._text)),
        ):
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(text, act).setEnabled(possible)
        if not self.isReadOnly():
            self.menu_built.emit(menu)
        menu.pop_up(event.globalPos())

    def _on_caret_moved(self) -> None:
        if self.hasFocus():
            self.caret_moved.emit(self.cursorRect())
