"""The roster against raw SQL on the same file: first rows, search, sort, filter, save of one edit."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.services import people
from app.services.people import PersonEdit
from app.services.ports import RosterFilter
from app.services.practice import store_practice_people
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from tests.bench.table import Row, median_ms, now

TODAY = date(2026, 11, 23)
SIZES = (1_000, 10_000, 100_000)
HEAVY = 1_000_000
RULES_FOLDER = Path(__file__).parents[2] / "resources" / "rules"
TYPED = ("z", "zs", "zhang", "张", "张伟", "wang x", "化学", "学院", "13", "lxy", "li", "教务处")
BARE_PAGE = "SELECT id, name, workplace FROM subject ORDER BY name_key LIMIT 100"
BARE_LIKE = (
    "SELECT id FROM subject WHERE name LIKE '%{0}%' OR workplace LIKE '%{0}%' OR unit LIKE '%{0}%'"
)


def quiet(*_progress: object) -> None:
    """Report nothing."""


def percentile(times: list[float], share: float) -> float:
    """Return the value below which ``share`` of ``times`` lie."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def each(works: list[Callable[[], object]], runs: int = 3) -> list[float]:
    """Return the milliseconds of every work in every run, after one warm-up."""
    for work in works:
        work()
    times = []
    for _ in range(runs):
        for work in works:
            start = now()
            work()
            times.append((now() - start) * 1000)
    return times


def measure() -> Iterator[Row]:
    """Yield the figures at every size."""
    book = parse_rules({p.name: p.read_text("utf-8") for p in RULES_FOLDER.glob("*.toml")})
    sizes = (*SIZES, HEAVY) if os.environ.get("HUIFANG_HEAVY") == "1" else SIZES
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            yield from _at(size, Path(scratch), book)


def _at(size: int, folder: Path, book: RuleBook) -> Iterator[Row]:
    cost = Argon2Cost(64, 1, 1)
    store, _code = create_office(folder / "office", "周明", "晨雾里的灯塔 Oak-7", cost=cost)
    law: dict[str, Any] = {"rules": book, "settings": Settings(), "today": TODAY}
    store_practice_people(size, 1, uow=store.unit_of_work(), progress=quiet, **law)
    roster = store.roster()

    def raw(sql: str) -> Callable[[], object]:
        def run() -> object:
            with store.engine.connect() as connection:
                return connection.exec_driver_sql(sql).fetchall()

        return run

    def shown(**which: Any) -> Callable[[], object]:
        chosen = RosterFilter(**which)

        def run() -> object:
            return roster.count(chosen), roster.page(chosen, 0, 100)

        return run

    bare = median_ms(raw(BARE_PAGE))
    people_words = f"{size:,} people"
    target = "≤ 500 ms" if size >= HEAVY else "≤ 100 ms"
    for what, work in (
        ("count and first 100 rows", shown()),
        ("sorted by last day", shown(sort_by="last_day")),
        ("sorted by unit, then name downwards", shown(sort_by="unit", then_by=(("name", True),))),
        ("filtered by verdict", shown(verdicts=("应回访",))),
        ("filtered by kind of sanction", shown(kinds=("记过",))),
        ("filtered by form missing", shown(has_form=False)),
        ("filtered by end within 60 days", shown(ends_within=60)),
        ("rows from the middle", lambda: roster.page(RosterFilter(), size // 2, 100)),
        ("counts of the verdicts", lambda: roster.verdict_counts(RosterFilter())),
        ("the values of the filter menu", lambda: roster.values("unit")),
    ):
        ours = median_ms(work)
        against = "SELECT of 100 names by index"
        yield Row(f"{people_words}: {what}", ours, bare, against=against, target=target)
    # As the window asks: page and count of what was typed so far, every keystroke a search.
    typed = [text[:end] for text in TYPED for end in range(1, len(text) + 1) if text[:end].strip()]
    ours_each = each([shown(text=text) for text in typed])
    like_each = each([raw(BARE_LIKE.format(text)) for text in typed], runs=1)
    for share, word in ((0.5, "p50"), (0.95, "p95")):
        yield Row(
            f"{people_words}: search per keystroke, {word}",
            percentile(ours_each, share),
            percentile(like_each, share),
            against="LIKE over three columns",
            target="≤ 30 ms" if size >= HEAVY else "≤ 10 ms",
        )
    yield from _saves(store, size, law, people_words)
    store.close()


def _saves(store: Any, size: int, law: dict[str, Any], people_words: str) -> Iterator[Row]:
    number = iter(range(1, 1_000))
    dossier = people.open_dossier(size // 2, uow=store.unit_of_work())

    def save() -> None:
        dossier.subject.phone = f"139{next(number):08}"
        changes = people.save_person(PersonEdit(dossier.subject), uow=store.unit_of_work(), **law)
        assert changes

    def bare_commit() -> None:
        with store.engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
            connection.exec_driver_sql(
                f"UPDATE subject SET phone = '{next(number)}' WHERE id = {size // 2 + 1}"
            )
            connection.commit()

    ours, floor = [], []
    for _ in range(15):
        for work, times in ((save, ours), (bare_commit, floor)):
            start = now()
            work()
            times.append((now() - start) * 1000)
    yield Row(
        f"{people_words}: save of one edit, validated, reassessed, audited, durable",
        statistics.median(ours),
        statistics.median(floor),
        against="one bare durable commit",
        target="≤ 3 ×",
    )
