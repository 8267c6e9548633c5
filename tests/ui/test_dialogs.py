"""The other dialogs: settings, keys, rules, self-check, shortcuts; all fit a small screen."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget

from app.domain.fields import FieldKind, form_fields
from app.domain.rights import SMALL
from app.domain.settings import Settings
from app.domain.working_days import WorkingDays
from app.services.ports import Change, UserError
from app.services.use_cases import CheckLine
from app.ui import account_dialogs, theme
from app.ui.about import AboutDialog, CheckDialog
from app.ui.account_dialogs import ChangePassword, NewCode
from app.ui.accounts_dialog import NewAccount
from app.ui.dialog import Dialog
from app.ui.field_editor import EnterMoves
from app.ui.fields import make_editor
from app.ui.help_menu import HelpMenu
from app.ui.help_window import HelpWindow
from app.ui.jobs import JobRunner
from app.ui.practice import PracticeDialog
from app.ui.rules_dialog import RulesDialog
from app.ui.settings_dialog import SettingsDialog
from app.ui.theme import DIALOG_HEIGHT, TextSize, label
from app.ui.working_days_dialog import WorkingDaysDialog
from tests.ui.fakes import CODE, PASSWORD, Gate, Office


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shut_down()


def button(dialog, words):
    return next(b for b in dialog.findChildren(QPushButton) if b.text().startswith(words))


def shown(dialog, qtbot):
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_long_dialog_scrolls_and_keeps_its_buttons_in_sight(qtbot):
    dialog = Dialog("很长")
    for number in range(80):
        dialog.body.addWidget(label(f"第{number}行"))
    act = dialog.offer("关闭(&C)", dialog.accept)
    shown(dialog, qtbot)
    assert dialog.height() <= DIALOG_HEIGHT
    assert dialog.rect().contains(act.geometry())
    assert dialog._area.verticalScrollBar().maximum() > 0


def test_enter_in_the_last_field_leads_to_the_act_and_not_to_the_way_out(qtbot):
    dialog = Dialog("归档")
    first, last = make_editor(form_fields(Settings)["office_name"]), QLineEdit()
    EnterMoves(last)
    dialog.body.addWidget(first)
    dialog.body.addWidget(last)
    dialog.offer("取消(&C)", dialog.reject)
    act = dialog.offer("归档(&G)", dialog.accept, role="primary", default=True)
    shown(dialog, qtbot).activateWindow()
    last.setFocus()
    qtbot.waitUntil(last.hasFocus)
    qtbot.keyClick(last, Qt.Key.Key_Return)
    assert dialog.focusWidget() is act


def test_a_dialog_without_a_lead_is_as_high_as_its_content_allows(qtbot):
    dialog = shown(HelpWindow(), qtbot)
    assert 450 <= dialog.height() <= DIALOG_HEIGHT


def settings_dialog(qtbot, save=lambda settings: frozenset()):
    return shown(SettingsDialog(Settings(id=1), save), qtbot)


def test_every_choice_of_the_office_has_its_editor(qtbot):
    dialog = settings_dialog(qtbot)
    declared = {
        n for n, s in form_fields(Settings).items() if s.kind is not FieldKind.DATA and s.section
    }
    assert set(dialog.editors) == declared
    assert dialog.height() <= DIALOG_HEIGHT


def test_saved_settings_are_those_typed(qtbot, compose):
    kept = []

    def save(settings):
        kept.append(settings)
        return frozenset({Change(Settings, 1)})

    dialog = settings_dialog(qtbot, save)
    compose(dialog.editors["office_name"].control, "某某大学纪委")
    dialog.editors["mask_contacts"].control.click()
    with qtbot.waitSignal(dialog.accepted):
        button(dialog, "保存设置").click()
    assert kept[0].office_name == "某某大学纪委"
    assert kept[0].mask_contacts is True
    assert dialog.changes


def test_a_hint_stays_while_something_is_typed_and_no_field_moves(qtbot, compose):
    dialog = settings_dialog(qtbot)
    prefix, below = dialog.editors["letter_prefix"], dialog.editors["office_name"]
    places = prefix.height(), below.pos()
    compose(prefix.control, "德院纪函")
    assert prefix._line.isVisible()
    assert "自动编号" in prefix._line.text()
    compose(prefix.control, "")
    assert (prefix.height(), below.pos()) == places


def test_a_setting_that_cannot_be_read_is_not_saved(qtbot, compose):
    dialog = settings_dialog(qtbot, pytest.fail)
    compose(dialog.editors["unvisited_months"].control, "三个月")
    button(dialog, "保存设置").click()
    assert "需要更正" in dialog.news.text()
    assert "只填数字" in dialog.editors["unvisited_months"].problem


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [("sign_days", "9999", "最多3650"), ("last_days", "两个月", "如 60、30、7")],
)
def test_a_lead_time_that_no_calendar_holds_or_nobody_can_read_is_not_saved(
    qtbot, compose, name, typed, said
):
    dialog = settings_dialog(qtbot, pytest.fail)
    compose(dialog.editors[name].control, typed)
    button(dialog, "保存设置").click()
    assert said in dialog.editors[name].problem


def test_a_year_of_working_days_is_filled_in_and_what_is_no_day_is_refused(qtbot):
    kept = []
    dialog = shown(
        WorkingDaysDialog(WorkingDays(), Settings(id=1), kept.append, today=date(2026, 11, 29)),
        qtbot,
    )
    assert "缺少2026年" in dialog._note.text()
    dialog.year.setCurrentIndex(dialog.year.findData(2027))
    for typed, said in (("", "请填写2027年"), ("1-1、13-1", "13-1"), ("1-2", "2027-01-02")):
        dialog.holidays.show_value(typed)
        button(dialog, "保存工作日表").click()
        assert said in dialog.holidays.problem + dialog.news.text()
    dialog.holidays.show_value("1-1")
    button(dialog, "保存工作日表").click()
    assert kept[0].working_days == {"2027": {"holidays": ["2027-01-01"], "extra": []}}


def test_cancelled_settings_leave_the_present_ones_alone(qtbot, compose):
    present = Settings(id=1, office_name="甲")
    dialog = shown(SettingsDialog(present, pytest.fail), qtbot)
    compose(dialog.editors["office_name"].control, "乙")
    button(dialog, "取消").click()
    assert present.office_name == "甲"


def test_each_choice_shows_what_it_comes_to_while_it_is_made(qtbot, compose):
    dialog = settings_dialog(qtbot)

    def shown_words():
        return "\n".join(part.text() for part in dialog.findChildren(QLabel))

    assert "最后一日 2025-02-27，2025-02-28 期满" in shown_words()

    def choose(name, words):
        box = dialog.editors[name].control
        box.setCurrentIndex(box.findText(words))
        box.activated.emit(box.currentIndex())

    choose("counting", "对应日")
    assert "最后一日 2025-02-28，2025-03-01 期满" in shown_words()
    choose("date_style", "1985年3月")
    assert "出生年月 1985年3月" in shown_words()
    compose(dialog.editors["letter_prefix"].control, "某院纪函")
    assert "某院纪函〔2026〕1号" in shown_words()


def test_the_look_of_the_screen_changes_at_once_and_cancelling_takes_it_back(qtbot, tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    dialog = settings_dialog(qtbot)
    radio = {b.text(): b for b in dialog.findChildren(QRadioButton)}
    assert set(radio) == {"标准", "大", "特大", "高对比度"}
    radio["特大"].click()
    radio["高对比度"].click()
    assert QApplication.font().pixelSize() == TextSize.HUGE.value
    assert theme.COLOURS.ink == "#000000"
    assert dialog.height() <= DIALOG_HEIGHT
    dialog.reject()
    assert QApplication.font().pixelSize() == TextSize.STANDARD.value
    assert theme.COLOURS.ink != "#000000"


def test_a_settings_save_that_fails_is_told(qtbot):
    def refuse(settings):
        raise UserError("别人刚刚改过设置，请重新打开后再改。")

    dialog = settings_dialog(qtbot, refuse)
    button(dialog, "保存设置").click()
    assert "重新打开" in dialog.news.text()
    assert dialog.isVisible()


def change_password(jobs, qtbot, tmp_path, old, first, second):
    office = Office(tmp_path)
    gate = Gate(tmp_path, office=office)
    dialog = shown(ChangePassword(gate.password_problem, office.change_password, jobs), qtbot)
    dialog._old.line.setText(old)
    dialog._new.first.line.setText(first)
    dialog._new.second.line.setText(second)
    button(dialog, "修改口令").click()
    return office, dialog


def test_the_password_is_changed(jobs, qtbot, tmp_path):
    office, dialog = change_password(
        jobs, qtbot, tmp_path, PASSWORD, "new long password", "new long password"
    )
    qtbot.waitUntil(lambda: office.passwords == ["new long password"])
    qtbot.waitUntil(lambda: not dialog.isVisible())


@pytest.mark.parametrize(
    ("old", "first", "second", "sentence"),
    [
        ("", "new long password", "new long password", "请输入现用口令"),
        (PASSWORD, "short", "short", "至少12个字符"),
        (PASSWORD, "new long password", "other long password", "不一致"),
        ("wrong", "new long password", "new long password", "现用口令不正确"),
    ],
)
def test_a_password_change_that_will_not_do_is_told(
    jobs, qtbot, tmp_path, old, first, second, sentence
):
    office, dialog = change_password(jobs, qtbot, tmp_path, old, first, second)
    qtbot.waitUntil(lambda: sentence in dialog.news.text())
    assert office.passwords == []


def test_a_new_recovery_code_is_shown_once_it_is_made(jobs, qtbot, tmp_path):
    dialog = shown(NewCode(lambda: CODE, "周明", tmp_path, jobs), qtbot)
    button(dialog, "换发恢复码").click()
    qtbot.waitUntil(lambda: dialog._code == CODE)
    qtbot.waitUntil(lambda: button(dialog, "打印").isVisible())
    qtbot.waitUntil(lambda: dialog.height() > 300)
    assert dialog.height() <= DIALOG_HEIGHT
    dialog._kept = True  # else closing it would ask


def test_a_new_recovery_code_that_is_on_the_screen_alone_is_not_closed_away_unasked(
    jobs, qtbot, tmp_path, monkeypatch
):
    dialog = shown(NewCode(lambda: CODE, "周明", tmp_path, jobs), qtbot)
    button(dialog, "换发恢复码").click()
    qtbot.waitUntil(lambda: dialog._code == CODE)
    asked, answers = [], [False, True]

    def answer(_parent, title, *_rest, **_more):
        asked.append(title)
        return answers[len(asked) - 1]

    monkeypatch.setattr(account_dialogs, "confirm", answer)
    dialog.reject()
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible() and asked == ["恢复码已经抄写下来了吗？"] * 2


def test_a_recovery_code_that_was_kept_is_closed_without_a_question(
    jobs, qtbot, tmp_path, monkeypatch
):
    target = tmp_path / "code.pdf"
    monkeypatch.setattr(account_dialogs, "confirm", lambda *_, **__: pytest.fail("a question"))
    monkeypatch.setattr(account_dialogs, "choose_target", lambda *_: target)
    dialog = shown(NewCode(lambda: CODE, "周明", tmp_path, jobs), qtbot)
    button(dialog, "换发恢复码").click()
    qtbot.waitUntil(lambda: dialog._code == CODE)
    button(dialog, "存为 PDF").click()
    assert "已存为" in dialog.news.text() and target.is_file()
    dialog.reject()
    assert not dialog.isVisible()


def test_practice_data_are_made_once_and_opened_without_a_password(jobs, qtbot, tmp_path):
    gate = Gate(tmp_path / "office")
    gate.practice_folder.mkdir(parents=True)
    dialog = PracticeDialog(gate, jobs, 40, 1)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.accepted):
        dialog.show()
    assert dialog.use_cases.who.practice
    gate.make_practice = None  # a second time would fail
    again = PracticeDialog(gate, jobs, 40, 1)
    qtbot.addWidget(again)
    with qtbot.waitSignal(again.accepted):
        again.show()


def test_practice_data_that_cannot_be_made_can_be_tried_again(jobs, qtbot, tmp_path):
    gate = Gate(tmp_path / "office")

    def full(*given):
        raise UserError("磁盘空间不足。")

    gate.make_practice = full
    dialog = shown(PracticeDialog(gate, jobs, 40, 1), qtbot)
    qtbot.waitUntil(lambda: "磁盘空间不足" in dialog.news.text())
    assert dialog._retry.isVisible()


def test_the_rules_in_force_are_listed_with_source_and_doubt(qtbot):
    rule = SimpleNamespace(
        name="条例（2023年修订）",
        since=date(2024, 1, 1),
        source="公开发布",
        certainty="B",
        doubt="未核对",
    )
    dialog = shown(RulesDialog(SimpleNamespace(in_force=lambda day: (rule,))), qtbot)
    texts = [one.text() for one in dialog.findChildren(type(dialog.heading))]
    assert "条例（2023年修订）" in texts
    assert any("2024年1月1日起" in text for text in texts)
    assert any("据公开转载的条文" in text for text in texts)
    assert any("未核对" in text for text in texts)


def test_a_rule_file_that_is_not_in_order_is_named_and_cannot_be_adopted(jobs, qtbot, monkeypatch):
    kept = []
    monkeypatch.setattr(RulesDialog, "exec", lambda dialog: kept.append(dialog) or 0)
    use_cases = SimpleNamespace(
        rules=lambda: SimpleNamespace(in_force=lambda day: ()),
        rules_notice=lambda: "party.toml：months 应是整数",
        rules_proposed=lambda: False,
        rule_moves=pytest.fail,
        adopt_rules=pytest.fail,
    )
    HelpMenu(None, use_cases, jobs, None, None)._rules()
    [dialog] = kept
    shown(dialog, qtbot)
    qtbot.wait(20)
    assert any("months 应是整数" in one.text() for one in dialog.findChildren(QLabel))
    assert not button(dialog, "采用新规则").isVisible()


def test_a_new_rule_shows_whom_it_moves_before_it_can_be_adopted(jobs, qtbot):
    adopted = []
    dialog = shown(
        RulesDialog(
            SimpleNamespace(in_force=lambda day: ()),
            notice="发现新的规则文件，尚未采用。",
            moves=lambda: [SimpleNamespace(name="单小芳", moves=("影响期最后一日推迟 365 天",))],
            adopt=lambda: adopted.append(1) or 1,
            jobs=jobs,
        ),
        qtbot,
    )
    qtbot.waitUntil(button(dialog, "采用新规则").isVisible)
    texts = [one.text() for one in dialog.findChildren(type(dialog.heading))]
    assert any("单小芳：影响期最后一日推迟 365 天" in text for text in texts)
    assert not adopted
    with qtbot.waitSignal(dialog.accepted):
        button(dialog, "采用新规则").click()
    assert adopted and dialog.adopted


def test_missing_rules_are_told(qtbot):
    dialog = shown(RulesDialog(None), qtbot)
    assert any(
        "没有读到规则文件" in one.text() for one in dialog.findChildren(type(dialog.heading))
    )


def test_the_self_check_counts_what_needs_care_and_can_be_copied(jobs, qtbot):
    found = [CheckLine("磁盘", True, "还有 20 GB"), CheckLine("备份", False, "从未备份，请备份")]
    dialog = shown(CheckDialog(lambda: found, jobs), qtbot)
    qtbot.waitUntil(lambda: "有1项需要注意" in dialog.news.text())
    button(dialog, "复制结果").click()
    assert "注意\t备份\t从未备份，请备份" in QGuiApplication.clipboard().text()


def test_about_names_the_version_and_what_it_stands_on(qtbot):
    dialog = shown(AboutDialog(), qtbot)
    assert any("Qt 6.9.3" in one.text() for one in dialog.findChildren(type(dialog.heading)))


def test_a_dialog_with_a_running_job_cancels_it_before_it_closes(jobs, qtbot):
    def endless(progress):
        while True:
            progress(0, 0, "")

    dialog = shown(Dialog("忙"), qtbot)
    handle = jobs.run(endless, pytest.fail, pytest.fail)
    dialog.be_busy(handle, "…")
    dialog.reject()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: not jobs.busy)
    dialog.reject()
    assert not dialog.isVisible()


def test_a_new_account_is_named_first(qtbot):
    dialog = shown(NewAccount(SMALL), qtbot)
    assert dialog.focusWidget() is dialog.name
    button(dialog, "新增").click()
    assert "请填写姓名" in dialog.news.text() and dialog.focusWidget() is dialog.name


def test_a_window_that_the_lock_hid_comes_back_as_it_was(qtbot):
    dialog = Dialog("导入台账", width=900)
    press = theme.button("选择文件")
    dialog.body.addWidget(theme.EmptyState("import", "选择台账文件", "支持的种类。" * 20, press))
    dialog.offer("取消", dialog.reject)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.wait(20)
    dialog.resize(dialog.width(), dialog.height() + 60)
    dialog.move(40, 30)
    qtbot.wait(20)
    before = dialog.size(), dialog.pos(), dialog.inside.size(), press.pos()
    dialog.hide()  # as the veil does
    dialog.show()
    qtbot.wait(20)
    assert (dialog.size(), dialog.pos(), dialog.inside.size(), press.pos()) == before


@pytest.mark.parametrize(
    ("line", "shown"),
    [("使用说明", "首页：今天要办什么"), ("数据安全", "数据安全：防什么，防不了什么")],
)
def test_the_manual_and_the_page_on_safety_are_one_line_away_whatever_is_chosen(
    qtbot, monkeypatch, line, shown
):
    window = QWidget()
    qtbot.addWidget(window)
    window.tab_in_front = lambda: "home"
    opened = []
    monkeypatch.setattr(HelpWindow, "exec", lambda one: opened.append(one.title.text()))
    items = HelpMenu(window, None, None, None, None).items()
    next(one for one in items if one is not None and one.text.startswith(line)).act()
    assert opened == [shown]
