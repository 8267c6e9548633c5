"""The preview beside the sheet: the PDF itself, drawn beside the window after a pause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.registration_form import RegistrationForm
from app.paper.page_starts import PageStart
from app.services.ports import Progress
from app.ui import theme
from app.ui.forms.pdf_pages import Fit, PdfBytes, PdfPages, UnreadablePdf
from app.ui.jobs import JobRunner
from app.ui.message_bar import sentence_of

PAUSE_MS = 400  # without a key
LONGEST_MS = 2_000  # while keys keep coming

Draw = Callable[[Sequence[RegistrationForm]], bytes]
FindStarts = Callable[[RegistrationForm], Sequence[PageStart]]


@dataclass(frozen=True, slots=True)
class Pages:
    """What became of a form: where its pages begin, and the PDF if it was asked for."""

    starts: Sequence[PageStart]
    pdf: bytes | None

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.starts) + 1


class PageMaker(QObject):
    """Lays out and draws the form as it was a moment ago, beside the window.

    Of several requests while one is under way only the last is done: typing never waits.
    """

    made = Signal(object)  # Pages
    failed = Signal(Exception)

    def __init__(
        self,
        snapshot: Callable[[], RegistrationForm | None],
        find_starts: FindStarts,
        draw: Draw,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.wants_pdf = True
        self._snapshot, self._find_starts, self._draw = snapshot, find_starts, draw
        self._runner = JobRunner(self)  # its own: a backup must not hold up the preview
        self._running = False
        self._again = False
        self._pause = self._timer(PAUSE_MS)
        self._longest = self._timer(LONGEST_MS)

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.make_now)
        return timer

    def make_soon(self) -> None:
        """Make the pages after a pause in typing, or every two seconds."""
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def make_now(self) -> None:
        """Make the pages of the form as it is now."""
        self._pause.stop()
        self._longest.stop()
        if self._running:
            self._again = True
            return
        form = self._snapshot()
        if form is None:
            return
        self._running = True
        self._runner.run(
            partial(_make, form, self._find_starts, self._draw if self.wants_pdf else None),
            self._on_made,
            self._on_failed,
        )

    def shut_down(self) -> None:
        """Wait for what is under way; nothing is made any more."""
        self._pause.stop()
        self._longest.stop()
        self._again = False
        self._runner.shut_down()

    def _on_made(self, pages: Pages) -> None:
        self._ended()
        self.made.emit(pages)

    def _on_failed(self, error: Exception) -> None:
        self._ended()
        self.failed.emit(error)

    def _ended(self) -> None:
        self._running = False
        if self._again:
            self._again = False
            self._pause.start()


def _make(
    form: RegistrationForm, find_starts: FindStarts, draw: Draw | None, _progress: Progress
) -> Pages:
    starts = find_starts(form)
    return Pages(starts, draw([form]) if draw is not None else None)


class Preview(QWidget):
    """Shows the pages of a PDF with their number; keeps the last good one when drawing fails."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages = PdfPages()
        self._number = theme.label("", "muted")
        self._problem = theme.label("", "problem", wrap=True)
        self._problem.hide()
        self._fit = theme.button(Fit.PAGE.value, self._on_fit, role="link")
        self._count = 0
        head = QHBoxLayout()
        head.setContentsMargins(theme.MEDIUM, theme.TINY, theme.SMALL, theme.TINY)
        head.setSpacing(theme.MEDIUM)
        self._title = theme.label("预览")
        head.addWidget(self._title)
        head.addWidget(self._number)
        head.addStretch(1)
        head.addWidget(self._fit)
        column = QVBoxLayout(self)
        theme.margins(column, 0, 0)
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(self.pages, 1)
        self.pages.page_changed.connect(lambda _page: self._show_number())

    def show_pdf(self, data: bytes, title: str = "预览") -> None:
        """Show this PDF in place of the former one."""
        self._title.setText(title)
        try:
            pdf = PdfBytes(data, self)
        except UnreadablePdf as error:
            self.show_problem(error)
            return
        self._problem.hide()
        self._count = pdf.pages
        self.pages.show_pdf(pdf)
        self._show_number()

    @property
    def count(self) -> int:
        """How many pages are shown."""
        return self._count

    def show_problem(self, error: Exception) -> None:
        """Say why there is no new picture; the former one stays."""
        self._problem.setText(f"预览没有更新：{sentence_of(error)}")
        self._problem.show()

    def clear(self) -> None:
        """Show nothing."""
        self._count = 0
        self._problem.hide()
        self.pages.show_pdf(None)
        self._show_number()

    def _show_number(self) -> None:
        self._number.setText(
            f"第 {self.pages.page + 1} 页  共 {self._count} 页" if self._count else ""
        )

    def _on_fit(self) -> None:
        whole = self._fit.text() == Fit.PAGE.value
        self.pages.set_fit(Fit.PAGE if whole else Fit.WIDTH)
        self._fit.setText((Fit.WIDTH if whole else Fit.PAGE).value)
