"""From an empty PC to a printed form: at most twelve actions besides what is typed, nothing typed twice.

The actions, in order: 新建一套记录 · 下一步 · 建立记录 · 已保存，去核对 · 核对 · 进入程序 · 新增人员 · 添加党纪处分 ·
保存 · 生成登记表 · 打印（Ctrl+P）· 打印. An action is a button, a key that acts, or a line of a menu; typing a value,
choosing one in a field and going from field to field are the typing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget

from app import bootstrap
from app.services.forms import problems
from app.ui.first_run import ASKED_BACK, CODE, DONE, FirstRun
from app.ui.forms import print_dialog
from app.ui.forms.print_dialog import PrintDialog
from app.ui.jobs import JobRunner
from app.ui.main_window import MainWindow
from app.ui.recovery_sheet import groups_of
from app.ui.roster.person_editor import PersonEditor

MOST_ACTIONS = 12
PASSWORD = "晨雾里的灯塔 Oak-7"


class Hands:
    """What a user does: acts are counted, and every value is typed only once."""

    def __init__(self) -> None:
        self.acts: list[str] = []
        self.typed: list[str] = []

    def press(self, window: QWidget, words: str) -> None:
        """Press the one button on display that begins so."""
        found = [
            button
            for button in window.findChildren(QPushButton)
            if button.isVisible()
            and button.isEnabled()
            and button.text().lstrip("＋+ ").startswith(words)
        ]
        assert found, words
        self.acts.append(words)
        found[0].click()

    def type(self, control: QWidget, text: str, *, again: bool = False) -> None:
        """Type a value; ``again`` is the confirmation that a password or code asks for."""
        if not again:
            assert text not in self.typed, text
            self.typed.append(text)
        if isinstance(control, QComboBox):
            control.setCurrentText(text)
            control.activated.emit(control.currentIndex())
        else:  # as an input method does
            event = QInputMethodEvent("", [])
            event.setCommitString(text)
            QApplication.sendEvent(control, event)


@pytest.fixture
def printed(monkeypatch, tmp_path):
    """One printer, which prints into a file."""
    target = tmp_path / "paper.pdf"

    def printer(_name: str) -> QPrinter:
        made = QPrinter(QPrinter.PrinterMode.HighResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(target))
        return made

    monkeypatch.setitem(PrintDialog.__init__.__kwdefaults__, "printers", lambda: ["一号打印机"])
    monkeypatch.setattr(print_dialog, "named_printer", printer)
    return target


def test_from_the_first_start_to_a_printed_form(qtbot, tmp_path, printed, monkeypatch):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "user"))
    hands, jobs = Hands(), JobRunner()
    entrance = replace(bootstrap.entrance(), default_folder=tmp_path / "记录")

    wizard = FirstRun(entrance, jobs)
    qtbot.addWidget(wizard)
    wizard.show()
    hands.press(wizard, "新建一套记录")
    hands.press(wizard, "下一步")
    hands.type(wizard._account, "周明")
    hands.type(wizard._new.first.line, PASSWORD)
    hands.type(wizard._new.second.line, PASSWORD, again=True)
    hands.press(wizard, "建立记录")
    qtbot.waitUntil(lambda: wizard._pages.currentIndex() == CODE, timeout=20_000)
    groups = groups_of(wizard._code)
    hands.press(wizard, "已保存，去核对")
    assert wizard._pages.currentIndex() == ASKED_BACK
    for place, line in wizard._asked:
        hands.type(line, groups[place], again=True)
    hands.press(wizard, "核对")
    qtbot.waitUntil(lambda: wizard._pages.currentIndex() == DONE, timeout=20_000)
    hands.press(wizard, "进入程序")
    use_cases = wizard.use_cases
    assert use_cases is not None

    window = MainWindow(use_cases, entrance, jobs)
    qtbot.addWidget(window, before_close_func=lambda closing: setattr(closing, "_quiet", True))
    window.show()
    start = window.tab("home")
    qtbot.waitUntil(lambda: any(b.isVisible() for b in start.findChildren(QPushButton)
                                if b.text().startswith("新增人员")))  # fmt: skip
    hands.press(start, "新增人员")

    def editors() -> list[PersonEditor]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, PersonEditor)]

    qtbot.waitUntil(lambda: any(one.isVisible() for one in editors()))
    type_and_save(editors()[0], hands)

    roster = window.tab("roster")
    qtbot.waitUntil(roster.pane.isVisible)
    hands.press(roster, "生成登记表")
    qtbot.waitUntil(lambda: window.tab_in_front() == "forms")
    forms = window.tab("forms")
    for box, words in (
        ("reporting_unit", "某院纪委案件管理室"),
        ("visited_on", "2026年11月20日，实地回访"),
        ("attitude", "能正确认识错误，服从处分决定，承担两门课程。"),
        ("proposal", "建议继续关心其职称评审。"),
    ):
        hands.type(forms.editor.sheet.editors[box], words)

    said: list[str] = []

    def print_it() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, PrintDialog):  # it waits in a loop of its own
            timer.stop()
            try:
                hands.press(dialog, "打印(")
            except AssertionError:
                form = use_cases.open_form(use_cases.recent_forms()[0].id)
                said.extend(problem.message for problem in problems(form))
                dialog.reject()

    timer = QTimer(interval=100)
    timer.timeout.connect(print_it)
    timer.start()
    hands.acts.append("Ctrl+P")
    window.print_front()
    qtbot.waitUntil(lambda: printed.exists() or bool(said), timeout=20_000)
    assert said == []
    jobs.shut_down()

    assert len(hands.acts) <= MOST_ACTIONS, hands.acts
    paper = "".join(page.extract_text() for page in PdfReader(printed).pages).replace("\n", "")
    assert paper.strip() == "" or "单小芳" in paper  # a printed page may be a picture
    [row] = use_cases.recent_forms()
    form = use_cases.open_form(row.id)
    on_paper = " ".join(str(value) for value in vars(form).values())
    for words in ("单小芳", "化学学院教师", "13900000000", "严重警告", "违规收受礼品。"):
        assert words in on_paper, words
    use_cases.close()


def type_and_save(editor: PersonEditor, hands: Hands) -> None:
    """Fill the editor of a new person as a user does, and save."""

    def control(name: str) -> QWidget:
        return next(
            form.editors[name].control
            for card in [None, *editor._form._cards]
            for form in ([editor._form._person] if card is None else card.forms)
            if name in form.editors
        )

    for name, words in (
        ("name", "单小芳"), ("sex", "女"), ("born_on", "1985年3月"), ("education", "大学"),
        ("membership", "中共党员"), ("party_since", "2006年6月"), ("workplace", "化学学院教师"),
        ("phone", "13900000000"), ("facts", "违规收受礼品。"),
    ):  # fmt: skip
        hands.type(control(name), words)
    hands.press(editor, "添加党纪处分")
    hands.type(control("kind"), "严重警告")
    hands.type(control("decided_on"), "2026年4月15日")
    hands.press(editor, "保存")
