"""查找一切: one box over everything, used from everywhere by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabWidget, QWidget

from app.domain.subject import Subject
from app.services.finding import Find, Found, Group
from app.services.ports import UserError
from app.ui import theme
from app.ui.attachments.panel import AttachmentPanel
from app.ui.dialog import Dialog
from app.ui.roster.search_box import SearchBox
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

_HINT = "姓名、拼音、单位、方案、文号、附件名、谈话和登记表中的词句；几个词用空格隔开"


class _Row:
    """A hit, with its group named on the first line of the group only."""

    def __init__(self, found: Found, group: str) -> None:
        self.found, self.group = found, group


_COLUMNS: tuple[Column[_Row], ...] = (
    Column[_Row]("类别", lambda row: row.group, width=104),
    Column[_Row]("内容", lambda row: row.found.title, width=250, tip=lambda row: row.found.title),
    Column[_Row](
        "摘要", lambda row: row.found.excerpt, width=250, tip=lambda row: row.found.excerpt
    ),
    Column[_Row]("人员", lambda row: row.found.whose, tip=lambda row: row.found.whose),
)


class _Box(SearchBox):
    """Enter opens the chosen hit, arrows move through the hits, the cursor stays here."""

    def __init__(self, moved: Callable[[QKeyEvent], object], opened: Callable[[], object]) -> None:
        super().__init__(_HINT)
        self._moved, self._opened = moved, opened

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list go to the list, unless text is being composed."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not self._composing:
                self.search_now()
                self._opened()
            case Qt.Key.Key_Up | Qt.Key.Key_Down | Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                self.search_now()
                self._moved(event)
            case Qt.Key.Key_Escape:
                event.ignore()  # the dialog goes
            case _:
                super().keyPressEvent(event)


class FindDialog(Dialog):
    """Finds as the user types; accepted with ``found``, what to open."""

    def __init__(self, find: Find, parent: QWidget | None = None) -> None:
        super().__init__("查找一切", parent, icon_name="search", width=1000)
        self._find = find
        self.found: Found | None = None
        self.box = _Box(self._move, self._open_current)
        self.box.setAccessibleName("查找内容")
        self.box.searched.connect(self.search)
        self.rows: RowTableModel[_Row] = RowTableModel(_COLUMNS, self)
        self.table = TableView()
        self.table.show_model(self.rows)  # type: ignore[arg-type]
        self.table.setAccessibleName("查找结果")
        self.table.opened.connect(self._open)
        self._nothing = theme.EmptyState("search", "输入要找的内容", _HINT)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self.table)
        self._pages.setMinimumHeight(300)
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._said = theme.label("", "small")
        self.body.addWidget(self.box)
        self.body.addWidget(self._pages, 1)
        self.buttons.insertWidget(0, self._said)
        self.offer("关闭(&X)", self.reject)
        self.go = self.offer("打开(&O)", self._open_current, role="primary")
        self.go.setEnabled(False)
        self.box.setFocus()
        self.fit()

    def search(self, text: str) -> None:
        """Show what ``text`` finds, the first hit chosen."""
        try:
            groups = self._find(text)
        except UserError as error:
            self.say(error)
            return
        self._show(groups)
        self.table.mark_hits(text.split(maxsplit=1)[0] if text.split() else "")
        if not groups:
            if text.strip():
                self._nothing.say("没有找到", "请换一个词，或少写几个字；姓名也可用拼音或首字母。")
            else:
                self._nothing.say("输入要找的内容", _HINT)

    def _show(self, groups: Sequence[Group]) -> None:
        rows = [
            _Row(hit, "" if place else group.name)
            for group in groups
            for place, hit in enumerate(group.hits)
        ]
        self.rows.set_rows(rows)
        more = [group.name for group in groups if group.more]
        count = f"共 {len(rows)} 条" if rows else ""
        self._said.setText(f"{count}；{'、'.join(more)}还有更多，请写得更具体" if more else count)
        self._pages.setCurrentIndex(1 if rows else 0)
        self.go.setEnabled(bool(rows))
        if rows:
            self.table.selectRow(0)

    def _move(self, event: QKeyEvent) -> None:
        self.table.keyPressEvent(event)

    def _open_current(self) -> None:
        row = self.rows.row_at(self.table.currentIndex().row())
        if row is not None:
            self._open(row)

    def _open(self, row: _Row) -> None:
        self.found = row.found
        self.accept()


def show_paper(attachment_id: int, tab: QWidget) -> None:
    """Bring an attachment into sight where the tab lists it, the cursor on it."""
    for panel in tab.findChildren(AttachmentPanel):
        if panel.isVisible() and panel.choose_paper(attachment_id):
            return
    from app.ui.plans.list_page import ListPage

    for page in tab.findChildren(ListPage):  # its papers lie in a dialog
        if page.isVisible():
            page.acts.show_papers(chosen=attachment_id)


def find_and_open(
    find: Find,
    open_person: Callable[[int], object],
    open_link: Callable[[tuple[str, int | None], int | None], object],
    tabs: QTabWidget,
    parent: QWidget,
) -> None:
    """Ask what to look for, and go where the chosen hit leads."""
    dialog = FindDialog(find, parent)
    if dialog.exec() and dialog.found is not None:
        found = dialog.found
        if found.opens[0] == Subject.__name__:
            open_person(found.opens[1])
        else:
            open_link(found.opens, found.subject_id)
        if found.attachment_id is not None:
            show_paper(found.attachment_id, tabs.currentWidget())
    dialog.deleteLater()
