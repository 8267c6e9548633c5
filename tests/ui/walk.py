"""Walks through the whole window: every menu line, tab, page and record, and every dialog behind a button.

By the program's own convention a text that ends with "…" asks before it acts: so all of them are pressed,
their dialogs looked at and left, and a new dialog is walked without being named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton, QWidget

Look = Callable[[str, QWidget], None]

LEAVE_OUT = (
    "退出", "锁定", "遮住屏幕", "全选", "撤销(&U)", "重做", "剪切", "复制", "粘贴", "刷新", "十分钟练习",
)  # fmt: skip
OPENS_WITHOUT_DOTS = ("帮助", "备份")


class Walk(QObject):
    """One walk; ``look(name, widget)`` is called for each page and dialog."""

    def __init__(
        self, window: Any, use_cases: Any, look: Look, *, page_ms: int, dialog_ms: int
    ) -> None:
        super().__init__()
        self._window, self._use_cases, self._look = window, use_cases, look
        self._page_ms, self._dialog_ms = page_ms, dialog_ms
        self._name, self._met, self._seen = "", 0, set[str]()
        # Always running: a dialog that a job opens late would wait for ever.
        self._timer = QTimer(self, interval=dialog_ms)
        self._timer.timeout.connect(self._meet)
        self._timer.start()

    def menus(self) -> None:
        """Look at the tabs as they open, and at the dialogs behind the lines of the menus."""
        for title, items in self._window.items:
            for item in items:
                if item is None or item.text.startswith(LEAVE_OUT):
                    continue
                name = f"{plain(title)}-{plain(item.text)}"
                if item.text.endswith("…") or title.startswith(OPENS_WITHOUT_DOTS):
                    self.dialog(name, item.act)
                else:
                    item.act()
                    QTest.qWait(3 * self._page_ms)
                    self._look(name, self._window)

    def pages(self, *, press: bool = True) -> None:
        """Look at every page of the tabs, and at the dialogs behind its buttons."""
        for name, shows in self._all_pages():
            shows()
            QTest.qWait(2 * self._page_ms)
            self._look(name, self._window)
            if press:
                self._press_buttons(name)

    def _all_pages(self) -> Iterator[tuple[str, Callable[[], object]]]:
        window, cases = self._window, self._use_cases
        yield "名册", lambda: window.show_tab("roster")
        plans = window.tab("plans")
        for page in plans._segments:
            yield (
                f"方案-{page}",
                lambda page=page: (window.show_tab("plans"), plans.show_page(page)),
            )
        for row in cases.plans.plan_rows()[:1]:
            yield "方案-打开", lambda id_=row.id: (window.show_tab("plans"), plans.open_plan(id_))
        for row in cases.plans.queries.visits()[:1]:
            yield "回访-打开", lambda id_=row.id: (window.show_tab("plans"), plans.open_visit(id_))
        for row in cases.recent_forms()[:1]:
            yield "登记表-打开", lambda id_=row.id: window.open_form(id_)
        results = window.tab("results")
        for page in results._segments:
            yield (
                f"结果-{page}",
                lambda page=page: (window.show_tab("results"), results.show_page(page)),
            )
        for row in cases.results.rows()[:1]:
            yield (
                "结果-打开",
                lambda id_=row.visit_id: (window.show_tab("results"), results.open_result_of(id_)),
            )
        yield "台账与统计", lambda: window.show_tab("account")

    def _press_buttons(self, page: str) -> None:
        tab = self._window.tab(self._window.tab_in_front())
        for button in tab.findChildren(QPushButton):
            text = button.text()
            asks = text.endswith("…") or "…(" in text
            if not (asks and button.isVisible() and button.isEnabled()):
                continue
            name = f"{page}-{plain(text)}"
            if name not in self._seen:
                self._seen.add(name)
                self.dialog(name, button.click)
            try:
                button.text()
            except RuntimeError:  # the page was laid out anew: the rest of it is another walk's
                return

    def stop(self) -> None:
        """Meet no more dialogs."""
        self._timer.stop()

    def dialog(self, name: str, opens: Callable[[], object]) -> bool:
        """Call ``opens``, look at the dialog it waits in, and leave it; return whether there was one."""
        self._name, before = name, self._met
        opens()
        QTest.qWait(self._dialog_ms)  # some open a dialog without waiting in it, or after a job
        self._meet()
        return self._met > before

    def _meet(self) -> None:
        shown = QApplication.activeModalWidget() or next(
            (w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()),
            None,
        )
        if isinstance(shown, QFileDialog):  # the system's own
            shown.reject()
        elif isinstance(shown, QDialog):
            self._met += 1
            self._look(self._name, shown)
            QDialog.reject(shown)


def plain(text: str) -> str:
    """Return a text without its Alt letter and dots."""
    return text.split("(&", maxsplit=1)[0].replace("…", "").strip()
