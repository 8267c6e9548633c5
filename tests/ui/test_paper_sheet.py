"""The sheet on screen stands as the paper does."""

import pytest

from app.domain.form_filling import Filling
from app.domain.registration_form import RegistrationForm
from app.paper.grid import read_grid
from app.ui.forms import paper_sheet
from app.ui.forms.form_editor import FormEditor
from tests.documents.form_samples import OPTIONS, form


@pytest.fixture
def editor(qtbot):
    made = FormEditor(read_grid(OPTIONS.layout_file, RegistrationForm), lambda _form: None)
    qtbot.addWidget(made, before_close_func=lambda window: window.autosave.forget())
    made.resize(860, 620)
    made.show()
    return made


def test_the_day_above_the_frame_is_flush_right_with_its_label_before_it(editor, qtbot):
    sheet = editor.sheet
    editor.open(form(reported_on="2026年5月8日"), Filling({}, {}))
    text = sheet.editors["reported_on"]
    # The cursor stands before the first character: at the box's left edge, where the label ends.
    qtbot.waitUntil(lambda: text.cursorRect(text.textCursor()).left() <= 3)
    short = sheet.place_of("reported_on")
    assert abs(short.right() - sheet.place_of("phone").right()) <= 2
    text.insert("于某某校区")
    qtbot.waitUntil(lambda: sheet.place_of("reported_on").width() > short.width() + 40)
    assert abs(sheet.place_of("reported_on").right() - sheet.place_of("phone").right()) <= 2
    assert text.height_of_text() < 2 * short.height()


def test_a_long_unit_leaves_the_day_alone(editor, qtbot):
    sheet = editor.sheet
    editor.open(form(reporting_unit="某某大学" * 12), Filling({}, {}))
    qtbot.wait(10)
    unit, day = sheet.place_of("reporting_unit"), sheet.place_of("reported_on")
    assert unit.right() < day.left()


def test_an_empty_box_shows_what_it_will_print(editor):
    editor.empty_mark = "—"
    editor.open(form(party_since="", party_kind="", remarks=""), Filling({}, {}))
    hints = editor.sheet._hints
    assert (hints["party_since"], hints["party_kind"]) == ("—", "—")
    assert "请填写" in hints["attitude"]
    assert hints["remarks"] == "回访方式、材料附页、以往回访等"


def test_of_a_long_form_only_what_is_in_sight_is_painted(editor, qtbot, monkeypatch):
    painted = []
    monkeypatch.setattr(
        paper_sheet, "paint_label", lambda _painter, cell, *_more: painted.append(cell.label)
    )
    editor.open(form(attitude="态度端正，积极改正。" * 900), Filling({}, {}))
    qtbot.waitUntil(lambda: editor.sheet.height() > 5_000)
    editor.verticalScrollBar().setValue(editor.verticalScrollBar().maximum() // 2)
    qtbot.waitUntil(lambda: "备注" not in painted[-3:])
    painted.clear()
    editor.sheet.editors["attitude"].insert("另有一句。")
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {"回访对象态度以及现实表现简述"}
