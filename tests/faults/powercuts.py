"""Simulated power cuts: system calls are recorded once, then replayed up to any moment.

What was flushed by then is on the disk. Of what was not, any part is: writes are dropped, torn at
sectors, reordered; names change in their order (a journalling file system), as far as they got. Then
the office is opened as after a restart and held against what the worker had acknowledged.

Recorded are a day (saves, a batch, a leaver's new key) and each of ``operations``: backup, carry file,
password, accounts, restore, taking back, upgrade. Replaying every call must give the files
that are really there, or the recording is wrong.

Full run: ``HUIFANG_CUTS=100000 HUIFANG_SEED=1 python -m tests.faults.powercuts``; needs strace. A third
of the cuts go to the day.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.subject import Subject
from app.storage import accounts
from app.storage.audit import verify_audit
from app.storage.migrate import check_database
from app.storage.office import Store, create_office, open_office
from tests.faults.operations import (
    CHEAP,
    OPERATIONS,
    PASSWORD,
    Operation,
    World,
    before_of,
    copy_of,
    difference,
    found_in,
    prepare,
)

ROOT = Path(__file__).resolve().parents[2]
SECTOR = 512
_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+= (-?\d+)(?:<(.*?)>)?")
_FD = re.compile(r"^(\d+)<(.*?)>")
_HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_TRACED = (
    "openat,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,"
    "mkdir,mkdirat,rmdir,sendfile,copy_file_range,writev,pwritev,truncate,link,linkat,fallocate"
)
_METADATA = ("link", "rename", "unlink", "mkdir")


@dataclass
class Op:
    """One recorded effect: ``kind`` with an inode's number, or names."""

    kind: str
    node: int = 0
    at: int = 0
    data: bytes = b""
    name: str = ""
    other: str = ""


@dataclass
class Report:
    """What the cuts found; ``losses`` are sentences, none is the only good number."""

    states: int = 0
    old: int = 0
    new: int = 0
    losses: list[str] = field(default_factory=list)


def files_in(home: Path) -> dict[str, bytes]:
    """Return every file below ``home`` but locks, by its name from there."""
    return {
        str(one.relative_to(home)): one.read_bytes()
        for one in sorted(home.rglob("*"))
        if one.is_file() and one.name != "office.lock"
    }


def record(home: Path, scenario: str, build: str) -> list[Op]:
    """Run the worker under strace and return its effects below ``home`` in order."""
    before = files_in(home)
    trace = home.with_name("trace.txt")
    command = [
        *("strace", "-f", "-y", "-xx", "-s", "10000000", "-e", f"trace={_TRACED}", "-o"),
        *(str(trace), sys.executable, "-m", "tests.faults.cut_worker", str(home), scenario, build),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    recorder = _Recorder(str(home), {name: number for number, name in enumerate(before, 1)})
    for line in _whole_lines(trace):
        call = _CALL.match(line)
        if call is not None and int(call[4]) >= 0:
            recorder.add(call[2], call[3], int(call[4]), call[5] and _plain(call[5]))
    trace.unlink()
    replayed = home.with_name("replayed")
    after_cut(before, recorder.ops, len(recorder.ops), random.Random(0), replayed, style="all")
    assert files_in(replayed) == files_in(home), f"{scenario}: the recording is not whole"
    shutil.rmtree(replayed)
    return recorder.ops


def _whole_lines(trace: Path) -> list[str]:
    """Join the halves of calls that another thread interrupted."""
    found, begun = [], {}
    for line in trace.read_text().splitlines():
        pid = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>")
        elif "resumed>" in line and pid in begun:
            found.append(begun.pop(pid) + line.split("resumed>", 1)[1])
        else:
            found.append(line)
    return found


def _plain(text: str) -> str:
    """Return a path as strace printed it, in hexadecimal or not."""
    if "\\x" in text:
        return bytes.fromhex(text.replace("\\x", "")).decode("utf-8", "surrogateescape")
    return text


class _Recorder:
    """Turns calls into effects; ``nodes`` are the files by their present names."""

    def __init__(self, home: str, nodes: dict[str, int]):
        self.ops: list[Op] = []
        self._home, self._nodes, self._made = home + "/", nodes, len(nodes)
        self._places: dict[tuple[str, str], int] = {}

    def add(self, what: str, given: str, result: int, opened: str | None) -> None:
        """Take one call that succeeded; raises ``AssertionError`` for one it does not know."""
        texts = [bytes.fromhex(one.replace("\\x", "")) for one in _HEX.findall(given)]
        if what == "openat":
            self._open(self._name(opened or ""), given, str(result))
        elif what.startswith(("rename", "unlink", "mkdir")):
            self._rename(what, [self._name(os.fsdecode(text)) for text in texts])
        elif handle := _FD.match(given):
            path = _plain(handle[2])
            if what == "write" and handle[1] == "1" and texts:
                self.ops.append(Op("ack", data=texts[0]))
            elif "sync" in what and f"{path}/".startswith(self._home) and Path(path).is_dir():
                self.ops.append(Op("syncdir"))
            elif (name := self._name(path.removesuffix(" (deleted)"))) in self._nodes:
                self._file(what, name, handle[1], given, result, texts)

    def _name(self, path: str) -> str:
        name = path.removeprefix(self._home) if path.startswith(self._home) else ""
        return "" if name.endswith("office.lock") else name

    def _open(self, name: str, given: str, handle: str) -> None:
        if (
            not name
            or "O_DIRECTORY" in given
            or (name not in self._nodes and "O_CREAT" not in given)
        ):
            return
        if name not in self._nodes:
            self._made += 1
            self._nodes[name] = self._made
            self.ops.append(Op("link", self._made, name=name))
        if "O_TRUNC" in given:
            self.ops.append(Op("cut", self._nodes[name]))
        self._places[(handle, name)] = 0

    def _rename(self, what: str, names: list[str]) -> None:
        if not names[0]:
            return
        if what.startswith("mkdir"):
            self.ops.append(Op("mkdir", name=names[0]))
        elif what.startswith("unlink"):
            del self._nodes[names[0]]
            self.ops.append(Op("unlink", name=names[0]))
        else:
            self._nodes[names[1]] = self._nodes.pop(names[0])
            self.ops.append(Op("rename", name=names[0], other=names[1]))

    def _file(
        self, what: str, name: str, handle: str, given: str, result: int, texts: list[bytes]
    ) -> None:
        node = self._nodes[name]
        if what == "pwrite64":
            op = Op("write", node, int(given.rsplit(", ", 1)[1]), texts[0])
        elif what == "write":
            at = self._places.get((handle, name), 0)
            self._places[(handle, name)] = at + result
            op = Op("write", node, at, texts[0][:result])
        elif what == "ftruncate":
            op = Op("cut", node, int(given.rsplit(", ", 1)[1]))
        elif what in ("fsync", "fdatasync"):
            op = Op("sync", node)
        else:
            raise AssertionError(f"a call the recorder does not know: {what}")
        self.ops.append(op)


def after_cut(
    before: dict[str, bytes],
    ops: list[Op],
    at: int,
    chance: random.Random,
    target: Path,
    *,
    style: str = "",
) -> None:
    """Write to ``target`` what the disk may hold when the power goes after ``at`` calls.

    ``style`` says what became of writes that nobody flushed: ``none``, ``all``, ``some`` or ``torn``.
    """
    names = {name: number for number, name in enumerate(before, 1)}
    contents = {names[name]: bytearray(content) for name, content in before.items()}
    folders: set[str] = set()
    done = ops[:at]
    last_sync = {op.node: number for number, op in enumerate(done) if op.kind == "sync"}
    last_dir = max((number for number, op in enumerate(done) if op.kind == "syncdir"), default=-1)
    metadata = [number for number, op in enumerate(done) if op.kind in _METADATA]
    pending = [number for number in metadata if number > last_dir]
    reached = len(pending) if style else chance.randint(0, len(pending))
    lost = set(pending[reached:])
    style = style or chance.choice(("none", "all", "some", "torn"))
    for number, op in enumerate(done):
        if op.kind in ("write", "cut"):
            durable = number <= last_sync.get(op.node, -1)
            if durable or style == "all" or (style != "none" and chance.random() < 0.5):
                torn = style == "torn" and not durable
                _put(contents.setdefault(op.node, bytearray()), op, chance if torn else None)
        elif op.kind in _METADATA and number not in lost:
            _name(op, names, folders)
    target.mkdir()
    for folder in folders:
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name, node in names.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(bytes(contents.get(node, b"")))


def _put(content: bytearray, op: Op, torn: random.Random | None) -> None:
    """Write or cut; where ``torn``, only the first sectors of what was to be written."""
    data = op.data if torn is None else op.data[: torn.randint(0, len(op.data) // SECTOR) * SECTOR]
    if op.kind == "cut":
        del content[op.at :]
    content.extend(bytes(max(0, op.at - len(content))))
    if op.kind == "write":
        content[op.at : op.at + len(data)] = data


def _name(op: Op, names: dict[str, int], folders: set[str]) -> None:
    if op.kind == "mkdir":
        folders.add(op.name)
    elif op.kind == "link":
        names[op.name] = op.node
    elif op.kind == "unlink":
        names.pop(op.name, None)
    elif op.name in names:
        names[op.other] = names.pop(op.name)


def look(folder: Path, acks: list[dict[str, object]], report: Report, what: str) -> None:
    """Open the office as after a restart and compare."""
    try:
        store = open_office(folder, "周明", PASSWORD)
    except Exception as error:
        report.losses.append(f"{what}: does not open: {error}")
        return
    try:
        _compare(store, acks, report, what)
    except Exception as error:
        report.losses.append(f"{what}: damaged: {error}")
    finally:
        store.close()


def _compare(store: Store, acks: list[dict[str, object]], report: Report, what: str) -> None:
    with store.engine.connect() as connection:
        check_database(connection, store.file)
        if verify_audit(connection, store.audit_key).problems:
            report.losses.append(f"{what}: the log is broken")
    with store.unit_of_work() as uow:
        there: dict[str, int] = {}
        for one in uow.repository(Subject).where():
            mark = one.name.split(":")[0]
            there[mark] = there.get(mark, 0) + 1
    for ack in acks:
        if "mark" in ack and there.get(str(ack["mark"])) != ack["number"]:
            report.losses.append(f"{what}: {ack} is lost")
    acknowledged = {str(ack.get("mark")) for ack in acks}
    for mark, number in there.items():
        whole = 40 if mark == "batch" else 1
        if number != whole:
            report.losses.append(f"{what}: {mark} is half there ({number})")
    report.new += bool(set(there) - acknowledged)
    report.old += not set(there) - acknowledged
    gone = not any(one.name == "李静" and one.active for one in accounts.accounts(store))
    if any("left" in ack for ack in acks) and not gone:
        report.losses.append(f"{what}: the leaver is back")


def _day(
    folder: Path, cuts: int, chance: random.Random, build: str, report: Report
) -> Iterator[None]:
    home = folder / "day"
    store, _code = create_office(home / "office", "周明", PASSWORD, cost=CHEAP)
    accounts.add_account(store, "李静", "经办人", cost=CHEAP)
    store.close()
    (home / "office" / "reserve.bin").unlink(missing_ok=True)
    before = files_in(home)
    ops = record(home, "day", build)
    assert any(op.kind == "sync" for op in ops)
    for what, target, acks in _states(folder, before, ops, cuts, chance, "day"):
        look(target / "office", acks, report, what)
        yield


def _operation(
    folder: Path,
    template: World,
    operation: Operation,
    cuts: int,
    chance: random.Random,
    build: str,
    report: Report,
) -> Iterator[None]:
    home = folder / "home"
    wanted = [before_of(template, home, operation)]
    world = copy_of(template, home)
    operation.before(world)
    before = files_in(home)
    ops = record(home, operation.name, build)
    wanted.append(found_in(world))
    for what, target, acks in _states(folder, before, ops, cuts, chance, operation.name):
        told = any("done" in ack for ack in acks)
        loss, newer = difference(World(target), *wanted, told=told)
        report.losses += [f"{what}: {loss}"] if loss else []
        report.new += newer
        report.old += not newer
        yield


def _states(
    folder: Path,
    before: dict[str, bytes],
    ops: list[Op],
    cuts: int,
    chance: random.Random,
    scenario: str,
) -> Iterator[tuple[str, Path, list[dict[str, object]]]]:
    """Make one disk after another; it is taken away when the next is asked for."""
    target = folder / "cut"
    for number in range(cuts):
        at = chance.randint(0, len(ops))
        acks = [json.loads(op.data) for op in ops[:at] if op.kind == "ack"]
        after_cut(before, ops, at, chance, target)
        yield f"{scenario}, cut {number} after {at} of {len(ops)} calls", target, acks
        shutil.rmtree(target)


def run(
    folder: Path, cuts: int, seed: int, *, build: str = "right", only: str = "", stop: bool = False
) -> Report:
    """Record each scenario once, cut ``cuts`` times in all; ``stop`` ends at the first loss.

    ``only`` names scenarios, with commas between: ``day`` and operations.
    """
    chance = random.Random(seed)
    report = Report()
    template = prepare(folder / "template")
    chosen = only.split(",") if only else ["day", *(one.name for one in OPERATIONS)]
    operations = [one for one in OPERATIONS if one.name in chosen]
    share = cuts - cuts // (3 if operations else 1) if "day" in chosen else cuts
    runs = [_day(folder, cuts - share, chance, build, report)] if cuts > share else []
    for number, one in enumerate(operations):
        part = share * (number + 1) // len(operations) - share * number // len(operations)
        if part:
            runs.append(_operation(folder, template, one, part, chance, build, report))
    for _ in itertools.chain(*runs):
        report.states += 1
        if report.states % 1000 == 0:
            print(
                f"{report.states} states, {len(report.losses)} losses", file=sys.stderr, flush=True
            )
        if stop and report.losses:
            break
    return report


def main() -> None:
    """Run at full size and print the figures."""
    seed, cuts = (
        int(os.environ.get("HUIFANG_SEED", "1")),
        int(os.environ.get("HUIFANG_CUTS", "100000")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        report = run(Path(scratch), cuts, seed, only=os.environ.get("HUIFANG_CUTS_ONLY", ""))
    print(
        f"power cuts {report.states} (seed {seed}, {time.monotonic() - begun:.0f} s): "
        f"{report.old} old state, {report.new} newer than acknowledged, {len(report.losses)} losses"
    )
    print("\n".join(report.losses[:10]))


if __name__ == "__main__":
    main()
