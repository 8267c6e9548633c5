"""What is to be known about the box with the cursor: its source, its length, the roster's news."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.domain.fields import FieldKind, form_fields
from app.domain.form_filling import Offer
from app.domain.registration_form import ADVISED_LENGTH, RegistrationForm
from app.ui import theme

_SHOWN = 40  # characters of an old or new value


def count_of(text: str) -> int:
    """Return how many characters count as written: blanks and line ends do not."""
    return len("".join(text.split()))


def advice_on(name: str, text: str) -> str:
    """Return the word count of a long text with the usual length; empty for short boxes."""
    spec = form_fields(RegistrationForm)[name]
    count = count_of(text)
    if len(text) > spec.max_length:
        return f"{len(text)}字，最多{spec.max_length}字；已全部保留，请精简"
    if name in ADVISED_LENGTH:
        low, high = ADVISED_LENGTH[name]
        if count and not low <= count <= high:
            word = "偏短" if count < low else "偏长"
            return f"{count}字，{word}（一般{low}至{high}字）"
        return f"{count}字（一般{low}至{high}字）"
    return f"{count}字" if spec.kind is FieldKind.LONG_TEXT and count > 20 else ""


class FieldBar(QFrame):
    """One or two lines above the sheet. It asks; the editor acts."""

    taken = Signal(object)  # Offer: put the roster's value into the box
    kept = Signal(object)  # Offer: leave what stands there, and do not ask again
    basis_wanted = Signal()  # show how the periods were worked out, and the articles
    next_wanted = Signal()  # show the next box with news
    phrases_wanted = Signal(QMenu)  # fill the menu of ready sentences: it is about to be shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "fieldBar")
        self._offer: Offer | None = None
        self._label = theme.label("")
        self._label.setStyleSheet("font-weight: 700;")
        self._source = _elastic("muted")
        self._advice = theme.label("", "muted")
        self._periods = _elastic("muted")
        self._periods.hide()
        self._basis = theme.button(
            "计算过程和条文 ▸", self.basis_wanted.emit, role="link", tip="期限和认定的依据（F1）"
        )
        self._basis.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._basis.hide()
        self._news = _elastic("warning")
        self._news.setWordWrap(True)  # an address has two lines, old and new
        self._take = theme.button("采用(&A)", self._on_take)
        self._keep = theme.button("保留原内容(&K)", self._on_keep)
        self._more = theme.button("", self.next_wanted.emit, role="link")
        phrases = theme.button("常用语(&W) ▾", role="link", tip="插入一句常用语，放在光标处")
        menu = QMenu(phrases)
        menu.aboutToShow.connect(lambda: self.phrases_wanted.emit(menu))
        phrases.setMenu(menu)
        phrases.setStyleSheet("QPushButton::menu-indicator { image: none; width: 0; }")
        phrases.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cursor stays where words go
        first = QHBoxLayout()
        first.setSpacing(theme.MEDIUM)
        first.addWidget(self._label)
        first.addWidget(self._source, 1)
        first.addWidget(self._advice)
        first.addWidget(self._basis)
        first.addWidget(self._more)
        first.addWidget(phrases)
        self._second = QWidget()
        second = QHBoxLayout(self._second)
        theme.margins(second, 0, theme.SMALL)
        second.addWidget(self._news, 1)
        second.addWidget(self._take)
        second.addWidget(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MEDIUM, theme.TINY, theme.MEDIUM, theme.TINY)
        column.setSpacing(theme.TINY)
        column.addLayout(first)
        column.addWidget(self._periods)
        column.addWidget(self._second)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._second.hide()
        self._more.hide()

    def show_field(
        self,
        name: str,
        text: str,
        source: str,
        offer: Offer | None,
        periods: Sequence[str] = (),
    ) -> None:
        """Show what is known about the box ``name`` that now says ``text``.

        ``periods`` say of the sanctions in it until when each runs.
        """
        spec = form_fields(RegistrationForm)[name]
        self._offer = offer
        self._label.setText(spec.label)
        self._source.setText(source)
        self._source.setToolTip(source)
        advice = advice_on(name, text)
        self._advice.setText(advice)
        theme.set_role(self._advice, "warning" if "偏" in advice or "最多" in advice else "muted")
        self._periods.setText("\n".join(periods))
        self._periods.setToolTip("\n".join(periods))
        self._periods.setVisible(bool(periods))
        self._basis.setVisible(bool(periods))
        self._second.setVisible(offer is not None)
        if offer is not None:
            old, new = _short(offer.old), _short(offer.new)
            self._news.setText(f"名册已更新：原为“{old}”，现为“{new}”（{offer.source}）")
            self._news.setToolTip(f"{offer.source}\n{offer.new}")

    def show_others(self, number: int) -> None:
        """Say how many other boxes have news from the roster."""
        self._more.setVisible(number > 0)
        self._more.setText(f"名册另有{number}项更新 ▸")

    def clear(self) -> None:
        """Show nothing."""
        for part in (self._label, self._source, self._advice):
            part.setText("")
        for gone in (self._second, self._more, self._periods, self._basis):
            gone.hide()

    @property
    def offer(self) -> Offer | None:
        """The offer on display."""
        return self._offer if not self._second.isHidden() else None

    def _on_take(self) -> None:
        if self._offer is not None:
            self.taken.emit(self._offer)

    def _on_keep(self) -> None:
        if self._offer is not None:
            self.kept.emit(self._offer)


def _elastic(role: str) -> QLabel:
    """Return a label that gives way instead of widening the window."""
    made = theme.label("", role)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made


def _short(text: str) -> str:
    plain = text.replace("\n", "；")
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
