"""The main window: places the tabs, the menus and the status line, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.rights import Right
from app.services.entrance import Entrance
from app.services.use_cases import UseCases
from app.ui import allowed, clipboard, places, theme
from app.ui.changes import ChangeBus
from app.ui.focus import focus_in
from app.ui.help_menu import HelpMenu
from app.ui.idle import IdleWatch
from app.ui.jobs import JobRunner
from app.ui.leaving import Leaving
from app.ui.lock import BLANK_KEY, IDLE_LOCKED, LOCK_KEY, LOCKED
from app.ui.menus import Item, add_menus, typing_items
from app.ui.message_bar import MessageBar, ask_to_save
from app.ui.office_menu import OfficeMenu
from app.ui.paper_menu import PaperMenu
from app.ui.records import typed
from app.ui.safekeeping.acts import SafekeepingActs
from app.ui.safekeeping.keeper import BackupKeeper
from app.ui.safekeeping.leaving_backup import back_up_on_leaving
from app.ui.second_person import ask_second
from app.ui.spoken import spoken_time

HOME, ROSTER, PLANS, FORMS = "home", "roster", "plans", "forms"
RESULTS, ACCOUNT = "results", "account"
_TABS = (
    (1, HOME, "首页(&H)", "home"),
    (2, ROSTER, "回访对象名册(&R)", "people"),
    (3, PLANS, "回访方案(&P)", "calendar"),
    (4, FORMS, "登记表(&F)", "form"),
    (5, RESULTS, "结果与归档(&J)", "folder"),
    (6, ACCOUNT, "台账与统计(&A)", "chart"),
)
_BREATH_MS = 30  # between one tab built ahead and the next
DEFAULT_SIZE = (1180, 720)


class MainWindow(QMainWindow):
    """Where a signed-in user works. Ends with ``left``; its opener decides what comes next."""

    left = Signal(object)  # Leaving
    lock_requested = Signal(str)  # what the lock says
    blank_requested = Signal()

    def __init__(
        self,
        use_cases: UseCases,
        entrance: Entrance,
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._entrance, self._jobs = use_cases, entrance, jobs
        allowed.sign_in(use_cases.accounts.refusal)
        typed.sign_in(use_cases)
        self.bus = ChangeBus(self)
        self.messages = MessageBar()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.setIconSize(self.tabs.iconSize() * 1.1)
        self._built: dict[str, QWidget] = {}
        self._seen = {HOME}
        self._pages: dict[str, QVBoxLayout] = {}
        self._leaving = Leaving("quit")
        self._reads = use_cases.accounts.may(Right.READ)  # officers see no business records
        self._quiet = False  # locking: nobody is there to be asked
        self.memory = places.folder_memory(use_cases.who.folder)
        self.setWindowTitle(_title(use_cases))
        self.setWindowIcon(theme.icon("app"))
        middle = QWidget()
        column = QVBoxLayout(middle)
        theme.margins(column, 0, 0)
        column.addWidget(self.messages)
        column.addWidget(self.tabs, 1)
        self.setCentralWidget(middle)
        self.keeping = SafekeepingActs(
            use_cases,
            entrance,
            jobs,
            self.memory,
            self,
            save_all=self._save_all,
            publish=self.bus.publish,
            restore=lambda order: self._leave(Leaving("restore", order)),
            done=self._on_backup,
        )
        jobs.second = partial(ask_second, use_cases.accounts, jobs, self)
        self._help = HelpMenu(self, use_cases, jobs, self.messages, self.refresh)
        self._paper = PaperMenu(
            self,
            use_cases,
            jobs,
            self.memory,
            forms=partial(self.show_tab, FORMS),
            roster=partial(self.show_tab, ROSTER),
            save_all=self._save_all,
        )
        self.office = OfficeMenu(self, use_cases, entrance, self.bus, jobs, self.messages)
        self.items: list[tuple[str, list[Item | None]]] = self._menu_items()
        add_menus(self, self.items, self.messages, use_cases.accounts.refusal)
        self._add_status()
        for _number, name, title, icon_name in self._offered():
            page = QWidget()
            self._pages[name] = QVBoxLayout(page)
            theme.margins(self._pages[name], 0, 0)
            self.tabs.addTab(page, theme.icon(icon_name), title.partition("(")[0])
        self.tabs.currentChanged.connect(self._on_tab)
        self._listen()
        self.tab(HOME).setFocus()
        places.restore_place(self, self.memory, DEFAULT_SIZE)
        self._tell_failures()
        self._watch_for_idling()
        self._keeper = BackupKeeper(use_cases, jobs, self.messages, self._on_backup, self)
        if not self._reads:
            return
        # The other tabs are built while the user reads the first one.
        QTimer.singleShot(0, self, partial(self._build_ahead, list(self._pages)[1:]))

    def _listen(self) -> None:
        QShortcut(QKeySequence("Ctrl+P"), self, self.print_front)
        bar = self.tabs.tabBar()  # F5 is the tabs' own key, and not heard from outside of them
        QShortcut(QKeySequence("F5"), bar, self.refresh, context=Qt.ShortcutContext.WidgetShortcut)
        self.bus.changed.connect(lambda _changes: self.show_backup_age())
        self._use_cases.when_in_doubt(self.bus.publish_later)
        self.messages.rescue_wanted.connect(self._rescue)

    # ---- tabs

    def tab(self, name: str) -> Any:
        """Return a tab, built on first use."""
        if name not in self._built:
            made = self._built[name] = _BUILD[name](self)
            self._pages[name].addWidget(made)
            made.show()  # a layout shows it later, and only what is shown takes the focus
        return self._built[name]

    def _build_ahead(self, names: list[str]) -> None:
        """Build one tab; the next only when what the user did meanwhile was answered."""
        if names and self.isVisible():  # it may have been left already
            self.tab(names.pop(0))
            QTimer.singleShot(_BREATH_MS, self, partial(self._build_ahead, names))

    def show_tab(self, name: str) -> Any:
        """Bring a tab to the front and return it."""
        made = self.tab(name)
        self.tabs.setCurrentIndex(list(self._pages).index(name))
        return made

    def open_person(self, subject_id: int) -> None:
        """Show a person in the roster."""
        self.show_tab(ROSTER).show_person(subject_id)

    def open_form_of(self, subject_id: int) -> None:
        """Open the form of a person."""
        self.show_tab(FORMS).open_for_subject(subject_id)

    def open_form(self, form_id: int) -> None:
        """Open a registration form."""
        self.show_tab(FORMS).open_form(form_id)

    def open_link(self, opens: tuple[str, int | None], subject_id: int | None) -> None:
        """Go where a person's chain leads: a list, plan, visit, form, result, or the roster."""
        kind, id_ = opens
        if kind == "RegistrationForm" and id_ is not None:
            self.open_form(id_)
            return
        after = kind in ("Outcome", "ResultOf", "ResultUse", "Ending", "EndingOf")
        self.show_tab(RESULTS if after else PLANS).open_link(opens, subject_id)

    def make_start_page(self) -> QWidget:
        """Return the start page, joined to the tabs it opens."""
        if not self._reads:
            from app.ui.officer_page import OfficerPage

            return OfficerPage(self._use_cases.accounts, self.items)
        from app.ui.start_page.start_tab import StartTab

        made = StartTab(self._use_cases, self.bus, self._jobs, self.messages)
        made.person_requested.connect(self.open_person)
        made.form_requested.connect(self.open_form_of)
        made.link_requested.connect(self.open_link)
        made.backup_requested.connect(self.keeping.back_up)
        made.verify_requested.connect(self.keeping.choose_places)
        made.import_requested.connect(self._import)
        made.add_requested.connect(self._add_person)
        return made

    def make_roster(self) -> QWidget:
        """Return the roster, joined to the forms."""
        from app.ui.roster.tab import RosterTab

        made = RosterTab(self._use_cases, self.bus, self._jobs, self.messages, self)
        made.form_requested.connect(self.open_form_of)
        made.link_requested.connect(self.open_link)
        return made

    def make_plans(self) -> QWidget:
        """Return the tab of lists, plans, visits and requests, joined to roster and forms."""
        from app.ui.plans.tab import PlansTab

        made = PlansTab(self._use_cases, self.bus, self._jobs, self.messages, self)
        made.person_requested.connect(self.open_person)
        made.form_requested.connect(self.open_form)
        made.link_requested.connect(self.open_link)
        return made

    def make_forms(self) -> QWidget:
        """Return the forms tab."""
        from app.ui.forms.forms_tab import FormsTab

        return FormsTab(self._use_cases, self.bus, self._jobs, self.messages, self)

    def make_results(self) -> QWidget:
        """Return the tab of results and filing, joined to visits, forms and roster."""
        from app.ui.results.tab import ResultsTab

        made = ResultsTab(self._use_cases, self.bus, self._jobs, self.messages, self)
        made.person_requested.connect(self.open_person)
        made.link_requested.connect(self.open_link)
        return made

    def make_account(self) -> QWidget:
        """Return the tab of the ledger and of figures, joined to the roster."""
        from app.ui.account.tab import AccountTab

        made = AccountTab(self._use_cases, self.bus, self._jobs, self.messages, self)
        made.person_requested.connect(self.open_person)
        made.import_requested.connect(self._import)
        return made

    def _on_tab(self, position: int) -> None:
        name = list(self._pages)[position]
        made = self.tab(name)
        focused = focus_in(self)
        # Left to itself Qt gives the focus to the first button of a tab that was never seen,
        # or leaves it outside of the tab, where the keys of the tab are not heard.
        unseen = name not in self._seen and made.focusProxy() is not None
        outside = focused is None or not (focused is made or made.isAncestorOf(focused))
        if unseen or (outside and not self.tabs.tabBar().hasFocus()):
            made.setFocus()
        self._seen.add(name)

    def _offered(self) -> Sequence[tuple[int, str, str, str]]:
        return _TABS if self._reads else _TABS[:1]

    # ---- menus and status line

    def _menu_items(self) -> list[tuple[str, list[Item | None]]]:
        show = [
            Item(title, partial(self.show_tab, name), f"Ctrl+{number}", icon=icon_name)
            for number, name, title, icon_name in self._offered()
        ]
        return [
            (
                "文件(&F)",
                [
                    Item("导入台账(&I)…", self._import, icon="import", needs=Right.IMPORT),
                    Item("撤销导入(&T)…", self._undo_import, needs=Right.PURGE),
                    Item(
                        "撤销合并(&M)…",
                        lambda: self.show_tab(ROSTER).undo_merge(),
                        needs=Right.BUSINESS,
                    ),
                    Item("导出台账(&E)…", self._export, icon="export", needs=Right.BULK_EXPORT),
                    None,
                    *self._paper.items(),
                    None,
                    Item(
                        "遮住屏幕(&Q)", self.blank_requested.emit, "F12", bind=False, icon="eye-off"
                    ),
                    Item("锁定(&L)", self.lock, "Ctrl+L", bind=False, icon="lock"),
                    Item("退出(&X)", self.close, "Ctrl+Q"),
                ],
            ),
            (
                "编辑(&E)",
                [
                    Item(
                        "新增人员(&N)…",
                        self._add_person,
                        "Ctrl+N",
                        bind=False,
                        icon="person-add",
                        needs=Right.BUSINESS,
                    ),
                    None,
                    *typing_items(),
                    None,
                    Item(
                        "没有保存的内容(&S)…",
                        partial(typed.show_left_over, self),
                        needs=Right.BUSINESS,
                    ),
                    Item("查找(&F)", self._find, "Ctrl+F", icon="search", needs=Right.READ),
                    Item("查找一切(&K)…", self.find_anything, "Ctrl+K", needs=Right.READ),
                ],
            ),
            (
                "查看(&V)",
                [*show, None, Item("刷新(&E)", self.refresh, "F5", bind=False, icon="refresh")],
            ),
            ("备份(&Z)", self.keeping.items()),
            ("管理(&U)", self.office.items()),
            ("帮助(&H)", self._help.items()),
        ]

    def _add_status(self) -> None:
        who = self._use_cases.who
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        status.addWidget(theme.label(f"登录：{who.account}"))
        folder = theme.label(f"数据文件夹：{who.folder}")
        folder.setToolTip(str(who.folder))
        status.addWidget(folder)
        if who.practice:
            badge = QLabel("演示")
            badge.setProperty("role", "badge")
            badge.setToolTip("虚构人员，仅供练习；打印件也标明“演示”")
            status.addPermanentWidget(badge)
        self._backup = theme.label("")
        status.addPermanentWidget(self._backup)
        self.show_backup_age()

    def show_backup_age(self) -> None:
        """Say in the status line when the last backup was."""
        last = self._use_cases.last_backup()
        self._backup.setText(f"上次备份：{spoken_time(last)}" if last else "尚未备份")

    def _tell_failures(self) -> None:
        for notice in filter(None, (self._use_cases.rules_notice(), typed.notice())):
            self.messages.show_warning(notice)
        who = self._use_cases.who
        if who.rescued:
            self.messages.show_warning(
                "只读：这是抢救出来的数据，可以查看、打印和导出，改动不会保存；正式工作请用恢复的备份"
            )
        if who.upgrade_backup is not None:
            kept = f"数据已升级到本版本；升级前的备份在“{who.upgrade_backup.parent}”"
            self.messages.show_info(kept)
        if who.failures_since:
            when = f"（{spoken_time(who.last_sign_in)}）" if who.last_sign_in else ""
            self.messages.show_warning(
                f"上次登录{when}以后，有{who.failures_since}次口令不正确的尝试；如非本人所为，请修改口令"
            )

    # ---- acts

    def _rescue(self) -> None:
        """The records are damaged: nothing more can be kept in them, so nobody is asked to."""
        self._quiet = True
        self._leave(Leaving("rescue"))

    def _on_backup(self) -> None:
        self.show_backup_age()
        if HOME in self._built:
            self.tab(HOME).refresh()

    def _import(self) -> None:
        self.show_tab(ROSTER).import_ledger()

    def _undo_import(self) -> None:
        self.show_tab(ROSTER).undo_import()

    def _export(self) -> None:
        self.show_tab(ROSTER).export_ledger()

    def _add_person(self) -> None:
        self.show_tab(ROSTER).add_person()

    def print_front(self) -> None:
        """Put on paper what the tab in front offers, else the open form, wherever the focus is."""
        own = getattr(self.tab(self.tab_in_front()), "print", self._paper.print)
        if self._reads:
            own()

    def find_anything(self) -> None:
        """Search everything, and go where the chosen hit leads."""
        from app.ui.find_dialog import find_and_open

        find_and_open(self._use_cases.find, self.open_person, self.open_link, self.tabs, self)

    def _find(self) -> None:
        current = self.tab(list(self._pages)[self.tabs.currentIndex()])
        if not hasattr(current, "focus_search"):
            current = self.show_tab(ROSTER)
        current.focus_search()

    def refresh(self) -> None:
        """Read again what start page, roster and the tab in front show."""
        front = self.tab_in_front()
        for name in dict.fromkeys((HOME, ROSTER, front)):
            if name in self._built and hasattr(self.tab(name), "refresh"):
                self.tab(name).refresh()

    # ---- leaving

    def lock(self) -> None:
        """Ask for the lock: no question, nothing typed lost."""
        self.lock_requested.emit(LOCKED)

    def _watch_for_idling(self) -> None:
        # made up people need no lock, and have no password
        practice = self._use_cases.who.practice
        IdleWatch(
            lambda: None if practice else self._use_cases.settings().lock_after_minutes,
            lambda: self.lock_requested.emit(IDLE_LOCKED),
            self,
            keys={LOCK_KEY: self.lock, BLANK_KEY: self.blank_requested.emit} | clipboard.KEYS,
        )

    def keep_typing(self) -> None:
        """Put what is typed in safety without asking: the program is about to lock."""
        typed.keep_all()
        for made in self._tabs_unsaved():
            if hasattr(made, "keep_drafts"):
                made.keep_drafts()
            else:
                made.save_pending()

    def leave_for_practice(self) -> None:
        """Close for the practice data; what is typed is asked about as always."""
        self._leave(Leaving("practice"))

    def leave_to_another(self) -> None:
        """Close for somebody else; the drafts were kept, nobody is asked."""
        self._quiet = True
        self._leave(Leaving("lock"))

    def tab_in_front(self) -> str:
        return list(self._pages)[self.tabs.currentIndex()]

    def _leave(self, leaving: Leaving) -> None:
        self._leaving = leaving
        self.close()

    def _tabs_unsaved(self) -> list[Any]:
        tabs = [made for made in self._built.values() if hasattr(made, "has_unsaved")]
        return [made for made in tabs if made.has_unsaved()]

    def _save_all(self) -> bool:
        """Save what every tab still holds; on trouble say so and show that tab."""
        for made in self._tabs_unsaved():
            if not made.save_pending():
                name = next(name for name, one in self._built.items() if one is made)
                self.show_tab(name)
                return False
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Offer to save what is unfinished; then say goodbye."""
        if self._tabs_unsaved() and not self._quiet:
            answer = ask_to_save(self, "有内容尚未保存。保存后退出，还是放弃这些内容？")
            if answer == "cancel" or (answer == "save" and not self._save_all()):
                self._leaving = Leaving("quit")
                event.ignore()
                return
        if self._leaving.why == "quit" and not back_up_on_leaving(
            self._use_cases, self._jobs, self
        ):
            event.ignore()
            return
        places.remember_place(self, self.memory)
        for made in self._built.values():
            if hasattr(made, "shut_down"):
                made.shut_down()
        event.accept()
        self.left.emit(self._leaving)


_BUILD: dict[str, Callable[[MainWindow], QWidget]] = {
    HOME: MainWindow.make_start_page,
    ROSTER: MainWindow.make_roster,
    PLANS: MainWindow.make_plans,
    FORMS: MainWindow.make_forms,
    RESULTS: MainWindow.make_results,
    ACCOUNT: MainWindow.make_account,
}


def _title(use_cases: UseCases) -> str:
    mark = "【演示】" if use_cases.who.practice else "【只读】" if use_cases.who.rescued else ""
    return f"{mark}回访关爱"
