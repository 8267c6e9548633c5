"""Storage: one save, lists and search at 100 000 people, a bulk import, a backup."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from app.domain.audit import Act
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.standing import Standing
from app.domain.subject import Sanction, Subject
from app.services.ports import RosterFilter
from app.storage.backup import back_up, verify_with_key
from app.storage.engine import connect
from app.storage.keys import Argon2Cost
from app.storage.office import Store, create_office
from app.storage.restore import restore
from tests.bench.table import Row, median_ms, now

PEOPLE = int(os.environ.get("HUIFANG_BENCH_PEOPLE", "100000"))
BACKUP_MB = int(os.environ.get("HUIFANG_BENCH_BACKUP_MB", "300"))
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田单仇查区朴"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文志海斌波辉鑫宇浩然子轩欣怡"
_UNITS = [f"{a}{b}学院" for a in "理工文法医农商" for b in ("材料", "工程", "科学", "信息", "管理")]


def quiet(_done: int, _total: int, _note: str) -> None:
    """A progress nobody watches."""


def people(count: int, chance: random.Random) -> list[Subject]:
    """Make believable people."""
    made = []
    for _ in range(count):
        unit = chance.choice(_UNITS)
        made.append(
            Subject(
                name=chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2)),
                sex=chance.choice("男女"),
                born_on=PartialDate(chance.randint(1955, 2000), chance.randint(1, 12)),
                workplace=unit + chance.choice(("教授", "讲师", "科员", "处长")),
                unit=unit,
                person_type="管理人员",
                phone=f"13{chance.randint(10**8, 10**9 - 1)}",
            )
        )
    return made


def measure() -> Iterator[Row]:
    """Yield every figure of this bench."""
    with tempfile.TemporaryDirectory() as folder:
        store, code = create_office(
            Path(folder) / "office", "周明", "晨雾里的灯塔 Oak-7", cost=Argon2Cost(64, 1, 1)
        )
        try:
            yield from _bulk(store)
            yield from _one_save(store)
            yield from _lists(store)
            yield from _backup(store, Path(folder), code)
        finally:
            store.close()


def _bulk(store: Store) -> Iterator[Row]:
    chance = random.Random(1)
    made, today = people(PEOPLE, chance), date(2026, 11, 23)
    raw = connect(store.file, store.key)
    raw.execute("CREATE TABLE bare (a, b, c, d, e, f, g)")
    rows = [(p.name, p.sex, str(p.born_on), p.workplace, p.unit, p.phone, "") for p in made]
    begun = now()
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    raw.execute("COMMIT")
    floor = now() - begun
    raw.execute("DROP TABLE bare")
    raw.close()
    begun = now()
    with store.unit_of_work() as uow:
        ids = uow.repository(Subject).put_all(made)
        uow.record(Act("导入台账", details={"rows": PEOPLE}))
        uow.commit()
    yield Row(f"put_all of {PEOPLE} people", now() - begun, floor, "s", "executemany")
    with store.unit_of_work() as uow:
        uow.repository(Sanction).put_all(
            Sanction(subject_id=id_, regime="党纪", kind="警告", decided_on=PartialDate(2025, 5, 6))
            for id_ in ids
        )
        uow.repository(Standing).put_all(
            Standing(
                subject_id=id_,
                verdict=chance.choice(("应回访", "期满", "待定")),
                last_day=today + timedelta(days=chance.randint(-400, 400)),
            )
            for id_ in ids
        )
        uow.commit()


def _one_save(store: Store) -> Iterator[Row]:
    raw = connect(store.file, store.key)

    def bare() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE subject SET phone = phone || '1' WHERE id = 7")
        raw.execute("COMMIT")

    with store.unit_of_work() as uow:
        person = uow.repository(Subject).get(9)
        [standing] = uow.repository(Standing).where(subject_id=9)

    def ours() -> None:
        person.phone += "1"
        with store.unit_of_work() as uow:
            uow.repository(Subject).put(person)
            uow.repository(Standing).put(standing)
            uow.record(Act("修改人员", "Subject", 9, details={"phone": ["", person.phone]}))
            uow.commit()

    floor = median_ms(bare, 31)
    yield Row("save of one edit, audited", median_ms(ours, 31), floor, "ms", "bare commit", "≤ 3 ×")
    raw.close()


def _lists(store: Store) -> Iterator[Row]:
    roster = store.roster()
    raw = connect(store.file, store.key)
    statement = "SELECT * FROM subject ORDER BY name_key LIMIT 100"
    floor = median_ms(lambda: raw.execute(statement).fetchall(), 9)
    for what, which in (
        ("first 100 by name", RosterFilter()),
        ("first 100 by last day", RosterFilter(sort_by="last_day")),
        ("first 100 by workplace, backwards", RosterFilter(sort_by="workplace", descending=True)),
        ("first 100 by party decision", RosterFilter(sort_by="party_decided_on")),
        ("first 100 of one verdict", RosterFilter(verdicts=("期满",))),
    ):
        ours = median_ms(lambda which=which: (roster.count(which), roster.page(which, 0, 100)), 9)
        yield Row(f"count and {what}", ours, floor, "ms", "raw SQL", "≤ 100 ms")
    floor = median_ms(
        lambda: raw.execute(
            "SELECT count(*) FROM subject WHERE name LIKE '%曾伟%' OR unit LIKE '%曾伟%'"
        ).fetchall(),
        9,
    )
    for typed in ("曾伟", "zw", "zengw", "工信息", "1381"):
        which = RosterFilter(text=typed)
        ours = median_ms(lambda which=which: (roster.count(which), roster.page(which, 0, 100)), 9)
        yield Row(f"count and page of “{typed}”", ours, floor, "ms", "LIKE", "≤ 10 ms")
    raw.close()


def _backup(store: Store, folder: Path, code: str) -> Iterator[Row]:
    text = "态度端正，认识深刻。" * 1000
    while store.file.stat().st_size < BACKUP_MB << 20:
        with store.unit_of_work() as uow:
            uow.repository(RegistrationForm).put_all(
                RegistrationForm(attitude=text, proposal=str(n)) for n in range(500)
            )
            uow.commit()
    size = store.file.stat().st_size >> 20
    stick = folder / "stick"

    # Not the live file itself: closing a second handle on it would drop SQLite's locks.
    live = folder / "live-copy"
    with live.open("wb") as out:
        store.handle.seek(0)
        shutil.copyfileobj(store.handle, out, 1 << 20)

    def plain() -> None:
        with live.open("rb") as reading, (folder / "copy").open("wb") as out:
            shutil.copyfileobj(reading, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())

    floor = median_ms(plain, 3) / 1000
    ours = median_ms(lambda: back_up(store, stick, quiet), 3) / 1000
    yield Row(f"backup of {size} MB, proven", ours, floor, "s", "copy and fsync", "≤ 4 ×")
    newest = max(stick.iterdir(), key=lambda file: file.stat().st_mtime)
    proven = median_ms(lambda: verify_with_key(newest, store.key, quiet), 3) / 1000
    yield Row("verify it again, opened and compared", proven, ours, "s", "backup", "≤ 1.5 ×")
    places = iter(range(100))

    def restore_beside() -> None:
        restore(newest, folder / f"restored{next(places)}", code, quiet)

    took = median_ms(restore_beside, 3) / 1000
    yield Row("restore it: authenticate, check, swap", took, ours, "s", "backup", "≤ 1.5 ×")
