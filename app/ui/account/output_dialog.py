"""How a paper of the account leaves the program: printed, or as a file; for what, and how guarded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from app.domain.report_period import ReportPeriod
from app.domain.revisit_report import Report
from app.domain.rights import Right
from app.domain.small_numbers import FEWEST
from app.services.ports import Progress, UserError
from app.services.report_use_cases import LEDGER, REPORT, YEAR_SUMMARY, Paper
from app.services.use_cases import UseCases
from app.ui import places, theme
from app.ui.dialog import Dialog, choose_target
from app.ui.fields import CalmComboBox
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.second_person import second_person

PURPOSES = ("存档", "报送学校纪委", "报送上级纪委监委", "迎接检查", "内部研究")
_KINDS = {
    "pdf": ("PDF", "PDF 文件 (*.pdf)"),
    "xlsx": ("Excel", "Excel 工作簿 (*.xlsx)"),
    "docx": ("Word", "Word 文件 (*.docx)"),
}
_PRINT = "打印"
_GUARDED = (REPORT, YEAR_SUMMARY)
"""What may leave the office with its small numbers withheld."""
_LEADS = {
    REPORT: "含总体情况、各项统计、图表和口径说明。",
    LEDGER: "全部人员，含期满日期、对象认定、回访、结果运用、反馈和归档，共三十栏。"
    "文件不加密，请按工作秘密保管。",
    YEAR_SUMMARY: "数字和表格按名册填好，评价、做法、问题和打算留待撰写；Word 文件可直接修改。",
}
_PLAN_LEAD = (
    "按现在名册中的事实推算全年和各季度的回访对象，安排和要求留待撰写；Word 文件可直接修改。"
)


class NotWritten(UserError):
    """A file could not be written; nothing half-written is left."""

    exit_code = 6
    number = 603


class OutputDialog(Dialog):
    """Asks whereto and for what; then prints or writes, and enters that in the log."""

    def __init__(
        self,
        paper: Paper,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        *,
        period: ReportPeriod,
        report: Report | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            paper.title, parent, lead=_LEADS.get(paper, _PLAN_LEAD), icon_name="export", width=580
        )
        self._paper, self._use_cases, self._reports = paper, use_cases, use_cases.reports
        self._jobs, self._messages = jobs, messages
        self._period, self._report = period, report
        self.where, self.purpose, self.year = CalmComboBox(), CalmComboBox(), CalmComboBox()
        for ending in paper.endings:
            self.where.addItem(f"存为 {_KINDS[ending][0]}", ending)
        self.where.addItem(_PRINT, "")
        self.where.setAccessibleName("输出方式")
        self.purpose.setEditable(True)
        self.purpose.addItems(PURPOSES)
        self.purpose.setAccessibleName("用途")
        for year in self._reports.years():
            self.year.addItem(f"{year}年", year)
        self.year.setCurrentIndex(1 if paper == YEAR_SUMMARY else 0)
        self.year.setAccessibleName("年度")
        self.guard = QCheckBox(f"隐去不足{FEWEST}人的数字（离开本单位的报表选用）(&Y)")
        self.guard.setToolTip(
            "涉及一至四人的数字以“*”代替，并隐去可由合计推算出它的数字；图表同样处理"
        )
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.addRow(theme.label("输出方式", "muted"), self.where)
        if paper in (REPORT, LEDGER):
            about = period.title if paper == REPORT else "全部人员"
            form.addRow(theme.label("内容", "muted"), theme.label(about))
            form.addRow(theme.label("截至", "muted"), theme.label(f"{self._day:%Y-%m-%d}"))
        else:
            form.addRow(theme.label("年度", "muted"), self.year)
        form.addRow(theme.label("用途", "muted"), self.purpose)
        if paper in _GUARDED:
            form.addRow("", self.guard)
        self.body.addLayout(form)
        self.body.addStretch(1)
        self.offer("取消(&C)", self.reject)
        self.go = self.offer("", self._on_go, role="primary", default=True)
        self.where.currentIndexChanged.connect(lambda _place: self._name_the_act())
        self._name_the_act()
        self.where.setFocus()
        self.fit()

    @property
    def _day(self) -> date:
        return self._period.cutoff if self._paper == REPORT else self._period.as_of

    @property
    def _about(self) -> str:
        if self._paper == REPORT:
            return self._period.title
        return "全部人员" if self._paper == LEDGER else self.year.currentText()

    def _name_the_act(self) -> None:
        printing = not self.where.currentData()
        self.go.setText("预览并打印(&P)…" if printing else "选择位置并导出(&E)…")

    def _on_go(self) -> None:
        if not self.purpose.currentText().strip():
            self.say("请写明用途，如“报送上级纪委监委”；用途记入打印登记簿")
            self.purpose.setFocus()
            return
        ending = self.where.currentData()
        if not ending:
            if self._may_leave():
                self.print()
            return
        kind, kinds = _KINDS[ending]
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = Path(place or Path.home()) / f"{self.file_stem()}.{ending}"
        target = choose_target(self, f"{self._paper.title}存为 {kind}", start, kinds)
        if target is not None and self._may_leave():
            self.write(target, ending)

    def _may_leave(self) -> bool:
        """The ledger names everybody: where an office is of several, a second person signs."""
        if self._paper != LEDGER:
            return True
        return second_person(self._use_cases.accounts, Right.BULK_EXPORT, self._jobs, self)

    def file_stem(self) -> str:
        """Return a name for the file without its ending: what and of when, never whom."""
        if self._paper == REPORT:
            return f"{self._period.title}{self._paper.title}"
        if self._paper == LEDGER:
            return f"{self._paper.title}（截至{self._day:%Y-%m-%d}）"
        return f"{self.year.currentText()}{self._paper.title.removeprefix('年度')}（草稿）"

    # ---- making it

    def _draw(self, ending: str) -> Callable[[Progress], bytes]:
        """Return the job that draws the paper. What it needs is taken from the window now."""
        paper, reports, day = self._paper, self._reports, self._day
        if paper == REPORT:
            shown = self._shown()
            return lambda _progress: reports.draw_report(shown, ending)
        if paper == LEDGER:
            return lambda progress: reports.draw_ledger(day, progress)
        year, guard = self.year.currentData(), self._guarding
        return lambda progress: reports.draw_year(paper, year, ending, progress, guard=guard)

    def _shown(self) -> Report:
        assert self._report is not None
        return self._reports.guarded(self._report) if self._guarding else self._report

    @property
    def _guarding(self) -> bool:
        return self._paper in _GUARDED and self.guard.isChecked()

    def write(self, target: Path, ending: str) -> None:
        """Write the paper to ``target``, beside the window."""
        if target.suffix.lower() != f".{ending}":
            target = target.with_name(f"{target.name}.{ending}")
        handle = self._jobs.run(
            self._writing(target, ending), partial(self._on_written, target), self.say
        )
        handle.cancelled.connect(lambda: self.say("已取消，没有写出文件", "warning"))
        self.be_busy(handle, "正在生成…")

    def _writing(self, target: Path, ending: str) -> Callable[[Progress], object]:
        if self._paper == LEDGER and ending == "xlsx":
            purpose, day = self.purpose.currentText().strip(), self._day
            return lambda progress: self._use_cases.export_ledger(
                target, day, progress, purpose=purpose
            )
        if self._paper == REPORT and ending == "xlsx":
            shown, enter = self._shown(), self._entering("导出", "Excel 文件", 1)

            def write(_progress: Progress) -> None:
                enter()
                self._reports.write_report(shown, target)

            return write
        draw, record = self._draw(ending), self._entering("导出", f"{_KINDS[ending][0]} 文件", 1)

        def work(progress: Progress) -> None:
            from app.services.outside import write_verified

            data = draw(progress)
            record()  # refused before a file is there
            try:
                write_verified(target, data)
            except OSError as error:
                raise NotWritten(
                    f"没有写成“{target.name}”：可能磁盘已满、没有写入权限，"
                    "或者文件正被其他程序打开。请关闭它或换个位置再存"
                ) from error

        return work

    def _on_written(self, target: Path, _result: object) -> None:
        self._messages.show_info(f"已存为“{target.name}”，在文件夹“{target.parent}”中")
        self.accept()

    def print(self) -> None:
        """Show the pages as they will come out, and print them."""
        handle = self._jobs.run(self._draw("pdf"), self._show_pages, self.say)
        handle.cancelled.connect(lambda: self.say("已取消", "warning"))
        self.be_busy(handle, "正在排版…")

    def _show_pages(self, pdf: bytes) -> None:
        # Late: Qt's PDF module is needed by nobody who does not print.
        from app.ui.forms.print_dialog import PrintDialog

        dialog = PrintDialog(
            pdf,
            warnings=None,
            incomplete=False,
            file_name=f"{self.file_stem()}.pdf",
            settings=places.folder_memory(self._use_cases.who.folder),
            record=partial(self._record, "打印"),
            parent=self,
        )
        dialog.setWindowTitle(f"打印{self._paper.title}")
        if dialog.exec():
            self._messages.show_info(dialog.said)
            self.accept()
        dialog.deleteLater()

    def _entering(self, act: str, target: str, copies: int) -> Callable[[], object]:
        """Return what enters this paper in the log, as the window says now what it is."""
        return partial(
            self._reports.record,
            self._paper,
            act,
            target,
            copies,
            about=self._about,
            as_of=self._day,
            guarded=self._guarding,
            reason=self.purpose.currentText(),
        )

    def _record(self, act: str, target: str, copies: int) -> None:
        try:
            self._entering(act, target, copies)()
        except UserError as error:
            self._messages.show_error(error)
