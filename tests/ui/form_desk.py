"""A forms tab over real services and a real encrypted file, for several test modules."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap.join import join
from app.domain.partial_date import PartialDate
from app.domain.subject import PARTY, Case, Sanction
from app.services.people import PersonEdit
from app.ui.changes import ChangeBus
from app.ui.forms import form_list, forms_tab, preview
from app.ui.forms.forms_tab import FormsTab
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.records import autosave

BOXES = {
    "visited_on": "2026年11月20日",
    "attitude": "能正确认识错误，服从处分决定。",
    "proposal": "建议继续关心关爱。",
}


def an_office(office, a_person, *names):
    """Return the use cases of an office with one person per name, each under a warning."""
    made = join(office)
    settings = made.settings()
    settings.reporting_unit = "某院纪委"
    made.save_settings(settings)
    for name in names or ("单小芳",):
        case = Case(facts="违规收受礼品。")
        sanction = Sanction(regime=PARTY, kind="警告", decided_on=PartialDate(2026, 3, 15))
        made.save_person(PersonEdit(a_person(name=name), [case], [sanction], case_of={0: 0}))
    return made


def a_tab(use_cases, qtbot, monkeypatch, tmp_path, **changed):
    """Return a shown forms tab that saves and draws without waiting."""
    monkeypatch.setattr(autosave, "PAUSE_MS", 30)
    monkeypatch.setattr(preview, "PAUSE_MS", 10)
    monkeypatch.setattr(form_list, "_PAUSE_MS", 5)
    monkeypatch.setattr(forms_tab, "_HINTS_MS", 10)
    window = QWidget()
    window.bus, window.messages = ChangeBus(window), MessageBar(window)
    tab = FormsTab(
        dataclasses.replace(use_cases, **changed),
        window.bus,
        JobRunner(window),
        window.messages,
        window,
        settings=QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat),
    )
    tab.desk, tab.bus, tab.messages = window, window.bus, window.messages
    qtbot.addWidget(window, before_close_func=lambda _window: tab.shut_down())
    tab.resize(1300, 700)
    window.show()
    return tab


def box(tab, name):
    """Return the editor of one box."""
    return tab.editor.sheet.editors[name]


def fill(tab, compose, **changed):
    """Type what a complete form needs."""
    for name, text in (BOXES | changed).items():
        compose(box(tab, name), text)
    assert tab.save_pending()


def when_modal(qtbot, act):
    """Do ``act(dialog)`` as soon as a dialog is open; the dialog must be closed by it."""
    from PySide6.QtCore import QTimer

    def look():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, look)
            return
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, look)
