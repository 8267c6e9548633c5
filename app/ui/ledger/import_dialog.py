"""Bringing the office's own ledger in: choose, look at it, import, see what came."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.ledger import MARKS_TITLE
from app.domain.ledger_encounters import Encounter, encounters
from app.services.ledger import LedgerReading, Said
from app.services.use_cases import UseCases
from app.ui import places, theme
from app.ui.dialog import Dialog, choose_file, choose_target
from app.ui.jobs import JobHandle, JobRunner
from app.ui.ledger.answers_page import AnswersPage
from app.ui.ledger.columns_page import ColumnsPage
from app.ui.ledger.encounters_page import EncountersPage
from app.ui.ledger.questions import (
    NOTE_COLUMNS,
    SKIPPED_COLUMNS,
    listing,
    people_columns,
    question_columns,
)
from app.ui.ledger.undo_dialog import UndoDialog
from app.ui.message_bar import MessageBar

KINDS = "台账 (*.xlsx *.xls *.csv);;所有文件 (*)"
_WIDTH = 960
_MOST_NOTES = 3  # more would push the lists out of sight: they have a list of their own


class ImportDialog(Dialog):
    """Reads a ledger, shows what is in it and what is doubtful, and brings it in when told to."""

    imported = Signal(object)  # what changed: the ImportReport, or the UndoReport

    def __init__(
        self,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "导入台账",
            parent,
            lead="读取单位现有的 Excel 或 CSV 台账。先预览，确认后才写入；"
            "有疑问的单元格不会被猜测。",
            icon_name="import",
            width=_WIDTH,
        )
        self._use_cases, self._jobs, self._messages = use_cases, jobs, messages
        self._file: Path | None = None
        self._reading: Any = None
        self._import_id = ""
        self._tabs: QTabWidget | None = None
        self._answers: AnswersPage | None = None
        self._encounters: EncountersPage | None = None
        self._columns: ColumnsPage | None = None
        self._met: list[Encounter] = []
        self.setAcceptDrops(True)
        self._pages = QStackedWidget()
        self.body.addWidget(self._pages, 1)
        self._choice = self._choice_page()
        self._pages.addWidget(self._choice)
        self._report_button = self.offer("另存问题清单(&L)…", self._save_questions, left=True)
        self._other = self.offer("换一个文件(&F)…", self._choose, left=True)
        self._cancel = self.offer("取消(&C)", self.reject)
        self._go = self.offer("导入(&I)", self._import, role="primary", default=True)
        self._undo = self.offer("撤销这次导入(&U)…", self._ask_to_undo, left=True)
        self._close = self.offer("完成(&D)", self.accept, role="primary")
        self._show_buttons(self._cancel)
        self.resize(_WIDTH, theme.DIALOG_HEIGHT)

    # ------------------------------------------------------------ choosing

    def read(self, file: Path) -> None:
        """Read ``file`` and show what is in it."""
        self._file = file
        self._tabs, self._answers, self._encounters, self._met = None, None, None, []
        self._columns = None
        handle = self._jobs.run(
            partial(self._use_cases.read_ledger, file), self._show_preview, self._on_failed
        )
        self._watch(handle, f"正在读取“{file.name}”…")

    def _choose(self) -> None:
        start = self._file.parent if self._file else Path.home()
        if (file := choose_file(self, "选择台账", start, KINDS)) is not None:
            self.read(file)

    def _on_failed(self, error: Exception) -> None:
        self.say(error)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file from the desktop."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file that was dropped."""
        if self._go.isEnabled():
            self.read(Path(event.mimeData().urls()[0].toLocalFile()))

    def _choice_page(self) -> QWidget:
        return theme.EmptyState(
            "import",
            "选择台账文件",
            "支持 .xlsx、.xls 和 CSV（UTF-8、GBK）。表头按常用名称自动识别，两行表头、合并单元格、"
            "合计行和说明行都能处理。也可以把文件拖到这里。",
            theme.button("选择文件(&F)…", self._choose, role="primary"),
        )

    # ------------------------------------------------------------ looking at it

    def _show_preview(self, reading: Any) -> None:
        self._reading = reading
        self.say("")
        people = [person for person in reading.people if person.changes_anything]
        name = self._file.name if self._file else ""
        self.lead.setText(f"“{name}”读取完毕，尚未写入。请核对后导入。")
        page = QWidget()
        column = QVBoxLayout(page)
        theme.margins(column, 0, theme.MEDIUM)
        column.addLayout(
            _figures(
                (str(len(people)), "人将导入"),
                (str(sum(len(person.sanctions) for person in people)), "个处分"),
                (str(len(reading.questions)), "处疑问"),
                (str(len(reading.skipped)), "行不读入"),
            )
        )
        if reading.notes:
            shown = reading.notes if len(reading.notes) <= _MOST_NOTES else reading.notes[:1]
            more = [] if shown is reading.notes else [f"另有{len(reading.notes) - 1}条，见“说明”"]
            column.addWidget(theme.label("\n".join([*shown, *more]), "small", wrap=True))
        column.addWidget(self._tabs_of(reading, people), 1)
        self._show_page(page)
        self._go.setText(f"导入 {len(people)} 人(&I)")
        self._go.setEnabled(bool(people))
        if people:
            self._show_buttons(self._report_button, self._other, self._cancel, self._go)
        else:
            self._show_buttons(self._report_button, self._other, self._cancel)
            self.say("这份台账中没有可导入的新内容", "warning")
        self._report_button.setVisible(bool(reading.questions))
        self.resize(_WIDTH, theme.DIALOG_HEIGHT)  # lists and answers need all the room there is
        places.pull_on_screen(self)
        answers = self._answers
        if answers is not None and self._tabs is not None and self._tabs.currentWidget() is answers:
            QTimer.singleShot(0, answers, answers.focus_answer)  # once the job lets the body go

    def _tabs_of(self, reading: LedgerReading, people: Sequence[Any]) -> QTabWidget:
        """Return what can be looked at and answered; the tab that was in front stays there."""
        tabs = QTabWidget()
        several = len(reading.rows.readers) > 1
        tabs.addTab(
            listing(people_columns(several=several), people, "将导入的人员"),
            f"将导入的人员（{len(people)}）",
        )
        tabs.addTab(self._questions_page(reading), f"疑问（{len(reading.questions)}）")
        tabs.addTab(
            listing(SKIPPED_COLUMNS, reading.skipped, "不读入的行"),
            f"不读入的行（{len(reading.skipped)}）",
        )
        tabs.addTab(self._encounters_page(reading), f"同名和重复（{len(self._met)}）")
        at = self._columns.position() if self._columns is not None else None
        self._columns = ColumnsPage(reading, at=at)
        self._columns.said.connect(self._read_again)
        tabs.addTab(self._columns, "列的对应")
        if len(reading.notes) > _MOST_NOTES:
            notes = listing(NOTE_COLUMNS, reading.notes, "说明")
            tabs.addTab(notes, f"说明（{len(reading.notes)}）")
        tabs.setMinimumHeight(250)
        tabs.setCurrentIndex(self._tabs.currentIndex() if self._tabs is not None else 0)
        self._tabs = tabs
        return tabs

    def _questions_page(self, reading: LedgerReading) -> QWidget:
        said = reading.said
        if not reading.questions and not said.answers and not said.accepted:
            self._answers = None
            return theme.EmptyState("good", "没有疑问", "每个单元格都读懂了。")
        at = self._answers.position() if self._answers is not None else 0
        self._answers = AnswersPage(reading, at=at)
        self._answers.said.connect(self._read_again)
        return self._answers

    def _encounters_page(self, reading: LedgerReading) -> QWidget:
        now = encounters(reading.people, reading.known)
        # Who was decided about stays in the list, so that the decision can be changed.
        rows = {row for met in now for row in met.rows}
        self._met = [met for met in self._met if not rows & set(met.rows)]
        self._met = [
            met for met in self._met if any(row in reading.said.decisions for row in met.rows)
        ]
        self._met = sorted([*now, *self._met], key=lambda met: met.rows[0])
        if not self._met:
            self._encounters = None
            return theme.EmptyState("good", "没有同名和重复人员", "台账与名册没有不一致的地方。")
        at = self._encounters.position() if self._encounters is not None else 0
        self._encounters = EncountersPage(reading, self._met, at=at)
        self._encounters.said.connect(self._read_again)
        return self._encounters

    def _read_again(self, said: Said) -> None:
        """Read the same ledger with what the user said about it."""
        handle = self._jobs.run(
            partial(self._use_cases.read_ledger_again, self._reading, said),
            self._show_preview,
            self._on_failed,
        )
        self._watch(handle, "正在按您的回答重新读取…")

    def _save_questions(self) -> None:
        if self._file is None:
            return
        proposal = self._file.with_name(f"{self._file.stem}（问题清单）.xlsx")
        target = choose_target(self, "另存问题清单", proposal, "Excel 工作簿 (*.xlsx)")
        if target is None:
            return
        reading = self._reading

        def job(_progress: Any) -> Path:
            self._use_cases.write_ledger_report(reading, target)
            return target

        handle = self._jobs.run(job, self._on_questions_saved, self._on_failed)
        self._watch(handle, "正在写问题清单…")

    def _on_questions_saved(self, target: Path) -> None:
        self.say(f"问题清单已存到“{target}”：原表的副本，末尾多一列“{MARKS_TITLE}”", "good")

    # ------------------------------------------------------------ bringing it in

    def _import(self) -> None:
        if self._reading is None:
            return
        handle = self._jobs.run(
            partial(self._use_cases.import_ledger, self._reading),
            self._show_result,
            self._on_failed,
        )
        self._watch(handle, "正在导入，全部写入或全部不写入…")

    def _show_result(self, report: Any) -> None:
        self.say("")
        self.lead.setText("导入完成，全部内容已写入并保存。")
        page = QWidget()
        column = QVBoxLayout(page)
        theme.margins(column, 0, theme.MEDIUM)
        card = theme.Card("导入结果")
        card.body.addWidget(theme.label(report.summary, wrap=True))
        if self._reading.questions:
            card.body.addWidget(
                theme.label(
                    f"有{len(self._reading.questions)}处疑问需要核对，请对照下表逐人补填，"
                    "或另存问题清单，改正后再导入：已导入的内容不会重复。",
                    "warning",
                    wrap=True,
                )
            )
        column.addWidget(card)
        if self._reading.questions:
            questions = self._reading.questions
            several = any(question.sheet for question in questions)
            column.addWidget(listing(question_columns(several=several), questions, "疑问"), 1)
        else:
            column.addStretch(1)
        self._show_page(page)
        self._import_id = report.import_id
        if self._reading.questions:
            self._show_buttons(self._report_button, self._undo, self._close)
        else:
            self._show_buttons(self._undo, self._close)
        self._close.setFocus()
        self.imported.emit(report)
        self._messages.show_info(f"已导入：{report.summary}")

    def _ask_to_undo(self) -> None:
        dialog = UndoDialog(
            self._use_cases, self._jobs, self._messages, self, import_id=self._import_id
        )
        dialog.taken_back.connect(self._on_taken_back)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_taken_back(self, report: Any) -> None:
        self.lead.setText("这次导入已经撤销，台账文件没有改动。")
        page = QWidget()
        column = QVBoxLayout(page)
        theme.margins(column, 0, theme.MEDIUM)
        card = theme.Card("撤销结果")
        card.body.addWidget(theme.label(report.summary, wrap=True))
        card.body.addWidget(
            theme.label("改正台账后，可以用“换一个文件”重新读取并导入。", "muted", wrap=True)
        )
        column.addWidget(card)
        column.addStretch(1)
        self._show_page(page)
        self._show_buttons(self._other, self._close)
        self._close.setFocus()
        self.imported.emit(report)

    # ------------------------------------------------------------ frame

    def _watch(self, handle: JobHandle, note: str) -> None:
        self.be_busy(handle, note)
        handle.cancelled.connect(lambda: self.say("已取消，没有写入任何内容", "warning"))

    def _show_page(self, page: QWidget) -> None:
        former = self._pages.currentWidget()
        self._pages.setCurrentIndex(self._pages.addWidget(page))
        if former is not self._choice:
            self._pages.removeWidget(former)
            former.deleteLater()

    def _show_buttons(self, *shown: QPushButton) -> None:
        every = (self._report_button, self._other, self._cancel, self._go, self._undo, self._close)
        for button in every:
            button.setVisible(button in shown)


def _figures(*figures: tuple[str, str]) -> QHBoxLayout:
    """Return numbers with what they count, side by side."""
    row = QHBoxLayout()
    row.setSpacing(theme.MEDIUM)
    for number, words in figures:
        card = theme.Card()
        card.body.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(theme.SMALL)
        line.addWidget(theme.label(number, "title"))
        line.addWidget(theme.label(words, "muted"), 1, Qt.AlignmentFlag.AlignBottom)
        card.body.addLayout(line)
        card.setAccessibleName(f"{number}{words}")
        row.addWidget(card, 1)
    return row
