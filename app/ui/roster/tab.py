"""The roster: find a person, see where they stand, change what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.plan import Plan
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.rights import Right
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Visit
from app.domain.visiting_list import VisitingList
from app.services.ports import Changes, RosterFilter, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits
from app.ui.changes import ChangeBus, touches
from app.ui.jobs import JobRunner
from app.ui.menu import Menu
from app.ui.message_bar import MessageBar, Question
from app.ui.roster.acts import PersonActs
from app.ui.roster.cell_edits import CellEdits, tells_people
from app.ui.roster.chips import VerdictChips
from app.ui.roster.filter_bar import (
    FilterBar,
    as_view,
    is_narrowed,
    views,
    without_filters,
)
from app.ui.roster.left_over import LeftOver
from app.ui.roster.list_view import RosterList
from app.ui.roster.person_pane import PersonPane
from app.ui.roster.search_box import SearchBox

_WIDE = 1054  # of list and pane on a small screen: the pane keeps its width, the list stretches
_PEOPLE = (Subject, Case, Sanction, Event, Standing)
_PAPERS = (VisitingList, Plan, Visit, Request)  # where a person stands between list and form


class RosterTab(QWidget):
    """The list of people with search and filters at the left, the chosen person at the right."""

    form_requested = Signal(int)  # subject id: the user wants to fill a form for this person
    link_requested = Signal(object, int)  # what a person's chain leads to, subject id

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._messages = use_cases, messages
        self._acts = PersonActs(use_cases, bus, jobs, messages, self)
        self._acts.person_saved.connect(self.show_person)

        self.search = SearchBox("姓名、拼音、单位、电话、文号")
        self.search.setAccessibleName("查找人员")
        self.search.setToolTip("Ctrl+F")
        self.search.setFixedWidth(268)
        self.search.searched.connect(self._on_searched)
        self.search.left_down.connect(self._go_to_list)
        self.chips = VerdictChips()
        self.chips.chosen.connect(self._on_chosen)
        self.list = RosterList(use_cases)
        self._which = self.list.kept_order()
        self.filters = FilterBar(use_cases, lambda: views(use_cases.settings()))
        self.filters.chosen.connect(self._on_filtered)
        self.filters.view_wanted.connect(self._keep_view)
        self.filters.view_dropped.connect(self._drop_view)
        self._cells = CellEdits(use_cases, self.list, messages)
        self._cells.written.connect(self._on_cell_written)
        self._acts.done.connect(self._cells.history.push)
        self._in_place = False  # a cell was written: the list keeps its order meanwhile
        self._bus = bus
        self._everybody: int | None = None  # how many there are without any filter, once counted
        self._counted: tuple[RosterFilter, dict[str, int]] | None = None  # by verdict, and of whom
        self.list.person_chosen.connect(self._on_person_chosen)
        self.list.person_opened.connect(self._acts.edit)
        self.list.sorted_by.connect(self._on_sorted)
        self.list.selection_counted.connect(self._show_counts)
        self.list.menu_requested.connect(self._show_menu)
        self.pane = PersonPane(use_cases, jobs)
        self.pane.changed.connect(bus.publish)
        self.pane.edit_requested.connect(self._acts.edit)
        self.pane.form_requested.connect(self.form_requested)
        self.pane.case_file_requested.connect(
            lambda id_: self._acts.case_files(use_cases.roster.rows([id_]))
        )
        self.pane.link_requested.connect(self.link_requested)
        self._left_over = LeftOver()
        self.resume = self._acts.resume  # what a crash left of typing a person
        self._left_over.resumed.connect(self.resume)
        self._left_over.given_up.connect(self._acts.give_up)
        self._acts.left_over_changed.connect(self._show_left_over)
        self._counts = theme.label("", "small")
        self._counts.setAccessibleName("人数")

        self._lay_out()
        self.setFocusProxy(self.list)
        self._add_shortcuts()
        bus.changed.connect(self._on_changed)
        self.refresh()
        self._show_left_over()

    # ------------------------------------------------------------ what the window calls

    def explain(self) -> bool:
        """Explain verdict and dates of the chosen person."""
        from app.ui.basis import show_basis

        chosen = self.list.chosen_id()
        return show_basis(self._use_cases, [] if chosen is None else [chosen], self)

    def focus_search(self) -> None:
        """Put the cursor into the search box, its text selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_person(self, subject_id: int) -> None:
        """Show this person in the list and beside it, whatever was searched before."""
        if not self.list.choose(subject_id):
            rows = self._use_cases.roster.rows([subject_id])
            if not rows:
                self.pane.show_nobody()
                return
            row = rows[0]
            self.chips.choose()
            self._which = without_filters(self._which)
            self.search.setText(row.name)
            self.search.search_now()
            self._on_searched(row.name)
            self.list.choose(subject_id)
        self.pane.show_person(subject_id)

    def refresh(self) -> None:
        """Read everything afresh; the chosen person and the place in the list stay."""
        self._counted = None
        self._show_people(changed=True)

    def _show_people(self, *, changed: bool = False) -> None:
        """Show whom the filter finds; ``changed``: people may be others than were last read."""
        try:
            self._read_people()
            if changed and self.pane.subject_id is not None:
                self.pane.refresh()
        except UserError as error:
            self._messages.show_error(error)

    def _read_people(self) -> None:
        counts = self._count_verdicts()
        self.chips.show_counts(counts)
        self.filters.show_filter(self._which)
        self.list.show_people(self._which)
        self._show_counts()
        is_empty = self.list.count() == 0
        narrowed = is_narrowed(replace(self._which, verdicts=()))
        everybody = 1 if narrowed else sum(counts.values())
        if is_empty:
            self._pages.setCurrentWidget(self._nobody if everybody == 0 else self._not_found)
        else:
            self._pages.setCurrentWidget(self._split)

    def has_unsaved(self) -> bool:
        """Whether a person is open for editing with something that is not kept."""
        return self._acts.has_unsaved()

    def save_pending(self) -> bool:
        """Save the person that is open for editing; return whether nothing is left unsaved."""
        return self._acts.save_pending()

    def keep_drafts(self) -> None:
        """Put what is typed in safety now, without asking anything: the program is about to lock."""
        self._acts.keep_drafts()

    def import_ledger(self) -> None:
        """Let the user choose a ledger, look at it, and bring it in."""
        self._acts.import_ledger()

    def undo_merge(self) -> None:
        """Let the user make two records of one again."""
        self._acts.undo_merge()

    def undo_import(self) -> None:
        """Let the user take a whole import back."""
        self._acts.undo_import()

    def export_ledger(self) -> None:
        """Let the user write the ledger to a file."""
        whole: list[tuple[str, Sequence[int] | None]] = [("全部人员", None)]
        if is_narrowed(self._which):
            found = self._use_cases.roster.ids(self._which)
            whole.append((f"符合当前条件的 {len(found)} 人", found))
        if len(rows := self.list.chosen_rows()) > 1:
            whole.append((f"选中的 {len(rows)} 人", [row.id for row in rows]))
        self._acts.export_ledger(whole)

    def add_person(self) -> None:
        """Open an empty person for typing."""
        self._acts.add()

    # ------------------------------------------------------------ layout

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        theme.margins(tools, 0, theme.SMALL)
        self._edit = edits(theme.button("编辑(&D)", self._edit_chosen, icon_name="edit", tip="F2"))
        self._form = edits(theme.button("生成登记表(&G)", self._ask_for_form, icon_name="form"))
        for button in (
            edits(theme.button("新增(&N)", self._acts.add, role="primary", tip="Ctrl+N")),
            self._edit,
            self._form,
        ):
            tools.addWidget(button)
        tools.addStretch(1)
        for button in (
            edits(
                theme.button("导入台账(&I)…", self._acts.import_ledger, icon_name="import"),
                Right.IMPORT,
            ),
            edits(
                theme.button("导出台账(&O)…", self.export_ledger, icon_name="export"),
                Right.BULK_EXPORT,
            ),
        ):
            tools.addWidget(button)

        find = QHBoxLayout()
        theme.margins(find, 0, theme.MEDIUM)
        find.addWidget(self.search)
        find.addWidget(self.filters.button)
        find.addWidget(self.chips, 1, Qt.AlignmentFlag.AlignVCenter)

        left = QWidget()
        column = QVBoxLayout(left)
        theme.margins(column, 0, theme.TINY)
        column.addWidget(self.list, 1)
        column.addWidget(self._counts)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(theme.SMALL - 1)
        self._split.setProperty("role", "page")
        self._split.addWidget(left)
        self._split.addWidget(self.pane)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([_WIDE - self.list.pane_width, self.list.pane_width])
        self._split.splitterMoved.connect(
            lambda *_where: self.list.keep_pane_width(self._split.sizes()[1])
        )

        self._nobody = theme.EmptyState(
            "people",
            "名册中还没有人员",
            "可以把单位现有的 Excel 台账整本导入，也可以逐人录入。"
            "导入前会先预览，有疑问的单元格逐条列出。",
            edits(
                theme.button("导入台账…", self._acts.import_ledger, role="primary"), Right.IMPORT
            ),
            edits(theme.button("新增人员", self._acts.add, icon_name="person-add")),
        )
        self._not_found = theme.EmptyState(
            "search",
            "没有找到符合条件的人员",
            "可以换用姓名、拼音首字母（如 zs）、单位或电话中的几个字查找。",
            theme.button("清除查找条件", self._clear_search, role="primary"),
        )
        self._pages = QStackedWidget()
        for page in (self._split, self._nobody, self._not_found):
            self._pages.addWidget(page)

        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.SMALL)
        whole.setSpacing(theme.SMALL)
        whole.addLayout(tools)
        whole.addWidget(self._left_over)
        whole.addLayout(find)
        whole.addWidget(self.filters)
        whole.addWidget(self._pages, 1)

    def _add_shortcuts(self) -> None:
        for key, act in (
            ("Ctrl+N", self._acts.add),
            ("F2", self._on_f2),
            ("F5", self.refresh),
            ("Ctrl+T", self.pane.show_timeline),
            ("Escape", self._clear_search),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self._cells.history.undo),
            ("Ctrl+Y", self._cells.history.redo),
        ):  # in the list only: a line of text has an undo of its own
            shortcut = QShortcut(QKeySequence(keys), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    # ------------------------------------------------------------ finding

    def _query(self, **changes: Any) -> None:
        self._which = replace(self._which, **changes)
        self._show_people()

    def _on_searched(self, text: str) -> None:
        self._query(text=text)

    def _on_chosen(self, verdicts: tuple[str, ...]) -> None:
        self._query(verdicts=verdicts)

    def _on_sorted(self, order: tuple[tuple[str, bool], ...]) -> None:
        (sort_by, descending), *rest = order
        self._query(sort_by=sort_by, descending=descending, then_by=tuple(rest))

    def _on_filtered(self, which: RosterFilter) -> None:
        """Show another choice of people; text and verdicts follow it, for a view holds all."""
        self.chips.choose(*which.verdicts)
        if self.search.text().strip() != which.text:
            with QSignalBlocker(self.search):
                self.search.setText(which.text)
                self.search.search_now()
        self._which = which
        self.refresh()

    def _keep_view(self) -> None:
        question = Question(
            self,
            "把当前条件存为视图",
            "查找文字、筛选和排序一并保存，以后在“筛选”中选用。",
            kind="info",
            input_label="视图名称",
        )
        question.offer("", "取消(&C)")
        question.offer("keep", "保存视图(&S)", role="primary", default=True)
        question.input.setFocus()
        if question.ask() == "keep" and (name := question.input.text().strip()[:40]):
            self.keep_view_as(name)

    def keep_view_as(self, name: str) -> None:
        """Keep text, filters and order under ``name``; a view of that name is replaced."""
        self._store_views({**views(self._use_cases.settings()), name: as_view(self._which)})
        self._messages.show_info(f"已保存视图“{name}”，在“筛选”中选用")

    def _drop_view(self, name: str) -> None:
        kept = views(self._use_cases.settings())
        self._store_views({other: view for other, view in kept.items() if other != name})
        self._messages.show_info(f"已删除视图“{name}”")

    def _store_views(self, kept: dict[str, Any]) -> None:
        settings = self._use_cases.settings()
        settings.roster_view = {**settings.roster_view, "views": kept}
        try:
            self._use_cases.save_settings(settings)
        except UserError as error:
            self._messages.show_error(error)

    def _clear_search(self) -> None:
        self.chips.choose()
        self.search.clear()
        self.search.search_now()
        self._which = without_filters(self._which)
        self.refresh()
        self.focus_search()

    def _count_verdicts(self) -> dict[str, int]:
        """Return the counts beside the verdicts: another order or choice among them changes none."""
        meant = replace(self._which, verdicts=(), sort_by="", descending=False, then_by=())
        if self._counted is None or self._counted[0] != meant:
            self._counted = meant, self._use_cases.roster.verdict_counts(meant)
        return self._counted[1]

    # ------------------------------------------------------------ the chosen person

    def _go_to_list(self) -> None:
        if self.list.count():
            if not self.list.selected_rows():
                self.list.selectRow(0)
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_person_chosen(self, subject_id: int) -> None:
        self.pane.show_person(subject_id)
        self._show_counts()

    def _chosen(self) -> int | None:
        return self.list.chosen_id() or self.pane.subject_id

    def _edit_chosen(self) -> None:
        if (chosen := self._chosen()) is not None:
            self._acts.edit(chosen)

    def _on_f2(self) -> None:
        """Type into the cell with the cursor; where that is not possible, edit the person."""
        if not (self.list.hasFocus() and self.list.edit_cell()):
            self._edit_chosen()

    def _on_cell_written(self, changes: Changes) -> None:
        self._in_place = True
        self._bus.publish(changes)
        self._in_place = False
        self.list.show_afresh(tells_people(changes))
        self.pane.refresh()

    def _ask_for_form(self) -> None:
        if (chosen := self._chosen()) is not None:
            self.form_requested.emit(chosen)

    def _show_counts(self) -> None:
        number, selected = self.list.count(), self.list.selected_count()
        words = f"共 {number} 人"
        if is_narrowed(self._which):
            if self._everybody is None:
                self._everybody = self._use_cases.roster.count(RosterFilter())
            words = f"共 {self._everybody} 人，符合条件 {number} 人"
        words = f"{words}，已选 {selected} 人" if selected else words
        order = self.list.order_in_words()
        self._counts.setText(f"{words}　排序：{order}" if order else words)
        for button in (self._edit, self._form):
            button.setEnabled(self._chosen() is not None)

    def _show_menu(self, where: QPoint) -> None:
        rows = self.list.chosen_rows()
        menu = Menu(self)
        if len(rows) == 1:
            [row] = rows
            edits(menu.addAction("编辑(&E)\tF2", lambda: self._acts.edit(row.id)))
            edits(menu.addAction("生成登记表(&G)", lambda: self.form_requested.emit(row.id)))
            menu.addAction("时间线与全部记录(&T)…\tCtrl+T", self.pane.show_timeline)
            menu.addSeparator()
        if undo := self._cells.history.next_undo():
            menu.addAction(f"撤销：{undo}(&Z)\tCtrl+Z", self._cells.history.undo)
        if rows:
            menu.addAction("一人一档(&A)…", lambda: self._acts.case_files(rows))
            menu.addAction("复制为单元格(&C)\tCtrl+C", self.list.copy_cells)
        if len(rows) > 1:
            ids = [row.id for row in rows]
            edits(
                menu.addAction(f"批量修改 {len(ids)} 人(&M)…", lambda: self._acts.change_many(ids))
            )
        if len(rows) == 2:
            edits(
                menu.addAction("合并为一人(&J)…", lambda: self._acts.merge(rows[0].id, rows[1].id))
            )
        if len(rows) == 1:
            unit = rows[0].unit or rows[0].workplace
            if rows[0].unit:
                only = without_filters(self._which)
                same = replace(only, units=(rows[0].unit,))
                menu.addAction("只看同单位人员(&U)", lambda: self._on_filtered(same))
            else:
                menu.addAction("只看同单位人员(&U)", lambda: self._search_for(unit))
            edits(
                menu.addAction(
                    "与另一记录合并(&J)…", lambda: self._acts.merge_with_another(rows[0])
                )
            )
            menu.addSeparator()
            edits(menu.addAction("删除人员(&D)…", lambda: self._acts.remove(rows[0])), Right.PURGE)
        if not rows:
            edits(menu.addAction("新增人员(&N)\tCtrl+N", self._acts.add))
        menu.pop_up(where)

    def case_files(self) -> None:
        """Put the whole files of the chosen people together."""
        self._acts.case_files(self.list.chosen_rows())

    def _show_left_over(self) -> None:
        self._left_over.show_drafts(self._acts.left_over())

    def _search_for(self, text: str) -> None:
        self.search.setText(text)
        self.search.search_now()

    def _on_changed(self, changes: Changes) -> None:
        self._counted = None
        if self._in_place:
            return
        if touches(changes, *_PEOPLE, Settings):  # settings: what lists hide
            self._everybody = None
            self.refresh()
        elif touches(changes, RegistrationForm, *_PAPERS):
            self.pane.refresh()
