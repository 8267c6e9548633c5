"""Opens an office's workbook of any kind and returns plain cells, read in a process of its own.

A spreadsheet is the one thing that comes from outside. So it is recognised by what it holds, not
by its name, measured before it is parsed, and parsed by a child process with limits on memory and
time: whatever a file does, the records' process only waits. In a bundle the child is the program
itself, started by ``multiprocessing``: the entry point calls ``freeze_support()`` first.
"""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from app.documents import workbook_child
from app.documents.workbook_writer import NotWritten
from app.domain.ledger import Cell, Sheet, Workbook
from app.services.ports import Progress, UserError
from app.services.system_errors import why

SECONDS = 120.0
"""How long one file may take: forty times what 10 000 rows need."""


class BadWorkbook(UserError):
    """A file that is no ledger: not a spreadsheet, damaged, protected, too large or empty."""

    exit_code = 4
    number = 406


def read_workbook(
    path: Path, *, progress: Progress | None = None, seconds: float = SECONDS
) -> Workbook:
    """Return the sheets of ``path`` that hold a ledger, as plain cells; others by name.

    Reads .xlsx, .xlsm, .xlsb, .xls, .ods and CSV in UTF-8, UTF-16 or GB 18030. Raises
    ``BadWorkbook`` with a Chinese sentence; ``progress`` may cancel, which ends the child.
    """
    sheets: list[Sheet] = []
    about: dict[str, Any] = {}
    rows: list[list[Cell]] = []
    for message in _talk(path, ("read", str(path)), progress, seconds):
        match message["say"]:
            case "book":
                about = message
            case "sheet":
                rows = []
                merged = [(m[0], m[1], m[2], m[3]) for m in message["merged"]]
                sheets.append(Sheet(message["name"], rows, merged, message["hidden"]))
            case "rows":
                rows.extend(map(_cells, message["rows"]))
    return Workbook(sheets, about["typed"], about["from_1904"], about["passed_over"])


def write_marked_copy(
    source: Path,
    target: Path,
    marks: dict[str, dict[int, list[tuple[str, str]]]],
    *,
    progress: Progress | None = None,
    seconds: float = SECONDS,
) -> None:
    """Write a copy of ``source`` as .xlsx: a column of problems, the cells in question marked.

    ``marks`` holds, by sheet and row (counted from 1), what to say and the letter of the column it
    is about. The source is opened in the child too and never changed. Raises ``BadWorkbook``, and
    ``NotWritten`` where the folder of ``target`` takes nothing.
    """
    try:
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".huifang-").cleanup()
    except OSError as error:
        raise NotWritten(f"“{target}”写不出来（{why(error)}），请检查位置和权限") from error
    request = ("mark", str(source), str(target), marks)
    for _message in _talk(source, request, progress, seconds):
        pass  # it says nothing until it is done


def _talk(
    path: Path, request: tuple[Any, ...], progress: Progress | None, seconds: float
) -> Iterator[dict[str, Any]]:
    """Start a child on ``request`` and yield what it says until it says it is done."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(
        target=workbook_child.serve, args=(theirs, request), daemon=True, name="workbook"
    )
    child.start()
    theirs.close()
    try:
        yield from _listen(ours, path, progress or (lambda _done, _total, _note: None), seconds)
    finally:
        ours.close()
        if child.is_alive():
            child.kill()
        child.join(5)


class _Pipe(Protocol):
    """What is asked of a pipe: Windows has a class of its own for it."""

    def poll(self, timeout: float = 0.0, /) -> bool: ...
    def recv_bytes(self) -> bytes: ...


def _listen(
    pipe: _Pipe, path: Path, progress: Callable[[int, int, str], None], seconds: float
) -> Iterator[dict[str, Any]]:
    deadline = time.monotonic() + seconds
    done = 0
    while True:
        progress(done, 0, "读取工作簿")
        if time.monotonic() > deadline:
            raise BadWorkbook(
                f"“{path.name}”读了{seconds:.0f}秒还没有读完，已停止。"
                "请另存为新的 .xlsx 文件，只保留台账所在的工作表，再导入"
            )
        if not pipe.poll(0.2):
            continue
        try:
            message = json.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            raise BadWorkbook(
                f"“{path.name}”不能读取：文件已损坏，或展开后超过了允许的大小。"
                "请用 Excel 或 WPS 打开，另存为新的 .xlsx 文件再导入"
            ) from None
        if message["say"] == "refused":
            raise BadWorkbook(f"“{path.name}”{message['why']}")
        if message["say"] == "done":
            return
        done += len(message.get("rows", ()))
        yield message


def _cells(row: list[Any]) -> list[Cell]:
    """Return a row as it was before it was sent: dates travel as lists of one text."""
    if not any(type(cell) is list for cell in row):
        return row
    return [_day(cell[0]) if type(cell) is list else cell for cell in row]


def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
