"""What a role does not allow stands grey with the reason, in every window, whoever enables it again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QPlainTextEdit, QPushButton

from app.bootstrap.join import join
from app.bootstrap.practice import ACCOUNT, make_practice
from app.domain.rights import Right
from app.storage.office import open_office
from app.storage.store import RESCUED
from app.storage.tables import audit_log
from app.ui import allowed, theme
from app.ui.allowed import edits, why_not
from app.ui.jobs import JobRunner
from app.ui.main_window import MainWindow
from tests.ui.fakes import Gate
from tests.ui.walk import Walk

PASSWORD = "练习用的灯塔 Oak-7"
WHY = "您的角色是“查阅人”，不能办理业务。"


@pytest.fixture(autouse=True)
def nobody_after():
    yield
    allowed.sign_in(lambda _right: "")


def reader():
    allowed.sign_in(lambda right: WHY if right is Right.BUSINESS else "")


def test_a_button_stays_grey_whoever_enables_it(qtbot):
    reader()
    button = edits(theme.button("编辑(&D)", tip="F2"))
    qtbot.addWidget(button)
    button.setEnabled(True)
    button.setToolTip("F2")
    assert not button.isEnabled()
    assert (button.toolTip(), button.accessibleDescription()) == (WHY, WHY)


def test_a_line_of_a_menu_stays_grey_and_shows_why(qtbot):
    reader()
    menu = QMenu()
    qtbot.addWidget(menu)
    line = edits(menu.addAction("删除(&D)…"))
    line.setEnabled(True)
    assert not line.isEnabled() and line.toolTip() == WHY and menu.toolTipsVisible()


def test_whoever_may_finds_everything_as_it_is(qtbot):
    allowed.sign_in(lambda _right: "")
    button, line = edits(theme.button("编辑", tip="F2")), edits(QAction("编辑"))
    qtbot.addWidget(button)
    assert button.isEnabled() and button.toolTip() == "F2" and line.isEnabled()
    assert why_not() == ""


@pytest.fixture(scope="module")
def rescued(tmp_path_factory, qapp):
    """The whole window over what was rescued of damaged records."""
    place = tmp_path_factory.mktemp("rescued")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(place / "user"))
    make_practice(place / "office", 24, 7, PASSWORD, lambda *_step: None)
    (place / "office" / RESCUED).write_text("{}")
    store, jobs = open_office(place / "office", ACCOUNT, PASSWORD), JobRunner()
    use_cases = join(store)
    made = MainWindow(use_cases, Gate(place / "office"), jobs)
    made.use_cases, made.store = use_cases, store
    made.resize(1093, 574)
    made.show()
    yield made
    made.hide()
    jobs.shut_down()
    use_cases.close()
    made.deleteLater()


def refusals(store):
    with store.engine.connect() as connection:
        return [row.details for row in connection.execute(audit_log.select())
                if row.act == "拒绝操作"]  # fmt: skip


def test_in_rescued_records_nothing_that_edits_can_be_pressed_or_typed_into(rescued):
    allowed.sign_in(rescued.use_cases.accounts.refusal)
    open_to_typing: dict[str, list[str]] = {}
    grey: set[str] = set()
    refused: dict[str, list[str]] = {}
    known = len(refusals(rescued.store))

    def look(name, widget):
        nonlocal known
        for button in widget.findChildren(QPushButton):
            if "抢救出来的数据" in button.toolTip():
                assert not button.isEnabled(), (name, button.text())
                grey.add(button.text())
        if name.endswith("打开"):
            records = widget.tab(widget.tab_in_front())
            wrong = [
                box.accessibleName() or type(box).__name__
                for kind in (QLineEdit, QPlainTextEdit)
                for box in records.findChildren(kind)
                if box.isVisible() and box.isEnabled() and not box.isReadOnly()
                and not box.accessibleName().startswith(("查找", "按姓名"))
            ]  # fmt: skip
            if wrong:
                open_to_typing[name] = wrong
        now = refusals(rescued.store)
        if len(now) > known:
            refused[name] = now[known:]
            known = len(now)

    walk = Walk(rescued, rescued.use_cases, look, page_ms=15, dialog_ms=60)
    walk.pages()
    look("最后", rescued)
    walk.stop()
    assert {"新增(&N)", "编辑(&D)", "导入台账(&I)…", "新建方案(&N)", "登记诉求(&N)…", "签批(&G)…",
            "重新填入(&R)", "登记询问(&N)…", "附入(&Y)…"} <= grey  # fmt: skip
    assert open_to_typing == {}
    assert refused == {}  # nor is a result begun by looking


def test_what_nobody_began_shows_what_there_is_and_why_it_cannot_be_begun(rescued, qtbot):
    allowed.sign_in(rescued.use_cases.accounts.refusal)
    results = rescued.use_cases.results
    waiting = next(row for row in results.rows() if row.outcome_id is None)
    known = len(refusals(rescued.store))
    tab = rescued.tab("results")
    tab._open_row(waiting)
    assert rescued.tab_in_front() == "plans"
    assert rescued.tab("plans").visit_page.head.id == waiting.visit_id
    assert "还没有人开始认定" in rescued.messages.text
    assert "抢救出来的数据" in rescued.messages.text
    ending = next(row for row in results.endings() if row.id is None)
    tab._open_row(ending)
    assert rescued.tab_in_front() == "roster"
    assert "还没有人开始" in rescued.messages.text
    assert len(refusals(rescued.store)) == known
