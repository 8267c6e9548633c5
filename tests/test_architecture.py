"""The house rules, as tests."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from app.domain import rights
from app.domain.fields import FieldKind, form_fields
from app.domain.standing import Standing
from app.services.merging import MOVED
from app.storage.tables import ENTITIES
from tests.acts_in_code import acts_of

ROOT = Path(__file__).parents[1]
MOST_LINES = 500


def test_every_package_imports_only_what_it_may():
    # In a process of its own: it sets up logging anew and would silence every logger of the others.
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "module", sorted((ROOT / "app").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_module_can_be_read_in_one_sitting(module):
    assert len(module.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", ["alembic", "packaging"])
def test_our_folders_do_not_hide_the_libraries_of_the_same_name(name):
    assert not (ROOT / name / "__init__.py").exists()
    assert "site-packages" in (importlib.import_module(name).__file__ or "")


def test_every_shipped_dependency_is_locked_with_its_hashes():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = (ROOT / "requirements.lock").read_text("utf-8").lower()
    for requirement in declared["dependencies"]:
        name = requirement.split("=")[0].split(">")[0].strip().lower()
        assert f"\n{name}==" in f"\n{locked}"
    assert locked.count("--hash=sha256:") > 300


def test_every_record_that_names_a_person_moves_with_them_when_two_are_merged():
    named = {
        kind
        for kind in ENTITIES
        if any(
            spec.kind is FieldKind.REFERENCE and spec.refers_to == "Subject"
            for spec in form_fields(kind).values()
        )
    }
    assert named == {*MOVED, Standing}


def _imported_at_once(body: list[ast.stmt]) -> set[str]:
    """Return what these statements import when a module is loaded, not later or for types only."""
    found: set[str] = set()
    for one in body:
        match one:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                found |= _imported_at_once(one.orelse)
            case ast.If() | ast.Try() | ast.ClassDef() | ast.With():
                found |= _imported_at_once(one.body)
            case ast.Import():
                found |= {name.name for name in one.names}
            case ast.ImportFrom(module=str(package)):
                found |= {package, *(f"{package}.{name.name}" for name in one.names)}
    return found


def test_no_module_is_imported_by_what_it_imports():
    """Modules are loaded behind the sign-in window while it loads its own: of two threads that meet
    in a circle, Python gives one a module that is half made.
    """
    imports = {}
    for file in (ROOT / "app").rglob("*.py"):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        imports[name] = _imported_at_once(ast.parse(file.read_text("utf-8")).body)
    order = TopologicalSorter(
        {name: (found & imports.keys()) - {name} for name, found in imports.items()}
    )
    order.prepare()  # raises CycleError, which names the circle


def test_the_window_can_be_asked_for_without_loading_the_heavy_libraries():
    heavy = ("sqlalchemy", "alembic", "reportlab", "openpyxl", "pypinyin", "docx", "fontTools")
    script = (
        "import sys, app.__main__, app.bootstrap, app.ui.application;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


MODULES = sorted(
    path for part in ("services", "storage") for path in (ROOT / "app" / part).rglob("*.py")
)


def test_every_act_that_the_code_records_is_in_the_table_of_rights():
    unlisted = [
        f"{module.relative_to(ROOT)}:{line} “{act}”"
        for module in MODULES
        for line, act in acts_of(module)
        if isinstance(act, str) and not rights.is_listed(act)
    ]
    assert not unlisted, f"say in app/domain/rights.py which right these acts need: {unlisted}"


def test_the_search_for_acts_finds_them():
    found = {act for module in MODULES for _line, act in acts_of(module)}
    assert {"登录", "删除人员", "新增人员", "修改人员", "批量修改", "答复诉求", "恢复备份"} <= found
    assert len(found) > 60
