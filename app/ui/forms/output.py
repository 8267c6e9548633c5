"""A form leaves the program: on paper, as PDF, as Word; each time it is entered into the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.registration_form import RegistrationForm
from app.services.forms import is_draft, problems
from app.services.outside import write_verified
from app.services.ports import Progress, UserError
from app.services.use_cases import UseCases
from app.ui.forms.pdf_pages import UnreadablePdf
from app.ui.forms.print_dialog import PrintDialog, warnings_before_printing
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar


def file_name(form: RegistrationForm, ending: str) -> str:
    """Return a name without a person's name in it: 登记表-20261123-17.pdf."""
    return f"登记表-{date.today():%Y%m%d}-{form.id}.{ending}"


class Output(QObject):
    """Draws beside the window, asks where to, writes, and records."""

    def __init__(
        self,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        settings: QSettings,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._jobs, self._messages = use_cases, jobs, messages
        self._settings, self._window = settings, parent

    def print(self, form: RegistrationForm) -> None:
        """Draw the form, then show the print dialog with its pages."""

        def draw(_progress: Progress) -> tuple[bytes, dict[str, str]]:
            if not is_draft(form):
                return self._pdf_of([form]), {}  # what is final was checked when it became so
            return self._pdf_of([form]), self._use_cases.missing_characters([form])

        self._jobs.run(draw, partial(self._show_dialog, form), self._messages.show_error)

    def _show_dialog(self, form: RegistrationForm, drawn: tuple[bytes, dict[str, str]]) -> None:
        pdf, missing = drawn
        found = problems(form) if is_draft(form) else []
        notice = self._use_cases.paper.face_notice() if is_draft(form) else ""
        said = warnings_before_printing([p.message for p in found], missing)
        try:
            dialog = PrintDialog(
                pdf,
                warnings=[*said, notice] if notice else said,
                incomplete=bool(found),
                file_name=file_name(form, "pdf"),
                settings=self._settings,
                record=partial(self._record, "打印", form),
                calibration=self._use_cases.paper.draw_calibration,
                parent=self._window,
            )
        except UnreadablePdf as error:
            self._messages.show_error(error)
            return
        if dialog.exec():
            self._messages.show_info(dialog.said)
        dialog.deleteLater()

    def save_pdf(self, form: RegistrationForm) -> None:
        """Ask where to, and write the form as PDF."""
        self._save(form, "pdf", "PDF 文件 (*.pdf)", self._pdf_of)

    def save_docx(self, form: RegistrationForm) -> None:
        """Ask where to, and write the form as a Word file."""
        self._save(form, "docx", "Word 文件 (*.docx)", self._use_cases.draw_forms_docx)

    def _save(
        self,
        form: RegistrationForm,
        ending: str,
        kind: str,
        draw: Callable[[list[RegistrationForm]], bytes],
    ) -> None:
        title = "存为 PDF" if ending == "pdf" else "存为 Word"
        chosen, _kind = QFileDialog.getSaveFileName(
            self._window, title, str(_folder() / file_name(form, ending)), kind
        )
        if not chosen:
            return
        target = Path(chosen)
        if target.suffix.lower() != f".{ending}":
            target = target.with_name(f"{target.name}.{ending}")

        def write(_progress: Progress) -> Path:
            data = draw([form])
            try:
                write_verified(target, data)
            except OSError as error:
                raise FileNotWritten(
                    f"没有写成“{target.name}”：可能磁盘已满、没有写入权限，"
                    "或者文件正被其他程序打开。请关闭它或换个位置再存"
                ) from error
            return target

        self._jobs.run(write, partial(self._on_written, form, ending), self._messages.show_error)

    def _on_written(self, form: RegistrationForm, ending: str, target: Path) -> None:
        self._record("导出", form, "PDF 文件" if ending == "pdf" else "Word 文件")
        self._messages.show_info(f"已存为“{target.name}”，在文件夹“{target.parent}”中")

    def _pdf_of(self, forms: list[RegistrationForm]) -> bytes:
        """Return the form's PDF: of a final one the very bytes that are kept."""
        [form] = forms
        if is_draft(form) or form.id is None:
            return self._use_cases.draw_forms(forms)
        return self._use_cases.paper.read_final(form.id)

    def _record(self, act: str, form: RegistrationForm, target: str, copies: int = 1) -> None:
        assert form.id is not None
        try:
            self._use_cases.paper.record_outputs(act, [form], target, copies)
        except UserError as error:
            self._messages.show_error(error)


class FileNotWritten(UserError):
    """A file could not be written; nothing half-written is left."""

    exit_code = 6
    number = 603


def _folder() -> Path:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home())
