"""The papers of a list, plan, visit or request: printed, or written as PDF or Word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QWidget

from app.services.gatekeeping import NotPossible
from app.services.letter_log import LetterNumber
from app.services.ports import Progress, UserError
from app.services.use_cases import UseCases
from app.ui.dialog import choose_target
from app.ui.jobs import JobRunner
from app.ui.menu import Menu
from app.ui.message_bar import MessageBar
from app.ui.places import folder_memory

_KINDS = {"pdf": ("PDF", "PDF 文件 (*.pdf)"), "docx": ("Word", "Word 文件 (*.docx)")}


class Letters(QObject):
    """Offers every document that a record can be printed as. Without documents it offers none."""

    def __init__(
        self, use_cases: UseCases, jobs: JobRunner, messages: MessageBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._use_cases, self._jobs, self._messages = use_cases, jobs, messages
        self._window = window

    def fill(self, menu: Menu, entity: Callable[[], Any]) -> bool:
        """Let ``menu`` offer every document; return whether this office has documents at all.

        ``entity`` returns what is kept now, or ``None`` when it could not be saved. It is asked when
        the menu opens: which documents have something to say depends on what was written.
        """
        if self._use_cases.letters_for is None or self._use_cases.draw_letter is None:
            return False
        menu.addAction("…")  # a menu without lines would not open
        menu.aboutToShow.connect(partial(self._show_menu, menu, entity))
        return True

    def _show_menu(self, menu: Menu, entity: Callable[[], Any]) -> None:
        menu.clear()
        known, current = self._use_cases.letters_for, entity()
        found = known(current) if known is not None and current is not None else ()
        for name, title in found:
            one = menu.submenu(title)
            one.addAction("打印…", partial(self._print, name, title, entity))
            for ending, (kind, _filter) in _KINDS.items():
                one.addAction(f"存为 {kind}…", partial(self._save, name, title, ending, entity))
        if not found:
            menu.addAction("还没有可以打印的内容").setEnabled(False)
        menu.addSeparator()
        menu.addAction("文号登记簿…", self._show_numbers)

    def _show_numbers(self) -> None:
        from app.ui.records.numbers_dialog import NumbersDialog

        dialog = NumbersDialog(self._use_cases.plans, self._window)
        dialog.exec()
        dialog.deleteLater()

    def _print(self, name: str, title: str, entity: Callable[[], Any]) -> None:
        whole = entity()
        draw = self._use_cases.draw_letter
        if whole is None or draw is None:
            return

        def job(_progress: Progress) -> _Drawn:
            numbers = self._use_cases.letter_numbers(name, whole)
            drawn = draw(name, whole, "pdf")
            return _Drawn(drawn, self._use_cases.letter_points(name, whole), numbers)

        self._jobs.run(job, partial(self._show, name, title, whole), self._messages.show_error)

    def _issue(self, name: str, whole: Any, shown: Sequence[LetterNumber]) -> None:
        """Take the numbers that the pages show. Raises ``NotPossible`` if others were given."""
        given = self._use_cases.issue_letter(name, whole)
        if [one.words for one in given] != [one.words for one in shown]:
            raise NotPossible(
                f"文号已变为“{'、'.join(one.words for one in given)}”，请关闭后重新打开，再打印"
            )

    def _show(self, name: str, title: str, whole: Any, drawn: _Drawn) -> None:
        from app.ui.forms.pdf_pages import UnreadablePdf
        from app.ui.forms.print_dialog import PrintDialog

        try:
            dialog = PrintDialog(
                drawn.pdf,
                warnings=drawn.points,
                incomplete=bool(drawn.points),
                note=_note(drawn.numbers),
                before=partial(self._issue, name, whole, drawn.numbers),
                file_name=file_name(title, "pdf"),
                settings=folder_memory(self._use_cases.who.folder),
                record=lambda target, _copies: self._record("打印", title, whole, target),
                parent=self._window,
            )
        except UnreadablePdf as error:
            self._messages.show_error(error)
            return
        dialog.setWindowTitle(f"打印{title}")
        if dialog.exec():
            self._messages.show_info(dialog.said)
        dialog.deleteLater()

    def _save(self, name: str, title: str, ending: str, entity: Callable[[], Any]) -> None:
        whole = entity()
        draw = self._use_cases.draw_letter
        if whole is None or draw is None:
            return
        kind, kinds = _KINDS[ending]
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = Path(place or Path.home()) / file_name(title, ending)
        target = choose_target(self._window, f"{title}存为 {kind}", start, kinds)
        if target is None:
            return
        if target.suffix.lower() != f".{ending}":
            target = target.with_name(f"{target.name}.{ending}")

        def write(_progress: Progress) -> tuple[Path, Sequence[str]]:
            from app.services.outside import write_verified

            self._use_cases.issue_letter(name, whole)
            data = draw(name, whole, ending)
            try:
                write_verified(target, data)
            except OSError as error:
                raise LetterNotWritten(
                    f"没有写成“{target.name}”：可能磁盘已满、没有写入权限，"
                    "或者文件正被其他程序打开。请关闭它或换个位置再存"
                ) from error
            return target, self._use_cases.letter_points(name, whole)

        def written(done: tuple[Path, Sequence[str]]) -> None:
            file, points = done
            self._record("导出", title, whole, f"{kind} 文件")
            said = f"已存为“{file.name}”，在文件夹“{file.parent}”中"
            if points:
                self._messages.show_warning(f"{said}。还有{len(points)}项请核对：{_some(points)}")
            else:
                self._messages.show_info(said)

        self._jobs.run(write, written, self._messages.show_error)

    def _record(self, act: str, title: str, whole: Any, target: str) -> None:
        try:
            self._use_cases.plans.record_letter(act, title, whole, target)
        except UserError as error:
            self._messages.show_error(error)


class _Drawn(NamedTuple):
    """A paper with what to mind and the 文号 on it."""

    pdf: bytes
    points: Sequence[str]
    numbers: Sequence[LetterNumber]


class LetterNotWritten(UserError):
    """A file could not be written; nothing half-written is left."""

    exit_code = 6
    number = 603


def _note(numbers: Sequence[LetterNumber]) -> str:
    """Say which 文号 will be taken by printing, or nothing."""
    free = [one.words for one in numbers if not one.given]
    return f"文号{'、'.join(free)}在打印或存盘时编定；取消则不占用。" if free else ""


def _some(points: Sequence[str]) -> str:
    """Return the first points in one sentence."""
    return "；".join(points[:3]) + ("……" if len(points) > 3 else "")


def file_name(title: str, ending: str) -> str:
    """Return a name without a person's name in it: 工作方案-20261123.pdf."""
    return f"{title}-{date.today():%Y%m%d}.{ending}"
