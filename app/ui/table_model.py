"""One table model for every list: rows already at hand, or fetched a page at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.ui.allowed import why_not

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole  # the row object itself, through any proxy
SORT_ROLE = Qt.ItemDataRole.UserRole + 1  # the raw value, to be compared by Python
BADGE_ROLE = Qt.ItemDataRole.UserRole + 2  # theme.Tone, when the cell is drawn as a badge

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter

_PAGES_KEPT = 24


def _nothing(_row: Any) -> Any:
    return None


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its title, the text of a cell, and the value it sorts by.

    ``key`` is what a query calls the column when the sorting is done there (empty: not sortable
    there); ``width`` in device-independent pixels, 0 to take what is left. Not ``slots=True``: on
    Python 3.11 a frozen, slotted generic dataclass cannot be called through its subscript.
    """

    title: str
    text: Callable[[Row], str]
    sort_by: Callable[[Row], Any] = _nothing
    key: str = ""
    width: int = 0
    align: Qt.AlignmentFlag = LEFT
    tone: Callable[[Row], Any] = _nothing
    tip: Callable[[Row], str | None] = _nothing
    frozen: bool = False
    edits: str = ""  # the attribute that is typed into the cell, where the view offers that


class _Columns(QAbstractTableModel, Generic[Row]):
    """What both models share: answering for one row, and the header."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def row_at(self, position: int) -> Row | None:
        """Return the row shown at ``position``, if there is one."""
        raise NotImplementedError

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are; cells have no children."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what ``role`` asks about the cell."""
        if not index.isValid():
            return None
        answer = _ANSWERS.get(role)
        if answer is None:
            return None
        row = self.row_at(index.row())
        return None if row is None else answer(self.columns[index.column()], row)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that a cell may be typed into where its column says so."""
        found = super().flags(index)
        if index.isValid() and self.columns[index.column()].edits and not why_not():
            found |= Qt.ItemFlag.ItemIsEditable
        return found

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return a column's title, or a row's number from 1."""
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return None

    def _row_changed(self, position: int) -> None:
        last = len(self.columns) - 1
        self.dataChanged.emit(self.index(position, 0), self.index(position, last))


_ANSWERS: dict[int, Callable[[Column[Any], Any], Any]] = {
    Qt.ItemDataRole.DisplayRole: lambda column, row: column.text(row),
    Qt.ItemDataRole.ToolTipRole: lambda column, row: column.tip(row),
    Qt.ItemDataRole.TextAlignmentRole: lambda column, _row: column.align,
    Qt.ItemDataRole.AccessibleTextRole: lambda column, row: f"{column.title}：{column.text(row)}",
    SORT_ROLE: lambda column, row: column.sort_by(row),
    ROW_ROLE: lambda _column, row: row,
    BADGE_ROLE: lambda column, row: column.tone(row),
}


class RowTableModel(_Columns[Row]):
    """Shows rows it was given; it reads nothing and decides nothing."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._rows: list[Row] = []
        self._sorted_by: tuple[int, bool] | None = None  # column, descending

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as they are shown."""
        return tuple(self._rows)

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Replace everything; the order chosen stays. For one changed row use ``replace_row``."""
        self.beginResetModel()
        self._rows = self._in_order(rows)
        self.endResetModel()

    def replace_row(self, position: int, row: Row) -> None:
        """Show ``row`` in place of the one at ``position``; selection and scroll stay."""
        self._rows[position] = row
        self._row_changed(position)

    def row_at(self, position: int) -> Row | None:
        """Return the row shown at ``position``, if there is one."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by the column's raw values; cells without a value stay at the end."""
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self.set_rows(self._rows)

    def _in_order(self, rows: Iterable[Row]) -> list[Row]:
        given = list(rows)
        if self._sorted_by is None:
            return given
        column, descending = self._sorted_by
        sort_by = self.columns[column].sort_by
        known = [row for row in given if sort_by(row) is not None]
        unknown = [row for row in given if sort_by(row) is None]
        known.sort(key=sort_by, reverse=descending)
        return [*known, *unknown]


class PagedTableModel(_Columns[Row]):
    """Shows any number of rows, reading a page at a time and forgetting those long unseen.

    ``fetch(offset, limit)`` and ``count()`` are asked in the GUI thread and must answer within a
    few milliseconds. Sorting belongs to the query: ``sort`` calls ``sort_by(key, descending)``.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        fetch: Callable[[int, int], Sequence[Row]],
        count: Callable[[], int],
        *,
        sort_by: Callable[[str, bool], None] | None = None,
        page_size: int = 100,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._fetch, self._count_rows, self._sort_by = fetch, count, sort_by
        self._page_size = page_size
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._count = 0

    def refresh(self) -> None:
        """Read everything afresh: another search, another order, many changes."""
        self.beginResetModel()
        self._pages.clear()
        self._count = self._count_rows()
        self.endResetModel()

    def replace_rows(self, rows: Iterable[Row], same: Callable[[Row, Row], bool]) -> int:
        """Show changed ``rows`` where their former selves are on display; return how many were."""
        changed = list(rows)
        found = 0
        for number, page in self._pages.items():
            for offset, shown in enumerate(page):
                for row in changed:
                    if same(shown, row):
                        page[offset] = row
                        self._row_changed(number * self._page_size + offset)
                        found += 1
        return found

    def row_at(self, position: int) -> Row | None:
        """Return the row at ``position``, fetching its page if it is not at hand."""
        if not 0 <= position < self._count:
            return None
        number, offset = divmod(position, self._page_size)
        page = self._pages.get(number)
        if page is None:
            page = list(self._fetch(number * self._page_size, self._page_size))
            self._pages[number] = page
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[offset] if offset < len(page) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows there are in all."""
        return 0 if parent.isValid() else self._count

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask the query for another order; a column without a key is left as it is."""
        if self._sort_by is None or not 0 <= column < len(self.columns):
            return
        if key := self.columns[column].key:
            self._sort_by(key, order == Qt.SortOrder.DescendingOrder)
            self.refresh()
