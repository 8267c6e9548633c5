"""The administrator's day, through the real program: every command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "data" / "ledgers"
PASSWORD = "槐序-松风-2026-竹影"


class Machine:
    """A data folder and the program, as an administrator has them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "数据"
        self.password_file = home / "口令.txt"
        self.password_file.write_text(PASSWORD + "\n", "utf-8")

    def run(self, *words: object, code: int = 0, data: Path | None = None) -> str:
        """Run a command; check its exit code; return what it printed, errors last."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "app", *map(str, words)),
                *("--data", str(data or self.data), "--password-file", str(self.password_file)),
            ],
            cwd=ROOT,
            env=os.environ | {"PYTHONUTF8": "1", "HUIFANG_LOGS": str(self.home / "log")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        if code:
            assert len(done.stderr.strip().splitlines()) == 1, done.stderr
            assert "Traceback" not in done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    machine = Machine(tmp_path_factory.mktemp("machine"))
    machine.run("init", "--admin", "王敏", "--recovery-out", machine.home / "恢复码.txt")
    machine.run("import-ledger", SAMPLES / "ledger-a.xlsx")
    return machine


def test_a_folder_is_named_from_where_one_stands(tmp_path):
    machine = Machine(tmp_path)
    near = Path(os.path.relpath(machine.data, ROOT))
    assert str(machine.data) in machine.run("init", "--admin", "王敏", data=near)
    assert machine.run("due", "--json", data=near)


def test_a_reader_who_has_read_enough_is_no_error(machine):
    words = f"'{sys.executable}' -m app due --as-of 2025-03-01 --json --data '{machine.data}'"
    words += f" --password-file '{machine.password_file}' | head -c 10"
    done = subprocess.run(words, shell=True, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (len(done.stdout), done.stderr) == (10, "")


def due_people(machine: Machine) -> list[dict[str, object]]:
    """Return what is due of people; when backups were made is not among what a backup holds."""
    due = json.loads(machine.run("due", "--as-of", "2025-03-01", "--json"))
    return [found for found in due if found["subject_id"]]


def text_of(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_the_ledger_of_the_office_becomes_one_file_of_forms(machine):
    pdf = machine.home / "all.pdf"
    machine.run("print-forms", pdf, "--one-file")
    text = text_of(pdf)
    truth = json.loads((SAMPLES / "ledger-a.truth.json").read_text("utf-8"))
    for name in {row["name"] for row in truth}:
        assert name in text
    starts = [line.strip()[:1] for line in text.splitlines() if line.strip()]
    assert not [start for start in starts if start in "，。、；：？！）》」』】〕”’"]


def test_one_person_can_be_printed_as_word(machine):
    out = machine.home / "one.docx"
    machine.run("print-forms", out, "--format", "docx", "--name", "陶䶮")
    from docx import Document

    cells = {cell.text for row in Document(str(out)).tables[0].rows for cell in row.cells}
    assert "陶䶮" in cells


def test_a_blank_form_has_the_labels_and_no_name(machine):
    out = machine.home / "blank.pdf"
    machine.run("print-forms", out, "--blank")
    assert "回访意见建议" in "".join(text_of(out).split())


def test_the_ledger_goes_out_with_verdicts_as_of_a_day(machine):
    from python_calamine import CalamineWorkbook

    out = machine.home / "out.xlsx"
    machine.run("export-ledger", out, "--as-of", "2025-06-30")
    [header, *rows] = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    assert header[:3] == ["序号", "姓名", "性别"]
    verdict = header.index("对象认定")
    assert {row[verdict] for row in rows} >= {"应回访", "期满", "原则上不再回访"}


def test_what_is_due_can_be_read_by_a_program(machine):
    due = json.loads(machine.run("due", "--as-of", "2025-03-01", "--json"))
    assert due
    assert all(found["sentence"] for found in due)
    assert {found["name"] for found in due if found["subject_id"]} >= {"余喆", "夏健博"}


def test_a_backup_is_verified_and_brings_everything_back(machine, tmp_path):
    machine.run("backup", tmp_path)
    [backup] = [file for file in tmp_path.iterdir() if file.is_file()]
    assert "王" not in backup.name
    machine.run("verify", backup)
    before = due_people(machine)
    machine.run("import-ledger", SAMPLES / "ledger-b.xlsx")
    assert due_people(machine) != before
    machine.run("restore", backup, "--yes")
    assert due_people(machine) == before


def test_a_damaged_backup_is_refused_and_nothing_is_touched(machine, tmp_path):
    machine.run("backup", tmp_path)
    [backup] = [file for file in tmp_path.iterdir() if file.is_file()]
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    before = due_people(machine)
    for command in (("verify", backup), ("restore", backup, "--yes")):
        code = subprocess.run(
            [
                *(sys.executable, "-m", "app", *map(str, command), "--data", str(machine.data)),
                *("--password-file", str(machine.password_file)),
            ],
            cwd=ROOT,
            capture_output=True,
            check=False,
        ).returncode
        assert code not in (0, 70)
    assert due_people(machine) == before


def test_restoring_over_records_without_saying_yes_is_refused(machine, tmp_path):
    machine.run("backup", tmp_path)
    [backup] = [file for file in tmp_path.iterdir() if file.is_file()]
    assert "--yes" in machine.run("restore", backup, code=2)


def test_a_wrong_password_is_one_sentence(machine, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("完全不对的口令口令口令\n", "utf-8")
    other = Machine(machine.home)
    other.password_file = wrong
    assert "口令" in other.run("due", code=3)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("import-ledger", "没有这个文件.xlsx"), "没有这个文件"),
        (("verify", "没有这个文件.hfb"), "没有这个文件"),
        (("export-ledger", "/没有的文件夹/out.xlsx"), "没有的文件夹"),
    ],
)
def test_a_missing_file_is_one_sentence(machine, words, hint):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "app", *words, "--data", str(machine.data)),
            *("--password-file", str(machine.password_file)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode not in (0, 70)
    assert hint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("export-ledger", "{data}/office.db"),
        ("export-ledger", "{data}/名册.xlsx"),
        ("import-ledger", SAMPLES / "ledger-b.xlsx", "--dry-run", "--report", "{data}/office.keys"),
        ("print-forms", "{data}/office.db", "--one-file"),
        ("print-forms", "{data}"),
    ],
    ids=str,
)
def test_a_result_is_never_written_among_the_records(machine, words):
    before = {file: file.read_bytes() for file in machine.data.glob("office.[dk]*")}
    said = machine.run(*(str(word).format(data=machine.data) for word in words), code=2)
    assert "数据文件夹" in said
    assert {file: file.read_bytes() for file in machine.data.glob("office.[dk]*")} == before


def test_the_file_name_decides_between_pdf_and_word(machine, tmp_path):
    word, pdf = tmp_path / "空白.docx", tmp_path / "空白.pdf"
    machine.run("print-forms", word, "--blank")
    machine.run("print-forms", pdf, "--blank")
    assert (word.read_bytes()[:2], pdf.read_bytes()[:4]) == (b"PK", b"%PDF")
    said = machine.run("print-forms", word, "--blank", "--format", "pdf", code=2)
    assert "扩展名" in said


def test_a_place_that_cannot_be_written_is_named_in_chinese(machine, tmp_path):
    said = machine.run("print-forms", tmp_path / "没有" / "空白.pdf", "--blank", code=6)
    assert "文件夹或文件不存在" in said
    (tmp_path / "文件").touch()
    assert "同名的文件" in machine.run("print-forms", tmp_path / "文件", code=6)


def test_practice_data_is_marked_and_the_same_for_the_same_seed(machine, tmp_path):
    first = machine.run("demo", "--people", 30, "--seed", 7, data=tmp_path / "a")
    assert "演示" in first
    machine.run("demo", "--people", 30, "--seed", 7, data=tmp_path / "b")
    pages = []
    for folder in ("a", "b"):
        out = tmp_path / f"{folder}.pdf"
        machine.run("print-forms", out, "--one-file", data=tmp_path / folder)
        # Each office has a log of its own; its head stands at the foot and its width moves the
        # columns of the page's text, so the spaces are not compared.
        lines = [line.split() for line in text_of(out).splitlines()]
        pages.append([line for line in lines if "审计" not in line])
    assert pages[0] == pages[1]
    assert ["演示"] in pages[0]


def test_the_program_proves_itself(machine):
    assert "自测通过" in machine.run("self-test")


def test_the_self_check_finds_everything_in_order_after_a_backup(machine, tmp_path):
    machine.run("backup", tmp_path)
    out = machine.run("check")
    for title in ("版本", "字体", "数据库", "审计"):
        assert title in out
