"""F1 at a field explains that field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.domain.fields import FieldKind, FieldSpec, form_fields
from app.domain.settings import Settings
from app.domain.subject import Sanction, Subject
from app.ui.field_help import FieldHelp, editor_of, explanations
from app.ui.fields import make_editor


def test_f1_in_a_field_explains_it_with_an_example(qtbot):
    spec = form_fields(Sanction)["decided_on"]
    editor = make_editor(spec)
    qtbot.addWidget(editor)
    editor.show()
    qtbot.keyClick(editor.control, Qt.Key.Key_F1)
    [shown] = editor.findChildren(FieldHelp)
    assert shown.windowTitle() == spec.label
    assert any("2023.11" in part.text() for part in shown.findChildren(QLabel))
    shown.close()


@pytest.mark.parametrize("entity", [Subject, Sanction, Settings])
def test_every_field_that_is_typed_says_how_it_is_filled(entity):
    typed = [
        spec
        for spec in form_fields(entity).values()
        if spec.kind not in (FieldKind.DATA, FieldKind.REFERENCE, FieldKind.BYTES)
    ]
    assert typed
    for spec in typed:
        assert "怎么填" in dict(explanations(spec)), spec.label


def test_choices_and_limits_are_told():
    told = dict(explanations(FieldSpec(FieldKind.CHOICE, "类别", "", choices=("甲", "乙"))))
    assert told["可以选择"] == "甲、乙"


def test_a_control_knows_the_field_it_stands_in(qtbot):
    editor = make_editor(form_fields(Subject)["name"])
    qtbot.addWidget(editor)
    assert editor_of(editor.control) is editor
    assert editor_of(None) is None
