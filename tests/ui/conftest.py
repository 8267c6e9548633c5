"""What every window test needs: an application dressed as the real one, and Chinese typing."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from tests.ui.plan_desk import Dialogs


@pytest.fixture(scope="session", autouse=True)
def _dressed(qapp):
    from app.ui import theme

    theme.apply(qapp)


@pytest.fixture(scope="module", autouse=True)
def _signed_out():
    """Windows that a module leaves open must not get the drafts of the next one."""
    from app.ui.records import typed

    yield
    typed.sign_in(None)


@pytest.fixture
def compose():
    """Type as an input method does: composing text, then the commit (keyClicks aborts here)."""

    def type_chinese(widget, text, *, composing="", commit=True):
        if composing or not commit:
            QApplication.sendEvent(widget, QInputMethodEvent(composing or text, []))
        if commit:
            event = QInputMethodEvent("", [])
            event.setCommitString(text)
            QApplication.sendEvent(widget, event)

    return type_chinese


@pytest.fixture
def dialogs():
    """Answers the dialogs that a test expects; one nobody expected fails it."""
    made = Dialogs()
    yield made
    made.check()
