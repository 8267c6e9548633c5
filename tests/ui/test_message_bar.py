"""What the program says, and how it asks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QVBoxLayout, QWidget

from app.services.ports import UserError
from app.ui.message_bar import MessageBar, Question, ask_reason, ask_to_save, confirm


@pytest.fixture
def bar(qtbot):
    made = MessageBar()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def answering():
    """Do something with the question that is about to be asked."""

    def prepare(act):
        def when_open():
            [question] = [
                w
                for w in QApplication.topLevelWidgets()
                if isinstance(w, Question) and w.isVisible()
            ]
            act(question)

        QTimer.singleShot(0, when_open)

    return prepare


def press(words):
    def act(question):
        [button] = [b for b in question.findChildren(QPushButton) if b.text().startswith(words)]
        button.click()

    return act


def key(code):
    return lambda question: QApplication.postEvent(question, _key(code))


def _key(code):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier)


def test_a_users_error_is_shown_in_its_own_words(bar):
    bar.show_error(UserError("文件不存在，请重新选择"))
    assert bar.text == "文件不存在，请重新选择"
    assert bar.property("kind") == "error"
    assert bar.isVisible()


def test_an_unexpected_error_is_told_in_chinese_and_its_values_are_not_copied(bar):
    try:
        raise KeyError("张三")
    except KeyError as error:
        bar.show_error(error)
    assert "意外情况" in bar.text
    bar.findChildren(QPushButton)[0].click()
    copied = QGuiApplication.clipboard().text()
    assert "KeyError" in copied
    assert "test_message_bar.py" in copied
    assert "张三" not in copied


def test_good_news_leaves_by_itself_and_bad_news_stays(bar, qtbot):
    bar._timer.setInterval(10)
    bar.show_info("已保存")
    qtbot.waitUntil(lambda: not bar.isVisible())
    bar.show_info("已保存")
    bar.show_warning("备份已逾期")
    qtbot.wait(30)
    assert bar.isVisible()


def test_text_with_markup_stays_text(bar):
    bar.show_warning("<b>粗</b>")
    assert bar._text.textFormat() == Qt.TextFormat.PlainText


def test_an_act_is_done_only_by_its_own_button(answering, qtbot):
    answering(press("覆盖并恢复"))
    assert confirm(None, "恢复", "现有记录将被替换", act="覆盖并恢复(&R)", danger=True)
    answering(press("取消"))
    assert not confirm(None, "恢复", "现有记录将被替换", act="覆盖并恢复(&R)", danger=True)


def test_enter_on_a_dangerous_question_changes_nothing(answering, qtbot):
    answering(key(Qt.Key.Key_Return))
    assert not confirm(None, "删除", "删除后不可恢复", act="删除(&D)", danger=True)
    answering(key(Qt.Key.Key_Return))
    assert confirm(None, "退出", "现在退出？", act="退出(&X)")


def test_a_reason_must_be_given(answering, qtbot):
    def give(question):
        [act] = [b for b in question.findChildren(QPushButton) if b.text().startswith("搁置")]
        assert not act.isEnabled()
        question.input.setText("  等待批复 ")
        act.click()

    answering(give)
    assert ask_reason(None, "搁置", "", act="搁置(&S)") == "等待批复"
    answering(press("取消"))
    assert ask_reason(None, "搁置", "", act="搁置(&S)") is None


@pytest.mark.parametrize(
    ("act", "answer"),
    [
        (key(Qt.Key.Key_Return), "save"),
        (press("不保存"), "discard"),
        (press("取消"), "cancel"),
        (key(Qt.Key.Key_Escape), "cancel"),
    ],
)
def test_unfinished_work_is_saved_by_default(answering, qtbot, act, answer):
    answering(act)
    assert ask_to_save(None, "张三的登记表还有未保存的内容") == answer


def test_good_news_does_not_move_the_page_and_bad_news_has_a_line_of_its_own(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    middle, page, bar = QWidget(), QWidget(), MessageBar()
    column = QVBoxLayout(middle)
    column.addWidget(bar)
    column.addWidget(page, 1)
    window.setCentralWidget(middle)
    window.statusBar()
    window.resize(800, 500)
    with qtbot.waitExposed(window):
        window.show()
    before = page.geometry()
    bar.show_info("已提出“2026年第四季度回访对象名单”，共18人：列入14人，不列入4人。请逐人确定")
    QApplication.processEvents()
    assert bar.isVisible() and page.geometry() == before
    window.resize(900, 560)
    QApplication.processEvents()
    assert bar.geometry().bottom() == window.rect().bottom() and bar.width() == 900
    assert bar.height() <= 48, "one sentence is one line"
    bar.show_error(UserError("磁盘已满，没有保存"))
    QApplication.processEvents()
    assert bar.parentWidget() is middle and page.geometry().top() >= bar.geometry().bottom()
    bar.clear()
    assert bar.isHidden() and column.indexOf(bar) == 0


def test_every_button_of_a_question_has_a_letter_of_its_own(qtbot):
    question = Question(None, "撤销导入？", "")
    qtbot.addWidget(question)
    offered = [question.offer("", text) for text in ("取消(&C)", "撤销这次导入", "另存…")]
    assert [one.text() for one in offered] == ["取消(&C)", "撤销这次导入(&Y)", "另存(&G)…"]
