"""Printing many forms: whose, what to mind first, where to, and going on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from app.domain.verdict import VERDICTS
from app.services.batch import BatchChoice, BatchEntry, Finding
from app.services.ports import Cancelled, Progress, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog, choose_folder, choose_target
from app.ui.fields import CalmComboBox
from app.ui.forms.batch_run import Outcome, PrinterRun, write_files, write_one_file
from app.ui.forms.print_dialog import NO_DUPLEX, can_duplex, named_printer, printer_names
from app.ui.forms.printing import read_offset
from app.ui.forms.still_spin import StillSpin
from app.ui.jobs import JobHandle, JobRunner
from app.ui.message_bar import sentence_of
from app.ui.table_model import RIGHT, Column, RowTableModel
from app.ui.table_view import TableView

ONE_FILE, FILES = "存为一个 PDF（每人一个书签）", "存为 PDF，每人一个文件"
_EVERYBODY, _KEPT, _FINAL = "名册中全部人员", "有登记表的人员", "登记表已定稿的人员"

_COLUMNS: tuple[Column[Finding], ...] = (
    Column[Finding](
        "序号", lambda row: str(row.number), lambda row: row.number, width=56, align=RIGHT
    ),
    Column[Finding]("姓名", lambda row: row.name, lambda row: row.name, width=84),
    Column[Finding]("单位", lambda row: row.unit, lambda row: row.unit, width=170),
    Column[Finding]("情况", lambda row: row.kind, lambda row: row.kind, width=84),
    Column[Finding]("说明", lambda row: row.message, lambda row: row.message),
)


class BatchDialog(Dialog):
    """Pre-check first; then out they go, in the roster's order, always the same."""

    def __init__(
        self,
        use_cases: UseCases,
        jobs: JobRunner,
        settings: QSettings,
        parent: QWidget | None = None,
        *,
        printers: Callable[[], Sequence[str]] = printer_names,
        new_printer: Callable[[str], QPrinter] = named_printer,
    ) -> None:
        super().__init__(
            "批量打印登记表",
            parent,
            lead="每人一份（最近保存的一份），按名册顺序。先预检，再输出；中途停下的，可从停下的那一份继续。",
            icon_name="print",
            width=960,
        )
        self._use_cases, self._jobs, self._settings = use_cases, jobs, settings
        self._new_printer = new_printer
        self.entries: Sequence[BatchEntry] = ()
        self.people = CalmComboBox()
        self.people.addItems([_EVERYBODY, _KEPT, _FINAL, *(f"对象认定：{v}" for v in VERDICTS)])
        self.people.setAccessibleName("打印哪些人")
        self.check_button = theme.button("预检(&K)", self.check)
        self.said = theme.label("", "muted", wrap=True)
        self.findings: RowTableModel[Finding] = RowTableModel(_COLUMNS, self)
        self.table = TableView()
        self.table.show_model(self.findings)  # type: ignore[arg-type]
        self.table.setAccessibleName("预检结果")
        self.table.setMinimumHeight(150)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.where = CalmComboBox()
        self.where.addItems([ONE_FILE, FILES, *printers()])
        self.where.setAccessibleName("输出到")
        self.first, self.copies = StillSpin(), StillSpin()
        self.first.setRange(1, 1)
        self.first.setAccessibleName("从第几份开始")
        self.copies.setRange(1, 99)
        self.copies.setAccessibleName("每份的份数")
        self.duplex = QCheckBox("双面(&D)")
        self._lay_out()
        self.people.currentIndexChanged.connect(lambda _index: self._forget())
        self.where.currentTextChanged.connect(self._on_where)
        self._on_where(self.where.currentText())
        self._forget()
        self.fit()

    def _lay_out(self) -> None:
        who = QHBoxLayout()
        who.addWidget(theme.label("人员"))
        who.addWidget(self.people, 1)
        who.addWidget(self.check_button)
        self.copy_button = theme.button("复制预检结果(&C)", self.copy, role="link")
        news = QHBoxLayout()
        news.addWidget(self.said, 1)
        news.addWidget(self.copy_button)
        out = QHBoxLayout()
        out.addWidget(theme.label("输出到"))
        out.addWidget(self.where, 1)
        for text, spin in (("从第", self.first), ("份起，每份", self.copies)):
            out.addWidget(theme.label(text))
            out.addWidget(spin)
        out.addWidget(theme.label("份"))
        out.addWidget(self.duplex)
        self.body.addLayout(who)
        self.body.addLayout(news)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(out)
        self._area.setMinimumHeight(296)  # news and progress take their room elsewhere
        self.offer("关闭(&X)", self.reject)
        self.start_button = self.offer("开始(&S)", self.start, role="primary", default=True)

    # ------------------------------------------------------------ whose, and what to mind

    @property
    def choice(self) -> BatchChoice:
        """Which people are chosen."""
        text = self.people.currentText()
        if text in (_EVERYBODY, _KEPT, _FINAL):
            return BatchChoice(kept_only=text == _KEPT, final_only=text == _FINAL)
        return BatchChoice(verdicts=(text.split("：", 1)[1],))

    def check(self) -> None:
        """Read the forms and check them, beside the window."""
        choice, paper = self.choice, self._use_cases.paper

        def job(progress: Progress) -> tuple[Sequence[BatchEntry], Sequence[Finding]]:
            entries = paper.choose_batch(choice, progress)
            return entries, paper.check_batch(entries, progress)

        handle = self._jobs.run(job, self._on_checked, self.say)
        handle.cancelled.connect(lambda: self.say("已取消预检", "warning"))
        self.be_busy(handle, "正在预检…")
        handle.finished.connect(self._enable_start)  # after the buttons came back

    def _on_checked(self, found: tuple[Sequence[BatchEntry], Sequence[Finding]]) -> None:
        self.entries, findings = found
        self.findings.set_rows(findings)
        count = len(self.entries)
        minded = len({finding.number for finding in findings})
        if not count:
            self.said.setText("没有符合条件的人员，请换一个范围")
        elif findings:
            self.said.setText(f"共 {count} 份，其中 {minded} 份有 {len(findings)} 处需要留意")
        else:
            self.said.setText(f"✓ 共 {count} 份，预检没有发现问题")
        self.first.setRange(1, max(1, count))
        self.first.setValue(1)
        self._enable_start()

    def _forget(self) -> None:
        self.entries = ()
        self.findings.set_rows([])
        self.said.setText("请先预检：缺项、偏长、事实存疑、缺字和没有定稿的都会列出")
        self._enable_start()

    def _enable_start(self) -> None:
        self.start_button.setEnabled(bool(self.entries))
        self.copy_button.setEnabled(bool(self.findings.rows))

    def copy(self) -> None:
        """Put the whole report on the clipboard, as a spreadsheet pastes it."""
        self.table.selectAll()
        self.table.copy_cells()
        self.said.setText(f"已复制 {len(self.findings.rows)} 行，可粘贴到 Excel")

    # ------------------------------------------------------------ out

    def _on_where(self, text: str) -> None:
        self.copies.setEnabled(text not in (ONE_FILE, FILES))
        able = text == ONE_FILE or (text != FILES and can_duplex(text))
        self.duplex.setEnabled(able)
        if not able:
            self.duplex.setChecked(False)
        self.duplex.setToolTip("每份都从一张纸的正面开始" if able or text == FILES else NO_DUPLEX)

    def start(self) -> None:
        """Ask where to, and carry the batch out from the chosen form on."""
        entries = [entry for entry in self.entries if entry.number >= self.first.value()]
        where = self.where.currentText()
        if not entries:
            return
        if where == ONE_FILE:
            target = choose_target(
                self, "存为一个 PDF", Path.home() / "登记表汇总.pdf", "PDF 文件 (*.pdf)"
            )
            if target is not None:
                self.write_one(entries, target.with_suffix(".pdf"))
        elif where == FILES:
            folder = choose_folder(self, "选择存放 PDF 的文件夹", Path.home())
            if folder is not None:
                self.write_each(entries, folder)
        else:
            self.print_on(entries, where)

    def write_one(self, entries: Sequence[BatchEntry], target: Path) -> None:
        """Write one PDF, beside the window."""
        job = partial(write_one_file, entries, target, self.duplex.isChecked(), self._use_cases)
        self._run(job, "导出", "PDF 文件", f"已存为“{target}”")

    def write_each(self, entries: Sequence[BatchEntry], folder: Path) -> None:
        """Write a PDF per form, beside the window."""
        job = partial(write_files, entries, folder, self._use_cases)
        self._run(job, "导出", "PDF 文件", f"已存到文件夹“{folder}”")

    def _run(self, job: Callable[[Progress], Outcome], act: str, target: str, said: str) -> None:
        handle = self._jobs.run(job, partial(self._on_ended, act, target, said, 1), self.say)
        handle.cancelled.connect(lambda: self.say("已取消，没有写出文件", "warning"))
        self.be_busy(handle, "正在输出…")

    def print_on(self, entries: Sequence[BatchEntry], printer: str) -> None:
        """Print form by form; 取消 stops at once, or when the form in the printer is through."""
        copies = self.copies.value()

        def new_printer() -> QPrinter:
            made = self._new_printer(printer)
            made.setCopyCount(copies)
            mode = QPrinter.DuplexMode
            made.setDuplex(mode.DuplexLongSide if self.duplex.isChecked() else mode.DuplexNone)
            made.setDocName("登记表")  # a queue is read by others: no name in it
            return made

        handle = JobHandle(self)
        offset = read_offset(self._settings, printer)
        run = PrinterRun(entries, new_printer, offset, self._use_cases, handle, self)
        said = f"已发送到打印机“{printer}”"
        run.ended.connect(partial(self._on_ended, "打印", printer, said, copies))
        run.ended.connect(run.deleteLater)
        self.be_busy(handle, "正在打印…")
        run.start()

    def _on_ended(self, act: str, target: str, said: str, copies: int, outcome: Outcome) -> None:
        """Record what went out, and say how to go on if something did not."""
        if outcome.done:
            forms = [entry.form for entry in outcome.done]
            try:
                self._use_cases.paper.record_outputs(act, forms, target, copies)
            except UserError as error:
                self.say(error)
                return
        if not outcome.go_on:
            self.say(f"{said}，共 {len(outcome.done)} 份，已记入打印登记簿", "good")
            self.first.setValue(1)
            return
        self.first.setValue(outcome.go_on)
        trouble = outcome.error
        stopped = trouble is None or isinstance(trouble, Cancelled)
        why = "已取消" if stopped or trouble is None else sentence_of(trouble)
        self.say(
            f"{why.rstrip('。')}。已完成 {len(outcome.done)} 份；"
            f"再按“开始”，从第 {outcome.go_on} 份继续",
            "warning" if stopped else "problem",
        )
