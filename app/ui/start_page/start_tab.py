"""The start page: what is due and why, the last backup, the forms last written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.ending import Ending, EndingItem
from app.domain.filing import FilingEntry
from app.domain.outcome import Feedback, Outcome, OutcomeAct, ResultUse, UnitReminder
from app.domain.plan import Plan
from app.domain.registration_form import RegistrationForm
from app.domain.reminders import BACKUP, DRILL, Reminder
from app.domain.request import Request
from app.domain.rights import Right
from app.domain.settings import Settings
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Visit
from app.services.ports import Changes, RosterFilter
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits
from app.ui.changes import ChangeBus, touches
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar, ask_reason
from app.ui.records.chain_line import link_of
from app.ui.roster.period_card import ArticleDialog, ArticleLinks
from app.ui.start_page.groups import GROUPS, counts, lines, spoken_days
from app.ui.start_page.printing import print_due_list
from app.ui.start_page.reminder_list import ReminderList
from app.ui.theme import Card, EmptyState

_AFTER = (Outcome, OutcomeAct, Feedback, UnitReminder, ResultUse, FilingEntry, Ending, EndingItem)
_FACTS = (Subject, Case, Sanction, Event, Settings, RegistrationForm, Plan, Visit, Request, *_AFTER)
_OFFICE_ACTS = {BACKUP: "立即备份(&O)…", DRILL: "做恢复演练(&O)…"}
_SIDE_WIDTH = 330
_FORMS_SHOWN = 5


class StartTab(QWidget):
    """What to do next, each line with its reason; everything opens the thing it speaks of."""

    person_requested = Signal(int)
    form_requested = Signal(int)
    link_requested = Signal(object, object)  # plan, visit or request and its id; subject id or None
    backup_requested = Signal()
    verify_requested = Signal()
    import_requested = Signal()
    add_requested = Signal()

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._bus, self._jobs, self._messages = use_cases, bus, jobs, messages
        self._reminders: Sequence[Reminder] = ()
        self._only = ""
        self._stale = True
        self._asking = False
        self.list = ReminderList()
        self.list.chosen.connect(self._show_detail)
        self.list.opened.connect(self._open)
        self.setFocusProxy(self.list)
        self._chips: dict[str, QPushButton] = {}
        self._pages = QStackedWidget()
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=200)
        self._soon.timeout.connect(self.refresh)
        bus.changed.connect(self._on_changed)
        for key, act in (("F5", self.refresh), ("Ctrl+N", self.add_requested.emit)):
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def refresh(self) -> None:
        """Ask what is due, beside the window: a large office takes a moment."""
        if self._asking:
            self._stale = True
            return
        self._stale, self._asking = False, True
        self._when.setText("正在计算…")
        self._jobs.run(lambda _progress: self._use_cases.due(None), self._on_due, self._on_failed)
        self._show_backup()
        self._show_forms()

    def print(self) -> None:
        """Show what is overdue or due within a week as pages, and print them."""
        if self._asking:
            self._messages.show_info("正在计算待办，请稍候再打印")
            return
        print_due_list(self._use_cases, self._reminders, self._jobs, self._messages, self.window())

    # ---- laying out

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SMALL)
        head.addWidget(theme.label("待办", "title"))
        self._when = theme.label("", "small")
        head.addWidget(self._when)
        head.addStretch(1)
        self._print = theme.button(
            "打印(&P)…",
            self.print,
            icon_name="print",
            tip="打印本周清单：逾期和七日内到期的事项（Ctrl+P）",
        )
        self._print.setAccessibleName("打印本周清单")
        head.addWidget(self._print)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._nothing_due())
        self._pages.addWidget(self._nobody())
        left = QVBoxLayout()
        left.setSpacing(theme.SMALL)
        left.addLayout(head)
        left.addLayout(self._chip_row())  # a line of its own: in large type it fills one
        left.addWidget(self._pages, 1)
        side = QVBoxLayout()
        side.setSpacing(theme.MEDIUM)
        side.addWidget(self._detail_card())
        side.addWidget(self._backup_card())
        side.addWidget(self._forms_card())
        side.addStretch(1)
        panel = QWidget()
        panel.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        area = theme.scrolled(panel)
        area.setFixedWidth(_SIDE_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.MEDIUM)
        row.setSpacing(theme.LARGE)
        row.addLayout(left, 1)
        row.addWidget(area)

    def _chip_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.TINY)
        group = QButtonGroup(self)
        for name in ("", *GROUPS):
            chip = theme.button(name or "全部", role="chip")
            chip.setCheckable(True)
            chip.setChecked(name == "")
            chip.clicked.connect(lambda _checked=False, name=name: self._show_only(name))
            group.addButton(chip)
            row.addWidget(chip)
            self._chips[name] = chip
        row.addStretch(1)
        return row

    def _nothing_due(self) -> QWidget:
        return EmptyState(
            "good",
            "目前没有待办",
            "期限将近、手续待办、备份逾期时，会在这里逐条列出并说明依据。",
        )

    def _nobody(self) -> QWidget:
        return EmptyState(
            "people",
            "还没有回访对象",
            "可以导入单位现有的 Excel 台账（先预览，确认后才写入），也可以逐人录入。",
            edits(
                theme.button("导入台账(&I)…", self.import_requested.emit, role="primary"),
                Right.IMPORT,
            ),
            edits(theme.button("新增人员(&N)…", self.add_requested.emit)),
        )

    def _detail_card(self) -> Card:
        card = Card("所选事项")
        self._aside = edits(theme.button("搁置(&G)…", self._on_set_aside, role="link"))
        card.head.addWidget(self._aside)
        self._who = theme.label("", "heading", wrap=True)
        self._why = theme.label("", wrap=True)
        self._article = ArticleLinks(self._article_text)
        self._person = theme.button("查看人员(&Y)", self._on_person, role="link")
        for part in (self._who, self._why, self._article):
            card.body.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        self._act = theme.button("查看人员(&O)", self._on_act, role="primary")
        self._fill = edits(theme.button("填登记表(&T)", self._on_fill))
        for act in (self._act, self._fill):
            row.addWidget(act)
        row.addStretch(1)
        card.body.addLayout(row)
        card.body.addWidget(self._person, alignment=Qt.AlignmentFlag.AlignLeft)
        self._detail = card
        card.hide()
        return card

    def _backup_card(self) -> Card:
        card = Card("备份")
        self._backup = theme.label("", wrap=True)
        card.body.addWidget(self._backup)
        self._drill = theme.label("", wrap=True)
        card.body.addWidget(self._drill)
        self._notices = theme.label("", "warning", wrap=True)
        card.body.addWidget(self._notices)
        row = QHBoxLayout()
        row.addWidget(theme.button("立即备份(&B)…", self.backup_requested.emit, icon_name="backup"))
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    def _forms_card(self) -> Card:
        self._forms = Card("最近的登记表")
        self._form_rows = QVBoxLayout()
        self._form_rows.setSpacing(0)
        self._forms.body.addLayout(self._form_rows)
        return self._forms

    # ---- showing

    def _on_due(self, reminders: Sequence[Reminder]) -> None:
        self._asking = False
        self._reminders = reminders
        self._when.setText(f"截至{_spoken_day(date.today())}")
        found = counts(reminders)
        self._chips[""].setText(f"全部 {len(reminders)}")
        for name, number in found.items():
            self._chips[name].setText(f"{name} {number}")
            self._chips[name].setEnabled(number > 0)
        for chip in self._chips.values():
            chip.setVisible(bool(reminders))
        if self._only and not found[self._only]:
            self._only = ""
            self._chips[""].setChecked(True)
        self.list.show_lines(lines(reminders, self._only))
        if reminders:
            self._pages.setCurrentIndex(0)
        else:
            somebody = self._use_cases.roster.count(RosterFilter())
            self._pages.setCurrentIndex(1 if somebody else 2)
        if self._stale:
            self._soon.start()

    def _on_failed(self, error: Exception) -> None:
        self._asking = False
        self._when.setText("未能计算")
        self._messages.show_error(error)

    def _show_only(self, group: str) -> None:
        self._only = group
        self.list.show_lines(lines(self._reminders, group))
        self.list.scrollToTop()

    def _show_detail(self, reminder: Reminder | None) -> None:
        self._detail.setVisible(reminder is not None)
        if reminder is None:
            return
        who = f"{reminder.name}　{reminder.kind}" if reminder.name else reminder.kind
        self._who.setText(who)
        when = f"{_spoken_day(reminder.due_on)}（{spoken_days(reminder.days)}）"
        self._why.setText(f"{when}\n{reminder.sentence}")
        self._article.show_references([reminder.reference] if reminder.reference else [])
        act = "查看人员(&O)" if reminder.subject_id else _OFFICE_ACTS.get(reminder.kind, "")
        if link_of(reminder) is not None:
            act = "去办理(&O)"
        self._person.setVisible(reminder.subject_id is not None and not act.startswith("查看"))
        self._act.setText(act)
        self._act.setVisible(bool(act))
        self._fill.setVisible(reminder.subject_id is not None)

    def explain(self) -> bool:
        """Show the article behind the chosen line."""
        reminder = self.list.current()
        if reminder is None or not reminder.reference:
            return False
        text = self._article_text(reminder.reference)
        ArticleDialog(reminder.reference, text, self.window()).open()
        return True

    def _article_text(self, reference: str) -> str:
        return self._use_cases.article(reference) if reference else ""

    def _show_backup(self) -> None:
        last = self._use_cases.last_backup()
        if last is None:
            self._backup.setText("△ 还没有备份。请尽早备份到U盘或另一块磁盘。")
            theme.set_role(self._backup, "warning")
        else:
            days = (datetime.now().date() - last.date()).days
            ago = "今天" if days <= 0 else f"{days}天前"
            self._backup.setText(f"上次备份：{_spoken_day(last.date())} {last:%H:%M}（{ago}）")
            theme.set_role(self._backup, "")
        notices = self._use_cases.safekeeping.notices()
        self._notices.setText("\n".join(f"△ {one}" for one in notices))
        self._notices.setVisible(bool(notices))
        drill = self._use_cases.safekeeping.last_drill()
        self._drill.setVisible(drill is not None and drill.passed)
        if drill is not None:
            self._drill.setText(f"上次恢复演练：{_spoken_day(drill.at.date())}，通过")

    def _show_forms(self) -> None:
        while self._form_rows.count():
            item = self._form_rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        rows = list(self._use_cases.recent_forms())[:_FORMS_SHOWN]
        for row in rows:
            saved = f"　{row.saved_at:%m-%d %H:%M}" if row.saved_at else ""
            made = theme.button(
                f"{row.name}{saved}",
                lambda row=row: self.form_requested.emit(row.subject_id),  # type: ignore[misc]
                role="link",
                tip=row.workplace,
            )
            self._form_rows.addWidget(made)
        self._forms.setVisible(bool(rows))

    # ---- acting

    def _on_person(self) -> None:
        reminder = self.list.current()
        if reminder is not None and reminder.subject_id is not None:
            self.person_requested.emit(reminder.subject_id)

    def _open(self, reminder: Reminder) -> None:
        if (link := link_of(reminder)) is not None:
            self.link_requested.emit(link, reminder.subject_id)
            return
        if reminder.subject_id is not None:
            self.person_requested.emit(reminder.subject_id)
        elif reminder.kind == BACKUP:
            self.backup_requested.emit()
        elif reminder.kind == DRILL:
            self.verify_requested.emit()

    def _on_act(self) -> None:
        if (reminder := self.list.current()) is not None:
            self._open(reminder)

    def _on_fill(self) -> None:
        reminder = self.list.current()
        if reminder is not None and reminder.subject_id is not None:
            self.form_requested.emit(reminder.subject_id)

    def _on_set_aside(self) -> None:
        reminder = self.list.current()
        if reminder is None:
            return
        reason = ask_reason(
            self,
            "搁置这条提醒？",
            f"{reminder.sentence}\n\n事实有变化时，这条提醒会重新出现。",
            act="搁置(&G)",
        )
        if reason is None:
            return
        try:
            self._bus.publish(self._use_cases.set_aside(reminder, reason))
        except Exception as error:
            self._messages.show_error(error)
            return
        self._messages.show_info("已搁置，理由记入日志")

    def _on_changed(self, changes: Changes) -> None:
        if touches(changes, *_FACTS):
            self._stale = True
            if self.isVisible():
                self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute afresh what went stale while another tab was in front."""
        super().showEvent(event)
        if self._stale:
            self._soon.start(0)


def _spoken_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
