"""Small wrong builds, made by machine, of the modules that guard keys, rights, log and restores.

One change at a time in a copy of the project: a comparison turned round, a condition negated, a raise
left out, a number moved. The tests named here must notice. Survivors are printed, to be read: some
change nothing that can be seen. Run: ``HUIFANG_MUTANTS=60 HUIFANG_SEED=1 python -m tests.faults.mutants``.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {
    "app/storage/keys.py": ["tests/storage/test_keys.py", "tests/storage/test_accounts.py"],
    "app/storage/gate.py": [
        "tests/storage/test_accounts.py",
        "tests/bootstrap/test_permissions.py",
    ],
    "app/domain/rights.py": ["tests/domain/test_rights.py", "tests/storage/test_accounts.py"],
    "app/storage/accounts.py": ["tests/storage/test_accounts.py"],
    "app/storage/rekey.py": ["tests/storage/test_accounts.py"],
    "app/storage/throttle.py": ["tests/storage/test_office.py", "tests/storage/test_accounts.py"],
    "app/storage/audit.py": ["tests/storage/test_audit.py", "tests/faults/test_tamper.py"],
    "app/storage/pending.py": ["tests/storage/test_accounts.py", "tests/storage/test_backup.py"],
    "app/storage/succession.py": ["tests/storage/test_succession.py"],
    "app/storage/consent.py": ["tests/storage/test_succession.py"],
    "app/storage/restore.py": [
        "tests/storage/test_succession.py",
        "tests/storage/test_backup.py",
        "tests/storage/test_backup_life.py",
    ],
    "app/storage/backup.py": ["tests/storage/test_backup.py", "tests/storage/test_accounts.py"],
    "app/storage/container.py": ["tests/storage/test_backup.py", "tests/faults/test_bits.py"],
    "app/storage/backup_stream.py": ["tests/storage/test_backup.py", "tests/faults/test_bits.py"],
    "app/storage/migrate.py": [
        "tests/storage/test_migrate.py",
        "tests/storage/test_office.py",
        "tests/faults/test_stairway.py",
    ],
    "app/domain/backup_rotation.py": ["tests/domain/test_backup_rotation.py"],
}
_OPPOSITE = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE,
    ast.LtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield (what was changed, changed source)."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    for place, node in enumerate(nodes):
        for what, change in _changes(node):
            copied = deepcopy(tree)
            target = list(ast.walk(copied))[place]
            change(target)
            yield f"line {getattr(node, 'lineno', 0)}: {what}", ast.unparse(copied)


def _changes(node: ast.AST):  # type: ignore[no-untyped-def]
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _OPPOSITE:
        yield "comparison turned", lambda one: one.ops.__setitem__(0, _OPPOSITE[type(one.ops[0])]())
    if isinstance(node, ast.If):
        yield (
            "condition negated",
            lambda one: setattr(one, "test", ast.UnaryOp(ast.Not(), one.test)),
        )
    if isinstance(node, ast.BoolOp):
        yield (
            "and/or exchanged",
            lambda one: setattr(one, "op", ast.Or() if isinstance(one.op, ast.And) else ast.And()),
        )
    if hasattr(node, "body") and isinstance(node.body, list):
        for number, statement in enumerate(node.body):
            if isinstance(statement, ast.Raise):
                yield "raise left out", lambda one, n=number: one.body.__setitem__(n, ast.Pass())
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                yield "call left out", lambda one, n=number: one.body.__setitem__(n, ast.Pass())
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value > 1:
        yield "number moved", lambda one: setattr(one, "value", one.value + 1)


def killed(copy: Path, module: str, source: str, tests: list[str]) -> bool:
    """Whether the tests notice ``source`` in place of ``module``."""
    file = copy / module
    former = file.read_text("utf-8")
    file.write_text(source, "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
            cwd=copy,
            capture_output=True,
            check=False,
            timeout=240,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "HUIFANG_TAMPERINGS": "40"},
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(former, "utf-8")
    return done.returncode != 0


def run(number: int, seed: int, scratch: Path) -> tuple[int, list[str]]:
    """Try so many mutants, spread over the modules; return how many and which survived."""
    copy = scratch / "copy"
    left_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "dist", "build")
    shutil.copytree(ROOT, copy, ignore=left_out)
    every = [
        (module, what, source)
        for module in TARGETS
        for what, source in mutants((ROOT / module).read_text("utf-8"))
    ]
    chosen = random.Random(seed).sample(every, min(number, len(every)))
    survived = []
    for module, what, source in chosen:
        if not killed(copy, module, source, TARGETS[module]):
            survived.append(f"{module} {what}")
            print("survived:", survived[-1], flush=True)
    print(f"of {len(every)} possible mutants")
    return len(chosen), survived


def main() -> None:
    """Run and print the figures."""
    number, seed = (
        int(os.environ.get("HUIFANG_MUTANTS", "60")),
        int(os.environ.get("HUIFANG_SEED", "1")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        tried, survived = run(number, seed, Path(scratch))
    took = time.monotonic() - begun
    print(
        f"mutants {tried} (seed {seed}, {took:.0f} s): {tried - len(survived)} noticed, {len(survived)} not"
    )


if __name__ == "__main__":
    main()
