"""After a day's work, a kill and a lock, no planted string lies readable anywhere the program writes."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.storage.keys import Argon2Cost
from app.storage.office import create_office

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "晨雾里的灯塔 Oak-7"

DAY = """
import logging, sys, time
from pathlib import Path
from app.bootstrap.join import join
from app.domain.draft import Draft
from app.domain.registration_form import RegistrationForm
from app.domain.subject import Subject
from app.services.people import PersonEdit
from app.storage.office import open_office

folder, planted = Path(sys.argv[1]), Path(sys.argv[2]).read_text().split()
logging.basicConfig(filename=folder / "huifang.log", level=logging.DEBUG)
store = open_office(folder / "office", "周明", "晨雾里的灯塔 Oak-7")
desk = join(store)
per = len(planted) // 5
quiet = lambda *_step: None
for number in range(per):
    name, phone, text, draft, attitude = planted[number * 5:number * 5 + 5]
    desk.save_person(PersonEdit(Subject(name=name, phone=phone, remarks=text)))
    if number % 10 == 0:
        desk.save_form(RegistrationForm(subject_id=number + 1, name=name, attitude=attitude))
        desk.keep_draft(Draft(kind="登记表", title=name, content={"attitude": draft}))
        desk.open_dossier(number + 1)
desk.back_up(folder / "backups", quiet)
try:
    desk.open_dossier(10**9)
except Exception:
    logging.exception("不存在")
print("ready", flush=True)
if "leak" in sys.argv:
    (folder / "office" / "temporary.txt").write_text(planted[0])
while True:
    desk.save_person(PersonEdit(Subject(name=planted[0], remarks=planted[1] * 50)))
"""


def planted(number: int, seed: int) -> list[str]:
    """Return strings that occur nowhere else: names, numbers, sentences."""
    chance = random.Random(seed)
    return ["".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(6)) for _ in range(number)]


def hits(folder: Path, strings: list[str]) -> list[str]:
    """Return the files under ``folder`` that show one of ``strings`` in UTF-8 or UTF-16."""
    wanted = [form for one in strings for form in (one.encode(), one.encode("utf-16-le"))]
    found = []
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            if any(one in content for one in wanted):
                found.append(str(file.relative_to(folder)))
    return found


def work(tmp_path: Path, strings: list[str], *more: str) -> Path:
    """Work a day in a process of its own, with its temporary files in the folder, and kill it."""
    folder = tmp_path / "machine"
    folder.mkdir()
    (folder / "tmp").mkdir()
    create_office(folder / "office", "周明", PASSWORD, cost=Argon2Cost(64, 1, 1))[0].close()
    listing = tmp_path / "planted.txt"
    listing.write_text("\n".join(strings))
    worker = subprocess.Popen(
        [sys.executable, "-c", DAY, str(folder), str(listing), *more],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "tmp")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "ready"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    return folder


@pytest.fixture(scope="module")
def number():
    """How many strings are planted."""
    return 10_000 if os.environ.get("HUIFANG_HEAVY") else 300


def test_no_planted_string_is_readable_on_the_disk(tmp_path, number):
    strings = planted(number, int(os.environ.get("HUIFANG_SEED", "1")))
    folder = work(tmp_path, strings)
    assert hits(folder, strings) == []
    print(f"planted strings: {number}, files: {sum(1 for _ in folder.rglob('*'))}, hits: 0")


def test_the_scan_sees_a_build_that_leaves_a_temporary_file(tmp_path):
    strings = planted(50, 2)
    assert hits(work(tmp_path, strings, "leak"), strings) in ([], ["office/temporary.txt"])
    (tmp_path / "machine" / "left.txt").write_text(strings[3])
    assert "left.txt" in hits(tmp_path / "machine", strings)
