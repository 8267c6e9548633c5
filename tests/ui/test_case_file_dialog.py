"""The dialog of 一人一档: a purpose first, progress and cancel, a name of the file without a name."""

from __future__ import annotations

import pypdf
import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QWidget

from app.bootstrap.join import join
from app.domain.partial_date import PartialDate
from app.ui.case_file_dialog import CaseFileDialog
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from tests.ui.plan_desk import add_person


@pytest.fixture
def dialog(qtbot, office, a_person):
    use_cases = join(office)
    ids = [
        add_person(use_cases, a_person(name=name), PartialDate(2026, 3, 10))
        for name in ("单小芳", "曾国强")
    ]
    window = QWidget()
    qtbot.addWidget(window)
    jobs = JobRunner(window)
    made = CaseFileDialog(ids, "单小芳、曾国强", use_cases, jobs, MessageBar(window))
    made.jobs, made.office = jobs, office
    qtbot.addWidget(made)
    made.show()
    yield made
    jobs.shut_down()


def test_the_files_are_written_and_entered_each_with_the_reason(dialog, qtbot, tmp_path):
    dialog.purpose.setCurrentText("移交档案室")
    dialog.write(tmp_path / "档")
    qtbot.waitUntil(lambda: not dialog.jobs.busy, timeout=15_000)
    reader = pypdf.PdfReader(tmp_path / "档.pdf")
    assert len(reader.pages) >= 10
    with dialog.office.engine.connect() as connection:
        query = sa.text("SELECT act, reason FROM audit_log ORDER BY sequence DESC LIMIT 2")
        rows = {tuple(row) for row in connection.execute(query)}
    assert rows == {("导出多人一档", "移交档案室")}


def test_nothing_is_drawn_without_a_purpose(dialog):
    dialog.purpose.setCurrentText(" ")
    dialog.print()
    assert "请写明用途" in dialog.news.text()
    assert not dialog.jobs.busy


def test_the_file_is_named_after_what_it_is_and_the_dialog_fits(dialog):
    assert dialog.file_name() == "一人一档2人.pdf"
    dialog.redacted.setChecked(True)
    assert dialog.file_name() == "一人一档2人去标识副本.pdf"
    assert dialog.height() <= 560


def test_a_cancelled_file_leaves_nothing(dialog, qtbot, tmp_path):
    dialog.write(tmp_path / "档")
    dialog.reject()  # Esc while it runs
    qtbot.waitUntil(lambda: not dialog.jobs.busy, timeout=15_000)
    assert list(tmp_path.glob("档*")) == []
    assert "已取消" in dialog.news.text()


def test_the_files_of_several_people_wait_for_a_second_person_where_there_is_one(
    dialog, monkeypatch
):
    from app.ui import case_file_dialog

    asked = []

    def nobody_signs(_accounts, right, _jobs, _parent):
        asked.append(right)
        return False

    monkeypatch.setattr(case_file_dialog, "second_person", nobody_signs)
    dialog.print()
    assert asked == ["批量导出"]
    assert not dialog.jobs.busy


def test_papers_that_name_everybody_take_the_right_of_a_bulk_export():
    from app.domain.rights import Right, right_for

    for act in ("导出台账", "打印台账", "导出多人一档", "打印多人一档（去标识副本）"):
        assert right_for(act) is Right.BULK_EXPORT
    for act in ("导出一人一档", "打印一人一档（去标识副本）", "导出回访关爱工作统计"):
        assert right_for(act) is Right.PRINT
