"""The list of people: pages from the query, marks, counts, and a view that stays as it was left."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.services.ports import RosterFilter, RosterRow, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.menu import Menu
from app.ui.roster.columns import ELASTIC, HIDDEN_AT_FIRST, ROOMY, roster_columns
from app.ui.roster.columns_dialog import ColumnsDialog
from app.ui.roster.filter_bar import from_view
from app.ui.roster.frozen_column import FrozenColumn
from app.ui.roster.hits import hits
from app.ui.roster.quick_edit import QuickEditDelegate
from app.ui.table_model import ROW_ROLE, PagedTableModel
from app.ui.table_view import TableView

log = logging.getLogger(__name__)

PANE_WIDTH = 264
_KEEP_VIEW_AFTER_MS = 1500
_FAR_DOWN = 1_000
_LOOK_FOR_CHOSEN = 20_000  # in longer lists finding the chosen row again would slow typing
_FEW = 200  # selected rows whose pages are at hand, or nearly
_THIS_ROW = (
    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
)


class RosterList(TableView):
    """People of a filter. Which columns, how wide and in which order is kept in the settings."""

    person_chosen = Signal(int)
    person_opened = Signal(int)
    sorted_by = Signal(tuple)  # (key of a column, descending), the weightiest first
    selection_counted = Signal()
    cell_typed = Signal(object, str, str)  # the row, attribute, what was typed into its cell
    menu_requested = Signal(QPoint)  # where on the screen

    def __init__(self, use_cases: UseCases, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._which = RosterFilter()
        self._order: array[int] | None = None  # who stands where, read when somebody goes far down
        self._mask = True
        self.pane_width = int(use_cases.settings().roster_view.get("pane_width") or PANE_WIDTH)
        self._restoring = False  # selecting what was selected before is no choice of the user's
        self._picked: frozenset[int] = frozenset()  # who is selected, when they are several
        self.setAccessibleName("人员名册")
        self._typing = QuickEditDelegate(self._known_values, self)
        self._typing.typed.connect(self.cell_typed)
        self.cells = self._typing
        self.setItemDelegate(self._typing)
        self._model = PagedTableModel[RosterRow](
            roster_columns(lambda: self._mask), self._fetch, self._count, parent=self
        )
        self.show_model(self._model)  # type: ignore[arg-type]
        self._show_columns()
        header = self.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_header_clicked)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_VIEW_AFTER_MS)
        self._keep_soon.timeout.connect(self.keep_view)
        header.sectionMoved.connect(self._on_moved)
        self._frozen = FrozenColumn(self)
        for moved in (header.sectionMoved, header.sectionResized):
            moved.connect(lambda *_what: self._keep_soon.start())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda where: self.menu_requested.emit(self.viewport().mapToGlobal(where))
        )
        self.selectionModel().currentRowChanged.connect(lambda *_which: self._say_chosen())
        self.selectionModel().selectionChanged.connect(lambda *_what: self._on_selected())
        self.opened.connect(lambda row: self.person_opened.emit(row.id))

    # ------------------------------------------------------------ what is shown

    def show_people(self, which: RosterFilter) -> None:
        """Show the people of ``which``; who was chosen stays chosen, as far as they are there."""
        chosen, column = self.chosen_id(), max(0, self.currentIndex().column())
        same = which == self._which
        down, across = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        self._which, self._order = which, None
        self._mask = self._use_cases.settings().mask_contacts
        self._restoring = True
        self._model.refresh()
        self.mark_hits(self._find_hits)
        self._show_order()
        if chosen is not None and (self.count() <= _LOOK_FOR_CHOSEN or (same and self._picked)):
            self._select_row_of(chosen, column)
            self._pick_again()
        if same:
            self.verticalScrollBar().setValue(down)
            self.horizontalScrollBar().setValue(across)
        elif self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), self.ScrollHint.PositionAtCenter)
        else:
            self.scrollToTop()
        self._restoring = False
        self.selection_counted.emit()

    def choose(self, subject_id: int) -> bool:
        """Select this person; return whether the list holds them."""
        self._restoring, self._picked = True, frozenset()
        found = self._select_row_of(subject_id)
        self._restoring = False
        if found:
            self.scrollTo(self.currentIndex(), self.ScrollHint.PositionAtCenter)
        return found

    def count(self) -> int:
        """Return how many people the list holds."""
        return self._model.rowCount()

    def chosen_id(self) -> int | None:
        """Return the current person's id."""
        row = self.currentIndex().data(ROW_ROLE) if self.currentIndex().isValid() else None
        return row.id if isinstance(row, RosterRow) else None

    def chosen_rows(self) -> list[RosterRow]:
        """Return the selected people, from the top."""
        found = (self._model.row_at(position) for position in self.selected_rows())
        return [row for row in found if row is not None]

    def show_afresh(self, ids: Sequence[int]) -> None:
        """Read these people anew where they stand; order and selection stay as they are."""
        rows = self._use_cases.roster.rows(ids)
        self._model.replace_rows(rows, lambda shown, row: shown.id == row.id)

    # ------------------------------------------------------------ typing into cells

    def edit_cell(self) -> bool:
        """Open the current cell for typing; return whether its column allows that."""
        index = self.currentIndex()
        if not self._model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        self.edit(index)
        return True

    def type_again(self, subject_id: int, field: str, text: str) -> None:
        """Open the cell once more with what was typed and refused."""
        self._typing.offer_again(subject_id, field, text)
        QTimer.singleShot(0, self, self.edit_cell)

    def on_double_clicked(self, index: QModelIndex) -> None:
        """Type into a cell that allows it; anywhere else open the person."""
        if not self.edit_cell():
            super().on_double_clicked(index)

    def _known_values(self, field: str) -> Sequence[str]:
        return [value for value, _number in self._use_cases.roster.values(field)]

    def _fetch(self, offset: int, limit: int) -> Sequence[RosterRow]:
        """Read a page. Far down OFFSET sorts and skips everybody anew, so there the ids are known."""
        roster = self._use_cases.roster
        if offset < _FAR_DOWN:
            return roster.page(self._which, offset, limit)
        ids = self._ids_in_order()[offset : offset + limit]
        found = {row.id: row for row in roster.rows(ids)}
        return [found[id_] for id_ in ids if id_ in found]

    def _ids_in_order(self) -> array[int]:
        if self._order is None:
            self._order = array("q", self._use_cases.roster.ids(self._which))
        return self._order

    def _count(self) -> int:
        return self._use_cases.roster.count(self._which)

    def _find_hits(self, text: str) -> Sequence[tuple[int, int]]:
        found = hits(text, self._which.text)
        if not found:
            words = self._which.text.split()
            by_sound = (self._use_cases.roster.place_by_sound(text, word) for word in words)
            found = [place for place in by_sound if place is not None]
        return found

    def _select_row_of(self, subject_id: int, column: int = 0) -> bool:
        try:
            position = self._ids_in_order().index(subject_id)
        except ValueError:
            return False
        self.selectionModel().setCurrentIndex(self._model.index(position, column), _THIS_ROW)
        return True

    def _on_selected(self) -> None:
        """Note who is selected now, while the list stands as in the file: a change moves people."""
        if not self._restoring:
            number = self.selected_count()
            if 1 < number <= _FEW:
                self._picked = frozenset(row.id for row in self.chosen_rows())
            elif number > 1 and self.count() <= _LOOK_FOR_CHOSEN:
                ids = self._ids_in_order()
                self._picked = frozenset(ids[row] for row in self.selected_rows())
            else:
                self._picked = frozenset()
        self.selection_counted.emit()

    def _pick_again(self) -> None:
        """Select everybody who was selected, beside the current person."""
        if not self._picked:
            return
        last, picked = self._model.columnCount() - 1, QItemSelection()
        for row, id_ in enumerate(self._ids_in_order()):
            if id_ in self._picked:
                picked.select(self._model.index(row, 0), self._model.index(row, last))
        self.selectionModel().select(picked, _THIS_ROW)

    def _say_chosen(self) -> None:
        chosen = self.chosen_id()
        if chosen is not None and not self._restoring:
            self.person_chosen.emit(chosen)

    # ------------------------------------------------------------ order

    def _on_header_clicked(self, section: int) -> None:
        key = self._model.columns[section].key
        if not key:
            self._show_order()
            return
        now = [(self._which.sort_by, self._which.descending), *self._which.then_by]
        before = dict(now)
        turned = (key, key in before and not before[key])
        if QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier:
            order = [turned if one[0] == key else one for one in now]
            self.sorted_by.emit(tuple(order if key in before else [*order, turned]))
        else:
            first = (key, key == self._which.sort_by and not self._which.descending)
            self.sorted_by.emit((first,))
        self._keep_soon.start()

    def order_in_words(self) -> str:
        """Return by which columns the list is sorted when there are several, or ``""``."""
        if not self._which.then_by:
            return ""
        titles = {column.key: column.title for column in self._model.columns}
        order = ((self._which.sort_by, self._which.descending), *self._which.then_by)
        return "，".join(f"{titles.get(key, key)} {'↓' if down else '↑'}" for key, down in order)

    def _on_moved(self, section: int, _old: int, new: int) -> None:
        """Keep the frozen name first, wherever somebody drags it or something else."""
        header = self.horizontalHeader()
        if not self._restoring and (section == 0 or new == 0) and header.visualIndex(0) != 0:
            header.moveSection(header.visualIndex(0), 0)

    def _show_order(self) -> None:
        keys = [column.key for column in self._model.columns]
        section = keys.index(self._which.sort_by) if self._which.sort_by in keys else 0
        order = Qt.SortOrder.DescendingOrder if self._which.descending else _ASCENDING
        self.horizontalHeader().setSortIndicator(section, order)

    # ------------------------------------------------------------ columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Until somebody chose widths, let the workplace take what the other columns leave."""
        super().resizeEvent(event)
        if not self._use_cases.settings().roster_view.get("widths"):
            self._fit_workplace()

    def _fit_workplace(self) -> None:
        header, columns = self.horizontalHeader(), self._model.columns
        shown = [s for s in range(header.count()) if not self.isColumnHidden(s)]
        wide = {s: theme.column_width(columns[s].width) for s in shown}
        spare = max(0, self.viewport().width() - sum(wide.values()))
        more = {s: theme.column_width(ROOMY.get(columns[s].title, 0)) - wide[s] for s in shown}
        more = {s: width for s, width in more.items() if width > 0}
        part = min(1.0, spare / 2 / max(1, sum(more.values())))
        for section, width in more.items():
            wide[section] += round(width * part)
            spare -= round(width * part)
        with QSignalBlocker(header):
            for section, width in wide.items():
                taken = spare if columns[section].title == ELASTIC else 0
                header.resizeSection(section, width + taken)

    def keep_pane_width(self, width: int) -> None:
        """Remember how wide the pane beside the list is; it belongs to the list's view."""
        self.pane_width = width
        self._keep_soon.start()

    def kept_order(self) -> RosterFilter:
        """Return everybody in the order in which the list was last left."""
        view = self._use_cases.settings().roster_view
        names = ("sort_by", "descending", "then_by")
        return from_view({name: view[name] for name in names if view.get(name)})

    def _show_columns(self) -> None:
        """Lay the columns out as they were left; columns that are new since stand at the end."""
        view = self._use_cases.settings().roster_view
        header = self.horizontalHeader()
        titles = [column.title for column in self._model.columns]
        hidden = view.get("hidden", HIDDEN_AT_FIRST)
        order = [title for title in view.get("order", titles) if title in titles]
        for place, title in enumerate(order):
            header.moveSection(header.visualIndex(titles.index(title)), place)
        for section, title in enumerate(titles):
            self.setColumnHidden(section, title in hidden)
            width = view.get("widths", {}).get(title)
            if isinstance(width, int) and width > 20:
                header.resizeSection(section, width)

    def keep_view(self) -> None:
        """Keep columns, widths and order in the settings; losing them loses no records."""
        self._keep_soon.stop()
        header = self.horizontalHeader()
        titles = [column.title for column in self._model.columns]
        view: dict[str, Any] = {
            "order": [titles[header.logicalIndex(place)] for place in range(header.count())],
            "widths": {
                title: header.sectionSize(section)
                for section, title in enumerate(titles)
                if not self.isColumnHidden(section)
            },
            "hidden": [t for section, t in enumerate(titles) if self.isColumnHidden(section)],
            "sort_by": self._which.sort_by,
            "descending": self._which.descending,
            "then_by": [list(one) for one in self._which.then_by],
            "pane_width": self.pane_width,
        }
        try:
            settings = self._use_cases.settings()
            view["views"] = settings.roster_view.get("views", {})
            if settings.roster_view != view:
                settings.roster_view = view
                self._use_cases.save_settings(settings)
        except UserError as error:
            log.info("the list's columns were not kept: %s", type(error).__name__)

    def _choose_columns(self, where: QPoint) -> None:
        menu = Menu(self)
        for section, column in enumerate(self._model.columns):
            if column.frozen:
                continue
            act = menu.addAction(column.title)
            act.setCheckable(True)
            act.setChecked(not self.isColumnHidden(section))
            act.toggled.connect(lambda on, section=section: self._show_column(section, on))
        menu.addSeparator()
        menu.addAction("列的设置…", self.arrange_columns)
        menu.addAction("恢复默认列", self._reset_columns)
        menu.pop_up(self.horizontalHeader().mapToGlobal(where))

    def arrange_columns(self) -> None:
        """Let the user choose the columns and their order in a dialog."""
        header = self.horizontalHeader()
        titles = [column.title for column in self._model.columns]
        now = [titles[header.logicalIndex(place)] for place in range(header.count())]
        shown = frozenset(t for s, t in enumerate(titles) if not self.isColumnHidden(s))
        defaults = [(title, title not in HIDDEN_AT_FIRST) for title in titles[1:]]
        dialog = ColumnsDialog(now[1:], shown, defaults, self.window())
        if dialog.exec():
            self.show_columns(dialog.result_columns())
        dialog.deleteLater()

    def show_columns(self, columns: Sequence[tuple[str, bool]]) -> None:
        """Show these columns in this order after the name."""
        header = self.horizontalHeader()
        titles = [column.title for column in self._model.columns]
        for place, (title, is_shown) in enumerate(columns, 1):
            section = titles.index(title)
            header.moveSection(header.visualIndex(section), place)
            self.setColumnHidden(section, not is_shown)
        self._keep_soon.start()

    def _show_column(self, section: int, on: bool) -> None:
        self.setColumnHidden(section, not on)
        self._keep_soon.start()

    def _reset_columns(self) -> None:
        header = self.horizontalHeader()
        for section, column in enumerate(self._model.columns):
            header.moveSection(header.visualIndex(section), section)
            self.setColumnHidden(section, column.title in HIDDEN_AT_FIRST)
            header.resizeSection(section, theme.column_width(column.width))
        self._keep_soon.start()


_ASCENDING = Qt.SortOrder.AscendingOrder
