"""The forms at hand: recent ones, a person's, or whoever is searched for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.registration_form import DRAFT
from app.services.ports import FormRow, RosterFilter, RosterRow
from app.ui import theme

_ENTRY = Qt.ItemDataRole.UserRole
_PAUSE_MS = 200
_MOST_PEOPLE = 30
_PAD = 6

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a heading, a form, a person, or an act."""

    kind: str  # heading, form, person, new, back, note
    title: str
    more: str = ""
    id: int = 0


class _EntryDelegate(QStyledItemDelegate):
    """Draws an entry on two lines: who, and which."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry: Entry = index.data(_ENTRY)
        line = QFontMetrics(option.font).height()  # type: ignore[attr-defined]
        lines = 2 if entry.more else 1
        return QSize(100, lines * line + 2 * _PAD + (2 if lines > 1 else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(_ENTRY)
        painter.save()
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        colours = theme.COLOURS
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, QColor(colours.tint_pressed))
            painter.fillRect(
                QRect(rect.left(), rect.top(), 3, rect.height()), QColor(colours.accent)
            )
        elif state & QStyle.StateFlag.State_MouseOver and entry.kind not in ("heading", "note"):
            painter.fillRect(rect, QColor(colours.tint))
        font = option.font  # type: ignore[attr-defined]
        inner = rect.adjusted(12, _PAD, -8, -_PAD)
        measure = QFontMetrics(font)
        first = QRect(inner.left(), inner.top(), inner.width(), measure.height())
        font.setBold(entry.kind in ("form", "person", "heading"))
        painter.setFont(font)
        acts = entry.kind in ("new", "back")
        muted = entry.kind in ("heading", "note")
        ink = colours.accent if acts else colours.muted if muted else colours.ink
        painter.setPen(QColor(ink))
        _draw(painter, first, entry.title)
        if entry.more:
            font.setBold(False)
            font.setPixelSize(max(11, font.pixelSize() - 1))
            painter.setFont(font)
            painter.setPen(QColor(colours.muted))
            _draw(painter, first.translated(0, measure.height() + 2), entry.more)
        painter.restore()


def _draw(painter: QPainter, rect: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class FormList(QWidget):
    """Search box and list. It reads through the callables given, and only announces choices."""

    form_wanted = Signal(int)
    new_wanted = Signal(int)  # for this person

    def __init__(
        self,
        recent: Callable[[], Sequence[FormRow]],
        forms_of: Callable[[int], Sequence[FormRow]],
        people: Callable[[RosterFilter, int, int], Sequence[RosterRow]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._recent, self._forms_of, self._people = recent, forms_of, people
        self._person: tuple[int, str] | None = None
        self._current = 0
        self.search = QLineEdit()
        self.search.setPlaceholderText("找人：姓名、拼音或单位")
        self.search.setAccessibleName("按姓名查找，为其新建或打开登记表")
        self.search.setClearButtonEnabled(True)
        self._list = QListWidget()
        self._list.setAccessibleName("登记表列表")
        self._list.setItemDelegate(_EntryDelegate(self._list))
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        top = QWidget()
        inside = QVBoxLayout(top)
        theme.margins(inside, theme.SMALL)
        inside.addWidget(self.search)
        column = QVBoxLayout(self)
        theme.margins(column, 0, 0)
        column.addWidget(top)
        column.addWidget(self._list, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self.search.textChanged.connect(self._on_typed)  # never while a word is being composed
        self.search.returnPressed.connect(self._on_entered)

    # ------------------------------------------------------------ what is shown

    def refresh(self) -> None:
        """Read again what the list shows at present."""
        self._pause.stop()
        text = self.search.text().strip()
        if text:
            self._show(self._found(text))
        elif self._person is not None:
            self._show(self._of_person(*self._person))
        else:
            self._show(self._recently())

    def show_recent(self) -> None:
        """Show the forms saved last."""
        self._person = None
        self._clear_search()
        self.refresh()

    def show_person(self, subject_id: int, name: str) -> None:
        """Show one person's forms, and the way to a new one."""
        self._person = (subject_id, name)
        self._clear_search()
        self.refresh()

    def mark(self, form_id: int | None) -> None:
        """Show which form is open."""
        self._current = form_id or 0
        self._select()

    def entries(self) -> list[Entry]:
        """Return what the list shows."""
        return [self._list.item(row).data(_ENTRY) for row in range(self._list.count())]

    def _recently(self) -> list[Entry]:
        rows = self._recent()
        if not rows:
            return [
                Entry("note", "还没有登记表", "在上面输入姓名，选人后即可填写"),
            ]
        return [Entry("heading", "最近的登记表"), *(_form_entry(row) for row in rows)]

    def _of_person(self, subject_id: int, name: str) -> list[Entry]:
        rows = self._forms_of(subject_id)
        return [
            Entry("back", "‹ 最近的登记表"),
            Entry("heading", f"{name}的登记表" if rows else f"{name}还没有登记表"),
            *(_form_entry(row, with_name=False) for row in rows),
            Entry("new", "＋ 新建一份登记表", id=subject_id),
        ]

    def _found(self, text: str) -> list[Entry]:
        people = self._people(RosterFilter(text=text), 0, _MOST_PEOPLE)
        if not people:
            return [Entry("note", "名册中没有找到", "请核对姓名，或先到名册中新增")]
        return [Entry("heading", "选择人员"), *(_person_entry(row) for row in people)]

    def _show(self, entries: Sequence[Entry]) -> None:
        self._list.clear()
        for entry in entries:
            item = QListWidgetItem()
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title} {entry.more}")
            if entry.kind in ("heading", "note"):
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            else:
                item.setToolTip(f"{entry.title}\n{entry.more}".strip())
            self._list.addItem(item)
        self._select()

    def _select(self) -> None:
        for row, entry in enumerate(self.entries()):
            if entry.kind == "form" and entry.id == self._current:
                self._list.setCurrentRow(row)
                return
        self._list.clearSelection()
        self._list.setCurrentRow(-1)

    def _clear_search(self) -> None:
        self.search.clear()
        self._pause.stop()  # whoever clears it shows something else at once

    # ------------------------------------------------------------ what is chosen

    def _on_typed(self, _text: str) -> None:
        self._pause.start()

    def _on_entered(self) -> None:
        """Enter opens the only one found, or goes into the list."""
        self.refresh()
        choices = [row for row, e in enumerate(self.entries()) if e.kind in ("person", "form")]
        if len(choices) == 1 and self.search.text().strip():
            self._on_chosen(self._list.item(choices[0]))
        elif choices:
            self._list.setFocus()
            self._list.setCurrentRow(choices[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self._list.setFocus()
            self._list.setCurrentRow(1 if self._list.count() > 1 else 0)
        elif event.key() == Qt.Key.Key_Escape and (self.search.text() or self._person):
            self.show_recent()
        else:
            super().keyPressEvent(event)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        entry: Entry = item.data(_ENTRY)
        match entry.kind:
            case "form":
                self.form_wanted.emit(entry.id)
            case "new":
                self.new_wanted.emit(entry.id)
            case "back":
                self.show_recent()
            case "person":
                self.show_person(entry.id, entry.title)
                if not self._forms_of(entry.id):
                    self.new_wanted.emit(entry.id)


def _form_entry(row: FormRow, *, with_name: bool = True) -> Entry:
    visited = f"回访 {row.visited_on}" if row.visited_on else "尚未填回访时间"
    saved = f"保存于 {row.saved_at:%Y-%m-%d %H:%M}" if row.saved_at else ""
    mark = f"【{row.state}】" if row.state not in ("", DRAFT) else ""
    if with_name:
        more = f"{mark}{row.workplace or visited}"
        return Entry("form", row.name or "（未填姓名）", more, row.id)
    version = f"第{row.version}版 " if row.version > 1 else ""
    if mark and row.saved_at:
        saved = f"{row.saved_at:%Y-%m-%d}"
    return Entry("form", visited, f"{mark}{version}{saved}", row.id)


def _person_entry(row: RosterRow) -> Entry:
    parts = [row.born_on[:7].replace("-", "."), row.unit or row.workplace]
    return Entry("person", row.name, " · ".join(part for part in parts if part), row.id)
