#!/usr/bin/env python3
"""Sets the project up on a fresh machine and runs it. Standard library only.

python3 dev.py run [ARGS…]     set up, then open the window (or run a headless command)
python3 dev.py test [ARGS…]    set up, then run the tests (arguments go to pytest)
python3 dev.py check           ruff, ruff format, mypy --strict, import contracts, tests
python3 dev.py bench [NAME…]   measure; writes tests/bench/RESULTS.md
python3 dev.py faults          the fault harnesses at full size, with seeds and figures
python3 dev.py package         freeze the program with PyInstaller and let it test itself
python3 dev.py fonts           make resources/fonts anew from the packages it names
python3 dev.py pictures        a picture of every page and dialog, and the one in the README
python3 dev.py pictures forms  the series of the registration form: paper, Word, screen side by side
python3 dev.py lock            resolve pyproject.toml into requirements.lock (needs uv)
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = VENV / "lock.sha256"

# library that Qt loads (or program that a task calls) -> Debian package that brings it
QT_LIBRARIES = {
    "atomic": "libatomic1",
    "GL": "libgl1",
    "EGL": "libegl1",
    "glib-2.0": "libglib2.0-0",
    "dbus-1": "libdbus-1-3",
    "fontconfig": "libfontconfig1",
    "xkbcommon": "libxkbcommon0",
    "X11": "libx11-6",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-randr": "libxcb-randr0",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-xkb": "libxcb-xkb1",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "X11-xcb": "libx11-xcb1",
    "cups": "libcups2",
}
TEST_PROGRAMS = {"pdftotext": "poppler-utils", "Xvfb": "xvfb", "xdotool": "xdotool"}
FREEZE_PROGRAMS = {"objdump": "binutils"}
# a file's tests stay in one process: they share samples that are dear to make
ALL_TESTS = ("--numprocesses", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile")


def fail(sentence: str) -> None:
    """End with one sentence that says what to do."""
    sys.exit(f"dev.py: {sentence}")


def call(*command: str | Path, **environment: str) -> None:
    """Run ``command`` in the checkout; end with its exit code if it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=os.environ | environment, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)


def install_system_packages(programs: dict[str, str]) -> None:
    """Install what Qt and the tests need from the system, or print the one line that does."""
    if not sys.platform.startswith("linux"):
        return
    missing = [
        package
        for library, package in QT_LIBRARIES.items()
        if ctypes.util.find_library(library) is None
    ]
    missing += [package for name, package in programs.items() if shutil.which(name) is None]
    if not missing:
        return
    line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print("dev.py: these system packages are missing; run once:\n  sudo " + " ".join(line))
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call("apt-get", "update", "-qq", **quiet)
    call(*line, "-qq", **quiet)


def set_up(programs: dict[str, str] | None = None) -> None:
    """Make .venv hold exactly what the lock file says."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        fail(f"needs Python 3.11 to 3.13, this is {sys.version.split()[0]}")
    install_system_packages(programs or {})
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        return
    print("dev.py: setting up .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    # Debian splits ensurepip into a package of its own: the pip that is there fills the venv
    call(sys.executable, "-m", "venv", "--without-pip", VENV)
    call(
        *(sys.executable, "-m", "pip", "--python", PYTHON, "--disable-pip-version-check"),
        *("install", "--quiet", "--require-hashes", "--only-binary=:all:", "-r", LOCK),
    )
    STAMP.write_text(wanted)


def run(arguments: list[str]) -> None:
    """Open the window, or run one headless command."""
    set_up()
    call(PYTHON, "-m", "app", *arguments)


def test(arguments: list[str]) -> None:
    """Run the tests: all of them in a process per core, or those that ``arguments`` name."""
    set_up(TEST_PROGRAMS)
    call(PYTHON, "-m", "pytest", *(arguments or ALL_TESTS))


def check(arguments: list[str]) -> None:
    """Run every check; the import contracts are among the tests (``--no-tests`` leaves them out)."""
    set_up(TEST_PROGRAMS)
    call(PYTHON, "-m", "ruff", "check", ".")
    call(PYTHON, "-m", "ruff", "format", "--check", ".")
    call(PYTHON, "-m", "mypy")
    call(PYTHON, "-m", "mypy", "--platform", "win32")
    if "--no-tests" not in arguments:
        call(PYTHON, "-m", "pytest", *ALL_TESTS)


def bench(arguments: list[str]) -> None:
    """Measure, side by side with floors and peers."""
    set_up(TEST_PROGRAMS)
    call(PYTHON, "-m", "tests.bench", *arguments)


def faults(arguments: list[str]) -> None:
    """Run the fault harnesses at full size."""
    set_up(TEST_PROGRAMS)
    full = {
        "HUIFANG_HEAVY": "1",
        "HUIFANG_KILLS": "10000",
        "HUIFANG_FLIPS": "10000",
        "HUIFANG_CUTS": "100000",
        "HUIFANG_TAMPERINGS": "10000",
        "HUIFANG_RESTORES": "1000",
        "HUIFANG_IO_STEP": "1",
    }
    call(PYTHON, "-m", "pytest", "-s", "tests/faults", *arguments, **(full | dict(os.environ)))
    if not arguments:
        call(PYTHON, "-m", "tests.faults.monkey")
        call(PYTHON, "-m", "tests.faults.mutants")


def pictures(arguments: list[str]) -> None:
    """Take a picture of every page and dialog, at the two sizes of an office PC (``forms``: of the form)."""
    set_up()
    forms = arguments[:1] == ["forms"]
    call(PYTHON, "-m", "tests.pictures.forms" if forms else "tests.pictures", *arguments[forms:])


def package(arguments: list[str]) -> None:
    """Freeze the program, let the frozen program test itself, pack it for Debian (``--no-deb``: not)."""
    set_up(TEST_PROGRAMS | FREEZE_PROGRAMS)
    places = ("--distpath", ROOT / "dist", "--workpath", ROOT / "build")
    call(PYTHON, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *places,
         ROOT / "packaging" / "huifang.spec")  # fmt: skip
    frozen = ROOT / "dist" / "huifang"
    call(PYTHON, ROOT / "packaging" / "notices.py", frozen)
    call(frozen / ("huifang-cmd.exe" if WINDOWS else "huifang"), "self-test")
    if shutil.which("dpkg-deb") and "--no-deb" not in arguments:
        call(ROOT / "packaging" / "make_deb.sh", frozen, ROOT / "dist")


def fonts(_arguments: list[str]) -> None:
    """Make the shipped fonts anew."""
    set_up()
    call(PYTHON, ROOT / "packaging" / "make_fonts.py")


def lock(_arguments: list[str]) -> None:
    """Resolve the pins of pyproject.toml, with hashes, for every platform."""
    call("uv", "pip", "compile", "pyproject.toml", "--group", "dev", "--universal",
         "--python-version", "3.11", "--generate-hashes", "-q", "-o", LOCK)  # fmt: skip


TASKS = {
    task.__name__: task
    for task in (run, test, check, bench, faults, pictures, package, fonts, lock)
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(__doc__)
    TASKS[sys.argv[1]](sys.argv[2:])
