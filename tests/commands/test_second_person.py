"""What takes two asks the second person by a password file, without a prompt."""

import pytest

from app.__main__ import main
from tests.storage.test_accounts import NEW, OTHER, joined, log_of


@pytest.fixture
def run(office, owner, tmp_path, capsys):
    """Runs a command as 周明 in an office of two; returns the code and what was printed."""
    office = joined(office, owner, "李静")
    office.close()
    (tmp_path / "周明.txt").write_text(owner.password, "utf-8")

    def running(*words):
        code = main(
            [
                *map(str, words),
                *("--data", str(office.folder), "--account", owner.name),
                *("--password-file", str(tmp_path / "周明.txt")),
            ]
        )
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return running


@pytest.fixture
def second(tmp_path):
    """Writes the password file of 李静 and returns the words that name her."""

    def named(password=OTHER, name="李静"):
        file = tmp_path / "second.txt"
        file.write_text(password + "\n", "utf-8")
        return ("--second", name, "--second-password-file", file)

    return named


def test_the_whole_ledger_leaves_only_with_a_second_person(run, second, office, owner, tmp_path):
    out = tmp_path / "out.xlsx"
    code, said = run("export-ledger", out)
    assert code == 1 and "李静" in said and not out.exists()
    assert run("export-ledger", out, *second(name="王五"))[0] == 1
    code, said = run("export-ledger", out, *second(NEW))
    assert code == 3 and "第二人的口令不正确" in said and not out.exists()
    assert run("export-ledger", out, *second(), "--purpose", "年度检查")[0] == 0
    assert out.exists()
    store = owner.open(office.folder)
    assert any(act == "导出台账" and "李静" in details for _who, act, details in log_of(store))
    store.close()


def test_a_restore_over_records_takes_two_and_keeps_the_reason(
    run, second, office, owner, tmp_path
):
    assert run("backup", tmp_path / "stick")[0] == 0
    [backup] = (tmp_path / "stick").glob("*.hfbackup")
    code, said = run("restore", backup, "--yes")
    assert code == 1 and "第二人" in said
    code, said = run("restore", backup, "--yes", *second(NEW))
    assert code == 3 and "第二人的口令不正确" in said
    assert run("restore", backup, "--yes", *second(), "--reason", "演练")[0] == 0
    store = owner.open(office.folder)
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT reason, details FROM audit_log WHERE act = '恢复备份'"
        ).one()
    assert found.reason == "演练" and "李静" in found.details
    store.close()
