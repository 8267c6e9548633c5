"""Where errors end: a number each, a sentence, what to do; and a log that knows nobody."""

from __future__ import annotations

import ast
import logging
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from sqlalchemy import create_engine, text

from app.bootstrap.join import join
from app.bootstrap.log_file import LOG_FILE, failures_in, start_log
from app.domain.draft import Draft
from app.domain.subject import Subject
from app.paths import RESOURCES
from app.services.people import PersonEdit
from app.services.ports import UserError
from app.storage.errors import DiskFull
from app.ui import help_topics
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar, News, details_of
from app.ui.unforeseen import Unforeseen

APP = Path(__file__).parents[2] / "app"
NAMES = ("欧阳墨菊甲", "13912340987", "蓝田巷七十七号", "翟某某案情摘要")


def numbered_errors():
    """Yield (class, exit code, number) of every error with a sentence, as declared in the code."""
    for file in APP.rglob("*.py"):
        for one in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(one, ast.ClassDef) and "UserError" in map(ast.unparse, one.bases):
                told = {
                    target.id: line.value.value
                    for line in one.body
                    if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
                    for target in line.targets
                    if isinstance(target, ast.Name)
                }
                yield f"{file.stem}.{one.name}", told.get("exit_code", 1), told.get("number")


def test_every_error_has_a_number_of_its_exit_code_and_the_help_says_what_to_do():
    declared = list(numbered_errors())
    assert len(declared) > 40
    wrong = [name for name, code, number in declared if number is None or number // 100 != code]
    assert wrong == []
    told = tomllib.loads((RESOURCES / "help" / "errors.toml").read_text("utf-8"))
    assert set(told) == {f"HF-{n:04}" for _, _, n in declared} | {"HF-0100", "HF-7000"}
    assert all(entry["title"] and entry["todo"] for entry in told.values())


def test_an_error_shows_its_number_and_the_number_leads_to_what_to_do(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_error(DiskFull("磁盘已满，没有保存"))
    [number] = [b for b in bar.findChildren(QPushButton) if b.text().startswith("HF-")]
    assert (bar.text, number.text()) == ("磁盘已满，没有保存", "HF-0601 怎么办")
    bar.show_warning("只是提醒")
    assert number.isHidden()
    assert help_topics.find("HF-0601")[0].text.startswith("清理磁盘")
    line = News()
    qtbot.addWidget(line)
    line.say(KeyError("张三"))
    assert any(b.text() == "HF-7000 怎么办" for b in line.findChildren(QPushButton))
    assert "张三" not in "".join(part.text() for part in line.findChildren(QLabel))


@pytest.fixture
def log(tmp_path):
    file = start_log(tmp_path / "log")
    assert file == tmp_path / "log" / LOG_FILE
    yield file
    root = logging.getLogger()
    for handler in [one for one in root.handlers if str(tmp_path) in str(vars(one))]:
        root.removeHandler(handler)
        handler.close()


def test_what_nobody_caught_is_logged_and_told_once(qtbot, log):
    told: list[Exception] = []
    catcher = Unforeseen(told.append)
    hook = sys.excepthook
    try:
        for _ in range(2):
            try:
                raise ValueError(NAMES[0])
            except ValueError as error:
                hook(type(error), error, error.__traceback__)
                details_of(error)
        qtbot.waitUntil(lambda: len(told) == 2)
    finally:
        catcher.end()
    written = log.read_text("utf-8")
    assert written.count("HF-7000 ValueError") == 2
    assert f"tests/ui/{Path(__file__).name}" in written and NAMES[0] not in written
    assert failures_in(log, datetime.now()) == 2


def test_after_a_journey_with_every_kind_of_trouble_the_log_knows_nobody(
    qtbot, log, office, tmp_path, capfd
):
    """Names are planted in records, drafts, file names, statements and exceptions."""
    name, phone, address, facts = NAMES
    jobs, bar, desk = JobRunner(), MessageBar(), join(office)
    qtbot.addWidget(bar)
    who = Subject(name=name, phone=phone, address=address, remarks=facts)
    kept = desk.save_person(PersonEdit(who))
    [subject_id] = [change.id for change in kept if change.entity is Subject]
    form = desk.new_form(subject_id)
    form.attitude = facts
    desk.save_form(form)
    desk.keep_draft(Draft(kind="登记表", title=name, content={"attitude": facts}))
    desk.draw_forms([form])
    desk.find(name)
    desk.check()

    def trouble(act) -> None:
        handle = jobs.run(lambda _progress: act(), lambda _result: None, bar.show_error)
        with qtbot.waitSignal(handle.finished):
            pass

    def statement():
        with create_engine("sqlite://").connect() as connection:
            connection.execute(text("select :a from nowhere"), {"a": name})

    def unforeseen():
        raise KeyError(phone)

    def refused():
        raise UserError(f"{name}已经归档")

    def no_file():
        (tmp_path / "没有" / f"{name}.pdf").read_bytes()

    def damaged():
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(name.encode())
        desk.read_ledger(file, lambda *_step: None)

    for act in (statement, unforeseen, refused, no_file, damaged):
        trouble(act)
    logging.getLogger("pypdf").warning("broken object of %s", name)
    jobs.shut_down()
    written = log.read_text("utf-8") + "".join(capfd.readouterr())
    assert "HF-7000 OperationalError" in written and "HF-7000 KeyError" in written
    assert [one for one in NAMES if one in written] == []
