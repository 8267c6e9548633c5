"""Random and coverage-guided bytes at everything that is read from outside or may have rotted.

``xlsx``, ``xls``, ``csv``: what the child process of an import does; ``container``: a backup, to its
end; ``keys``: the key file; ``pool``: an attachment's file; ``kinds``, ``docx``: a paper being attached;
``pdf``: what the child does that counts its pages; ``preview``: the papers and pictures being looked at
(in C++: a crash ends the process, so that it has one of its own). A changed ``xls`` often asks for gigabytes,
which ends the child of an import: there each file has a forked process, and no coverage guides. Only a refusal
in a sentence may come out. Without atheris (a wheel exists for CPython 3.11 to 3.13 on Linux: ``pip install atheris``)
the bytes are changed at random from the same seeds, and no coverage guides.

Full run: ``HUIFANG_SECONDS=3600 HUIFANG_SEED=1 python -m tests.faults.fuzz [target …]``.
"""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from app.documents import attachment_kinds, workbook_child
from app.documents.refused import Refused
from app.services.ports import UserError
from app.storage import keys
from app.storage.backup import back_up
from app.storage.backup_stream import authenticate
from app.storage.container import read_header
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from app.storage.pool import Pool

ROOT = Path(__file__).resolve().parents[2]
LEDGERS = ROOT / "tests" / "data" / "ledgers"
CSV = "序号,姓名,性别,党纪处分种类,党纪处分时间\n1,张三,男,警告,2024-01-05\n2,李四,女,记过,2024.1\n"


ROUNDS = 500  # without guidance, in one process


@dataclass(frozen=True)
class Target:
    """``call`` gets bytes; ``seeds`` are what they begin from."""

    seeds: list[bytes]
    call: Callable[[bytes], object]


def targets(home: Path) -> dict[str, Target]:
    """Make every target, with an office of its own for what takes keys."""
    file = home / "input"

    def workbook(content: bytes) -> None:
        file.write_bytes(content)
        with suppress(Refused, MemoryError, OSError):  # what the child turns into a sentence
            for _message in workbook_child._read(file):
                pass

    store, _code = create_office(
        home / "office", "周明", "晨雾里的灯塔 Oak-7", cost=Argon2Cost(64, 1, 1)
    )
    key = store.key
    backup = back_up(store, home / "stick", _quiet, carry=True).file.read_bytes()
    key_file = (home / "office" / "office.keys").read_bytes()
    store.close()
    pool, paper = Pool(home / "pool", bytes(range(32))), "附件".encode() * 3000
    kept = pool.keep(paper)
    sealed = pool.path(kept).read_bytes()

    def container(content: bytes) -> None:
        file.write_bytes(content)
        read_header(file)
        authenticate(file, key, _quiet)
        assert content == backup, "another content was taken for this backup"

    def read_keys(content: bytes) -> None:
        found = keys.decode(content)
        keys.check_mac(found, key)
        assert content.strip() == key_file.strip(), "another content was taken for these keys"

    def attachment(content: bytes) -> None:
        pool.path(kept).write_bytes(content)
        assert pool.read(kept) == paper, "another content was taken for this attachment"

    def pages(content: bytes) -> None:
        said = attachment_kinds.told_pages(content)
        assert said.isdecimal() or "附入" in said, said

    def kinds(content: bytes) -> None:
        if b"%PDF-" in content[:1024]:
            return  # opened in a child of its own, too slow for this; see ``pages``
        with suppress(Refused):
            attachment_kinds.inspect(content)
        attachment_kinds.read_text(content)

    ledger = [(LEDGERS / "ledger-a.xlsx").read_bytes()]
    old = [(LEDGERS / "old-excel.xls").read_bytes(), (LEDGERS / "ledger-b.xls").read_bytes()]
    papers = [_pdf(), _pdf(encrypted=True)]
    return {
        "xlsx": Target(ledger, workbook),
        "xls": Target(old, alone(workbook)),
        "csv": Target([CSV.encode(), CSV.encode("gb18030"), CSV.encode("utf-16")], workbook),
        "container": Target([backup], container),
        "keys": Target([key_file], read_keys),
        "pool": Target([sealed], attachment),
        "pdf": Target(papers, pages),
        "docx": Target([_docx()], kinds),
        "preview": Target([papers[0], *_pictures()], _preview),
        "kinds": Target([*ledger, *old, CSV.encode(), b"II*\0\x08\0\0\0" + bytes(60)], kinds),
    }


def alone(call: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Return ``call`` in a forked child with an import's memory; raises what came out there.

    A child that the system ends is what the program says a sentence about.
    """
    if sys.platform == "win32":
        return call

    def in_a_child(content: bytes) -> None:
        hear, tell = os.pipe()
        child = os.fork()
        if not child:
            _limit_to(workbook_child.MEMORY)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.write(tell, crash(Target([], call), content).encode())
            os._exit(0)
        os.close(tell)
        with os.fdopen(hear, "rb") as said:
            came_out = said.read().decode()
        os.waitpid(child, 0)
        assert not came_out, came_out

    return in_a_child


def _limit_to(memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (has + memory, has + memory))


def _pdf(*, encrypted: bool = False) -> bytes:
    """Return a PDF of two pages with text, a bookmark and compressed objects."""
    from pypdf import PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    plain = io.BytesIO()
    canvas = Canvas(plain, pagesize=(200, 280), invariant=1)
    for words in ("first page", "second page"):
        canvas.drawString(20, 200, words)
        canvas.bookmarkPage(words)
        canvas.addOutlineEntry(words, words)
        canvas.showPage()
    canvas.save()
    if not encrypted:
        return plain.getvalue()
    writer, out = PdfWriter(clone_from=plain), io.BytesIO()
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def _docx() -> bytes:
    """Return the parts of a Word file that are looked at."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document>回访</w:document>" * 20)
    return out.getvalue()


def _pictures() -> list[bytes]:
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QColor, QImage

    image = QImage(24, 16, QImage.Format.Format_RGB32)
    image.fill(QColor("steelblue"))
    found = []
    for kind in ("PNG", "JPG", "TIFF"):
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        assert image.save(buffer, kind)
        found.append(bytes(buffer.data().data()))
    return found


def _preview(content: bytes) -> None:
    """Show a paper as the viewer does: pictures made a PDF, its first pages drawn."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QObject, QSize
    from PySide6.QtGui import QGuiApplication

    from app.ui.attachments.viewer import pictures_as_pdf
    from app.ui.forms.pdf_pages import PdfBytes, UnreadablePdf

    application = QGuiApplication.instance() or QGuiApplication([])
    owner = QObject()
    try:
        shown = PdfBytes(content if b"%PDF-" in content[:1024] else pictures_as_pdf(content), owner)
    except UnreadablePdf:
        return
    for page in range(min(3, shown.pages)):
        shown.document.render(page, QSize(120, 170))
    shown.close()
    application.processEvents()


def _limit(name: str) -> None:
    """Hold what reads workbooks and counts pages to the memory that its child has."""
    if name in ("xlsx", "csv", "pdf") and sys.platform != "win32":
        _limit_to(workbook_child.MEMORY)


def _quiet(*_step: object) -> None:
    """Progress that nobody watches."""


def crash(target: Target, content: bytes) -> str:
    """Return what came out that no user may see, or ``""``."""
    try:
        target.call(content)
    except UserError as refused:
        return "" if any("一" <= one <= "鿿" for one in str(refused)) else repr(refused)
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the child ends; its parent says a sentence
            return ""
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return f"{type(error).__name__}: {error}"[:300]
    return ""


def changed(content: bytes, chance: random.Random) -> bytes:
    """Return ``content`` with a few random changes."""
    out = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(5):
            case 0 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 1:
                out[at:at] = chance.randbytes(chance.randrange(1, 9))
            case 2:
                del out[at : at + chance.randrange(1, 200)]
            case 3:
                start = chance.randrange(len(out) + 1)
                out[at : at + 64] = out[start : start + 64]
            case _:
                out[at : at + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"-1", b"<"))
    return bytes(out)


def at_random(target: Target, rounds: int, seed: int) -> list[str]:
    """Try so many changed seeds; return what crashed."""
    chance = random.Random(seed)
    found = (crash(target, changed(chance.choice(target.seeds), chance)) for _ in range(rounds))
    return list(dict.fromkeys(one for one in found if one))


def guided(name: str, seconds: int, seed: int) -> None:
    """Let atheris change the seeds of one target for so long. Never returns."""
    import atheris

    for name_of in [one for one in sys.modules if one.startswith(("app.documents", "app.storage"))]:
        _instrument(sys.modules[name_of], atheris)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        target = targets(home)[name]
        corpus = home / "corpus"
        corpus.mkdir()
        for number, content in enumerate(target.seeds):
            (corpus / str(number)).write_bytes(content)

        def once(content: bytes) -> None:
            if said := crash(target, content):
                raise AssertionError(said)

        _limit(name)
        atheris.Setup(
            [
                sys.argv[0],
                str(corpus),
                f"-max_total_time={seconds}",
                f"-seed={seed}",
                "-max_len=200000",
                "-rss_limit_mb=3000",
                "-timeout=60",
                f"-artifact_prefix={os.environ.get('HUIFANG_CRASHES', tempfile.gettempdir())}/",
            ],
            once,
        )
        atheris.Fuzz()


def _instrument(module: object, atheris: Any) -> None:
    """Count coverage in every function of a module that is imported already."""
    for name, one in vars(module).items():
        if getattr(one, "__module__", "") == module.__name__ and isinstance(one, FunctionType):  # type: ignore[attr-defined]
            setattr(module, name, atheris.instrument_func(one))


def _guided_for(name: str, seconds: int, seed: int) -> tuple[str, list[str]]:
    """Fuzz one target in processes of its own; return the size reached and what crashed.

    What makes a workbook ask for gigabytes ends the child of an import, whose memory is limited:
    such files are counted, and the fuzzing begun anew.
    """
    runs = swallowed = 0
    until = time.monotonic() + seconds
    said: list[str] = []
    while not said and (left := int(until - time.monotonic())) > 2:
        words = [sys.executable, "-m", "tests.faults.fuzz", "guided", name, str(left)]
        done = subprocess.run(
            [*words, str(seed + swallowed)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        counted = re.findall(r"^(?:#|Done )(\d+)", done.stderr, re.MULTILINE)
        runs += int(counted[-1]) if counted else 0
        too_much = "out-of-memory" in done.stderr or "memory allocation of" in done.stderr
        if too_much and name == "xlsx":
            swallowed += 1
        elif done.returncode:
            said = [done.stderr[-1500:]]
    return f"{runs} runs, {swallowed} ended for asking too much memory", said


def in_a_process(name: str, rounds: int, seed: int) -> list[str]:
    """``at_random`` in a process of its own: one that ends without a word is a crash as well."""
    words = [sys.executable, "-m", "tests.faults.fuzz", "random", name, str(rounds), str(seed)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return [f"{done.returncode}: {(done.stdout + done.stderr)[-1500:]}"] if done.returncode else []


def main() -> None:
    """Fuzz the targets named, or all, one after the other."""
    if sys.argv[1:2] == ["guided"]:
        guided(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    if sys.argv[1:2] == ["random"]:
        name, rounds, seed = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        with tempfile.TemporaryDirectory() as scratch:
            target = targets(Path(scratch))[name]
            _limit(name)
            said = at_random(target, rounds, seed)
        print(said)
        sys.exit(bool(said))
    seconds = int(os.environ.get("HUIFANG_SECONDS", "3600"))
    seed = int(os.environ.get("HUIFANG_SEED", "1"))
    try:
        import atheris  # noqa: F401

        coverage = True
    except ImportError:
        coverage = False
    crashed = False
    with tempfile.TemporaryDirectory() as scratch:
        for name in sys.argv[1:] or targets(Path(scratch)):
            begun = time.monotonic()
            if coverage and name != "xls":
                size, said = _guided_for(name, seconds, seed)
            else:
                said, number = [], 0
                while time.monotonic() - begun < seconds and not said:
                    said = in_a_process(name, ROUNDS, seed + number)
                    number += 1
                size = f"{ROUNDS * number} changed seeds, no coverage"
            crashed |= bool(said)
            print(
                f"{name} (seed {seed}, {time.monotonic() - begun:.0f} s): {size}; crashes: {said}",
                flush=True,
            )
    sys.exit(crashed)


if __name__ == "__main__":
    main()
