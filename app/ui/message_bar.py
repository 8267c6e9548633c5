"""What the program says: a bar that never blocks, and questions whose buttons name the act."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.unforeseen import log_once
from app.ui.veil import VeiledDialog

Kind = Literal["info", "warning", "error"]
_ICON_OF: dict[Kind, str] = {"info": "good", "warning": "warning", "error": "error"}
_SHOWN_MS = 8_000
_UNEXPECTED = (
    "程序遇到意外情况，刚才的操作没有完成；已保存的内容不受影响。请重试，"
    "若再次出现，请复制详情发给系统管理员"
)


def sentence_of(error: Exception | str) -> str:
    """Return what a user is told about ``error``: its own sentence, or one that blames nobody.

    What nobody foresaw goes into the log as well: everything that is told passes here.
    """
    if isinstance(error, str):
        return error
    log_once(error)
    return str(error) if _foreseen(error) and str(error) else _UNEXPECTED


def _foreseen(error: Exception) -> bool:
    from app.services.ports import UserError  # late: the first windows rarely have bad news

    return isinstance(error, UserError)


def number_shown(error: Exception | str) -> str:
    """Return the number that stands behind a sentence: HF-0601; none behind words of a window."""
    if isinstance(error, str):
        return ""
    from app.services.ports import number_of

    return number_of(error)


def details_of(error: Exception | str) -> str:
    """Return what 复制详情 puts on the clipboard: number, kind and place, no stored values."""
    if isinstance(error, str):
        return ""
    import platform

    system = f"{platform.system()} {platform.release()}"
    lines = [f"{number_shown(error)} {type(error).__name__}（{system}）"]
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    if isinstance(error, OSError) or _foreseen(error):
        lines.append(str(error))
    return "\n".join(lines)


class MessageBar(QFrame):
    """What the window says. Good news leaves by itself, bad news when it is closed.

    Bad news has a line of its own at the top. Good news lies over the status line: a line that comes
    and goes by itself would move the page under the mouse.
    """

    rescue_wanted = Signal()  # the records are damaged, and the user wants to do something about it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._details = ""
        self._home: QWidget | None = None  # where the line at the top is, while it lies elsewhere
        self._icon = QLabel()
        self._text = theme.label("", wrap=True)
        self._text.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = theme.button("复制详情(&D)", self._on_copy, role="link")
        self._number = theme.button("", self._on_number, role="link", tip="该怎么办")
        self._number.hide()
        self._close = theme.button("关闭", self.clear, role="link")
        self._rescue = theme.button("恢复或抢救…", self.rescue_wanted.emit, role="link")
        self._rescue.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.LARGE, theme.TINY, theme.SMALL, theme.TINY)
        row.setSpacing(theme.SMALL)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._copy)
        row.addWidget(self._number)
        row.addWidget(self._rescue)
        row.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._timer.timeout.connect(self.clear)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence on display; empty if none is."""
        return self._text.text()

    def show_info(self, sentence: str) -> None:
        """Say that something went well; it disappears after a while."""
        self._say("info", sentence, "")
        self._float()
        self._timer.start()

    def show_warning(self, sentence: str) -> None:
        """Say something to be minded; it stays until closed."""
        self._say("warning", sentence, "")

    def show_error(self, error: Exception | str) -> None:
        """Say what went wrong; details can be copied, and hold no stored values."""
        self._say("error", sentence_of(error), details_of(error))
        _show_number(self._number, error)
        self._rescue.setVisible(getattr(error, "damaged", False))

    def clear(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._text.clear()
        self.hide()
        self._dock()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay over the status line of a window that changes its size."""
        if event.type() == QEvent.Type.Resize and self._home is not None:
            self._place()
        return super().eventFilter(watched, event)

    def _float(self) -> None:
        """Leave the layout, if this is the window of the program, and lie over its status line."""
        window, home = self.window(), self.parentWidget()
        layout = home.layout() if home is not None else None
        if not isinstance(window, QMainWindow) or layout is None:
            return
        self._home = home
        layout.removeWidget(self)
        self.setParent(window)
        window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        window = self.window()
        # Not the size hint: that of a sentence which may wrap is as high as if it were narrow.
        high = self.heightForWidth(window.width())
        if isinstance(window, QMainWindow):
            high = max(high, window.statusBar().height())
        self.setGeometry(0, window.height() - high, window.width(), high)

    def _dock(self) -> None:
        """Return to the line at the top."""
        home, self._home = self._home, None
        if home is None:
            return
        self.window().removeEventFilter(self)
        layout = home.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, self)

    def _say(self, kind: Kind, sentence: str, details: str) -> None:
        self._timer.stop()
        self._dock()
        self._details = details
        theme.set_look(self, "kind", kind)
        self._icon.setPixmap(theme.picture(_ICON_OF[kind], 18))
        self._text.setText(sentence)
        self._text.setAccessibleName(sentence)
        self._copy.setVisible(bool(details))
        self._number.hide()
        self._rescue.hide()
        self.show()

    def _on_number(self) -> None:
        show_help_of(self._number.accessibleDescription(), self)

    def _on_copy(self) -> None:
        from app.ui import clipboard

        clipboard.put(f"{self._text.text()}\n\n{self._details}")
        self._copy.setText("已复制")
        QTimer.singleShot(2_000, self, lambda: self._copy.setText("复制详情(&D)"))


def _show_number(button: QPushButton, error: Exception | str) -> None:
    """Name the error by its number on ``button``, which leads to what can be done."""
    number = number_shown(error)
    button.setText(f"{number} 怎么办" if number else "")
    button.setAccessibleDescription(number)
    button.setVisible(bool(number))


def show_help_of(number: str, parent: QWidget) -> None:
    """Open the help at the error of this number."""
    from app.ui.help_window import HelpWindow

    HelpWindow(number, parent.window()).exec()


class News(QWidget):
    """One sentence inside a dialog: what is wrong, or what went well. Takes no room while empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = ""
        self._offered = False  # whether there was ever an error to be told more about
        self._label = theme.label("", "problem", wrap=True)
        self._row = QHBoxLayout(self)
        theme.margins(self._row, 0, theme.SMALL)
        self._row.addWidget(self._label, 1)

    @cached_property
    def _number(self) -> QPushButton:
        return self._add(theme.button("", self._on_number, role="link", tip="该怎么办"))

    @cached_property
    def _copy(self) -> QPushButton:
        return self._add(theme.button("", self._on_copy, role="link"))

    def _add(self, button: QPushButton) -> QPushButton:
        button.setProperty("reads", True)  # also where the record it stands in is frozen
        button.hide()
        self._row.addWidget(button, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        return button

    def text(self) -> str:
        """Return what is said now."""
        return self._label.text()

    def say(self, news: Exception | str, role: str = "problem") -> None:
        """Show a sentence; an unforeseen error also offers its details for copying."""

        sentence = sentence_of(news)
        foreseen = isinstance(news, str) or _foreseen(news)
        self._details = "" if foreseen else f"{sentence}\n\n{details_of(news)}"
        theme.set_role(self._label, role)
        mark = _MARK_OF.get(role, "")
        self._label.setText(mark + sentence if sentence else "")
        self._label.setAccessibleName(sentence)
        if self._offered or not isinstance(news, str):
            self._offered = True
            _show_number(self._number, news)
            self._copy.setText("复制详情(&D)")
            self._copy.setVisible(not foreseen)
        self.setVisible(bool(sentence))

    def _on_number(self) -> None:
        show_help_of(self._number.accessibleDescription(), self)

    def _on_copy(self) -> None:
        from app.ui import clipboard

        clipboard.put(self._details)
        self._copy.setText("已复制")


_MARK_OF = {"problem": "× ", "warning": "△ ", "good": "○ "}


class Question(VeiledDialog):
    """A question: heading, plain text, and buttons that name what they do."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        *,
        kind: Kind = "warning",
        input_label: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMaximumHeight(theme.DIALOG_HEIGHT)
        self.setMinimumWidth(420)
        self.answer = ""
        self._letters = ""  # that Alt already means here
        head = QHBoxLayout()
        head.setSpacing(theme.MEDIUM)
        picture = QLabel()
        picture.setPixmap(theme.picture(_ICON_OF[kind] if kind != "info" else "help", 28))
        head.addWidget(picture, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.SMALL)
        words.addWidget(theme.label(title, "heading", wrap=True))
        if text:
            words.addWidget(theme.label(text, wrap=True))
        self.input = QLineEdit()
        self.input.setAccessibleName(input_label)
        if input_label:
            words.addWidget(theme.label(input_label, "muted", wrap=True))
            words.addWidget(self.input)
        head.addLayout(words, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.SMALL)
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        theme.margins(column, theme.HUGE, theme.LARGE)
        column.addLayout(head)
        column.addLayout(self._buttons)

    def offer(
        self, answer: str, text: str, *, role: theme.Role = "secondary", default: bool = False
    ) -> QPushButton:
        """Add a button and return it; pressing it closes the question with ``answer``.

        Every button of a question has a letter for Alt: what the text does not bring is given.
        """
        if "&" not in text:
            free = next(letter for letter in "YGXVQ" if letter not in self._letters)
            text = f"{text.removesuffix('…')}(&{free})" + ("…" if text.endswith("…") else "")
        self._letters += text.partition("&")[2][:1].upper()
        made = theme.button(text, lambda: self._on_pressed(answer), role=role)
        self._buttons.addWidget(made)
        if default:
            made.setDefault(True)
            made.setFocus()
        return made

    def ask(self) -> str:
        """Return the answer of the button pressed, ``""`` for Esc or the window's cross."""
        self.exec()
        return self.answer

    def _on_pressed(self, answer: str) -> None:
        self.answer = answer
        self.accept()


def confirm(
    parent: QWidget | None, title: str, text: str, *, act: str, danger: bool = False
) -> bool:
    """Ask before an act with consequences; ``act`` is the button: 覆盖并恢复, never 确定.

    A dangerous act is not the default: Enter then keeps everything as it is.
    """
    question = Question(parent, title, text)
    question.offer("", "取消(&C)", default=danger)
    question.offer("act", act, role="danger" if danger else "primary", default=not danger)
    return question.ask() == "act"


def ask_reason(
    parent: QWidget | None, title: str, text: str, *, act: str, danger: bool = False
) -> str | None:
    """Ask for the reason that the log keeps; ``None`` if the user thinks better of it."""
    question = Question(parent, title, text, kind="info", input_label="理由（必填，将记入日志）")
    question.offer("", "取消(&C)")
    press = question.offer("act", act, role="danger" if danger else "primary", default=True)
    press.setEnabled(False)
    question.input.textChanged.connect(lambda text: press.setEnabled(bool(text.strip())))
    question.input.setFocus()
    from app.ui.records.typed import keep_words  # which asks questions itself

    keep_words(question.input, question, "理由")
    return question.input.text().strip() if question.ask() == "act" else None


def ask_to_save(parent: QWidget | None, what: str) -> Literal["save", "discard", "cancel"]:
    """Ask what to do with unfinished work before it disappears; 保存 is the default."""
    question = Question(parent, "有内容尚未保存", what)
    question.offer("save", "保存(&S)", role="primary", default=True)
    question.offer("discard", "不保存(&N)")
    question.offer("cancel", "取消(&C)")
    answer = question.ask()
    return "save" if answer == "save" else "discard" if answer == "discard" else "cancel"


def tell(parent: QWidget | None, title: str, error: Exception | str) -> None:
    """Say something that must be read before going on; for everything else use the bar."""
    question = Question(parent, title, sentence_of(error))
    question.offer("read", "知道了(&K)", role="primary", default=True)
    question.ask()
