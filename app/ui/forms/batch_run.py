"""Carries a batch out, form by form from a given one: to one file, to a file each, to a printer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtPrintSupport import QPrinter

from app.domain.registration_form import RegistrationForm
from app.services.batch import BatchEntry
from app.services.forms import is_draft
from app.services.outside import write_verified
from app.services.ports import Cancelled, Progress
from app.services.use_cases import UseCases
from app.ui.forms.output import FileNotWritten
from app.ui.forms.pdf_pages import PdfBytes
from app.ui.forms.print_run import PrintRun
from app.ui.forms.printing import Offset, PrintingFailed
from app.ui.jobs import JobHandle


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a batch came: which forms went out, and with which one to go on (0: none is left)."""

    done: tuple[BatchEntry, ...]
    go_on: int
    error: Exception | None = None


def pdf_of(form: RegistrationForm, use_cases: UseCases) -> bytes:
    """Return one form's PDF: of a final one the very bytes that are kept."""
    if is_draft(form) or form.id is None:
        return use_cases.draw_forms([form])
    return use_cases.paper.read_final(form.id)


def write_one_file(
    entries: Sequence[BatchEntry],
    target: Path,
    duplex: bool,
    use_cases: UseCases,
    progress: Progress,
) -> Outcome:
    """Write all forms into one PDF with a bookmark each; the file appears whole or not at all."""
    forms = [entry.form for entry in entries]
    data = use_cases.paper.draw_batch(
        forms, duplex, lambda done, total, _note: progress(done, total, _said(done, total))
    )
    _write(target, data)
    return Outcome(tuple(entries), 0)


def write_files(
    entries: Sequence[BatchEntry], folder: Path, use_cases: UseCases, progress: Progress
) -> Outcome:
    """Write a PDF per form, named by its number; what is written when it stops stays."""
    done: list[BatchEntry] = []
    for place, entry in enumerate(entries):
        try:
            progress(place, len(entries), _said(place, len(entries)))
            # No name in a file name: a folder is seen by whoever opens it.
            target = folder / f"登记表-{date.today():%Y%m%d}-{entry.number:04}.pdf"
            _write(target, pdf_of(entry.form, use_cases))
        except Cancelled:
            return Outcome(tuple(done), entry.number)
        except Exception as error:
            return Outcome(tuple(done), entry.number, error)
        done.append(entry)
    return Outcome(tuple(done), 0)


class PrinterRun(QObject):
    """Prints form after form, each as a job of its own: it begins on a front side.

    取消 is heard at once; a form of which the printer has got something is finished first.
    """

    ended = Signal(object)  # Outcome

    def __init__(
        self,
        entries: Sequence[BatchEntry],
        new_printer: Callable[[], QPrinter],
        offset: Offset,
        use_cases: UseCases,
        handle: JobHandle,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._entries, self._new_printer, self._offset = entries, new_printer, offset
        self._use_cases, self._handle = use_cases, handle
        self._done: list[BatchEntry] = []

    def start(self) -> None:
        """Print the first form as soon as the window is idle."""
        QTimer.singleShot(0, self, self._next)

    def _next(self) -> None:
        place = len(self._done)
        if place == len(self._entries):
            self._end(0)
        elif self._handle.stopped:
            self._end(self._entries[place].number)
        else:
            self._tell(0.0)
            try:
                self._print(self._entries[place])
            except Exception as error:
                self._end(self._entries[place].number, error)

    def _print(self, entry: BatchEntry) -> None:
        pdf = PdfBytes(pdf_of(entry.form, self._use_cases), self)
        pages = range(pdf.pages)
        run = PrintRun(
            pdf,
            self._new_printer(),
            pages,
            self._offset,
            stopped=lambda: self._handle.stopped,
            parent=self,
        )
        run.moved.connect(lambda done: self._tell(done / len(pages)))
        run.ended.connect(partial(self._on_printed, entry, pdf))
        run.start()

    def _on_printed(self, entry: BatchEntry, pdf: PdfBytes, error: Exception | None) -> None:
        pdf.close()
        if error is not None:
            failed = isinstance(error, PrintingFailed)
            self._end(entry.number, FileNotWritten(str(error)) if failed else error)
            return
        self._done.append(entry)
        self.start()

    def _tell(self, within: float) -> None:
        """Report how far the batch is, ``within`` of the present form included."""
        place, total = len(self._done), len(self._entries)
        note = "" if self._handle.stopped else _said(place, total)
        self._handle.progressed.emit(round((place + within) * 1_000), total * 1_000, note)

    def _end(self, go_on: int, error: Exception | None = None) -> None:
        self.ended.emit(Outcome(tuple(self._done), go_on, error))
        self._handle.finished.emit()
        self._handle.deleteLater()


def _said(done: int, total: int) -> str:
    return f"第 {min(done + 1, total)} 份，共 {total} 份"


def _write(target: Path, data: bytes) -> None:
    try:
        write_verified(target, data)
    except OSError as error:
        raise FileNotWritten(
            f"没有写成“{target.name}”：可能磁盘已满、没有写入权限，"
            "或者文件正被其他程序打开。请关闭它或换个位置再试"
        ) from error
