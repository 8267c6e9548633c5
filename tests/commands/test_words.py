"""Whatever an administrator or a script types: one Chinese sentence and the documented code."""

from __future__ import annotations

from contextlib import suppress

import pytest

from app import __version__
from app.__main__ import main
from app.commands import ALL


def ends(words, capsys):
    """Return the exit code and what was said on stderr, which is one line."""
    code = main([str(word) for word in words])
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == (1 if code else 0), said
    return code, said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "没有“nonsense”这个命令"),
        (["import-ledger"], "缺少 台账"),
        (["due", "--nonsense"], "不认识“--nonsense”"),
        (["due", "--data"], "--data 后面缺少内容"),
        (["demo", "--people", "abc"], "--people 要写整数"),
        (["print-forms", "x", "--format", "odt"], "--format 不能是 'odt'"),
        (["due", "--password", "geheim"], "不认识“--password”"),
        (["due", "--data", ""], "“--data”后面是空的"),
        (["due", "--as-of="], "是空的"),
        ([""], "命令是空的"),
        (["import-ledger", "a\0b"], "控制字符"),
        (["init", "--admin", "张\n三"], "控制字符"),
    ],
)
def test_a_command_line_that_is_off_is_said_in_chinese(words, said, capsys):
    code, told = ends(words, capsys)
    assert (code, said in told) == (2, True), told
    assert not any(word in told for word in ("argument", "choose", "required", "expected"))


@pytest.mark.parametrize("words", [["--nonsense"], ["--data"], ["--data", "x", "-q"], ["-v"]])
def test_no_window_opens_for_words_nobody_knows(words, capsys, monkeypatch):
    monkeypatch.setattr("app.ui.application.run_window", lambda *_: pytest.fail("a window"))
    assert ends(words, capsys)[0] == 2


def test_the_version_is_told(capsys):
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_what_every_command_takes_may_stand_before_it(tmp_path, capsys):
    code, said = ends(["--data", tmp_path, "--password-file=nowhere", "due"], capsys)
    assert (code, "nowhere" in said) == (3, True)


@pytest.fixture
def typed(tmp_path):
    """Return a command line with a data folder that is never reached."""

    def line(*words):
        return [*words, "--data", tmp_path / "data", "--password-file", tmp_path / "none"]

    return line


def test_a_data_folder_that_is_a_file_is_told(tmp_path, capsys):
    (tmp_path / "file").touch()
    code, said = ends(["due", "--data", tmp_path / "file", "--password-file", "x"], capsys)
    assert code in (2, 3)
    (tmp_path / "word").write_text("x", "utf-8")
    line = ["due", "--data", tmp_path / "file", "--password-file", tmp_path / "word"]
    code, said = ends(line, capsys)
    assert (code, "是文件" in said) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("export-ledger", "{}/a.csv"), 2, "扩展名应为 .xlsx"),
        (("export-ledger", "{}/no/a.xlsx"), 6, "文件夹或文件不存在"),
        (("export-ledger", "{}"), 6, "那里是文件夹"),
        (("export-ledger", "/dev/null"), 2, "不是普通文件"),
        (("import-ledger", "x.xlsx", "--report", "{}/a.csv"), 2, "扩展名应为 .xlsx"),
        (("import-ledger", "x.xlsx", "--report", "{}/no/a.xlsx"), 6, "no/a.xlsx"),
        (("print-forms", "{}/a.txt", "--blank"), 2, ".pdf 或 .docx"),
        (("print-forms", "{}/a.pdf", "--blank", "--name", "张"), 2, "--name"),
        (("print-forms", "/dev/null", "--blank"), 2, "不是普通文件"),
        (("init", "--admin", "王敏", "--recovery-out", "{}/data/code.txt"), 2, "数据文件夹里"),
    ],
)
def test_a_place_that_cannot_take_the_result_is_told_before_anything_is_done(
    words, code, said, typed, tmp_path, capsys
):
    line = typed(*(word.format(tmp_path) for word in words))
    got, told = ends(line, capsys)
    assert (got, said in told) == (code, True), told


@pytest.mark.parametrize("command", ["", *(one.name for one in ALL)])
def test_every_command_explains_itself_in_chinese(command, capsys):
    with suppress(SystemExit):
        main([*([command] if command else []), "--help"])
    told = capsys.readouterr().out
    assert "用法：huifang" in told and "显示这份说明" in told
    assert not any(word in told for word in ("usage", "positional", "options", "show this"))


def test_a_recovery_code_that_cannot_be_written_is_shown_for_it_is_nowhere_else(
    tmp_path, capsys, monkeypatch
):
    def full(_target, _data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.commands.init.write_verified", full)
    (tmp_path / "password").write_text("晨雾里的灯塔 Oak-7\n", "utf-8")
    words = ["init", "--admin", "王敏", "--recovery-out", tmp_path / "code.txt"]
    words += ["--data", tmp_path / "office", "--password-file", tmp_path / "password"]
    assert main([str(word) for word in words]) == 0
    said = capsys.readouterr().out
    assert "恢复码写不到" in said and said.count("-") >= 7
