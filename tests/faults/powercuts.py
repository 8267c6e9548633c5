"""Simulated power cuts: system calls are recorded once, then replayed up to any moment.

What was flushed by then is on the disk. Of what was not, any part is: writes are dropped, torn at
sectors, reordered; names change in their order (a journalling file system), as far as they got. Then
the office is opened as after a restart and held against what the worker had acknowledged.

Full run: ``HUIFANG_CUTS=5000 HUIFANG_SEED=1 python -m tests.faults.powercuts``; needs strace.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.subject import Subject
from app.storage import accounts
from app.storage.audit import verify_audit
from app.storage.migrate import check_database
from app.storage.office import Store, create_office, open_office
from tests.faults.cut_worker import CHEAP, PASSWORD

ROOT = Path(__file__).resolve().parents[2]
SECTOR = 512
_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+= (-?\d+)(?:<(.*?)>)?")
_FD = re.compile(r"^(\d+)<(.*?)>")
_HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_TRACED = (
    "openat,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"
)


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


def record(folder: Path, build: str) -> list[Op]:
    """Run the worker under strace and return its effects on ``folder`` in order."""
    trace = folder.with_name("trace.txt")
    command = [
        *("strace", "-f", "-y", "-xx", "-s", "10000000", "-e", f"trace={_TRACED}", "-o"),
        *(str(trace), sys.executable, "-m", "tests.faults.cut_worker", str(folder), build),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    nodes: dict[str, int] = {
        one.name: number for number, one in enumerate(sorted(folder.iterdir()), 1)
    }
    ops: list[Op] = []
    places: dict[tuple[str, str], int] = {}
    inside = str(folder)
    for line in _whole_lines(trace):
        call = _CALL.match(line)
        if call is None or int(call[4]) < 0:
            continue
        _pid, what, given, result, opened = call.groups()
        ops += _ops_of(what, given, int(result), opened and _plain(opened), inside, nodes, places)
    return ops


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


def _ops_of(  # noqa: PLR0912 - one branch for each system call
    what: str,
    given: str,
    result: int,
    opened: str | None,
    inside: str,
    nodes: dict[str, int],
    places: dict[tuple[str, str], int],
) -> list[Op]:
    def name_of(path: str) -> str:
        return path.removeprefix(inside + "/") if path.startswith(inside + "/") else ""

    def node_of(name: str) -> int:
        if name not in nodes:
            nodes[name] = max(nodes.values(), default=0) + 1
        return nodes[name]

    texts = [bytes.fromhex(one.replace("\\x", "")) for one in _HEX.findall(given)]
    if what == "openat":
        name = name_of(opened or "")
        if not name or "/" in name:
            return []
        made = [] if name in nodes else [Op("link", node_of(name), name=name)]
        if "O_TRUNC" in given:
            made.append(Op("cut", node_of(name)))
        places[(str(result), name)] = 0
        return made
    if what.startswith(("rename", "unlink")):
        names = [name_of(text.decode("utf-8", "surrogateescape")) for text in texts]
        if not names[0]:
            return []
        if what.startswith("unlink"):
            nodes.pop(names[0], None)
            return [Op("unlink", name=names[0])]
        nodes[names[1]] = nodes.pop(names[0])
        return [Op("rename", name=names[0], other=names[1])]
    handle = _FD.match(given)
    if handle is None:
        return []
    path = _plain(handle[2])
    if what == "write" and handle[1] == "1" and texts:
        return [Op("ack", data=texts[0])]
    if path == inside and "sync" in what:
        return [Op("syncdir")]
    name = name_of(path).removesuffix(" (deleted)")
    if not name or name not in nodes:
        return []
    if what == "pwrite64":
        return [Op("write", nodes[name], int(given.rsplit(", ", 1)[1]), texts[0])]
    if what == "write":
        key = (handle[1], name)
        at = places.get(key, 0)
        places[key] = at + result
        return [Op("write", nodes[name], at, texts[0][:result])]
    if what == "ftruncate":
        return [Op("cut", nodes[name], int(given.rsplit(", ", 1)[1]))]
    return [Op("sync", nodes[name])]


def after_cut(  # noqa: PLR0912 - one branch for each kind of effect
    before: dict[str, bytes], ops: list[Op], at: int, chance: random.Random, target: Path
):
    """Write to ``target`` what the disk may hold when the power goes after ``at`` calls."""
    disk = dict(enumerate((before[name] for name in sorted(before)), 1))
    names = {name: number for number, name in enumerate(sorted(before), 1)}
    contents = {number: bytearray(content) for number, content in disk.items()}
    last_sync = {}
    last_dir = -1
    for number, op in enumerate(ops[:at]):
        if op.kind == "sync":
            last_sync[op.node] = number
            # As ext4 and NTFS do: flushing a new file brings its name along.
        elif op.kind == "syncdir":
            last_dir = number
    metadata = [n for n, op in enumerate(ops[:at]) if op.kind in ("link", "rename", "unlink")]
    pending = [n for n in metadata if n > last_dir]
    reached = chance.randint(0, len(pending))
    applied = {n for n in metadata if n <= last_dir} | set(pending[:reached])
    style = chance.choice(("none", "all", "some", "torn"))
    for number, op in enumerate(ops[:at]):
        durable = number <= last_sync.get(op.node, -1)
        if op.kind in ("write", "cut"):
            keep = (
                durable or style == "all" or (style in ("some", "torn") and chance.random() < 0.5)
            )
            if not keep:
                continue
            content = contents.setdefault(op.node, bytearray())
            if op.kind == "cut":
                del content[op.at :]
                content.extend(bytes(max(0, op.at - len(content))))
                continue
            data = op.data
            if not durable and style == "torn":
                data = data[: chance.randint(0, len(data) // SECTOR) * SECTOR]
            if len(content) < op.at:
                content.extend(bytes(op.at - len(content)))
            content[op.at : op.at + len(data)] = data
        elif number in applied:
            if op.kind == "link":
                names[op.name] = op.node
                contents.setdefault(op.node, bytearray())
            elif op.kind == "unlink":
                names.pop(op.name, None)
            elif op.name in names:
                names[op.other] = names.pop(op.name)
    target.mkdir()
    for name, node in names.items():
        if name != "office.lock":
            (target / name).write_bytes(bytes(contents.get(node, b"")))


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


def run(folder: Path, cuts: int, seed: int, *, build: str = "right", stop: bool = False) -> Report:
    """Record once, cut so often; ``stop`` ends at the first loss."""
    chance = random.Random(seed)
    office = folder / "office"
    store, _code = create_office(office, "周明", PASSWORD, cost=CHEAP)
    accounts.add_account(store, "李静", "经办人", cost=CHEAP)
    store.close()
    (office / "reserve.bin").unlink(missing_ok=True)
    before = {one.name: one.read_bytes() for one in office.iterdir() if one.is_file()}
    ops = record(office, build)
    assert any(op.kind == "sync" for op in ops)
    report = Report()
    for number in range(cuts):
        at = chance.randint(0, len(ops))
        acks = [json.loads(op.data) for op in ops[:at] if op.kind == "ack"]
        target = folder / "cut"
        after_cut(before, ops, at, chance, target)
        look(target, acks, report, f"cut {number} after {at} of {len(ops)} calls")
        shutil.rmtree(target)
        report.states += 1
        if stop and report.losses:
            break
    return report


def main() -> None:
    """Run at full size and print the figures."""
    seed, cuts = (
        int(os.environ.get("HUIFANG_SEED", "1")),
        int(os.environ.get("HUIFANG_CUTS", "5000")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        report = run(Path(scratch), cuts, seed)
    print(
        f"power cuts {report.states} (seed {seed}, {time.monotonic() - begun:.0f} s): "
        f"{report.old} old state, {report.new} newer than acknowledged, {len(report.losses)} losses"
    )
    print("\n".join(report.losses[:10]))


if __name__ == "__main__":
    main()
