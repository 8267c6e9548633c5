"""Runs every ``bench_*.py`` (or those named) and writes RESULTS.md: ``python3 dev.py bench``.

A bench module has ``measure()``, which yields ``tests.bench.table.Row``. Nothing asserts on seconds.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import sys
from datetime import datetime
from pathlib import Path

from tests.bench.table import BY_PROCESSOR

HERE = Path(__file__).parent
VERSIONS = ("PySide6-Essentials", "SQLAlchemy", "sqlcipher3", "reportlab", "python-calamine")


def main(names: list[str]) -> None:
    """Measure and write the table."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = names or sorted(file.stem for file in HERE.glob("bench_*.py"))
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in VERSIONS)
    lines = [
        "# Bench results",
        "",
        f"{datetime.now():%Y-%m-%d}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}.",
        _load(),
        *(("Processor time, not time on the clock.",) if BY_PROCESSOR else ()),
        "Ratios are measured side by side in one run; absolute figures are only illustrations.",
        "",
        "| bench | what | ours | against | ratio | target |",
        "|---|---|---|---|---|---|",
    ]
    for name in found:
        for row in importlib.import_module(f"tests.bench.{name}").measure():
            floor = f"{row.against} {row.floor:.3g} {row.unit}" if row.floor else row.against
            line = f"| {name.removeprefix('bench_')} | {row.what} | {row.ours:.3g} {row.unit} "
            line += f"| {floor} | {row.ratio} | {row.target} |"
            print(line, flush=True)
            lines.append(line)
    lines += ["", f"At the end: {_load()}"]
    if not names:
        (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", "utf-8")


def _load() -> str:
    """Return how busy the machine is: beside other work, absolute figures and ratios are worse."""
    if not hasattr(os, "getloadavg"):
        return "Load of the machine not known."
    return "Load average over 1, 5, 15 minutes: {:.1f}, {:.1f}, {:.1f}.".format(*os.getloadavg())


if __name__ == "__main__":
    main(sys.argv[1:])
