"""What is typed in a dialog is kept within seconds and offered there again, whatever ended the program."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.domain.draft import Draft
from app.domain.request import Request
from app.domain.staff import Staff
from app.domain.subject import PARTY, Sanction, Subject
from app.services.ports import UserError
from app.ui import left_over_dialog
from app.ui.message_bar import Question
from app.ui.records import autosave, typed
from app.ui.records.entity_dialog import EntityDialog
from app.ui.records.sides import differing
from app.ui.roster.entity_form import Place
from app.ui.roster.person_draft import PersonDraft
from app.ui.roster.save_questions import TableQuestion
from app.ui.settings_dialog import SettingsDialog
from tests.ui.roster_desk import a_desk

STAFF = (Place("name"), Place("post"), Place("unit"))
ASKED = (Place("content", wide=True), Place("due_on"))


@pytest.fixture
def desk(office, a_person):
    with office.unit_of_work() as uow:
        uow.repository(Subject).put(a_person(name="张三"))
        uow.commit()
    use_cases = a_desk(office)
    typed.sign_in(use_cases)
    yield use_cases
    typed.sign_in(None)


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(autosave, "PAUSE_MS", 20)


@pytest.fixture
def opened(qtbot):
    def show(entity, places=STAFF, *, title="修改工作人员", save=lambda _one: None):
        dialog = EntityDialog(title, entity, places, save)
        qtbot.addWidget(dialog, before_close_func=lambda one: setattr(one, "_typed", False))
        dialog.show()
        return dialog

    return show


def killed(dialog):
    """The program ends without a word to anybody."""
    dialog.kept.autosave.forget()
    typed._open.discard(dialog.kept)
    dialog.hide()


def button(dialog, text):
    [found] = [one for one in dialog.findChildren(QPushButton) if one.text().startswith(text)]
    return found


def words(widget):
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_typing_is_kept_after_a_pause_and_offered_in_the_same_dialog_of_the_same_record(
    desk, opened, compose, qtbot, fast
):
    dialog = opened(Request(id=4, revision=1, subject_id=1, content="旧"), ASKED, title="修改诉求")
    compose(dialog.editor("content").control, "希望调整岗位")
    qtbot.waitUntil(lambda: len(desk.drafts()) == 1)
    [draft] = desk.drafts()
    assert (draft.title, draft.target_id) == ("修改诉求：张三", 4)
    killed(dialog)

    assert typed.left_over() != []
    other = opened(Request(id=5, subject_id=1), ASKED, title="修改诉求")
    assert other._offer is None
    assert opened(Request(id=4, subject_id=1), ASKED, title="答复诉求")._offer is None
    again = opened(Request(id=4, revision=1, subject_id=1, content="旧"), ASKED, title="修改诉求")
    assert "在这里填写的内容没有保存" in words(again)
    button(again, "恢复").click()
    assert "希望调整岗位" in again.entity.content
    assert "希望调整岗位" in again.editor("content").value()
    assert again._offer is None


def test_who_types_on_is_kept_too(desk, opened, compose, qtbot, monkeypatch):
    monkeypatch.setattr(autosave, "LONGEST_MS", 200)
    dialog = opened(Staff())
    for _ in range(20):
        compose(dialog.editor("name").control, "王")
        qtbot.wait(25)
        if desk.drafts():
            break
    assert desk.drafts()


def test_a_day_and_an_empty_field_come_back_as_they_were(desk, opened, qtbot):
    dialog = opened(Request(id=4, subject_id=1, due_on=date(2026, 12, 1)), ASKED, title="修改诉求")
    dialog._on_edited(dialog.entity, "due_on", date(2027, 1, 31))
    assert dialog.kept.autosave.save_now()
    killed(dialog)
    again = opened(Request(id=4, subject_id=1, due_on=date(2026, 12, 1)), ASKED, title="修改诉求")
    button(again, "恢复").click()
    assert again.entity.due_on == date(2027, 1, 31)


def test_saved_or_given_up_leaves_nothing_behind(desk, opened, monkeypatch):
    dialog = opened(Staff(id=1, name="王", department="纪委办公室"))
    dialog._on_edited(dialog.entity, "name", "王强")
    dialog.kept.autosave.save_now()
    dialog.save()
    assert desk.drafts() == []
    dialog = opened(Staff(id=1, name="王"))
    dialog._on_edited(dialog.entity, "name", "王强")
    dialog.kept.autosave.save_now()
    monkeypatch.setattr("app.ui.records.entity_dialog.ask_to_save", lambda *_what: "discard")
    dialog.reject()
    assert desk.drafts() == []


def test_what_cannot_be_saved_is_still_a_draft(desk, opened):
    def refuse(_one):
        raise UserError("磁盘空间不足")

    dialog = opened(Staff(id=1, name="王"), save=refuse)
    dialog._on_edited(dialog.entity, "name", "王强")
    dialog.kept.autosave.save_now()
    dialog.save()
    assert dialog.isVisible() and len(desk.drafts()) == 1


def test_an_offer_that_is_declined_is_gone(desk, opened):
    dialog = opened(Staff(id=1, name="王"))
    dialog._on_edited(dialog.entity, "name", "王强")
    dialog.kept.autosave.save_now()
    killed(dialog)
    again = opened(Staff(id=1, name="王"))
    button(again, "放弃").click()
    assert desk.drafts() == [] and again.entity.name == "王"


def test_a_record_that_moved_on_is_compared_three_ways(desk, opened, monkeypatch):
    dialog = opened(Staff(id=1, name="王强", post="科长", unit="人事处"))
    dialog._on_edited(dialog.entity, "post", "副处长")
    dialog.kept.autosave.save_now()
    killed(dialog)
    again = opened(Staff(id=1, revision=2, name="王强", post="处长", unit="教务处"))
    assert "此后记录又有改动" in words(again)
    seen = []

    def look(question):
        question.show()
        seen.append(words(question))
        return "take"

    monkeypatch.setattr(TableQuestion, "ask", look)
    button(again, "比较").click()
    assert all(
        one in seen[0] for one in ("留存的内容", "现在的记录", "填写前", "副处长", "处长", "科长")
    )
    assert again.entity.post == "副处长"


def test_the_lock_keeps_what_is_being_typed_at_once(desk, opened):
    dialog = opened(Staff())
    dialog._on_edited(dialog.entity, "name", "王强")
    assert desk.drafts() == []
    typed.keep_all()
    assert [draft.title for draft in desk.drafts()] == ["修改工作人员：王强"]  # as typed by then


def test_a_disk_that_refuses_a_draft_disturbs_nobody_and_is_tried_again(
    desk, opened, monkeypatch, qtbot
):
    monkeypatch.setattr(autosave, "RETRY_MS", 30)
    store = {"full": True}
    keep = desk.keep_draft

    def keeping(draft):
        if store["full"]:
            raise UserError("磁盘空间不足")
        return keep(draft)

    class Refusing:
        keep_draft, drop_draft = staticmethod(keeping), staticmethod(desk.drop_draft)
        drafts, roster = staticmethod(desk.drafts), desk.roster

    typed.sign_in(Refusing())
    dialog = opened(Staff(id=1))
    dialog._on_edited(dialog.entity, "name", "王强")
    dialog.kept.autosave.save_now()
    assert "暂未留存" in words(dialog)
    store["full"] = False
    qtbot.waitUntil(lambda: len(desk.drafts()) == 1)
    qtbot.waitUntil(lambda: "已留存草稿" in words(dialog))


def test_everything_left_is_listed_with_what_was_typed_and_can_be_given_up(
    desk, opened, monkeypatch, qtbot
):
    dialog = opened(Staff(id=1, name="王强", post="科长"))
    dialog._on_edited(dialog.entity, "post", "副处长")
    dialog.kept.autosave.save_now()
    killed(dialog)
    listed = left_over_dialog.LeftOverDialog(lambda _draft: None)
    qtbot.addWidget(listed)
    listed.show()
    assert "修改工作人员：王强" in words(listed)
    seen = []
    monkeypatch.setattr(TableQuestion, "ask", lambda one: (one.show(), seen.append(words(one))))
    button(listed, "查看").click()
    assert "副处长" in seen[0] and "科长" in seen[0]
    monkeypatch.setattr(left_over_dialog, "confirm", lambda *_what, **_more: True)
    button(listed, "放弃").click()
    assert desk.drafts() == []
    qtbot.waitUntil(lambda: "没有留存的内容" in words(listed))


def test_versions_are_laid_side_by_side_field_by_field():
    base = [Staff(id=1, name="王强", post="科长"), Staff(id=2, name="李静")]
    mine = [
        Staff(id=1, name="王强", post="副处长"),
        Staff(id=2, name="李静"),
        Staff(name="赵青"),
    ]
    theirs = [Staff(id=1, name="王强", post="处长")]
    assert differing(mine, theirs, base) == [
        ("王强：职务", "副处长", "处长", "科长"),
        ("李静", "李静", "（无此项）", "李静"),
        ("赵青", "赵青", "（无此项）", "（无此项）"),
    ]


def test_of_long_texts_the_place_where_they_part_is_shown():
    before = "认识深刻。" * 200
    [line] = differing([Request(id=1, content=before + "我的结尾")],
                       [Request(id=1, content=before + "他的结尾")], [Request(id=1, content=before)])  # fmt: skip
    assert line[0] == "内容" or "诉求" in line[0]
    assert "我的结尾" in line[1] and "他的结尾" in line[2]
    assert max(map(len, line)) < 420


# ---------------------------------------------------------------- what is no record's


def reason_dialog(qtbot, title="删除“张三”？"):
    question = Question(None, title, "", input_label="理由")
    qtbot.addWidget(question)
    kept = typed.keep_words(question.input, question, "理由")
    question.show()
    return question, kept


def test_a_reason_that_a_crash_cut_off_stands_there_again_and_only_there(desk, fast, qtbot):
    question, kept = reason_dialog(qtbot)
    question.input.setText("重复登记，经核对")
    qtbot.waitUntil(lambda: len(desk.drafts()) == 1)
    kept.autosave.forget()
    typed._open.discard(kept)
    question.hide()
    other, _kept = reason_dialog(qtbot, "删除“李四”？")
    assert other.input.text() == ""
    other.reject()
    again, _kept = reason_dialog(qtbot)
    assert again.input.text() == "重复登记，经核对"
    [draft] = desk.drafts()
    assert draft.title == "删除“张三”：理由"
    assert draft.content["shown"] == [["内容", "重复登记，经核对", ""]]


@pytest.mark.parametrize("way", ["accept", "reject"])
def test_a_reason_is_forgotten_when_its_question_is_answered(desk, fast, qtbot, way):
    question, _kept = reason_dialog(qtbot)
    question.input.setText("重复登记")
    qtbot.waitUntil(lambda: len(desk.drafts()) == 1)
    getattr(question, way)()
    assert desk.drafts() == []


def test_a_question_torn_away_by_the_lock_leaves_its_reason(desk, fast, qtbot):
    question, _kept = reason_dialog(qtbot)
    question.input.setText("重复登记")
    qtbot.waitUntil(lambda: len(desk.drafts()) == 1)
    question.give_up()
    assert len(desk.drafts()) == 1


def test_settings_typed_and_not_saved_are_offered_and_change_nothing_else(
    desk, fast, qtbot, compose
):
    def open_settings():
        dialog = SettingsDialog(desk.settings(), desk.save_settings)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    dialog = open_settings()
    compose(dialog.editors["office_name"].control, "某大学纪委")
    dialog.editors["office_name"].settle()
    qtbot.waitUntil(lambda: len(desk.drafts()) == 1)
    killed(dialog)
    meanwhile = desk.settings()
    meanwhile.lock_after_minutes = 9
    desk.save_settings(meanwhile)
    again = open_settings()
    [offer] = again.findChildren(typed.Offer)
    offer.taken.emit()
    assert again.editors["office_name"].value() == "某大学纪委"
    again._on_save()
    assert desk.settings().office_name == "某大学纪委"
    assert desk.settings().lock_after_minutes == 9
    assert desk.drafts() == []


# ---------------------------------------------------------------- from the offer to the place


class Window:
    """Notes where it is asked to go."""

    def __init__(self):
        self.went, self.said = [], ""
        self.office = SimpleNamespace(
            settings=lambda: self.went.append("settings"), staff=lambda: self.went.append("staff")
        )
        self.messages = SimpleNamespace(show_info=lambda words: setattr(self, "said", words))

    def show_tab(self, name):
        return SimpleNamespace(resume=lambda draft: self.went.append((name, draft.title)))

    def open_link(self, opens, subject_id):
        self.went.append((opens, subject_id))

    def open_person(self, subject_id):
        self.went.append(subject_id)


def dialog_draft(entity, target=None, **links):
    content = {"dialog": "反馈", "entity": entity, "links": links}
    return Draft(kind=typed.DIALOG_DRAFT, target_id=target, title="反馈", content=content)


@pytest.mark.parametrize(
    ("draft", "went"),
    [
        (Draft(kind="人员", title="李四"), ("roster", "李四")),
        (dialog_draft("Settings", 1), "settings"),
        (dialog_draft("Staff"), "staff"),
        (dialog_draft("Feedback", None, visit_id=4, subject_id=2), (("ResultOf", 4), 2)),
        (dialog_draft("OutcomeAct", 7, outcome_id=3, subject_id=2), (("Outcome", 3), 2)),
        (dialog_draft("Request", 5, visit_id=4, subject_id=2), (("Request", 5), 2)),
        (dialog_draft("Request", None, visit_id=4, subject_id=2), (("Visit", 4), 2)),
        (dialog_draft("Consultation", None, list_id=6), (("VisitingList", 6), None)),
        (dialog_draft("ResultUse", None, subject_id=2), 2),
    ],
    ids=lambda given: (
        given.title + given.content.get("entity", "") if isinstance(given, Draft) else ""
    ),
)
def test_the_offer_leads_to_where_the_typing_goes_on(draft, went):
    window = Window()
    left_over_dialog.go_on(draft, window)
    assert window.went == [went]


def test_a_reason_is_typed_where_it_is_asked_for(desk):
    window = Window()
    left_over_dialog.go_on(dialog_draft("Words"), window)
    assert window.went == [] and "再打开“反馈”" in window.said


def test_a_person_left_over_is_listed_with_what_was_typed(desk, qtbot, monkeypatch):
    draft = PersonDraft()
    draft.subject.name = "李四"
    draft.put_in(Sanction(id=-1, regime=PARTY, kind="警告"))
    desk.keep_draft(Draft(kind="人员", title="李四", content=draft.to_data()))
    assert "“新增人员：李四”" in typed.notice()
    opened_ = []
    listed = left_over_dialog.LeftOverDialog(opened_.append)
    qtbot.addWidget(listed)
    listed.show()
    seen = []
    monkeypatch.setattr(TableQuestion, "ask", lambda one: (one.show(), seen.append(words(one))))
    button(listed, "查看").click()
    assert "李四" in seen[0] and "警告" in seen[0]
    button(listed, "打开").click()
    qtbot.waitUntil(lambda: [one.title for one in opened_] == ["李四"])
    assert not listed.isVisible()
