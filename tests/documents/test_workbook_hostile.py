"""Whatever file is chosen: a sentence or a ledger, never a crash, never memory."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.documents.workbook_reader import BadWorkbook, read_workbook
from app.domain.ledger_reading import read_rows
from app.services.ports import Cancelled

_FILE = Path(__file__).with_name("hostile_workbooks.py")
_spec = importlib.util.spec_from_file_location("hostile_workbooks", _FILE)
assert _spec is not None and _spec.loader is not None
hostile = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hostile)

MOST_GROWTH = 50 * 1024 * 1024


def memory() -> int:
    """Return the bytes of memory that this process occupies."""
    if sys.platform != "linux":
        pytest.skip("measured where /proc is")
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


@pytest.mark.parametrize("what", hostile.REFUSED)
def test_a_bad_file_ends_in_a_sentence(what, tmp_path):
    name, make, words = hostile.REFUSED[what]
    path = tmp_path / name
    path.write_bytes(make())
    before = memory()
    with pytest.raises(BadWorkbook) as refused:
        read_workbook(path)
    message = str(refused.value)
    assert words in message
    assert message.startswith(f"“{name}”")
    assert message.isprintable()
    assert "Error" not in message and "Traceback" not in message
    assert refused.value.exit_code == 4
    assert memory() - before < MOST_GROWTH


@pytest.mark.parametrize("what", hostile.HARMLESS)
def test_what_only_looks_dangerous_is_read_as_plain_cells(what, tmp_path):
    name, make, people = hostile.HARMLESS[what]
    path = tmp_path / name
    path.write_bytes(make())
    read = read_rows(read_workbook(path))
    assert [row.name for row in read.rows] == people


def test_formulas_come_in_as_the_text_they_are(tmp_path):
    name, make, _people = hostile.HARMLESS["formulas"]
    (tmp_path / name).write_bytes(make())
    read = read_rows(read_workbook(tmp_path / name))
    assert read.rows[1].facts.sanctions[0].kind.startswith("=cmd")
    assert read.rows[1].born_on.isoformat() == "1981-02"


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(hostile.workbook_of(hostile.sheet_of(hostile.LEDGER)))
    with pytest.raises(BadWorkbook, match="没有读完"):
        read_workbook(tmp_path / "a.xlsx", seconds=-1)


def test_reading_can_be_cancelled(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(hostile.workbook_of(hostile.sheet_of(hostile.LEDGER)))

    def stop(_done, _total, _note):
        raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        read_workbook(tmp_path / "a.xlsx", progress=stop)


def test_a_child_that_dies_is_said_in_a_sentence(tmp_path, monkeypatch):
    from app.documents import workbook_child

    (tmp_path / "a.xlsx").write_bytes(hostile.workbook_of(hostile.sheet_of(hostile.LEDGER)))
    monkeypatch.setattr(workbook_child, "serve", os._exit)
    with pytest.raises(BadWorkbook, match="文件已损坏"):
        read_workbook(tmp_path / "a.xlsx")


def test_an_unreadable_file_is_said_in_a_sentence(tmp_path):
    with pytest.raises(BadWorkbook, match="读写失败"):
        read_workbook(tmp_path / "missing.xlsx")
    with pytest.raises(BadWorkbook, match="文件夹"):
        read_workbook(tmp_path)


_MORE_FILE = Path(__file__).with_name("hostile_workbooks_more.py")
_more_spec = importlib.util.spec_from_file_location("hostile_workbooks_more", _MORE_FILE)
assert _more_spec is not None and _more_spec.loader is not None
more = importlib.util.module_from_spec(_more_spec)
_more_spec.loader.exec_module(more)

_READ_ALL = """
import json, sys
from pathlib import Path
from app.documents import workbook_child, workbook_kinds
from app.documents.refused import Refused
from app.domain.ledger import Sheet, Workbook
from app.domain.ledger_reading import read_rows

workbook_child.limit_this_process()
for path in sorted(Path(sys.argv[1]).iterdir()):
    sheets = []
    try:
        for message in workbook_child._read(path):
            if message["say"] == "book":
                about = message
            elif message["say"] == "sheet":
                sheets.append(Sheet(message["name"], [], message["merged"], message["hidden"]))
            else:
                sheets[-1].rows.extend(message["rows"])
        book = Workbook(sheets, about["typed"], about["from_1904"], about["passed_over"])
        outcome = [row.name for row in read_rows(book).rows]
    except Refused as refused:
        outcome = f"“{path.name}”{refused}"
    print(json.dumps([path.name, outcome]), flush=True)
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What becomes of every file, read one after another by one limited process that survives all."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, make, _expected in more.MORE.values():
        (folder / name).write_bytes(make())
    command = [sys.executable, "-c", _READ_ALL, str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0
    return dict(json.loads(line) for line in ended.stdout.splitlines())


def test_there_are_well_over_a_hundred_hostile_files():
    assert len(hostile.REFUSED) + len(hostile.HARMLESS) + len(more.MORE) >= 120
    assert len({name for name, _make, _expected in more.MORE.values()}) == len(more.MORE)


@pytest.mark.parametrize("what", more.MORE)
def test_every_odd_file_is_a_ledger_or_a_sentence(what, outcomes):
    name, _make, expected = more.MORE[what]
    outcome = outcomes[name]
    if isinstance(expected, str):
        assert isinstance(outcome, str)
        assert expected in outcome
        assert outcome.isprintable() and "Error" not in outcome
    else:
        assert outcome == expected


@pytest.mark.skipif(os.environ.get("HUIFANG_HEAVY") != "1", reason="a process for each of 71 files")
def test_no_odd_file_costs_the_records_process_memory(tmp_path):
    for name, make, _expected in more.MORE.values():
        (tmp_path / name).write_bytes(make())
        before = memory()
        with contextlib.suppress(BadWorkbook):
            read_workbook(tmp_path / name)
        assert memory() - before < MOST_GROWTH, name
