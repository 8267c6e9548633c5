"""The program's own log: where and when something failed, and never about whom.

A message of an exception may quote a name, a path or a statement with its values; so of an exception
only its kind and the places it passed are written, and of other libraries only who complained.
"""

from __future__ import annotations

import logging
import os
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

LOG_FILE = "huifang.log"
FOLDER = "HUIFANG_LOGS"
"""The environment variable that puts the log elsewhere: for tests, and for a computer room."""

_MOST_BYTES, _FORMER = 512 << 10, 3
_OURS = "app"
_DAYS = 30


def log_folder() -> Path:
    """Return the folder of the log of this user of the PC."""
    if named := os.environ.get(FOLDER):
        return Path(named)
    from platformdirs import user_log_path

    return user_log_path("huifang", appauthor=False)


def start_log(folder: Path | None = None) -> Path | None:
    """Write warnings and errors to a file from now on; return it, or ``None`` if it cannot be.

    A log that cannot be written stops nobody from working.
    """
    place = folder or log_folder()
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, LogFile)]:
        root.removeHandler(old)
        old.close()
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / LOG_FILE).open("ab").close()
    except OSError:
        return None
    root.addHandler(LogFile(place / LOG_FILE))
    return place / LOG_FILE


def failures_in(file: Path, now: datetime) -> int:
    """Return how many unforeseen errors the log holds of the last 30 days."""
    from app.services.ports import UNFORESEEN  # the first window needs neither

    since = f"{now - timedelta(days=_DAYS):%Y-%m-%d}"
    mark = f"HF-{UNFORESEEN}"
    try:
        lines = file.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    return sum(mark in line and line[:10] >= since for line in lines)


class LogFile(logging.Handler):
    """Keeps the file at a bounded size. What does that is loaded with the first line to be written:
    on most days there is none, and the first window would wait for sockets and pickles.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(logging.WARNING)
        self._file = file
        self._rotating: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; nobody is disturbed if that cannot be."""
        if self._rotating is None:
            from logging.handlers import RotatingFileHandler

            try:
                self._rotating = RotatingFileHandler(
                    self._file, maxBytes=_MOST_BYTES, backupCount=_FORMER, encoding="utf-8"
                )
            except OSError:
                return
            self._rotating.setFormatter(Impersonal())
        self._rotating.emit(record)

    def close(self) -> None:
        """Close the file."""
        if self._rotating is not None:
            self._rotating.close()
        super().close()


class Impersonal(logging.Formatter):
    """Writes time, level, source; of an exception its kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, with the places of an exception indented below it."""
        ours = record.name == _OURS or record.name.startswith(f"{_OURS}.")
        said = record.getMessage() if ours else "（其他组件的消息，不记内容）"
        when = datetime.fromtimestamp(record.created)
        line = f"{when:%Y-%m-%d %H:%M:%S} {record.levelname} {record.name} {said}"
        if not record.exc_info or record.exc_info[0] is None:
            return line
        kind, _error, trace = record.exc_info
        name = (
            "" if kind.__name__.startswith("_") else f" {kind.__name__}"
        )  # ours stand in for another
        return f"{line}{name}{_places(trace)}"


def _places(trace: TracebackType | None) -> str:
    return "".join(
        f"\n    {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    )
