"""What many tests need: an office in a temporary folder, its units of work, and people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.partial_date import PartialDate
from app.domain.subject import Subject
from app.storage.keys import Argon2Cost
from app.storage.office import Store, create_office
from app.storage.unit_of_work import SqlUnitOfWork

CHEAP = Argon2Cost(64, 1, 1)
"""A password costs next to nothing here; no shipped code knows these numbers."""

OWNER = "周明"
PASSWORD = "晨雾里的灯塔 Oak-7"
NOW = datetime(2026, 11, 23, 9, 0, 0)


def a_clock() -> datetime:
    """Today in this world."""
    return NOW


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    """A fresh, open office that OWNER made and signed in to."""
    store, _code = create_office(tmp_path / "office", OWNER, PASSWORD, cost=CHEAP, clock=a_clock)
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
