"""The tab of the account: a period, its figures and charts, who is behind them, the papers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.registration_form import RegistrationForm
from app.domain.revisit_counts import DEFINITIONS
from app.domain.revisit_report import (
    BY_VERDICT,
    ORDER,
    SUMMARY,
    TREND,
    Figure,
    Report,
    counting,
    summary_sentence,
)
from app.domain.rights import Right
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Visit
from app.paper.report_charts import chart_of
from app.services.ports import Changes, Progress, RosterFilter
from app.services.report_use_cases import LEDGER, REPORT, YEAR_PLAN, YEAR_SUMMARY, Paper
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.account.chart_view import ChartView
from app.ui.account.figures import FiguresTable, name_of
from app.ui.account.output_dialog import OutputDialog
from app.ui.account.people_dialog import PeopleDialog
from app.ui.account.period_bar import PeriodBar
from app.ui.allowed import edits
from app.ui.changes import ChangeBus, touches
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.theme import Card, EmptyState

_FACTS = (Subject, Case, Sanction, Event, RegistrationForm, Visit)
_FIGURES, _NOBODY, _COUNTING = range(3)


class AccountTab(QWidget):
    """Asks for figures when it is seen and something changed; counts beside the window."""

    person_requested = Signal(int)
    import_requested = Signal()

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._jobs, self._messages = use_cases, jobs, messages
        self.report: Report | None = None
        self._key = SUMMARY
        self._stale, self._asking = True, False
        self.period = PeriodBar(use_cases.reports.today())
        self.table, self.chart = FiguresTable(), ChartView()
        self._chips: dict[str, QPushButton] = {}
        self._lay_out()
        self.setFocusProxy(self.table)
        self.period.chosen.connect(lambda _period: self.refresh())
        self.period.refused.connect(self._messages.show_warning)
        self.table.figure_opened.connect(self.open_figure)
        self.chart.key_opened.connect(self._open_key)
        bus.changed.connect(self._on_changed)
        shortcut = QShortcut(QKeySequence("F5"), self, self.refresh)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ---- figures

    def refresh(self) -> None:
        """Count afresh for the period that is chosen."""
        period = self.period.period()
        if isinstance(period, str):
            self._messages.show_warning(period)
            return
        if self._asking:
            self._stale = True
            return
        self._stale, self._asking = False, True
        self._said.setText("正在统计…")
        reports = self._use_cases.reports

        def job(progress: Progress) -> Report:
            return reports.read(period, progress)

        handle = self._jobs.run(job, self._show, self._on_failed)
        handle.cancelled.connect(lambda: self._on_failed("已取消统计"))
        if self.report is None:
            self._pages.setCurrentIndex(_COUNTING)

    def showEvent(self, event: QShowEvent) -> None:
        """Figures are counted for whoever looks at them."""
        super().showEvent(event)
        if self._stale and not self._asking:
            self.refresh()

    def show_table(self, key: str) -> None:
        """Show one table of the report with its chart."""
        self._key = key
        self._chips[key].setChecked(True)
        if self.report is None:
            return
        table = self.report.table(key)
        self.table.show_table(table)
        chart = chart_of(self.report, TREND if key == SUMMARY else key)
        self.chart.show_chart(chart)
        self._chart_card.setVisible(chart is not None)
        self._note.setText(table.note)
        self._note.setVisible(bool(table.note))

    def open_figure(self, figure: Figure, what: str) -> None:
        """Show who is behind a number; opening one of them leads to the roster."""
        if self.report is None:
            return
        when = self.report.period_of(figure).title
        said = self._key in (SUMMARY, TREND) and when in what
        title = what if said else f"{what}（{when}）"
        dialog = PeopleDialog(self._use_cases, title, self.report.behind(figure), self)
        if dialog.exec() and dialog.subject_id is not None:
            self.person_requested.emit(dialog.subject_id)
        dialog.deleteLater()

    def _open_key(self, key: str) -> None:
        if self.report is None:
            return
        table = self.report.table(TREND if self._key == SUMMARY else self._key)
        for line in table.lines:
            for title, figure in zip(table.columns, line.figures, strict=True):
                if figure.key == key and figure.people:
                    self.open_figure(figure, name_of(line, title))
                    return

    def _show(self, report: Report) -> None:
        self._asking = False
        self.report = report
        self._said.setText(summary_sentence(report))
        somebody = bool(report.people)
        self._pages.setCurrentIndex(_FIGURES if somebody else _NOBODY)
        for button in self._papers:
            button.setEnabled(somebody)
        if somebody:
            self.show_table(self._key)
        if self._stale and self.isVisible():
            self.refresh()

    def _on_failed(self, error: Exception | str) -> None:
        self._asking = False
        self._said.setText("未能统计")
        if self.report is None:
            somebody = self._use_cases.roster.count(RosterFilter())
            self._pages.setCurrentIndex(_FIGURES if somebody else _NOBODY)
        self._messages.show_error(error)

    def _on_changed(self, changes: Changes) -> None:
        if touches(changes, *_FACTS):
            self._stale = True
            if self.isVisible():
                self.refresh()

    # ---- papers

    def print(self) -> None:
        """Put the figures on paper: what Ctrl+P does here."""
        self.put_out(REPORT)

    def put_out(self, paper: Paper) -> None:
        """Print or export a paper of the account."""
        period = self.period.period()
        if isinstance(period, str):
            self._messages.show_warning(period)
            return
        if paper == REPORT and (self.report is None or self.report.period != period):
            self._messages.show_info("正在统计，请稍候再输出统计表")
            return
        dialog = OutputDialog(
            paper,
            self._use_cases,
            self._jobs,
            self._messages,
            period=period,
            report=self.report,
            parent=self,
        )
        dialog.exec()
        dialog.deleteLater()

    def show_definitions(self) -> None:
        """Say what each figure means."""
        dialog = Dialog("口径说明", self, lead="统计表末尾同样印有这些说明。", width=680)
        for name, text in DEFINITIONS:
            dialog.body.addWidget(theme.label(name, "heading"))
            dialog.body.addWidget(theme.label(text, wrap=True))
        if self.report is not None:
            dialog.body.addWidget(theme.label("统计口径", "heading"))
            dialog.body.addWidget(theme.label(counting(self.report), wrap=True))
        dialog.offer("关闭(&C)", dialog.accept, role="primary", default=True)
        dialog.exec()
        dialog.deleteLater()

    # ---- laying out

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SMALL)
        head.addWidget(self.period)
        head.addStretch(1)
        report = theme.button("统计表(&T)…", partial(self.put_out, REPORT), icon_name="print")
        report.setToolTip("打印或导出统计表（Ctrl+P）")
        ledger = theme.button("台账(&L)…", partial(self.put_out, LEDGER), icon_name="export")
        year = theme.button("年度文稿(&W)", icon_name="form")
        menu = QMenu(year)
        for paper in (YEAR_PLAN, YEAR_SUMMARY):
            menu.addAction(f"{paper.title}（草稿）…", partial(self.put_out, paper))
        year.setMenu(menu)
        self._papers = (report, ledger, year)
        for button in self._papers:
            head.addWidget(button)
        said = QHBoxLayout()
        said.setSpacing(theme.SMALL)
        self._said = theme.label("", wrap=True)
        said.addWidget(self._said, 1)
        said.addWidget(
            theme.button("口径说明(&M)", self.show_definitions, role="link"),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.SMALL, theme.LARGE, theme.SMALL)
        column.setSpacing(theme.SMALL)
        column.addLayout(head)
        column.addLayout(said)
        column.addLayout(self._chip_row())
        self._pages = QStackedWidget()
        self._pages.addWidget(self._figures_page())
        self._pages.addWidget(self._nobody())
        self._pages.addWidget(
            EmptyState("clock", "正在统计", "逐人按办法第四条、第五条认定，人多时需要几秒钟。")
        )
        column.addWidget(self._pages, 1)

    def _chip_row(self) -> QHBoxLayout:
        names = {
            SUMMARY: "总体",
            TREND: "各期",
            "kind": "处分种类",
            "group": "处分类别",
            "type": "人员类别",
            "unit": "单位",
            "year": "处分年度",
            "method": "方式",
            "outcome": "结果",
            BY_VERDICT: "对象认定",
        }
        row = QHBoxLayout()
        row.setSpacing(theme.TINY)
        group = QButtonGroup(self)
        for key in (SUMMARY, *ORDER):
            chip = theme.button(names[key], partial(self.show_table, key), role="chip")
            chip.setCheckable(True)
            chip.setChecked(key == SUMMARY)
            chip.setAccessibleName(f"统计项：{names[key]}")
            group.addButton(chip)
            row.addWidget(chip)
            self._chips[key] = chip
        row.addStretch(1)
        return row

    def _figures_page(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        theme.margins(column, 0, theme.TINY)
        column.addWidget(self.table, 1)
        self._note = theme.label("", "small", wrap=True)
        column.addWidget(self._note)
        self._chart_card = Card()
        self._chart_card.body.setContentsMargins(0, 0, 0, 0)
        self._chart_card.body.addWidget(theme.scrolled(self.chart), 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self._chart_card)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme.SMALL)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([520, 520])
        return split

    def _nobody(self) -> QWidget:
        return EmptyState(
            "people",
            "还没有可统计的人员",
            "录入或导入受处分人员以后，这里按季度、半年、年度给出应访、已访和回访率，每个数字都能查到人。",
            edits(
                theme.button("导入台账(&I)…", self.import_requested.emit, role="primary"),
                Right.IMPORT,
            ),
        )
