"""What many tests need: an office in a temporary folder, its units of work, and people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.partial_date import PartialDate
from app.domain.subject import Subject
from app.storage.errors import NotWritable
from app.storage.keys import Argon2Cost
from app.storage.office import Store, create_office, open_office
from app.storage.unit_of_work import SqlUnitOfWork


@pytest.fixture(scope="session", autouse=True)
def own_log(tmp_path_factory):
    """What goes wrong on purpose is not written into the log of who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUIFANG_LOGS", str(tmp_path_factory.mktemp("log")))
        yield


@dataclass
class Owner:
    """Who made the office of a test, and how to get in again."""

    name: str = "周明"
    password: str = "晨雾里的灯塔 Oak-7"
    code: str = ""
    now: datetime = datetime(2026, 11, 23, 9, 0, 0)
    # A password costs next to nothing here; no shipped code knows these numbers.
    cost: Argon2Cost = field(default_factory=lambda: Argon2Cost(64, 1, 1))

    def clock(self) -> datetime:
        """Return the time of this test's world; ``wait`` moves it."""
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def create(self, folder: Path) -> Store:
        """Make a new office in ``folder`` and remember its recovery code."""
        store, self.code = create_office(
            folder, self.name, self.password, cost=self.cost, clock=self.clock
        )
        return store

    def open(self, folder: Path) -> Store:
        """Sign in again."""
        return open_office(folder, self.name, self.password, clock=self.clock)


@pytest.fixture
def owner() -> Owner:
    """The person who makes and opens the office."""
    return Owner()


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An office to copy: laying out the tables takes longer than most tests."""
    owner = Owner()
    folder = tmp_path_factory.mktemp("made_once") / "office"
    owner.create(folder).close()
    return folder, owner.code


@pytest.fixture
def office(tmp_path: Path, owner: Owner, _made_once: tuple[Path, str]) -> Iterator[Store]:
    """A fresh office in ``tmp_path / "office"``, open."""
    template, owner.code = _made_once
    store = owner.open(Path(shutil.copytree(template, tmp_path / "office")))
    yield store
    store.close()


@pytest.fixture
def new_uow(office: Store) -> Callable[[], SqlUnitOfWork]:
    """Makes units of work of ``office``."""
    return office.unit_of_work


@pytest.fixture
def a_person() -> Callable[..., Subject]:
    """Makes a believable person, altered by keyword."""

    def make(**changed: Any) -> Subject:
        values: dict[str, Any] = {
            "name": "单小芳",
            "sex": "女",
            "born_on": PartialDate(1985, 3),
            "education": "研究生（硕士）",
            "work_since": PartialDate(2008, 7),
            "membership": "中共党员",
            "party_since": PartialDate(2006, 6, 18),
            "person_type": "专业技术人员",
            "workplace": "化学与材料学院副教授",
            "unit": "化学与材料学院",
            "address": "东湖路18号3栋502室",
            "phone": "13812345678",
        }
        return Subject(**(values | changed))

    return make


@pytest.fixture
def last_flush(monkeypatch):
    """What the disk does in the last step of the next commit: ``"kept"`` or ``"lost"``, and refuses."""
    way = {"now": ""}
    commit = sa.Connection.commit

    def refused(connection):
        if not way["now"]:
            commit(connection)
            return
        commit(connection) if way["now"] == "kept" else connection.rollback()
        way["now"] = ""
        raise NotWritable("读写时磁盘出错，这次改动没有保存。")

    monkeypatch.setattr(sa.Connection, "commit", refused)
    return lambda now: way.update(now=now)
