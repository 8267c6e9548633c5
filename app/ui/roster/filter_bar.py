"""Further filters of the list: chosen from one menu, shown as chips, kept as views by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.domain.settings import Settings
from app.services.ports import RosterFilter
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.menu import Menu
from app.ui.roster.chips import FlowLayout


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of several values: its attribute, its title, what to ask for its values."""

    name: str
    title: str
    field: str


CHOICES = (
    Choice("units", "所在单位", "unit"),
    Choice("person_types", "人员类别", "person_type"),
    Choice("regimes", "处分类别", "regime"),
    Choice("kinds", "处分种类", "kind"),
)
ENDS = ((30, "30 天内"), (60, "60 天内"), (90, "90 天内"), (180, "半年内"), (365, "一年内"))
FORM = {True: "已有登记表", False: "没有登记表"}
VISITED = {True: "已回访", False: "未回访"}
FILED = {True: "已归档", False: "未归档"}
DOUBT = {True: "需要核对", False: "不需核对"}

SINGLE: dict[str, tuple[str, dict[bool, str]]] = {
    "回访": ("visited", VISITED),
    "登记表": ("has_form", FORM),
    "归档": ("filed", FILED),
    "疑点": ("doubtful", DOUBT),
}
"""Filters of yes or no: title of the menu, attribute, words."""


def chips_of(which: RosterFilter) -> list[tuple[str, RosterFilter]]:
    """Return every further filter in words, with the list that is left without it."""
    found = []
    for choice in CHOICES:
        chosen = getattr(which, choice.name)
        if chosen:
            words = "、".join(chosen[:3]) + (f"等{len(chosen)}项" if len(chosen) > 3 else "")
            found.append((f"{choice.title}：{words}", _with(which, choice.name, ())))
    if which.ends_within is not None:
        left = f"{dict(ENDS).get(which.ends_within, f'{which.ends_within} 天内')}期满"
        found.append((left, _with(which, "ends_within", None)))
    for name, answers in SINGLE.values():
        if (value := getattr(which, name)) is not None:
            found.append((answers[value], _with(which, name, None)))
    return found


def _with(which: RosterFilter, name: str, value: Any) -> RosterFilter:
    return replace(which, **{name: value})


def without_filters(which: RosterFilter) -> RosterFilter:
    """Return the same order without any filter."""
    return RosterFilter(sort_by=which.sort_by, descending=which.descending, then_by=which.then_by)


def is_narrowed(which: RosterFilter) -> bool:
    """Whether ``which`` leaves anybody out."""
    return which != without_filters(which)


def as_view(which: RosterFilter) -> dict[str, Any]:
    """Return ``which`` as plain values for the settings."""
    plain = RosterFilter()
    return {
        field.name: list(value) if isinstance(value, tuple) else value
        for field in fields(RosterFilter)
        if (value := getattr(which, field.name)) != getattr(plain, field.name)
    }


def from_view(view: Mapping[str, Any]) -> RosterFilter:
    """Return the filter that ``as_view`` wrote; what is not understood is left out."""
    plain = RosterFilter()
    values: dict[str, Any] = {}
    for field in fields(RosterFilter):
        if field.name not in view:
            continue
        value = view[field.name]
        if field.name == "then_by":
            value = tuple((str(key), bool(down)) for key, down in value)
        elif isinstance(getattr(plain, field.name), tuple):
            value = tuple(map(str, value))
        values[field.name] = value
    return replace(plain, **values)


def views(settings: Settings) -> dict[str, Any]:
    """Return the kept views by name."""
    return dict(settings.roster_view.get("views", {}))


class FilterBar(QWidget):
    """A button with every further filter, and a chip for each that is in use."""

    chosen = Signal(object)  # the RosterFilter to show from now on
    view_wanted = Signal()  # keep what is shown as a view
    view_dropped = Signal(str)

    def __init__(
        self,
        use_cases: UseCases,
        views: Callable[[], Mapping[str, Any]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._views = use_cases, views
        self._which = RosterFilter()
        self.menu = Menu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.button = theme.button("筛选(&L)", icon_name="filter")
        self.button.setMenu(self.menu)
        self.button.setToolTip("按单位、处分、人员类别、期满时间等筛选；可存为视图")
        self._chips = QWidget()
        self._line = FlowLayout(self._chips, spacing=theme.SMALL - 2)
        column = QVBoxLayout(self)
        theme.margins(column, 0)
        column.addWidget(self._chips)

    def show_filter(self, which: RosterFilter) -> None:
        """Show what narrows the list besides text and verdicts."""
        self._which = which
        while (item := self._line.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for words, rest in chips_of(which):
            chip = QPushButton(f"{words}　×")
            chip.setProperty("role", "chip")
            chip.setChecked(False)
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
            chip.setToolTip("取消这项筛选")
            chip.setAccessibleName(f"取消筛选{words}")
            chip.clicked.connect(lambda _on=False, rest=rest: self.chosen.emit(rest))
            self._line.addWidget(chip)
        self.setVisible(self._line.count() > 0)
        self._chips.updateGeometry()

    # ------------------------------------------------------------ the menu

    def _fill_menu(self) -> None:
        self.menu.clear()
        for choice in CHOICES:
            self._add_values(self.menu.submenu(choice.title), choice)
        self._add_single("期满时间", "ends_within", dict(ENDS))
        for title, (name, words) in SINGLE.items():
            self._add_single(title, name, words)
        self.menu.addSeparator()
        views = self._views()
        for name in views:
            self.menu.addAction(f"视图：{name}", lambda name=name: self._show_view(name))
        keep = self.menu.addAction("把当前条件存为视图(&S)…", self.view_wanted.emit)
        keep.setEnabled(is_narrowed(self._which) or bool(self._which.then_by))
        if views:
            drop = self.menu.submenu("删除视图")
            for name in views:
                drop.addAction(name, lambda name=name: self.view_dropped.emit(name))
        self.menu.addSeparator()
        clear = self.menu.addAction("清除全部条件(&C)", self._clear)
        clear.setEnabled(is_narrowed(self._which))

    def _add_values(self, menu: QMenu, choice: Choice) -> None:
        chosen = getattr(self._which, choice.name)
        values = self._use_cases.roster.values(choice.field)
        for value, number in values:
            act = menu.addAction(f"{value}　{number}")
            act.setCheckable(True)
            act.setChecked(value in chosen)
            act.toggled.connect(
                lambda on, value=value, name=choice.name: self._toggle(name, value, on)
            )
        menu.setEnabled(bool(values))

    def _add_single(self, title: str, name: str, values: Mapping[Any, str]) -> None:
        menu = self.menu.submenu(title)
        now = getattr(self._which, name)
        for value, words in values.items():
            act = menu.addAction(words)
            act.setCheckable(True)
            act.setChecked(value == now)
            act.toggled.connect(
                lambda on, value=value: self.chosen.emit(
                    _with(self._which, name, value if on else None)
                )
            )

    def _toggle(self, name: str, value: str, on: bool) -> None:
        rest = tuple(one for one in getattr(self._which, name) if one != value)
        self.chosen.emit(_with(self._which, name, (*rest, value) if on else rest))

    def _show_view(self, name: str) -> None:
        self.chosen.emit(from_view(self._views()[name]))

    def _clear(self) -> None:
        self.chosen.emit(without_filters(self._which))
