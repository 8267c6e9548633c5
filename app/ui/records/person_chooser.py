"""Choosing people from the roster, found as everywhere: name, sound, unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.services.ports import RosterFilter, RosterRow
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.roster.search_box import SearchBox
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

MOST = 200

_COLUMNS: Sequence[Column[RosterRow]] = (
    Column("姓名", lambda row: row.name, width=84),
    Column("出生年月", lambda row: row.born_on, width=84),
    Column("工作单位及职务", lambda row: row.workplace or row.unit),
    Column("期满日期", lambda row: str(row.last_day or ""), width=100),
    Column(
        "对象认定",
        lambda row: row.verdict,
        width=120,
        tone=lambda row: theme.VERDICT_TONES.get(row.verdict),
        tip=lambda row: row.reason,
    ),
)


class PersonChooser(Dialog):
    """A search box over the roster; ``chosen`` are the ids of the selected people."""

    def __init__(
        self,
        use_cases: UseCases,
        title: str,
        act: str,
        known: Collection[int] = (),
        *,
        lead: str = "",
        single: bool = False,
        find: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``find`` is searched for at first, if it finds anybody besides ``known``."""
        super().__init__(title, parent, lead=lead, icon_name="people", width=760)
        self._use_cases, self._roster, self._known = use_cases, use_cases.roster, set(known)
        self.chosen: list[int] = []
        self.search = SearchBox("姓名、拼音、首字母、单位")
        self.search.setAccessibleName("查找人员")
        self.search.searched.connect(self._find)
        self.table = TableView()
        self.table.setAccessibleName("人员")
        if single:
            self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._model = RowTableModel[RosterRow](_COLUMNS, self)
        self.table.show_model(self._model)  # type: ignore[arg-type]
        self.table.setMinimumHeight(250)
        self.table.opened.connect(lambda _row: self._on_press())
        self.search.left_down.connect(self._go_to_table)
        self.body.addWidget(self.search)
        self.body.addWidget(self.table)
        self.offer("取消(&C)", self.reject)
        self._press = self.offer(act, self._on_press, role="primary")
        self.table.selectionModel().selectionChanged.connect(lambda *_what: self._show())
        self._find("")
        for text in (find, ""):
            if find and (text or not self._model.rowCount()):
                self.search.setText(text)
                self.search.search_now()
        self.search.selectAll()
        self.search.setFocus()

    def explain(self) -> bool:
        """Explain verdict and dates of the people selected, or of the one the cursor is on."""
        from app.ui.basis import show_basis

        places = self.table.selected_rows() or [self.table.currentIndex().row()]
        rows = (self._model.row_at(place) for place in places)
        return show_basis(self._use_cases, [row.id for row in rows if row is not None], self)

    def _find(self, text: str) -> None:
        rows = self._roster.page(RosterFilter(text=text), 0, MOST)
        self._model.set_rows(row for row in rows if row.id not in self._known)
        self.table.mark_hits(text)
        more = len(rows) == MOST
        self.say(f"只列出前 {MOST} 人，请输入姓名查找" if more else "", "small")
        self._show()

    def _go_to_table(self) -> None:
        if self._model.rowCount():
            self.table.selectRow(0)
            self.table.setFocus()

    def _show(self) -> None:
        self._press.setEnabled(bool(self.table.selected_rows()))

    def _on_press(self) -> None:
        rows = (self._model.row_at(place) for place in self.table.selected_rows())
        self.chosen = [row.id for row in rows if row is not None]
        if self.chosen:
            self.accept()


def choose_people(
    use_cases: UseCases,
    parent: QWidget,
    title: str,
    act: str,
    known: Collection[int] = (),
    *,
    lead: str = "",
    single: bool = False,
    find: str = "",
) -> list[int]:
    """Return the ids of the people chosen; none when the user thinks better of it."""
    dialog = PersonChooser(
        use_cases, title, act, known, lead=lead, single=single, find=find, parent=parent
    )
    chosen = dialog.chosen if dialog.exec() else []
    dialog.deleteLater()
    return chosen
