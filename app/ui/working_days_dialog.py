"""工作日表: the holidays of each year, filled in when the State Council has announced them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QFormLayout, QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.domain.rulebook import RulesInvalid
from app.domain.settings import Settings
from app.domain.working_days import WorkingDays, days_typed
from app.services.ports import Changes
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.fields import caption, make_editor

_FIRST_YEAR = 2024
_AHEAD = 2
_HOLIDAYS = FieldSpec(
    FieldKind.LONG_TEXT, "放假的工作日", help="只写周一至周五；如 1-1、2-8、2-9，用顿号隔开"
)
_EXTRA = FieldSpec(
    FieldKind.LONG_TEXT, "上班的周末", help="调休上班的周六、周日；如 2-6、2-20，没有则留空"
)


class WorkingDaysDialog(Dialog):
    """Edits one year at a time; ``changes`` is what saving returned."""

    def __init__(
        self,
        table: WorkingDays,
        settings: Settings,
        save: Callable[[Settings], Changes],
        parent: QWidget | None = None,
        *,
        today: date | None = None,
    ) -> None:
        super().__init__(
            "工作日表",
            parent,
            lead="只用于规定写明“工作日”的时限：恢复党员权利经支部大会表决后，七个工作日内报上级党委。"
            "影响期、处分期按日历月计算，遇节假日不顺延。",
            icon_name="calendar",
            width=640,
        )
        self._table, self._settings, self._save = table, copy.deepcopy(settings), save
        self.changes: Changes = frozenset()
        this_year = (today or date.today()).year
        self.year = CalmComboBox()
        self.year.setAccessibleName("年份")
        for year in range(this_year + _AHEAD, _FIRST_YEAR - 1, -1):
            missing = "" if year in table.years else "（未录入）"
            self.year.addItem(f"{year}年{missing}", year)
        self.holidays, self.extra = make_editor(_HOLIDAYS), make_editor(_EXTRA)
        self._note = theme.label("", "warning", wrap=True)
        card = theme.Card()
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.setHorizontalSpacing(theme.LARGE)
        form.addRow("年份(&Y)", self.year)
        for spec, editor in ((_HOLIDAYS, self.holidays), (_EXTRA, self.extra)):
            form.addRow(caption(spec, editor), editor)
        card.body.addLayout(form)
        card.body.addWidget(self._note)
        self.body.addWidget(card)
        self.offer("取消(&C)", self.reject)
        self.offer("保存工作日表(&S)", self._on_save, role="primary", default=True)
        self.year.currentIndexChanged.connect(self._show)
        # The year that is missing is the one somebody comes for; the coming one from November on.
        wanted = next((y for y in (this_year, this_year + 1) if y not in table.years), this_year)
        self.year.setCurrentIndex(self.year.findData(wanted))
        self._show()
        self.holidays.setFocus()

    def _show(self) -> None:
        year = self.year.currentData()
        for editor, days in zip(
            (self.holidays, self.extra), self._table.of_year(year), strict=True
        ):
            editor.show_value("、".join(f"{day.month}-{day.day}" for day in days))
            editor.set_problem("")
            editor.set_hint(editor.spec.help)
        self._note.setText("" if year in self._table.years else f"△ {self._guessed(year)}")
        self.say("")
        self.fit()

    def _guessed(self, year: int) -> str:
        return self._table.warning(date(year, 1, 1))

    def _on_save(self) -> None:
        year = self.year.currentData()
        days: dict[str, list[str]] = {}
        for name, editor in (("holidays", self.holidays), ("extra", self.extra)):
            try:
                days[name] = days_typed(year, str(editor.value() or ""))
            except RulesInvalid as wrong:
                editor.set_problem(str(wrong))
                editor.setFocus()
                return
            editor.set_problem("")
        if not days["holidays"]:
            self.holidays.set_problem(f"请填写{year}年放假的日期，至少有元旦、春节、国庆节")
            return
        own = {**self._settings.working_days, str(year): days}
        try:
            self._table.with_years(own)
            self._settings.working_days = own
            self.changes = self._save(self._settings)
        except RulesInvalid as wrong:
            self.say(str(wrong))
            return
        except Exception as error:
            self.say(error)
            return
        self.accept()
