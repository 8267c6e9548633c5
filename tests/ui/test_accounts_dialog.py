"""Who may sign in, looked after in the window over a real office."""

import pytest

from app.bootstrap.join import join
from app.domain.rights import CLERK
from app.storage import accounts
from app.ui import accounts_dialog
from app.ui.accounts_dialog import AccountsDialog
from app.ui.jobs import JobRunner


@pytest.mark.parametrize("agreed", [False, True])
def test_a_password_is_reset_only_when_that_was_asked_and_meant(
    office, owner, qtbot, monkeypatch, agreed
):
    accounts.add_account(office, "李静", CLERK, cost=owner.cost)
    dialog = AccountsDialog(join(office).accounts, JobRunner(), None)
    qtbot.addWidget(dialog)
    dialog.show()
    asked, told = [], []
    monkeypatch.setattr(
        accounts_dialog, "confirm", lambda *given, **more: asked.append(given[1]) or agreed
    )
    monkeypatch.setattr(dialog, "_hand_out", lambda name, one_time: told.append((name, one_time)))
    names = [dialog.model.rows[row].name for row in range(dialog.model.rowCount())]
    dialog.table.selectRow(names.index("李静"))
    slot = office.key_file
    dialog.reset.click()
    assert asked == ["重设“李静”的口令？"]
    if agreed:
        qtbot.waitUntil(lambda: bool(told))
        assert told[0][0] == "李静"
    else:
        qtbot.wait(50)
        assert told == []
    assert (office.key_file != slot) == agreed
