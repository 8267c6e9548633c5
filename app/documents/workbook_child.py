"""What the child process does with a file from outside: measure it, parse it, say what it holds."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.documents.refused import Refused
from app.documents.workbook_kinds import open_workbook
from app.domain.ledger import Sheet
from app.domain.ledger_header import LOOKED_AT, find_header
from app.services.system_errors import why

MEMORY = 1_500 * 1024 * 1024  # bytes of address space; 100 000 rows of thirty columns need 900 MB
CPU_SECONDS = 100
MOST_ROWS = 200_000
MOST_COLUMNS = 702  # to column ZZ
MOST_TEXT = 96 * 1024 * 1024  # characters in all cells that are sent
_CHUNK = 500  # rows per message


def serve(pipe: Connection, request: tuple[Any, ...]) -> None:
    """Answer ``request`` through ``pipe``; runs in a process of its own and ends with it."""
    limit_this_process()
    try:
        if request[0] == "read":
            for message in _read(Path(request[1])):
                _send(pipe, message)
        else:
            from app.documents.workbook_marker import mark

            mark(Path(request[1]), Path(request[2]), request[3])
        _send(pipe, {"say": "done"})
    except Refused as refused:
        _send(pipe, {"say": "refused", "why": str(refused)})
    except MemoryError:
        _send(pipe, {"say": "refused", "why": "展开后太大，读不下。请只保留台账所在的工作表再导入"})
    except OSError as error:
        said = f"读写失败（{why(error)}）。请检查文件位置、权限和磁盘空间"
        _send(pipe, {"say": "refused", "why": said})
    finally:
        pipe.close()


def limit_this_process() -> None:
    """Cap memory and time of this process, and keep what crashes say off the user's terminal."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    if sys.platform == "win32":
        from app.documents.windows_limits import limit_memory

        limit_memory(MEMORY)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _send(pipe: Connection, message: dict[str, Any]) -> None:
    pipe.send_bytes(json.dumps(message, ensure_ascii=False, default=_plain).encode())


def _plain(value: object) -> object:
    """Return what JSON has no word for: dates as a list of one text, times as text."""
    match value:
        case datetime():
            return [value.isoformat()]
        case date():
            return [value.isoformat()]
        case time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            raise TypeError(type(value).__name__)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the workbook, and every sheet with a ledger in it row by row."""
    opened = open_workbook(path, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
    ledgers: list[Sheet] = []
    passed_over: dict[str, str] = {}
    text = 0
    for sheet, hidden in opened.sheets():
        width = max((len(row) for row in sheet.rows[: LOOKED_AT * 5]), default=0)
        if not any(cell not in (None, "") for row in sheet.rows for cell in row):
            passed_over[sheet.name] = "空白"
        elif find_header(sheet) is None:
            passed_over[sheet.name] = f"没有台账的表头（共{width}列）"
        elif hidden:
            passed_over[sheet.name] = "隐藏的工作表"
        else:
            ledgers.append(sheet)
            text += sum(len(cell) for row in sheet.rows for cell in row if isinstance(cell, str))
            if text > MOST_TEXT:
                raise Refused("内容太多，一次读不下。请按年度分成几个文件再导入")
    if not ledgers:
        raise Refused(_nothing_found(passed_over))
    yield {
        "say": "book",
        "typed": opened.typed,
        "from_1904": opened.from_1904,
        "passed_over": passed_over,
    }
    for sheet in ledgers:
        yield {
            "say": "sheet",
            "name": sheet.name,
            "merged": list(sheet.merged),
            "hidden": list(sheet.hidden),
        }
        for start in range(0, len(sheet.rows), _CHUNK):
            rows = [_trimmed(row) for row in sheet.rows[start : start + _CHUNK]]
            yield {"say": "rows", "rows": rows}


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    end = len(row)
    while end and (row[end - 1] is None or row[end - 1] == ""):
        end -= 1
    return row[:end]


def _nothing_found(passed_over: dict[str, str]) -> str:
    if not passed_over or all(reason == "空白" for reason in passed_over.values()):
        return "是空白的，没有可以导入的内容"
    if any(reason == "隐藏的工作表" for reason in passed_over.values()):
        return "的台账在隐藏的工作表里。请取消隐藏后再导入"
    sheets = "；".join(f"“{name}”{reason}" for name, reason in list(passed_over.items())[:5])
    return (
        f"里没有找到台账：{sheets}。表头须在前{LOOKED_AT}行内，至少有“姓名”"
        "和出生年月、单位、处分种类等其中两列"
    )
