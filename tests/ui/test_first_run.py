"""The first start: nothing is made before it is asked for, and the recovery code is proved kept."""

from __future__ import annotations

import unicodedata

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.services.ports import UserError
from app.ui import first_run
from app.ui.first_run import ACCOUNT, ASKED_BACK, CODE, DONE, FOLDER, WELCOME, FirstRun
from app.ui.jobs import JobRunner
from app.ui.recovery_sheet import groups_of, same_group, write_pdf
from tests.ui import fakes
from tests.ui.fakes import PASSWORD, Gate


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path / "office")


@pytest.fixture
def wizard(gate, qtbot):
    jobs = JobRunner()
    made = FirstRun(gate, jobs)
    # Closing it in the end must not ask whether the code was kept.
    qtbot.addWidget(made, before_close_func=lambda closing: setattr(closing, "_code", ""))
    made.show()
    yield made
    jobs.shut_down()


def button(dialog, words):
    [found] = [
        b
        for b in dialog.findChildren(QPushButton)
        if b.isVisible() and b.text().replace("\n", " ").startswith(words)
    ]
    return found


def page(wizard):
    return wizard._pages.currentIndex()


def to_account(wizard):
    button(wizard, "新建一套记录").click()
    wizard._next.click()
    assert page(wizard) == ACCOUNT


def make_office(wizard, qtbot, password=PASSWORD):
    to_account(wizard)
    wizard._account.setText("周明")
    wizard._new.first.line.setText(password)
    wizard._new.second.line.setText(password)
    wizard._next.click()
    qtbot.waitUntil(lambda: page(wizard) == CODE)


def fill_groups(wizard, change=lambda group: group):
    groups = groups_of(fakes.CODE)
    for place, line in wizard._asked:
        line.setText(change(groups[place]))


def test_new_records_from_the_first_click_to_the_open_office(wizard, gate, qtbot, tmp_path):
    make_office(wizard, qtbot)
    assert gate.created == [(tmp_path / "office", "周明", PASSWORD)]
    wizard._next.click()
    assert page(wizard) == ASKED_BACK
    fill_groups(wizard, lambda group: f" {group.lower()} ")
    wizard._next.click()
    qtbot.waitUntil(lambda: page(wizard) == DONE)
    with qtbot.waitSignal(wizard.accepted):
        wizard._next.click()
    assert wizard.use_cases is gate.office.use_cases
    assert wizard.folder == tmp_path / "office"


def test_a_miscopied_group_is_named_and_goes_no_further(wizard, qtbot):
    make_office(wizard, qtbot)
    wizard._next.click()
    fill_groups(wizard)
    place, line = wizard._asked[1]
    line.setText("AAAAA")
    wizard._next.click()
    assert page(wizard) == ASKED_BACK
    assert f"第{place + 1}组" in wizard._news.text()
    assert line.property("state") == "problem"
    button(wizard, "上一步").click()
    assert page(wizard) == CODE


def test_an_unsuitable_folder_is_told_while_it_is_typed(wizard):
    button(wizard, "新建一套记录").click()
    wizard._path.setText("not/absolute")
    assert "完整的文件夹路径" in wizard._path_news.text()
    assert not wizard._next.isEnabled()
    wizard._path.setText("/tmp/somewhere new")
    assert wizard._next.isEnabled()


def test_a_folder_with_records_is_not_written_over(gate, wizard, tmp_path):
    gate.has_office = lambda folder: folder == tmp_path / "old"
    button(wizard, "新建一套记录").click()
    wizard._path.setText(str(tmp_path / "old"))
    assert "已有本程序的记录" in wizard._path_news.text()
    assert not wizard._next.isEnabled()


@pytest.mark.parametrize(
    ("name", "first", "second", "sentence"),
    [
        ("", PASSWORD, PASSWORD, "请填写您的姓名"),
        ("周明", "short", "short", "至少12个字符"),
        ("周明", PASSWORD, PASSWORD + "x", "不一致"),
    ],
)
def test_nothing_is_made_before_name_and_password_are_good(
    wizard, gate, name, first, second, sentence
):
    to_account(wizard)
    wizard._account.setText(name)
    wizard._new.first.line.setText(first)
    wizard._new.second.line.setText(second)
    wizard._next.click()
    assert sentence in wizard._news.text()
    assert gate.created == []


def test_strength_and_agreement_are_judged_while_typing(wizard):
    to_account(wizard)
    first, second = wizard._new.first, wizard._new.second
    first.line.setText("abc")
    assert "至少12个字符" in first._hint.text()
    first.line.setText(PASSWORD)
    assert "口令可用" in first._hint.text()
    second.line.setText(PASSWORD[:4])
    assert not second._hint.isVisible(), "half a password is not yet a wrong one"
    second.line.setText(PASSWORD[:4] + "?")
    assert "不一致" in second._hint.text()
    second.line.setText(PASSWORD)
    assert "两次一致" in second._hint.text()


def test_a_full_disk_is_told_and_can_be_tried_again(wizard, gate, qtbot):
    gate.trouble = UserError("磁盘空间不足，请清理磁盘后再试。")
    to_account(wizard)
    wizard._account.setText("周明")
    wizard._new.first.line.setText(PASSWORD)
    wizard._new.second.line.setText(PASSWORD)
    wizard._next.click()
    qtbot.waitUntil(lambda: "磁盘空间不足" in wizard._news.text())
    gate.trouble = None
    wizard._next.click()
    qtbot.waitUntil(lambda: page(wizard) == CODE)


def test_leaving_before_the_code_is_proved_asks(wizard, qtbot, monkeypatch):
    make_office(wizard, qtbot)
    asked = []
    monkeypatch.setattr(first_run, "confirm", lambda *args, **more: asked.append(args) or False)
    wizard.reject()
    assert asked
    assert wizard.isVisible()


def test_leaving_the_welcome_page_asks_nothing(wizard, monkeypatch, gate):
    monkeypatch.setattr(first_run, "confirm", pytest.fail)
    assert page(wizard) == WELCOME
    wizard.reject()
    assert not wizard.isVisible()
    assert gate.created == []


@pytest.mark.parametrize(
    ("words", "answer"),
    [("先用演示数据练习", first_run.PRACTICE), ("从备份恢复", first_run.RESTORE)],
)
def test_the_other_ways_in(wizard, qtbot, words, answer):
    with qtbot.waitSignal(wizard.finished) as blocker:
        button(wizard, words).click()
    assert blocker.args == [answer]


def test_the_code_is_kept_as_a_pdf_that_can_be_read(tmp_path, qapp):
    from datetime import date

    from pypdf import PdfReader

    target = tmp_path / "code.pdf"
    write_pdf(target, fakes.CODE, "周明", tmp_path, date(2026, 11, 23))
    [page_] = PdfReader(target).pages
    text = page_.extract_text()
    assert all(group in text for group in groups_of(fakes.CODE))
    assert "周明" in text
    # Whoever needs the code on another PC has this page and a stick, and nothing else.
    for step in ("从备份恢复", "附件也装进这一个文件", "恢复到这台电脑", "忘记口令"):
        assert step in unicodedata.normalize("NFKC", "".join(text.split()))


def test_a_pdf_that_cannot_be_written_is_told(tmp_path, qapp):
    from datetime import date

    with pytest.raises(UserError, match="无法写入"):
        write_pdf(tmp_path / "no" / "code.pdf", fakes.CODE, "周明", tmp_path, date(2026, 11, 23))


def test_groups_are_compared_as_people_copy_them():
    assert same_group("o5xz5", "05XZ5")
    assert same_group("０ＳＸＺ５", "0SXZ5")
    assert same_group("l1i11", "11111")
    assert not same_group("", "0SXZ5")


def test_enter_leads_through_the_folder_page_by_keyboard(wizard, qtbot):
    button(wizard, "新建一套记录").click()
    qtbot.keyClick(wizard._path, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert page(wizard) in (FOLDER, ACCOUNT)
    qtbot.waitUntil(lambda: page(wizard) == ACCOUNT)
